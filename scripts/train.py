"""Learn the judgement on a page alone from labelled sets, and write it as a data file.

    python scripts/train.py                                   learn from all sets, write the package's model.json
    python scripts/train.py --leave-out fundus --out f.json   learn without a set, for a fair measure on it
    python scripts/train.py --each --out DIR                  a model per set that has not seen it: DIR/SET.json

`python scripts/evaluate.py --models DIR` then judges each set with the model that never saw it. Needs the extra
`train` (LightGBM); the same sets, versions and machine give the same file.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from evaluation.data import DATA, NAMES, ROOT
from training import scores, words
from training.fit import Trainer, doubt_table
from training.pages import Pages, read

MODEL = ROOT / "dedup" / "judge" / "trained" / "model.json"


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of NAME.jsonl.gz (default: %(default)s)")
    parser.add_argument("--sets", help="learn from these only, separated by commas")
    parser.add_argument("--leave-out", default="", help="sets to learn nothing from, separated by commas")
    parser.add_argument("--each", nargs="?", const="", help="leave out each set (or each of these) in turn")
    parser.add_argument("--without", default="", help="columns to do without, by the beginning of their names")
    parser.add_argument("--out", type=Path, default=MODEL, help="file, or with --each a folder")
    return parser.parse_args(argv)


def learn(sets: Sequence[Pages], without: tuple[str, ...] = ()) -> dict[str, Any]:
    """The content of a data file."""
    learned = Trainer(sets, without).run()
    return {
        "about": "Learned by scripts/train.py; dedup/judge/trained says what the columns are.",
        "sets": [pages.name for pages in sets],
        "lexicon": words.named(learned.weights, sets),
        "doubt": doubt_table(),
        "scores": scores.steps(sets, learned.held_out),
        "first": learned.first,
        "second": learned.second,
    }


def write(path: Path, model: dict[str, Any]) -> None:
    """The data file: a line per part and per tree, so that a change can be read."""
    parts = []
    for name, part in model.items():
        if name in ("first", "second"):
            trees = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in part["trees"])
            columns = json.dumps(part["columns"])
            parts.append(f'"{name}": {{"columns": {columns}, "trees": [\n{trees}\n]}}')
        else:
            parts.append(f'"{name}": {json.dumps(part, ensure_ascii=False)}')
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8", newline="\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Learn and write."""
    args = arguments(argv)
    names = args.sets.split(",") if args.sets else [n for n in NAMES if (args.data / f"{n}.jsonl.gz").is_file()]
    sets = read(names, args.data)
    without = tuple(filter(None, args.without.split(",")))
    if args.each is None:
        plans = [(args.out, args.leave_out.split(","))]
    else:
        args.out.mkdir(parents=True, exist_ok=True)
        plans = [(args.out / f"{name}.json", [name]) for name in (args.each.split(",") if args.each else names)]
    for path, left in plans:
        started = time.perf_counter()
        write(path, learn([pages for pages in sets if pages.name not in left], without))
        print(f"{path}: {path.stat().st_size // 1000} kB in {time.perf_counter() - started:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
