"""Exact Jaccard similarity of many pairs of texts, over the sets of their shingles.

Everything is rows of sorted 64-bit hashes, padded to a common width within a class of widths: sorting
many short rows is the one thing that NumPy does faster than any look-up.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from dedup.near.compiled import Kernels, kernels
from dedup.near.signatures import PADDING, Shingled, shingle_lines
from dedup.settings import Shingles
from dedup.text.folded import Folded, positions, ramp, runs, starts

Rows = NDArray[np.int64]
_CHUNK = 1 << 19
"""Shingles per sorted matrix."""


def _widths(lengths: Rows) -> Iterator[tuple[Rows, int]]:
    """Rows of similar length together: (row numbers, the longest of them), each about `_CHUNK` elements in all."""
    order = np.argsort(lengths, kind="stable")
    first = 0
    while first < len(order):
        shortest = max(int(lengths[order[first]]), 8)
        similar = int(np.searchsorted(lengths[order], shortest + shortest // 4, side="right"))
        last = max(min(similar, first + _CHUNK // shortest), first + 1)
        rows = order[first:last]
        yield rows, int(lengths[rows].max())
        first = last


def _place(matrix: NDArray[np.uint64], column: Rows, values: NDArray[np.uint64], first: Rows, size: Rows) -> None:
    """Write `values[first[r] : first[r] + size[r]]` into row r of a matrix, from `column[r]` on."""
    target = np.repeat(np.arange(len(size)) * matrix.shape[1] + column, size) + ramp(size)
    matrix.reshape(-1)[target] = values[positions(first, size)]


def shingle_sets(shingled: Shingled) -> Shingled:
    """The shingles of each text sorted, without repeats."""
    lengths = np.diff(shingled.offsets)
    counts = np.zeros(len(shingled), dtype=np.int64)
    kept: list[tuple[Rows, NDArray[np.uint64]]] = []
    for rows, width in _widths(lengths):
        matrix = np.full((len(rows), width), PADDING, dtype=np.uint64)
        _place(matrix, np.zeros(len(rows), dtype=np.int64), shingled.hashes, shingled.offsets[rows], lengths[rows])
        matrix.sort(axis=1)
        single = matrix != PADDING
        single[:, 1:] &= matrix[:, 1:] != matrix[:, :-1]
        counts[rows] = single.sum(axis=1)
        kept.append((rows, matrix[single]))
    offsets = starts(counts)
    hashes = np.empty(int(offsets[-1]), dtype=np.uint64)
    for rows, values in kept:
        hashes[positions(offsets[rows], counts[rows])] = values
    return Shingled(hashes, offsets)


def intersections(sets: Shingled, a: Rows, b: Rows) -> Rows:
    """How many shingles texts `a[k]` and `b[k]` share (int64, shape (pairs,)); `sets` come from `shingle_sets`."""
    sizes = np.diff(sets.offsets)
    shared = np.zeros(len(a), dtype=np.int64)
    for rows, width in _widths(sizes[a] + sizes[b]):
        left, right = a[rows], b[rows]
        matrix = np.full((len(rows), width), PADDING, dtype=np.uint64)
        _place(matrix, np.zeros(len(rows), dtype=np.int64), sets.hashes, sets.offsets[left], sizes[left])
        _place(matrix, sizes[left], sets.hashes, sets.offsets[right], sizes[right])
        matrix.sort(axis=1)
        shared[rows] = ((matrix[:, 1:] == matrix[:, :-1]) & (matrix[:, 1:] != PADDING)).sum(axis=1)
    return shared


def _overlaps(folded: Folded, shingles: Shingles, a: Rows, b: Rows) -> tuple[Rows, Rows]:
    """How many shingles are in both texts of each pair, and in either (int64, shape (pairs,))."""
    texts, both = np.unique(np.concatenate([a, b]), return_inverse=True)
    left, right = both[: len(a)], both[len(a) :]
    sets = shingle_sets(shingle_lines(folded.take(texts), shingles))
    sizes, shared = np.diff(sets.offsets), intersections(sets, left, right)
    return shared, sizes[left] + sizes[right] - shared


def _compiled(compiled: Kernels, folded: Folded, size: int, a: Rows, b: Rows) -> tuple[Rows, Rows]:
    """The same by the kernels."""
    shared, union = np.empty(len(a), dtype=np.int64), np.empty(len(a), dtype=np.int64)
    longest = int(folded.lengths[np.concatenate([a, b])].max(initial=0)) + 1
    tables = 2, 1 << (2 * longest).bit_length()
    keys, stamps = np.empty(tables, dtype=np.uint64), np.zeros(tables, dtype=np.int64)
    room = np.empty(longest, dtype=np.uint64)
    compiled.overlaps(folded.codes, folded.offsets, a, b, size, room, keys, stamps, shared, union)
    return shared, union


def verify(
    folded: Folded, shingles: Shingles, threshold: Fraction, a: Rows, b: Rows
) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """Which pairs reach the threshold (bool) and their similarity (float32, for people), both of shape (pairs,).

    The decision compares integers: shared * denominator >= union * numerator.

    >>> column = Folded.of(["واحد اثنان ثلاثة", "واحد اثنان ثلاثه", "آخر"])
    >>> verify(column, Shingles("char", 5), Fraction(4, 5), np.array([0, 0]), np.array([1, 2]))[0].tolist()
    [True, False]
    """
    shared, union = np.zeros(len(a), dtype=np.int64), np.zeros(len(a), dtype=np.int64)
    compiled = kernels(0) if shingles.unit == "char" else None
    lengths = folded.lengths
    for first, last in runs(starts(lengths[a] + lengths[b]), 8 * _CHUNK) if compiled is None else ():
        part = slice(first, last)
        shared[part], union[part] = _overlaps(folded, shingles, a[part], b[part])
    if compiled is not None:
        shared, union = _compiled(compiled, folded, shingles.size, a, b)
    enough = shared * threshold.denominator >= union * threshold.numerator
    return enough & (shared > 0), (shared / np.maximum(union, 1)).astype(np.float32)
