"""Running a command on one core and reading what the system says that it took."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Run:
    """CPU seconds (user and system, children included) and peak resident memory in MB.

    Linux counts what a process held before it started its program, so that no peak is below this script's own.
    """

    cpu: float
    peak: float


class FailedError(Exception):
    """A contender did not finish; the message is the end of what it said."""


def pin() -> str:
    """Keep this process and its children to one core, where the system can; says which."""
    if not hasattr(os, "sched_setaffinity"):
        return "not pinned: this system cannot"
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return f"pinned to core {core}"


def run(command: Sequence[str], stdin: str | None = None) -> Run:
    """Run a command to its end; FailedError when it does not end well."""
    with tempfile.TemporaryFile() as said, Path(stdin or os.devnull).open("rb") as source:
        child = subprocess.Popen(command, stdin=source, stdout=subprocess.DEVNULL, stderr=said, env=_alone())
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            words = said.read().decode("utf-8", "replace").strip().splitlines()
            raise FailedError(words[-1] if words else f"exit code {child.returncode}")
    peak = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return Run(usage.ru_utime + usage.ru_stime, peak)


def _alone() -> dict[str, str]:
    """The environment, with thread pools of one."""
    pools = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS", "POLARS_MAX_THREADS")
    return {**os.environ, **dict.fromkeys(pools, "1"), "LC_ALL": "C.UTF-8", "TOKENIZERS_PARALLELISM": "false"}
