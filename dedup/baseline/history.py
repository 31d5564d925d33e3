"""What an addition to an index looked like: figures per site, as judged that day. For people, not for answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from math import ceil
from typing import Any

from dedup.analysis import Analysis
from dedup.types import LABELS

QUANTILES = (0.1, 0.5, 0.9)


def entry(analysis: Analysis, texts: Iterable[str]) -> Mapping[str, Any]:
    """The date, and per site: documents, lines, characters, quantiles of the main share, characters per label."""
    sites: dict[str, dict[str, Any]] = {}
    shares: dict[str, list[float]] = {}
    for number, text in enumerate(texts):
        figures = analysis.figures(number, text)
        name = figures.site or ""
        site = sites.setdefault(name, {"documents": 0, "lines": 0, "chars": 0, "labels": {}})
        site["documents"] += 1
        site["lines"] += sum(1 for line in text.split("\n") if line.strip())
        site["chars"] += figures.chars
        for label, size in figures.labels.items():
            site["labels"][label] = site["labels"].get(label, 0) + size
        if figures.main_share is not None:
            shares.setdefault(name, []).append(figures.main_share)
    for name, site in sites.items():
        site["main_share"] = [_quantile(sorted(shares.get(name, [])), at) for at in QUANTILES]
        mix = site["labels"]
        site["labels"] = {label: round(mix[label] / site["chars"], 4) for label in LABELS if label in mix}
    return {"date": datetime.now(UTC).date().isoformat(), "sites": {name: sites[name] for name in sorted(sites)}}


def _quantile(values: Sequence[float], at: float) -> float | None:
    """The value with at least this share of the values at or below it.

    >>> _quantile([0.1, 0.2, 0.9], 0.5)
    0.2
    """
    return values[max(ceil(len(values) * at) - 1, 0)] if values else None
