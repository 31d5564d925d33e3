"""Floors: the least that each figure must reach, kept in a TOML file and raised as the judge gets better.

[together.bbc]              mode and set
content_loss = 0.5          per cent; at most, as it is a loss
boilerplate_removed = 95.0  per cent; at least
[cases.adversarial]
passed = 67                 cases; at least
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from evaluation.cases import CaseResult
from evaluation.results import Result

Table = dict[str, dict[str, dict[str, float]]]
AT_MOST = ("content_loss", "docs_damaged", "losses")
FIGURES = ("content_loss", "boilerplate_removed", "macro_f1", "docs_damaged", "class_accuracy")
HEAD = """\
# Floors of scripts/evaluate.py, by mode and set: per cent; content_loss and docs_damaged at most, the others at least.
# Written by `python scripts/evaluate.py --write-floors`, which only ever tightens them; a floor is lowered
# with `--lower`, and the commit says why.
"""


def measured(results: Iterable[Result], cases: CaseResult | None = None) -> Table:
    """The figures of a run in the layout of the file."""
    table: Table = {}
    for result in results:
        values = {name: 100 * value for name in FIGURES if (value := result.figures.get(name)) is not None}
        table.setdefault(result.mode, {})[result.name] = values
    if cases:
        table["cases"] = {cases.name: {"passed": cases.passed, "losses": cases.losses}}
    return table


def read(path: Path) -> Table:
    """The floors of a file; a missing file has none."""
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def broken(floors: Table, found: Table) -> list[str]:
    """One sentence for every figure that was measured and does not reach its floor."""
    sentences = []
    for mode, name, figure, floor in flat(floors):
        value = found.get(mode, {}).get(name, {}).get(figure)
        if value is not None and worse(figure, value, floor):
            side = "above" if figure in AT_MOST else "below"
            sentences.append(f"{mode} {name}: {figure} is {value:.2f}, {side} {floor}")
    return sentences


def flat(table: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Iterator[tuple[str, str, str, float]]:
    for mode, sets in table.items():
        for name, values in sets.items():
            for figure, value in values.items():
                yield mode, name, figure, value


def worse(figure: str, value: float, floor: float) -> bool:
    """Whether a figure misses its floor; rounding never makes the difference."""
    slack = 1e-9
    return value > floor + slack if figure in AT_MOST else value < floor - slack


def raised(floors: Table, found: Table, lower: bool = False) -> Table:
    """Floors after a run: each is what was measured where that is better, or where it may be lowered."""
    merged: Table = {mode: {name: dict(values) for name, values in sets.items()} for mode, sets in floors.items()}
    for mode, name, figure, value in flat(found):
        place = merged.setdefault(mode, {}).setdefault(name, {})
        floor = loosely(figure, value)
        if lower or figure not in place or worse(figure, place[figure], floor):
            place[figure] = floor
    return merged


def loosely(figure: str, value: float) -> float:
    """A measured value as a floor: rounded to two decimals on the lenient side.

    >>> loosely("content_loss", 0.1234), loosely("macro_f1", 97.777)
    (0.13, 97.77)
    """
    return (math.ceil(value * 100) if figure in AT_MOST else math.floor(value * 100)) / 100


def write(path: Path, floors: Table) -> None:
    """Write the file: modes and sets in order of first occurrence."""
    parts = [HEAD]
    for mode, sets in floors.items():
        for name, values in sets.items():
            parts.append(f"\n[{mode}.{name}]\n" + "".join(f"{figure} = {v:g}\n" for figure, v in values.items()))
    path.write_text("".join(parts), encoding="utf-8", newline="\n")
