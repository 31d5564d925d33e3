// The catalogue: phrases that removed text alone, and every repeated text with its reasons.

const ORDERS = {
  chars: (a, b) => b.chars - a.chars || a.id - b.id,
  doubt: (a, b) => (a.score ?? 2) - (b.score ?? 2) || b.chars - a.chars,
  documents: (a, b) => b.documents - a.documents || a.id - b.id,
  sites: (a, b) => b.sites - a.sites || b.documents - a.documents,
};
const PHRASE_ORDERS = {
  chars: (a, b) => b.alone_chars - a.alone_chars || b.chars - a.chars,
  doubt: (a, b) => a.score - b.score || b.alone_chars - a.alone_chars,
  documents: (a, b) => b.documents - a.documents,
  sites: (a, b) => b.alone_chars - a.alone_chars,
};

function phraseCard(each) {
  const below = each.kind === "heading";
  return el("li", { class: "card", id: `phrase-${each.index}`, tabindex: "-1" },
    el("div", { class: "facts" },
      chip(each.label),
      el("strong", {}, below ? "below " : "", "«", bdi(each.text), "»"),
      el("span", {}, `alone: ${counted(each.alone, "removal")}, ${counted(each.alone_chars, "character")}`),
      el("span", {}, `in all: ${number(each.removed)} in ${counted(each.documents, "document")}`),
      el("span", {}, `score from ${each.score.toFixed(2)}`)),
    el("ul", { class: "samples" }, each.samples.map(([doc, start, text]) =>
      el("li", {}, quote(...foreign(text)), el("div", { class: "fine" }, docLink(doc, start))))),
    actions(each));
}

function clusterCard(each) {
  const removed = each.removed
    ? [el("span", {}, el("strong", {}, number(each.chars)), " characters removed"), el("span", {}, counted(each.removed, "removal"))]
    : [el("span", {}, "nothing removed")];
  return el("li", { class: "card", id: `cluster-${each.id}`, tabindex: "-1" },
    el("div", { class: "facts" }, chip(each.label), ...removed,
      el("span", {}, counted(each.documents, "document")),
      el("span", {}, counted(each.sites, "site")),
      each.score === null ? null : el("span", {}, `score from ${each.score.toFixed(2)}`),
      each.position === null ? null : el("span", {}, place(each.position))),
    quote(...each.pieces.flatMap(([text, varies]) => (varies ? [el("mark", {}, foreign(text))] : foreign(text)))),
    each.pieces.some(([, varies]) => varies) ? el("p", { class: "fine" }, "Dotted words vary among its copies.") : null,
    el("ul", { class: "why" }, each.evidence.map((because) => el("li", {}, bdi(because)))),
    el("div", { class: "facts" }, 
      each.label === "duplicate" ? [el("span", {}, "kept in ", docLink(...each.leader)), el("span", {}, "removed from")] : el("span", {}, "for instance"),
      each.examples.map((example) => docLink(...example))),
    each.removed ? actions(each) : null);
}

function place(position) {
  const where = position < 0.2 ? "near the top" : position > 0.8 ? "near the end" : "in between";
  const strip = svg("svg", { class: "place", viewBox: "0 0 100 20", "aria-hidden": "true" },
    svg("rect", { class: "track", y: 7, width: 100, height: 6 }), svg("circle", { cx: 6 + 88 * position, cy: 10, r: 6 }));
  return [el("span", {}, `${where} (${Math.round(100 * position)} %) `), strip];
}

const CATALOGUE = { form: byId("catalogue-tools"), ready: false };

function prepareCatalogue() {
  if (CATALOGUE.ready) return;
  CATALOGUE.ready = true;
  PHRASES.forEach((each, index) => { each.index = index; });
  const used = new Set([...CLUSTERS, ...PHRASES].map((each) => each.label));
  fill(CATALOGUE.form.label, [["boilerplate", "boilerplate"], ...LABELS.filter((label) => used.has(label)).map((label) => [label, label])], "all");
  if (CLUSTERS.some((each) => DATA.classes.includes(each.label))) CATALOGUE.form.label.value = "boilerplate";
  fill(CATALOGUE.form.site, [...new Set(CLUSTERS.flatMap((each) => each.at))].sort().map((site) => [site, site]), "all");
  CATALOGUE.form.addEventListener("input", later(showCatalogue));
  CATALOGUE.form.addEventListener("submit", (event) => event.preventDefault());
}

function chosen(each, { label, site, text }, words) {
  if (label.value === "boilerplate" ? !DATA.classes.includes(each.label) : label.value && each.label !== label.value) return false;
  if (site.value && !(each.at ?? []).includes(site.value)) return false;
  return !text.value || words.toLowerCase().includes(text.value.toLowerCase());
}

function showCatalogue() {
  const form = CATALOGUE.form;
  const order = form.order.value;
  const phrases = PHRASES.filter((each) => (each.alone || !form.phrases.value) && !form.site.value && chosen(each, form, `${each.text} ${each.samples.map((s) => s[2]).join(" ")}`));
  const clusters = CLUSTERS.filter((each) => chosen(each, form, each.text));
  byId("phrases-count").textContent = form.site.value ? "Phrases are counted over all sites." : counted(phrases.length, "phrase");
  byId("clusters-count").textContent = counted(clusters.length, "repeated text");
  pagedCards("phrases", phrases.sort(PHRASE_ORDERS[order]), phraseCard, 5);
  pagedCards("clusters", clusters.sort(ORDERS[order]), clusterCard, 30);
}

function pagedCards(id, items, make, step) {
  const list = byId(id);
  let more = list.nextElementSibling;
  if (!more?.classList.contains("more-of")) {
    more = el("div", { class: "more-of" });
    list.after(more);
  }
  paged(list, more, items, make, step);
}

// Open the catalogue at one cluster, whatever the filters say.
function showCluster(id) {
  const each = CLUSTER.get(id);
  prepareCatalogue();
  CATALOGUE.form.reset();
  showCatalogue();
  if (!each) return announce("This repeated text is not in the page.");
  let card = byId(`cluster-${id}`);
  if (!card) {
    card = clusterCard(each);
    byId("clusters").prepend(card);
  }
  card.scrollIntoView({ block: "start" });
  card.focus({ preventScroll: true });
}
