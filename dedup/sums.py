"""SHA256SUMS: the checksums of every file of a run folder, as `sha256sum -c` reads them."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

SUMS = "SHA256SUMS"

_LINE = re.compile(rb"(?P<mark>\\?)(?P<digest>[0-9a-f]{64})  (?P<name>.+)", re.DOTALL)


def sums_text(sums: Mapping[str, str]) -> bytes:
    """The content of SHA256SUMS, in the order of the names."""
    return b"".join(_line(name, sums[name]) for name in sorted(sums))


def _line(name: str, digest: str) -> bytes:
    """One line as `sha256sum` writes it: names with a line end or a backslash are escaped and marked."""
    escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    mark = b"" if escaped == name else b"\\"
    return mark + digest.encode() + b"  " + os.fsencode(escaped) + b"\n"


def changed_files(run_dir: Path, names: Sequence[str], folders: Sequence[str]) -> list[str]:
    """Files that are not as SHA256SUMS says; of files it does not list, those with our names or in our folders."""
    try:
        lines = (run_dir / SUMS).read_bytes().split(b"\n")
    except OSError as error:
        return [f"{SUMS}: cannot be read ({error.strerror})"]
    problems = [] if lines.pop() == b"" else [f"{SUMS}: its last line is cut off"]
    sums: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line)
        if match is None:
            problems.append(f"{SUMS}: line {number} is damaged")
        else:
            sums[_unescaped(match["name"], bool(match["mark"]))] = match["digest"].decode()
    problems += [problem for name, digest in sums.items() if (problem := _changed(run_dir, name, digest))]
    return problems + [
        f"{name}: not in {SUMS}: not written by this run"
        for name in _present(run_dir, names, folders)
        if name not in sums
    ]


def _changed(run_dir: Path, name: str, digest: str) -> str | None:
    path = run_dir / name
    if Path(name).is_absolute() or ".." in Path(name).parts:
        return f"{SUMS}: {name!r}: not a file that a run folder can hold"
    try:
        if not path.is_file():
            return f"{name}: missing"
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):  # a name that no file can have
        return f"{name}: missing"
    return None if found == digest else f"{name}: changed since it was written"


def _unescaped(name: bytes, escaped: bool) -> str:
    text = os.fsdecode(name)
    if not escaped:
        return text
    return re.sub(r"\\([nr\\])", lambda match: {"n": "\n", "r": "\r", "\\": "\\"}[match[1]], text)


def _present(run_dir: Path, names: Sequence[str], folders: Sequence[str]) -> Iterator[str]:
    for name in names:
        if (run_dir / name).exists():
            yield name
    for folder in folders:
        for path in sorted((run_dir / folder).rglob("*")):
            if not path.is_dir():
                yield path.relative_to(run_dir).as_posix()
