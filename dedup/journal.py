"""What an unfinished run has done, so that the next one need not do it again.

`.NAME.journal` lies beside the unfinished folder and goes when the folder has got its name. Its first row says which
run it is; every further one is a checkpoint: the files written since the last one, and how far each log had come.
Nothing in it is believed: a checkpoint counts only where all that it names is there, byte for byte, and the inputs are
the same. So a run that lost its last blocks to a power cut is found out and does the missing part again.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from dedup.errors import InputError
from dedup.formats.jsonrow import dumps, loads
from dedup.formats.sinks import Mark
from dedup.formats.source import Source

EVERY = 1.0
"""Seconds between checkpoints: what a killed run does twice."""
BLOCK = 1 << 20

Stamp = tuple[str, int, int]
"""A file's name, size in bytes and time of change in nanoseconds."""


@dataclass(slots=True)
class Progress:
    """How far a run had come: the files written, the SHA-256 of what came of them, the place reached in each log.

    `logs` has per log its rows, its bytes and the SHA-256 of these bytes.
    """

    files: list[Stamp] = field(default_factory=list)
    sums: dict[str, str] = field(default_factory=dict)
    logs: dict[str, tuple[int, int, str]] = field(default_factory=dict)

    def reached(self, log: str) -> tuple[int, int | None]:
        """Rows and bytes of a log; no bytes (null) where it is still to be made."""
        return self.logs[log][:2] if log in self.logs else (0, None)

    def with_more(self, row: Mapping[str, Any]) -> Progress:
        """This and what a further checkpoint says."""
        files = [*self.files, *((str(name), int(size), int(time)) for name, size, time in row["files"])]
        logs = {name: (int(rows), int(size), str(sha256)) for name, (rows, size, sha256) in row["logs"].items()}
        return Progress(files, self.sums | row["sums"], logs)


RowMark = tuple[int, Mark]
_Written = tuple[Stamp, Mapping[str, str], Mapping[str, RowMark]]


def stamp(source: Source) -> Stamp:
    """What tells a file from a later one of its name."""
    return source.file, source.size, source.mtime_ns


class Journal:
    """The journal being written; `head` is its first row."""

    def __init__(self, room: Path, head: Mapping[str, object], done: Progress | None = None) -> None:
        self._path = _beside(room)
        self._since: list[_Written] = []
        self._last = time.monotonic()
        self.has_files = done is not None and bool(done.files)
        new = self._path.with_suffix(".new")
        new.touch(0o600)
        with new.open("wb") as file:
            file.write(dumps(head))
            if done is not None and done.files:
                file.write(_checkpoint(done))
        new.replace(self._path)

    def add(self, source: Source, sums: Mapping[str, str], marks: Mapping[str, RowMark]) -> bool:
        """Note that a file is written, and the places then reached in the logs; is it time for a checkpoint?

        One step, so that an interruption finds all of it noted or nothing.
        """
        self._since.append((stamp(source), sums, marks))
        return time.monotonic() - self._last >= EVERY

    def checkpoint(self) -> None:
        """Write down what was noted; the logs have been written out at least up to there."""
        if not self._since:
            return
        files = [each[0] for each in self._since]
        sums = {name: sha256 for each in self._since for name, sha256 in each[1].items()}
        reached = self._since[-1][2].items()
        logs = {name: (rows, size, digest.hexdigest()) for name, (rows, (size, digest)) in reached}
        with self._path.open("ab") as file:
            file.write(_checkpoint(Progress(files, sums, logs)))
        self._since, self._last, self.has_files = [], time.monotonic(), True

    def remove(self) -> None:
        """The run is complete."""
        self._path.unlink(missing_ok=True)


def _checkpoint(done: Progress) -> bytes:
    return dumps({"files": done.files, "sums": done.sums, "logs": done.logs})


def _beside(room: Path) -> Path:
    return room.with_suffix(".journal")


def head(room: Path) -> dict[str, Any] | None:
    """The first row of the journal there; null where there is none that can be read."""
    row = next(_rows(room), {})
    return row if "settings" in row else None


def reopened(room: Path, ours: dict[str, object], files: Sequence[Source]) -> Progress:
    """What an earlier run of the same kind left there, cleared of all that it had not finished; else nothing.

    `ours` is the head of this run; whether DIR may be overwritten was said to the first one, and is taken over.
    """
    begun = head(room)
    if begun is None:
        return Progress()
    ours["overwrite"] = begun.get("overwrite")
    done = progress(room, files) if begun == ours else Progress()
    if done.files:
        _keep_only(room, (*done.sums, *done.logs))
    return done


def progress(room: Path, files: Sequence[Source]) -> Progress:
    """The last checkpoint of which all is still true; `files` are those that this run will write, in order."""
    wanted = [stamp(source) for source in files]
    best = Progress()
    rows = _rows(room)
    next(rows, None)
    with ExitStack() as stack:
        logs: dict[str, _Prefix] = {}
        try:
            for row in rows:
                further = best.with_more(row)
                for name in further.logs.keys() - logs.keys():
                    logs[name] = _Prefix(stack.enter_context((room / name).open("rb")))
                if further.files != wanted[: len(further.files)] or not _stands(room, row["sums"], further, logs):
                    break
                best = further
        except (OSError, KeyError, TypeError, ValueError):
            pass
    return best


def _keep_only(room: Path, names: Iterable[str]) -> None:
    """Remove all other files: what the dead run had begun."""
    wanted = set(names)
    for folder, _, files in os.walk(room):
        for file in files:
            path = Path(folder, file)
            if path.relative_to(room).as_posix() not in wanted:
                path.unlink()


def corpus_digest(pages: Iterable[object]) -> str:
    """What tells a corpus from others: the SHA-256 over what is known of each document."""
    digest = hashlib.sha256()
    for page in pages:
        digest.update(repr(page).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _stands(room: Path, sums: Mapping[str, str], further: Progress, logs: Mapping[str, _Prefix]) -> bool:
    """Whether what a checkpoint names is there, byte for byte."""
    return all(_sha256(room / name) == sha256 for name, sha256 in sums.items()) and all(
        logs[name].sha256(size) == sha256 for name, (_, size, sha256) in further.logs.items()
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Prefix:
    """The SHA-256 of the first bytes of a file, asked for in ascending sizes; null where it is shorter."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._size = 0
        self._digest = hashlib.sha256()

    def sha256(self, size: int) -> str | None:
        while self._size < size and (block := self._file.read(min(BLOCK, size - self._size))):
            self._digest.update(block)
            self._size += len(block)
        return self._digest.hexdigest() if self._size == size else None


def _rows(room: Path) -> Iterator[dict[str, Any]]:
    """The rows up to the first that is torn."""
    try:
        with _beside(room).open("rb") as file:
            for raw in file:
                row = loads(raw)
                if not raw.endswith(b"\n") or not isinstance(row, dict):
                    return
                yield row
    except (OSError, InputError):
        return
