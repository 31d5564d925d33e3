// What a reviewer decided. It survives a reload where the browser lets a page remember, and says so where not.

const STORE = `dedup-review-${DATA.run.key}`;
const decisions = new Map(remembered());
let remembers = true;

function remembered() {
  try {
    const found = JSON.parse(localStorage.getItem(STORE) ?? "[]");
    return found.filter(([key, what]) => REVIEWED.has(key) && ["right", "keep", ...DATA.classes].includes(what));
  } catch {
    return [];
  }
}

// `what` is "right", "keep" or a class; deciding the same again takes the decision back.
function decide(key, what) {
  if (decisions.get(key) === what || what === null) decisions.delete(key);
  else decisions.set(key, what);
  try {
    localStorage.setItem(STORE, JSON.stringify([...decisions]));
  } catch {
    remembers = false;
  }
  showCount();
}

function showCount() {
  byId("decision-count").textContent = decisions.size ? `(${number(decisions.size)})` : "";
}

function said(what, label) {
  if (what === undefined) return "";
  if (what === "right") return `Accepted: ${label} is right`;
  return what === "keep" ? "Rejected: keep this text" : `Relabelled: ${what}`;
}

// The buttons of one cluster or phrase; `changed` is called after a decision.
function actions(each, changed) {
  const name = `${each.label} ${each.text.slice(0, 60)}`;
  const button = (what, text) =>
    el("button", { type: "button", "data-what": what, "aria-label": `${text}: ${name}`, onclick: () => act(what) }, text);
  const select = el("select", { "aria-label": `Another class: ${name}`, onchange: () => act(select.value || null) });
  fill(select, DATA.classes.filter((label) => label !== each.label).map((label) => [label, label]), "choose");
  const box = el("div", { class: "actions" }, button("right", "Accept"));
  const named = each.variants === undefined || each.variants.length > 0;
  if (named) box.append(button("keep", "Reject: keep it"));
  else box.append(el("span", { class: "fine" }, "too long to be named by a rule from this page"));
  if (named && each.relabels !== false) box.append(el("label", {}, "Other class ", select));
  const refresh = () => {
    const what = decisions.get(each.key);
    for (const one of box.querySelectorAll("button")) one.setAttribute("aria-pressed", String(one.dataset.what === what));
    select.value = DATA.classes.includes(what) ? what : "";
    box.closest(".card")?.classList.toggle("decided", what !== undefined);
  };
  const act = (what) => {
    decide(each.key, what);
    refresh();
    announce(said(decisions.get(each.key), each.label) || "Decision taken back");
    changed?.();
  };
  queueMicrotask(refresh);
  return box;
}

// The rule file that the decisions make; the README says what each table does.
function rules() {
  const lines = ["# Decisions on a run of dedup; apply them with `dedup clean --rules rules.toml`.", "version = 1", ""];
  const phrases = new Map();
  for (const [key, what] of [...decisions].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const each = REVIEWED.get(key);
    if (what === "right") lines.push(`# accepted: ${each.label} ${comment(each.text)}`, "");
    else if (each.samples === undefined) lines.push(...clusterRules(each, what));
    else if (what === "keep") lines.push(...phraseKept(each));
    else relabelled(phrases, each, what);
  }
  for (const [table, kinds] of [...phrases].sort()) {
    lines.push(`[${table}]`);
    for (const [stand, texts] of [...kinds].sort()) lines.push(`${stand} = [${texts.map(toml).join(", ")}]`);
    lines.push("");
  }
  return lines.join("\n");
}

function clusterRules(each, what) {
  const others = each.more ? ["# the next text has more wordings than are named here; the others are judged as before"] : [];
  return others.concat(each.variants.flatMap((text) => {
    if (what === "keep") return ["[[keep]]", `text = ${toml(text)}`, ""];
    const site = each.sites === 1 && each.at.length === 1 ? [`site = ${toml(each.at[0])}`] : [];
    return ["[[template]]", `text = ${toml(text)}`, `label = ${toml(what)}`, ...site, `pages = ${each.documents}`, ""];
  }));
}

// A phrase of the packaged list is used no more; for another one, the samples stay.
function phraseKept(each) {
  if (each.listed) return ["[[ignore]]", `text = ${toml(each.listed.text)}`, ""];
  return [...new Set([each.text, ...each.samples.map((sample) => sample[2])])].flatMap((text) => ["[[keep]]", `text = ${toml(text)}`, ""]);
}

function relabelled(phrases, each, what) {
  const table = `${each.listed.language}.${what}`;
  const kinds = phrases.get(table) ?? new Map();
  kinds.set(each.listed.stand, [...(kinds.get(each.listed.stand) ?? []), each.listed.text]);
  phrases.set(table, kinds);
}

// A basic string of TOML: JSON's escapes, and those of the characters that TOML does not take as they are.
function toml(text) {
  const whole = text.toWellFormed ? text.toWellFormed() : text.replace(/[\ud800-\udfff]/gu, "\ufffd");
  return JSON.stringify(whole.trim()).replace(/\u007f/g, "\\u007f");
}

function comment(text) {
  return toml(text.slice(0, 100));
}
