"""Where matches lie: from bytes of UTF-8 to code points, and whether they begin and end at the edge of a word."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_BLOCK = 256


def characters_before(data: NDArray[np.uint8], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many characters of UTF-8 begin before each place (int64): counted by blocks, then within the place's own.

    >>> characters_before(np.frombuffer("aب b".encode(), np.uint8), np.array([0, 1, 3, 5])).tolist()
    [0, 1, 2, 4]
    """
    begins = np.zeros(-(-len(data) // _BLOCK) * _BLOCK + _BLOCK, np.bool_)
    np.not_equal(data & 0xC0, 0x80, out=begins[: len(data)])
    blocks = begins.reshape(-1, _BLOCK)
    through = np.concatenate([[0], np.cumsum(np.count_nonzero(blocks, axis=1))])
    own, inside = places // _BLOCK, np.arange(_BLOCK)
    counts = np.empty(len(places), np.int64)
    for first in range(0, len(places), _BLOCK * _BLOCK):  # a bounded part at a time
        some = slice(first, first + _BLOCK * _BLOCK)
        within = blocks[own[some]] & (inside < (places[some] % _BLOCK)[:, None])
        counts[some] = through[own[some]] + np.count_nonzero(within, axis=1)
    return counts


def word_edges(
    codes: NDArray[np.uint32],
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    line_start: NDArray[np.int64],
    line_end: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Whether each match begins and ends at the edge of a word (CJK phrases have no such edges)."""
    if begin.size == 0:
        return np.zeros(0, np.bool_)
    left = codes[np.maximum(begin - 1, 0)]
    right = codes[np.minimum(end, codes.size - 1)]
    first, last = codes[begin], codes[end - 1]
    open_left = (begin == line_start) | ~(_is_word(left) & _is_word(first))
    # A leading و ("and") is glued to its word; that it opens the line is checked with the kind.
    open_left |= (left == 0x0648) & (begin == line_start + 1)
    open_right = (end >= line_end) | ~(_is_word(right) & _is_word(last))
    return np.asarray(open_left & open_right, dtype=np.bool_)


def _is_word(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Letters and digits of scripts that put spaces between words (a coarse, table-free test)."""
    latin = (codes < 0x80) & (
        ((codes >= 0x30) & (codes <= 0x39)) | ((codes >= 0x41) & (codes <= 0x5A)) | ((codes >= 0x61) & (codes <= 0x7A))
    )
    other = (codes >= 0xC0) & (codes < 0x2000) & (codes != 0xD7) & (codes != 0xF7)
    return np.asarray(latin | other, dtype=np.bool_)
