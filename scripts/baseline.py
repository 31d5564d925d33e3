"""What a baseline costs: size on disk, a warm check of 50 pages, additions in any order, kills in the middle.

    python3 scripts/baseline.py PAGES.jsonl [--room DIR]

PAGES holds pages of some sites (`site`, `text`; an `id`, if any). The last 50 are checked against an index of the
others. The index is kept in --room, so that a second run is quick.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from dedup.baseline.context import context
from dedup.baseline.index import Index
from dedup.corpus import scan
from dedup.indexing import add, build
from dedup.settings import Settings
from dedup.types import Document

CHECK = """
import resource, sys, time
began = time.perf_counter()
sys.argv = ["dedup", "check", sys.argv[1], "--baseline", sys.argv[2]]
from dedup.cli import main
try:
    main()
finally:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.perf_counter() - began:.2f} s, {time.process_time():.2f} s of CPU, {peak:.0f} MB", file=sys.stderr)
"""
ADD = "import sys; from dedup.cli import main; sys.argv = ['dedup', 'index', 'add', *sys.argv[1:]]; main()"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--room", type=Path)
    options = parser.parse_args()
    with TemporaryDirectory(prefix="dedup-baseline-") as name:
        room = options.room or Path(name)
        rows = options.pages.read_text(encoding="utf-8").splitlines()
        _size(room, rows)
        _check(room)
        _orders(Path(name), rows[:1000])
        _kills(Path(name), rows[:4000])
    return 0


def _size(room: Path, rows: list[str]) -> None:
    if not (room / "index").exists():
        (room / "new").mkdir(parents=True, exist_ok=True)
        _write(room / "known.jsonl", rows[:-50])
        _write(room / "new" / "new.jsonl", rows[-50:])
        began = time.perf_counter()
        build([str(room / "known.jsonl")], room / "index", Settings())
        print(f"built in {time.perf_counter() - began:.0f} s")
    index = Index.open(room / "index")
    texts = sum(segment.texts for segment in index.manifest.segments)
    size = sum(path.stat().st_size for path in index.folder.rglob("*") if path.is_file())
    words = sum(path.stat().st_size for path in index.folder.rglob("text.bin"))
    lines = sum(segment.lines for segment in index.manifest.segments)
    print(f"{lines:,} lines, {texts:,} distinct: {size:,} bytes")
    print(f"{size / texts:.0f} bytes per distinct line, {(size - words) / texts:.0f} without the text")


def _check(room: Path) -> None:
    for run in ("cold", "warm", "warm", "warm"):
        command = [sys.executable, "-c", CHECK, str(room / "new"), str(room / "index")]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        print(f"check of 50 pages, {run}: {done.stderr.splitlines()[-1]} (exit code {done.returncode})")


def _orders(room: Path, rows: list[str]) -> None:
    """A hundred additions in two orders against one build: the same context for the same new pages."""
    documents = [
        Document(str(n), row.get("site"), "", n, row["text"]) for n, row in enumerate(map(json.loads, rows[-40:]))
    ]
    corpus, answers = scan(documents), []
    known = rows[:-40]
    for seed in (None, 1, 2):
        folder = room / f"order-{seed}"
        batches = [known]
        if seed is not None:
            rng = random.Random(seed)
            shuffled = rng.sample(known, len(known))
            cuts = [0, *sorted(rng.sample(range(1, len(known)), 99)), len(known)]
            batches = [shuffled[first:last] for first, last in pairwise(cuts)]
        for number, batch in enumerate(batches):
            _write(room / "batch.jsonl", batch)
            (build if number == 0 else add)([str(room / "batch.jsonl")], folder, Settings())
        answers.append(context(Index.open(folder), corpus, Settings()).documents)
        print(f"order {seed}: {len(batches)} additions, {len(Index.open(folder).manifest.segments)} segments")
    print("the same answers" if answers[0] == answers[1] == answers[2] else "ANSWERS DIFFER")


def _kills(room: Path, rows: list[str]) -> None:
    """Twenty kills at random moments: every time the index is the old one or the new one, whole."""
    half = len(rows) // 2
    _write(room / "old.jsonl", rows[:half])
    _write(room / "more.jsonl", rows[half:])
    build([str(room / "old.jsonl")], room / "killed", Settings())
    old = Index.open(room / "killed").keys()
    command = [sys.executable, "-c", ADD, str(room / "more.jsonl"), "--index", str(room / "killed")]
    began = time.perf_counter()
    probe = TemporaryDirectory(prefix="dedup-probe-")
    build([str(room / "old.jsonl")], Path(probe.name) / "index", Settings())
    subprocess.run([*command[:-1], str(Path(probe.name) / "index")], check=True, capture_output=True)
    whole, seconds = Index.open(Path(probe.name) / "index").keys(), time.perf_counter() - began
    rng, outcomes = random.Random(7), {"old": 0, "new": 0, "broken": 0}
    for _ in range(20):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(rng.random() * seconds)
            process.send_signal(signal.SIGKILL)
        index = Index.open(room / "killed")
        for columns in index.segments:
            for column in columns.values():
                column.all()
        now = index.keys()
        outcomes["old" if now == old else "new" if now == whole else "broken"] += 1
    print(f"20 kills: {outcomes}")


def _write(path: Path, rows: list[str]) -> None:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
