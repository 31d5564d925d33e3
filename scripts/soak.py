"""Clean a large invented corpus in little memory while it is killed and resumed; then verify, restore and compare.

    python scripts/soak.py --megabytes 4000 --memory 1GB --kills 5 --room /tmp

Prints a row per process: how it ended, seconds, peak memory; then whether the run verifies, whether every input came
back byte for byte, and (--compare, which costs another run) whether it equals an uninterrupted one. Needs Linux or
macOS.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from benchmark.corpus import generate  # noqa: E402

PART = 4 << 20
"""Bytes per file: a killed run begins its file anew."""


def build(folder: Path, megabytes: int, seed: int) -> None:
    """Files of JSONL with invented articles, so many megabytes in all."""
    folder.mkdir()
    documents, size, number = generate(seed), 0, 0
    while size < megabytes << 20:
        with (folder / f"{number:05}.jsonl").open("wb") as file:
            while file.tell() < PART:
                file.write(json.dumps(next(documents), ensure_ascii=False).encode() + b"\n")
            size += file.tell()
        number += 1


def dedup(*arguments: object, killed_after: float | None = None) -> int:
    """Run the command, perhaps not to its end; say how that went."""
    command = [sys.executable, "-m", "dedup", *map(str, arguments)]
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)})
    if killed_after is not None:
        try:
            process.wait(killed_after)
        except subprocess.TimeoutExpired:
            process.kill()
    _, status, usage = os.wait4(process.pid, 0) if process.returncode is None else (0, None, None)
    code = process.returncode if status is None else os.waitstatus_to_exitcode(status)
    memory = f"{usage.ru_maxrss >> 10:>7} MB" if usage else ""
    print(f"{arguments[0]:<9}{code:>4}{time.monotonic() - began:>9.1f} s{memory}", flush=True)
    return code


def same(one: Path, other: Path, but: tuple[str, ...] = ()) -> bool:
    """Whether two folders hold the same files with the same bytes."""
    names = [sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()) for root in (one, other)]
    whole = [name for name in names[0] if name not in but]
    return names[0] == names[1] and filecmp.cmpfiles(one, other, whole, shallow=False)[0] == whole


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=4000)
    parser.add_argument("--memory", default="1GB")
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seconds", type=float, nargs=2, default=(20.0, 120.0), help="a kill comes after so many")
    parser.add_argument("--room", type=Path, default=None, help="where there are three times the megabytes")
    parser.add_argument("--compare", action="store_true", help="also with an uninterrupted run")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory(dir=options.room) as folder:
        room = Path(folder)
        build(room / "in", options.megabytes, options.seed)
        clean = ("clean", room / "in", "--memory", options.memory, "--out")
        kills = 0
        for _ in range(options.kills):
            moment = chance.uniform(*options.seconds)
            kills += dedup(*clean, room / "out", "--resume", killed_after=moment) == -signal.SIGKILL
        told = {f"killed {kills} times, then done": dedup(*clean, room / "out", "--resume") == 0}
        told["verified"] = dedup("verify", room / "out") == 0
        told["restored"] = dedup("restore", room / "out", "--out", room / "back") == 0 and same(
            room / "in", room / "back"
        )
        if options.compare:
            dedup(*clean, room / "whole")
            told["as uninterrupted"] = same(room / "out", room / "whole", ("run.json", "SHA256SUMS"))
    for what, holds in told.items():
        print(f"{what:<32}{'yes' if holds else 'NO'}")
    return 0 if all(told.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
