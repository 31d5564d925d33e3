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
from dedup.near.intake import take_in
from dedup.pages import Page, Pages
from dedup.text.fold import Folded
from dedup.types import Document

BATCH_CHARS = 1 << 20
"""Code points per batch: large enough to amortise NumPy calls, small enough for the processor's cache."""


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
class Corpus:
    """A whole corpus in columns. `first` has a row per page and one more: the page's first line."""

    pages: Pages
    lines: Lines
    first: NDArray[np.int64]
    texts: Folded
    hashes: NDArray[np.uint64]


def scan(documents: Iterable[Document]) -> Corpus:
    """Turn documents into columns, batch by batch."""
    distinct = Distinct()
    pages = Pages()
    parts: list[Lines] = []
    for batch in batches(documents):
        found = take_in([document.text for document in batch], distinct)
        doc = found.doc + np.int32(len(pages))
        parts.append(Lines(doc, found.start, found.end, found.next, found.size, found.text, found.gaps))
        chars = np.bincount(found.doc, weights=found.size, minlength=len(batch)).astype(np.int64).tolist()
        for page in map(_page, batch, chars, found.profiles):
            pages.append(page)
    lines = _join(parts)
    first = np.searchsorted(lines.doc, np.arange(len(pages) + 1))
    return Corpus(pages, lines, first.astype(np.int64), distinct.folded(), distinct.hashes)


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


def _page(document: Document, chars: int, profile: str) -> Page:
    return Page(
        document.doc,
        document.site,
        document.file,
        document.row,
        hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest(),
        chars,
        profile,
        document.problems,
    )


def _join(parts: Sequence[Lines]) -> Lines:
    if not parts:
        none = np.zeros(0, np.int32)
        return Lines(none, none, none, none, none, none, none)
    return Lines(*(np.concatenate([getattr(part, name) for part in parts]) for name in Lines.__slots__))
