// The data of the page, with names for what stands in short rows.

const DATA = JSON.parse(byId("data").textContent);
const LABELS = DATA.labels;

const DOCUMENTS = DATA.documents.map(([doc, site, chars, main, unique, labels, copyOf, problems, margin, view], index) => ({
  index, doc, chars, main, unique, labels, copyOf, margin, view,
  site: site === null ? null : DATA.sites[site],
  problems: problems.map((each) => DATA.problems[each]),
}));
const DOCUMENT = new Map(DOCUMENTS.map((each) => [each.doc, each]));

// What a reviewer can decide about: `key` names it within this run.
const CLUSTERS = DATA.clusters.map((each) => ({
  ...each,
  key: `c${each.id}`,
  label: LABELS[each.label],
  evidence: DATA.evidence[each.evidence],
  at: each.at.map((site) => DATA.sites[site]),
  text: each.pieces.map(([text]) => text).join(""),
}));
const CLUSTER = new Map(CLUSTERS.map((each) => [each.id, each]));

const PHRASES = DATA.phrases.map((each) => ({
  ...each,
  label: LABELS[each.label],
  key: `p ${each.kind} ${LABELS[each.label]} ${each.text}`,
}));

const REVIEWED = new Map([...PHRASES, ...CLUSTERS].map((each) => [each.key, each]));

function mostly(document) {
  let best = null;
  for (const [code, chars] of Object.entries(document.labels)) {
    const label = LABELS[code];
    if (label === "blank" || !chars) continue;
    if (best === null || chars > best[1] || (chars === best[1] && label < best[0])) best = [label, chars];
  }
  return best === null ? null : best[0];
}

// Spans of a view with their places: `start` in code points, `line` from 1.
function spans(view) {
  let start = 0;
  let line = 1;
  return DATA.views[view][0].map(([label, text, score, evidence, cluster, leader, leaderStart]) => {
    const span = { start, line, label: LABELS[label], text, gone: score !== undefined, score, cluster: cluster ?? null, leader: leader ?? null, leaderStart };
    span.evidence = span.gone ? DATA.evidence[evidence] : [];
    for (const character of text) {
      start += 1;
      if (character === "\n") line += 1;
    }
    return span;
  });
}

// A link to a place, or the name alone where the page does not hold the document's lines.
function docLink(doc, start = null) {
  const found = DOCUMENT.get(doc);
  if (!found || found.view === null) return bdi(doc);
  return el("a", { href: `#doc/${found.index}${start === null ? "" : `/${start}`}` }, bdi(doc));
}
