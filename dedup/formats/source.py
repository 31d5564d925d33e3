"""What every format shares: a source, what reading it yields, and what becomes of its documents.

This file opens nothing and decides nothing. Rows count from 0 here; people are shown `#n` from 1, as their
editors count lines. A document that has no id of its own is called `file` or `file#n`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dedup.formats.codecs import Codec
from dedup.settings import Settings
from dedup.types import Document, Removal

if TYPE_CHECKING:
    from dedup.formats.pages import Pages


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be read; it goes verbatim to `rejected/`, and the run goes on.

    `row` is 0-based, `offset` counts bytes of the decompressed file.
    """

    file: str
    row: int
    offset: int
    message: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A whole input that cannot be read and stays where it is; `message` says what and what to do."""

    file: str
    message: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one document: the caller's answer for each document of the second read.

    `removals` are final (see `dedup.strip.finish`): ordered, not overlapping. `facts` are the fields of its
    row in `documents.jsonl` beyond `doc`, `file`, `row` and `sha256`. `dropped` says why the document is not to be
    written to `clean/` at all (it then goes verbatim to `dropped/`); null where it is written.
    """

    doc: str
    removals: tuple[Removal, ...]
    facts: Mapping[str, object]
    dropped: str | None = None


Decide = Callable[[int, str], Fate]
"""From the 0-based row and the document's text to its fate."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A removed span's content: its text, and its source bytes where they are not the plain encoding of it."""

    text: str
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class Rewritten:
    """One document after the second read: `sha256` is of its original text, `cuts` go with `fate.removals`."""

    row: int
    sha256: str
    fate: Fate
    cuts: tuple[Cut, ...]


@dataclass(frozen=True, slots=True)
class Mended:
    """One row of an original, put together again: `raw` bytes, and the id and text of its document if it is one."""

    raw: bytes
    doc: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """What `files.jsonl` remembers of an input: all that restore needs beside the rows themselves.

    `bytes` and `sha256` are of the decompressed content, BOM included; `rows` counts every row, blank ones too.
    """

    file: str
    format: str
    codec: str
    bytes: int
    sha256: str
    bom: bool
    rows: int
    documents: int
    rejected: int
    dropped: int
    text_field: str | None


@dataclass(frozen=True, slots=True)
class Remains:
    """What RUN_DIR holds of one input, as streams in row order; the formats weave the original from them.

    `clean` yields chunks of decompressed bytes (none where there is no such file). `rejected` and `dropped` give the
    row numbers with their verbatim bytes. `document()` gives the next document's id with its rows of
    `removed.jsonl`.
    """

    origin: Origin
    clean: Iterator[bytes]
    rejected: Iterator[tuple[int, bytes]]
    dropped: Iterator[tuple[int, bytes]]
    document: Callable[[], tuple[str, list[dict[str, object]]]]


@dataclass(frozen=True, slots=True)
class Format:
    """One way of keeping documents in a file.

    `read` yields documents and bad rows; it raises `InputError` before the first document or not at all, but for a
    failing disk. `rewrite` reads again, asks for each document's fate and writes bytes to `Pages`, copying those
    outside removed spans. `restore` undoes it.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[Source, Settings], Iterator[Document | BadRow]]
    rewrite: Callable[[Source, Settings, Decide, Pages], Iterator[Rewritten]]
    restore: Callable[[Remains], Iterator[Mended]]


@dataclass(frozen=True, slots=True)
class Source:
    """One input file: where it is, what it is called in the run, and how it is read.

    `file` is its name relative to its input with `/` between parts (several inputs: prefixed), also its name under
    `clean/`. `site` is the first folder below the input. `size` (bytes) and `mtime_ns` tell when it changes.
    """

    path: Path
    file: str
    site: str | None
    format: Format
    codec: Codec
    size: int
    mtime_ns: int

    def read(self, settings: Settings) -> Iterator[Document | BadRow]:
        """Yield documents in row order; ids may still collide with other files' (see `Sources.read`)."""
        return self.format.read(self, settings)
