"""Speed and memory of dedup beside its peers, on the same input, in turn, on one core, in one run.

    python scripts/bench.py                                   20 MB of invented text, dedup and the system's tools
    python scripts/bench.py --install                         the peers too, installed into build/bench
    python scripts/bench.py crawl.jsonl.zst --megabytes 400   what is given first, then invented text
    python scripts/bench.py --only "dedup clean" --rounds 5

CPU seconds are user and system time of all processes. A run on a single document is taken off each contender and
shown as its start-up. Every round runs everybody once; figures are medians over the rounds with the extremes, ratios
are formed within a round. Needs Linux or macOS.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version as installed
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from benchmark.contenders import Contender, absent, contenders, paths, version  # noqa: E402
from benchmark.corpus import Corpus, build  # noqa: E402
from benchmark.measure import FailedError, Run, pin, run  # noqa: E402
from benchmark.table import Row, rows_of, show  # noqa: E402

PACKAGES = ("rensa", "datasketch", "gaoya", "datatrove[processing]", "polars", "duckdb")


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("jsonl", nargs="*", type=Path, help="JSONL to measure on before any invented text")
    parser.add_argument("--text-field", default="text")
    parser.add_argument("--megabytes", type=int, default=20, help="size of the corpus (default: %(default)s)")
    parser.add_argument("--part", type=int, default=2, help="megabytes for the slow peers (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="(default: %(default)s)")
    parser.add_argument("--only", help="names of contenders, separated by commas")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", type=Path, default=ROOT / "build" / "bench", help="their virtual environment")
    parser.add_argument("--install", action="store_true", help="make that environment and install the peers")
    return parser.parse_args(argv)


def install(folder: Path) -> None:
    """Make the peers' environment; a package that cannot be installed is left out."""
    if not folder.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    for package in PACKAGES:
        subprocess.run([str(_python(folder)), "-m", "pip", "install", "-q", package], check=False)


def _python(folder: Path) -> Path:
    return folder / "bin" / "python"


def measured(contender: Contender, corpus: Corpus, out: Path) -> dict[str, tuple[Run, Run]]:
    """Start-up and the run itself, per input."""
    found = {}
    for name, path in paths(corpus, contender):
        both = [
            run(contender.command(each, out), str(each) if contender.piped else None) for each in (corpus.one, path)
        ]
        found[name] = (both[0], both[1])
    return found


def compete(chosen: Sequence[Contender], corpus: Corpus, rounds: int, out: Path) -> list[Row]:
    """All rounds; a contender that fails is out, and the table says why."""
    runs: dict[str, list[dict[str, tuple[Run, Run]]]] = {each.name: [] for each in chosen}
    failed: dict[str, str] = {}
    for number in range(rounds):
        for each in chosen:
            if each.name in failed:
                continue
            sys.stderr.write(f"round {number + 1}: {each.name}\n")
            try:
                runs[each.name].append(measured(each, corpus, out))
            except FailedError as error:
                failed[each.name] = str(error)
    return [row for each in chosen for row in rows_of(each, corpus, runs, failed)]


def machine() -> str:
    """What it was measured on."""
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        info = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next((line.partition(":")[2].strip() for line in info if line.startswith("model name")), model)
    names = ("dedup", "numpy", "numba", "orjson", "ahocorasick-rs")
    versions = ", ".join(f"{name} {installed(name)}" for name in names)
    return f"{date.today()}, {model}, {platform.system()}, Python {platform.python_version()}, {versions}"  # noqa: DTZ011


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print the table."""
    typed = arguments(argv)
    if typed.install:
        install(typed.peers)
    peers = _python(typed.peers) if _python(typed.peers).exists() else None
    wanted = typed.only.split(",") if typed.only else None
    listed = [each for each in contenders(peers) if wanted is None or each.name in wanted]
    missing = {each.name: absent(each, peers) for each in listed}
    chosen = [each for each in listed if not missing[each.name]]
    pinned = pin()
    with tempfile.TemporaryDirectory(prefix="dedup-bench-") as name:
        corpus = build(Path(name), typed.jsonl, typed.text_field, typed.megabytes, typed.part, typed.seed)
        run(chosen[0].command(corpus.documents, Path(name)))  # compiles the kernels, fills the disk's cache
        rows = compete(chosen, corpus, typed.rounds, Path(name))
    versions = {each.name: version(each, peers) for each in chosen}
    sys.stdout.write(show(rows, versions, {k: v for k, v in missing.items() if v}))
    sys.stdout.write(f"\n{machine()}; {pinned}; {typed.rounds} rounds\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
