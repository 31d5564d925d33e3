"""A source and its format: one input file, and the functions that read, rewrite and restore its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from dedup.formats.codecs import Codec
from dedup.formats.pages import Pages
from dedup.formats.values import BadRow, Decide, Entry, Known, Mended, Origin, Rewritten
from dedup.settings import Settings
from dedup.types import Document


@dataclass(frozen=True, slots=True)
class Aside:
    """Rows kept verbatim in `rejected/` or `dropped/`: their numbers, and the chunks of their file."""

    rows: Iterator[int]
    chunks: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Remains:
    """What RUN_DIR holds of one input, as streams in row order; the formats weave the original from them.

    `clean` yields chunks of decompressed bytes (none where there is no such file), `entry()` the log of the next
    document, `path("clean")` and `path("dropped")` the files themselves.
    """

    origin: Origin
    clean: Iterator[bytes]
    rejected: Aside
    dropped: Aside
    entry: Callable[[], Entry]
    path: Callable[[str], Path]


def any_codec(codec: Codec) -> Codec | None:
    """Every codec packs the file as a whole."""
    return codec


@dataclass(frozen=True, slots=True)
class Format:
    """One way of keeping documents in a file.

    `read` yields documents and bad rows; it raises `InputError` before the first document or not at all, but for a
    failing disk. `rewrite` reads again, asks for each document's fate and writes bytes to `Pages`, copying those
    outside removed spans. `restore` undoes it. `first` reads the first rows as they are (none: rows have no fields).
    `magic` is what such files start with. `packs` says which codec serves a file packed in the given one (null: none
    does).
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[Source, Settings], Iterator[Document | BadRow]]
    rewrite: Callable[[Source, Settings, Decide, Pages, Known | None], Iterator[Rewritten]]
    restore: Callable[[Remains], Iterator[Mended]]
    first: Callable[[Source], Iterator[Mapping[str, object]]]
    magic: bytes = b""
    packs: Callable[[Codec], Codec | None] = any_codec


@dataclass(frozen=True, slots=True)
class Source:
    """One input file: where it is, what it is called in the run, and how it is read.

    `file` is its name relative to its input with `/` between parts (several inputs: prefixed), also its name under
    `clean/`. `site` is the first folder below the input. `size` (bytes), `mtime_ns` and `ctime_ns` tell when it
    changes. `shared` has the permissions of group and others (mode bits), those of its folders considered; `gid` is its
    group. `names` are names of fields that differ from the settings', by setting.
    """

    path: Path
    file: str
    site: str | None
    format: Format
    codec: Codec
    size: int
    mtime_ns: int
    ctime_ns: int = 0
    shared: int = 0o066
    gid: int = -1
    names: tuple[tuple[str, str], ...] = ()

    def mode(self, gid: int) -> int:
        """The widest permissions that a copy of the file may have in a folder of that group."""
        others = self.shared & 0o006
        group = self.shared & 0o060 if self.gid in (-1, gid) else self.shared & others << 3
        return 0o600 | group | others

    def named(self, settings: Settings) -> Settings:
        """The settings with the names of fields that were found in this file."""
        return replace(settings, **cast(dict[str, Any], dict(self.names))) if self.names else settings

    def read(self, settings: Settings) -> Iterator[Document | BadRow]:
        """Yield documents in row order; ids may still collide with other files' (see `Sources.read`)."""
        return self.format.read(self, self.named(settings))
