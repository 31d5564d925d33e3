// Making elements. Text of a scrape only ever becomes text: nothing here, or elsewhere, parses markup.

const PICTURES = { 0x7f: "\u2421" };
const BIDI = {
  0x061c: "", 0x200e: "", 0x200f: "", // marks that many Arabic texts carry: they need not be seen
  0x202a: "LRE", 0x202b: "RLE", 0x202c: "PDF", 0x202d: "LRO", 0x202e: "RLO",
  0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI",
};
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/u;

// el("p", { class: "fine", onclick: f }, "text", child, null)
function el(name, attributes, ...children) {
  const node = document.createElement(name);
  set(node, attributes);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

function svg(name, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  set(node, attributes);
  node.append(...children);
  return node;
}

function set(node, attributes) {
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, String(value));
  }
}

const byId = (id) => document.getElementById(id);

// Text from a scrape as nodes: what would act unseen (controls, direction overrides, half surrogates) is shown.
function foreign(text) {
  if (!CONTROL.test(text)) return [text];
  const nodes = [];
  let plain = "";
  for (const character of text) {
    const code = character.codePointAt(0);
    const sign = code in BIDI ? BIDI[code] : CONTROL.test(character) ? picture(code) : null;
    if (sign === null) plain += character;
    else if (sign) {
      nodes.push(plain, el("span", { class: "control" }, sign));
      plain = "";
    }
  }
  return [...nodes, plain];
}

function picture(code) {
  if (code === 0x0d) return ""; // half of a line end
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return PICTURES[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

const bdi = (text) => el("bdi", {}, foreign(text));
const quote = (...children) => el("div", { class: "quote", dir: "auto" }, ...children);
const chip = (label) => el("span", { class: `chip c-${label}` }, label);
const number = (value) => value.toLocaleString("en-US");
const counted = (value, noun) => `${number(value)} ${noun}${value === 1 ? "" : "s"}`;

// As the terminal shows it: what is not nothing never shows as nothing, nor nearly all as all.
function percent(value) {
  if (value === null) return "–";
  if (value > 0 && value < 0.001) return "<0.1 %";
  if (value > 0.999 && value < 1) return "99.9 %";
  return value === 1 ? "100 %" : `${(value * 100).toFixed(1)} %`;
}

function shareBar(share) {
  const box = svg("svg", { class: "share", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" });
  box.append(svg("rect", { class: "track", width: 100, height: 8 }));
  box.append(svg("rect", { class: "c-main", width: (100 * (share ?? 0)).toFixed(1), height: 8 }));
  return box;
}

// Fill `list` with what `make` gives for the first of `items`, and offer the rest in steps.
function paged(list, more, items, make, step = 50) {
  let shown = 0;
  const button = el("button", { type: "button", onclick: () => grow(true) }, "");
  const grow = (asked) => {
    const fresh = items.slice(shown, shown + step).map(make);
    shown += fresh.length;
    list.append(...fresh);
    button.hidden = shown >= items.length;
    button.textContent = `Show ${Math.min(step, items.length - shown)} more of ${number(items.length - shown)}`;
    if (asked && fresh.length) (fresh[0].querySelector("a, button, [tabindex]") ?? fresh[0]).focus();
  };
  list.replaceChildren();
  more.replaceChildren(el("p", { class: "more" }, button));
  grow(false);
}

function fill(select, options, first) {
  select.replaceChildren(el("option", { value: "" }, first), ...options.map(([value, text]) => el("option", { value }, ...foreign(text))));
}

// Do something when typing has paused; the page is `busy` until then.
function later(action, wait = 150) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    document.documentElement.dataset.busy = "true";
    timer = setTimeout(() => {
      action();
      delete document.documentElement.dataset.busy;
    }, wait);
  };
}

function announce(text) {
  byId("said").textContent = text;
}
