"""What the command says on stderr: messages and progress, for a person or, with `--log-json`, for a program.

How it talks is set once per process, from what was typed. The library never comes here.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

PATIENCE = 2.0
"""Seconds before a progress bar appears."""

PAUSE = 5.0
"""Seconds between two lines of progress where there is no terminal."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How to talk: `quiet` leaves out what is no problem, `verbose` adds to it, `as_json` writes a row per message."""

    quiet: bool = False
    verbose: bool = False
    as_json: bool = False


_manner = Manner()


def manner() -> Manner:
    """How this process talks."""
    return _manner


def set_manner(new: Manner) -> None:
    """Talk like this from now on."""
    global _manner  # noqa: PLW0603 - stderr is one per process, and so is its manner
    _manner = new


def say(message: str, level: str = "warning") -> None:
    """Say one thing; `level` is info, warning or error."""
    if level == "info" and _manner.quiet:
        return
    if _manner.as_json:
        _row(level, message=message)
    else:
        sys.stderr.write(f"dedup: {message}\n")
    sys.stderr.flush()


def _row(level: str, **facts: object) -> None:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    sys.stderr.write(json.dumps({"time": now, "level": level, **facts}, ensure_ascii=False) + "\n")


class Progress:
    """A bar on stderr, with rate and remaining time, for what takes longer than two seconds.

    Where stderr is no terminal there is nothing, or a line every five seconds with `--verbose` and `--log-json`. Called
    with (stage, done, total) as often as one likes, in documents; a total of 0 means that it is not known.
    """

    def __init__(self, stream: TextIO | None = None, patience: float = PATIENCE) -> None:
        self._stream = stream or sys.stderr
        self._next = time.monotonic() + patience
        self._bars = self._stream.isatty() and not _manner.as_json
        self._shown = not _manner.quiet and (self._bars or _manner.verbose or _manner.as_json)
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._stage = ""
        self._since = time.monotonic()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Tell how far `stage` has come."""
        if stage != self._stage:
            self._stage, self._since = stage, time.monotonic()
            if self._bar is not None and self._task is not None:
                self._bar.remove_task(self._task)
            self._task = None
        if not self._shown or time.monotonic() < self._next:
            return
        rate = done / max(time.monotonic() - self._since, 0.001)
        if self._bars:
            self._update(done, total, rate)
        else:
            self._next = time.monotonic() + PAUSE
            _tell(stage, done, total, rate)

    def _update(self, done: int, total: int, rate: float) -> None:
        bar = self._bar or self._open()
        if self._task is None:
            self._task = bar.add_task(self._stage, total=total or None, rate="")
        bar.update(self._task, completed=done, total=total or None, rate=f"{rate:,.0f}/s")

    def _open(self) -> Bar:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:,.0f} documents"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
        )
        self._bar = self._stack.enter_context(Bar(*columns, console=Console(file=self._stream), transient=True))
        return self._bar


def _tell(stage: str, done: int, total: int, rate: float) -> None:
    """One line of progress."""
    if _manner.as_json:
        left = round((total - done) / rate, 1) if total and rate else None
        _row("progress", stage=stage, done=done, total=total or None, per_second=round(rate, 1), seconds_left=left)
        sys.stderr.flush()
    else:
        of = f" of {total:,}" if total else ""
        say(f"{stage}: {done:,}{of} documents, {rate:,.0f}/s", "info")
