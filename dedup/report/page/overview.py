"""What the overview shows, computed for the template: figures from the same functions as every other report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dedup.report.page.embed import UNREADABLE
from dedup.report.page.values import Audit
from dedup.report.score import (
    ClassTally,
    DocumentRow,
    Summary,
    boilerplate_share,
    by_class,
    by_site,
    concerns,
    distribution,
    mostly,
    total,
    worst,
)

WIDTH = 100
"""Width of the bar, in per cent of the page's."""
WORST = 10
EXAMPLES = 5
PROBLEMS = 20
"""Kinds of problems shown; a kind may name its document, so that there are many."""


def context(audit: Audit) -> dict[str, Any]:
    """The template's variables."""
    summary = audit.summary
    whole = total(summary.documents)
    tallies = by_site(summary.documents)
    numbers = {each.row.doc: number for number, each in enumerate(audit.documents) if each.view is not None}
    classes = by_class(summary.documents)
    return {
        "summary": summary,
        "whole": whole,
        "boilerplate_share": boilerplate_share(whole),
        "site_count": len({row.site for row in summary.documents} - {None}),
        "classes": classes,
        "segments": list(_segments(classes, whole.chars)),
        "bins": _bins(summary.documents),
        "sites": tallies[: audit.limits.sites],
        "site_total": len(tallies),
        "worst": [(row, mostly(row), numbers.get(row.doc)) for row in worst(summary.documents, WORST)],
        "problems": _problems(summary, numbers)[:PROBLEMS],
        "problem_count": len(concerns(summary.documents)),
        "unreadable": summary.unreadable[:UNREADABLE],
        "audit": audit,
        "viewed": len(numbers),
        "cluster_share": _cluster_share(audit),
    }


def _segments(classes: Sequence[ClassTally], chars: int) -> Iterator[dict[str, Any]]:
    """The one bar: where each label begins and how long it is; the ends are rounded, so no gap opens."""
    done = 0
    for tally in classes:
        start = round(WIDTH * done / chars, 2)
        done += tally.chars
        yield {"tally": tally, "x": start, "width": round(WIDTH * done / chars - start, 2)}


def _bins(rows: Sequence[DocumentRow]) -> list[dict[str, Any]]:
    counts = distribution(rows)
    most = max(counts, default=0) or 1
    step = 100 // len(counts)
    return [
        {
            "from": number * step,
            "to": (number + 1) * step,
            "documents": count,
            "height": max(round(100 * count / most, 1), 1) if count else 0,
        }
        for number, count in enumerate(counts)
    ]


def _problems(summary: Summary, numbers: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "problem": problem,
            "documents": len(docs),
            "examples": [(doc, numbers.get(doc)) for doc in docs[:EXAMPLES]],
        }
        for problem, docs in concerns(summary.documents).items()
    ]


def _cluster_share(audit: Audit) -> float | None:
    """How much of all that was removed as repetition the clusters shown make up."""
    shown = sum(each.chars for each in audit.clusters)
    return shown / audit.cluster_chars if audit.cluster_chars else None
