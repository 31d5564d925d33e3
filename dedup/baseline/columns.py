"""Columns on disk: flat arrays that are mapped, not read, each block checked when it is first looked at.

A segment is a folder of immutable `.bin` files and `columns.json`, which has the type, the length and a CRC-32 per
block of each. A damaged block is an error, never a wrong answer.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.errors import RunFolderError

BLOCK = 1 << 16
"""Bytes per checked block: a look-up reads about so many."""
STRETCH = 32
"""Blocks that are read at a time where all of a column is looked through."""
TABLE = "columns.json"


def write(folder: Path, columns: Mapping[str, NDArray[Any]]) -> str:
    """Write columns into a new folder; the SHA-256 of `columns.json`, which vouches for all of them."""
    folder.mkdir()
    table = {name: _write_one(folder / f"{name}.bin", column) for name, column in columns.items()}
    data = json.dumps(table, sort_keys=True).encode()
    _put(folder / TABLE, data)
    sync(folder)
    return hashlib.sha256(data).hexdigest()


def _write_one(path: Path, column: NDArray[Any]) -> dict[str, object]:
    data = column.astype(column.dtype.newbyteorder("<"), copy=False).tobytes()
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    crcs = [zlib.crc32(data[at : at + BLOCK]) for at in range(0, len(data), BLOCK)]
    return {"type": column.dtype.str.replace(">", "<"), "length": len(column), "crc32": crcs}


def _put(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """Make the names in a folder last; systems that cannot do that for folders do it by themselves."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class Column:
    """One mapped column. What is asked for is checked first; RunFolderError where a block is not what was written."""

    def __init__(self, path: Path, kind: str, length: int, crcs: list[int]) -> None:
        self._path = path
        self._crcs = crcs
        self._unchecked = np.ones(len(crcs), np.bool_)
        dtype = np.dtype(kind)
        try:
            size = path.stat().st_size
        except OSError as error:
            raise RunFolderError(f"{path}: cannot be read ({error.strerror}); build the index again") from None
        if size != dtype.itemsize * length:
            raise RunFolderError(
                f"{path}: {size:,} bytes instead of {dtype.itemsize * length:,}; build the index again"
            )
        self._values: NDArray[Any] = np.memmap(path, dtype, "r") if length else np.zeros(0, dtype)

    def __len__(self) -> int:
        return len(self._values)

    def all(self) -> NDArray[Any]:
        """The whole column, checked: a view."""
        return self.part(0, len(self))

    def part(self, first: int, last: int) -> NDArray[Any]:
        """Values `first` to `last` - 1, checked: a view."""
        self._check(np.arange(first * self._width // BLOCK, -(-last * self._width // BLOCK)))
        return self._values[first:last]

    def take(self, places: NDArray[np.int64]) -> NDArray[Any]:
        """The values at some places, checked: a copy."""
        self._check(np.unique(places * self._width // BLOCK))
        return np.asarray(self._values[places])

    def bounds(self, wanted: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where each of some sorted values begins and ends in a sorted column, which is read once and not mapped."""
        begin, end = np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.int64)
        with self._path.open("rb") as file:
            for first in range(0, len(self._crcs), STRETCH):
                data = file.read(BLOCK * STRETCH)
                for block in range(first, min(first + STRETCH, len(self._crcs))):
                    at = (block - first) * BLOCK
                    if zlib.crc32(data[at : at + BLOCK]) != self._crcs[block]:
                        raise RunFolderError(f"{self._path}: block {block} is damaged; build the index again")
                some = np.frombuffer(data, self._values.dtype)
                low, high = np.searchsorted(wanted, some[0], "left"), np.searchsorted(wanted, some[-1], "right")
                begin[high:] += len(some)
                end[high:] += len(some)
                begin[low:high] += np.searchsorted(some, wanted[low:high], "left")
                end[low:high] += np.searchsorted(some, wanted[low:high], "right")
        return begin, end

    @property
    def _width(self) -> int:
        return self._values.dtype.itemsize

    def _check(self, blocks: NDArray[np.int64]) -> None:
        """Blocks are read, not mapped, to be checked: what is mapped counts as memory of the process."""
        wanted = blocks[self._unchecked[blocks]].tolist()
        if not wanted:
            return
        with self._path.open("rb") as file:
            for block in wanted:
                file.seek(block * BLOCK)
                if zlib.crc32(file.read(BLOCK)) != self._crcs[block]:
                    raise RunFolderError(f"{self._path}: block {block} is damaged; restore the index or build it again")
                self._unchecked[block] = False


def read(folder: Path, sha256: str) -> dict[str, Column]:
    """The columns of a segment; RunFolderError where they are not what was written."""
    try:
        data = (folder / TABLE).read_bytes()
    except OSError as error:
        raise RunFolderError(f"{folder}: cannot be read ({error.strerror}); build the index again") from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise RunFolderError(f"{folder / TABLE}: is not what was written; restore the index or build it again")
    table = json.loads(data)
    return {
        name: Column(folder / f"{name}.bin", each["type"], each["length"], each["crc32"])
        for name, each in table.items()
    }
