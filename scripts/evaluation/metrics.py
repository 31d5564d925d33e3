"""Figures of an outcome. All shares are over non-space characters.

    content_loss         removed main / main                    boilerplate_removed  removed boilerplate / boilerplate
    kept_f1              micro F1 of the kept text              macro_f1             mean over documents
    docs_damaged         documents that lost over 5 % of their main text / documents with main text
    lost_for_good        as content_loss, for removed main lines of which no copy is kept anywhere
    class_accuracy       removed boilerplate with the right label / removed boilerplate of a known kind
    resumed_kept         articles that go on after a read-also line and are kept whole from there on / such articles

A figure is None where nothing could be lost, removed or named.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.types import CODE, LABELS
from evaluation.data import per_line
from evaluation.trials import SEED, Outcome, by_site

Figures = dict[str, float | None]
DAMAGE = 0.05
FEW_SITES = 5
"""Below so many sites an interval over sites has almost nothing to draw from: documents are drawn."""
RESAMPLES = 1000

READ_ON = ("read_also", "related_links")
RIGHT_LABELS: dict[str, tuple[str, ...]] = {
    "date": ("dateline",),
    "tags": ("keywords",),
    "read_also_marker": READ_ON,
    "read_also_head": READ_ON,
    "read_also_body": READ_ON,
    "related_body": READ_ON,
    "related": READ_ON,
    "read_more": READ_ON,
    "read_also": READ_ON,
    "related_links": READ_ON,
    "breadcrumb": ("navigation", "breadcrumb"),
    "nav": ("navigation", "breadcrumb"),
    "navigation": ("navigation", "breadcrumb"),
    "site_title": ("navigation", "breadcrumb"),
    "footer": ("navigation", "legal", "subscribe"),
    "meta": ("technical", "media_credit"),
    "alt": ("technical", "media_credit"),
    "caption": ("main", "media_credit"),
    "empty": LABELS,
}
"""Kinds of the sets whose name is not simply one of our labels."""


@dataclass(frozen=True, slots=True)
class Units:
    """Sums per unit (a document, or a group of documents): float64, shape (units, len(FIELDS))."""

    sums: NDArray[np.float64]


FIELDS = ("main", "boiler", "main_removed", "boiler_removed", "docs", "with_main", "damaged", "f1", "named", "right")
AT = {name: column for column, name in enumerate(FIELDS)}
RATIOS: dict[str, tuple[str, str]] = {
    "content_loss": ("main_removed", "main"),
    "boilerplate_removed": ("boiler_removed", "boiler"),
    "macro_f1": ("f1", "docs"),
    "docs_damaged": ("damaged", "with_main"),
    "class_accuracy": ("right", "named"),
}


def figures(outcome: Outcome) -> Figures:
    """All figures of an outcome."""
    units = per_document(outcome)
    main, boiler, main_removed, boiler_removed = (float(units.sums[:, AT[name]].sum()) for name in FIELDS[:4])
    kept = main + boiler - main_removed - boiler_removed
    result = ratios(units)
    result["kept_f1"] = 2 * (main - main_removed) / (kept + main) if kept + main else None
    result["lost_for_good"] = lost_for_good(outcome) / main if main else None
    result["resumed_kept"] = resumed_kept(outcome)
    return result


def ratios(units: Units) -> Figures:
    """The figures that are a quotient of two sums."""
    total = units.sums.sum(axis=0)
    return {name: quotient(total[AT[over]], total[AT[under]]) for name, (over, under) in RATIOS.items()}


def quotient(over: float, under: float) -> float | None:
    return float(over) / float(under) if under else None


def per_document(outcome: Outcome) -> Units:
    """The sums of every document."""
    columns = outcome.trial.pages.columns
    gone, main, count = gone_per_line(outcome), columns.line_main, len(outcome.trial.pages.pages)

    def summed(values: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.bincount(columns.line_doc, weights=values, minlength=count).astype(np.float64)

    gold, boiler = summed(columns.line_size * main), summed(columns.line_size * ~main)
    lost, removed = summed(gone * main), summed(gone * ~main)
    kept = gold + boiler - lost - removed
    f1 = np.where(gold > 0, 2 * (gold - lost) / np.maximum(kept + gold, 1), kept == 0)
    named, right = named_per_line(outcome)
    ones = np.ones(count)
    parts = (gold, boiler, lost, removed, ones, gold > 0, lost > DAMAGE * gold, f1, summed(named), summed(right))
    return Units(np.column_stack(parts).astype(np.float64))


def gone_per_line(outcome: Outcome) -> NDArray[np.int64]:
    """Removed visible code points of each line."""
    columns = outcome.trial.pages.columns
    return per_line((outcome.removed > 0) & columns.visible, columns.line_start)


def labels_per_line(outcome: Outcome) -> NDArray[np.int64]:
    """Removed visible code points of each line by label, shape (lines, len(LABELS) + 1); column 0 is unused."""
    columns, width = outcome.trial.pages.columns, len(LABELS) + 1
    places = np.flatnonzero((outcome.removed > 0) & columns.visible)
    line = np.searchsorted(columns.line_start, places, side="right") - 1
    cells = line * width + outcome.removed[places]
    return np.bincount(cells, minlength=len(columns.line_size) * width).reshape(-1, width)


def named_per_line(outcome: Outcome) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(removed visible code points of boilerplate of a known kind, those with the right label) per line."""
    pages = outcome.trial.pages
    kinds = [page.kinds[k] if page.kinds else "" for page in pages.pages for k in range(len(page.labels))]
    names = sorted(set(kinds))
    codes = np.array([names.index(kind) for kind in kinds], dtype=np.int64) if len(names) > 1 else None
    if codes is None:
        nothing = np.zeros(len(kinds), dtype=np.int64)
        return nothing, nothing
    right = np.zeros((len(names), len(LABELS) + 1), dtype=np.int64)
    for row, name in enumerate(names):
        right[row, [CODE[label] + 1 for label in right_labels(name)]] = 1
    known = (right.sum(axis=1) > 0)[codes] & ~pages.columns.line_main
    removed = labels_per_line(outcome)
    return removed.sum(axis=1) * known, (removed * right[codes]).sum(axis=1) * known


def right_labels(kind: str) -> tuple[str, ...]:
    """The labels of ours that are right for a kind; none where the kind is unknown.

    >>> right_labels("tags"), right_labels("share"), right_labels("")
    (('keywords',), ('share',), ())
    """
    return RIGHT_LABELS.get(kind, (kind,) if kind in CODE else ())


def lost_for_good(outcome: Outcome) -> int:
    """Removed main code points on lines of which no copy is kept (more than half) anywhere in the set."""
    columns, gone = outcome.trial.pages.columns, gone_per_line(outcome)
    kept = 2 * gone < columns.line_size
    if not (columns.line_main & ~kept & (gone > 0)).any():
        return 0
    kept_keys, cut = set[str](), Counter[str]()
    for line, text in enumerate(line for page in outcome.trial.pages.pages for line in page.lines()):
        if kept[line]:
            kept_keys.add(line_key(text))
        elif columns.line_main[line]:
            cut[line_key(text)] += int(gone[line])
    return sum(size for key, size in cut.items() if key not in kept_keys)


def resumed_kept(outcome: Outcome) -> float | None:
    """The share of articles that go on after an inline teaser whose text after it is kept whole."""
    columns, gone = outcome.trial.pages.columns, gone_per_line(outcome)
    lost_main = ((gone > 0) & columns.line_main).tolist()
    whole, articles, first = 0, 0, 0
    for page in outcome.trial.pages.pages:
        teaser = next((k for k, kind in enumerate(page.kinds or ()) if RIGHT_LABELS.get(kind) == READ_ON), None)
        if teaser is not None and "1" in page.labels[teaser:]:
            articles += 1
            whole += not any(lost_main[first + teaser : first + len(page.labels)])
        first += len(page.labels)
    return quotient(whole, articles)


def line_key(line: str) -> str:
    return "".join(re.findall(r"\w+", line.lower()))


def intervals(outcome: Outcome) -> dict[str, tuple[float, float]]:
    """95 % bootstrap intervals of the quotients, over sites, or over documents where there are few sites."""
    units, groups = per_document(outcome), by_site(outcome.trial.pages.pages)
    sums = units.sums
    if len(groups) >= FEW_SITES:
        sums = np.stack([sums[places].sum(axis=0) for places in groups])
    if not len(sums):
        return {}
    drawn = np.random.default_rng(SEED).multinomial(len(sums), [1 / len(sums)] * len(sums), size=RESAMPLES) @ sums
    result: dict[str, tuple[float, float]] = {}
    for name, (over, under) in RATIOS.items():
        possible = drawn[drawn[:, AT[under]] > 0]
        if len(possible):
            low, high = np.percentile(possible[:, AT[over]] / possible[:, AT[under]], [2.5, 97.5])
            result[name] = (float(low), float(high))
    return result
