"""RUN_DIR: written whole or not at all, and read as streams.

    admit(out, overwrite=False, resume=False, settings=None)        UsageError, before the long work, if DIR is there
    with RunFolder.create(out, plan, overwrite=False, resume=False, members=False) as folder:
        for source in files[folder.taken_over :]:                   in reading order
            counts = folder.rewrite(source, settings, decide)       InputError: nothing of this file is in; go on
        folder.cluster({...}); folder.member({...})
        folder.commit({...})                                        run.json; then DIR appears

Leaving the block without `commit` leaves nothing behind, unless the run was stopped (a failing disk is a StoppedError)
or interrupted when it had written some files: these stay in a hidden folder beside DIR, as they do when the process is
killed, and `resume` goes on from there. The caller holds the `lock` of DIR.

Beside the files of the contract there are `files.jsonl` (per input file: what restore needs, see `values.Origin`),
`rejected.jsonl` and `dropped.jsonl` (the places of the rows that lie verbatim under `rejected/` and `dropped/`; in
files of their own, so that no input's name can collide with them), and `SHA256SUMS` of all other files, as
`sha256sum -c` reads it. Rows of `documents.jsonl` also carry `row`, from 0.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import reduce
from importlib.metadata import version
from operator import and_
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from dedup import atomic, journal
from dedup.errors import InputError, RunFolderError, StoppedError, UsageError
from dedup.formats.jsonrow import loads
from dedup.formats.pages import Pages
from dedup.formats.sinks import ANYONE, RowFile, Sink
from dedup.formats.source import Source
from dedup.formats.values import Decide, Known, Origin, Rewritten
from dedup.rows import as_read, pretty, removed_row, repaired_row
from dedup.settings import Settings
from dedup.sums import SUMS, sums_text

LAYOUT = 1
ROW_FILES = ("files.jsonl", "documents.jsonl", "removed.jsonl", "rejected.jsonl", "dropped.jsonl", "clusters.jsonl")
MEMBERS = "members.jsonl"
FOLDERS = ("clean", "rejected", "dropped")
AGAIN = "run again with --resume"


@dataclass(frozen=True, slots=True)
class Counts:
    """What a file held: documents (dropped ones too), rows rejected, documents dropped, spans removed."""

    documents: int
    rejected: int
    dropped: int
    removed: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run will write: its files in reading order, and what tells it from other runs (`settings`, `corpus`)."""

    files: tuple[Source, ...] = ()
    settings: Mapping[str, object] = field(default_factory=dict)
    corpus: str = ""


def admit(
    out: Path, overwrite: bool = False, resume: bool = False, settings: Mapping[str, object] | None = None
) -> None:
    """Raise UsageError unless a run may be written to `out`; only a run folder is ever overwritten."""
    begun = journal.head(atomic.resumable_room(out)) if resume else None
    if begun is not None and settings is not None and begun.get("settings") != as_read(settings):
        raise UsageError(
            f"{out}: the run to resume has other settings; give the same ones, or leave --resume to begin anew"
        )
    overwrite = overwrite or bool(begun and begun.get("overwrite"))
    if not os.path.lexists(out):
        return
    if not overwrite:
        raise UsageError(f"{out}: exists already; choose another --out, or --overwrite to replace that run")
    if not out.is_dir() or (any(out.iterdir()) and not (out / "run.json").is_file()):
        raise UsageError(f"{out}: not a run folder of dedup, so it is not overwritten; choose another --out")


class RunFolder:
    """A run folder being written; `room` is where it grows (null in a dry run, which writes nothing).

    `taken_over` counts the files of the plan that an earlier run wrote.
    """

    def __init__(self, out: Path, room: Path | None, plan: Plan, members: bool, done: journal.Progress) -> None:
        self._out = out
        self._room = room
        self._sums = dict(done.sums)
        self._gid = -1 if room is None else room.stat().st_gid
        self._mode = reduce(and_, (source.mode(self._gid) for source in plan.files), ANYONE)
        names = (*ROW_FILES, MEMBERS) if members else ROW_FILES
        self._rows = {name: RowFile(self._place(name), self._mode, *done.reached(name)) for name in names}
        self._journal: journal.Journal | None = None
        self.taken_over = len(done.files)

    @classmethod
    def create(
        cls,
        out: Path,
        plan: Plan | None = None,
        *,
        overwrite: bool = False,
        resume: bool = False,
        dry_run: bool = False,
        members: bool = False,
    ) -> Self:
        """Start a run folder for `out`, which itself is touched by `commit` only, or go on with one."""
        plan = plan or Plan()
        if dry_run:
            return cls(out, None, plan, members, journal.Progress())
        admit(out, overwrite, resume, plan.settings)
        head = {"version": version("dedup"), "layout": LAYOUT, "settings": as_read(plan.settings)}
        head |= {"corpus": plan.corpus, "overwrite": overwrite}
        room = atomic.resumable_room(out)
        done = journal.reopened(room, head, plan.files) if resume else journal.Progress()
        if not done.files:
            atomic.clear(room)
            atomic.make_room(out, room)
        folder = cls(out, room, plan, members, done)
        folder._journal = journal.Journal(room, head, done)
        return folder

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stopped = isinstance(error, StoppedError | KeyboardInterrupt)
        if stopped:
            with suppress(OSError, ValueError):  # a failing disk, or closed already: `commit` has saved it then
                self._checkpoint()
        for rows in self._rows.values():
            with suppress(OSError):
                rows.sink.close()
        if self._room is not None and self._journal is not None and not (stopped and self._journal.has_files):
            self._journal.remove()
            atomic.clear(self._room)

    def _checkpoint(self) -> None:
        """Keep what is done for a later run."""
        for rows in self._rows.values():
            rows.sink.settle()
        if self._journal is not None:
            self._journal.checkpoint()

    def rewrite(self, source: Source, settings: Settings, decide: Decide, known: Known | None = None) -> Counts:
        """Clean one file: `clean/`, `rejected/`, `dropped/` and its rows, all of it or (InputError) nothing.

        Rows whose fate is `known` are copied unread.
        """
        settings = source.named(settings)
        marks = {name: rows.mark() for name, rows in self._rows.items()}
        removed = self._rows["removed.jsonl"].rows
        aside = self._rows["rejected.jsonl"], self._rows["dropped.jsonl"]
        pages = Pages(source.file, source.codec, self._place, *aside, source.mode(self._gid))
        with atomic.stopping(str(self._out), AGAIN):
            try:
                for written in source.format.rewrite(source, settings, decide, pages, known):
                    self._log(source, written)
                sums = pages.close()
            except BaseException as error:
                pages.discard()
                if isinstance(error, InputError):
                    for name, mark in marks.items():
                        self._rows[name].rewind(mark)
                raise
            origin = pages.origin(source.format.name, settings.text_field)
            self._rows["files.jsonl"].write({name: getattr(origin, name) for name in Origin.__slots__})
            self._sums |= sums
            if self._journal and self._journal.add(source, sums, {n: rows.mark() for n, rows in self._rows.items()}):
                self._checkpoint()
        spans = self._rows["removed.jsonl"].rows - removed
        return Counts(origin.documents, origin.rejected, origin.dropped, spans)

    def written(self, name: str) -> Iterator[dict[str, Any]]:
        """The rows that an earlier run wrote to one of the row files."""
        return read_rows(self._room, name) if self._room is not None and self.taken_over else iter(())

    def row_count(self, name: str) -> int:
        """How many rows one of the row files has so far."""
        return self._rows[name].rows

    def cluster(self, row: Mapping[str, object]) -> None:
        """Write one row of `clusters.jsonl`."""
        with atomic.stopping(str(self._out), AGAIN):
            self._rows["clusters.jsonl"].write(row)

    def member(self, row: Mapping[str, object]) -> None:
        """Write one row of `members.jsonl`."""
        with atomic.stopping(str(self._out), AGAIN):
            self._rows[MEMBERS].write(row)

    def commit(self, run: Mapping[str, object]) -> None:
        """Write `run.json` (with `layout` and the row counts of our files) and give the folder its name."""
        with atomic.stopping(str(self._out), AGAIN):
            self._checkpoint()
            for name, rows in self._rows.items():
                rows.sink.close()
                self._sums[name] = rows.sink.sha256()
            counts = {name: rows.rows for name, rows in self._rows.items()}
            self._sums["run.json"] = self._write("run.json", pretty({"layout": LAYOUT, **run, "rows": counts}))
            self._write(SUMS, sums_text(self._sums))
            if self._room is not None and self._journal is not None:
                self._room.chmod(atomic.folder_mode(self._mode))
                atomic.publish(self._room, self._out)
                self._room = None
                self._journal.remove()

    def _place(self, name: str) -> Path | None:
        return None if self._room is None else self._room / name

    def _write(self, name: str, data: bytes) -> str:
        sink = Sink(self._place(name), self._mode)
        sink.write(data)
        sink.close()
        return sink.sha256()

    def _log(self, source: Source, written: Rewritten) -> None:
        fate = written.fate
        facts = dict(fate.facts)
        head = {"doc": fate.doc, "site": facts.pop("site", source.site), "file": source.file, "row": written.row}
        gone = list(zip(fate.removals, written.cuts, strict=True))
        if written.encoding is not None:
            facts["encoding"] = written.encoding
        if repaired := [repaired_row(removal, cut) for removal, cut in gone if removal.now]:
            facts["repaired"] = repaired
        self._rows["documents.jsonl"].write({**head, "sha256": written.sha256, **facts})
        for removal, cut in gone:
            if not removal.now:
                self._rows["removed.jsonl"].write(removed_row(fate.doc, removal, cut))


def read_run(run_dir: Path) -> dict[str, Any]:
    """`run.json`; RunFolderError when the folder is none of ours or of another layout."""
    try:
        run = loads((run_dir / "run.json").read_bytes())
    except OSError as error:
        raise RunFolderError(
            f"{run_dir}: no run.json there ({error.strerror}); a folder that `dedup clean` made has one"
        ) from None
    except InputError as error:
        raise RunFolderError(f"{run_dir / 'run.json'}: damaged: {error}") from None
    if not isinstance(run, dict) or run.get("layout") != LAYOUT:
        raise RunFolderError(f"{run_dir / 'run.json'}: damaged, or made by another version of dedup")
    return run


def read_rows(run_dir: Path, name: str) -> Iterator[dict[str, Any]]:
    """Stream the rows of one of the folder's files; RunFolderError names the row that is damaged."""

    def stop(damage: str) -> None:
        raise RunFolderError(str(run_dir / damage))

    return sound_rows(run_dir, name, stop)


def sound_rows(run_dir: Path, name: str, damage: Callable[[str], object]) -> Iterator[dict[str, Any]]:
    """Stream the rows of one of the folder's files; a damaged one is told to `damage` and left out."""
    try:
        with (run_dir / name).open("rb") as file:
            for number, raw in enumerate(file, 1):
                try:
                    row = loads(raw)
                except InputError as error:
                    damage(f"{name}: row {number} is damaged: {error}")
                    continue
                if isinstance(row, dict):
                    yield row
                else:
                    damage(f"{name}: row {number} is damaged: not an object")
    except OSError as error:
        damage(f"{name}: cannot be read ({error.strerror})")
