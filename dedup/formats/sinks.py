"""Files being written: buffered, compressed, hashed as they are written; a dry run writes nowhere."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from dedup.formats.codecs import PLAIN, Codec
from dedup.formats.jsonrow import dumps

BUFFER = 1 << 18
ANYONE = 0o666
"""Permissions of a file that holds nothing private; the process's umask narrows them."""

Mark = tuple[int, Any]
"""Position in bytes, and the state of the hash there."""


class Sink:
    """Bytes into one file (or nowhere), with their SHA-256; can be set back to an earlier mark.

    `mode` holds the widest permissions of a new file. With `kept`, the file is there and goes on after so many bytes.
    """

    def __init__(self, path: Path | None, mode: int = ANYONE, kept: int | None = None) -> None:
        self._path = path
        self._hash = hashlib.sha256()
        self._size = 0
        self._file = None
        if path is not None:
            self._file = _create(path, mode) if kept is None else self._reopened(path, kept)

    def _reopened(self, path: Path, kept: int) -> BinaryIO:
        file = path.open("r+b", BUFFER)
        while self._size < kept and (block := file.read(min(BUFFER, kept - self._size))):
            self._hash.update(block)
            self._size += len(block)
        file.seek(kept)
        file.truncate()
        return file

    def write(self, data: bytes, /) -> int:
        """Append bytes."""
        self._hash.update(data)
        self._size += len(data)
        if self._file is not None:
            self._file.write(data)
        return len(data)

    def flush(self) -> None:
        """For the compressors, which call it; what is buffered is written by `close` or `settle`."""

    def settle(self) -> None:
        """Hand what is buffered to the system: it stays when this process dies."""
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        """Write what is buffered."""
        if self._file is not None:
            self._file.close()

    def discard(self) -> None:
        """Close and remove the file."""
        with suppress(OSError):
            self.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def sha256(self) -> str:
        """The SHA-256 of all that was written."""
        return self._hash.hexdigest()

    def mark(self) -> Mark:
        """A place to go back to with `rewind`."""
        return self._size, self._hash.copy()

    def rewind(self, mark: Mark) -> None:
        """Take back what was written since the mark."""
        self._size, self._hash = mark[0], mark[1].copy()
        if self._file is not None:
            self._file.seek(self._size)
            self._file.truncate()


def _create(path: Path, mode: int) -> BinaryIO:
    """Open a file that must not be there yet, making its folders when they are missing."""

    def opener(name: str, flags: int) -> int:
        return os.open(name, flags, mode)

    try:
        return open(path, "xb", BUFFER, opener=opener)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return open(path, "xb", BUFFER, opener=opener)


class OutFile:
    """One output file in a codec, written in large pieces."""

    def __init__(self, path: Path | None, codec: Codec = PLAIN, mode: int = ANYONE) -> None:
        self.sink = Sink(path, mode)
        self._stream = codec.stream(self.sink)
        self._framed = codec.framed
        self._pieces: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        """Append bytes of the content."""
        if self._framed:
            self._stream.write(data)
            return
        self._pieces.append(data)
        self._size += len(data)
        if self._size >= BUFFER:
            self._flush()

    def _flush(self) -> None:
        self._stream.write(b"".join(self._pieces))
        self._pieces.clear()
        self._size = 0

    def close(self) -> str:
        """Write the rest; gives the SHA-256 of the file as it lies on the disk."""
        self._flush()
        self._stream.close()
        self.sink.close()
        return self.sink.sha256()

    def discard(self) -> None:
        """Give the file up; it is removed."""
        with suppress(OSError):  # the compressor writes its last bytes, perhaps to a full disk
            self._stream.close()
        self.sink.discard()


class RowFile:
    """A file of JSON rows, streamed; the rows written since a mark can be taken back."""

    def __init__(
        self, path: Path | None, mode: int = ANYONE, kept_rows: int = 0, kept_bytes: int | None = None
    ) -> None:
        self.sink = Sink(path, mode, kept_bytes)
        self.rows = kept_rows

    def write(self, row: Mapping[str, object]) -> None:
        """Append one row."""
        self.sink.write(dumps(row))
        self.rows += 1

    def mark(self) -> tuple[int, Mark]:
        """A place to go back to with `rewind`."""
        return self.rows, self.sink.mark()

    def rewind(self, mark: tuple[int, Mark]) -> None:
        """Take back the rows written since the mark."""
        self.rows = mark[0]
        self.sink.rewind(mark[1])
