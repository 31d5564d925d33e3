"""Configuration: defaults < `dedup.toml` or `[tool.dedup]` < environment < what is typed.

Keys at the top of the file are those that several commands share (`threshold`, `text-field`); a table `[check]` holds
options of that one command. Which keys there are is the caller's to say: it has the commands. `-` and `_` are the
same in names. Nothing is guessed: an unknown key is an error that names the nearest right one.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dedup.errors import UsageError

FILE = "dedup.toml"
PROJECT = "pyproject.toml"
PREFIX = "DEDUP_"
COMMON = ""
"""The section of the keys at the top of the file."""

Keys = Mapping[str, Collection[str]]
"""Section (a command's words; `COMMON` for all commands) to the names of its keys, with `_`."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value with where it comes from: a file, or a variable of the environment."""

    value: str | int | float | bool
    source: str


@dataclass(frozen=True, slots=True)
class Config:
    """What files and the environment say. `ignored` names variables of the environment that mean nothing to us."""

    sections: Mapping[str, Mapping[str, Value]]
    ignored: tuple[str, ...] = ()

    def of(self, command: str) -> dict[str, Value]:
        """The values for a command: its own section before the common one."""
        return {**self.sections.get(COMMON, {}), **self.sections.get(command, {})}


def load(keys: Keys, environment: Mapping[str, str], start: Path, file: Path | None = None) -> Config:
    """Read `file`, or the nearest one at or above `start`, then the environment over it.

    Raises UsageError for a file that cannot be read, an unknown key and a value that no option takes.
    """
    found = _nearest(start) if file is None else (file, _table(file))
    sections: dict[str, dict[str, Value]] = {section: {} for section in keys}
    if found is not None:
        for section, key, value in _flat(found[1], keys, str(found[0])):
            sections[section][key] = Value(value, str(found[0]))
    ignored = []
    for variable in sorted(name for name in environment if name.startswith(PREFIX)):
        place = _place(variable.removeprefix(PREFIX).lower(), keys)
        if place is None:
            ignored.append(variable)
        else:
            sections[place[0]][place[1]] = Value(environment[variable], variable)
    return Config(sections, tuple(ignored))


def variable(section: str, key: str) -> str:
    """The variable of the environment that sets a key.

    >>> variable("", "text_field"), variable("check", "min_main_share")
    ('DEDUP_TEXT_FIELD', 'DEDUP_CHECK_MIN_MAIN_SHARE')
    """
    return PREFIX + "_".join([*section.split(), key]).upper()


def _nearest(start: Path) -> tuple[Path, dict[str, Any]] | None:
    """The first folder from `start` upwards with a `dedup.toml`, or a `pyproject.toml` with `[tool.dedup]`."""
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder / FILE, _table(folder / FILE)
        if (folder / PROJECT).is_file() and (table := _table(folder / PROJECT)):
            return folder / PROJECT, table
    return None


def _table(file: Path) -> dict[str, Any]:
    """Our table of a TOML file: all of it, or `[tool.dedup]` of a `pyproject.toml`."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({error.strerror}); check the path of the configuration") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: not TOML: {error}") from None
    if file.name != PROJECT:
        return table
    own = table.get("tool", {}).get("dedup", {})
    return own if isinstance(own, dict) else {}


def _flat(table: Mapping[str, Any], keys: Keys, file: str, section: str = "") -> Iterator[tuple[str, str, Any]]:
    """Section, key and value of everything in the file."""
    for name, value in table.items():
        key = name.replace("-", "_")
        inner = f"{section} {key}".strip()
        if isinstance(value, dict) and any(each == inner or each.startswith(f"{inner} ") for each in keys):
            yield from _flat(value, keys, file, inner)
        elif key not in keys.get(section, ()):
            raise UsageError(f"{file}: {_unknown(name, section, keys)}")
        else:
            yield section, key, _scalar(value, f"{file}: {name}")


def _scalar(value: object, where: str) -> str | int | float | bool:
    if isinstance(value, list) and all(isinstance(each, str | int | float) for each in value):
        return ",".join(map(str, value))
    if isinstance(value, str | int | float):
        return value
    raise UsageError(f"{where}: a {type(value).__name__} is no value of an option; write a string, a number or a list")


def _unknown(name: str, section: str, keys: Keys) -> str:
    """Say that a key is unknown, with the nearest right one."""
    here = [key.replace("_", "-") for key in keys.get(section, ())]
    inner = [each.split()[-1] for each in keys if each and each.rpartition(" ")[0] == section]
    near = difflib.get_close_matches(name.replace("_", "-"), [*here, *inner], 1, 0.5)
    homes = [each for each in keys if name.replace("-", "_") in keys[each] and each != section]
    table = f" in [{section.replace(' ', '.')}]" if section else ""
    if homes:
        place = f"[{homes[0].replace(' ', '.')}]" if homes[0] else "the top of the file"
        return f"{name!r} does not belong{table or ' at the top'}; it belongs to {place}"
    hint = f"; did you mean {near[0]!r}?" if near else "; `dedup config show` lists the keys"
    return f"unknown key {name!r}{table}{hint}"


def _place(name: str, keys: Keys) -> tuple[str, str] | None:
    """Section and key that a variable names; the longest section counts."""
    for section in sorted(keys, key=len, reverse=True):
        prefix = section.replace(" ", "_") + "_" if section else ""
        if name.startswith(prefix) and name[len(prefix) :] in keys[section]:
            return section, name[len(prefix) :]
    return None
