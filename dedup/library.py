"""`dedup.clean` and `dedup.report` over data in memory: the twins of the commands.

The same judge and the same settings; what the commands write to files is answered by `dedup.result.Result`. Nothing
is kept between calls, so they may run in several threads at once.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from dedup.analysis import Analysis
from dedup.baseline.judged import judged
from dedup.checking import answer, page_of
from dedup.errors import InputError, UsageError
from dedup.formats.find import settled
from dedup.formats.names import guess, no_field, told
from dedup.formats.repairs import mended
from dedup.formats.site import host
from dedup.frames import TEXTS, Data, Kind, Row, kind_of
from dedup.gate.thresholds import Thresholds
from dedup.gate.values import Outcome
from dedup.judge import rulefile
from dedup.report.score import DocumentRow, Summary
from dedup.result import Removed, Result
from dedup.settings import Settings, Shingles
from dedup.strip import kept, left_out
from dedup.types import Document

FIRST_ROWS = 100
FILE = "data"
"""What error messages call data that have no file."""


def clean(data: Data, settings: Settings | None = None, **options: Any) -> Result[Any]:
    """See `dedup.clean`."""
    return _result(data, _settings(settings, options), rebuild=True)


def report(data: Data, settings: Settings | None = None, **options: Any) -> Result[None]:
    """See `dedup.report`."""
    return _result(data, _settings(settings, options), rebuild=False)


def check(
    data: Data, thresholds: Thresholds | None = None, settings: Settings | None = None, **options: Any
) -> Outcome:
    """See `dedup.check`."""
    gate = {field.name: options.pop(field.name) for field in fields(Thresholds) if field.name in options}
    limits = replace(thresholds or Thresholds(), **gate)
    result = _result(data, _settings(settings, options), rebuild=False)
    documents = zip(result.summary.documents, result.originals, result.verdicts, strict=True)
    pages = [page_of(row, text, said, None, number) for number, (row, text, said) in enumerate(documents)]
    return answer(pages, result.summary, limits)


def _settings(settings: Settings | None, options: dict[str, Any]) -> Settings:
    if isinstance(options.get("shingles"), str):
        options["shingles"] = Shingles.parse(options["shingles"])
    if "strip" in options:
        options["strip"] = tuple(options["strip"])
    chosen = replace(settings or Settings(), **options)
    if chosen.metadata:
        raise UsageError(
            "metadata: data in memory get no field for it; `Result.metadata(doc)` has it for every document"
        )
    return chosen


def _result(data: Data, settings: Settings, *, rebuild: bool) -> Result[Any]:
    began = time.perf_counter()
    kind, data = kind_of(data)
    settings, notes = _named(kind, data, settings)
    documents = list(_documents(kind, data, settings))
    rules = rulefile.load(settings.rules_file) if settings.rules_file else None
    analysis, context = judged(lambda: documents, settings, rules)
    known = len(context.documents)
    rows = tuple(_row(analysis, number, document.text) for number, document in enumerate(documents, known))
    removed = tuple(_removed(analysis, number, document) for number, document in enumerate(documents, known))
    texts = tuple(_kept(document.text, spans) for document, spans in zip(documents, removed, strict=True))
    clusters = tuple(analysis.cluster_rows())
    count = sum(map(len, removed))
    summary = Summary(rows, len(clusters), count, notes=tuple(notes), seconds=time.perf_counter() - began)
    made = _rebuilt(kind, data, settings, documents, _Kept(rows, texts)) if rebuild else None
    lines = tuple(tuple(analysis.verdicts(number, each.text)) for number, each in enumerate(documents, known))
    originals = tuple(document.text for document in documents)
    return Result(made, summary, settings, texts, originals, removed, lines, clusters)


def _named(kind: Kind, data: Data, settings: Settings) -> tuple[Settings, list[str]]:
    """The settings with the names of fields that the data have, and what to say of it."""
    if kind is TEXTS:
        return replace(settings, text_field="text"), []
    names = kind.names(data)
    found = guess(kind.rows(kind.head(data, FIRST_ROWS), names), settings)
    settings = replace(settings, **dict[str, Any](found)) if found else settings
    if names and settings.text_field not in names:
        raise InputError(f"{FILE}: {no_field(settings.text_field, names).replace('--text-field', 'text_field=')}")
    return settings, told([(FILE, found)])


def _documents(kind: Kind, data: Data, settings: Settings) -> Iterator[Document]:
    """A document per row that has a text; a null is none. InputError for a text that is no string."""
    wanted = (settings.text_field, settings.id_field, settings.site_field, settings.title_field, settings.url_field)
    there = set(kind.names(data))
    taken: set[str] = set()
    for number, row in enumerate(kind.rows(data, [name for name in dict.fromkeys(wanted) if name in there])):
        text = row.get(settings.text_field)
        if isinstance(text, str):
            yield settled(_document(number, row, text, settings), taken)
        elif text is not None:
            raise InputError(f"row {number}: the field {settings.text_field!r} is a {type(text).__name__}, no string")


def _document(number: int, row: Row, text: str, settings: Settings) -> Document:
    doc = row.get(settings.id_field)
    named = str(doc) if isinstance(doc, str | int) and not isinstance(doc, bool) else ""
    site = _string(row, settings.site_field) or host(_string(row, settings.url_field) or "")
    text, problems = mended(text, settings)
    return Document(named or f"#{number + 1}", site, FILE, number, text, _string(row, settings.title_field), problems)


def _string(row: Row, name: str) -> str | None:
    value = row.get(name)
    return value if isinstance(value, str) and value else None


def _row(analysis: Analysis, number: int, text: str) -> DocumentRow:
    page, f = analysis.corpus.pages[number], analysis.figures(number, text)
    shares = (f.chars, f.main_chars, f.main_share, f.unique_share)
    return DocumentRow(page.doc, f.site, page.file, page.sha256, *shares, f.labels, f.duplicate_of, f.problems)


def _removed(analysis: Analysis, number: int, document: Document) -> tuple[Removed, ...]:
    return tuple(
        Removed(
            document.doc,
            each.start,
            each.end,
            each.label,
            each.evidence,
            each.score,
            document.text[each.start : each.end],
        )
        for each in analysis.final(number, document.text)
    )


def _kept(text: str, spans: Sequence[Removed]) -> str:
    return kept(text, spans) if spans else text


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is left of each document, beside its figures."""

    rows: Sequence[DocumentRow]
    texts: Sequence[str]


def _rebuilt(kind: Kind, data: Data, settings: Settings, documents: Sequence[Document], left: _Kept) -> Data:
    """The same kind of data with what is left of each text; rows without a text stay."""
    gone = {
        document.row
        for document, row in zip(documents, left.rows, strict=True)
        if left_out(settings, row.labels) is not None
    }
    after: Mapping[int, str] = {document.row: text for document, text in zip(documents, left.texts, strict=True)}
    count = len(data)
    texts = [after.get(number) for number in range(count)]
    return kind.rebuilt(data, settings.text_field, texts, [number for number in range(count) if number not in gone])
