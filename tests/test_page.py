"""The audit report's page: what it holds, that its figures are the report's, and that no text of a scrape is markup."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dedup import pipeline
from dedup.judge.rulefile import read as read_rules
from dedup.report import export
from dedup.report import run as finished
from dedup.report.cells import percent
from dedup.report.markdown import write_markdown
from dedup.report.page import render
from dedup.report.page.audit import audit
from dedup.report.page.embed import data, embeddable, overview
from dedup.report.page.overview import context
from dedup.report.page.tally import phrase_of
from dedup.report.page.values import Limits
from dedup.report.page.varying import pieces
from dedup.settings import Settings
from dedup.text.fold import fold
from dedup.types import CODE, LABELS

SAMPLES = Path(__file__).parent.parent / "samples" / "scrapes"

HOSTILE = "</script><script>window.ran=1</script><img src=x onerror=window.ran=2>&lt;\u202eevil\u0000\u2028"


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory):
    out = tmp_path_factory.mktemp("run") / "cleaned"
    pipeline.clean([str(SAMPLES)], out, Settings())
    return out


@pytest.fixture(scope="module")
def samples(run_dir):
    return audit(run_dir, finished.summary(run_dir))


def page_of(found):
    file = io.StringIO()
    render.write_html(found, file)
    return file.getvalue()


class Elements(HTMLParser):
    """Elements, attributes and texts as a browser's parser would find them, near enough."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.scripts, self.open = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.open.append(dict(attrs))
            self.scripts.append((dict(attrs), []))

    def handle_endtag(self, tag):
        if tag == "script":
            self.open.pop()

    def handle_data(self, text):
        if self.open:
            self.scripts[-1][1].append(text)


def embedded(page):
    scripts = [(attrs, "".join(text)) for attrs, text in Elements(page).scripts]
    return json.loads(next(text for attrs, text in scripts if attrs.get("id") == "data"))


def clean(folder, out, texts):
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    pipeline.clean([str(folder)], out, Settings())
    return audit(out, finished.summary(out))


def test_the_pages_figures_are_those_of_json(samples, run_dir):
    file = io.StringIO()
    export.write_json(finished.summary(run_dir), file)
    figures = json.loads(file.getvalue())
    page = embedded(page_of(samples))
    assert page["figures"] == {name: value for name, value in figures.items() if name != "documents"}
    shares = {row["doc"]: row["main_share"] for row in figures["documents"]}
    assert {row[0]: row[3] for row in page["documents"]} == shares


@pytest.mark.parametrize("write", [write_markdown, lambda summary, file: render.write_html(SAMPLES_AUDIT[0], file)])
def test_overview_and_markdown_show_what_the_terminal_shows(write, samples, run_dir):
    SAMPLES_AUDIT[:] = [samples]
    file = io.StringIO()
    write(finished.summary(run_dir), file)
    shown = re.sub("<[^>]*>", " ", file.getvalue().partition('<script type="application/json"')[0])
    figures = overview(samples)
    for tally in figures["classes"]:
        words = (tally["label"], percent(tally["share"]).strip(), f"{tally['chars']:,}", f"{tally['documents']:,}")
        assert re.search(r"\W+".join(map(re.escape, words)), shown), words
    for tally in figures["sites"]:
        assert percent(tally["main_share"]).strip() in shown
    assert percent(figures["total"]["main_share"]).strip() in shown


SAMPLES_AUDIT = []


def test_the_charts_are_drawn_to_scale(samples):
    shown = context(samples)
    for segment in shown["segments"]:
        assert segment["width"] == pytest.approx(100 * segment["tally"].share, abs=0.02)
    assert shown["segments"][-1]["x"] + shown["segments"][-1]["width"] == pytest.approx(100)
    assert sum(each["documents"] for each in shown["bins"]) == len(samples.documents)
    assert max(each["height"] for each in shown["bins"]) == 100
    tallest = max(shown["bins"], key=lambda each: each["documents"])
    shares = [each.row.main_share for each in samples.documents]
    assert tallest["documents"] == sum(tallest["from"] <= 100 * share < tallest["to"] for share in shares)


def test_sums_over_clusters_and_phrases_are_those_of_the_log(samples, run_dir):
    rows = [json.loads(line) for line in (run_dir / "removed.jsonl").read_text(encoding="utf-8").splitlines()]
    for each in samples.clusters:
        mine = [row for row in rows if row["cluster"] == each.cluster]
        assert each.removed == len(mine)
        assert each.chars == sum(len("".join(row["text"].split())) for row in mine)
        assert each.score == min((row["score"] for row in mine), default=None)
    for phrase in samples.phrases:
        mine = [row for row in rows if (phrase.kind, phrase.text) in map(phrase_of, row["evidence"])]
        mine = [row for row in mine if row["label"] == phrase.label]
        assert (phrase.removed, phrase.alone) == (len(mine), sum(len(row["evidence"]) == 1 for row in mine))
        assert phrase.documents == len({row["doc"] for row in mine})
    assert len(samples.clusters) == samples.summary.clusters


def test_the_judge_words_its_evidence_as_the_page_reads_it(samples):
    kinds = {(phrase.kind, phrase.listed is not None) for phrase in samples.phrases}
    assert {("phrase", True), ("heading", True), ("heading", False)} <= kinds
    assert all(phrase.listed for phrase in samples.phrases if phrase.kind == "phrase")


def test_samples_of_a_phrase_are_no_spellings_of_one_text(samples):
    for phrase in samples.phrases:
        folded = [fold(sample.text) for sample in phrase.samples]
        assert len(set(folded)) == len(folded) > 0


def test_every_document_is_whole_and_labelled_as_its_row_says(samples):
    for each in samples.documents:
        chars = dict.fromkeys(LABELS, 0)
        for span in each.view.spans:
            chars[span.label] += len("".join(span.text.split()))
        counted = {label: count for label, count in chars.items() if count and label != "blank"}
        assert counted == dict(each.row.labels)


def test_typical_places_and_examples_lead_to_members(samples, run_dir):
    rows = [json.loads(line) for line in (run_dir / "removed.jsonl").read_text(encoding="utf-8").splitlines()]
    places = {(row["cluster"], row["doc"], row["start"]) for row in rows}
    for each in samples.clusters:
        assert all((each.cluster, sample.doc, sample.start) in places for sample in each.examples)
        assert bool(each.examples) == bool(each.removed)
    top, end = (next(each for each in samples.clusters if words in str(each.pieces)) for words in ("الرئيسية |", "©"))
    assert top.position < 0.1
    assert end.position > 0.9


def test_variants_of_a_cluster_make_rules_that_can_be_read(samples):
    for each in samples.clusters:
        assert each.variants
        text = "".join(f"[[keep]]\ntext = {json.dumps(one, ensure_ascii=False)}\n" for one in each.variants)
        assert len(read_rules(text).lines) == len(each.variants)


def test_the_page_stays_small_whatever_the_scrape_holds(tmp_path):
    """Long lines, many sites, a problem of its own for each document, many inputs that could not be read."""
    story = "A line of a very long story that two sites tell in the same words. " * 2000
    texts = {f"{site}/{n}.txt": f"{story} {n}\n" for site in "ab" for n in range(3)}
    found = clean(tmp_path / "in", tmp_path / "out", texts)
    row = found.summary.documents[0]
    rows = tuple(replace(row, doc=f"d{n}", site=f"site{n}", problems=(f"id taken: {n}",)) for n in range(5000))
    unreadable = tuple(f"{n}.txt: not UTF-8" for n in range(5000))
    found = replace(found, summary=replace(found.summary, documents=rows, unreadable=unreadable))
    small = audit(tmp_path / "out", finished.summary(tmp_path / "out"), Limits(document_chars=1000, rule_chars=1000))
    assert len(page_of(replace(small, summary=found.summary))) < 600_000
    assert not any(each.variants for each in small.clusters)


def test_what_is_left_out_is_counted(run_dir):
    limits = Limits(documents=10, views=4, clusters=7, phrases=5, sites=2, document_chars=300, sample_chars=20)
    found = audit(run_dir, finished.summary(run_dir), limits)
    assert [len(part) for part in (found.documents, found.clusters, found.phrases)] == [10, 7, 5]
    views = [each.view for each in found.documents if each.view is not None]
    assert len(views) == 4
    assert any(view.left_out for view in views)
    assert all(len(sample.text) <= 20 for phrase in found.phrases for sample in phrase.samples)
    shown = re.sub("<[^>]*>", "", page_of(found))
    for sentence in (
        "10 documents are listed, 4 of them",
        "7 of 196 repeated",
        "The 2 sites with the least main content of 5",
    ):
        assert sentence in shown
    worst = min(found.summary.documents, key=lambda row: (row.main_share, -row.chars))
    assert worst.doc in {each.row.doc for each in found.documents}


def test_same_run_same_page(run_dir, samples):
    assert page_of(audit(run_dir, finished.summary(run_dir))) == page_of(samples)


def test_varying_words_are_found_whatever_their_spelling():
    assert pieces("نشر في ٣ مايو", ["نـشر في 3 مايو"]) == (("نشر في ٣ مايو", False),)
    assert pieces("a b c", ["a x c"]) == (("a ", False), ("b ", True), ("c", False))
    assert pieces("", ["a"])[0][0] == ""
    assert len("".join(text for text, _ in pieces("word " * 1000, []))) < 600


@pytest.mark.parametrize("text", [HOSTILE, "\ud800", "<!--<script>", "]]>", "\x00\x7f\x85", "&amp;"])
def test_embedded_data_is_read_back_and_holds_no_markup(text):
    written = embeddable({"text": text})
    assert not re.search("[<>&\u2028\u2029]", written)
    assert json.loads(written) == {"text": text}
    written.encode()


def test_hostile_text_adds_no_element(tmp_path):
    chrome = f"share {HOSTILE}\n"
    texts = {
        f"site/{n}.txt": f"{chrome}Title {n} {HOSTILE}\n{HOSTILE} body {n} of the page.\n{chrome}" for n in range(6)
    }
    found = clean(tmp_path / "in", tmp_path / "out", texts)
    rows = tuple(
        replace(row, doc=row.doc + HOSTILE, site=HOSTILE, problems=(HOSTILE,)) for row in found.summary.documents
    )
    found = replace(
        found,
        summary=replace(found.summary, documents=rows, unreadable=(HOSTILE,)),
        documents=tuple(replace(each, row=row) for each, row in zip(found.documents, rows, strict=True)),
    )
    page = page_of(found)
    elements = Elements(page)
    assert len(elements.scripts) == 2
    assert "img" not in {tag for tag, _ in elements.tags}
    assert not [attrs for _, attrs in elements.tags if any(name.startswith("on") for name in attrs)]
    assert "\x00" not in page


def test_the_policy_names_the_one_script_and_the_one_style(samples):
    page = page_of(samples)
    policy = next(attrs["content"] for tag, attrs in Elements(page).tags if tag == "meta" and "http-equiv" in attrs)
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    script = "".join(next(text for attrs, text in Elements(page).scripts if not attrs))
    style = re.search("<style>(.*?)</style>", page, re.DOTALL)[1]
    assert render._hash(script) in policy
    assert render._hash(style) in policy
    assert not re.search(r"(?:src|href)=\"(?!#)", page)


def test_every_label_has_a_colour():
    style = render._asset("page.css")
    assert [label for label in LABELS if f".c-{label} " not in style] == []


def test_every_part_of_the_script_is_in_the_page():
    folder = Path(render.__file__).parent / "assets"
    assert {path.stem for path in folder.glob("*.js")} == set(render.SCRIPTS)


def test_data_uses_the_codes_of_the_labels(samples):
    page = data(samples)
    assert page["labels"][CODE["legal"]] == "legal"


def test_a_page_of_nothing_says_so(tmp_path):
    found = clean(tmp_path / "in", tmp_path / "out", {"empty.txt": "", "blank.txt": "\n\n"})
    page = page_of(found)
    assert "No text in them." in page
    assert embedded(page)["clusters"] == []


def test_report_writes_the_page_of_inputs_and_of_a_run(dedup, scrape, tmp_path):
    assert dedup("report", scrape, "--html", "a.html", "--json", "a.json").returncode == 0
    dedup("clean", scrape, "--out", "run")
    shown = dedup("report", "run", "--html", "-", "--markdown", "b.md")
    assert shown.returncode == 0, shown.stderr
    pages = [embedded((tmp_path / "a.html").read_text(encoding="utf-8")), embedded(shown.stdout)]
    assert pages[0] == pages[1]
    figures = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert pages[0]["figures"]["total"] == figures["total"]
    assert (tmp_path / "b.md").read_text(encoding="utf-8").startswith("## Corpus audit")


@pytest.mark.parametrize("option", ["--html", "--json", "--markdown"])
def test_a_report_without_a_folder_is_refused_before_the_work(dedup, scrape, option):
    done = dedup("report", scrape, option, "nowhere/report")
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no folder nowhere" in done.stderr


def test_markdown_keeps_names_from_becoming_markup(tmp_path):
    found = clean(
        tmp_path / "in", tmp_path / "out", {"s/a.txt": "Some words of a page.\n", "t/b.txt": "Others here.\n"}
    )
    rows = tuple(replace(row, doc="a|b\n# <img> [x](http://e)", site="|\n- *x*") for row in found.summary.documents)
    file = io.StringIO()
    write_markdown(replace(found.summary, documents=rows), file)
    assert r"a\|b \# \<img\> \[x\]\(http\://e\)" in file.getvalue()
    assert "\n#" not in file.getvalue()[3:]
