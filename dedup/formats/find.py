"""Which files the inputs mean, in which order, and what they are called.

Files are taken in the order of their name's bytes, whatever the order of the inputs. Hidden files, linked folders
and files of other kinds are left alone; how many of them is said. Of each file only the start is looked at.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from dedup.errors import InputError, UsageError
from dedup.formats.apart import check_apart, prefixes
from dedup.formats.codecs import PLAIN
from dedup.formats.inputs import Input, expand
from dedup.formats.names import guess, told
from dedup.formats.registry import format_of, suffixes
from dedup.formats.sniff import HTML_ADVICE, HTML_SUFFIXES, Kind, kind_of
from dedup.formats.source import Source
from dedup.formats.values import BadRow, Unreadable
from dedup.settings import Settings
from dedup.types import Document

RUN_FILES = ("run.json", "files.jsonl", "SHA256SUMS")
"""What tells a folder that `dedup clean` wrote: no input, though there is JSONL in it."""
PACKED = 6
"""Bytes that a byte of a compressed file may hold."""

SHARED = 0o066
"""The permissions of group and others: reading and writing."""


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of a run in reading order, the inputs that could not be opened, and sentences for stderr.

    `spool` keeps what was fetched from elsewhere as long as this lives.
    """

    files: tuple[Source, ...]
    unreadable: tuple[Unreadable, ...] = ()
    messages: tuple[str, ...] = ()
    spool: TemporaryDirectory[str] | None = None

    def content_bytes(self) -> int:
        """About how many bytes the files hold, unpacked."""
        return sum(source.size * (1 if source.codec is PLAIN else PACKED) for source in self.files)

    def read(self, settings: Settings) -> Iterator[Document | BadRow | Unreadable]:
        """Yield every file's documents in order, with ids made unique.

        A file whose `Unreadable` is yielded must be left out of the second read.
        """
        taken: set[str] = set()
        for source in self.files:
            try:
                for item in source.read(settings):
                    yield settled(item, taken) if isinstance(item, Document) else item
            except InputError as error:
                yield Unreadable(source.file, str(error))


def settled(document: Document, taken: set[str]) -> Document:
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

    files: list[tuple[str, Path, Kind, os.stat_result, int]]
    unreadable: list[Unreadable]
    ignored: Counter[str]


def sources(inputs: Sequence[str], out: Path | None = None, settings: Settings | None = None) -> Sources:
    """Find the files of all inputs; UsageError when the request makes no sense or there is nothing to read.

    With settings, fields that have none of their names but a usual one are found too.
    """
    expanded = expand(inputs)
    places = expanded.found
    paths = [each.path for each in places]
    check_apart(paths, out)
    for path in paths:
        if all((path / name).is_file() for name in RUN_FILES):
            raise UsageError(f"{path}: a run folder of dedup; name {path / 'clean'} to use its cleaned text as input")
    files: list[Source] = []
    unreadable: list[Unreadable] = []
    messages: list[str] = []
    for place, prefix in zip(places, prefixes(paths), strict=True):
        found = _walk(place)
        files += [_source(place.path, prefix, *file) for file in found.files]
        unreadable += found.unreadable
        messages += [kind.note for _, _, kind, *_ in found.files if kind.note]
        if not found.files and not found.unreadable:
            unreadable.append(Unreadable(str(place.path), _textless(place.path, found.ignored)))
        elif found.ignored:
            messages.append(f"{place.path}: {_listed(found.ignored)} ignored; dedup reads {suffixes()}")
    if not files:
        raise UsageError("nothing to read: " + "; ".join(each.message for each in unreadable))
    files.sort(key=lambda source: os.fsencode(source.file))
    if settings is not None:
        files = [_with_names(source, settings) for source in files]
        messages += told([(source.file, source.names) for source in files])
    return Sources(tuple(files), tuple(unreadable), tuple(messages), expanded.spool)


def _source(path: Path, prefix: str, name: str, at: Path, kind: Kind, status: os.stat_result, shared: int) -> Source:
    site = name.split("/", maxsplit=1)[0] if "/" in name else None
    file = prefix if at == path and prefix else "/".join(filter(None, (prefix, name)))
    times = status.st_mtime_ns, status.st_ctime_ns
    rights = status.st_mode & shared, status.st_gid
    return Source(at, file, site, kind.format, kind.codec, status.st_size, *times, *rights)


def _with_names(source: Source, settings: Settings) -> Source:
    """The source with the names of its fields; what cannot be read is reported when it is read."""
    try:
        found = guess(list(source.format.first(source)), settings)
    except InputError:
        return source
    return replace(source, names=found) if found else source


def _textless(path: Path, ignored: Counter[str]) -> str:
    there = f"{_listed(ignored)} there" if ignored else "the folder is empty"
    html = f"; that is {HTML_ADVICE}" if any(suffix in HTML_SUFFIXES for suffix in ignored) else ""
    return f"{path}: no text in it ({there}); dedup reads {suffixes()}{html}"


def _listed(ignored: Counter[str]) -> str:
    """Say how many files of which kinds.

    >>> _listed(Counter({".html": 2, ".pdf": 1}))
    '3 other files (2 .html, 1 .pdf)'
    """
    kinds = ", ".join(f"{count} {suffix}" for suffix, count in sorted(ignored.items()))
    total = sum(ignored.values())
    return f"{total} other file{'s' if total > 1 else ''} ({kinds})"


def _walk(place: Input) -> _Found:
    """All files below an input that some format reads; a single file is an input too."""
    found = _Found([], [], Counter())
    if place.matches is not None:
        for path in place.matches:
            _walk_path(path, path.relative_to(place.path).as_posix(), found)
    else:
        _walk_path(place.path, None, found)
    return found


def _walk_path(path: Path, name: str | None, found: _Found) -> None:
    """One file or folder; `name` is what it is called, null for an input itself."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            _walk_folder(path, "" if name is None else f"{name}/", found)
        elif stat.S_ISREG(status.st_mode):
            found.files.append((name or path.name, path, kind_of(path), status, SHARED))
        else:
            found.unreadable.append(Unreadable(str(path), f"{path}: no regular file, so it cannot be read twice"))
    except FileNotFoundError:
        found.unreadable.append(Unreadable(str(path), f"{path}: there is no such file or folder; check the path"))
    except InputError as error:
        found.unreadable.append(Unreadable(str(path), str(error)))
    except OSError as error:
        found.unreadable.append(_closed(path, error))


def _walk_folder(folder: Path, prefix: str, found: _Found) -> None:
    pending = [(folder, prefix, SHARED)]
    while pending:
        folder, prefix, shared = pending.pop()
        try:
            shared &= _lets_through(folder.stat().st_mode)
            with os.scandir(folder) as scan:
                entries = list(scan)
                if {entry.name for entry in entries}.issuperset(RUN_FILES):
                    found.ignored["run folder of dedup"] += 1
                    continue
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
    try:
        regular = entry.is_file()
    except OSError:  # a link to itself
        regular = False
    if regular and format_of(entry.name) is not None:
        path = Path(entry.path)
        try:
            found.files.append((prefix + entry.name, path, kind_of(path), entry.stat(), shared))
        except InputError as error:
            found.unreadable.append(Unreadable(str(path), str(error)))
        except OSError as error:
            found.unreadable.append(_closed(path, error))
    elif regular:
        found.ignored[Path(entry.name).suffix.lower() or "without suffix"] += 1
    else:
        found.ignored["linked folder" if Path(entry.path).is_dir() else "no regular file"] += 1


def _closed(path: Path, error: OSError) -> Unreadable:
    return Unreadable(str(path), f"{path}: cannot be opened ({error.strerror}); check its permissions")
