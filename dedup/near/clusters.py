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
from dedup.near.compiled import kernels
from dedup.near.signatures import EMPTY, SLOTS, sign
from dedup.near.stars import Buckets, Verify, stars
from dedup.settings import Settings
from dedup.text.folded import Folded
from dedup.text.words import WORD, class_table, classes, words

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
    lengths = folded.lengths
    in_doubt = np.flatnonzero(lengths <= _NEVER_SHORT)
    counted, spaces = np.zeros(len(folded), dtype=np.int32), np.zeros(len(folded), dtype=np.int32)
    counted[in_doubt], spaces[in_doubt] = _words_and_spaces(folded, in_doubt)
    unspaced = (lengths >= _LONG_UNSPACED) & (spaces * _SPACED < lengths)
    flags: NDArray[np.bool_] = (counted >= _LONG_WORDS) | unspaced | (lengths > _NEVER_SHORT)
    return flags


def _words_and_spaces(folded: Folded, ids: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """How many words and spaces some texts have (int32, shape (ids,))."""
    counted, spaces = np.zeros(len(ids), dtype=np.int32), np.zeros(len(ids), dtype=np.int32)
    done, compiled = 0, kernels(len(folded.codes))
    if compiled is None:
        for part in folded.take(ids).parts(_CHUNK):
            rows = slice(done, done + len(part))
            spaces[rows] = np.diff(np.searchsorted(np.flatnonzero(part.codes == ord(" ")), part.offsets))
            counted[rows] = np.diff(words(part).offsets)
            done += len(part)
        return counted, spaces
    while done < len(ids):
        done = compiled.count_runs(folded.codes, folded.offsets, ids, done, class_table(), WORD, counted, spaces)
        if done < len(ids):  # a code point that the table does not know yet
            classes(folded.codes[folded.offsets[ids[done]] : folded.offsets[ids[done] + 1]])
    return counted, spaces


def _priority(
    lengths: NDArray[np.int64], hashes: NDArray[np.uint64], occurrences: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Rows, those that lead first."""
    return np.lexsort((hashes[:, 1], hashes[:, 0], -lengths, -occurrences))


def candidates(signatures: NDArray[np.uint32], threshold: float) -> Buckets:
    """The texts (rows) that agree in a band; a text without shingles is in no bucket."""
    filled = np.flatnonzero(signatures[:, 0] != EMPTY)
    keys = band_keys(signatures, plan(threshold), filled)
    return Buckets.joined([Buckets.of(band, filled) for band in keys.T])


def _jaccard(folded: Folded, ids: NDArray[np.int64], signatures: NDArray[np.uint32], settings: Settings) -> Verify:
    threshold = exact(settings.threshold)

    def verify(a: NDArray[np.int64], b: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
        near = np.flatnonzero(promising(signatures, settings.threshold, a, b))
        accepted = np.zeros(len(a), dtype=bool)
        similarity = np.zeros(len(a), dtype=np.float32)
        accepted[near], similarity[near] = jaccard.verify(
            folded, settings.shingles, threshold, ids[a[near]], ids[b[near]]
        )
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


def cluster(
    folded: Folded,
    hashes: NDArray[np.uint64],
    occurrences: NDArray[np.int64],
    settings: Settings,
    among: NDArray[np.int64] | None = None,
) -> Clusters:
    """The stars of distinct texts (or of those `among` them): `hashes` uint64 (texts, 2), `occurrences` int64 (texts,).

    >>> from dedup.near.hashing import hash_lines
    >>> line = "اعلنت بلديه المدينه عن فتح حديقه جديده للزوار قرب النهر"
    >>> column = Folded.of([line, line + " اليوم", "خبر اخر"])
    >>> cluster(column, hash_lines(column), np.array([1, 2, 1]), Settings()).leader.tolist()
    [1, 1, 2]
    """
    leader = np.arange(len(folded), dtype=np.int32)
    similarity = np.ones(len(folded), dtype=np.float32)
    chosen = np.arange(len(folded)) if among is None else among
    lengths = folded.lengths[chosen]
    order = chosen[_priority(lengths, hashes[chosen], occurrences[chosen])]
    long = long_lines(folded)[order]
    for ids, stars_of in ((order[long], _long_stars), (order[~long], _short_stars)):
        rank, value = stars_of(folded, ids, settings)
        leader[ids] = ids[rank]
        similarity[ids] = value
    return Clusters(leader, similarity)


def _long_stars(
    folded: Folded, ids: NDArray[np.int64], settings: Settings
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    signatures = sign(folded, settings.shingles, ids)
    found = candidates(signatures, settings.threshold)
    return stars(found, len(ids), _jaccard(folded, ids, signatures, settings))


def _short_stars(
    texts: Folded, ids: NDArray[np.int64], _settings: Settings
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    folded = texts.take(ids)
    parity = edits.letter_parity(folded)

    def verify(a: NDArray[np.int64], b: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
        return edits.verify(folded, parity, a, b)

    return stars(edits.buckets(folded), len(folded), verify, _SMALL_SHORT)
