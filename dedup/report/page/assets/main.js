// Which view is shown: the part of the address after # says it, so that links, back and forward work.

const VIEWS = ["overview", "catalogue", "documents", "doc", "review"];

function route(event) {
  const [name, ...rest] = location.hash.slice(1).split("/");
  const view = name === "cluster" ? "catalogue" : VIEWS.includes(name) ? name : "overview";
  for (const each of VIEWS) byId(each).hidden = each !== view;
  const current = view === "doc" ? "documents" : view;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.getAttribute("href") === `#${current}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const aimed = show(view, name, rest);
  document.title = `${byId(`${view}-title`).textContent} · corpus audit`;
  if (!aimed && event) { // a page that has just been opened keeps the focus where readers expect it
    window.scrollTo(0, 0);
    byId(`${view}-title`).focus({ preventScroll: true });
  }
}

// Make the view; true where it has put the focus on a place of its own.
function show(view, name, rest) {
  if (view === "catalogue") {
    prepareCatalogue();
    if (name === "cluster") {
      showCluster(Number(rest[0]));
      return true;
    }
    if (LABELS.includes(rest[0])) CATALOGUE.form.label.value = rest[0];
    showCatalogue();
  }
  if (view === "documents") prepareDocuments();
  if (view === "doc") {
    showDocument(Number(rest[0]), rest.length > 1 ? Number(rest[1]) : null);
    return rest.length > 1;
  }
  if (view === "review") showReview();
  return false;
}

function sortable(table) {
  const rows = table.tBodies[0];
  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value);
  };
  [...table.tHead.rows[0].cells].forEach((cell, column) => {
    if (cell.classList.contains("bar")) return;
    const button = el("button", { type: "button", onclick: () => {
      const down = cell.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0) * (down ? -1 : 1);
      rows.append(...[...rows.rows].sort((a, b) => order(value(a, column), value(b, column))));
    } }, cell.textContent);
    cell.replaceChildren(button);
  });
}

document.querySelectorAll("table.sortable").forEach(sortable);
byId("turn").addEventListener("click", () => {
  const root = document.documentElement;
  root.dir = root.dir === "rtl" ? "ltr" : "rtl";
  byId("turn").textContent = root.dir === "rtl" ? "Turn the page left to right" : "Turn the page right to left";
});
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.querySelector("main > section:not([hidden]) h2").focus();
});
window.addEventListener("hashchange", route);
showCount();
route();
document.documentElement.dataset.ready = "true";
