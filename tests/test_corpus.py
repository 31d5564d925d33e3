"""Columns over a corpus against what plain Python says of every line."""

import hashlib
import re

import pytest
from corpora import documents, scrape

from dedup import corpus
from dedup.corpus import scan
from dedup.text.fold import fold, profile_of
from dedup.types import Document

ODD = [
    "",
    "\n",
    "خبر\r\n\r\nثان\r",
    "عنوان    ثان     ثالث    \n    بداية\n   \nنص   قصير",
    "\ud800 خبر\n😀 新闻\n\u2028سطر\x85",
    "وزیر خارجه گفت که چهار پرونده پیگیری می‌شود\nچاپ",
    "وزیر الداخلیة یزور الكويت",
]


def docs(texts):
    return [Document(f"d{n}", None, "f", n, text, None, ("odd",) * (n % 2)) for n, text in enumerate(texts)]


def rows(text):
    """(start, end, next, folded, size, gaps) of every line, the slow way."""
    at = 0
    for raw in text.split("\n"):
        following = min(at + len(raw) + 1, len(text))
        line = raw[:-1] if raw.endswith("\r") and at + len(raw) < len(text) else raw
        gaps = len(re.findall(r"\s{4,}(?=\S)", line))
        yield at, at + len(line), following, fold(line, profile_of(text)), len("".join(line.split())), gaps
        at = following


@pytest.mark.parametrize("batch", [1, 40, corpus.BATCH_CHARS])
@pytest.mark.parametrize("texts", [ODD, [page.text for page in scrape(5)]], ids=["odd", "scrape"])
def test_every_line_is_what_plain_python_says(monkeypatch, batch, texts):
    monkeypatch.setattr(corpus, "BATCH_CHARS", batch)
    monkeypatch.setattr(corpus.batches, "__defaults__", (batch,))
    found = scan(docs(texts))
    lines = found.lines
    for number, text in enumerate(texts):
        own = slice(found.first[number], found.first[number + 1])
        folded = [found.texts.text(t) if t >= 0 else "" for t in lines.text[own].tolist()]
        columns = [lines.start, lines.end, lines.next, folded, lines.size, lines.gaps]
        columns = [c[own].tolist() if c is not folded else c for c in columns]
        assert list(zip(*columns, strict=True)) == list(rows(text))
        assert set(lines.doc[own].tolist()) == {number}


def test_pages_remember_what_the_log_needs():
    found = scan(docs(ODD))
    for number, (page, text) in enumerate(zip(found.pages, ODD, strict=True)):
        assert (page.doc, page.row, page.problems) == (f"d{number}", number, ("odd",) * (number % 2))
        assert page.sha256 == hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        assert page.chars == len("".join(text.split()))
        assert page.profile == profile_of(text)


def test_ids_follow_the_first_occurrence_whatever_the_language():
    found = scan(docs(["پچ پچ گچ", "خبر", "پچ پچ گچ\nجديد"]))
    assert found.lines.text.tolist() == [0, 1, 0, 2]


def test_no_documents_are_a_corpus_too():
    found = scan([])
    assert found.pages[:] == []
    assert found.first.tolist() == [0]
    assert len(found.texts) == 0


def test_the_batches_hold_all_documents_in_order():
    texts = documents(scrape(1))
    batches = list(corpus.batches(iter(texts), 500))
    assert [document for batch in batches for document in batch] == texts
    assert len(batches) > 3
    assert all(sum(len(d.text) for d in batch[:-1]) < 500 for batch in batches)
