"""The gate's flow: read and judge a scrape, hold it against thresholds and, where there is one, against a baseline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dedup.analysis import Analysis
from dedup.baseline.context import PREFIX
from dedup.corpus import Corpus
from dedup.formats.source import Source
from dedup.gate.damage import damaged
from dedup.gate.drift import Side, drift
from dedup.gate.rules import Case, judge, outcome_figures
from dedup.gate.thresholds import Thresholds
from dedup.gate.values import Finding, Outcome, Page, Spot
from dedup.pipeline import Progress, report
from dedup.report.score import DocumentRow, Summary
from dedup.settings import Settings
from dedup.types import MAIN_LABELS, Verdict

STOPS = (".", "!", "?", "؟", "…", "۔", "。", ":")
PARAGRAPH_WORDS = 8

SAMPLE = 200
"""Code points of a line that are kept as evidence."""


class _Seen:
    """Takes in one document after the other: pages of the scrape, and both sides of the drift tests."""

    def __init__(self) -> None:
        self.pages: list[Page] = []
        self.new: dict[str | None, Side] = {}
        self.known: dict[str | None, Side] = {}
        self.analysis: Analysis | None = None

    def __call__(self, analysis: Analysis, number: int, row: DocumentRow, text: str, source: Source | None) -> None:
        """See `dedup.pipeline.See`."""
        self.analysis = analysis
        verdicts = analysis.verdicts(number, text)
        if source is not None:
            self.pages.append(page_of(row, text, verdicts, source, analysis.corpus.pages[number].row))
        sides = self.new if source is not None else self.known
        held = _held(analysis.corpus, number, verdicts)
        sides.setdefault(row.site, Side()).add(row.main_share, row.main_chars, row.labels, held, _ends(text, verdicts))

    def drift(self) -> tuple[list[Finding], list[Case]]:
        """What has changed since the baseline."""
        if self.analysis is None or not self.known:
            return [], []
        return drift(self.new, self.known, self.analysis.corpus.texts.text)


def _ends(text: str, verdicts: Sequence[Verdict]) -> float | None:
    """The share of a page's paragraphs that end as sentences do: where articles are cut, they do not."""
    lines = [text[v.start : v.end].rstrip("\r\n\t \"')]»”’") for v in verdicts if v.label in ("main", "duplicate")]
    long = [line for line in lines if line.count(" ") + 1 >= PARAGRAPH_WORDS]
    return sum(line.endswith(STOPS) for line in long) / len(long) if long else None


def _held(corpus: Corpus, number: int, verdicts: Sequence[Verdict]) -> dict[int, str]:
    """The lines of a page by text id, each with its class."""
    rows = slice(int(corpus.first[number]), int(corpus.first[number + 1]))
    labels = {verdict.start: verdict.label for verdict in verdicts}
    lines = zip(corpus.lines.text[rows].tolist(), corpus.lines.start[rows].tolist(), strict=True)
    return {text: labels.get(start, "main") for text, start in lines if text >= 0}


def check(
    inputs: Sequence[str], settings: Settings, thresholds: Thresholds, progress: Progress | None = None
) -> Outcome:
    """Hold a scrape against thresholds, and against the baseline that the settings name.

    Raises UsageError where nothing could be read or there is no such baseline.
    """
    seen = _Seen()
    summary = report(inputs, settings, progress, seen)
    return answer(seen.pages, summary, thresholds, seen.drift())


def answer(
    pages: Sequence[Page],
    summary: Summary,
    thresholds: Thresholds,
    changes: tuple[list[Finding], list[Case]] = ([], []),
) -> Outcome:
    """The gate's answer to the documents of one run; `changes` are what drift tests found and asked."""
    findings, cases = judge(pages, len(summary.unreadable), thresholds)
    findings, cases = [*changes[0], *findings], [*cases, *changes[1]]
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
    known, same = _copied(row.doc, text, verdicts)
    return Page(row, path, place, is_text, lines, count, known, same, _largest(text, verdicts), damage)


def _copied(doc: str, text: str, verdicts: Sequence[Verdict]) -> tuple[int, int]:
    """Characters that other documents of the baseline hold, and those that this one held there."""
    sizes = [0, 0]
    for verdict in verdicts:
        if verdict.label == "duplicate":
            _, _, where = verdict.evidence[0].partition(f" is kept in {PREFIX}")
            if where:
                sizes[where == doc] += len("".join(text[verdict.start : verdict.end].split()))
    return sizes[0], sizes[1]


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
