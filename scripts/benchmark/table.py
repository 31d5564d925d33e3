"""The figures of a run as a Markdown table, with what is unfair about each line of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmark.contenders import OURS, Contender, paths
from benchmark.corpus import MEGABYTE, Corpus
from benchmark.measure import Run

Runs = Mapping[str, Sequence[Mapping[str, tuple[Run, Run]]]]
LEAST_CPU = 0.001


@dataclass(frozen=True, slots=True)
class Row:
    """A contender on one input; lists have an entry per round. `ratio` is its CPU time over ours on the same input."""

    name: str
    data: str
    megabytes: float
    cpu: list[float]
    start: list[float]
    peak: float
    ratio: list[float]
    unfair: str
    failed: str = ""


def rows_of(contender: Contender, corpus: Corpus, runs: Runs, failed: Mapping[str, str]) -> list[Row]:
    """A row per input of a contender."""
    rounds = runs[contender.name]
    if contender.name in failed or not rounds:
        return [Row(contender.name, "", 0, [], [], 0, [], contender.unfair, failed.get(contender.name, "no round"))]
    rows = []
    for data, path in paths(corpus, contender):
        cpu = [_net(each[data]) for each in rounds]
        ours = [_net(each[data]) for each in runs.get(OURS, ()) if data in each]
        ratio = [one / other for one, other in zip(cpu, ours, strict=False)]
        size = path.stat().st_size / MEGABYTE
        peak = max(each[data][1].peak for each in rounds)
        rows.append(
            Row(contender.name, data, size, cpu, [each[data][0].cpu for each in rounds], peak, ratio, contender.unfair)
        )
    return rows


def _net(both: tuple[Run, Run]) -> float:
    return max(both[1].cpu - both[0].cpu, LEAST_CPU)


def show(rows: Sequence[Row], versions: Mapping[str, str], missing: Mapping[str, str]) -> str:
    """The table, then the notes."""
    out = [
        "| contender | input | MB | CPU s | MB per CPU s | start-up, CPU s | peak MB | times our near-duplicate part |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        name = f"{row.name} {versions.get(row.name, '')}".strip()
        if row.failed:
            out.append(f"| {name} | | | did not finish: {row.failed} | | | | |")
            continue
        speed = _spread([row.megabytes / cpu for cpu in row.cpu], 1)
        ratio = _spread(row.ratio, 1) if row.ratio and row.name != OURS else ""
        out.append(
            f"| {name} | {row.data} | {row.megabytes:.1f} | {_spread(row.cpu, 2)} | {speed} "
            f"| {median(row.start):.2f} | {row.peak:.0f} | {ratio} |"
        )
    notes = {row.name: row.unfair for row in rows}
    out += ["", "What is unfair:", *(f"- {name}: {unfair}" for name, unfair in notes.items())]
    out += [f"- {name}: {why}, so it did not run" for name, why in missing.items()]
    return "\n".join(out) + "\n"


def _spread(values: Sequence[float], digits: int) -> str:
    """The median, and the extremes where there are several rounds."""
    middle = f"{median(values):.{digits}f}"
    return middle if len(values) < 2 else f"{middle} ({min(values):.{digits}f}–{max(values):.{digits}f})"
