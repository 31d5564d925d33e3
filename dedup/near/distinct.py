"""The distinct folded texts of a corpus: each gets an id where it first occurs.

A hash table of ids finds a text by the first half of its 128-bit hash, and the text itself is then
compared, so that two texts with one hash stay two. All work on a batch is on columns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.near.compiled import Kernels
from dedup.near.hashing import hash_lines
from dedup.text.folded import Folded, same_texts

Hasher = Callable[[Folded], NDArray[np.uint64]]

_MISSING = -1


class Column:
    """An array that grows at its end."""

    __slots__ = ("_buffer", "_size")

    def __init__(self, dtype: type[np.generic], *row: int) -> None:
        self._buffer: NDArray[Any] = np.zeros((1024, *row), dtype=dtype)
        self._size = 0

    @property
    def values(self) -> NDArray[Any]:
        """What has been appended so far: a view."""
        return self._buffer[: self._size]

    def extend(self, more: NDArray[Any]) -> None:
        """Append."""
        size = self._size + len(more)
        self.room(len(more))[self._size : size] = more
        self._size = size

    def room(self, more: int) -> NDArray[Any]:
        """The buffer, with room for so many rows after the values; what stands there is undefined.

        It doubles, so that an element costs the same however many there are.
        """
        size = self._size + more
        if size > len(self._buffer):
            grown = np.empty((max(size, 2 * len(self._buffer)), *self._buffer.shape[1:]), dtype=self._buffer.dtype)
            grown[: self._size] = self.values
            self._buffer = grown
        return self._buffer

    def filled(self, more: int) -> None:
        """Say that so many rows of the room are values now."""
        self._size += more


class Slots:
    """A hash table from 64-bit keys to the rows of a key column: open addressing, linear probing, at most half full."""

    __slots__ = ("_count", "_slots")

    def __init__(self) -> None:
        self._slots = np.full(1024, _MISSING, dtype=np.int32)
        self._count = 0

    def find(self, wanted: NDArray[np.uint64], keys: NDArray[np.uint64]) -> NDArray[np.int32]:
        """The row of `keys` that holds each wanted key, or -1 (int32, shape (wanted,))."""
        rows = np.full(len(wanted), _MISSING, dtype=np.int32)
        mask = np.uint64(len(self._slots) - 1)
        pending, slot = np.arange(len(wanted)), wanted & mask
        while len(pending):
            there = self._slots[slot]
            met = np.flatnonzero(there != _MISSING)
            hit = keys[there[met]] == wanted[pending[met]]
            rows[pending[met[hit]]] = there[met[hit]]
            pending, slot = pending[met[~hit]], (slot[met[~hit]] + np.uint64(1)) & mask
        return rows

    def insert(self, rows: NDArray[np.int32], keys: NDArray[np.uint64]) -> None:
        """Add rows of `keys`; their keys differ from each other and from all that are in the table."""
        self.room(len(rows), keys)
        self._count += len(rows)
        self._place(rows, keys)

    def room(self, more: int, keys: NDArray[np.uint64]) -> NDArray[np.int32]:
        """The table (-1 where it is free, else a row of `keys`) with room for so many more rows."""
        if 2 * (self._count + more) > len(self._slots):
            rows = self._slots[self._slots != _MISSING]
            self._slots = np.full(1 << (4 * (self._count + more)).bit_length(), _MISSING, dtype=np.int32)
            self._place(rows, keys)
        return self._slots

    def filled(self, more: int) -> None:
        """Say that so many rows were put into the table that `room` gave."""
        self._count += more

    def _place(self, rows: NDArray[np.int32], keys: NDArray[np.uint64]) -> None:
        mask = np.uint64(len(self._slots) - 1)
        slot = keys[rows] & mask
        while len(rows):
            free = self._slots[slot] == _MISSING
            self._slots[slot[free]] = rows[free]
            homeless = self._slots[slot] != rows  # taken before, or by another row of this very batch
            rows, slot = rows[homeless], (slot[homeless] + np.uint64(1)) & mask


class Distinct:
    """Distinct folded texts, growing by batches; empty texts have no id.

    >>> distinct = Distinct()
    >>> distinct.add(Folded.of(["خبر", "", "مقال", "خبر"])).tolist()
    [0, -1, 1, 0]
    >>> distinct.add(Folded.of(["مقال", "تعليق"])).tolist(), len(distinct)
    ([1, 2], 3)
    """

    __slots__ = ("_codes", "_hasher", "_hashes", "_offsets", "_slots", "_twins")

    def __init__(self, hasher: Hasher = hash_lines) -> None:
        self._hasher = hasher
        self._codes, self._offsets, self._hashes = Column(np.uint32), Column(np.int64), Column(np.uint64, 2)
        self._offsets.extend(np.zeros(1, dtype=np.int64))
        self._slots = Slots()
        self._twins: dict[int, list[int]] = {}
        """Ids of texts whose key another text had first: none in practice."""

    def __len__(self) -> int:
        return len(self._hashes.values)

    def folded(self) -> Folded:
        """All distinct texts, by id."""
        return Folded(self._codes.values, self._offsets.values)

    @property
    def hashes(self) -> NDArray[np.uint64]:
        """128-bit hash of each distinct text (uint64, shape (distinct texts, 2))."""
        return self._hashes.values

    def add(self, folded: Folded) -> NDArray[np.int32]:
        """The id of each text (int32, shape (texts,)), -1 for an empty one; new texts get the next ids, in order."""
        ids = np.full(len(folded), _MISSING, dtype=np.int32)
        filled = np.flatnonzero(folded.lengths > 0)
        hashes = self._hasher(folded)
        keys, first, inverse = np.unique(hashes[filled, 0], return_index=True, return_inverse=True)
        leading = filled[first]
        known = self._slots.find(keys, self._keys)
        old = known != _MISSING
        twins = not same_texts(folded, leading[old], self.folded(), known[old]).all()
        repeats = np.flatnonzero(leading[inverse] != filled)
        twins = twins or not same_texts(folded, filled[repeats], folded, leading[inverse[repeats]]).all()
        if twins:
            return self._add_one_by_one(folded, hashes)
        new = np.flatnonzero(~old)
        new = new[np.argsort(leading[new])]
        known[new] = np.arange(len(self), len(self) + len(new), dtype=np.int32)
        chosen = np.zeros(len(folded), dtype=bool)
        chosen[leading[new]] = True
        self._append(folded.where(chosen), hashes[chosen])
        self._slots.insert(known[new], self._keys)
        ids[filled] = known[inverse]
        return ids

    def add_pieces(
        self,
        kernels: Kernels,
        codes: NDArray[np.uint32],
        first: NDArray[np.int64],
        length: NDArray[np.int64],
        hashes: NDArray[np.uint64],
    ) -> NDArray[np.int32]:
        """`add` in one compiled pass, for texts that lie anywhere in `codes`: from `first` on, `length` code points.

        `hashes` are `hash_lines` of them.
        """
        ids = np.full(len(length), _MISSING, dtype=np.int32)
        slots = self._slots.room(len(length), self._keys)
        texts, keys = self._codes.room(int(length.sum())), self._hashes.room(len(length))
        offsets, row = self._offsets.room(len(length)), 0
        while row < len(length):
            known = len(self)
            count = np.array([known])
            row = kernels.add_texts(codes, first, length, hashes, row, slots, texts, offsets, keys, count, ids)
            new = int(count[0])
            self._codes.filled(int(offsets[new] - offsets[known]))
            for column in (self._offsets, self._hashes, self._slots):
                column.filled(new - known)
            if row < len(length):  # its key belongs to another text
                text = codes[first[row] : first[row] + length[row]]
                ids[row] = self._add_one_by_one(Folded(text, np.array([0, len(text)])), hashes[row : row + 1])[0]
                row += 1
        return ids

    @property
    def _keys(self) -> NDArray[np.uint64]:
        return self._hashes.values[:, 0]

    def _append(self, folded: Folded, hashes: NDArray[np.uint64]) -> None:
        self._offsets.extend(folded.offsets[1:] + len(self._codes.values))
        self._codes.extend(folded.codes)
        self._hashes.extend(hashes)

    def _add_one_by_one(self, folded: Folded, hashes: NDArray[np.uint64]) -> NDArray[np.int32]:
        """`add` for a batch in which two texts have one key: slow, exact, hardly ever needed."""
        ids = np.full(len(folded), _MISSING, dtype=np.int32)
        for line in np.flatnonzero(folded.lengths > 0).tolist():
            key, text = int(hashes[line, 0]), folded.text(line)
            found = self._slots.find(hashes[line : line + 1, 0], self._keys).tolist()
            candidates = [one for one in found if one != _MISSING] + self._twins.get(key, [])
            ids[line] = next((one for one in candidates if self.folded().text(one) == text), len(self))
            if ids[line] < len(self):
                continue
            self._append(folded.take(np.array([line])), hashes[line : line + 1])
            if candidates:
                self._twins.setdefault(key, []).append(int(ids[line]))
            else:
                self._slots.insert(ids[line : line + 1], self._keys)
        return ids
