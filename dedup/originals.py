"""The originals of a run folder, put together again from RUN_DIR alone.

The logs are read side by side in the order in which they were written, so nothing is held in memory. A row that is
damaged or missing costs its own file: where a log is found to have lost one, the rows that belong to nothing are passed
over, and the next file is whole again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterator
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any

from dedup.errors import InputError, RunFolderError
from dedup.formats.codecs import Codec, codec_named
from dedup.formats.registry import format_named
from dedup.formats.source import Aside, Remains
from dedup.formats.values import Entry, Mended, Origin, Removed
from dedup.runfolder import read_run, sound_rows

SLACK = 3
"""Bytes of a byte order mark, which is written before anything is kept."""
ORDERED = ("documents", "removed", "rejected", "dropped")
DAMAGE = (InputError, KeyError, TypeError, ValueError, EOFError, IndexError)


def stop(damage: str) -> None:
    """Damage to the logs ends the reading: RunFolderError."""
    raise RunFolderError(damage)


def originals(run_dir: Path, damage: Callable[[str], object] = stop) -> Iterator[tuple[Origin, Iterator[Mended]]]:
    """Every original with the stream of its rows, in order; what is wrong with the logs goes to `damage`."""
    read_run(run_dir)
    log = _Log(run_dir, damage)
    for origin in _origins(run_dir, damage):
        log.seek(origin)
        yield origin, _rebuilt(log, origin)
        log.skip(origin)
    log.check_end()


def _origins(run_dir: Path, damage: Callable[[str], object]) -> Iterator[Origin]:
    for facts in sound_rows(run_dir, "files.jsonl", damage):
        try:
            yield _origin(facts)
        except RunFolderError as error:
            damage(str(error))


def _rebuilt(log: _Log, origin: Origin) -> Iterator[Mended]:
    """The rows of one original; whatever damage does to the code becomes a RunFolderError that says where."""
    try:
        yield from format_named(origin.format).restore(log.remains(origin))
        log.check_done(origin)
    except RunFolderError as error:
        raise RunFolderError(f"{_where(log, origin)}: {error}") from None
    except DAMAGE as error:
        raise RunFolderError(f"{_where(log, origin)}: damaged ({type(error).__name__}: {error})") from None


def _where(log: _Log, origin: Origin) -> str:
    return origin.file if log.doc in (None, origin.file) else f"{origin.file}, document {log.doc}"


class _Log:
    """The folder's logs, read side by side in the order in which they were written.

    `doc` is the document whose entry was asked for last; null before the first one of a file.
    """

    def __init__(self, run_dir: Path, damage: Callable[[str], object]) -> None:
        self._run_dir = run_dir
        self._damage = damage
        self._streams = {name: _Cursor(sound_rows(run_dir, f"{name}.jsonl", damage)) for name in ORDERED}
        self._taken = 0
        self.doc: str | None = None

    def seek(self, origin: Origin) -> None:
        """Begin with a file: what lies before its rows belongs to files whose own row is lost."""
        self._taken, self.doc = 0, None
        for name, count in (
            ("documents", origin.documents),
            ("rejected", origin.rejected),
            ("dropped", origin.dropped),
        ):
            row = self._streams[name].row
            if count and row is not None and row.get("file") != origin.file:
                files = {each.get("file") for each in sound_rows(self._run_dir, "files.jsonl", _forget)}
                self._drop_strays(name, "file", files)
                if name == "documents" and self._streams["removed"].row is not None:
                    self._drop_strays("removed", "doc", self._docs_to_come())

    def remains(self, origin: Origin) -> Remains:
        """What there is of one original."""
        codec = codec_named(origin.codec)
        return Remains(
            origin,
            clean=_chunks(self._run_dir / "clean" / origin.file, codec, origin.bytes),
            rejected=self._aside("rejected", origin, codec),
            dropped=self._aside("dropped", origin, codec),
            entry=lambda: self._entry(origin.file),
            path=lambda folder: self._run_dir / folder / origin.file,
        )

    def _docs_to_come(self) -> set[object]:
        rows = sound_rows(self._run_dir, "documents.jsonl", _forget)
        return {row.get("doc") for row in islice(rows, self._streams["documents"].passed, None)}

    def _drop_strays(self, name: str, field: str, known: Container[object]) -> None:
        """Pass over the rows of a log that belong to nothing."""
        stream = self._streams[name]
        while stream.row is not None and stream.row.get(field) not in known:
            self._damage(f"{name}.jsonl: a row of {stream.row.get(field)!r} belongs to nothing: its own is missing")
            stream.advance()

    def check_done(self, origin: Origin) -> None:
        """RunFolderError when rows of this file are left, now that it is whole."""
        for name in ("documents", "rejected", "dropped"):
            row = self._streams[name].row
            if row is not None and row.get("file") == origin.file:
                raise RunFolderError(f"{name}.jsonl: more rows of {origin.file} than there were")

    def skip(self, origin: Origin) -> None:
        """Go on to the next file, however far this one came."""
        for row in self._streams["documents"].take("file", origin.file):
            self._taken += 1
            for _ in self._streams["removed"].take("doc", row.get("doc")):
                pass
        if self._streams["removed"].row is not None and self._taken != origin.documents:
            self._drop_strays("removed", "doc", self._docs_to_come())
        for name in ("rejected", "dropped"):
            for _ in self._streams[name].take("file", origin.file):
                pass

    def check_end(self) -> None:
        """Tell of rows that are left and belong to nothing."""
        for name, stream in self._streams.items():
            if stream.row is not None:
                self._damage(f"{name}.jsonl: a row is out of its place, or what it belongs to is missing")

    def _entry(self, file: str) -> Entry:
        row = next(self._streams["documents"].take("file", file), None)
        if row is None:
            raise RunFolderError(f"documents.jsonl: a row of {file} is missing")
        self._taken, self.doc = self._taken + 1, row["doc"]
        removed = list(map(_removed, self._streams["removed"].take("doc", row["doc"])))
        if "repaired" in row:
            repaired = [_removed({"doc": row["doc"], **each}) for each in row["repaired"]]
            removed = sorted((*removed, *repaired), key=attrgetter("start"))
        return Entry(row["doc"], row["sha256"], tuple(removed), row.get("encoding"), row.get("metadata"))

    def _aside(self, name: str, origin: Origin, codec: Codec) -> Aside:
        rows = (row["row"] for row in self._streams[name].take("file", origin.file))
        return Aside(rows, _chunks(self._run_dir / name / origin.file, codec, origin.bytes))


class _Cursor:
    """A stream of rows that can be taken while a field has a value; `passed` counts those before `row`."""

    def __init__(self, rows: Iterator[dict[str, Any]]) -> None:
        self._rows = rows
        self.passed = 0
        self.row = next(rows, None)

    def take(self, field: str, value: object) -> Iterator[dict[str, Any]]:
        while self.row is not None and self.row.get(field) == value:
            row = self.row
            self.advance()
            yield row

    def advance(self) -> None:
        self.row = next(self._rows, None)
        self.passed += 1


def _forget(_: str) -> None:
    """For damage that was told already."""


def _removed(row: dict[str, Any]) -> Removed:
    start, end, text, raw = row["start"], row["end"], row["text"], row.get("raw")
    if not (isinstance(start, int) and isinstance(end, int) and isinstance(text, str)):
        raise RunFolderError(f"removed.jsonl: a row of {row['doc']} is damaged")
    return Removed(start, end, text, raw, row.get("now", ""))


def _chunks(path: Path, codec: Codec, most: int) -> Iterator[bytes]:
    """The decompressed content of one of the folder's files; nothing when there is no such file.

    It is a part of an original of `most` bytes: more would be no file of ours, perhaps one that unfolds without end.
    """
    if not path.exists():
        return
    size = 0
    try:
        for chunk in codec.chunks(path):
            size += len(chunk)
            if size > most + SLACK:
                raise ValueError("more content than the original had")
            yield chunk
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
