"""What several commands show of a run, and the exit code that follows."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from dedup.console import DONE, PARTLY, USAGE, has_colour, say

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
    for message in (*summary.notes, *summary.unreadable):
        say(message)
    if summary.unreadable:
        return PARTLY if summary.documents else USAGE
    return DONE
