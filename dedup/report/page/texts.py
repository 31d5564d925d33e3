"""The one reading of the original texts: lines of the documents shown, leaders that stayed, typical places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dedup.originals import originals
from dedup.report.page.tally import size
from dedup.report.page.values import Row, Span, View
from dedup.report.run import verdicts
from dedup.report.score import DocumentRow


@dataclass(slots=True)
class Wanted:
    """What is wanted of the originals: rows per document to view, spans to read, documents to measure."""

    removed: Mapping[str, Sequence[Row]]
    spans: Mapping[str, Sequence[tuple[int, int]]]
    measured: frozenset[str]
    document_chars: int


@dataclass(slots=True)
class Texts:
    """What was read: views by document, texts by (document, start), lengths in code points by document."""

    views: dict[str, View] = field(default_factory=dict)
    spans: dict[tuple[str, int], str] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)


def read_texts(run_dir: Path, rows: Mapping[str, DocumentRow], wanted: Wanted) -> Texts:
    """Read what is wanted; files in which nothing is wanted are passed over."""
    docs = wanted.removed.keys() | wanted.spans.keys() | wanted.measured
    files = {rows[doc].file for doc in docs}
    found = Texts()
    for origin, mended in originals(run_dir) if docs else ():
        if origin.file not in files:
            continue
        for item in mended:
            if item.entry is not None and item.text is not None and item.entry.doc in docs:
                _read(rows[item.entry.doc], item.text, wanted, found)
    return found


def _read(row: DocumentRow, text: str, wanted: Wanted, found: Texts) -> None:
    doc = row.doc
    found.lengths[doc] = len(text)
    for start, end in wanted.spans.get(doc, ()):
        found.spans[doc, start] = text[start:end]
    if doc in wanted.removed:
        found.views[doc] = view(row, text, wanted.removed[doc], wanted.document_chars)


def view(row: DocumentRow, text: str, removed: Sequence[Row], limit: int) -> View:
    """A document's kept lines and removed spans in order, up to `limit` code points."""
    rows = {each["start"]: each for each in removed}
    spans: list[Span] = []
    titles = row.labels.get("title", 0)
    shown = 0
    for verdict in verdicts(text, removed):
        if verdict.start >= limit:
            break
        shown = min(verdict.end, limit)
        piece = text[verdict.start : shown]
        gone = rows.get(verdict.start)
        if gone is not None and gone["end"] == verdict.end:
            spans.append(_removed(gone, piece))
        elif titles and size(piece) == titles:
            spans.append(Span("title", piece))
            titles = 0
        else:
            spans.append(Span("main", piece))
    return View(tuple(spans), len(text) - shown)


def _removed(row: Row, text: str) -> Span:
    leader = row["leader"] or {}
    evidence = tuple(row["evidence"])
    place = (leader.get("doc"), leader.get("start", 0))
    return Span(row["label"], text, True, row["score"], evidence, row["cluster"], *place)


def places(clusters: Mapping[int, Row]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Where the leaders of clusters stand."""
    for row in clusters.values():
        leader = row["leader"]
        yield leader["doc"], (leader["start"], leader["end"])
