// One document: every line, what was removed in the colour of its class, the reasons on hover and on focus.

const VIEW = { spelled: false };

function showDocument(index, start) {
  const found = DOCUMENTS[index];
  const body = byId("doc-body");
  byId("doc-title").replaceChildren(found ? bdi(found.doc) : "Document");
  if (!found || found.view === null) {
    body.replaceChildren(el("p", {}, "The lines of this document are not in the page: ", el("code", {}, "dedup explain RUN_DIR DOC"), " shows them."));
    return;
  }
  const [, leftOut] = DATA.views[found.view];
  const list = el("ol", { class: "lines" }, spans(found.view).map(line));
  list.classList.toggle("spelled", VIEW.spelled);
  const toggle = el("button", { type: "button", "aria-pressed": String(VIEW.spelled), onclick: () => {
    VIEW.spelled = !VIEW.spelled;
    list.classList.toggle("spelled", VIEW.spelled);
    toggle.setAttribute("aria-pressed", String(VIEW.spelled));
  } }, "Spell out every reason");
  list.addEventListener("keydown", (event) => { if (event.key === "Escape") list.classList.add("quiet"); });
  list.addEventListener("focusin", () => list.classList.remove("quiet"));
  list.addEventListener("pointermove", () => list.classList.remove("quiet"));
  body.replaceChildren(
    el("div", { class: "facts" }, facts(found)),
    labelBar(found),
    el("p", { class: "fine" }, "Lines without a colour are kept. Point at a coloured line, or step to it with the Tab key, to read why it was removed."),
    el("div", { class: "actions" }, toggle),
    list,
    neighbours(found),
    ...(leftOut ? [el("p", { class: "note" }, `${number(leftOut)} more characters are left out here; dedup explain shows them.`)] : []));
  aim(list, start);
}

// The documents before and after this one among those with their lines, in the order of the corpus.
function neighbours(found) {
  const viewed = DOCUMENTS.filter((each) => each.view !== null);
  const at = viewed.indexOf(found);
  const link = (each, word) => (each ? [el("span", {}, `${word}: `, docLink(each.doc))] : []);
  return el("p", { class: "facts more" }, link(viewed[at - 1], "previous document"), link(viewed[at + 1], "next document"));
}

function facts(found) {
  return [
    found.site === null ? null : el("span", {}, "site ", bdi(found.site)),
    el("span", {}, "main content ", el("strong", {}, percent(found.main))),
    found.unique === found.main ? null : el("span", {}, `once ${percent(found.unique)}`),
    el("span", {}, counted(found.chars, "character")),
    found.copyOf === null ? null : el("span", {}, "copy of ", docLink(found.copyOf)),
    ...found.problems.map((problem) => el("span", {}, bdi(problem))),
  ];
}

function labelBar(found) {
  const parts = Object.entries(found.labels).map(([code, chars]) => [LABELS[code], chars]).filter(([, chars]) => chars);
  const whole = parts.reduce((sum, [, chars]) => sum + chars, 0) || 1;
  const box = svg("svg", { class: "whole", viewBox: "0 0 1000 28", preserveAspectRatio: "none", "aria-hidden": "true" });
  let x = 0;
  for (const [label, chars] of parts) {
    const width = (1000 * chars) / whole;
    box.append(svg("rect", { class: `c-${label}`, x: x.toFixed(1), width: width.toFixed(1), height: 28 }));
    x += width;
  }
  return el("div", {}, box, el("p", { class: "facts" }, parts.map(([label, chars]) => el("span", {}, chip(label), ` ${percent(chars / whole)}`))));
}

function line(span) {
  const text = el("div", { class: "text", dir: "auto" }, foreign(span.text.replace(/\r?\n$/, "")));
  const item = el("li", { "data-start": span.start, "data-end": span.start + [...span.text].length },
    el("span", { class: "number" }, String(span.line)),
    el("span", { class: "label" }, span.label === "main" ? el("span", { class: "unseen" }, "main") : chip(span.label)),
    text);
  if (span.label === "title") item.classList.add("title");
  if (!span.gone) {
    item.classList.add("kept");
    return item;
  }
  item.classList.add("gone", `c-${span.label}`);
  item.tabIndex = 0;
  item.append(reason(span));
  return item;
}

function reason(span) {
  const more = [];
  if (span.leader !== null) more.push(el("p", { class: "fine" }, "The copy that is kept: ", docLink(span.leader, span.leaderStart)));
  if (CLUSTER.has(span.cluster)) more.push(el("p", { class: "fine" }, el("a", { href: `#cluster/${span.cluster}` }, "All copies of this text, and a decision on them")));
  return el("div", { class: "reason" },
    el("div", { class: "facts" }, el("strong", {}, span.label), `score ${span.score.toFixed(2)}`),
    el("ul", { class: "why" }, span.evidence.map((because) => el("li", {}, bdi(because)))), more);
}

function aim(list, start) {
  if (start === null) return;
  const item = [...list.children].find((each) => Number(each.dataset.start) <= start && start < Number(each.dataset.end));
  if (!item) return;
  item.classList.add("aim");
  if (!item.hasAttribute("tabindex")) item.tabIndex = -1;
  item.scrollIntoView({ block: "center" });
  item.focus({ preventScroll: true });
}
