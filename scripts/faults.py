"""Kill, stop and starve runs of `dedup clean`, go on with --resume, and compare with a run that nothing happened to.

    python scripts/faults.py                      everything: a kill at every step and at 100 random moments
    python scripts/faults.py --moments 5 --every 20   quickly: a kill at every 20th step, fewer moments
    python scripts/faults.py --seed 7             other moments

A step is an operation on files (see scripts/faulting/child.py). The table tells faults tried, runs that ended in the
same bytes, and losses: input changed, half a run under the final name, bytes that differ. Needs Linux or macOS; a full
disk and a read-only one need the right to mount.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from faulting import trials  # noqa: E402
from faulting.trials import Place, Tally, Trial  # noqa: E402

SIGNALS = {"kill -9": signal.SIGKILL, "Ctrl-C": signal.SIGINT, "SIGTERM": signal.SIGTERM}


def build(root: Path) -> Place:
    """A few of the samples, with rows that cannot be read and a packed file."""
    import gzip
    import shutil

    source = root / "source"
    for site in ("alsahil", "la-rive-sud"):
        shutil.copytree(ROOT / "samples" / "scrapes" / site, source / site)
    rows = (ROOT / "samples" / "scrapes" / "awraq-alwadi.jsonl").read_bytes()
    (source / "rows.jsonl").write_bytes(rows[:20_000])
    (source / "packed.jsonl.gz").write_bytes(gzip.compress(rows, mtime=0))
    return Place(root, source)


def kinds(place: Place, options: argparse.Namespace) -> Iterator[tuple[str, list[Trial]]]:
    """Every kind of fault with its trials."""
    chance = random.Random(options.seed)
    began = time.monotonic()
    place.run()
    seconds = time.monotonic() - began
    steps = range(1, place.steps + 1, options.every)
    yield "killed at a step", [partial(trials.killed_at_step, place, step) for step in steps]
    for name, what in SIGNALS.items():
        count = options.moments if what == signal.SIGKILL else max(1, options.moments // 5)
        moments = [chance.uniform(0, seconds) for _ in range(count)]
        yield f"{name} at a moment", [partial(trials.signalled, place, moment, what) for moment in moments]
    often = max(1, options.moments // 10)
    yield "killed five times", [partial(trials.killed_often, place, chance, seconds) for _ in range(often)]
    yield "two runs at once", [partial(trials.second_run, place, seconds * part) for part in (0.3, 0.6)]
    victims = ("alsahil/003.txt", "rows.jsonl", "packed.jsonl.gz")
    yield (
        "input changes or vanishes",
        [
            partial(trials.changed_input, place, victim, action, -1)
            for victim in victims
            for action in ("grow", "rewrite", "vanish")
        ],
    )
    if can_mount(place.root):
        yield "disk full", [partial(trials.full_disk, place, size) for size in (0.04, 0.1, 0.2, 0.3)]
        yield "read-only output", [partial(trials.read_only, place)]


def can_mount(root: Path) -> bool:
    """Whether this process may mount a file system."""
    there = root / "mount"
    there.mkdir()
    tried = subprocess.run(["mount", "-t", "tmpfs", "none", str(there)], check=False, capture_output=True)
    if tried.returncode == 0:
        subprocess.run(["umount", str(there)], check=True)
    there.rmdir()
    return tried.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=100, help="kills at random moments")
    parser.add_argument("--every", type=int, default=1, help="kill at every N-th step")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tallies: list[Tally] = []
    with tempfile.TemporaryDirectory() as root:
        place = build(Path(root))
        print(f"{'fault':<28}{'tried':>7}{'survived':>10}{'lost':>6}")
        for kind, some in kinds(place, options):
            tally = Tally(kind).run(place, some)
            tallies.append(tally)
            print(f"{kind:<28}{tally.tried:>7}{tally.tried - len(tally.wrong):>10}{len(tally.wrong):>6}", flush=True)
            for wrong in tally.wrong[:3]:
                print(f"    {wrong}")
    return 1 if any(tally.wrong for tally in tallies) else 0


if __name__ == "__main__":
    sys.exit(main())
