"""How often the gate cries wolf, and how often it sees a wolf: drift alarms over time, and planted redesigns.

    python3 scripts/drift.py PAGES.jsonl... [--known N] [--new N] [--runs N]

Each file holds pages of some sites in the order of time (`site`, `text`; an `id`, if any). The earlier pages are the
baseline, the later ones the scrape: halves at random would hide drift. A run takes the scrape from another place of
the file. Each redesign is planted into the scrape of every run that was quiet; thresholds are off, so only drift tests
answer.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dedup.checking import check
from dedup.gate.thresholds import Thresholds
from dedup.gate.values import Finding
from dedup.indexing import build
from dedup.settings import Settings

Page = dict[str, Any]
Pages = Sequence[Page]
OFF = Thresholds(**{each.name: (0 if each.name.startswith("min_") else 1) for each in fields(Thresholds)})
ERROR = "Service temporarily unavailable\nPlease try again in a few minutes.\nReference 5021"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--known", type=int, default=150, help="pages of the baseline, per run")
    parser.add_argument("--new", type=int, default=50, help="pages of the scrape")
    parser.add_argument("--runs", type=int, default=10, help="runs per file")
    options = parser.parse_args()
    quiet, alarms, found, planted = 0, 0, Counter[str](), Counter[str]()
    for file in options.files:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        for number, (known, new) in enumerate(_splits(rows, options.known, options.new, options.runs)):
            findings = _alarms(known, new)
            print(f"{file.stem}, run {number + 1}: {len(findings)} alarms")
            for finding in findings:
                print(f"    {finding.rule}: {finding.says}; {finding.evidence}")
            alarms += bool(findings)
            quiet += not findings
            for name, plant in PLANTS.items() if not findings else ():
                changed: Pages = [row | {"text": plant(row["text"], at)} for at, row in enumerate(new)]
                if plant is _lost:
                    changed = _without_commonest(new)
                planted[name] += 1
                seen = _alarms(known, changed)
                found[name] += bool(seen)
    print(f"\nunchanged: {alarms} of {alarms + quiet} runs raise an alarm")
    for name, count in planted.items():
        print(f"{name}: found in {found[name]} of {count} runs")
    return 0


def _splits(rows: Pages, known: int, new: int, runs: int) -> Iterator[tuple[Pages, Pages]]:
    """Runs of consecutive pages: the earlier ones known, the later ones new."""
    room = len(rows) - known - new
    for run in range(runs if room > 0 else 1):
        first = room * run // max(runs - 1, 1) if room > 0 else 0
        middle = min(first + known, len(rows) - new)
        yield rows[first:middle], rows[middle : middle + new]


def _alarms(known: Pages, new: Pages) -> list[Finding]:
    with TemporaryDirectory(prefix="dedup-drift-") as name:
        room = Path(name)
        for part, rows in (("known", known), ("new", new)):
            text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            (room / f"{part}.jsonl").write_text(text, encoding="utf-8")
        build([str(room / "known.jsonl")], room / "index", Settings())
        outcome = check([str(room / "new.jsonl")], Settings(baseline=str(room / "index")), OFF)
        return [finding for finding in outcome.findings if finding.level == "drift"]


def _chrome(text: str, _: int) -> str:
    return f"Our new reading room is open to members\n{text}\nChoose your edition and language here"


def _lost(text: str, _: int) -> str:
    return text


def _without_commonest(rows: Pages) -> Pages:
    """Every page without the line that most of them have."""
    held = Counter(line for row in rows for line in {line.strip() for line in row["text"].split("\n")} if line)
    gone = max(sorted(held), key=lambda line: held[line])
    texts = ([line for line in row["text"].split("\n") if line.strip() != gone] for row in rows)
    return [row | {"text": "\n".join(lines)} for row, lines in zip(rows, texts, strict=True)]


def _cut(text: str, _: int) -> str:
    """Every paragraph ends after its first third."""
    cut = (line if len(line) < 120 else line[: len(line) // 3] for line in text.split("\n"))
    return "\n".join(cut)


def _error(text: str, at: int) -> str:
    return ERROR if at % 10 == 0 else text


def _garbled(text: str, _: int) -> str:
    return text.encode().decode("cp1252", "replace")


PLANTS: Mapping[str, Callable[[str, int], str]] = {
    "new chrome on every page": _chrome,
    "a line of the template vanished": _lost,
    "articles cut short": _cut,
    "an error page for a tenth": _error,
    "a changed encoding": _garbled,
}

if __name__ == "__main__":
    sys.exit(main())
