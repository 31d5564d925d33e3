"""The gate's flow: read and judge a scrape, hold it against thresholds and, where there is one, against a baseline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dedup.formats.source import Source
from dedup.gate.damage import damaged
from dedup.gate.rules import judge, outcome_figures
from dedup.gate.thresholds import Thresholds
from dedup.gate.values import Outcome, Page, Spot
from dedup.pipeline import Progress, report
from dedup.report.score import DocumentRow, Summary
from dedup.settings import Settings
from dedup.types import MAIN_LABELS, Verdict

SAMPLE = 200
"""Code points of a line that are kept as evidence."""


def check(
    inputs: Sequence[str], settings: Settings, thresholds: Thresholds, progress: Progress | None = None
) -> Outcome:
    """Hold a scrape against thresholds; UsageError where nothing could be read."""
    pages: list[Page] = []

    def see(row: DocumentRow, text: str, verdicts: list[Verdict], source: Source | None, number: int) -> None:
        pages.append(page_of(row, text, verdicts, source, number))

    return answer(pages, report(inputs, settings, progress, see), thresholds)


def answer(pages: Sequence[Page], summary: Summary, thresholds: Thresholds) -> Outcome:
    """The gate's answer to the documents of one run."""
    findings, cases = judge(pages, len(summary.unreadable), thresholds)
    return Outcome(
        not any(finding.fails for finding in findings),
        tuple(findings),
        tuple(cases),
        outcome_figures(pages),
        len(pages),
        len({page.row.site for page in pages} - {None}),
        summary.unreadable,
        summary.notes,
        summary.seconds,
    )


def page_of(row: DocumentRow, text: str, verdicts: Sequence[Verdict], source: Source | None, number: int) -> Page:
    """What the gate wants to know of a document."""
    is_text = source is None or source.format.name == "txt"
    count, first = damaged(text)
    lines = sum(1 for line in text.split("\n") if not line.isspace() and line)
    path = source.path.as_posix() if source is not None else ""
    damage = _spot(text, first, "damaged", count) if count else None
    place = 1 if is_text else number + 1
    return Page(row, path, place, is_text, lines, count, 0, _largest(text, verdicts), damage)


def _largest(text: str, verdicts: Iterable[Verdict]) -> Spot | None:
    """The largest stretch of one boilerplate class."""
    best: tuple[int, Verdict] | None = None
    size, first = 0, None
    for verdict in verdicts:
        if verdict.label == "blank":
            continue
        if first is None or verdict.label != first.label:
            size, first = 0, verdict
        size += len("".join(text[verdict.start : verdict.end].split()))
        if verdict.label not in MAIN_LABELS and (best is None or size > best[0]):
            best = size, first
    return None if best is None else _spot(text, best[1].start, best[1].label, best[0])


def _spot(text: str, start: int, label: str, chars: int) -> Spot:
    begin = text.rfind("\n", 0, start) + 1 if label == "damaged" else start
    stop = text.find("\n", start)
    shown = text[begin : stop if stop >= 0 else len(text)].strip()
    return Spot(text.count("\n", 0, start) + 1, label, chars, shown[:SAMPLE])
