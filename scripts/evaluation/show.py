"""Figures and errors as readable text. Nothing is computed here that is not already decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from dedup.types import Verdict
from evaluation.breakdowns import KindRow, ScoreRow, calibration_error
from evaluation.errors import Cause, WrongLine, deciding, line_spans, zone
from evaluation.metrics import Figures, gone_per_line
from evaluation.trials import Outcome

if TYPE_CHECKING:
    from evaluation.cases import CaseResult
    from evaluation.results import Result

COLUMNS = {
    "content_loss": "loss %",
    "boilerplate_removed": "removed %",
    "macro_f1": "F1 %",
    "docs_damaged": "damaged %",
    "class_accuracy": "class %",
    "lost_for_good": "for good %",
    "resumed_kept": "goes on %",
}
WIDTH = 140
CONTEXT = 1
LINES = 40
"""Of a very wrong document so many lines are shown."""
MARKS = {"lost": "LOST", "kept": "KEPT", "right_main": "    ", "right_boilerplate": "  - "}


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows (the first is the head) in columns: the first to the left, the others to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "  ".join(f"{v:<{w}}" if i == 0 else f"{v:>{w}}" for i, (v, w) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


def percent(value: float | None) -> str:
    """A share as a percentage: two decimals where it is small or nearly whole, else one.

    >>> percent(0.00123), percent(0.5), percent(0.99954), percent(None)
    ('0.12', '50.0', '99.95', '–')
    """
    if value is None:
        return "–"
    return f"{100 * value:.2f}" if value < 0.1 or 0.995 <= value < 1 else f"{100 * value:.1f}"


def results(found: Iterable[Result], plain: bool = False) -> str:
    """The main table: one row per set, intervals in brackets unless it shall be plain."""
    rows = [["set", "docs", "sites", *COLUMNS.values(), "seconds"]]
    for result in found:
        intervals = {} if plain else result.intervals
        cells = [with_interval(result.figures.get(name), intervals.get(name)) for name in COLUMNS]
        rows.append([result.name, str(result.docs), str(result.sites), *cells, f"{result.seconds:.1f}"])
    return table(rows)


def comparison(found: Sequence[Result], heads: Sequence[tuple[str, str]]) -> str:
    """One row per set and one column per (mode, judge): loss/removed/F1/damaged, per cent."""
    cells = {(r.name, r.mode, r.judge): figures_cell(r.figures) for r in found}
    names = list(dict.fromkeys(result.name for result in found))
    columns = [judge if len({mode for mode, _ in heads}) == 1 else f"{mode} {judge}" for mode, judge in heads]
    rows = [["loss/removed/F1/damaged", *columns]]
    rows += [[name, *(cells.get((name, *head), "") for head in heads)] for name in names]
    return table(rows)


def figures_cell(figures: Figures) -> str:
    """Four figures as in `0.4/40/90.9/1`."""
    names = ("content_loss", "boilerplate_removed", "macro_f1", "docs_damaged")
    return "/".join("–" if (value := figures[name]) is None else f"{100 * value:.1f}" for name in names)


def cases(found: CaseResult) -> str:
    """How many cases passed, then every miss with what was said of its line."""
    parts = [f"{found.name}: {found.passed} of {found.total} cases, {found.losses} with a loss of content"]
    for miss in found.misses:
        kind = "LOSS" if miss.loss else "miss, kept whole" if not miss.removed else "miss, removed in part"
        parts.append(f"  {miss.case} {miss.kind} · {kind} · expected {miss.expect}\n    > {short(miss.line)}")
        parts += [f"      {verdict_text(verdict)}" for verdict in miss.verdicts]
    return "\n".join(parts)


def with_interval(value: float | None, interval: tuple[float, float] | None) -> str:
    if value is None or interval is None:
        return percent(value)
    return f"{percent(value)} [{percent(interval[0])}–{percent(interval[1])}]"


def groups(by: str, found: Mapping[str, Figures]) -> str:
    """One row per group of documents, the most damaged first."""
    names = ["content_loss", "boilerplate_removed", "macro_f1", "docs_damaged", "class_accuracy"]
    rows = [[by, "docs", *(COLUMNS[name] for name in names)]]
    for key, values in sorted(found.items(), key=lambda item: (-(item[1]["content_loss"] or 0), item[0])):
        rows.append([key, f"{values['docs']:.0f}", *(percent(values[name]) for name in names)])
    return table(rows)


def kinds(found: Iterable[KindRow]) -> str:
    """One row per kind of line, with the labels that its removed characters got."""
    rows = [["kind", "lines", "chars", "removed %", "right label %", "labels given"]]
    for row in found:
        shares = ", ".join(f"{label} {percent(n / row.removed)}" for label, n in row.labels[:4])
        removed, right = share(row.removed, row.chars), share(row.right, row.removed)
        rows.append([row.kind, str(row.lines), str(row.chars), removed, right, shares])
    return table(rows)


def scores(found: Sequence[ScoreRow]) -> str:
    """Calibration: one row per range of scores, and the mean distance from the truth."""
    rows = [["score from", "lines", "mean score", "boilerplate %"]]
    rows += [[f"{r.low:.2f}", str(r.lines), f"{r.mean_score:.3f}", percent(r.boilerplate)] for r in found]
    error = calibration_error(found)
    return f"{table(rows)}\ncalibration error {'–' if error is None else f'{error:.3f}'}"


def share(over: int, under: int) -> str:
    return percent(over / under) if under else "–"


def causes(found: Sequence[Cause], count: int, samples: int = 3) -> str:
    """The causes with most characters: up to `count` of each error, every one with some of its lines."""
    parts: list[str] = []
    for error, title in (("lost", "content lost"), ("kept", "boilerplate kept")):
        these = [cause for cause in found if cause.error == error]
        total = sum(cause.chars for cause in these)
        count_lines = sum(len(cause.lines) for cause in these)
        parts.append(f"\n{title}: {total:,} characters in {count_lines:,} lines, {len(these)} causes")
        parts += [cause_text(cause, total, samples) for cause in these[:count]]
    return "\n".join(parts)


def cause_text(cause: Cause, total: int, samples: int) -> str:
    docs, sites = len({line.doc for line in cause.lines}), len({line.site for line in cause.lines})
    head = (
        f"\n  {MARKS[cause.error]} {cause.kind} ({cause.zone}) judged {cause.label}: {cause.chars:,} characters "
        f"({percent(cause.chars / total)} %), {len(cause.lines):,} lines, {docs} documents, {sites} sites\n"
        f"       because: {cause.evidence}"
    )
    return "\n".join([head, *(sample_text(line) for line in cause.samples(samples))])


def sample_text(line: WrongLine) -> str:
    """One wrong line with its neighbours and all its evidence."""
    place = f"{line.doc}:{line.line + 1}/{line.lines}" + (f", in {line.in_docs} documents" if line.in_docs > 1 else "")
    return "\n".join(
        [
            f"         · {place}, score {line.score:.2f}: {'; '.join(line.evidence) or 'no evidence'}",
            f"             {short(line.before)}",
            f"           > {short(line.text)}",
            f"             {short(line.after)}",
        ]
    )


def short(text: str) -> str:
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


def document(outcome: Outcome, i: int) -> str:
    """A document with its wrong lines and what stands around them; runs of right lines are counted."""
    page, columns = outcome.trial.pages.pages[i], outcome.trial.pages.columns
    first = int((columns.line_doc < i).sum())
    gone, sizes = gone_per_line(outcome)[first:].tolist(), columns.line_size[first:].tolist()
    states = [state(page.labels[k] == "1", gone[k], sizes[k]) for k in range(len(page.labels))]
    near = {k + d for k, s in enumerate(states) if s in ("lost", "kept") for d in range(-CONTEXT, CONTEXT + 1)}
    verdicts, spans, skipped = (outcome.verdicts[i] if outcome.verdicts else ()), line_spans(page), 0
    out = [f"\n── {page.doc} · site {page.site} · {page.lang} · lost {lost_share(states, sizes, gone)}"]
    for k, text in enumerate(page.lines()):
        if k not in near or not sizes[k]:
            skipped += bool(sizes[k])
            continue
        if skipped:
            out.append(f"            … {skipped} lines right")
            skipped = 0
        said = verdict_text(deciding(verdicts, spans[k], "kept" if not gone[k] else "lost"))
        out.append(
            f"{MARKS[states[k]]} {k + 1:>4} {short(text)}\n          {page.kind(k)}/{zone(page.labels, k)} ← {said}"
        )
    hidden = max(0, len(out) - LINES)
    last = (
        [f"            … {hidden} rows more"] if hidden else [f"            … {skipped} lines right"] if skipped else []
    )
    return "\n".join(out[:LINES] + last)


def verdict_text(verdict: Verdict | None) -> str:
    return f"{verdict.label} {verdict.score:.2f}: {'; '.join(verdict.evidence[:3])}" if verdict else "?"


def state(main: bool, gone: int, size: int) -> str:
    if main:
        return "lost" if gone else "right_main"
    return "kept" if gone < size else "right_boilerplate"


def lost_share(states: Sequence[str], sizes: Sequence[int], gone: Sequence[int]) -> str:
    """`12 % of 3,400 main characters, kept 40 % of 1,000 boilerplate characters`."""
    main = [k for k, s in enumerate(states) if s in ("lost", "right_main")]
    other = [k for k, s in enumerate(states) if s in ("kept", "right_boilerplate")]
    gold, lost = sum(sizes[k] for k in main), sum(gone[k] for k in main)
    boiler, kept = sum(sizes[k] for k in other), sum(sizes[k] - gone[k] for k in other)
    return f"{share(lost, gold)} % of {gold:,} main characters, kept {share(kept, boiler)} % of {boiler:,} others"
