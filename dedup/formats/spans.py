"""Cutting spans out of a text or its bytes, and putting them back: the same arithmetic for both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import AnyStr

from dedup.errors import RunFolderError
from dedup.formats.values import Removed
from dedup.types import Removal


def around(whole: AnyStr, spans: Iterable[tuple[int, int]]) -> Iterator[AnyStr]:
    """What lies outside ascending spans.

    >>> "".join(around("اقرأ أيضا: الخبر", [(0, 11)]))
    'الخبر'
    """
    at = 0
    for start, end in spans:
        yield whole[at:start]
        at = end
    yield whole[at:]


def without(text: str, removals: Sequence[Removal]) -> str:
    """The text without what is removed, and with what stands now where a line was repaired."""
    spans = [(removal.start, removal.end) for removal in removals]
    return "".join(woven(text, spans, [removal.now for removal in removals]))


def original(text: str, removed: Sequence[Removed]) -> str:
    """The undo of `without`; RunFolderError when the log cannot be the text's own."""
    return "".join(woven(text, insertions(text, removed), [row.text for row in removed])) if removed else text


def insertions(kept: str, removed: Sequence[Removed]) -> list[tuple[int, int]]:
    """The spans of the kept text that give way to what was there; RunFolderError when the log cannot be its own."""
    places, gone, last = [], 0, 0
    for row in removed:
        start = row.start - gone
        end = start + len(row.now)
        if not last <= start <= end <= len(kept) or row.end - row.start != len(row.text) or kept[start:end] != row.now:
            raise RunFolderError(f"removed.jsonl: the span {row.start}-{row.end} does not fit its document")
        places.append((start, end))
        gone, last = gone + row.end - row.start - len(row.now), end
    return places


def woven(kept: AnyStr, places: Sequence[tuple[int, int]], pieces: Sequence[AnyStr]) -> Iterator[AnyStr]:
    """The kept text with each piece in the place of its span."""
    at = 0
    for (start, end), piece in zip(places, pieces, strict=True):
        yield kept[at:start]
        yield piece
        at = end
    yield kept[at:]
