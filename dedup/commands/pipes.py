"""`dedup clean - --log DIR < a.jsonl > b.jsonl`: where a run's output goes, and the cleaned text on stdout.

A run reads twice, so stdin is kept in a temporary folder meanwhile (`dedup.formats.inputs`); nothing else differs
from any other run. Rows come out in the order in which they came in.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from dedup.console import say
from dedup.errors import UsageError

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Target:
    """The run folder, and whether the cleaned text goes to stdout besides."""

    folder: Path
    to_stdout: bool


@contextmanager
def target(inputs: Sequence[str], out: Path | None, log: Path | None, no_log: bool) -> Iterator[Target]:
    """Where a run goes; UsageError where the options do not go together. Without a log its folder goes again."""
    if sum((out is not None, log is not None, no_log)) != 1:
        raise UsageError(
            "say where it goes: --out DIR; or, from stdin to stdout, --log DIR (can be undone) or --no-log"
        )
    if out is not None:
        yield Target(out, to_stdout=False)
    elif list(inputs) != [STDIN]:
        raise UsageError(
            "--log and --no-log write the cleaned text to stdout: their only INPUT is -; otherwise --out DIR"
        )
    elif log is not None:
        yield Target(log, to_stdout=True)
    else:
        with TemporaryDirectory(prefix="dedup-") as room:
            yield Target(Path(room) / "run", to_stdout=True)


def pour(run_dir: Path) -> None:
    """Write the one cleaned file of a run to stdout, as it is; nothing where nothing was kept."""
    for path in sorted((run_dir / "clean").glob("*")):
        with path.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def admit_attributes(out: Path | None, dry_run: bool) -> None:
    """UsageError where attribute files cannot be written, before the long work."""
    if out is not None:
        from dedup.neighbours import dolma

        if dry_run:
            raise UsageError("--attributes and --dry-run: a dry run writes nothing; give one of them")
        dolma.admit(out)


def write_attributes(run_dir: Path, out: Path | None) -> None:
    """Write attribute files of a finished run, and say which files have none."""
    if out is not None:
        from dedup.neighbours import dolma

        for name in dolma.write_attributes(run_dir, out):
            say(f"{name}: no JSON lines, so dolma has no attributes of it")
