"""The hostile inputs that are too large for every day, each in a process of its own, in bounded time and memory.

    python scripts/hostile_inputs.py [NAME...]

Prints a table: input, exit code, seconds, peak memory. Fails when a code or message is not the expected one, when a
kept file does not come back, or when a process takes more memory than `MOST_MEMORY`. Needs Linux or macOS.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from hostile import LARGE, Case  # type: ignore[import-not-found]  # noqa: E402

MOST_MEMORY = 3 << 30
"""Bytes of resident memory; Linux tells it in KB."""


def run(*arguments: object) -> tuple[int, str, int]:
    """Exit code, what was said, and peak memory of one command."""
    command = [sys.executable, "-m", "dedup", *map(str, arguments)]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env={**os.environ, "PYTHONPATH": str(ROOT)})
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return process.returncode, said.read(), usage.ru_maxrss << 10


def tried(case: Case, root: Path) -> str:
    """What is wrong with one case."""
    source = root / "source"
    source.mkdir()
    if (pid := os.fork()) == 0:  # what making it takes in memory would be told of the processes started after it
        case.fill(source)
        os._exit(0)
    os.waitpid(pid, 0)
    began = time.monotonic()
    code, said, memory = run("clean", source, "--out", root / "out")
    print(f"{case.name:<32}{code:>5}{time.monotonic() - began:>9.1f} s{memory >> 20:>7} MB", flush=True)
    if code != case.code or case.words not in said or "Traceback" in said:
        return f"{case.name}: {code}: {said[-500:]}"
    if memory > MOST_MEMORY:
        return f"{case.name}: {memory >> 20} MB"
    if run("verify", root / "out")[0] or run("restore", root / "out", "--out", root / "back")[0]:
        return f"{case.name}: not restored"
    changed = [name for name in case.kept if (root / "back" / name).read_bytes() != (source / name).read_bytes()]
    return f"{case.name}: {changed} did not come back" if changed else ""


def main() -> int:
    wrong = []
    for case in LARGE:
        if len(sys.argv) < 2 or any(word in case.name for word in sys.argv[1:]):
            with tempfile.TemporaryDirectory() as root:
                wrong.append(tried(case, Path(root)))
    print(*filter(None, wrong), sep="\n")
    return 1 if any(wrong) else 0


if __name__ == "__main__":
    sys.exit(main())
