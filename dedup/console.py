"""How the command behaves towards a person and a shell: streams, exit codes, interruption, progress.

stdout is data, stderr is talk. Whatever goes wrong on purpose is one message and an exit code, never
a traceback.
"""

from __future__ import annotations

import errno
import inspect
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, Self, TextIO

from dedup.common import OPTIONS
from dedup.errors import DedupError, PartlyError, StoppedError

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

P = ParamSpec("P")

DONE, FAILED, USAGE, PARTLY, STOPPED, INTERRUPTED = 0, 1, 2, 3, 4, 130
"""Exit codes: done · a proof failed · wrong usage or nothing readable · some inputs unreadable · stopped · Ctrl-C."""

CODES = ((StoppedError, STOPPED), (PartlyError, PARTLY))
"""What errors on purpose end with; all others are wrong usage."""

DISK_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", None))

PATIENCE = 2.0
"""Seconds before a progress bar appears."""


def say(message: str) -> None:
    """Say one thing on stderr."""
    sys.stderr.write(f"dedup: {message}\n")
    sys.stderr.flush()


def has_colour(stream: TextIO) -> bool:
    """Whether to write in colour: to a terminal, unless NO_COLOR is set or the terminal is a dumb one."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def use_utf8() -> None:
    """Write UTF-8 and plain line feeds everywhere, and what cannot be encoded as an escape, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def heed_signals() -> None:
    """Let SIGTERM, and the hang-up of the terminal, end a run as Ctrl-C does: tidily, and fit to be resumed."""
    for name in ("SIGTERM", "SIGHUP"):
        which = getattr(signal, name, None)  # Windows has no SIGHUP
        if which is not None and signal.getsignal(which) == signal.SIG_DFL:  # `nohup` is respected
            signal.signal(which, signal.default_int_handler)


def answers(command: Callable[P, int]) -> Callable[P, None]:
    """Turn a command that returns its exit code into one that ends the process with it, come what may.

    It also gets the options that every command has (`dedup.common`).
    """

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        for option in OPTIONS:
            kwargs.pop(option.name, None)
        sys.exit(exit_code(lambda: command(*args, **kwargs)))

    signature = inspect.signature(command, eval_str=True)
    everything = (*signature.parameters.values(), *OPTIONS)
    run.__signature__ = signature.replace(parameters=everything)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in everything}
    return run


def exit_code(action: Callable[[], int]) -> int:
    """Run an action and return its exit code; errors on purpose become one message on stderr."""
    try:
        code = action()
        sys.stdout.flush()
    except BrokenPipeError:
        return _hang_up()
    except DedupError as error:
        say(str(error))
        return next((code for kind, code in CODES if isinstance(error, kind)), USAGE)
    except OSError as error:
        say(f"{error.filename or 'input or output'}: {error.strerror or error}")
        return STOPPED if error.errno in DISK_FULL else USAGE
    except KeyboardInterrupt:
        say("interrupted")
        return INTERRUPTED
    return code


def _hang_up() -> int:
    """The reader of stdout has gone (`dedup explain … | head`): nobody is left to tell, so end quietly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


class Progress:
    """A bar on stderr for what takes longer than two seconds; nothing where stderr is no terminal.

    Called with (stage, done, total) as often as one likes; a total of 0 means that it is not known.
    """

    def __init__(self, stream: TextIO | None = None, patience: float = PATIENCE) -> None:
        self._stream = stream or sys.stderr
        self._start = time.monotonic() + patience
        self._shown = self._stream.isatty()
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._stage = ""
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Tell how far `stage` has come."""
        if not self._shown or time.monotonic() < self._start:
            return
        bar = self._bar or self._open()
        if self._task is None or stage != self._stage:
            if self._task is not None:
                bar.remove_task(self._task)
            self._task, self._stage = bar.add_task(stage, total=total or None), stage
        bar.update(self._task, completed=done, total=total or None)

    def _open(self) -> Bar:
        from rich.console import Console
        from rich.progress import Progress as Bar

        self._bar = self._stack.enter_context(Bar(console=Console(file=self._stream), transient=True))
        return self._bar
