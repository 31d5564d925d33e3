"""The numbers of folded texts: two lines that differ only there say different things."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.text.folded import Folded, same_texts, starts
from dedup.text.words import DIGIT, WORD, classes

_CONTINUES, _NEGATIVE = 1 << 30, 1 << 31
_MINUS = 0x2D


def numbers(folded: Folded) -> Folded:
    """The digits of each text as a column, with flags that keep numbers apart ("21", "2-1") and signs ("-5", "5")."""
    kinds = np.append(classes(folded.codes), [0, 0])
    codes = np.append(folded.codes, [0, 0])
    at = np.flatnonzero(kinds & DIGIT)
    first = folded.offsets[np.searchsorted(folded.offsets, at, side="right") - 1]
    one_back, two_back = at - 1, np.maximum(at, 2) - 2  # -1 reads the padding
    continues = (kinds[one_back] & DIGIT > 0) & (at > first)
    signed = (codes[one_back] == _MINUS) & (at > first)
    hyphen = (kinds[two_back] & WORD > 0) & (at > first + 1)
    digits = codes[at] | np.where(continues, _CONTINUES, 0) | np.where(signed & ~hyphen, _NEGATIVE, 0)
    counts = np.diff(np.searchsorted(at, folded.offsets))
    return Folded(digits.astype(np.uint32), starts(counts))


def same_digits(folded: Folded, a: NDArray[np.integer], b: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Whether texts `a[k]` and `b[k]` hold the same numbers in the same order (bool, shape (pairs,)).

    A number is a run of digits with the minus before it, so that a comma in place of a point is no
    difference and a lost hyphen is one.

    >>> column = Folded.of(["بلغ -5 في 2-1", "كان -5 في 2-1", "بلغ 5 في 2-1", "بلغ -5 في 21"])
    >>> same_digits(column, np.array([0, 0, 0]), np.array([1, 2, 3])).tolist()
    [True, False, False]
    """
    texts, both = np.unique(np.concatenate([a, b]), return_inverse=True)
    found = numbers(folded.take(texts))
    return same_texts(found, both[: len(a)], found, both[len(a) :])
