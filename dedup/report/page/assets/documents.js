// The list of documents.

const DOCUMENT_ORDERS = {
  worst: (a, b) => (a.main ?? 2) - (b.main ?? 2) || b.chars - a.chars || a.index - b.index,
  margin: (a, b) => (a.margin ?? 9) - (b.margin ?? 9) || a.index - b.index,
  chars: (a, b) => b.chars - a.chars || a.index - b.index,
  name: (a, b) => (a.doc < b.doc ? -1 : 1),
};
const KINDS = {
  "": () => true,
  view: (each) => each.view !== null,
  copy: (each) => each.copyOf !== null,
  problem: (each) => each.problems.length > 0,
};
const LIST = { form: byId("documents-tools"), ready: false };

function prepareDocuments() {
  if (LIST.ready) return;
  LIST.ready = true;
  fill(LIST.form.site, [...new Set(DOCUMENTS.map((each) => each.site).filter((site) => site !== null))].sort().map((site) => [site, site]), "all");
  LIST.form.addEventListener("input", later(showDocuments));
  LIST.form.addEventListener("submit", (event) => event.preventDefault());
  showDocuments();
}

function showDocuments() {
  const { text, site, order, kind } = LIST.form;
  const wanted = text.value.toLowerCase();
  const found = DOCUMENTS.filter((each) =>
    KINDS[kind.value](each) && (!site.value || each.site === site.value) &&
    (!wanted || each.doc.toLowerCase().includes(wanted) || (each.site ?? "").toLowerCase().includes(wanted)));
  found.sort(DOCUMENT_ORDERS[order.value]);
  const all = DATA.figures.total.documents;
  byId("documents-count").textContent =
    counted(found.length, "document") + (DOCUMENTS.length < all ? `, of ${number(DOCUMENTS.length)} listed here and ${number(all)} in the corpus` : "");
  paged(byId("document-rows"), byId("documents-more"), found, documentRow, 100);
}

function documentRow(each) {
  const label = mostly(each);
  const notes = [...each.problems.map((problem) => el("div", {}, bdi(problem)))];
  if (each.copyOf !== null) notes.push(el("div", {}, "copy of ", docLink(each.copyOf)));
  return el("tr", {},
    el("th", { scope: "row" }, docLink(each.doc)),
    el("td", { class: "n" }, percent(each.main)),
    el("td", { class: "bar" }, shareBar(each.main)),
    el("td", { class: "n" }, number(each.chars)),
    el("td", {}, label ? chip(label) : ""),
    el("td", { class: "n" }, each.margin === null ? "–" : each.margin.toFixed(2)),
    el("td", {}, notes));
}
