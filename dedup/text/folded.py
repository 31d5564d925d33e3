"""A column of folded texts: one flat array of code points and the place of each text in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

_UTF32 = "utf-32-le"
_CHUNK = 1 << 18


def ramp(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """0 … length - 1 for each length, one after the other (int64, shape (sum of lengths,)).

    >>> ramp(np.array([2, 0, 3])).tolist()
    [0, 1, 0, 1, 2]
    """
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total, dtype=np.int64) - np.repeat(ends - lengths, lengths)


def positions(start: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """start, start + 1 … for each run, one run after the other: the index that gathers slices of a flat array.

    >>> positions(np.array([7, 3]), np.array([2, 1])).tolist()
    [7, 8, 3]
    """
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    shift: NDArray[np.int64] = np.repeat(start - (ends - lengths), lengths)
    return np.arange(total, dtype=np.int64) + shift


def starts(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Offsets of consecutive runs (int64, shape (n + 1,)): the last entry is the sum of the lengths."""
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def runs(offsets: NDArray[np.int64], size: int) -> list[tuple[int, int]]:
    """Cut texts into runs of about `size` elements: (first, last) text numbers; a longer text is alone.

    >>> runs(np.array([0, 3, 5, 20, 21]), 6)
    [(0, 2), (2, 3), (3, 4)]
    """
    cuts, first, count = [], 0, len(offsets) - 1
    while first < count:
        last = int(np.searchsorted(offsets, offsets[first] + size, side="right")) - 1
        last = min(max(last, first + 1), count)
        cuts.append((first, last))
        first = last
    return cuts


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """Folded texts: text `i` is `codes[offsets[i] : offsets[i + 1]]`.

    `codes` is uint32, shape (code points,); `offsets` is int64, shape (texts + 1,).
    """

    codes: NDArray[np.uint32]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Code points per text (int64, shape (texts,))."""
        return np.diff(self.offsets)

    def text(self, i: int) -> str:
        """Text `i` as a string; lone surrogates pass through."""
        codes = self.codes[self.offsets[i] : self.offsets[i + 1]]
        return codes.astype("<u4", copy=False).tobytes().decode(_UTF32, "surrogatepass")

    def strings(self, indices: NDArray[np.integer]) -> list[str]:
        """Some texts as strings, decoded together: a tenth of the cost of one after the other."""
        chosen = self.take(indices)
        whole = chosen.text_of_all()
        bounds = chosen.offsets.tolist()
        return [whole[start:end] for start, end in pairwise(bounds)]

    def text_of_all(self) -> str:
        """All texts, one directly after the other."""
        return self.codes.astype("<u4", copy=False).tobytes().decode(_UTF32, "surrogatepass")

    def take(self, indices: NDArray[np.integer]) -> Folded:
        """The texts at these indices, in this order."""
        start, lengths = self.offsets[:-1][indices], self.lengths[indices]
        offsets = starts(lengths)
        codes = np.empty(int(offsets[-1]), dtype=np.uint32)
        for first, last in runs(offsets, _CHUNK):
            codes[offsets[first] : offsets[last]] = self.codes[positions(start[first:last], lengths[first:last])]
        return Folded(codes, offsets)

    def parts(self, size: int) -> Iterator[Folded]:
        """The column in parts of about `size` code points each, which work in the processor's cache; views."""
        for first, last in runs(self.offsets, size):
            base, end = self.offsets[first], self.offsets[last]
            yield Folded(self.codes[base:end], self.offsets[first : last + 1] - base)

    def where(self, chosen: NDArray[np.bool_]) -> Folded:
        """The chosen texts (a flag per text), in their order."""
        lengths = self.lengths
        return Folded(self.codes[np.repeat(chosen, lengths)], starts(lengths[chosen]))

    @classmethod
    def of(cls, texts: Iterable[str]) -> Folded:
        """A column of texts that are folded already.

        >>> Folded.of(["اقرا ايضا:", ""]).lengths.tolist()
        [10, 0]
        """
        kept = list(texts)
        codes = np.frombuffer("".join(kept).encode(_UTF32, "surrogatepass"), dtype="<u4").astype(np.uint32)
        return cls(codes, starts(np.array([len(text) for text in kept], dtype=np.int64)))


def same_texts(
    one: Folded, i: NDArray[np.integer], other: Folded, j: NDArray[np.integer], chunk: int = 1 << 20
) -> NDArray[np.bool_]:
    """Whether text `i[k]` of one column is text `j[k]` of the other (bool, shape (pairs,)).

    `chunk` bounds the code points compared at a time.

    >>> column = Folded.of(["خبر", "خبز", "خبر"])
    >>> same_texts(column, np.array([0, 0]), column, np.array([1, 2])).tolist()
    [False, True]
    """
    lengths = one.lengths[i]
    same: NDArray[np.bool_] = lengths == other.lengths[j]
    rows = np.flatnonzero(same)
    batch = np.cumsum(lengths[rows]) // chunk
    cuts = np.flatnonzero(np.diff(batch)) + 1
    for part in np.split(rows, cuts):
        size = lengths[part]
        left = one.codes[positions(one.offsets[:-1][i[part]], size)]
        right = other.codes[positions(other.offsets[:-1][j[part]], size)]
        differing = np.searchsorted(np.cumsum(size), np.flatnonzero(left != right), side="right")
        same[part[differing]] = False
    return same
