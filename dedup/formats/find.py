"""Which files the inputs mean, in which order, and what they are called.

Files are taken in the order of their name's bytes, whatever the order of the inputs. Hidden files, linked folders
and files of other kinds are left alone; how many of them is said. Nothing is opened here.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dedup.errors import InputError, UsageError
from dedup.formats.codecs import codec_of
from dedup.formats.registry import format_of, suffixes
from dedup.formats.source import Format, Source
from dedup.formats.values import BadRow, Unreadable
from dedup.settings import Settings
from dedup.types import Document

SHARED = 0o066
"""The permissions of group and others: reading and writing."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of a run in reading order, the inputs that could not be opened, and sentences for stderr."""

    files: tuple[Source, ...]
    unreadable: tuple[Unreadable, ...] = ()
    messages: tuple[str, ...] = ()

    def read(self, settings: Settings) -> Iterator[Document | BadRow | Unreadable]:
        """Yield every file's documents in order, with ids made unique.

        A file whose `Unreadable` is yielded must be left out of the second read.
        """
        taken: set[str] = set()
        for source in self.files:
            try:
                for item in source.read(settings):
                    yield _settled(item, taken) if isinstance(item, Document) else item
            except InputError as error:
                yield Unreadable(source.file, str(error))


def _settled(document: Document, taken: set[str]) -> Document:
    """The document under an id that no earlier one has."""
    doc, copies = document.doc, 1
    while doc in taken:
        doc = f"{document.file}#{document.row + 1}" + (f".{copies}" if copies > 1 else "")
        copies += 1
    taken.add(doc)
    if doc == document.doc:
        return document
    problem = f"the id {document.doc!r} was already taken"
    return replace(document, doc=doc, problems=(*document.problems, problem))


@dataclass(slots=True)
class _Found:
    """What a walk over one input gathers; `ignored` counts suffixes.

    Of each file its name, path, format and status, and which permissions of group and others (mode bits) its folders
    let through.
    """

    files: list[tuple[str, Path, Format, os.stat_result, int]]
    unreadable: list[Unreadable]
    ignored: Counter[str]


def sources(inputs: Sequence[str], out: Path | None = None) -> Sources:
    """Find the files of all inputs; UsageError when the request makes no sense or there is nothing to read."""
    paths = [Path(each) for each in inputs]
    _check_apart(paths, out)
    files: list[Source] = []
    unreadable: list[Unreadable] = []
    messages: list[str] = []
    for path, prefix in zip(paths, _prefixes(paths), strict=True):
        found = _walk(path)
        files += [_source(path, prefix, *file) for file in found.files]
        unreadable += found.unreadable
        if not found.files and not found.unreadable:
            unreadable.append(Unreadable(str(path), _textless(path, found.ignored)))
        elif found.ignored:
            messages.append(f"{path}: {_listed(found.ignored)} ignored; dedup reads {suffixes()}")
    if not files:
        raise UsageError("nothing to read: " + "; ".join(each.message for each in unreadable))
    files.sort(key=lambda source: os.fsencode(source.file))
    return Sources(tuple(files), tuple(unreadable), tuple(messages))


def _source(path: Path, prefix: str, name: str, at: Path, kind: Format, status: os.stat_result, shared: int) -> Source:
    site = name.split("/", maxsplit=1)[0] if "/" in name else None
    file = prefix if at == path and prefix else "/".join(filter(None, (prefix, name)))
    times = status.st_mtime_ns, status.st_ctime_ns
    return Source(at, file, site, kind, codec_of(name), status.st_size, *times, status.st_mode & shared, status.st_gid)


def _textless(path: Path, ignored: Counter[str]) -> str:
    there = f"{_listed(ignored)} there" if ignored else "the folder is empty"
    return f"{path}: no text in it ({there}); dedup reads {suffixes()}"


def _listed(ignored: Counter[str]) -> str:
    """Say how many files of which kinds.

    >>> _listed(Counter({".html": 2, ".pdf": 1}))
    '3 other files (2 .html, 1 .pdf)'
    """
    kinds = ", ".join(f"{count} {suffix}" for suffix, count in sorted(ignored.items()))
    total = sum(ignored.values())
    return f"{total} other file{'s' if total > 1 else ''} ({kinds})"


def _walk(path: Path) -> _Found:
    """All files below an input that some format reads; a single file is an input too."""
    found = _Found([], [], Counter())
    try:
        status = path.stat()
    except FileNotFoundError:
        found.unreadable.append(Unreadable(str(path), f"{path}: there is no such file or folder; check the path"))
        return found
    except OSError as error:
        found.unreadable.append(_closed(path, error))
        return found
    kind = format_of(path.name)
    if stat.S_ISDIR(status.st_mode):
        _walk_folder(path, "", found)
    elif kind is None or not stat.S_ISREG(status.st_mode):
        message = f"{path}: not a kind of file that dedup reads; it reads {suffixes()}"
        found.unreadable.append(Unreadable(str(path), message))
    else:
        found.files.append((path.name, path, kind, status, SHARED))
    return found


def _walk_folder(folder: Path, prefix: str, found: _Found) -> None:
    pending = [(folder, prefix, SHARED)]
    while pending:
        folder, prefix, shared = pending.pop()
        try:
            shared &= _lets_through(folder.stat().st_mode)
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        pending.append((folder / entry.name, f"{prefix}{entry.name}/", shared))
                    else:
                        _take(entry, prefix, found, shared)
        except OSError as error:
            found.unreadable.append(_closed(folder, error))


def _lets_through(mode: int) -> int:
    """The permissions of group and others that a folder does not take from the files in it."""
    return sum(bits for bits, needed in ((0o060, 0o050), (0o006, 0o005)) if mode & needed == needed)


def _take(entry: os.DirEntry[str], prefix: str, found: _Found, shared: int) -> None:
    """Take a file that can be read; devices, pipes, broken links and linked folders (perhaps circles) are ignored."""
    kind = format_of(entry.name)
    if entry.is_file() and kind is not None:
        found.files.append((prefix + entry.name, Path(entry.path), kind, entry.stat(), shared))
    elif entry.is_file():
        found.ignored[Path(entry.name).suffix.lower() or "without suffix"] += 1
    else:
        found.ignored["linked folder" if entry.is_dir() else "no regular file"] += 1


def _closed(path: Path, error: OSError) -> Unreadable:
    return Unreadable(str(path), f"{path}: cannot be opened ({error.strerror}); check its permissions")


def _prefixes(paths: Sequence[Path]) -> list[str]:
    """Nothing for a single input, else base names, with as many parents as tell all inputs apart.

    >>> _prefixes([Path("/2023/news"), Path("/2024/news")])
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


def _check_apart(paths: Sequence[Path], out: Path | None) -> None:
    """No input may hold another, nor the output folder, nor lie in it."""
    if not paths:
        raise UsageError("no input: name a folder or a file")
    places = [(path, path.resolve()) for path in paths]
    for index, (path, place) in enumerate(places):
        for other, other_place in places[:index]:
            if place == other_place or place in other_place.parents or other_place in place.parents:
                raise UsageError(f"{other} and {path} overlap: every document would be its own copy; give only one")
    if out is not None:
        for path, place in places:
            _check_output(path, place, out, out.resolve())


def _check_output(path: Path, place: Path, out: Path, target: Path) -> None:
    if target == place or place in target.parents:
        raise UsageError(f"--out {out}: lies in the input {path}; choose a folder outside of it")
    if target in place.parents:
        raise UsageError(f"--out {out}: the input {path} lies in it; choose another folder")
