// The decisions so far, and the rule file that they make.

function showReview() {
  const body = byId("review-body");
  const intro = el("p", {}, "Accept, reject or relabel in the catalogue. ", el("em", {}, "Rejected"), " text is kept in the next run, whatever else speaks against it; a rejected phrase is used no more; a relabelled text gets the class that you chose; what is accepted stays as it is.");
  if (!decisions.size) {
    body.replaceChildren(intro, el("p", {}, "No decision yet. Start with ", el("a", { href: "#catalogue" }, "the phrases that removed text alone"), "."));
    return;
  }
  const list = el("ol", { class: "cards" }, [...decisions.keys()].map((key) => decided(REVIEWED.get(key))));
  const preview = el("pre", { class: "rules", tabindex: "0", "aria-label": "rules.toml" }, rules());
  body.replaceChildren(intro,
    el("div", { class: "actions" },
      el("button", { type: "button", id: "download", onclick: download }, "Download decisions"),
      el("button", { type: "button", id: "forget", onclick: forget }, "Forget all")),
    el("p", { class: "fine" }, "Apply them: ", el("code", {}, "dedup clean INPUT --out DIR --rules rules.toml")),
    ...(remembers ? [] : [el("p", { class: "note", role: "alert" }, "This browser does not let the page remember: download before you close it.")]),
    el("h3", {}, counted(decisions.size, "decision")), list,
    el("h3", {}, "rules.toml"), preview);
}

function decided(each) {
  const what = el("strong", { class: "outcome" }, said(decisions.get(each.key), each.label));
  const changed = () => {
    what.textContent = said(decisions.get(each.key), each.label) || "Taken back";
    document.querySelector("pre.rules").textContent = rules();
  };
  return el("li", { class: "card" },
    el("div", { class: "facts" }, chip(each.label), what),
    quote(...foreign(each.text)),
    actions(each, changed));
}

function download() {
  const url = URL.createObjectURL(new Blob([rules()], { type: "application/toml" }));
  const link = el("a", { href: url, download: "rules.toml" });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  announce("rules.toml is being saved");
}

function forget() {
  for (const key of [...decisions.keys()]) decide(key, null);
  showReview();
  byId("review-title").focus();
}
