"""Stars: each leader with the neighbours that no leader before it took.

Nodes are ranks: 0 is the text that leads before all others. In order of rank, each text that no
leader has taken becomes a leader and takes its neighbours that are still free. Two texts are
neighbours when they meet in a bucket and `verify` accepts the pair, so chains do not grow: every
member has been verified against its leader.

Small buckets are compared all against all, in bulk. In a large one each leader is compared with the
members that are still free: the cost is leaders times members, and a hundred thousand copies of one
text cost one pass. Both ways ask the same question of the same pairs, so the stars are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ranks = NDArray[np.int64]
Verify = Callable[[Ranks, Ranks], tuple[NDArray[np.bool_], NDArray[np.float32]]]

SMALL = 32
"""Largest bucket that is compared all against all."""

_PAIRS = 1 << 20
"""Pairs verified at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Buckets:
    """Groups of at least two ranks, ascending: group `i` is `members[offsets[i] : offsets[i + 1]]`."""

    members: Ranks
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, keys: NDArray[np.uint64], owners: Ranks) -> Buckets:
        """The owners that share a key (both of shape (entries,)); an owner may have a key twice.

        >>> buckets = Buckets.of(np.array([7, 9, 7, 8, 7], dtype=np.uint64), np.array([4, 3, 1, 1, 4]))
        >>> buckets.members.tolist(), buckets.offsets.tolist()
        ([1, 4], [0, 2])
        """
        crowded = _crowded(keys)
        keys, owners = keys[crowded], owners[crowded]
        order = np.lexsort((owners, keys))
        key, owner = keys[order], owners[order]
        fresh = np.ones(len(key), dtype=bool)
        fresh[1:] = (key[1:] != key[:-1]) | (owner[1:] != owner[:-1])
        key, owner = key[fresh], owner[fresh]
        edges = np.flatnonzero(np.append(key[1:] != key[:-1], True)) + 1 if len(key) else np.zeros(0, dtype=np.int64)
        sizes = np.diff(edges, prepend=0)
        offsets = np.concatenate(([0], np.cumsum(sizes[sizes > 1])))
        return cls(owner[np.repeat(sizes > 1, sizes)], offsets)

    @classmethod
    def joined(cls, parts: list[Buckets]) -> Buckets:
        """The groups of several."""
        sizes = [np.diff(part.offsets) for part in parts]
        members = [part.members for part in parts]
        none = np.zeros(0, dtype=np.int64)
        return cls(np.concatenate([none, *members]), np.concatenate(([0], np.cumsum(np.concatenate([none, *sizes])))))

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Members per group."""
        return np.diff(self.offsets)


def _crowded(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Entries whose key may occur twice: those that share its top bits with another. Most keys of a band are alone."""
    bits = min(max(len(keys).bit_length() + 2, 8), 24)
    top = (keys >> np.uint64(64 - bits)).astype(np.int64)
    return np.flatnonzero(np.bincount(top, minlength=1)[top] > 1)


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Verified pairs by their lower rank: those of `low` are rows `offsets[low]` to `offsets[low + 1]`."""

    offsets: NDArray[np.int64]
    high: Ranks
    similarity: NDArray[np.float32]


def _pairs(buckets: Buckets, small: int) -> Iterator[Ranks]:
    """Pairs (low, high) of the small buckets, shape (pairs, 2), some of them twice.

    Groups with a common first member follow each other, so that most repeats meet in one batch.
    """
    sizes = buckets.sizes
    for size in np.unique(sizes[sizes <= small]).tolist():
        group = buckets.offsets[:-1][sizes == size]
        group = group[np.argsort(buckets.members[group], kind="stable")]
        low, high = np.triu_indices(size, 1)
        step = max(_PAIRS // len(low), 1)
        for first in range(0, len(group), step):
            at = group[first : first + step, None]
            yield np.stack([buckets.members[at + low].ravel(), buckets.members[at + high].ravel()], axis=1)


def _edges(buckets: Buckets, count: int, verify: Verify, small: int) -> Edges:
    """The verified pairs of the small buckets."""
    keys, values = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.float32)]
    for pairs in _pairs(buckets, small):
        key = np.unique(pairs[:, 0] * count + pairs[:, 1])
        accepted, similarity = verify(key // count, key % count)
        keys.append(key[accepted])
        values.append(similarity[accepted])
    key, first = np.unique(np.concatenate(keys), return_index=True)
    offsets = np.searchsorted(key, np.arange(count + 1, dtype=np.int64) * count)
    return Edges(offsets, key % max(count, 1), np.concatenate(values)[first])


class _Large:
    """The large buckets: per rank those it is in, per bucket the members that no leader has taken yet."""

    __slots__ = ("_bucket", "_free", "_offsets")

    def __init__(self, buckets: Buckets, count: int, small: int) -> None:
        large = np.flatnonzero(buckets.sizes > small)
        self._free = [buckets.members[buckets.offsets[at] : buckets.offsets[at + 1]] for at in large.tolist()]
        members = np.concatenate([np.zeros(0, dtype=np.int64), *self._free])
        order = np.argsort(members, kind="stable")
        self._bucket = np.repeat(np.arange(len(large), dtype=np.int32), buckets.sizes[large])[order]
        self._offsets = np.searchsorted(members[order], np.arange(count + 1))

    def ranks(self) -> Ranks:
        """Those that are in a large bucket."""
        return np.flatnonzero(np.diff(self._offsets))

    def candidates(self, leader: int, taken: NDArray[np.int32]) -> Ranks:
        """Free members of the buckets of a leader, ascending."""
        found = [np.zeros(0, dtype=np.int64)]
        for number in self._bucket[self._offsets[leader] : self._offsets[leader + 1]].tolist():
            members = self._free[number]
            self._free[number] = members = members[taken[members] < 0]
            found.append(members)
        return np.unique(np.concatenate(found))


def stars(buckets: Buckets, count: int, verify: Verify, small: int = SMALL) -> tuple[Ranks, NDArray[np.float32]]:
    """Leader of each rank (int64, shape (count,); its own rank for a leader) and similarity to it (float32).

    `small` changes the speed and the memory, never the stars.
    """
    edges, large = _edges(buckets, count, verify, small), _Large(buckets, count, small)
    leader = np.full(count, -1, dtype=np.int32)
    similarity = np.ones(count, dtype=np.float32)
    busy = np.union1d(np.flatnonzero(np.diff(edges.offsets)), large.ranks())
    for rank in busy.tolist():
        if leader[rank] >= 0:
            continue
        leader[rank] = rank
        near = slice(edges.offsets[rank], edges.offsets[rank + 1])
        _take(leader, similarity, rank, edges.high[near], edges.similarity[near])
        others = large.candidates(rank, leader)
        if len(others):
            accepted, value = verify(np.full(len(others), rank, dtype=np.int64), others)
            _take(leader, similarity, rank, others[accepted], value[accepted])
    free = leader < 0
    return np.where(free, np.arange(count), leader), similarity


def _take(
    leader: NDArray[np.int32], similarity: NDArray[np.float32], rank: int, members: Ranks, value: NDArray[np.float32]
) -> None:
    """Give the free ones of `members` to the leader `rank`."""
    free = leader[members] < 0
    leader[members[free]] = rank
    similarity[members[free]] = value[free]
