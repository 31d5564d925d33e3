"""Columns over a whole corpus: one row per document, per line and per distinct folded line.

Objects per line cost more than the work on them, so lines live in NumPy arrays from here on. The text itself
is not kept, only the distinct folded lines are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.near.distinct import Distinct
from dedup.text.fold import Folded, fold, fold_lines, profile_of
from dedup.text.lines import encode, split
from dedup.types import Document

BATCH_CHARS = 8_000_000
"""Code points per batch: large enough to amortise NumPy calls, small enough to stay in memory."""

NOT_SPACE_LIMIT = 0x3000


@dataclass(frozen=True, slots=True)
class Lines:
    """Columns over all lines, in reading order.

    doc: int32. start, end, next: int32, code points within the document; `end` excludes the line end, `next` is
    after it. size: int32, non-space code points. text: int32, id of the distinct folded line, -1 where it is
    blank. gaps: int32, runs of four and more spaces between words (a ticker has several).
    """

    doc: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    next: NDArray[np.int32]
    size: NDArray[np.int32]
    text: NDArray[np.int32]
    gaps: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Page:
    """What is remembered of a document once its text has been turned into columns."""

    doc: str
    site: str | None
    file: str
    row: int
    sha256: str
    chars: int
    profile: str
    title: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """A whole corpus in columns. `first` has a row per page and one more: the page's first line."""

    pages: tuple[Page, ...]
    lines: Lines
    first: NDArray[np.int64]
    texts: Folded
    hashes: NDArray[np.uint64]


def scan(documents: Iterable[Document]) -> Corpus:
    """Turn documents into columns, batch by batch."""
    distinct = Distinct()
    pages: list[Page] = []
    parts: list[Lines] = []
    for batch in batches(documents):
        parts.append(_columns(batch, len(pages), distinct))
        pages.extend(_page(document) for document in batch)
    lines = _join(parts)
    first = np.searchsorted(lines.doc, np.arange(len(pages) + 1))
    return Corpus(tuple(pages), lines, first.astype(np.int64), distinct.folded(), distinct.hashes)


def batches(documents: Iterable[Document], chars: int = BATCH_CHARS) -> Iterator[list[Document]]:
    """Consecutive documents in lists of about `chars` code points."""
    batch: list[Document] = []
    size = 0
    for document in documents:
        batch.append(document)
        size += len(document.text) + 1
        if size >= chars:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _page(document: Document) -> Page:
    text = document.text
    return Page(
        document.doc,
        document.site,
        document.file,
        document.row,
        hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        len("".join(text.split())),
        profile_of(text),
        fold(document.title) if document.title else "",
        document.problems,
    )


def _columns(batch: Sequence[Document], first_doc: int, distinct: Distinct) -> Lines:
    codes, doc_starts = encode([document.text for document in batch])
    bounds = split(codes, doc_starts)
    spaces = _is_space(codes)
    size = _sums(~spaces, bounds.start, bounds.end)
    text = np.full(bounds.doc.size, -1, np.int32)
    profiles = [profile_of(document.text) for document in batch]
    for profile in sorted(set(profiles)):
        chosen = np.array([p == profile for p in profiles])[bounds.doc]
        folded = fold_lines(codes, bounds.start[chosen], bounds.end[chosen], profile)
        text[chosen] = distinct.add(folded)
    base = doc_starts[bounds.doc]
    return Lines(
        (bounds.doc + first_doc).astype(np.int32),
        (bounds.start - base).astype(np.int32),
        (bounds.end - base).astype(np.int32),
        (bounds.next - base).astype(np.int32),
        size.astype(np.int32),
        text,
        _gaps(spaces, bounds.start, bounds.end),
    )


def _is_space(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """The code points for which `str.isspace` is true."""
    table = _space_table()
    return table[np.minimum(codes, NOT_SPACE_LIMIT + 1)]


def _space_table() -> NDArray[np.bool_]:
    return np.array([chr(code).isspace() for code in range(NOT_SPACE_LIMIT + 1)] + [False])


def _sums(flags: NDArray[np.bool_], start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many flags are set in each half-open range."""
    total = np.zeros(flags.size + 1, np.int64)
    np.cumsum(flags, out=total[1:])
    return np.asarray(total[end] - total[start])


def _gaps(spaces: NDArray[np.bool_], start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int32]:
    """Runs of at least four spaces, each followed by something else on the line."""
    run_of_four = spaces.copy()
    for shift in (1, 2, 3):
        run_of_four[shift:] &= spaces[:-shift]
    run_of_four[:3] = False
    ends = np.zeros(spaces.size, np.bool_)
    ends[:-1] = run_of_four[:-1] & ~spaces[1:]
    return _sums(ends, start, end).astype(np.int32)


def _join(parts: Sequence[Lines]) -> Lines:
    if not parts:
        none = np.zeros(0, np.int32)
        return Lines(none, none, none, none, none, none, none)
    return Lines(*(np.concatenate([getattr(part, name) for part in parts]) for name in Lines.__slots__))
