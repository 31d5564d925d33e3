"""Hashes of code points and of whole folded texts, as unsigned 64-bit arithmetic that wraps around.

Every value is defined by integer operations alone, so that a compiled kernel can compute the same.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.text.folded import Folded, ramp

_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_KEY_LOW = np.uint64(0x9E3779B97F4A7C15)
_KEY_HIGH = np.uint64(0xC2B2AE3D27D4EB4F)
_CHUNK = 1 << 17
"""Code points hashed at a time: the temporaries stay in the processor's cache."""


def mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each value through a bijection that spreads every bit over all (uint64, same shape).

    The finaliser of SplitMix64 (Steele, Lea, Flood 2014; constants by Stafford, variant 13).

    >>> [hex(value) for value in mix(np.array([0, 1], dtype=np.uint64)).tolist()]
    ['0x0', '0x5692161d100b05e5']
    """
    out = values ^ (values >> np.uint64(30))
    out *= _MIX_1
    out ^= out >> np.uint64(27)
    out *= _MIX_2
    out ^= out >> np.uint64(31)
    return out


def segment_sums(values: NDArray[np.uint64], offsets: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Sum modulo 2**64 of each run `values[offsets[i] : offsets[i + 1]]`; 0 for an empty run."""
    sums = np.zeros(len(values) + 1, dtype=np.uint64)
    np.cumsum(values, out=sums[1:])
    total: NDArray[np.uint64] = sums[offsets[1:]] - sums[offsets[:-1]]
    return total


def _hash_run(folded: Folded) -> NDArray[np.uint64]:
    lengths, offsets = folded.lengths, folded.offsets
    place = ramp(lengths).astype(np.uint64)
    low = mix(((place << np.uint64(21)) | folded.codes) + _KEY_LOW)
    high = (low ^ (low >> np.uint64(29))) * _KEY_HIGH
    size = lengths.astype(np.uint64)
    sums = (segment_sums(low, offsets), segment_sums(high ^ (high >> np.uint64(32)), offsets))
    return np.stack([mix(sums[0] + size * _KEY_HIGH), mix(sums[1] + size * _KEY_LOW)], axis=1)


def hash_lines(folded: Folded) -> NDArray[np.uint64]:
    """128-bit hash of each text (uint64, shape (texts, 2)).

    The first half is `mix(sum(m(i)) + length * K)` with `m(i) = mix((i << 21 | code) + k)` over the code
    points and their places; the second sums a multiply-xorshift of each `m(i)`, which no linear
    relation ties to the first. Equal texts have equal hashes; `Distinct` compares texts besides.

    >>> hash_lines(Folded.of(["خبر", "خبر", "ربخ"]))[:, 0].tolist()
    [421117010781593766, 421117010781593766, 2196709004953763773]
    """
    parts = [_hash_run(part) for part in folded.parts(_CHUNK)]
    return np.concatenate([np.zeros((0, 2), dtype=np.uint64), *parts])
