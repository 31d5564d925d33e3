"""The rows of documents.jsonl of one analysis, made when they are asked for: a crawl has millions."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from operator import eq
from typing import overload

from dedup.analysis import Analysis
from dedup.report.score import DocumentRow


def row_of(analysis: Analysis, number: int, text: str = "") -> DocumentRow:
    """The row of a document; its text is needed the first time where only parts of a line are boilerplate."""
    page, f = analysis.corpus.pages[number], analysis.figures(number, text)
    shares = (f.chars, f.main_chars, f.main_share, f.unique_share)
    return DocumentRow(page.doc, f.site, page.file, page.sha256, *shares, f.labels, f.duplicate_of, f.problems)


KEPT = 100_000
"""So many rows are kept once they were made; further ones are made each time."""


class Rows(Sequence[DocumentRow]):
    """Rows that were there before, and those of some documents of an analysis, by their numbers."""

    def __init__(self, analysis: Analysis, before: Sequence[DocumentRow] = ()) -> None:
        self._analysis = analysis
        self._before = before
        self._numbers = array("q")
        self._made: list[DocumentRow] = []

    def add(self, number: int, text: str) -> DocumentRow:
        """Append a document; its row."""
        row = row_of(self._analysis, number, text)
        if len(self._made) == len(self._numbers) < KEPT:
            self._made.append(row)
        self._numbers.append(number)
        return row

    def cut(self, length: int) -> None:
        """Take back all but the first `length` rows; those that were there before stay."""
        del self._numbers[max(length - len(self._before), 0) :]
        del self._made[len(self._numbers) :]

    def without(self, files: set[str]) -> Sequence[DocumentRow]:
        """The rows of all other files."""
        kept = Rows(self._analysis, tuple(row for row in self._before if row.file not in files))
        pages = self._analysis.corpus.pages
        kept._numbers.extend(number for number in self._numbers if pages.file(number) not in files)
        return kept

    def __len__(self) -> int:
        return len(self._before) + len(self._numbers)

    def __iter__(self) -> Iterator[DocumentRow]:
        yield from self._before
        yield from self._made
        for number in self._numbers[len(self._made) :]:
            yield row_of(self._analysis, number)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(eq, self, other))

    __hash__ = None  # type: ignore[assignment]

    @overload
    def __getitem__(self, place: int) -> DocumentRow: ...
    @overload
    def __getitem__(self, place: slice) -> list[DocumentRow]: ...
    def __getitem__(self, place: int | slice) -> DocumentRow | list[DocumentRow]:
        places = range(len(self))[place]
        if isinstance(places, range):
            return [self[each] for each in places]
        if places < len(self._before):
            return self._before[places]
        place = places - len(self._before)
        return self._made[place] if place < len(self._made) else row_of(self._analysis, self._numbers[place])
