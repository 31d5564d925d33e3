"""From folded texts to shingles, and from shingles to signatures of 128 slots that estimate Jaccard similarity.

One-permutation hashing (Li, Owen, Zhang 2012): a shingle's 64-bit hash names one of 128 bins by its
top 7 bits and a value by the 32 bits below; a slot is the least value of its bin. Empty bins are
filled by optimal densification (Shrivastava 2017, "Optimal Densification for Fast and Accurate
Minwise Hashing"): each empty bin tries the others in a random order of its own, the same for every
text, and copies the first filled one. Two slots then agree with a probability of the Jaccard
similarity, as with 128 permutations, at the cost of one hash per shingle.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dedup.near.compiled import kernels
from dedup.near.hashing import hash_lines, mix, segment_sums
from dedup.settings import Shingles
from dedup.text.folded import Folded, positions, ramp, runs, starts
from dedup.text.words import words

SLOTS = 128
EMPTY = 0xFFFFFFFF
"""A slot of a text without shingles; no value of a shingle."""

PADDING = 0xFFFFFFFFFFFFFFFF
"""No shingle has this hash: `jaccard` pads with it."""

_BASE = np.uint64(0x9FB21C651E98DF25)
_PLACE = np.uint64(0xD6E8FEB86659FD93)
_CHUNK = 1 << 17
"""Shingles signed at a time: the temporaries stay in the processor's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Shingled:
    """Shingle hashes (uint64); those of text `i` are `hashes[offsets[i] : offsets[i + 1]]`, repeats included."""

    hashes: NDArray[np.uint64]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1


def _whole(tokens: NDArray[np.uint64], lengths: NDArray[np.int64]) -> NDArray[np.uint64]:
    """One hash per text over all its tokens and their places."""
    placed = mix(tokens + ramp(lengths).astype(np.uint64) * _PLACE)
    return mix(segment_sums(placed, starts(lengths)) + lengths.astype(np.uint64))


def _grams(tokens: NDArray[np.uint64], offsets: NDArray[np.int64], size: int) -> Shingled:
    """Hashes of each run of `size` tokens inside a text; a shorter text is one shingle, an empty one none."""
    lengths = np.diff(offsets)
    rolling = np.zeros(max(len(tokens) - size + 1, 0), dtype=np.uint64)
    for shift in range(size):
        rolling *= _BASE
        rolling += tokens[shift : shift + len(rolling)]
    counts = np.maximum(lengths - size + 1, np.minimum(lengths, 1))
    out = starts(counts)
    whole = np.flatnonzero((lengths > 0) & (lengths < size))
    inside = np.repeat(lengths - size, lengths) >= ramp(lengths)
    hashes = np.empty(int(out[-1]), dtype=np.uint64)
    long = np.ones(len(hashes), dtype=bool)
    long[out[whole]] = False
    hashes[long] = mix(rolling[inside[: len(rolling)]])
    hashes[out[whole]] = _whole(tokens[positions(offsets[whole], lengths[whole])], lengths[whole])
    hashes[hashes == PADDING] = 0
    return Shingled(hashes, out)


def shingle_lines(folded: Folded, shingles: Shingles) -> Shingled:
    r"""The shingles of each text: runs of `size` code points, or of `size` words (runs of `\w`).

    A text with fewer is one shingle; under `word:N` a text without any word is one shingle too.

    >>> shingled = shingle_lines(Folded.of(["خبر عاجل", "خبر", ""]), Shingles("char", 5))
    >>> shingled.offsets.tolist()
    [0, 4, 5, 5]
    """
    if shingles.unit == "char":
        return _grams(folded.codes.astype(np.uint64), folded.offsets, shingles.size)
    found = words(folded)
    counts = np.diff(found.offsets)
    wordless = np.flatnonzero((counts == 0) & (folded.lengths > 0))
    tokens = np.insert(hash_lines(found.words)[:, 0], found.offsets[wordless], hash_lines(folded.take(wordless))[:, 0])
    counts[wordless] = 1
    return _grams(tokens, starts(counts), shingles.size)


@cache
def _probes() -> NDArray[np.uint8]:
    """For each bin, all bins in a random order of its own (uint8, shape (attempts, bins))."""
    order = np.argsort(mix(np.arange(1, SLOTS * SLOTS + 1, dtype=np.uint64) * _PLACE).reshape(SLOTS, SLOTS), axis=1)
    return np.ascontiguousarray(order.T.astype(np.uint8))


def _densify(slots: NDArray[np.uint32]) -> None:
    """Fill the empty bins of each row in place; a row without any value stays empty."""
    filled = slots.copy()
    row, column = np.nonzero((slots == EMPTY) & (slots != EMPTY).any(axis=1)[:, None])
    for attempt in _probes():
        if not len(row):
            return
        value = filled[row, attempt[column]]
        slots[row, column] = value
        row, column = row[value == EMPTY], column[value == EMPTY]


def signatures(shingled: Shingled) -> NDArray[np.uint32]:
    """The signature of each text (uint32, shape (texts, 128)); all `EMPTY` for a text without shingles."""
    out = np.full((len(shingled), SLOTS), EMPTY, dtype=np.uint32)
    work = shingled.offsets + np.arange(len(shingled) + 1) * (SLOTS // 4)
    for first, last in runs(work, _CHUNK):
        offsets = shingled.offsets[first : last + 1]
        hashes = shingled.hashes[offsets[0] : offsets[-1]]
        row = np.repeat(np.arange(last - first, dtype=np.int64) * SLOTS, np.diff(offsets))
        values = np.minimum((hashes >> np.uint64(25)).astype(np.uint32), np.uint32(EMPTY - 1))
        slots = out[first:last]
        np.minimum.at(slots.reshape(-1), row + (hashes >> np.uint64(57)).astype(np.int64), values)
        _densify(slots)
    return out


def sign(folded: Folded, shingles: Shingles, ids: NDArray[np.int64] | None = None) -> NDArray[np.uint32]:
    """`signatures` of `shingle_lines` (of the texts `ids`, in their order), without holding all shingles at once."""
    compiled = kernels(len(folded.codes)) if shingles.unit == "char" else None
    if compiled is None:
        chosen = folded if ids is None else folded.take(ids)
        parts = [signatures(shingle_lines(part, shingles)) for part in chosen.parts(_CHUNK)]
        return np.concatenate([np.zeros((0, SLOTS), dtype=np.uint32), *parts])
    rows = np.arange(len(folded)) if ids is None else ids
    out = np.empty((len(rows), SLOTS), dtype=np.uint32)
    room = np.empty(int(folded.lengths.max(initial=0)) + 1, dtype=np.uint64)
    compiled.sign(folded.codes, folded.offsets, rows, shingles.size, _probes(), room, out)
    return out
