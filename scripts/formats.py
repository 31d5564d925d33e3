"""What each format costs: reading, rewriting and restoring without the judge, in MB of text per second of CPU.

Each figure is of a process of its own, on files of two sizes, so that memory that grows with the file shows. The
texts are invented; every tenth line goes. `same` says that, where nothing goes, the cleaned file is the input: byte
for byte (packed: its content), or as an equal table.

    python3 scripts/formats.py              a table in Markdown
    python3 scripts/formats.py --mb 60      of larger files (default 24)
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

FILES = (
    *("a.txt", "a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.jsonl.bz2", "a.jsonl.xz", "a.csv", "a.warc.wet"),
    *("a.warc.wet.gz", "a.parquet", "a.arrow"),
)
WORDS = [
    "قال",
    "رئيس",
    "بلدية",
    "الوادي",
    "إن",
    "الجسر",
    "الجديد",
    "يختصر",
    "الطريق",
    "بين",
    "الحيين",
    "إلى",
    "عشر",
    "دقائق",
    "وأكد",
    "أن",
    "العمل",
    "فيه",
    "مستمر",
]
PART = 200
"""Rows per row group and batch here: a file of a few MB then has several."""


def rows(megabytes: float) -> list[dict[str, str]]:
    chance = random.Random(7)
    made: list[dict[str, str]] = []
    size = 0.0
    while size < megabytes * 1e6:
        lines = [" ".join(chance.choices(WORDS, k=20)) for _ in range(20)]
        lines[::10] = ["شارك هذا الخبر"] * 2
        text = "\n".join(lines) + "\n"
        made.append({"id": f"d{len(made)}", "site": "wadi.example", "title": lines[1][:40], "text": text})
        size += len(text.encode())
    return made


def make(folder: Path, name: str, megabytes: float) -> None:
    import kinds  # type: ignore[import-not-found] # of the tests

    kinds.PART = PART
    kind = next(kind for kind in kinds.KINDS if kind.file == name)
    if kind.name == "txt":
        for number, row in enumerate(rows(megabytes)):
            kind.write(folder / f"{number}.txt", [row])
    else:
        kind.write(folder / name, rows(megabytes))


def work(step: str, folder: Path) -> None:
    """One step in this process; prints CPU seconds and peak memory in MB."""
    from runs import lines_with  # type: ignore[import-not-found] # of the tests

    from dedup.formats import Fate, sources
    from dedup.restore import restore
    from dedup.runfolder import RunFolder
    from dedup.settings import Settings
    from dedup.strip import finish

    choose = lines_with("شارك") if step != "copy" else lambda _: []
    began = time.process_time()
    if step == "restore":
        restore(folder / "cut", folder / "back")
    else:
        found = sources([str(folder / "in")])
        if step == "read":
            for _ in found.read(Settings()):
                pass
        else:
            with RunFolder.create(folder / step) as room:
                for source in found.files:

                    def decide(row: int, text: str, file: str = source.file) -> Fate:
                        return Fate(f"{file}#{row}", finish(text, choose(text)), {})

                    room.rewrite(source, Settings(), decide)
                room.commit({})
    print(json.dumps([time.process_time() - began, peak()]))


def peak() -> float:
    """Peak memory of this process in MB; of Linux by its status, as its rusage counts the parent's too."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


def measured(step: str, folder: Path) -> tuple[float, float]:
    command = [sys.executable, __file__, "--step", step, str(folder)]
    seconds, memory = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return seconds, memory


def same(folder: Path, name: str) -> bool:
    import kinds

    kind = next(kind for kind in kinds.KINDS if kind.file == name)
    return all(kind.same(path, folder / "copy" / "clean" / path.name) for path in (folder / "in").iterdir())


def line(name: str, megabytes: float) -> str:
    figures: list[tuple[float, float]] = []
    for size in (megabytes / 4, megabytes):
        with TemporaryDirectory() as room:
            folder = Path(room)
            make(folder / "in", name, size)
            figures = [*figures, *(measured(step, folder) for step in ("read", "cut", "copy", "restore"))]
            equal = same(folder, name)
    small, large = figures[:4], figures[4:]
    speeds = " | ".join(f"{megabytes / seconds:,.0f}" for seconds, _ in (large[0], large[1], large[3]))
    before, after = (max(memory for _, memory in each[:3]) for each in (small, large))
    return f"| `{name}` | {speeds} | {'yes' if equal else 'NO'} | {before:,.0f} → {after:,.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=float, default=24)
    parser.add_argument("--only", default="", metavar="NAME", help="only these files, with commas between")
    parser.add_argument("--step", nargs=2, metavar=("STEP", "FOLDER"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        work(arguments.step[0], Path(arguments.step[1]))
        return
    print(f"| file | read | rewrite | restore | same | peak MB, {arguments.mb / 4:g} → {arguments.mb:g} MB |")
    print("|---|---|---|---|---|---|")
    for name in arguments.only.split(",") if arguments.only else FILES:
        print(line(name, arguments.mb), flush=True)


if __name__ == "__main__":
    main()
