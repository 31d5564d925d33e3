"""The laws of the house as properties, over small scrapes with planted near-copies, chrome and promoted articles."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from corpora import HEADINGS, REFRAIN, Page, article, documents, paragraph, scrape, written
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from judge_cases import articles
from near_texts import line, near_copy
from runs import contents

from dedup import corpus
from dedup.analysis import Analysis, analyse
from dedup.judge.trained.forest import packaged_model
from dedup.judge.verdict import Judge
from dedup.near import intake
from dedup.pipeline import clean
from dedup.restore import restore, verify
from dedup.settings import DUPLICATE_MODES, Settings, Shingles
from dedup.text.fold import fold, profile_of
from dedup.types import BOILERPLATE_LABELS, CODE, Document, Removal

SEEDS = st.integers(0, 10**6)
AS_DRAWN = (Phase.explicit, Phase.generate)
"""A seed has no simpler seed: nothing is gained by shrinking."""
few = settings(max_examples=12, deadline=None, derandomize=True, phases=AS_DRAWN)
more = settings(max_examples=25, deadline=None, derandomize=True, phases=AS_DRAWN)
KEEP_ALL = Settings(duplicates="keep-all")

choices = st.builds(
    Settings,
    duplicates=st.sampled_from(DUPLICATE_MODES),
    strip=st.sampled_from((BOILERPLATE_LABELS, ("read_also", "source"), ())),
    keep_below=st.sampled_from((0.0, 0.5, 0.92)),
    threshold=st.sampled_from((0.6, 0.8, 0.9)),
    shingles=st.sampled_from((Shingles("char", 5), Shingles("word", 2))),
    members=st.booleans(),
)


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(row) for row in path.read_text(encoding="utf-8").splitlines()]


def texts_in(folder: Path) -> dict[str, str]:
    """The text of every document of a folder, by other means than the product's."""
    found = {}
    for name, data in contents(folder).items():
        if name.endswith(".jsonl"):
            found.update({row["id"]: row["text"] for row in map(json.loads, data.decode().splitlines())})
        else:
            found[name] = data.removeprefix(b"\xef\xbb\xbf").decode()
    return found


def _chosen(folder: Path, seed: int, chosen: Settings) -> tuple[dict[str, str], Path]:
    source = written(folder / "in", scrape(seed), seed)
    clean([str(source)], folder / "out", chosen)
    return texts_in(source), folder / "out"


@pytest.fixture(scope="module")
def there() -> Iterator[Callable[[], Path]]:
    """A new folder for each example."""
    with TemporaryDirectory() as name:
        folders = (Path(name) / str(number) for number in range(10**9))
        yield lambda: next(folders)


# 1. Kept text is never edited. 2. Everything removed is logged and comes back byte for byte.


@few
@given(seed=SEEDS, chosen=choices)
def test_cleaned_text_is_the_text_without_the_logged_spans(there, seed, chosen):
    before, out = _chosen(there(), seed, chosen)
    after = texts_in(out / "clean")
    assert set(after) == set(before)
    spans: dict[str, list[dict[str, Any]]] = {name: [] for name in before}
    for row in rows_of(out / "removed.jsonl"):
        assert row["text"] == before[row["doc"]][row["start"] : row["end"]]
        assert row["label"] in (*chosen.strip, "duplicate", "blank")
        assert row["evidence"]
        assert row["score"] >= chosen.keep_below or row["label"] in ("duplicate", "blank")
        spans[row["doc"]].append(row)
    for name, text in before.items():
        kept, at = [], 0
        for row in spans[name]:
            assert at <= row["start"] < row["end"] <= len(text)
            kept.append(text[at : row["start"]])
            at = row["end"]
        assert "".join([*kept, text[at:]]) == after[name]


@few
@given(seed=SEEDS, chosen=choices)
def test_restore_gives_the_input_back_byte_for_byte(there, seed, chosen):
    folder = there()
    _, out = _chosen(folder, seed, chosen)
    before = contents(folder / "in")
    assert verify(out) == []
    restore(out, folder / "back")
    assert contents(folder / "back") == before


@few
@given(seed=SEEDS)
def test_the_figures_of_documents_are_those_of_their_verdicts(seed):
    """Two ways to the same counts: the columns, and the pieces one by one."""
    pages = documents(scrape(seed))
    found = analyse(pages, Settings())
    for number, document in enumerate(pages):
        sizes: dict[str, int] = {}
        for verdict in found.verdicts(number, document.text):
            size = len("".join(document.text[verdict.start : verdict.end].split()))
            sizes[verdict.label] = sizes.get(verdict.label, 0) + size
        figures = found.figures(number, document.text)
        assert dict(figures.labels) == {label: size for label, size in sizes.items() if size}
        assert figures.chars == len("".join(document.text.split()))
        gone = {(r.start, r.end, r.label) for r in found.removals(number, document.text)}
        bad = {(v.start, v.end, v.label) for v in found.verdicts(number, document.text) if v.label not in KEPT}
        assert gone == bad
        assert found.untouched(number) == (not bad)


KEPT = ("main", "title", "blank")


# 3. Same input, same output.


def folder_of(out: Path) -> dict[str, bytes]:
    """Everything but run.json, which tells the time, and its checksum."""
    found = {name: data for name, data in contents(out).items() if name != "run.json"}
    sums = found["SHA256SUMS"].splitlines()
    return found | {"SHA256SUMS": b"\n".join(row for row in sums if not row.endswith(b" run.json"))}


def test_the_output_does_not_depend_on_the_hash_seed(tmp_path):
    """Each in a process of its own, for a set of texts has another order there."""
    source = written(tmp_path / "in", scrape(11, sites=4, named=True))
    (source / "zz.jsonl").write_text(
        "".join(json.dumps({"id": page.name, "text": page.text}) + "\n" for page in scrape(12, named=False)), "utf-8"
    )
    processes = []
    for seed in ("0", "1", "random"):
        command = (sys.executable, "-m", "dedup", "clean", str(source), "--out", str(tmp_path / seed), "--members")
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        processes.append(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL))
    assert [process.wait() for process in processes] == [0, 0, 0]
    first = folder_of(tmp_path / "0")
    assert len(first) > 5
    assert first == folder_of(tmp_path / "1") == folder_of(tmp_path / "random")


@few
@given(seed=SEEDS, chars=st.sampled_from((1, 300, 2500)), named=st.booleans(), plain=st.booleans())
def test_the_output_does_not_depend_on_the_size_of_batches(seed, chars, named, plain):
    """Nor on who does the work: without kernels NumPy does, and with them where they were loaded before."""
    pages = [*documents(scrape(seed, named=named)), *other_languages()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus, "batches", partial(corpus.batches, chars=10**9))
        if plain:
            patch.setattr(intake, "kernels", lambda _: None)
        whole = outcome(analyse(pages, Settings()), pages)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus, "batches", partial(corpus.batches, chars=chars))
        assert outcome(analyse(pages, Settings()), pages) == whole


def other_languages() -> list[Document]:
    """Pages that are folded otherwise than Arabic, each twice."""
    names = [name for name in articles() if name[:2] in ("fa", "ur", "en")]
    texts = {f"{name}{copy}": "\n".join(articles()[name]) for name in names for copy in (1, 2)}
    return [Document(name, name, name, 0, text) for name, text in texts.items()]


def outcome(found: Analysis, pages: list[Document]) -> tuple[list[Any], ...]:
    removals = [found.final(number, document.text) for number, document in enumerate(pages)]
    return removals, list(found.cluster_rows()), list(found.member_rows())


@more
@given(seed=SEEDS)
def test_labels_do_not_depend_on_the_order_of_documents(seed):
    pages = documents(scrape(seed))
    assert labels(pages, KEEP_ALL) == labels(shuffled(pages, seed), KEEP_ALL)


def test_labels_without_sites_do_not_depend_on_the_order_of_documents():
    for seed in range(40):
        pages = documents(scrape(seed, named=False))
        assert labels(pages, KEEP_ALL) == labels(shuffled(pages, seed), KEEP_ALL)


@more
@given(seed=SEEDS)
def test_what_is_kept_does_not_depend_on_the_order_of_documents(seed):
    """Only which of several identical texts is kept may change."""
    pages = documents(scrape(seed))
    one, two = labels(pages, Settings()), labels(shuffled(pages, seed), Settings())
    assert kept_texts(one) == kept_texts(two)
    for key in one.keys() & two.keys():
        if "duplicate" not in (one[key], two[key]):
            assert one[key] == two[key]


def shuffled(pages: list[Document], seed: int) -> list[Document]:
    return random.Random(seed).sample(pages, len(pages))


def labels(pages: list[Document], chosen: Settings) -> dict[tuple[str, int, str], str]:
    """The label of each piece of each document."""
    found = analyse(pages, chosen)
    return {
        (document.doc, verdict.start, fold(document.text[verdict.start : verdict.end])): verdict.label
        for number, document in enumerate(pages)
        for verdict in found.verdicts(number, document.text)
    }


def kept_texts(found: dict[tuple[str, int, str], str]) -> set[str]:
    return {text for (_, _, text), label in found.items() if label in ("main", "title")}


@more
@given(seed=SEEDS, named=st.booleans())
def test_pages_that_are_not_opened_hold_nothing_to_judge(seed, named):
    """Only pages with evidence are judged line by line: on the others the judge would find nothing."""
    found = analyse(documents(scrape(seed, sites=4, pages=3, named=named)), KEEP_ALL)
    all_open = Judge(found.corpus, pages=np.arange(len(found.corpus.pages)))
    closed = np.isin(found.corpus.lines.doc, Judge(found.corpus).lines.pages, invert=True)
    assert not (closed & (all_open.label > CODE["title"]) & (found.corpus.lines.text >= 0)).any()
    assert not closed[list(all_open.cuts)].any()


# 4. No unverified removal.


def shingle_set(text: str, shingles: Shingles) -> set[Any]:
    if shingles.unit == "char":
        return {text[i : i + shingles.size] for i in range(max(1, len(text) - shingles.size + 1))}
    words = "".join(c if c.isalnum() or c == "_" else " " for c in text).split()
    return {tuple(words[i : i + shingles.size]) for i in range(max(1, len(words) - shingles.size + 1))}


def jaccard(a: str, b: str, shingles: Shingles) -> Fraction:
    one, two = shingle_set(a, shingles), shingle_set(b, shingles)
    return Fraction(len(one & two), len(one | two))


verified = st.builds(
    Settings,
    duplicates=st.sampled_from(("keep-one", "documents")),
    threshold=st.sampled_from((0.5, 0.7, 0.8, 0.95)),
    shingles=st.sampled_from((Shingles("char", 5), Shingles("word", 1))),
)


@settings(more, max_examples=40)
@given(seed=SEEDS, chosen=verified, edits=st.integers(1, 8))
def test_a_near_duplicate_is_as_near_to_the_copy_that_stays(seed, chosen, edits):
    rng = random.Random(seed)
    originals = [paragraph(rng) for _ in range(4)]
    pages = []
    for number in range(9):
        body = [near_copy(rng, text, rng.randint(0, edits)) for text in rng.sample(originals, 3)]
        pages.append(Document(f"{number}", f"site{number % 4}", f"{number}.txt", 0, "\n".join(body)))
    found = analyse(pages, chosen)
    removals = {p.doc: found.removals(number, p.text) for number, p in enumerate(pages)}
    texts = {page.doc: page.text for page in pages}
    for doc, some in removals.items():
        for gone in some:
            if gone.label == "duplicate":
                _is_verified(texts, removals, doc, gone, chosen)


def _is_verified(
    texts: dict[str, str], removals: dict[str, list[Removal]], doc: str, gone: Removal, chosen: Settings
) -> None:
    leader = gone.leader
    assert leader is not None
    assert (leader.doc, leader.start) != (doc, gone.start)
    assert not [r for r in removals[leader.doc] if r.start < leader.end and leader.start < r.end]
    there = fold(texts[leader.doc][leader.start : leader.end], profile_of(texts[leader.doc]))
    here = fold(texts[doc][gone.start : gone.end], profile_of(texts[doc]))
    similar = jaccard(here, there, chosen.shingles)
    assert here == there or similar >= Fraction(str(chosen.threshold))
    assert abs(float(similar) - gone.score) <= 0.01
    assert "".join(filter(str.isdigit, here)) == "".join(filter(str.isdigit, there))


@few
@given(seed=SEEDS)
def test_copies_are_found(seed):
    """The law of verification would hold for a tool that removes nothing."""
    rng = random.Random(seed)
    text = [paragraph(rng) for _ in range(3)]
    copy = [each + " اليوم" for each in text]
    pages = [Document(d, d, d, 0, "\n".join(lines)) for d, lines in (("a", text), ("b", copy), ("c", text))]
    found = analyse(pages, Settings())
    kept = [n for n, page in enumerate(pages) if not found.removals(n, page.text)]
    gone = [n for n, page in enumerate(pages) if len(found.removals(n, page.text)) == 3]
    assert (kept, gone) == ([0], [1, 2])
    assert [found.figures(n, pages[n].text).duplicate_of for n in range(3)] == [None, "a", "a"]


# 5. Repetition on one site is template; repetition across sites is shared content. Shape alone never deletes.


@more
@given(seed=SEEDS, heading=st.sampled_from(HEADINGS[:3]), at=st.integers(0, 4), depth=st.integers(1, 5))
def test_boilerplate_elsewhere_never_makes_an_article_a_duplicate_on_its_own_page(seed, heading, at, depth):
    """Whatever part of it rotates under a closed article on other pages, and wherever its own page stands."""
    rng = random.Random(seed)
    promoted = article(rng)
    pages = []
    for _ in range(4):
        lines = [*article(rng), "المصدر: وكالة الوادي", heading, *promoted[:depth]]
        pages.append("\n".join(lines))
    pages.insert(at, "\n".join(promoted))
    some = [Document(f"{n}", "site", f"{n}.txt", 0, text) for n, text in enumerate(pages)]
    found = analyse(some, Settings())
    own = {some[at].text[r.start : r.end].strip(): r.label for r in found.removals(at, some[at].text)}
    assert "duplicate" not in own.values()
    assert set(own) <= set(promoted[:1])  # its title: see "a promoted headline" in the known failures
    for number in set(range(5)) - {at}:
        gone = found.removals(number, some[number].text)
        assert {r.label for r in gone} <= {"source", "read_also", "related_links"}
        assert len(gone) == 2 + min(depth, len(promoted))


@more
@given(
    seed=SEEDS,
    sites=st.integers(3, 9),
    words=st.sampled_from(((2, 5), (6, 9), (10, 25))),
    stop=st.sampled_from((".", "")),
)
def test_a_line_of_many_sites_is_no_boilerplate(seed, sites, words, stop):
    rng = random.Random(seed)
    shared = line(rng, *words) + stop
    pages = []
    for site in range(sites):
        lines = article(rng)
        lines.insert(rng.randint(1, len(lines)), shared)
        pages.append(Document(f"{site}", f"site{site}", f"{site}.txt", 0, "\n".join(lines)))
    found = analyse(pages, KEEP_ALL)
    assert [found.removals(number, page.text) for number, page in enumerate(pages)] == [[]] * sites


@more
@given(
    seed=SEEDS, kind=st.sampled_from(("list", "table", "poem", "bullets", "scores", "headlines")), site=st.booleans()
)
def test_rules_never_delete_by_shape_alone(seed, kind, site):
    """The learned judgement reads shapes too, but says how sure it is; here it is mute."""
    rng = random.Random(seed)
    name = "site" if site else None
    pages = [
        Document(f"{n}", name, f"{n}.txt", 0, "\n".join([*article(rng), *_shaped(rng, kind), *article(rng)[1:]]))
        for n in range(3)
    ]
    mute = replace(packaged_model(), limits=np.zeros(0, np.int32), scores=np.zeros(1, np.int64))
    found = analyse(pages, Settings(), model=mute)
    assert [found.removals(number, page.text) for number, page in enumerate(pages)] == [[]] * 3


def _shaped(rng: random.Random, kind: str) -> list[str]:
    rows = range(rng.randint(3, 12))
    make: dict[str, Callable[[int], str]] = {
        "list": lambda _: line(rng, 1, 3),
        "table": lambda n: "    ".join((str(n + 1), line(rng, 1, 2), str(rng.randint(0, 99)), str(rng.randint(0, 99)))),
        "poem": lambda _: line(rng, 3, 5) + "  " + line(rng, 3, 5),
        "bullets": lambda _: "• " + line(rng, 2, 6),
        "scores": lambda _: f"{line(rng, 1, 2)} {rng.randint(0, 9)}-{rng.randint(0, 9)} {line(rng, 1, 2)}",
        "headlines": lambda _: line(rng, 5, 12),
    }
    return [make[kind](row) for row in rows]


@few
@given(seed=SEEDS, pages=st.integers(3, 8))
def test_what_all_pages_of_a_site_share_at_their_ends_is_template(seed, pages):
    """The law of repetition would hold for a tool that removes nothing."""
    rng = random.Random(seed)
    above, below = [line(rng, 2, 4) for _ in range(2)], [line(rng, 2, 5) for _ in range(2)]
    bodies = [article(rng) for _ in range(pages)]
    some = [Document(f"{n}", "site", f"{n}", 0, "\n".join([*above, *b, *below])) for n, b in enumerate(bodies)]
    found = analyse(some, KEEP_ALL)
    for number, body in enumerate(bodies):
        kept = [v for v in found.verdicts(number, some[number].text) if v.label in KEPT]
        assert "".join(some[number].text[v.start : v.end] for v in kept).split("\n")[:-1] == body


# 6. One bad file never stops a run.


@pytest.mark.parametrize("name", ["bad.txt", "site0/bad.txt", "bad.jsonl"])
def test_a_bad_file_changes_nothing_for_the_others(tmp_path, name):
    source = written(tmp_path / "in", scrape(5))
    clean([str(source)], tmp_path / "good", Settings())
    (source / name).write_bytes(b"\xff\xfe\x00\xd8 broken \x00")
    summary = clean([str(source)], tmp_path / "out", Settings())
    assert len(summary.unreadable) == 1
    assert name in summary.unreadable[0]
    good, out = folder_of(tmp_path / "good"), folder_of(tmp_path / "out")
    assert {key: data for key, data in out.items() if key in good and key.startswith("clean")} == {
        key: data for key, data in good.items() if key.startswith("clean")
    }
    assert out["removed.jsonl"] == good["removed.jsonl"]


def test_the_corpora_hold_what_the_laws_speak_of():
    """Planted copies, chrome, promoted articles and a refrain: none of the laws holds for want of cases."""
    pages = [page for seed in range(5) for page in scrape(seed)]
    found = analyse(documents([Page(f"{n}/{p.name}", p.site, p.lines) for n, p in enumerate(pages)]), Settings())
    rows = [found.figures(number, page.text).labels for number, page in enumerate(pages)]
    seen = {label for labels in rows for label in labels}
    assert {"main", "title", "duplicate", "navigation", "read_also", "source", "related_links"} <= seen
    assert any(REFRAIN in page.lines for page in pages)
