r"""Words and digits of folded texts, as columns: what `\w` and `\d` of `re` say, by table look-up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dedup.text.folded import Folded

WORD, DIGIT = 1, 2
_KNOWN = 4


@cache
def _table() -> NDArray[np.uint8]:
    """Classes of each code point (uint8, shape (0x110000,)), 0 until it is met."""
    return np.zeros(0x110000, dtype=np.uint8)


def _classes_of(code: int) -> int:
    character = chr(code)
    word = character.isalnum() or character == "_"
    return _KNOWN | (WORD if word else 0) | (DIGIT if character.isdecimal() else 0)


def classes(codes: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Bits `WORD` and `DIGIT` of each code point (uint8, same shape)."""
    table = _table()
    found = table[codes]
    if not found.all():
        for code in np.unique(codes[found == 0]).tolist():
            table[code] = _classes_of(code)
        found = table[codes]
    return found


def class_table() -> NDArray[np.uint8]:
    """The table behind `classes`: 0 for code points that it has not met."""
    return _table()


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The words of some texts: text `i` has the words `offsets[i]` to `offsets[i + 1]` (int64, shape (texts + 1,))."""

    words: Folded
    offsets: NDArray[np.int64]


def words(folded: Folded) -> Words:
    r"""The runs of `\w` of each text.

    >>> found = words(Folded.of(["خبر: 12 آذار", "…", "a_b"]))
    >>> found.offsets.tolist(), [found.words.text(i) for i in range(4)]
    ([0, 3, 3, 4], ['خبر', '12', 'آذار', 'a_b'])
    """
    inside = (classes(folded.codes) & WORD).astype(bool)
    opens = inside.copy()
    opens[1:] &= ~inside[:-1]
    edges = folded.offsets[:-1]
    edges = edges[edges < len(inside)]
    opens[edges] = inside[edges]
    first = np.flatnonzero(opens)
    number = np.cumsum(inside)
    offsets = np.append(number[first] - 1, number[-1] if len(number) else 0)
    return Words(Folded(folded.codes[inside], offsets), np.searchsorted(first, folded.offsets))
