"""Encoding repair between a document as it was read and as it is judged.

The judge sees mended text; the log speaks of the text before any repair. So what it removes is turned back into
places of the original, and each mended line that stays becomes a removal with what stands there `now`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dedup.formats.values import Decide, Fate
from dedup.settings import Settings
from dedup.text.mojibake import Repair, repair_text
from dedup.types import Removal

LABEL = "repair"
"""Of edits that put one line in another's place; it is no class, and no row of removed.jsonl has it."""


def mended(text: str, settings: Settings) -> tuple[str, tuple[str, ...]]:
    """The text as it is judged, and what to say of it."""
    if not settings.repair_encoding:
        return text, ()
    now, repairs = repair_text(text)
    return now, (f"encoding repaired in {len(repairs)} line{'s' if len(repairs) > 1 else ''}",) if repairs else ()


def decided(settings: Settings, decide: Decide, row: int, text: str) -> Fate:
    """A document's fate in places of its original text."""
    now, repairs = repair_text(text) if settings.repair_encoding else (text, ())
    fate = decide(row, now)
    return replace(fate, removals=tuple(in_original(repairs, fate.removals))) if repairs else fate


def in_original(repairs: Sequence[Repair], removals: Sequence[Removal]) -> Iterator[Removal]:
    """Removals in places of the original, and the repairs of lines that stay, in order.

    A removal of a part of a mended line is left out: its place in the original is not known.
    """
    gone = [each for each in (_moved(repairs, removal) for removal in removals) if each is not None]
    stay = [
        Removal(each.start, each.end, LABEL, (), 1.0, now=each.now)
        for each in repairs
        if not any(removal.start <= each.start and each.end <= removal.end for removal in gone)
    ]
    yield from sorted((*gone, *stay), key=lambda each: each.start)


def _moved(repairs: Sequence[Repair], removal: Removal) -> Removal | None:
    start, end = _place(repairs, removal.start), _place(repairs, removal.end)
    return None if start is None or end is None else replace(removal, start=start, end=end)


def _place(repairs: Sequence[Repair], offset: int) -> int | None:
    """An offset of the mended text in the original; null inside of a mended line."""
    shift = 0
    for repair in repairs:
        start = repair.start + shift
        if offset <= start:
            break
        if offset < start + len(repair.now):
            return None
        shift += len(repair.now) - len(repair.was)
    return offset - shift
