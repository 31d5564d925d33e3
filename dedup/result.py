"""What cleaning data in memory found, as values that answer questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Generic, TypeVar

from dedup.errors import UsageError
from dedup.metadata import metadata
from dedup.report.score import DocumentRow, Summary, by_class, total, worst
from dedup.settings import Settings
from dedup.types import LABELS, Verdict

DataT_co = TypeVar("DataT_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Removed:
    """One removed span, as a row of removed.jsonl; offsets count code points of the original text."""

    doc: str
    start: int
    end: int
    label: str
    evidence: tuple[str, ...]
    score: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document, or a part of one, with its label and the evidence for it."""

    label: str
    score: float
    text: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Result(Generic[DataT_co]):
    """`data` is what was given, cleaned, of the same kind (null for a report); documents are in its order.

    `summary` holds the figures, `texts` what is left of each document, `originals` what was there. `settings` are those
    of the call, with the names of fields that were found.
    """

    data: DataT_co
    summary: Summary
    settings: Settings
    texts: tuple[str, ...]
    originals: tuple[str, ...]
    _removed: tuple[tuple[Removed, ...], ...]
    _lines: tuple[tuple[Verdict, ...], ...]
    clusters: tuple[Mapping[str, object], ...]

    @property
    def documents(self) -> tuple[DocumentRow, ...]:
        """The figures of each document, as rows of documents.jsonl."""
        return tuple(self.summary.documents)

    @property
    def verdicts(self) -> tuple[tuple[Verdict, ...], ...]:
        """What was said of each line, by document."""
        return self._lines

    @property
    def main_share(self) -> float | None:
        """Main content over all characters, 0 to 1; null where there is no text."""
        return total(self.documents).main_share

    @property
    def unique_share(self) -> float | None:
        """The same with each repeated text counted once."""
        return total(self.documents).unique_share

    def removed(self, label: str | None = None, doc: str | None = None) -> list[Removed]:
        """What was removed, of one class or document where these are given; UsageError for an unknown class."""
        if label is not None and label not in LABELS:
            raise UsageError(f"unknown class {label!r}: choose from {', '.join(LABELS)}")
        numbers = range(len(self._removed)) if doc is None else (self._number(doc),)
        return [span for number in numbers for span in self._removed[number] if label in (None, span.label)]

    def worst(self, count: int = 10) -> list[DocumentRow]:
        """The documents with the lowest share of main content."""
        return worst(self.documents, count)

    def explain(self, doc: str) -> list[Line]:
        """Every line of a document with its label and the evidence, kept and removed."""
        number = self._number(doc)
        text = self.originals[number]
        return [
            Line(v.label, v.score, text[v.start : v.end], v.evidence) for v in self._lines[number] if v.end > v.start
        ]

    def metadata(self, doc: str) -> dict[str, object]:
        """Date, byline, source and keywords that were removed from a document, as `--metadata` writes them."""
        return metadata(self.originals[self._number(doc)], self.removed(doc=doc))

    def _number(self, doc: str) -> int:
        for number, row in enumerate(self.documents):
            if row.doc == doc:
                return number
        raise UsageError(f"no document {doc!r}; ids are the field `doc` of `result.documents`")

    def __repr__(self) -> str:
        return f"<dedup.Result: {self._headline()}>"

    def _headline(self) -> str:
        share = self.main_share
        main = "no text" if share is None else f"main content {share:.1%}"
        return f"{len(self.documents):,} documents, {main}, {self.summary.removed:,} removals"

    def _repr_html_(self) -> str:
        """What a notebook shows: the figures, and what the text is made of."""
        head = "<tr><th>class</th><th>share</th><th>characters</th><th>documents</th></tr>"
        rows = "".join(
            f"<tr><td>{escape(each.label)}</td><td>{each.share or 0:.1%}</td><td>{each.chars:,}</td>"
            f"<td>{each.documents:,}</td></tr>"
            for each in by_class(self.documents)
        )
        return f"<p><b>dedup</b>: {escape(self._headline())}</p><table>{head}{rows}</table>"
