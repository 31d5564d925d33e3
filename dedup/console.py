"""How the command behaves towards a person and a shell: streams, exit codes, interruption, progress.

stdout is data, stderr is talk (`dedup.talk`). Whatever goes wrong on purpose is one message and an exit code, never
a traceback.
"""

from __future__ import annotations

import errno
import inspect
import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TextIO

from dedup.common import OPTIONS
from dedup.errors import DedupError, PartlyError, StoppedError, UsageError
from dedup.talk import Manner, Progress, say, set_manner

__all__ = ["Progress", "answers", "exit_code", "has_colour", "heed_signals", "say", "use_utf8"]

P = ParamSpec("P")

DONE, FAILED, USAGE, PARTLY, STOPPED, INTERRUPTED = 0, 1, 2, 3, 4, 130
"""Exit codes: done · a proof failed · wrong usage or nothing readable · some inputs unreadable · stopped · Ctrl-C."""

CODES = ((StoppedError, STOPPED), (PartlyError, PARTLY))
"""What errors on purpose end with; all others are wrong usage."""

DISK_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", None))


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
        common = {option.name: kwargs.pop(option.name, None) for option in OPTIONS}
        sys.exit(exit_code(lambda: _talking(common, lambda: command(*args, **kwargs))))

    signature = inspect.signature(command, eval_str=True)
    everything = (*signature.parameters.values(), *OPTIONS)
    run.__signature__ = signature.replace(parameters=everything)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in everything}
    return run


def _talking(common: dict[str, object], action: Callable[[], int]) -> int:
    """Set how to talk, then act."""
    quiet, verbose, as_json = (bool(common.get(name)) for name in ("quiet", "verbose", "log_json"))
    set_manner(Manner(quiet, verbose, as_json))
    if quiet and verbose:
        raise UsageError("--quiet and --verbose: give one of them")
    return action()


def exit_code(action: Callable[[], int]) -> int:
    """Run an action and return its exit code; errors on purpose become one message on stderr."""
    try:
        code = action()
        sys.stdout.flush()
    except BrokenPipeError:
        return _hang_up()
    except DedupError as error:
        say(str(error), "error")
        return next((code for kind, code in CODES if isinstance(error, kind)), USAGE)
    except OSError as error:
        say(f"{error.filename or 'input or output'}: {error.strerror or error}", "error")
        return STOPPED if error.errno in DISK_FULL else USAGE
    except KeyboardInterrupt as error:
        say(str(error) or "interrupted", "error")
        return INTERRUPTED
    return code


def _hang_up() -> int:
    """The reader of stdout has gone (`dedup explain … | head`): nobody is left to tell, so end quietly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE
