"""Reading, rewriting and restoring for formats made of tables, part by part (a row group, a record batch).

The law here: every column but the text stays as it is, parts stay parts, and restore gives an equal table, schema
and metadata. A row whose text is null holds no document and stays. A format says with `Tables` how it is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from dedup.errors import InputError, RunFolderError
from dedup.formats.bytewise import text_sha256
from dedup.formats.codecs import PLAIN, Codec
from dedup.formats.content import check_unchanged
from dedup.formats.digest import schema_digest, table_digest
from dedup.formats.names import no_field
from dedup.formats.pages import Pages
from dedup.formats.repairs import decided, mended
from dedup.formats.site import host
from dedup.formats.source import Format, Remains, Source
from dedup.formats.spans import original, without
from dedup.formats.tables import (
    File,
    Opened,
    Tables,
    Writer,
    is_text,
    metadata_schema,
    values_of,
    with_metadata,
    with_texts,
    without_metadata,
)
from dedup.formats.values import BadRow, Cut, Decide, Fate, Known, Mended, Rewritten
from dedup.metadata import FIELD
from dedup.settings import Settings
from dedup.types import Document

if TYPE_CHECKING:
    import pyarrow as pa

FIRST_ROWS = 100


def format_of_tables(name: str, suffixes: tuple[str, ...], tables: Tables, magic: bytes = b"") -> Format:
    """A format with all its functions from its `Tables`."""
    functions = partial(read, tables), partial(rewrite, tables), partial(restore, tables), partial(first, tables)
    return Format(name, suffixes, *functions, magic=magic, packs=_only_plain)


def _only_plain(codec: Codec) -> Codec | None:
    return codec if codec is PLAIN else None  # tables are packed inside


def first(tables: Tables, source: Source) -> Iterator[dict[str, object]]:
    """The first rows, with the columns of plain strings only, nulls for all others."""
    with _reading(source):
        opened = tables.open(source.path)
        names = [field.name for field in opened.schema if is_text(field.type)]
        others = dict.fromkeys(name for name in opened.schema.names if name not in names)
        rows = (row for part in opened.parts(names) for row in part.slice(0, FIRST_ROWS).to_pylist())
        yield from ({**others, **row} for row in islice(rows, FIRST_ROWS))


def read(tables: Tables, source: Source, settings: Settings) -> Iterator[Document | BadRow]:
    """Yield documents in order; InputError, before the first, when the table cannot be read or has no such text."""
    with _reading(source):
        opened = tables.open(source.path)
        columns = _columns(source, opened.schema, settings)
        for _ in opened.parts(list(columns.values())):  # a damaged part must be known before the first document
            pass
        row = 0
        for part in opened.parts(list(columns.values())):
            values = {name: values_of(part, column) for name, column in columns.items()}
            for at, text in enumerate(values["text"]):
                if text is not None:
                    facts = {name: found[at] for name, found in values.items()}
                    yield _document(source, row + at, mended(text, settings), facts)
            row += part.num_rows


def _columns(source: Source, schema: pa.Schema, settings: Settings) -> dict[str, str]:
    """The columns that say something of a document, by what they say."""
    wanted = {
        "text": settings.text_field,
        "id": settings.id_field,
        "site": settings.site_field,
        "title": settings.title_field,
        "url": settings.url_field,
    }
    if settings.text_field not in schema.names:
        raise InputError(f"{source.file}: {no_field(settings.text_field, schema.names)}")
    kind = schema.field(settings.text_field).type
    if not is_text(kind):
        raise InputError(f"{source.file}: the column {settings.text_field!r} holds {kind}, not strings")
    return {name: column for name, column in wanted.items() if column in schema.names}


def _document(source: Source, row: int, text: tuple[str, tuple[str, ...]], values: dict[str, Any]) -> Document:
    doc = values.get("id")
    doc = str(doc) if isinstance(doc, str | int) and not isinstance(doc, bool) else ""
    site, title = (value if isinstance(value := values.get(name), str) else "" for name in ("site", "title"))
    url = values.get("url")
    site = site or (host(url) if isinstance(url, str) else None) or source.site or ""
    return Document(doc or f"{source.file}#{row + 1}", site or None, source.file, row, text[0], title or None, text[1])


def rewrite(
    tables: Tables, source: Source, settings: Settings, decide: Decide, pages: Pages, known: Known | None = None
) -> Iterator[Rewritten]:
    """Read again, part by part, and yield each document with what was cut from it."""
    check_unchanged(source)
    with _reading(source):
        opened = tables.open(source.path)
        pages.see(schema_digest(opened.schema))
        pages.metadata = settings.metadata and FIELD not in opened.schema.names
        with _writing(opened, pages) as write:
            for part in opened.parts(None):
                pages.groups.append(part.num_rows)
                pages.see(table_digest(part))
                change = _Change(part, settings.text_field, pages.metadata)
                yield from _rewritten(change, settings, pages, decide, known)
                pages.counts["rows"] += part.num_rows
                write("clean", change.kept())
                write("dropped", change.dropped())
    check_unchanged(source)


class _Change:
    """One part being rewritten: its texts, and which of its rows stay."""

    def __init__(self, part: pa.Table, field: str, with_metadata: bool) -> None:
        self._part = part
        self._field = field
        self.before: list[str | None] = values_of(part, field)
        self.after = list(self.before)
        self.stays = np.ones(part.num_rows, np.bool_)
        self.metadata: list[object] | None = [None] * part.num_rows if with_metadata else None

    def kept(self) -> pa.Table:
        """The rows that stay, with their new texts."""
        whole = self._part if self.after == self.before else with_texts(self._part, self._field, self.after)
        if self.metadata is not None:
            whole = with_metadata(whole, self.metadata)
        return whole if self.stays.all() else whole.filter(self.stays)

    def dropped(self) -> pa.Table:
        """The rows that do not, as they were."""
        return self._part.filter(~self.stays) if not self.stays.all() else self._part.slice(0, 0)


def _rewritten(
    change: _Change, settings: Settings, pages: Pages, decide: Decide, known: Known | None
) -> Iterator[Rewritten]:
    for at, text in enumerate(change.before):
        row = pages.counts["rows"] + at
        if text is None:
            continue
        pages.counts["documents"] += 1
        told = known(row) if known and not settings.repair_encoding else None
        sha256, fate = (text_sha256(text), decided(settings, decide, row, text)) if told is None else told
        if fate.dropped is not None:
            _drop(change, pages, at, row, fate)
        elif fate.removals:
            change.after[at] = without(text, fate.removals)
            if change.metadata is not None:
                change.metadata[at] = fate.facts.get("metadata")
        yield Rewritten(row, sha256, fate, tuple(Cut(text[each.start : each.end]) for each in fate.removals))


def _drop(change: _Change, pages: Pages, at: int, row: int, fate: Fate) -> None:
    pages.drop(row, None, fate, b"")
    change.stays[at] = False


@contextmanager
def _writing(opened: Opened, pages: Pages) -> Iterator[Callable[[str, pa.Table], None]]:
    """Writers per folder, made when the first row comes; `clean` has one in any case."""
    schema = metadata_schema(opened.schema) if pages.metadata else opened.schema
    writers: dict[str, Writer] = {"clean": opened.writer(File(pages.out("clean").write), schema)}

    def write(folder: str, table: pa.Table) -> None:
        if table.num_rows and folder not in writers:
            writers[folder] = opened.writer(File(pages.out(folder).write), opened.schema)
        if table.num_rows:
            writers[folder].write(table)

    try:
        yield write
    except BaseException:
        for writer in writers.values():
            with suppress(Exception):  # the files are thrown away
                writer.close()
        raise
    for writer in writers.values():
        writer.close()


def restore(tables: Tables, remains: Remains) -> Iterator[Mended]:
    """Put the parts together again from rows kept and dropped; RunFolderError where one is missing."""
    origin = remains.origin
    try:
        clean = tables.open(remains.path("clean"))
        dropped = tables.open(remains.path("dropped")).parts(None) if origin.dropped else iter(())
        pieces: list[bytes] = []
        schema = without_metadata(clean.schema) if origin.metadata else clean.schema
        writer = clean.writer(File(pieces.append), schema)
        yield Mended(b"", content=schema_digest(schema))
        parts, numbers = clean.parts(schema.names if origin.metadata else None), _Numbers(remains.dropped.rows)
        row = 0
        for size in origin.groups:
            part, gone = _woven(origin.file, parts, dropped, numbers.below(row + size), row, size)
            part = yield from _mended(remains, part, gone)
            writer.write(part)
            yield Mended(b"".join(pieces), content=table_digest(part))
            pieces.clear()
            row += size
        writer.close()
        yield Mended(b"".join(pieces), content=b"")
    except OSError as error:
        raise RunFolderError(f"clean/{origin.file}: damaged ({error})") from None
    if next(parts, None) is not None or next(dropped, None) is not None:
        raise RunFolderError(f"{origin.file}: more rows than the {origin.rows} of the original")


class _Numbers:
    """Ascending row numbers, taken as far as a bound."""

    def __init__(self, rows: Iterator[int]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def below(self, bound: int) -> list[int]:
        found = []
        while self._next is not None and self._next < bound:
            found.append(self._next)
            self._next = next(self._rows, None)
        return found


def _woven(
    file: str, kept: Iterator[pa.Table], dropped: Iterator[pa.Table], gone: list[int], row: int, size: int
) -> tuple[pa.Table, set[int]]:
    """One part of the original with its dropped rows in their places, and which rows of it these are."""
    import pyarrow as pa

    wanted = ([kept] if size > len(gone) else []) + ([dropped] if gone else [])
    parts = [part for each in wanted if (part := next(each, None)) is not None]
    if sum(part.num_rows for part in parts) != size:
        raise RunFolderError(f"{file}: rows are missing in clean/ or dropped/, or there are too many")
    places = {number - row for number in gone}
    if not places:
        return parts[0], places
    stay = [at for at in range(size) if at not in places]
    order = np.argsort(np.array([*stay, *sorted(places)], np.int64), kind="stable")
    return pa.concat_tables(parts).take(order), places


def _mended(remains: Remains, part: pa.Table, gone: set[int]) -> Generator[Mended, None, pa.Table]:
    """Put back what was removed from each text; gives the part as it was."""
    field = remains.origin.text_field
    texts: list[str | None] = values_of(part, field)
    before = list(texts)
    for at, text in enumerate(before):
        if text is not None:
            entry = remains.entry()
            if at not in gone:
                texts[at] = original(text, entry.removed)
            yield Mended(b"", texts[at], entry, content=b"")
    return part if texts == before else with_texts(part, field, texts)


@contextmanager
def _reading(source: Source) -> Iterator[None]:
    """Whatever goes wrong while reading becomes an InputError that names the file."""
    try:
        yield
    except FileNotFoundError:
        raise InputError(f"{source.file}: it vanished during the run; run again") from None
    except UnicodeDecodeError:
        raise InputError(f"{source.file}: a string in it is not UTF-8; write it again as UTF-8") from None
    except NotImplementedError as error:
        raise InputError(f"{source.file}: pyarrow cannot handle one of its columns ({error}); cast it first") from None
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"{source.file}: damaged {source.format.name} file ({error}); fetch it again") from None
