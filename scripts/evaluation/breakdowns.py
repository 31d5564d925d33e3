"""Figures of an outcome by group of documents, by kind of line and by score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.types import BOILERPLATE_LABELS
from evaluation.data import LabelledSet, Page
from evaluation.metrics import Figures, Units, labels_per_line, per_document, quotient, ratios, right_labels
from evaluation.trials import Outcome, label_name

GROUPS: dict[str, Callable[[Page], str]] = {
    "site": lambda page: page.site or "",
    "lang": lambda page: page.lang,
    "page_type": lambda page: page.page_type,
}
"""What documents can be grouped by; lines are grouped by `kind`."""


def by_group(outcome: Outcome, group: Callable[[Page], str]) -> dict[str, Figures]:
    """The quotients of each group of documents, with its number of documents."""
    units, names = per_document(outcome), [group(page) for page in outcome.trial.pages.pages]
    result: dict[str, Figures] = {}
    for name in sorted(set(names)):
        rows = [i for i, other in enumerate(names) if other == name]
        result[name] = {"docs": len(rows), **ratios(Units(units.sums[rows]))}
    return result


SCORE_EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """Lines judged boilerplate with a score from `low` to the next edge: how sure the judge was, how right."""

    low: float
    lines: int
    mean_score: float
    boilerplate: float


def by_score(outcome: Outcome) -> list[ScoreRow]:
    """Calibration of an outcome that was explained: of verdicts with score s, a share s should be boilerplate."""
    bins: dict[float, list[tuple[float, bool]]] = {low: [] for low in SCORE_EDGES}
    for page, verdicts in zip(outcome.trial.pages.pages, outcome.verdicts, strict=True):
        for verdict in verdicts:
            if verdict.label in BOILERPLATE_LABELS and page.text[verdict.start : verdict.end].strip():
                right = page.labels[page.text.count("\n", 0, verdict.start)] == "0"
                bins[max(low for low in SCORE_EDGES if low <= verdict.score)].append((verdict.score, right))
    return [
        ScoreRow(low, len(rows), sum(s for s, _ in rows) / len(rows), sum(right for _, right in rows) / len(rows))
        for low, rows in bins.items()
        if rows
    ]


def calibration_error(rows: Sequence[ScoreRow]) -> float | None:
    """Mean distance between score and share of boilerplate, weighted by lines."""
    total = sum(row.lines for row in rows)
    return quotient(sum(row.lines * abs(row.mean_score - row.boilerplate) for row in rows), total)


@dataclass(frozen=True, slots=True)
class KindRow:
    """What became of the lines of one kind; `labels` are the removed characters by label of ours, most first."""

    kind: str
    lines: int
    chars: int
    removed: int
    right: int
    labels: tuple[tuple[str, int], ...]


def by_kind(outcome: Outcome) -> list[KindRow]:
    """One row per kind of line, in alphabetical order."""
    pages, given = outcome.trial.pages, labels_per_line(outcome)
    kinds = [page.kind(k) for page in pages.pages for k in range(len(page.labels))]
    return [kind_row(name, pages, given, kinds) for name in sorted(set(kinds))]


def kind_row(name: str, pages: LabelledSet, given: NDArray[np.int64], kinds: Sequence[str]) -> KindRow:
    places = [i for i, kind in enumerate(kinds) if kind == name]
    labels = Counter({label_name(code): int(n) for code, n in enumerate(given[places].sum(axis=0)) if n})
    right = sum(labels[label] for label in right_labels(name))
    chars = int(pages.columns.line_size[places].sum())
    return KindRow(name, len(places), chars, labels.total(), right, tuple(labels.most_common()))
