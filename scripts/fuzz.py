"""Fuzz the readers, the JSON scanner, folding, rule files, run folders and the judge with its kernels.

    python scripts/fuzz.py --seconds 60             each target for a minute
    python scripts/fuzz.py formats damage           only these
    python scripts/fuzz.py --replay FILE formats    one input again

With atheris installed (pip install atheris) coverage leads the mutations; else they are random, from a seed. Kernels
run under boundary checks. Finds are written to build/fuzz and end the target; exit code 1 where there are any.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import re
import subprocess
import sys
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]
FINDS = ROOT / "build" / "fuzz"
LONGEST = 1 << 14
PIECES = (b"\n", b'"', b"\\", b"\x00", b"\\u", b"\xd9\x8b", b"\xed\xa0\x80", b"\r\n", b",")


def mutated(chance: random.Random, pool: list[bytes]) -> bytes:
    """A seed with some bytes changed, taken out, doubled, or joined to another one's."""
    data = bytearray(chance.choice(pool))
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        size = chance.choice((1, 1, 2, 4, 16, 64))
        kind = chance.randrange(5)
        if kind == 0:
            data[at : at + size] = chance.randbytes(size)
        elif kind == 1:
            del data[at : at + size]
        elif kind == 2:
            data[at:at] = data[at : at + size] * chance.randint(1, 4)
        elif kind == 3:
            data[at:at] = chance.choice(
                (b"\n", b'"', b"\\", b"\x00", b"\\u", b"\xd9\x8b", b"\xed\xa0\x80", b"\r\n", b",")
            )
        else:
            other = chance.choice(pool)
            start = chance.randrange(len(other) + 1)
            data[at:at] = other[start : start + 200]
    return bytes(data[:LONGEST])


def fuzz_at_random(name: str, seconds: float, seed: int) -> int:
    """Run one target on mutations from a seed; the number of executions, negative where something was found."""
    from fuzzing.targets import TARGETS, run, seeds

    chance, pool = random.Random(seed), seeds()[name]
    end, count = time.monotonic() + seconds, 0
    for data in pool:
        run(TARGETS[name], data)
    while time.monotonic() < end:
        data = mutated(chance, pool)
        count += 1
        try:
            run(TARGETS[name], data)
        except Exception:  # noqa: BLE001 - every one is a find
            traceback.print_exc()
            FINDS.mkdir(parents=True, exist_ok=True)
            (FINDS / f"{name}-{seed}-{count}").write_bytes(data)
            return -count
    return count


def fuzz_by_coverage(name: str, seconds: float, seed: int) -> None:
    """Run one target under atheris, which ends the process."""
    import atheris

    with atheris.instrument_imports(include=["dedup"]):
        from fuzzing.targets import TARGETS, run, seeds
    folder = FINDS / f"seeds-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds()[name]):
        (folder / f"seed{number}").write_bytes(data)
    limits = [f"-max_total_time={int(seconds)}", f"-max_len={LONGEST}", f"-seed={seed}", "-rss_limit_mb=4096"]
    atheris.Setup(
        ["fuzz", *limits, f"-artifact_prefix={FINDS}/{name}-", str(folder)], lambda data: run(TARGETS[name], data)
    )
    atheris.Fuzz()


def tried(name: str, options: argparse.Namespace) -> tuple[int, bool]:
    """Fuzz one target in a process of its own: executions, and whether nothing was found."""
    command = [
        sys.executable,
        __file__,
        "--child",
        name,
        "--seconds",
        str(options.seconds),
        "--seed",
        str(options.seed),
    ]
    environment = {**os.environ, "NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(FINDS / "numba")}
    done = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace", env=environment)
    counts = re.findall(r"(?:executions|Done|#)\s?(\d+)", done.stdout + done.stderr)
    if done.returncode:
        print((done.stdout + done.stderr)[-3000:])
    return max(map(int, counts), default=0), done.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replay", type=Path)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        if importlib.util.find_spec("atheris"):
            fuzz_by_coverage(options.child, options.seconds, options.seed)
        count = fuzz_at_random(options.child, options.seconds, options.seed)
        print(f"executions {abs(count)}")
        return int(count < 0)
    from fuzzing.targets import TARGETS, run

    if options.replay:
        run(TARGETS[options.targets[0]], options.replay.read_bytes())
        return 0
    sound = True
    for name in options.targets or TARGETS:
        count, nothing = tried(name, options)
        sound = sound and nothing
        print(f"{name:<10}{count:>10} executions in {options.seconds:.0f} s{'' if nothing else '   FOUND'}", flush=True)
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
