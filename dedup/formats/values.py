"""What passes between reading, rewriting and restoring: frozen values without behaviour.

Rows count from 0 here and in every file; only ids that we make up (`file#1`) and messages count from 1, as editors
count lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dedup.types import Removal


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


Known = Callable[[int], tuple[str, Fate] | None]
"""From the 0-based row to the SHA-256 of its text and its fate, where no text is needed to say it; else null."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A removed span's content: its text, and its source bytes where they are not the plain encoding of it."""

    text: str
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class Rewritten:
    """One document after the second read: `sha256` is of its original text, `cuts` go with `fate.removals`.

    `encoding` is that of its bytes where they are not UTF-8.
    """

    row: int
    sha256: str
    fate: Fate
    cuts: tuple[Cut, ...]
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """What restore needs of one row of `removed.jsonl`, or of one repaired line: `now` is what stands there instead."""

    start: int
    end: int
    text: str
    raw: str | None
    now: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the log holds of one document: its id, the SHA-256 of its text, and what was removed or repaired.

    `encoding` is that of its bytes where they are not UTF-8, `metadata` what was put into a field of its own.
    """

    doc: str
    sha256: str
    removed: tuple[Removed, ...]
    encoding: str | None = None
    metadata: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Mended:
    """One row of an original, put together again: its bytes, and for a document its text and what the log says.

    `content` is what counts for the proof, where that is not the bytes (two equal tables may differ in theirs).
    """

    raw: bytes
    text: str | None = None
    entry: Entry | None = None
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """What `files.jsonl` remembers of an input: all that restore needs beside the rows themselves.

    `bytes` and `sha256` are of the decompressed content, BOM included (of a table: of the digests of its parts);
    `rows` counts every row, blank ones too. `groups` holds the rows of each part of a table,
    `metadata` whether it was given a column of metadata.
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
    text_field: str
    groups: tuple[int, ...] = ()
    metadata: bool = False
