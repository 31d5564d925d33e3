r"""From the judge's removals to the final ones: blank lines between them go too. Pure; knows no files.

Lines end at `\n` and own it. A blank line is one of white space only. It goes when everything between two removed
lines, or between a removed line and an end of the document, is blank; a line of which a part is kept is not removed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import Protocol

from dedup.settings import Settings
from dedup.types import Removal

BLANK_EVIDENCE = ("blank, between removed lines",)


def finish(text: str, removals: Sequence[Removal]) -> tuple[Removal, ...]:
    r"""The final removals in order, with the `blank` ones; ValueError when they overlap or leave the text.

    >>> gone = [Removal(0, 11, "read_also", ("اقرأ أيضا",), 0.9), Removal(12, 22, "share", ("شارك",), 0.8)]
    >>> [(each.start, each.end, each.label) for each in finish("اقرأ أيضا:\n\nشارك الخبر", gone)]
    [(0, 11, 'read_also'), (11, 12, 'blank'), (12, 22, 'share')]
    """
    if not removals:
        return ()
    ordered = _checked(text, removals)
    blanks = [_blank(start, end) for start, end in _blank_gaps(text, _runs(text, ordered))]
    whole = sorted((*ordered, *blanks), key=attrgetter("start")) if blanks else ordered
    return tuple(_without_joins(text, whole))


class Span(Protocol):
    """What has a place in a text."""

    @property
    def start(self) -> int:
        """Its first code point."""

    @property
    def end(self) -> int:
        """After its last."""


def kept(text: str, removals: Sequence[Span]) -> str:
    """The text outside the removed spans.

    >>> kept("عاجل: وصل الوفد", [Removal(0, 6, "technical", (), 1.0)])
    'وصل الوفد'
    """
    bounds = [0, *(offset for each in removals for offset in (each.start, each.end)), len(text)]
    return "".join(text[start:end] for start, end in zip(bounds[::2], bounds[1::2], strict=True))


def left_out(settings: Settings, labels: Mapping[str, int]) -> str | None:
    """Why a document is left out of the output, by its characters per label; null where it is written."""
    rest = sum(labels.get(label, 0) for label in ("main", "title"))
    if settings.drop_empty and rest == 0:
        return "nothing is left of it"
    if rest < settings.min_chars:
        return f"{rest} characters of main content, fewer than {settings.min_chars}"
    return None


def _checked(text: str, removals: Sequence[Removal]) -> list[Removal]:
    ordered = sorted(removals, key=attrgetter("start"))
    for each in ordered:
        if not 0 <= each.start < each.end <= len(text):
            raise ValueError(f"the span {each.start}-{each.end} does not lie in a text of {len(text)}")
    for first, second in pairwise(ordered):
        if first.end > second.start:
            raise ValueError(f"the spans {first.start}-{first.end} and {second.start}-{second.end} overlap")
    return ordered


@dataclass(frozen=True, slots=True)
class _Run:
    """Removals without a gap; `opens` and `closes` say whether its first and last line are removed as a whole."""

    start: int
    end: int
    opens: bool
    closes: bool


def _runs(text: str, ordered: Sequence[Removal]) -> Iterator[_Run]:
    start, end = ordered[0].start, ordered[0].end
    for each in ordered[1:]:
        if each.start != end:
            yield _run(text, start, end)
            start = each.start
        end = each.end
    yield _run(text, start, end)


def _run(text: str, start: int, end: int) -> _Run:
    first_ends = text.find("\n", start, end) >= 0 or end == len(text)
    last_starts = start == 0 or text[start - 1] == "\n" or text.find("\n", start, end - 1) >= 0
    opens = first_ends and (start == 0 or text[start - 1] == "\n")
    closes = last_starts and text[end - 1] == "\n"
    return _Run(start, end, opens, closes)


def _blank_gaps(text: str, runs: Iterator[_Run]) -> Iterator[tuple[int, int]]:
    """Gaps of blank lines only; the document's ends count as removed lines here, as one of its lines is removed."""
    start, closed = 0, True
    for run in runs:
        if closed and run.opens and text[start : run.start].isspace():
            yield start, run.start
        start, closed = run.end, run.closes
    if closed and text[start:].isspace():
        yield start, len(text)


def _blank(start: int, end: int) -> Removal:
    return Removal(start, end, "blank", BLANK_EVIDENCE, 1.0)


def _without_joins(text: str, ordered: Sequence[Removal]) -> list[Removal]:
    """Leave out a removal whose cut would join two half surrogates to one character: kept text is never edited."""
    final: list[Removal] = []
    start = 0
    for each, following in zip(ordered, (*ordered[1:], None), strict=True):
        if not final or final[-1].end != each.start:
            start = each.start
        final.append(each)
        if following is None or following.start != each.end:
            while final and final[-1].start >= start and _joins(text, start, final[-1].end):
                final.pop()
    return final


def _joins(text: str, start: int, end: int) -> bool:
    if start == 0 or end == len(text):
        return False
    return "\ud800" <= text[start - 1] <= "\udbff" and "\udc00" <= text[end] <= "\udfff"
