"""Inputs beside each other: what tells them apart, and that none lies in another or in the output."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dedup.errors import UsageError


def prefixes(paths: Sequence[Path]) -> list[str]:
    """Nothing for a single input, else base names, with as many parents as tell all inputs apart.

    >>> prefixes([Path("/2023/news"), Path("/2024/news")])
    ['2023/news', '2024/news']
    """
    if len(paths) == 1:
        return [""]
    parts = [path.resolve().parts[1:] for path in paths]
    for depth in range(1, max(map(len, parts)) + 1):
        names = ["/".join(each[-depth:]) for each in parts]
        if len(set(names)) == len(names):
            return names
    raise UsageError("two inputs cannot be told apart by name: give folders that have names")


def check_apart(paths: Sequence[Path], out: Path | None) -> None:
    """No input may hold another, nor the output folder, nor lie in it."""
    if not paths:
        raise UsageError("no input: name a folder or a file")
    places = [(path, path.resolve()) for path in paths]
    first = {place: path for path, place in reversed(places)}
    for path, place in places:
        if len(first) < len(places) and first[place] is not path:
            raise _overlap(first[place], path)
        for parent in place.parents:
            if parent in first:
                raise _overlap(first[parent], path)
    if out is not None:
        for path, place in places:
            _check_output(path, place, out, out.resolve())


def _overlap(one: Path, other: Path) -> UsageError:
    return UsageError(f"{one} and {other} overlap: every document would be its own copy; give only one")


def _check_output(path: Path, place: Path, out: Path, target: Path) -> None:
    if target == place or place in target.parents:
        raise UsageError(f"--out {out}: lies in the input {path}; choose a folder outside of it")
    if target in place.parents:
        raise UsageError(f"--out {out}: the input {path} lies in it; choose another folder")
