"""What was typed as INPUT: files, folders, patterns, lists of them, and addresses, as places on this machine.

A pattern stands for its fixed part, the folder below which its matches are named. Addresses (`s3://…`) and stdin (`-`)
are copied to a temporary folder, because a run reads twice.
"""

from __future__ import annotations

import glob
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from dedup.errors import UsageError
from dedup.formats.registry import format_of
from dedup.formats.sniff import kind_of
from dedup.formats.txt import TXT

STDIN = "-"
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Input:
    """A file or a folder; of a folder perhaps only the `matches` of a pattern below it."""

    path: Path
    matches: tuple[Path, ...] | None = None


@dataclass(frozen=True, slots=True)
class Inputs:
    """All inputs; `spool` keeps fetched files as long as it lives."""

    found: tuple[Input, ...]
    spool: TemporaryDirectory[str] | None = None


def expand(typed: Sequence[str]) -> Inputs:
    """Turn what was typed into places; UsageError for a pattern or an address that gives nothing."""
    every = [each for text in typed for each in _listed(text)]
    if every.count(STDIN) > 1:
        raise UsageError("- stands for stdin, which can be read once; give it once")
    spool = TemporaryDirectory(prefix="dedup-") if STDIN in every or any(map(_URL.match, every)) else None
    places: list[Input] = []
    patterns: dict[Path, list[Path]] = {}
    for number, text in enumerate(every):
        if spool is not None and text == STDIN:
            places.append(Input(_spooled(sys.stdin.buffer, Path(spool.name))))
        elif spool is not None and _URL.match(text):
            places.append(Input(_fetched(text, Path(spool.name) / str(number))))
        elif _MAGIC.search(text) and not Path(text).exists():
            root = _fixed(text)
            patterns.setdefault(root, []).extend(_matches(text))
        else:
            places.append(Input(Path(text)))
    places += [Input(root, tuple(dict.fromkeys(matches))) for root, matches in patterns.items()]
    return Inputs(tuple(places), spool)


def _spooled(stream: BinaryIO, folder: Path) -> Path:
    """Keep what comes from stdin; it is named for what its first bytes say, as it has no name."""
    raw = folder / "stdin"
    with raw.open("wb") as file:
        shutil.copyfileobj(stream, file)
    kind = kind_of(raw, default=TXT)
    return raw.rename(raw.with_name(f"stdin{kind.format.suffixes[0]}{kind.codec.suffix}"))


def _listed(text: str) -> Iterator[str]:
    """The lines of `@FILE` that are not blank and do not start with `#`; anything else is itself."""
    if not text.startswith("@") or Path(text).exists():
        yield text
        return
    try:
        lines = Path(text[1:]).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{text}: the list cannot be read ({error}); it is a text file with a path per line") from None
    named = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not named:
        raise UsageError(f"{text}: the list is empty; it has a path per line")
    yield from named


def _fixed(pattern: str) -> Path:
    """The folder above the first part with a wildcard.

    >>> _fixed("crawl/2024-*/*.jsonl").as_posix(), _fixed("*.txt").as_posix()
    ('crawl', '.')
    """
    parts = Path(pattern).parts
    wild = next(number for number, part in enumerate(parts) if _MAGIC.search(part))
    return Path(*parts[:wild])


def _matches(pattern: str) -> list[Path]:
    found = sorted(Path(each) for each in glob.glob(pattern, recursive=True))  # noqa: PTH207 - `**` and hidden files
    if not found:
        raise UsageError(f"{pattern}: nothing matches this pattern")
    folders = {path for path in found if path.is_dir()}  # with its folder, a file would come twice
    return [path for path in found if not folders.intersection(path.parents)]


def _fetched(url: str, place: Path) -> Path:
    """Copy what lies at an address; gives the file or folder that it became."""
    try:
        import fsspec
    except ImportError:
        raise UsageError(f"{url}: addresses need fsspec: pip install 'dedup[fsspec]'") from None
    try:
        system, path = fsspec.core.url_to_fs(url)
        return _copy(system, path, place)
    except (OSError, ValueError, ImportError) as error:
        raise UsageError(f"{url}: cannot be fetched ({error}); check the address and your rights to it") from None


def _copy(system: Any, path: str, place: Path) -> Path:  # noqa: ANN401 - fsspec has no types
    root = path.rstrip("/")
    if _MAGIC.search(root):
        names = system.glob(root)
        root = str(PurePosixPath(*_before_wild(root)))
    elif system.isdir(root):
        names = system.find(root)
    else:
        names, root = [root], str(PurePosixPath(root).parent)
        target = place / PurePosixPath(names[0]).name
        _download(system, names[0], target)
        return target
    target = place / (PurePosixPath(root).name or "root")
    wanted = [name for name in sorted(names) if format_of(name) is not None]
    if not wanted:
        raise FileNotFoundError("no text there")
    for name in wanted:
        _download(system, name, target / PurePosixPath(name).relative_to(root))
    return target


def _before_wild(path: str) -> list[str]:
    parts = PurePosixPath(path).parts
    return list(parts[: next(number for number, part in enumerate(parts) if _MAGIC.search(part))])


def _download(system: Any, name: str, target: Path) -> None:  # noqa: ANN401 - fsspec has no types
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(system.open(name, "rb")) as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy)
