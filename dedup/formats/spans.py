"""Cutting spans out of a text or its bytes, and putting them back: the same arithmetic for both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import AnyStr

from dedup.errors import RunFolderError
from dedup.formats.values import Removed


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


def insertions(kept: str, removed: Sequence[Removed]) -> list[int]:
    """Where in the kept text each removed span has to be put back; RunFolderError when the log cannot be its own."""
    places, gone, last = [], 0, 0
    for row in removed:
        place = row.start - gone
        if not last <= place <= len(kept) or row.end - row.start != len(row.text):
            raise RunFolderError(f"removed.jsonl: the span {row.start}-{row.end} does not fit its document")
        places.append(place)
        gone, last = gone + row.end - row.start, place
    return places


def woven(kept: AnyStr, places: Sequence[int], pieces: Sequence[AnyStr]) -> Iterator[AnyStr]:
    """The kept text with each piece put in at its place."""
    at = 0
    for place, piece in zip(places, pieces, strict=True):
        yield kept[at:place]
        yield piece
        at = place
    yield kept[at:]
