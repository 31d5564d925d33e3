"""The originals of a run folder, put together again from RUN_DIR alone.

The logs are read side by side in the order in which they were written, so nothing is held in memory.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dedup.errors import InputError, RunFolderError
from dedup.formats.codecs import Codec, codec_named
from dedup.formats.registry import format_named
from dedup.formats.source import Aside, Remains
from dedup.formats.values import Entry, Mended, Origin, Removed
from dedup.runfolder import read_rows, read_run

ORDERED = ("documents", "removed", "rejected", "dropped")
DAMAGE = (InputError, KeyError, TypeError, ValueError, EOFError, IndexError)


def originals(run_dir: Path) -> Iterator[tuple[Origin, Iterator[Mended]]]:
    """Every original with the stream of its rows, in order."""
    read_run(run_dir)
    log = _Log(run_dir)
    for facts in read_rows(run_dir, "files.jsonl"):
        origin = _origin(facts)
        yield origin, _rebuilt(log, origin)
        log.skip(origin)
    log.check_end()


def _rebuilt(log: _Log, origin: Origin) -> Iterator[Mended]:
    """The rows of one original; whatever damage does to the code becomes a RunFolderError that names the file."""
    try:
        yield from format_named(origin.format).restore(log.remains(origin))
    except DAMAGE as error:
        raise RunFolderError(f"{origin.file}: damaged ({type(error).__name__}: {error})") from None
    log.check_done(origin)


class _Log:
    """The folder's logs, read side by side in the order in which they were written."""

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir
        self._streams = {name: _Cursor(read_rows(run_dir, f"{name}.jsonl")) for name in ORDERED}

    def remains(self, origin: Origin) -> Remains:
        """What there is of one original."""
        codec = codec_named(origin.codec)
        return Remains(
            origin,
            clean=_chunks(self._run_dir / "clean" / origin.file, codec),
            rejected=self._aside("rejected", origin.file, codec),
            dropped=self._aside("dropped", origin.file, codec),
            entry=lambda: self._entry(origin.file),
            path=lambda folder: self._run_dir / folder / origin.file,
        )

    def check_done(self, origin: Origin) -> None:
        """RunFolderError when rows of this file are left, now that it is whole."""
        for name in ("documents", "rejected", "dropped"):
            row = self._streams[name].row
            if row is not None and row["file"] == origin.file:
                raise RunFolderError(f"{name}.jsonl: more rows of {origin.file} than there were")

    def skip(self, origin: Origin) -> None:
        """Go on to the next file, however far this one came."""
        for row in self._streams["documents"].take("file", origin.file):
            for _ in self._streams["removed"].take("doc", row["doc"]):
                pass
        for name in ("rejected", "dropped"):
            for _ in self._streams[name].take("file", origin.file):
                pass

    def check_end(self) -> None:
        """RunFolderError when rows are left that belong to nothing."""
        for name, stream in self._streams.items():
            if stream.row is not None:
                raise RunFolderError(f"{name}.jsonl: a row is out of its place, or what it belongs to is missing")

    def _entry(self, file: str) -> Entry:
        row = next(self._streams["documents"].take("file", file), None)
        if row is None:
            raise RunFolderError(f"documents.jsonl: a row of {file} is missing")
        removed = self._streams["removed"].take("doc", row["doc"])
        return Entry(row["doc"], row["sha256"], tuple(map(_removed, removed)))

    def _aside(self, name: str, file: str, codec: Codec) -> Aside:
        rows = (row["row"] for row in self._streams[name].take("file", file))
        return Aside(rows, _chunks(self._run_dir / name / file, codec))


class _Cursor:
    """A stream of rows that can be taken while a field has a value."""

    def __init__(self, rows: Iterator[dict[str, Any]]) -> None:
        self._rows = rows
        self.row = next(rows, None)

    def take(self, field: str, value: object) -> Iterator[dict[str, Any]]:
        while self.row is not None and self.row[field] == value:
            row, self.row = self.row, next(self._rows, None)
            yield row


def _removed(row: dict[str, Any]) -> Removed:
    start, end, text, raw = row["start"], row["end"], row["text"], row.get("raw")
    if not (isinstance(start, int) and isinstance(end, int) and isinstance(text, str)):
        raise RunFolderError(f"removed.jsonl: a row of {row['doc']} is damaged")
    return Removed(start, end, text, raw)


def _chunks(path: Path, codec: Codec) -> Iterator[bytes]:
    """The decompressed content of one of the folder's files; nothing when there is no such file."""
    if not path.exists():
        return
    try:
        yield from codec.chunks(path)
    except (OSError, EOFError, ValueError) as error:
        raise RunFolderError(f"{path}: damaged ({error})") from None


def _origin(facts: dict[str, Any]) -> Origin:
    """A row of `files.jsonl`; RunFolderError when it names a place outside of the folder."""
    try:
        origin = Origin(**facts | {"groups": tuple(facts.get("groups", ()))})
        parts = origin.file.split("/")
        codec_named(origin.codec)
        format_named(origin.format)
    except (TypeError, AttributeError, KeyError):
        raise RunFolderError("files.jsonl: a row is damaged, or made by another version of dedup") from None
    astray = {"", ".", ".."}.intersection(parts) or any(os.path.splitdrive(part)[0] for part in parts)
    if astray or (os.sep != "/" and os.sep in origin.file):
        raise RunFolderError(f"files.jsonl: {origin.file!r}: not a file that a run folder can hold")
    return origin
