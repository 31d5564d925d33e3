"""What a run says of a corpus, as values: rows per document and the sums made of them.

Pure arithmetic: this file reads nothing and prints nothing. Every figure that any report shows
comes from here, so that the terminal, JSON and CSV agree. All counts of characters leave white
space out, so that indentation and blank lines weigh nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from heapq import nsmallest
from typing import Any

from dedup.types import LABELS, MAIN_LABELS

KEPT_LABELS = ("main", "title")
"""Main content of which this is the copy that is kept."""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One row of documents.jsonl, field for field.

    `chars`, `main_chars` and the values of `labels` count non-space characters of the original
    text; `main_chars` is the sum over main, title and duplicate. Shares lie in 0–1 and are null for
    a document without any text. `sha256` is of the original text in UTF-8.
    """

    doc: str
    site: str | None
    file: str
    sha256: str
    chars: int
    main_chars: int
    main_share: float | None
    unique_share: float | None
    labels: Mapping[str, int]
    duplicate_of: str | None = None
    problems: tuple[str, ...] = ()

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> DocumentRow:
        """Read a row of documents.jsonl; a field that this version does not know is left out."""
        known = {field.name: row[field.name] for field in fields(cls) if field.name in row}
        return cls(**known | {"problems": tuple(row.get("problems", ()))})


@dataclass(frozen=True, slots=True)
class Summary:
    """What one run found.

    `clusters` counts the clusters of repeated text, `removed` the removed spans, `unreadable` holds
    one message per input or row that could not be read, `notes` what else a person should know (sentences
    for stderr), `seconds` is wall time.
    """

    documents: Sequence[DocumentRow]
    clusters: int = 0
    removed: int = 0
    unreadable: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Tally:
    """The sum over some documents: of one site, or of all. `labels` maps a label to non-space characters."""

    site: str | None
    documents: int
    chars: int
    labels: Mapping[str, int]

    def share(self, labels: Iterable[str]) -> float | None:
        """Characters of `labels` over all characters; null where there is no text."""
        return share(sum(self.labels.get(label, 0) for label in labels), self.chars)

    @property
    def main_share(self) -> float | None:
        """Main content, kept here or elsewhere."""
        return self.share(MAIN_LABELS)

    @property
    def unique_share(self) -> float | None:
        """Main content of which the kept copy is here."""
        return self.share(KEPT_LABELS)


@dataclass(frozen=True, slots=True)
class ClassTally:
    """How much of the corpus has one label: documents that have any of it, characters, share of all characters."""

    label: str
    documents: int
    chars: int
    share: float | None


def share(part: int, whole: int) -> float | None:
    """Part of a whole with four decimals; null where there is nothing to share.

    >>> share(1, 3), share(0, 0)
    (0.3333, None)
    """
    return round(part / whole, 4) if whole else None


class _Sum:
    """A sum over documents that grows."""

    __slots__ = ("chars", "documents", "labels")

    def __init__(self) -> None:
        self.documents, self.chars, self.labels = 0, 0, Counter[str]()

    def add(self, row: DocumentRow) -> None:
        self.documents += 1
        self.chars += row.chars
        for label, chars in row.labels.items():
            self.labels[label] += chars

    def tally(self, site: str | None) -> Tally:
        present = {label: self.labels[label] for label in LABELS if self.labels[label]}
        return Tally(site, self.documents, self.chars, present)


def total(rows: Iterable[DocumentRow], site: str | None = None) -> Tally:
    """Sum all rows."""
    whole = _Sum()
    for row in rows:
        whole.add(row)
    return whole.tally(site)


def by_site(rows: Iterable[DocumentRow]) -> list[Tally]:
    """One sum per site, lowest main share first (sites without text last), then by name."""
    sums: dict[str | None, _Sum] = {}
    for row in rows:
        sums.setdefault(row.site, _Sum()).add(row)
    tallies = [each.tally(site) for site, each in sums.items()]
    return sorted(tallies, key=lambda tally: (_low_first(tally.main_share), tally.site or ""))


def by_class(rows: Iterable[DocumentRow]) -> list[ClassTally]:
    """One sum per label that occurs: main content first in its fixed order, then the classes, largest first."""
    whole, holders = _Sum(), Counter[str]()
    for row in rows:
        whole.add(row)
        holders.update(label for label, chars in row.labels.items() if chars)
    tallies = [
        ClassTally(label, holders[label], chars, share(chars, whole.chars))
        for label, chars in whole.tally(None).labels.items()
    ]
    return sorted(tallies, key=lambda tally: (0, 0) if tally.label in MAIN_LABELS else (1, -tally.chars))


def worst(rows: Iterable[DocumentRow], count: int) -> list[DocumentRow]:
    """The `count` documents with the lowest main share, longest first among equals; empty ones are not ranked."""
    ranked = (row for row in rows if row.main_share is not None)
    return nsmallest(count, ranked, key=lambda row: (_low_first(row.main_share), -row.chars, row.doc))


def problems(rows: Iterable[DocumentRow]) -> dict[str, list[str]]:
    """Documents per problem, the commonest problem first; a document without any text is one."""
    found: dict[str, list[str]] = {}
    for row in rows:
        for problem in row.problems or (("no text",) if not row.chars else ()):
            found.setdefault(problem, []).append(row.doc)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


def copies(rows: Sequence[DocumentRow]) -> list[DocumentRow]:
    """The documents whose main content is kept in another document."""
    return [row for row in rows if row.duplicate_of is not None]


def boilerplate_share(tally: Tally) -> float | None:
    """Everything that is no main content; null where there is no text."""
    return tally.share(label for label in tally.labels if label not in MAIN_LABELS)


def mostly(row: DocumentRow) -> str:
    """The label that has most of a document's characters, the first by name among equals; nothing without text."""
    labels = {label: chars for label, chars in row.labels.items() if chars and label != "blank"}
    return min(labels, key=lambda label: (-labels[label], label)) if labels else ""


def distribution(rows: Iterable[DocumentRow], bins: int = 20) -> list[int]:
    """Documents per equal range of main share, lowest first; a share of 1 is in the last; no text, no place.

    >>> distribution([], 4)
    [0, 0, 0, 0]
    """
    counts = [0] * bins
    for row in rows:
        if row.main_share is not None:
            counts[min(int(row.main_share * bins), bins - 1)] += 1
    return counts


def concerns(rows: Sequence[DocumentRow]) -> dict[str, list[str]]:
    """What a person should look at: documents per problem, then the copies of other documents."""
    found = problems(rows)
    twins = [row.doc for row in copies(rows)]
    return found | {"copy of another document": twins} if twins else found


def _low_first(main_share: float | None) -> float:
    return 2.0 if main_share is None else main_share
