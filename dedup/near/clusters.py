r"""Stars of verified near-duplicates among the distinct folded texts of a corpus.

Leaders do not depend on order: the text with the most occurrences leads, then the longest, then the
one with the smallest 128-bit hash. Long texts are compared by the exact Jaccard similarity of their
shingles, short ones by edit distance (`edits`); a long and a short text are never near-duplicates.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from dedup.near import edits, jaccard
from dedup.near.bands import band_keys, exact, plan
from dedup.near.signatures import EMPTY, SLOTS, sign
from dedup.near.stars import Buckets, Verify, stars
from dedup.settings import Settings
from dedup.text.folded import Folded
from dedup.text.words import words

_LONG_WORDS = 8
_LONG_UNSPACED = 40
_SPACED = 20
_NEVER_SHORT = 400
_SLACK = Fraction(1, 8)
"""An estimate that falls short by more is not compared exactly: 3 standard errors (measured: 0.03 to 0.041)."""

_CHUNK = 1 << 17
"""Code points looked at at a time."""

_PAIRS = 1 << 13
"""Pairs of signatures compared at a time."""

_SMALL_SHORT = 256
"""Comparing two short texts costs so little that larger buckets are compared all against all."""


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """`leader` (int32, shape (texts,)): a text's own id for leaders and singletons.

    `similarity` (float32, shape (texts,)): to the leader, 1 for leaders. It is for people; decisions
    compared integers.
    """

    leader: NDArray[np.int32]
    similarity: NDArray[np.float32]


def long_lines(folded: Folded) -> NDArray[np.bool_]:
    r"""Which texts are long: 8 words (runs of `\w`), or 40 code points with hardly a space among them.

    The latter are Chinese, Japanese, Thai and addresses. Nothing above 400 code points is short.

    >>> long_lines(Folded.of(["خبر عاجل من المدينة", "خبر " * 8, "新" * 40])).tolist()
    [False, True, True]
    """
    parts = [_long(part) for part in folded.parts(_CHUNK)]
    return np.concatenate([np.zeros(0, dtype=bool), *parts])


def _long(folded: Folded) -> NDArray[np.bool_]:
    lengths = folded.lengths
    spaces = np.diff(np.searchsorted(np.flatnonzero(folded.codes == ord(" ")), folded.offsets))
    unspaced = (lengths >= _LONG_UNSPACED) & (spaces * _SPACED < lengths)
    flags: NDArray[np.bool_] = (np.diff(words(folded).offsets) >= _LONG_WORDS) | unspaced | (lengths > _NEVER_SHORT)
    return flags


def _priority(folded: Folded, hashes: NDArray[np.uint64], occurrences: NDArray[np.int64]) -> NDArray[np.int64]:
    """Text ids, those that lead first."""
    return np.lexsort((hashes[:, 1], hashes[:, 0], -folded.lengths, -occurrences))


def candidates(signatures: NDArray[np.uint32], threshold: float) -> Buckets:
    """The texts (rows) that agree in a band; a text without shingles is in no bucket."""
    filled = np.flatnonzero(signatures[:, 0] != EMPTY)
    keys = band_keys(signatures[filled], plan(threshold))
    return Buckets.joined([Buckets.of(keys[:, band], filled) for band in range(keys.shape[1])])


def _jaccard(folded: Folded, signatures: NDArray[np.uint32], settings: Settings) -> Verify:
    threshold = exact(settings.threshold)

    def verify(a: NDArray[np.int64], b: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
        near = np.flatnonzero(promising(signatures, settings.threshold, a, b))
        accepted = np.zeros(len(a), dtype=bool)
        similarity = np.zeros(len(a), dtype=np.float32)
        accepted[near], similarity[near] = jaccard.verify(folded, settings.shingles, threshold, a[near], b[near])
        return accepted, similarity

    return verify


def promising(
    signatures: NDArray[np.uint32], threshold: float, a: NDArray[np.int64], b: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which pairs agree in enough slots to be worth an exact comparison (bool, shape (pairs,))."""
    least = int((exact(threshold) - _SLACK) * SLOTS)
    out = np.zeros(len(a), dtype=bool)
    for first in range(0, len(a), _PAIRS):
        part = slice(first, first + _PAIRS)
        out[part] = np.count_nonzero(signatures[a[part]] == signatures[b[part]], axis=1) >= least
    return out


def cluster(folded: Folded, hashes: NDArray[np.uint64], occurrences: NDArray[np.int64], settings: Settings) -> Clusters:
    """The stars of distinct texts: `hashes` uint64 (texts, 2), `occurrences` int64 (texts,).

    >>> from dedup.near.hashing import hash_lines
    >>> line = "اعلنت بلديه المدينه عن فتح حديقه جديده للزوار قرب النهر"
    >>> column = Folded.of([line, line + " اليوم", "خبر اخر"])
    >>> cluster(column, hash_lines(column), np.array([1, 2, 1]), Settings()).leader.tolist()
    [1, 1, 2]
    """
    leader = np.arange(len(folded), dtype=np.int32)
    similarity = np.ones(len(folded), dtype=np.float32)
    order, long = _priority(folded, hashes, occurrences), long_lines(folded)
    for ids, stars_of in ((order[long[order]], _long_stars), (order[~long[order]], _short_stars)):
        rank, value = stars_of(folded.take(ids), settings)
        leader[ids] = ids[rank]
        similarity[ids] = value
    return Clusters(leader, similarity)


def _long_stars(folded: Folded, settings: Settings) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    signatures = sign(folded, settings.shingles)
    found = candidates(signatures, settings.threshold)
    return stars(found, len(folded), _jaccard(folded, signatures, settings))


def _short_stars(folded: Folded, _settings: Settings) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    parity = edits.letter_parity(folded)

    def verify(a: NDArray[np.int64], b: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
        return edits.verify(folded, parity, a, b)

    return stars(edits.buckets(folded), len(folded), verify, _SMALL_SHORT)
