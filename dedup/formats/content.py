"""The content of a source as it is read: in chunks, unfolded, within limits, and the same at both reads."""

from __future__ import annotations

from collections.abc import Iterator

from dedup.errors import InputError
from dedup.formats.codecs import unfolded
from dedup.formats.source import Source

LONGEST_ROW = 128 << 20
"""Bytes of the largest document that is read: it is held in memory as a whole, thirty times over while it is judged."""


class Content:
    """The decompressed content of a source in chunks; whatever goes wrong while reading becomes an InputError.

    `done` counts the bytes of which rows have been made; what is read beyond is held in memory: `row_limit` bounds it.
    """

    def __init__(self, source: Source, row_limit: int | None = None) -> None:
        self._source = source
        self._row_limit = row_limit
        self.done = 0

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in _chunks(self._source):
            size += len(chunk)
            if self._row_limit is not None and size - self.done > self._row_limit:
                limit = f"more than {self._row_limit >> 20} MB"
                raise InputError(f"{self._source.file}: {limit} without the end of a document; split it and run again")
            yield chunk


def _chunks(source: Source) -> Iterator[bytes]:
    try:
        yield from unfolded(source.codec, source.path)
    except FileNotFoundError:
        raise InputError(f"{source.file}: it vanished during the run; run again") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"{source.file}: cannot be read ({reason}); check the file and its permissions") from None
    except (EOFError, ValueError) as error:
        raise InputError(f"{source.file}: damaged {source.codec.name} archive ({error}); fetch it again") from None


def check_unchanged(source: Source) -> None:
    """InputError when the file is not the one that was found."""
    try:
        now = source.path.stat()
    except OSError:
        raise InputError(f"{source.file}: it vanished during the run; run again") from None
    if (now.st_size, now.st_mtime_ns, now.st_ctime_ns) != (source.size, source.mtime_ns, source.ctime_ns):
        raise InputError(f"{source.file}: it changed during the run; run again when nobody writes to it")
