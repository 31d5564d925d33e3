"""The command in a process of its own, with a fault planted: python child.py FAULT STEP ROOT ARGUMENTS...

A step is an operation of the process on files below ROOT (opening, making, renaming, removing, listing). FAULT is what
happens at the STEP-th of them: `kill` (as kill -9), `count` (nothing; the number of steps goes to stderr at the
end), or `at:FILE:ACTION` (STEP-th opening of FILE; ACTION is grow, rewrite or vanish). A checkpoint follows every file,
so that there are as many states as possible.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

EVENTS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "os.truncate", "os.scandir"}


class Fault:
    """Counts steps and acts at one of them."""

    def __init__(self, fault: str, step: int, root: str) -> None:
        self.fault, self.step, self.root = fault, step, root
        self.steps = 0
        self.victim = fault.split(":")[1] if fault.startswith("at:") else None

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if event not in EVENTS or not args or not isinstance(args[0], str | os.PathLike):
            return
        path = os.fspath(args[0])
        if not isinstance(path, str) or not path.startswith(self.root):
            return
        if self.victim is not None and (event != "open" or not path.endswith(self.victim)):
            return
        self.steps += 1
        if self.steps == self.step:
            self.act(Path(path))

    def act(self, path: Path) -> None:
        """What happens at the step."""
        if self.fault == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        action = self.fault.rpartition(":")[2]
        self.victim, self.fault = "\0", "none"
        if action == "vanish":
            path.unlink()
        elif action == "grow":
            with path.open("ab") as file:
                file.write(b"\n")
        elif action == "rewrite":  # the same size and the same time, as a careless copy leaves it
            times = path.stat()
            path.write_bytes(path.read_bytes()[::-1])
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def main() -> None:
    fault = Fault(sys.argv[1], int(sys.argv[2]), sys.argv[3])
    sys.argv = ["dedup", *sys.argv[4:]]
    from dedup import cli, journal

    journal.EVERY = 0.0
    sys.addaudithook(fault)
    try:
        cli.main()
    finally:
        if fault.fault == "count" or fault.fault.endswith(":count"):
            sys.stderr.write(f"\nsteps {fault.steps}\n")


if __name__ == "__main__":
    main()
