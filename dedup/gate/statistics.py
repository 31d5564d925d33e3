"""Two-sample tests and the control of false discoveries, in plain arithmetic."""

from __future__ import annotations

import math
from collections.abc import Sequence


def fisher(hits: int, of: int, other_hits: int, other_of: int) -> float:
    """Fisher's exact test, two-sided: how surprising two shares are if they are one (Fisher 1922).

    >>> round(fisher(3, 4, 1, 4), 4), round(fisher(5, 10, 10, 20), 4)
    (0.4857, 1.0)
    """
    total, marked = of + other_of, hits + other_hits
    low, high = max(0, marked - other_of), min(of, marked)
    whole = _choose(total, marked)
    logs = [_choose(of, k) + _choose(other_of, marked - k) - whole for k in range(low, high + 1)]
    own = logs[hits - low]
    return min(1.0, math.fsum(math.exp(each) for each in logs if each <= own + 1e-9))


def _choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def mann_whitney(one: Sequence[float], other: Sequence[float]) -> tuple[float, float]:
    """The two-sided p-value, by the normal approximation with ties, and how often `one` is larger, from -1 to 1.

    The second is the rank-biserial correlation: 1 where every value of `one` is above every value of `other`.

    >>> [round(each, 3) for each in mann_whitney([1, 2, 3, 4, 5], [6, 7, 8, 9, 10])]
    [0.012, -1.0]
    """
    n, m = len(one), len(other)
    values = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    rank_sum, ties, at = 0.0, 0, 0
    while at < len(values):
        end = at
        while end < len(values) and values[end][0] == values[at][0]:
            end += 1
        rank_sum += (at + end + 1) / 2 * sum(1 for value in values[at:end] if not value[1])
        ties += (end - at) ** 3 - (end - at)
        at = end
    u = rank_sum - n * (n + 1) / 2
    spread = n * m / 12 * (n + m + 1 - ties / max((n + m) * (n + m - 1), 1))
    if spread <= 0:
        return 1.0, 0.0
    z = max(abs(u - n * m / 2) - 0.5, 0) / math.sqrt(spread)
    return math.erfc(z / math.sqrt(2)), 2 * u / (n * m) - 1


def discoveries(p_values: Sequence[float], rate: float) -> list[bool]:
    """Which hypotheses fall so that of those that do at most `rate` are expected to be true.

    Benjamini and Hochberg (1995) with Yekutieli's factor (2001), since figures of one site depend on each other.

    >>> discoveries([0.0001, 0.5, 0.002], 0.05)
    [True, False, True]
    """
    count = len(p_values)
    factor = math.fsum(1 / k for k in range(1, count + 1))
    limit = -1.0
    for rank, p in enumerate(sorted(p_values), 1):
        if p <= rate * rank / (count * factor):
            limit = p
    return [p <= limit for p in p_values]


def median(values: Sequence[float]) -> float:
    """The middle value; of two, their mean."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
