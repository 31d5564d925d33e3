"""Bands: which signatures are worth comparing.

A signature is cut into `count` bands of `rows` slots. Two texts of Jaccard similarity s agree in all
slots of one band with probability s**rows, so they become a candidate pair with probability
1 - (1 - s**rows)**count: an S-curve (Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.4).
For the threshold 0.8 that is 25 bands of 5 rows:

    s            0.3    0.5    0.6    0.7    0.8      0.9
    candidate    0.06   0.55   0.87   0.99   0.99995  1
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from dedup.near.compiled import kernels
from dedup.near.hashing import mix
from dedup.near.signatures import SLOTS

_LEAST_RECALL = Fraction(9995, 10000)
_MOST_ROWS = 16
_CHUNK = 1 << 12
"""Signatures at a time: the temporaries stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Bands:
    """`count` bands of `rows` slots each; slots left over are not used."""

    count: int
    rows: int


def exact(threshold: float) -> Fraction:
    """The threshold that a person wrote, as a ratio: comparisons of similarities are comparisons of integers.

    >>> exact(0.8)
    Fraction(4, 5)
    """
    return Fraction(str(threshold))


def recall(similarity: Fraction, bands: Bands) -> Fraction:
    """The probability that a pair of this similarity is a candidate."""
    return 1 - (1 - similarity**bands.rows) ** bands.count


def plan(threshold: float) -> Bands:
    """The longest bands that find at least 99.95 % of the pairs exactly at the threshold.

    The floor leaves room for short texts: their slots are fewer independent draws than 128.

    >>> plan(0.8), plan(0.5)
    (Bands(count=25, rows=5), Bands(count=64, rows=2))
    """
    similarity = exact(threshold)
    fits = (Bands(SLOTS // rows, rows) for rows in range(_MOST_ROWS, 0, -1))
    return next(bands for bands in fits if recall(similarity, bands) >= _LEAST_RECALL)


def band_keys(signatures: NDArray[np.uint32], bands: Bands, ids: NDArray[np.int64] | None = None) -> NDArray[np.uint64]:
    """A key per band (uint64, shape (texts, bands.count)): equal for equal slots of the same band.

    With `ids`, only of those signatures. The keys of one band lie side by side in memory.
    """
    ids = np.arange(len(signatures)) if ids is None else ids
    begin = mix(np.arange(1, bands.count + 1, dtype=np.uint64))
    out = np.empty((bands.count, len(ids)), dtype=np.uint64)
    compiled = kernels(0)
    if compiled is not None:
        compiled.band_keys(signatures, ids, bands.rows, begin, out)
        return out.T
    for first in range(0, len(ids), _CHUNK):
        some = ids[first : first + _CHUNK]
        slots = signatures[some, : bands.count * bands.rows].reshape(len(some), bands.count, bands.rows)
        keys = np.broadcast_to(begin, slots.shape[:2])
        for row in range(bands.rows):
            keys = mix(keys + slots[:, :, row])
        out[:, first : first + _CHUNK] = keys.T
    return out.T
