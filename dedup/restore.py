"""Undo and proof, from RUN_DIR alone.

`restore` writes the originals back; `verify` proves without writing that cleaned + removed = original, and that no
file of RUN_DIR was changed, lost or exchanged.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dedup import atomic
from dedup.errors import PartlyError, RunFolderError, UsageError
from dedup.formats.bytewise import text_sha256
from dedup.formats.codecs import codec_named
from dedup.formats.sinks import OutFile
from dedup.formats.values import Mended, Origin
from dedup.locks import lock
from dedup.originals import DAMAGE, originals
from dedup.runfolder import FOLDERS, MEMBERS, ROW_FILES, read_run, sound_rows
from dedup.sums import changed_files

SHOWN = 5


def restore(run_dir: Path, out: Path) -> int:
    """Write every original to `out`, which must not exist and appears whole; gives the number of files.

    A file that does not come out as it was is left out; when all others stand, PartlyError names it.
    """
    read_run(run_dir)
    with lock(out):
        if os.path.lexists(out):
            raise UsageError(f"{out}: exists already; choose another --out")
        room = atomic.make_room(out)
        try:
            with atomic.stopping(str(out)):
                count, problems = _restore_into(room, run_dir)
                room.chmod(run_dir.stat().st_mode & 0o777 | 0o700)
                atomic.publish(room, out)
        finally:
            atomic.clear(room)
    if problems:
        told = "; ".join(problems[:SHOWN]) + ("; …" if len(problems) > SHOWN else "")
        lost = read_run(run_dir)["rows"]["files.jsonl"] - count
        raise PartlyError(f"{out}: {count} files restored, {lost} not: {told}")
    return count


def _restore_into(room: Path, run_dir: Path) -> tuple[int, list[str]]:
    count = 0
    problems: list[str] = []
    mode = (run_dir / "run.json").stat().st_mode & 0o777
    try:
        for origin, rows in originals(run_dir, problems.append):
            problem = _restore_file(OutFile(room / origin.file, codec_named(origin.codec), mode), origin, rows)
            count += problem is None
            problems += [problem] if problem else []
    except RunFolderError as error:
        problems.append(str(error))
    if not count:
        raise RunFolderError(f"{run_dir}: nothing can be restored: {'; '.join(problems[:SHOWN])}")
    return count, problems


def _restore_file(file: OutFile, origin: Origin, rows: Iterator[Mended]) -> str | None:
    proof = _Proof(origin)
    try:
        for row in rows:
            proof.add(row)
            file.write(row.raw)
        proof.finish()
        file.close()
    except RunFolderError as error:
        file.discard()
        return str(error)
    return None


def verify(run_dir: Path) -> list[str]:
    """What is wrong with a run folder, in sentences: nothing when cleaned + removed = original and all is unchanged."""
    problems = changed_files(run_dir, (*ROW_FILES, MEMBERS, "run.json"), FOLDERS)
    try:
        problems += _miscounted(run_dir, read_run(run_dir)["rows"])
        for origin, rows in originals(run_dir, problems.append):
            problems += _unproven(origin, rows)
    except RunFolderError as error:
        problems.append(str(error))
    except (*DAMAGE, AttributeError) as error:
        problems.append(f"run.json: damaged ({type(error).__name__}: {error})")
    return list(dict.fromkeys(problems))


def _miscounted(run_dir: Path, counted: dict[str, int]) -> list[str]:
    """Row files that have more rows than were written, or fewer; damaged rows count."""
    problems: list[str] = []
    for name in sorted(counted):
        damaged: list[str] = []
        found = sum(1 for _ in sound_rows(run_dir, name, damaged.append)) + len(damaged)
        problems += damaged + (
            [f"{name}: {found} rows, {counted[name]} were written"] if found != counted[name] else []
        )
    return problems


def _unproven(origin: Origin, rows: Iterator[Mended]) -> list[str]:
    proof = _Proof(origin)
    try:
        for row in rows:
            proof.add(row)
            proof.check_text(row)
        proof.finish()
    except RunFolderError as error:
        return [*proof.problems, str(error)]
    return proof.problems


@dataclass(slots=True)
class _Proof:
    """Compares one original, as it comes together, with what was written down about it."""

    origin: Origin
    size: int = 0
    documents: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    problems: list[str] = field(default_factory=list)

    def add(self, row: Mended) -> None:
        content = row.raw if row.content is None else row.content
        self.digest.update(content)
        self.size += len(content)
        self.documents += row.entry is not None

    def check_text(self, row: Mended) -> None:
        if row.entry is None or row.text is None:
            return
        if text_sha256(row.text) != row.entry.sha256:
            self.problems.append(f"{self.origin.file}: the text of {row.entry.doc} is not the original")
        for span in row.entry.removed:
            if row.text[span.start : span.end] != span.text:
                self.problems.append(f"removed.jsonl: {row.entry.doc} {span.start}-{span.end}: not what was removed")

    def finish(self) -> None:
        """RunFolderError when the whole is not the original."""
        origin = self.origin
        if (self.size, self.digest.hexdigest()) != (origin.bytes, origin.sha256):
            raise RunFolderError(f"{origin.file}: cleaned + removed is not the original ({origin.bytes} bytes)")
        if self.documents != origin.documents:
            raise RunFolderError(f"{origin.file}: {self.documents} documents, {origin.documents} were written")
