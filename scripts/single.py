"""A page judged alone, and with a baseline of other pages of its site: how much better is it?

    python3 scripts/single.py LABELLED.jsonl.gz... [--pages N]

Rows have `site`, `text` and `labels` (a character per line: 1 is main content). Every second page of a site goes into
the index; of the other ones N per file are judged one by one, duplicates kept, by sites with at least ten pages.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dedup.baseline import index as store
from dedup.baseline.judged import judged
from dedup.baseline.part import of_corpus
from dedup.corpus import scan
from dedup.settings import Settings, Shingles
from dedup.types import MAIN_LABELS, Document

Row = Mapping[str, Any]
LEAST = 10


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--pages", type=int, default=40)
    options = parser.parse_args()
    print(f"{'':<14}{'pages':>6}{'alone: loss':>14}{'removed':>10}{'baseline: loss':>17}{'removed':>10}   (%)")
    for file in options.files:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        often = Counter(row["site"] for row in rows)
        rows = [row for row in rows if often[row["site"]] >= LEAST]
        if rows:
            _measure(file.name.partition(".")[0], rows, options.pages)
    return 0


def _measure(name: str, rows: Sequence[Row], count: int) -> None:
    seen: Counter[str] = Counter()
    known: list[Row] = []
    asked: list[Row] = []
    for row in rows:
        (asked if seen[row["site"]] % 2 else known).append(row)
        seen[row["site"]] += 1
    asked = asked[:: max(len(asked) // count, 1)][:count]
    with TemporaryDirectory(prefix="dedup-single-") as room:
        folder = Path(room) / "index"
        store.create(folder, Shingles(), 0.8)
        store.add(folder, of_corpus(scan(map(_document, known))), {"date": "", "sites": {}})
        alone = _sums(asked, Settings(duplicates="keep-all"))
        with_it = _sums(asked, Settings(duplicates="keep-all", baseline=str(folder)))
    figures = "".join(f"{value:>{width}.2f}" for value, width in zip((*alone, *with_it), (14, 10, 17, 10), strict=True))
    print(f"{name:<14}{len(asked):>6}{figures}")


def _sums(rows: Iterable[Row], settings: Settings) -> tuple[float, float]:
    """Main content that went, and boilerplate that went, in percent of characters."""
    sums: Counter[tuple[str, bool]] = Counter()
    for row in rows:
        document = _document(row)
        analysis, context = judged(lambda document=document: [document], settings)  # type: ignore[misc]
        goes = bytearray(len(document.text))
        for verdict in analysis.verdicts(len(context.documents), document.text):
            if verdict.label not in (*MAIN_LABELS, "blank"):
                goes[verdict.start : verdict.end] = b"\1" * (verdict.end - verdict.start)
        at = 0
        for line, label in zip(document.text.split("\n"), row["labels"], strict=False):
            for offset, letter in enumerate(line, at):
                if not letter.isspace():
                    sums[label, bool(goes[offset])] += 1
            at += len(line) + 1
    return tuple(100 * sums[of, True] / max(sums[of, True] + sums[of, False], 1) for of in "10")  # type: ignore[return-value]


def _document(row: Row) -> Document:
    return Document(row["id"], row["site"], row["id"], 0, row["text"])


if __name__ == "__main__":
    sys.exit(main())
