"""From margins to scores that mean something: of lines with score s, about s are boilerplate on sites left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from training.pages import SHARES, Pages

STEPS = 40
"""So many scores at most."""


def steps(sets: Sequence[Pages], margins: Sequence[NDArray[np.int32]]) -> list[list[int]]:
    """Rising (margin, thousandths) pairs: from this margin on a line is so surely boilerplate.

    Isotonic regression by pooling neighbours; each set counts by its number of pages, a page's lines alike.
    """
    margin = np.concatenate(list(margins))
    truth = np.concatenate([pages.boilerplate for pages in sets]).astype(np.float64)
    weight = np.concatenate([np.full(len(pages), SHARES.get(pages.name, 1.0)) for pages in sets])
    order = np.argsort(margin, kind="stable")
    cuts = np.unique(np.linspace(0, order.size, 400).astype(np.int64))[:-1]
    margin, truth, weight = margin[order], truth[order], weight[order]
    pools: list[list[float]] = []  # lowest margin, weight, weighed truth
    for first, last in zip(cuts.tolist(), [*cuts.tolist()[1:], order.size], strict=True):
        pools.append([margin[first], weight[first:last].sum(), (weight * truth)[first:last].sum()])
        while len(pools) > 1 and pools[-2][2] * pools[-1][1] >= pools[-1][2] * pools[-2][1]:
            _, more, right = pools.pop()
            pools[-1][1] += more
            pools[-1][2] += right
    found = [[int(low), round(1000 * right / whole)] for low, whole, right in pools]
    return _thinned(found)


def _thinned(found: list[list[int]]) -> list[list[int]]:
    """Steps that differ by at least a hundredth, or a thousandth near certainty."""
    out = [found[0]]
    for step in found[1:]:
        near = 10 if step[1] < 950 else 2
        if step[1] - out[-1][1] >= near and step[0] > out[-1][0]:
            out.append(step)
    return out
