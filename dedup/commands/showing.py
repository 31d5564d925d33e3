"""What several commands show of a run, and the exit code that follows."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from dedup.console import DONE, PARTLY, USAGE, has_colour, say
from dedup.talk import manner

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedup.report.score import Summary
    from dedup.report.terminal import Line


def show(lines: Iterable[Line]) -> None:
    """Write lines to stdout, in colour on a terminal."""
    from dedup.report import terminal

    terminal.write(lines, sys.stdout, colour=has_colour(sys.stdout))


def outcome(summary: Summary) -> int:
    """Say what could not be read, and turn it into the exit code."""
    for message in summary.notes:
        say(message, "info")
    for message in summary.unreadable:
        say(message)
    if manner().verbose:
        say(_effort(summary), "info")
    if summary.unreadable:
        return PARTLY if summary.documents else USAGE
    return DONE


def _effort(summary: Summary) -> str:
    from dedup.memory import peak_memory_mb

    count, memory = len(summary.documents), peak_memory_mb()
    rate = count / max(summary.seconds, 0.001)
    peak = "" if memory is None else f", peak memory {memory:,} MB"
    return f"{count:,} documents in {summary.seconds:.1f} s ({rate:,.0f}/s){peak}"
