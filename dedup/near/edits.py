r"""Short lines: near-duplicates by edit distance, because a handful of shingles says too little.

A pair may differ by 1 edit when the shorter has 12 to 19 code points, by 2 from 20 on, never below
12. The edits must be a matter of spelling: the same numbers, and no differing word of fewer than
four letters ("group a" and "group b", "did" and "did not" are one edit apart and say different things).
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from dedup.near.hashing import hash_lines, mix, segment_sums
from dedup.near.numbers import numbers, same_digits
from dedup.near.stars import Buckets
from dedup.text.folded import Folded, positions, ramp, starts

Rows = NDArray[np.int64]

LEAST, TWO_EDITS = 12, 20
"""Code points from which one edit, and two edits, are allowed."""

_MOST_EDITS = 2
_FAR = _MOST_EDITS + 1
_LEAST_WORD = 4
_CHUNK = 1 << 14
"""Pairs compared at a time."""

_WORD = re.compile(r"\w+")


def allowed(lengths: Rows) -> Rows:
    """Edits allowed for texts of these lengths (the shorter of a pair decides).

    >>> allowed(np.array([11, 12, 19, 20])).tolist()
    [0, 1, 1, 2]
    """
    return (lengths >= LEAST).astype(np.int64) + (lengths >= TWO_EDITS)


def _pieces(folded: Folded, rows: Rows, start: Rows, size: Rows, kind: int, cut: Rows) -> NDArray[np.uint64]:
    """Key of the `size` code points from `start` on, per row; pieces of another kind or cut have other keys."""
    codes = folded.codes[positions(folded.offsets[:-1][rows] + start, size)].astype(np.uint64)
    place = ramp(size).astype(np.uint64) << np.uint64(21)
    sums = segment_sums(mix((place | codes) + np.uint64(1)), starts(size))
    return mix(sums ^ mix(cut.astype(np.uint64) * np.uint64(4) + np.uint64(kind)))


def buckets(folded: Folded) -> Buckets:
    """Texts (rows of `folded`) with the same numbers that may be within the allowed edits; no such pair is missed.

    One edit leaves the first or the last half of the shorter text in place. Two edits leave the
    first third, the last third, or, with one edit on each side of it, the middle third, moved by at
    most one place: taken from both texts at its place and at the next, it meets whichever way it
    moved. A text is cut as for each length that its shorter partner may have, so that both are cut
    alike.
    """
    lengths, same = folded.lengths, hash_lines(numbers(folded))[:, 0]
    keys, owners = [np.zeros(0, dtype=np.uint64)], [np.zeros(0, dtype=np.int64)]
    for edits, least, most in ((1, LEAST, TWO_EDITS), (2, TWO_EDITS, np.inf)):
        for excess in range(edits + 1):
            rows = np.flatnonzero((lengths - excess >= least) & (lengths - excess < most))
            cut = lengths[rows] - excess
            size = cut // (edits + 1)
            places = [(0, np.zeros_like(size)), (1, lengths[rows] - size)]
            places += [(2, size + shift) for shift in (0, 1) if edits == _MOST_EDITS]
            for kind, start in places:
                keys.append(mix(_pieces(folded, rows, start, size, kind, cut) ^ same[rows]))
                owners.append(rows)
    return Buckets.of(np.concatenate(keys), np.concatenate(owners))


def _matrix(folded: Folded, rows: Rows, height: int, filler: int) -> NDArray[np.uint32]:
    """One text per column, so that the i-th code points of all texts lie side by side."""
    lengths = folded.lengths[rows]
    matrix = np.full((height, len(rows)), filler, dtype=np.uint32)
    at = ramp(lengths) * len(rows) + np.repeat(np.arange(len(rows)), lengths)
    matrix.reshape(-1)[at] = folded.codes[positions(folded.offsets[:-1][rows], lengths)]
    return matrix


def distances(folded: Folded, a: Rows, b: Rows) -> Rows:
    """Levenshtein distance of each pair: exact up to 2, and 3 for more.

    `b[k]` is 0 to 2 code points longer than `a[k]`. The usual recurrence, row by row over the five
    diagonals that a distance of 2 can reach, for all pairs at once.

    >>> column = Folded.of(["مباراه", "مبارات", "مباريات", "مسابقه"])
    >>> distances(column, np.array([0, 0, 0]), np.array([1, 2, 3])).tolist()
    [1, 2, 3]
    """
    short, excess = folded.lengths[a], folded.lengths[b] - folded.lengths[a]
    height = int(short.max(initial=0))
    left = _matrix(folded, a, height, 0xFFFFFFFE)
    right = _matrix(folded, b, height + _MOST_EDITS, 0xFFFFFFFF)
    far = np.full(len(a), _FAR, dtype=np.uint8)
    row = [far, far, far * 0, far * 0 + 1, far * 0 + 2]
    result = np.full(len(a), _FAR, dtype=np.int64)
    ends = set(short.tolist())
    for i in range(height):
        before, row = [*row, far], [far]
        for at in range(5):
            j = i + at - _MOST_EDITS  # code point of `right` on this diagonal; -1 stands before the first
            replaced = before[at] + (left[i] != right[j]) if j >= 0 else far
            one_more = np.minimum(before[at + 1], row[-1]) + np.uint8(1)
            row.append(np.minimum(np.minimum(replaced, one_more), far) if j >= -1 else far)
        row = row[1:]
        if i + 1 in ends:
            done = np.flatnonzero(short == i + 1)
            result[done] = np.stack(row[_MOST_EDITS:])[excess[done], done]
    return result


def letter_parity(folded: Folded) -> NDArray[np.uint64]:
    """Whether a text holds an odd number of each of 64 classes of code points: an edit flips two bits at most."""
    bits = np.uint64(1) << (mix(folded.codes.astype(np.uint64)) & np.uint64(63))
    parity = np.zeros(len(folded), dtype=np.uint64)
    filled = np.flatnonzero(folded.lengths)
    if len(filled):
        parity[filled] = np.bitwise_xor.reduceat(bits, folded.offsets[filled])
    return parity


def _spelling_only(one: str, other: str) -> bool:
    """Whether two texts a few edits apart are spellings of one text."""
    words, others = _WORD.findall(one), _WORD.findall(other)
    if len(words) != len(others):
        return "".join(words) == "".join(others)  # a word split in two or written together
    return all(a == b or min(len(a), len(b)) >= _LEAST_WORD for a, b in zip(words, others, strict=True))


def _verify_some(folded: Folded, a: Rows, b: Rows) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    distance = distances(folded, a, b)
    accepted = distance <= allowed(folded.lengths[a])
    accepted[accepted] = same_digits(folded, a[accepted], b[accepted])
    for pair in np.flatnonzero(accepted).tolist():
        accepted[pair] = _spelling_only(folded.text(int(a[pair])), folded.text(int(b[pair])))
    return accepted, (1 - distance / np.maximum(folded.lengths[b], 1)).astype(np.float32)


def verify(
    folded: Folded, parity: NDArray[np.uint64], a: Rows, b: Rows
) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """Which pairs are spellings of one text (bool), and 1 - distance / longer length (float32), shape (pairs,)."""
    lengths = folded.lengths
    a, b = np.where(lengths[a] <= lengths[b], a, b), np.where(lengths[a] <= lengths[b], b, a)
    edits = allowed(lengths[a])
    flipped = np.bitwise_count(parity[a] ^ parity[b])
    near = np.flatnonzero((lengths[b] - lengths[a] <= edits) & (flipped <= 2 * edits) & (edits > 0))
    accepted = np.zeros(len(a), dtype=bool)
    similarity = np.zeros(len(a), dtype=np.float32)
    for first in range(0, len(near), _CHUNK):
        part = near[first : first + _CHUNK]
        accepted[part], similarity[part] = _verify_some(folded, a[part], b[part])
    return accepted, similarity
