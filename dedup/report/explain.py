"""Every line of a document with its label and the evidence for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dedup.report.cells import fit, isolate, name, percent, visible
from dedup.report.score import DocumentRow
from dedup.report.terminal import Line, style
from dedup.types import Verdict

_MARGIN = 27
"""Cells before the text: line number, label, score."""


def explain(row: DocumentRow, text: str, verdicts: Sequence[Verdict], width: int | None) -> Iterator[Line]:
    """Lay a document out, a line per verdict, cut to `width` cells (None: nothing is cut).

    A verdict over part of a line repeats the line's number. Evidence stands on its own line below,
    so that it never runs into text of the other direction.
    """
    site = f" · site {isolate(visible(row.site))}" if row.site else ""
    yield [(name(row.doc, width or 10_000).rstrip(), "bold"), (site, "")]
    yield [(f"main content {percent(row.main_share).strip()} of {row.chars:,} characters", "")]
    number, seen = 1, 0
    for verdict in verdicts:
        if verdict.start == verdict.end:
            continue  # the empty line that every text ending in a line end has
        number += text.count("\n", seen, verdict.start)
        seen = verdict.start
        yield from _verdict(number, text[verdict.start : verdict.end], verdict, width)
    yield [("", "")]


def _verdict(number: int, text: str, verdict: Verdict, width: int | None) -> Iterator[Line]:
    colour = style(verdict.label)
    shown = visible(text.strip("\r\n"))
    yield [
        (f"{number:>5}  ", "dim"),
        (f"{verdict.label:<14}", colour),
        (f"{verdict.score:.2f}  ", "dim"),
        (isolate(_cut(shown, width)), colour),
    ]
    if verdict.evidence:
        because = _cut(visible("; ".join(verdict.evidence)), width)
        yield [(" " * _MARGIN, ""), (isolate(f"↳ {because}"), "dim")]


def _cut(text: str, width: int | None) -> str:
    return text if width is None else fit(text, max(width - _MARGIN - 2, 20))
