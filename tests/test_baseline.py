"""The baseline: an index on disk that grows, merges, survives, and says what it knows."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from corpora import documents, scrape
from near_texts import line

from dedup.baseline import columns as disk
from dedup.baseline import index as store
from dedup.baseline.context import PREFIX, context
from dedup.baseline.index import MANIFEST, Index
from dedup.baseline.judged import judged
from dedup.baseline.part import joined, of_corpus, without
from dedup.corpus import scan
from dedup.errors import RunFolderError, UsageError
from dedup.settings import Settings, Shingles
from dedup.types import Document

SETTINGS = Settings()


@pytest.fixture(scope="module")
def pages() -> list[Document]:
    return documents(scrape(3, sites=3, pages=14))


def built(folder: Path, *batches: list[Document]) -> Index:
    store.create(folder, Shingles(), 0.8)
    for batch in batches:
        store.add(folder, of_corpus(scan(batch)), {"date": "2026-01-01", "sites": {}})
    return Index.open(folder)


def holds(index: Index):
    """Everything that an index holds, however it is cut into segments."""
    part = joined(index.parts())
    lines = [part.texts.text(text) if text >= 0 else None for text in part.text.tolist()]
    return part.docs, part.first.tolist(), lines


def answers(index: Index, new: list[Document]):
    found = context(index, scan(new), SETTINGS)
    return found.sample, [(each.doc, each.text) for each in found.documents]


def test_an_index_holds_the_folded_lines_of_its_documents(tmp_path, pages):
    docs, first, lines = holds(built(tmp_path / "index", pages))
    assert {doc.doc for doc in docs} == {page.doc for page in pages}
    corpus = scan(pages)
    number = next(n for n, page in enumerate(pages) if page.doc == docs[0].doc)
    rows = corpus.lines.text[corpus.first[number] : corpus.first[number + 1]].tolist()
    assert lines[: first[1]] == [corpus.texts.text(text) if text >= 0 else None for text in rows]


@pytest.mark.parametrize("seed", range(3))
def test_additions_in_any_order_answer_as_one_build_does(tmp_path, pages, seed):
    rng = random.Random(seed)
    shuffled = rng.sample(pages, len(pages))
    cuts = sorted(rng.sample(range(1, len(pages)), 9))
    batches = [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, None], strict=True)]
    one, many = built(tmp_path / "one", pages), built(tmp_path / "many", *batches)
    assert holds(one) == holds(many)
    new = documents(scrape(3, sites=4, pages=3))
    assert answers(one, new) == answers(many, new)
    assert len(many.manifest.segments) < len(batches)


def test_adding_again_changes_nothing(tmp_path, pages):
    index = built(tmp_path / "index", pages)
    before = {path.name: path.read_bytes() for path in index.folder.iterdir() if path.is_file()}
    assert store.add(index.folder, of_corpus(scan(pages[3:9])), {"date": "x", "sites": {}}) == 0
    assert {path.name: path.read_bytes() for path in index.folder.iterdir() if path.is_file()} == before


def test_merged_indexes_hold_what_one_build_holds(tmp_path, pages):
    built(tmp_path / "a", pages[:20])
    built(tmp_path / "b", pages[15:])
    store.merge([tmp_path / "a", tmp_path / "b"], tmp_path / "both")
    one, both = built(tmp_path / "one", pages), Index.open(tmp_path / "both")
    assert [s.sha256 for s in both.manifest.segments] == [s.sha256 for s in one.manifest.segments]
    store.create(tmp_path / "other", Shingles("char", 6), 0.8)
    with pytest.raises(UsageError, match="shingles"):
        store.merge([tmp_path / "a", tmp_path / "other"], tmp_path / "no")


def test_a_text_of_its_own_is_a_document_of_its_own(pages):
    part = of_corpus(scan(pages[:3]))
    assert len(without(part, {part.docs[1].key}).docs) == 2
    changed = Document(pages[0].doc, pages[0].site, "", 0, pages[0].text + "\nx")
    assert len(joined([part, of_corpus(scan([changed]))]).docs) == 4


def test_copies_near_copies_and_pages_of_the_site_come_back(tmp_path, pages):
    index = built(tmp_path / "index", pages)
    body = max((line for line in pages[0].text.split("\n")), key=len)
    near = body.replace(body.split()[3], "كلمة", 1)
    new = [Document("new", "elsewhere", "", 0, f"عنوان آخر\n{near}")]
    sample, found = answers(index, new)
    assert sample == 0
    holders = {doc for doc, text in found}
    assert any(PREFIX + page.doc in holders for page in pages if body in page.text)
    site = answers(index, [Document("new", pages[0].site, "", 0, "خبر")])
    assert site[0] == 14 == len(site[1])


def test_content_of_the_baseline_is_a_duplicate_with_its_leader_named(tmp_path, pages):
    index = built(tmp_path / "index", pages)
    body = [line for line in pages[0].text.split("\n") if len(line) > 60][:2]
    new = Document("new.txt", "elsewhere", "new.txt", 0, "\n".join(["عنوان لا يعرفه أحد من قبل", *body]))
    analysis, found = judged(lambda: [new], Settings(baseline=str(index.folder)))
    labels = [(v.label, v.evidence) for v in analysis.verdicts(len(found.documents), new.text)]
    assert [label for label, _ in labels][1:] == ["duplicate"] * len(body)
    assert all(evidence[0].startswith("the same text is kept in baseline:") for _, evidence in labels[1:])


def test_other_shingles_than_those_of_the_index_are_refused(tmp_path, pages):
    index = built(tmp_path / "index", pages[:5])
    with pytest.raises(UsageError, match="char:5"):
        context(index, scan(pages[:1]), Settings(shingles=Shingles("word", 3)))
    with pytest.raises(UsageError, match=r"0\.8"):
        context(index, scan(pages[:1]), Settings(threshold=0.7))


def test_an_index_that_is_there_is_not_built_again_and_none_is_said(tmp_path, pages):
    built(tmp_path / "index", pages[:3])
    with pytest.raises(UsageError, match="index add"):
        store.create(tmp_path / "index", Shingles(), 0.8)
    with pytest.raises(UsageError, match="dedup index build"):
        Index.open(tmp_path / "nothing")


def test_a_newer_version_is_refused_and_says_so(tmp_path, pages):
    index = built(tmp_path / "index", pages[:3])
    path = index.folder / MANIFEST
    path.write_text(path.read_text(encoding="utf-8").replace('"version": 1', '"version": 2'), encoding="utf-8")
    with pytest.raises(RunFolderError, match="version 2 is newer"):
        Index.open(index.folder)


@pytest.mark.parametrize(
    "name", [MANIFEST, disk.TABLE, "text.bin", "line.bin", "hash_one.bin", "band_key.bin", "doc.bin"]
)
def test_one_changed_byte_is_an_error_not_an_answer(tmp_path, pages, name):
    index = built(tmp_path / "index", pages)
    path = next(index.folder.rglob(name))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(bytes(data))
    unknown = Document("x", "s", "", 0, " ".join(f"كلمة{n}" for n in range(30)))
    with pytest.raises(RunFolderError, match=r"damaged|written"):
        answers(Index.open(index.folder), [*pages, unknown])
    path.write_bytes(bytes(data[:-1]))
    with pytest.raises(RunFolderError, match=r"damaged|written|bytes instead"):
        answers(Index.open(index.folder), pages)


def test_a_damaged_block_is_told_wherever_it_is_looked_at(tmp_path):
    values = np.arange(40_000, dtype=np.int64)
    sha256 = disk.write(tmp_path / "segment", {"numbers": values})
    column = disk.read(tmp_path / "segment", sha256)["numbers"]
    assert column.part(9_000, 9_003).tolist() == [9_000, 9_001, 9_002]
    path = tmp_path / "segment" / "numbers.bin"
    data = bytearray(path.read_bytes())
    data[100_000] ^= 1
    path.write_bytes(bytes(data))
    column = disk.read(tmp_path / "segment", sha256)["numbers"]
    assert column.take(np.array([3, 39_999])).tolist() == [3, 39_999]  # other blocks are sound
    with pytest.raises(RunFolderError, match="block 1"):
        column.take(np.array([12_000]))


ADD = """
import sys, json
from pathlib import Path
from dedup.indexing import add
from dedup.settings import Settings
print("go", flush=True)
add([sys.argv[1]], Path(sys.argv[2]), Settings())
"""


@pytest.mark.skipif(os.name == "nt", reason="a kill that cannot be caught is a signal elsewhere")
def test_a_kill_during_an_addition_leaves_the_old_index_or_the_new_one(tmp_path, pages):
    rng = random.Random(5)
    rows = [json.dumps({"id": page.doc, "site": page.site, "text": page.text}) for page in pages]
    (tmp_path / "more.jsonl").write_text("\n".join(rows[20:]) + "\n", encoding="utf-8")
    whole = holds(built(tmp_path / "whole", pages))[0]
    index = built(tmp_path / "index", pages[:20])
    old = holds(index)[0]
    for _ in range(4):
        command = [sys.executable, "-c", ADD, str(tmp_path / "more.jsonl"), str(index.folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            time.sleep(rng.random() * 0.4)
            process.send_signal(signal.SIGKILL)
        now = [doc.key for doc in holds(Index.open(index.folder))[0]]
        assert now in ([doc.key for doc in old], [doc.key for doc in whole])
    done = subprocess.run(command, check=True, capture_output=True)
    assert done.returncode == 0
    assert [doc.key for doc in holds(Index.open(index.folder))[0]] == [doc.key for doc in whole]
    assert not [path for path in index.folder.iterdir() if path.name.startswith(".")]


def test_the_commands(dedup, scrape, tmp_path):
    site = scrape / "sidra"
    (tmp_path / "first" / "sidra").mkdir(parents=True)
    for name in ("page0.txt", "page1.txt"):
        (site / name).rename(tmp_path / "first" / "sidra" / name)
    assert "2 of 2 documents are new" in dedup("index", "build", "first", "--index", "a").stdout
    added = dedup("index", "add", scrape, "--index", "a")
    assert "2 of 2 documents are new" in added.stdout
    assert "0 of 2 documents are new" in dedup("index", "add", scrape, "--index", "a").stdout
    assert dedup("index", "build", scrape, "--index", "a").returncode == 2
    dedup("index", "build", scrape, "--index", "b")
    merged = dedup("index", "merge", "a", "b", "--index", "c")
    assert merged.stdout.startswith("4 documents"), merged.stderr
    info = dedup("index", "info", "c")
    assert "sidra" in info.stdout
    assert "main content" in info.stdout
    done = dedup("index", "export", "c", "--out", "tables")
    assert done.returncode == 0, done.stderr
    import pyarrow.parquet as pq

    lines, texts = (pq.read_table(tmp_path / "tables" / f"{name}.parquet").to_pydict() for name in ("lines", "texts"))
    assert sum(lines["document"].count(n) for n in range(4)) == len(lines["line"])
    assert max(lines["text"]) == len(texts["folded"]) - 1
    assert dedup("index", "info", "nowhere").returncode == 2


def test_one_page_is_judged_by_the_template_of_its_site(dedup, tmp_path):
    from test_rulebook import page

    for folder, numbers in (("known", range(8)), ("new", (8,))):
        (tmp_path / folder / "alnahr").mkdir(parents=True)
        for number in numbers:
            (tmp_path / folder / "alnahr" / f"{number}.txt").write_text(page(number), encoding="utf-8")
    dedup("index", "build", "known", "--index", "index")
    foot = "صنع على ضفة النهر بمحبة"
    for more, stays in (((), True), (("--baseline", "index"), False)):
        done = dedup("clean", "new", "--out", "out", "--overwrite", *more)
        assert done.returncode == 0, done.stderr
        assert (foot in (tmp_path / "out" / "clean" / "alnahr" / "8.txt").read_text(encoding="utf-8")) is stays
    assert dedup("verify", "out").returncode == 0
    rows = (json.dumps({"id": "8", "site": "alnahr", "text": page(8)}) + "\n").encode()
    command = [sys.executable, "-m", "dedup", "clean", "-", "--baseline", "index", "--log", "log"]
    poured = subprocess.run(command, cwd=tmp_path, check=True, input=rows, capture_output=True)
    assert foot not in json.loads(poured.stdout)["text"]
    shown = dedup("explain", Path("new"), "alnahr/8.txt", "--baseline", "index")
    assert "of the site" in shown.stdout
    assert PREFIX not in shown.stdout.splitlines()[0]


def drifting(folder: Path, numbers: range, **changes: str) -> Path:
    """Pages of one site: a title, two paragraphs of their own, and chrome that `changes` may replace."""
    rng = random.Random(4)
    chrome = {"top": "دفتر النهر: سوق وميناء وملاعب", "foot": "صنع على ضفة النهر بمحبة", "more": ""} | changes
    (folder / "alnahr").mkdir(parents=True)
    for number in range(numbers.stop):
        body = [line(rng, 14, 22) + "." for _ in range(4)]
        text = [chrome["top"], line(rng, 4, 7), *body, chrome["more"], chrome["foot"]]
        if number in numbers:
            (folder / "alnahr" / f"{number}.txt").write_text("\n".join(text), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def known(tmp_path_factory) -> Path:
    from dedup.indexing import build

    room = tmp_path_factory.mktemp("known")
    build([str(drifting(room / "pages", range(150)))], room / "index", SETTINGS)
    return room / "index"


def changes_of(known: Path, folder: Path):
    from dedup.checking import check
    from dedup.gate.thresholds import Thresholds

    outcome = check([str(folder)], Settings(baseline=str(known)), Thresholds())
    return {finding.rule: finding for finding in outcome.findings if finding.level == "drift"}, outcome


def test_a_site_that_has_not_changed_raises_no_alarm(known, tmp_path):
    found, outcome = changes_of(known, drifting(tmp_path / "new", range(150, 170)))
    assert found == {}
    assert {rule for level, _, rule in outcome.cases if level == "drift"} == {
        "drift-figure", "drift-new-line", "drift-lost-line"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "rule", "says"),
    [
        ({"more": "غرفة القراءة مفتوحة للأعضاء"}, "drift-new-line", "20 of 20 pages now carry «غرفه القراءه مفتوحه"),
        ({"foot": ""}, "drift-lost-line", "0 of 20 pages carry «صنع علي ضفه النهر بمحبه», 150 of 150 did"),
    ],
)
def test_a_redesign_is_told_with_the_line_and_both_counts(known, tmp_path, changes, rule, says):
    found, outcome = changes_of(known, drifting(tmp_path / "new", range(150, 170), **changes))
    assert rule in found
    assert says in found[rule].says
    assert found[rule].subject == "alnahr"
    assert not outcome.passed


def test_articles_cut_short_and_error_pages_are_told(known, tmp_path):
    folder = drifting(tmp_path / "cut", range(150, 170))
    for path in folder.rglob("*.txt"):
        lines = path.read_text(encoding="utf-8").split("\n")
        path.write_text("\n".join(each[:60] if len(each) > 80 else each for each in lines), encoding="utf-8")
    assert "drift-figure" in changes_of(known, folder)[0]
    folder = drifting(tmp_path / "error", range(150, 190))
    for number in range(150, 190, 10):
        (folder / "alnahr" / f"{number}.txt").write_text("Service unavailable\nTry again.", encoding="utf-8")
    found = changes_of(known, folder)[0]
    assert "drift-figure" in found
    assert "4 of 40 pages" in found["drift-figure"].says


def test_pages_that_the_baseline_has_are_no_copies_of_themselves_but_of_others(known, tmp_path):
    folder = drifting(tmp_path / "again", range(30, 40))
    _, outcome = changes_of(known, folder)
    assert outcome.figures["known"] == outcome.figures["duplicates"] == 0
    for path in list(folder.rglob("*.txt")):
        path.rename(path.with_name(f"moved-{path.name}"))
    _, outcome = changes_of(known, folder)
    assert outcome.figures["known"] > 0.9
    assert "known" in {finding.rule for finding in outcome.findings}


def test_the_baseline_grows_only_when_told_to_and_only_when_passed(dedup, tmp_path):
    drifting(tmp_path / "old", range(10))
    drifting(tmp_path / "new", range(10, 14))
    dedup("index", "build", "old", "--index", "index")
    check = ("check", "new", "--baseline", "index")
    count = lambda: dedup("index", "info", "index").stdout.partition(" ")[0]  # noqa: E731 - a word for it
    assert dedup(*check).returncode == 0
    assert dedup(*check, "--update-baseline", "--min-main-share", "0.999").returncode == 1
    assert count() == "10"
    done = dedup(*check, "--update-baseline")
    assert (done.returncode, count()) == (0, "14"), done.stderr
    assert dedup("check", "new", "--update-baseline").returncode == 2


def test_many_texts_share_a_dictionary_and_come_back_whole(tmp_path, monkeypatch):
    from dedup.baseline import part as parts

    monkeypatch.setattr(parts, "SAMPLES", 200)
    monkeypatch.setattr(parts, "DICTIONARY", 4096)
    rng = random.Random(9)
    many = [Document(f"{n}", "s", "", n, "\n".join(line(rng, 8, 20) for _ in range(20))) for n in range(30)]
    index = built(tmp_path / "index", many)
    assert len(index.segments[0]["dictionary"])
    assert sorted(filter(None, holds(index)[2])) == sorted(
        scan(many).texts.text(text) for text in scan(many).lines.text.tolist()
    )


def test_the_lines_that_come_back_fold_to_themselves(tmp_path, pages):
    """Else a line of the baseline and the same line of a new page would be two texts."""
    found = context(built(tmp_path / "index", pages), scan(pages), SETTINGS).documents
    before, after = scan(pages).texts, scan(found).texts
    assert {after.text(n) for n in range(len(after))} <= {before.text(n) for n in range(len(before))}
