"""Adversarial cases: single documents of a few lines, each line with what must become of it.

A row is `{"id", "lang", "kind", "lines", "expect", "why"}`; an expectation is `K` (kept whole), `D` (removed whole), or
`span:TEXT`, `prefix:TEXT`, `suffix:TEXT` (that text goes, the rest of the line stays).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dedup.settings import Settings
from dedup.types import Document, Removal, Verdict
from evaluation.data import DATA, read_rows
from evaluation.trials import Analyse

CASES = DATA.parents[1] / "knowledge" / "adversarial.jsonl"


@dataclass(frozen=True, slots=True)
class Case:
    """One small document; `lines` and `expect` are parallel."""

    id: str
    lang: str
    kind: str
    lines: tuple[str, ...]
    expect: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Miss:
    """A line that became something else than expected; `loss` where text that should stay was removed."""

    case: str
    kind: str
    line: str
    expect: str
    removed: str
    loss: bool
    verdicts: tuple[Verdict, ...]


def load_cases(path: Path) -> list[Case]:
    """The cases of a file."""
    return [
        Case(row["id"], row["lang"], row["kind"], tuple(row["lines"]), tuple(row["expect"]))
        for _, row in read_rows(path)
    ]


def misses(case: Case, analyse: Analyse, settings: Settings) -> list[Miss]:
    """Judge a case as a corpus of its own and compare line by line."""
    text = "\n".join(case.lines)
    analysis = analyse([Document(case.id, None, f"{case.id}.txt", 0, text)], settings)
    gone = removed_places(analysis.removals(0, text))
    found, start = [], 0
    for line, expect in zip(case.lines, case.expect, strict=True):
        places = {start + k for k, c in enumerate(line) if not c.isspace()}
        wanted = {start + k for k in wanted_places(line, expect)} & places
        if (gone & places) != wanted:
            removed = "".join(c for k, c in enumerate(line) if start + k in gone)
            span = (start, start + len(line))
            about = tuple(v for v in analysis.verdicts(0, text) if v.start < span[1] and v.end > span[0])
            found.append(Miss(case.id, case.kind, line, expect, removed, bool((gone & places) - wanted), about))
        start += len(line) + 1
    return found


def removed_places(removals: Sequence[Removal]) -> set[int]:
    return {place for removal in removals for place in range(removal.start, removal.end)}


def wanted_places(line: str, expect: str) -> range:
    """The code points of a line that must go.

    >>> wanted_places("انتهى. المصدر: وكالات", "suffix:المصدر: وكالات"), wanted_places("نص", "K")
    (range(7, 21), range(0, 0))
    """
    if expect in ("K", "D"):
        return range(len(line) if expect == "D" else 0)
    how, _, span = expect.partition(":")
    start = {"span": line.find, "prefix": line.find, "suffix": line.rfind}[how](span)
    if start < 0:
        raise ValueError(f"{expect!r} is not in the line {line!r}")
    return range(start, start + len(span))


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How many cases passed, and every miss."""

    name: str
    total: int
    misses: tuple[Miss, ...]

    @property
    def passed(self) -> int:
        return self.total - len({miss.case for miss in self.misses})

    @property
    def losses(self) -> int:
        return len({miss.case for miss in self.misses if miss.loss})


def run_cases(path: Path, analyse: Analyse, settings: Settings | None = None) -> CaseResult:
    """All cases of a file, with the command's default settings."""
    cases = load_cases(path)
    found = [miss for case in cases for miss in misses(case, analyse, settings or Settings())]
    return CaseResult(path.stem, len(cases), tuple(found))
