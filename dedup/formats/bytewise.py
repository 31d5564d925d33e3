"""Reading, rewriting and restoring for every format that is a sequence of rows of bytes.

The law here: bytes outside removed spans are copied, never written anew. A BOM belongs to the file, not to a row.
A format says with `Rows` how bytes split into rows and how one row is read, cut and mended.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice

from dedup.errors import InputError, RunFolderError
from dedup.formats.codecs import PLAIN, Codec
from dedup.formats.content import LONGEST_ROW, Content, check_unchanged
from dedup.formats.pages import BOM, Pages
from dedup.formats.repairs import decided, mended
from dedup.formats.source import Aside, Format, Remains, Source, any_codec
from dedup.formats.values import BadRow, Cut, Decide, Entry, Fate, Known, Mended, Removed, Rewritten
from dedup.settings import Settings
from dedup.text.encoding import bom_of, decoded, encoded, encoding_of, is_utf8
from dedup.types import Document, Removal

NO_ROW = (-1, b"")
FIRST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Fields:
    """What a row says of its document."""

    text: str
    id: str | None = None
    site: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a source: its number from 0, the byte where it starts, and its bytes."""

    number: int
    offset: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Rows:
    """How a format of rows works.

    `split` cuts chunks into rows that own their line ends. `blank` rows hold no document and stay. `parse` raises
    InputError for a bad row. `cut` takes spans out of a row whose text is given; `mend` puts the logged ones back
    and gives the row with its text. `single` marks one document per file. `fields` gives a row's fields by name.
    `add` puts metadata into a row, `take_off` takes them out. `learn` looks at the start of a file (a header)
    before its rows are split.
    """

    split: Callable[[Iterator[bytes]], Iterator[bytes]]
    blank: Callable[[bytes], bool]
    parse: Callable[[Row, Settings], Fields]
    cut: Callable[[bytes, str, Sequence[Removal], str], tuple[bytes, tuple[Cut, ...]]]
    mend: Callable[[bytes, Sequence[Removed], str], tuple[bytes, str]]
    single: bool = False
    fields: Callable[[bytes], Mapping[str, object]] | None = None
    add: Callable[[bytes, Mapping[str, object]], bytes] | None = None
    take_off: Callable[[bytes, Mapping[str, object]], bytes] | None = None
    learn: Callable[[Rows, Iterator[bytes]], tuple[Rows, Iterator[bytes]]] | None = None


def format_of_rows(
    name: str,
    suffixes: tuple[str, ...],
    rows: Rows,
    magic: bytes = b"",
    packs: Callable[[Codec], Codec | None] = any_codec,
) -> Format:
    """A format with all its functions from its `Rows`."""
    functions = partial(read, rows), partial(rewrite, rows), partial(restore, rows), partial(first, rows)
    return Format(name, suffixes, *functions, magic=magic, packs=packs)


def first(rows: Rows, source: Source) -> Iterator[Mapping[str, object]]:
    """The first rows of a file as fields by name; none where its rows have no fields."""
    if rows.fields is None and rows.learn is None:
        return
    rows, chunks = _learnt(rows, split_bom(iter(Content(source)))[1])
    for raw in islice(rows.split(chunks), FIRST_ROWS):
        with suppress(InputError):
            if rows.fields is not None and not rows.blank(raw):
                yield rows.fields(raw)


def _learnt(rows: Rows, chunks: Iterator[bytes]) -> tuple[Rows, Iterator[bytes]]:
    return rows.learn(rows, chunks) if rows.learn else (rows, chunks)


def read(rows: Rows, source: Source, settings: Settings) -> Iterator[Document | BadRow]:
    """Yield documents and bad rows in order; InputError, before anything else, when no row can be read."""
    if source.codec is not PLAIN and not rows.single:
        for _ in Content(source):  # a damaged archive must be known before its first document is used
            pass
    held: list[BadRow] | None = []
    content = Content(source, LONGEST_ROW)
    bom, chunks = split_bom(iter(content))
    rows, chunks = _learnt(rows, chunks)
    for found in _rows(rows, bom, chunks, content):
        row, encoding = _recoded(rows, found)
        item = _item(rows, source, settings, row)
        if isinstance(item, BadRow) and held is not None:
            held.append(item)
        elif isinstance(item, BadRow):
            yield item
        elif item is not None:
            yield from held or ()
            held = None
            yield _document(rows, source, settings, row, item, encoding)
    if held:
        raise _hopeless(rows, source, held)


def rewrite(
    rows: Rows, source: Source, settings: Settings, decide: Decide, pages: Pages, known: Known | None = None
) -> Iterator[Rewritten]:
    """Read again, copy what stays, and yield each document with what was cut from it."""
    check_unchanged(source)
    content = Content(source, LONGEST_ROW)
    pages.bom, chunks = split_bom(pages.watch(iter(content)))
    rows, chunks = _learnt(rows, chunks)
    for row in _rows(rows, pages.bom, chunks, content):
        pages.counts["rows"] += 1
        plain, encoding = _recoded(rows, row)
        told = known(row.number) if known and not encoding and not settings.repair_encoding else None
        if told is not None:
            pages.counts["documents"] += 1
            _put(pages, row, told[1], row.raw)
            yield Rewritten(row.number, told[0], told[1], ())
            continue
        item = _item(rows, source, settings, plain)
        if item is None:
            pages.keep(row.raw)
        elif isinstance(item, BadRow):
            pages.reject(item, row.raw)
        else:
            pages.counts["documents"] += 1
            fate = decided(settings, decide, row.number, item.text)
            raw, cuts = _cut(rows, settings, fate, plain.raw, item.text)
            _put(pages, row, fate, raw if not encoding else encoded(raw.decode(), encoding, bom_of(row.raw, encoding)))
            yield Rewritten(row.number, text_sha256(item.text), fate, cuts, encoding)
    if not rows.single:
        pages.keep(b"")  # a file without any row left is still a file
    check_unchanged(source)


def restore(rows: Rows, remains: Remains) -> Iterator[Mended]:
    """Weave the original's rows from those kept, rejected and dropped; RunFolderError where one is missing."""
    origin, chunks = remains.origin, remains.clean
    if origin.bom:
        yield Mended(BOM)
        chunks = split_bom(chunks)[1]
    rows, chunks = _learnt(rows, chunks)
    clean = rows.split(chunks)
    rejected, dropped = _numbered(rows, remains.rejected), _numbered(rows, remains.dropped)
    bad, gone = next(rejected, NO_ROW), next(dropped, NO_ROW)
    for number in range(origin.rows):
        if number == bad[0]:
            yield Mended(bad[1])
            bad = next(rejected, NO_ROW)
        elif number == gone[0]:
            entry = remains.entry()
            yield _mend(rows, gone[1], replace(entry, removed=(), metadata=None), origin.text_field, entry)
            gone = next(dropped, NO_ROW)
        else:
            yield _mended(rows, remains, next(clean, None))
    if bad != NO_ROW or gone != NO_ROW or (not rows.single and next(clean, None) is not None):
        raise RunFolderError(f"{origin.file}: more rows than the {origin.rows} of the original")


def lines_of(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Lines with their ends (LF only); a line may be longer than a chunk."""
    tail: list[bytes] = []
    for chunk in chunks:
        for line in io.BytesIO(chunk):  # splits on \n only, at memory speed
            if not line.endswith(b"\n"):
                tail.append(line)
            elif tail:
                yield b"".join((*tail, line))
                tail.clear()
            else:
                yield line
    if tail:
        yield b"".join(tail)


def split_bom(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The BOM at the start of a file (or nothing), and the chunks after it."""
    head = b""
    while len(head) < len(BOM) and (chunk := next(chunks, b"")):
        head += chunk
    bom = BOM if head.startswith(BOM) else b""
    return bom, chain((head[len(bom) :],), chunks)


def _rows(rows: Rows, bom: bytes, chunks: Iterator[bytes], content: Content) -> Iterator[Row]:
    offset = len(bom)
    for number, raw in enumerate(rows.split(chunks)):
        yield Row(number, offset, raw)
        offset += len(raw)
        content.done = offset


def _recoded(rows: Rows, row: Row) -> tuple[Row, str | None]:
    """The row in UTF-8, and what it was where that is something else; only a whole file is evidence enough."""
    if not rows.single or is_utf8(row.raw) or (name := encoding_of(row.raw)) is None:
        return row, None
    return replace(row, raw=decoded(row.raw, name).encode()), name


def _item(rows: Rows, source: Source, settings: Settings, row: Row) -> Fields | BadRow | None:
    if rows.blank(row.raw):
        return None
    try:
        return rows.parse(row, settings)
    except InputError as error:
        return BadRow(source.file, row.number, row.offset, str(error))


def _document(
    rows: Rows, source: Source, settings: Settings, row: Row, fields: Fields, encoding: str | None
) -> Document:
    made_up = source.file if rows.single else f"{source.file}#{row.number + 1}"
    site = fields.site or source.site
    text, problems = mended(fields.text, settings)
    if encoding is not None:
        problems = (f"decoded as {encoding}", *problems)
    return Document(fields.id or made_up, site, source.file, row.number, text, fields.title, problems)


def _hopeless(rows: Rows, source: Source, held: list[BadRow]) -> InputError:
    if rows.single:
        return InputError(f"{source.file}: {held[0].message}")
    first = f"row {held[0].row + 1}: {held[0].message}"
    return InputError(f"{source.file}: none of its {len(held)} rows can be read; {first}")


def _cut(rows: Rows, settings: Settings, fate: Fate, raw: bytes, text: str) -> tuple[bytes, tuple[Cut, ...]]:
    if not fate.removals:
        return raw, ()
    raw, cuts = rows.cut(raw, text, fate.removals, settings.text_field)
    said = fate.facts.get("metadata")
    return (rows.add(raw, said) if rows.add is not None and isinstance(said, Mapping) else raw), cuts


def _put(pages: Pages, row: Row, fate: Fate, raw: bytes) -> None:
    if fate.dropped is None:
        pages.keep(raw)
    else:
        pages.drop(row.number, row.offset, fate, row.raw)


def text_sha256(text: str) -> str:
    """SHA-256 of a text as UTF-8, in hexadecimal; lone surrogates take their three bytes."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _mended(rows: Rows, remains: Remains, raw: bytes | None) -> Mended:
    if raw is None:
        raise RunFolderError(f"clean/{remains.origin.file}: a row is missing")
    if rows.blank(raw):
        return Mended(raw)
    entry = remains.entry()
    return _mend(rows, raw, entry, remains.origin.text_field, entry)


def _mend(rows: Rows, raw: bytes, log: Entry, field: str, entry: Entry) -> Mended:
    """A row as it was; its bytes go by way of UTF-8 where they are something else."""
    name = entry.encoding
    if log.metadata is not None and rows.take_off is not None:
        raw = rows.take_off(raw, log.metadata)
    if name is None:
        return Mended(*rows.mend(raw, log.removed, field), entry)
    whole, text = rows.mend(decoded(raw, name).encode(), log.removed, field)
    return Mended(encoded(whole.decode(), name, bom_of(raw, name)), text, entry)


def _numbered(rows: Rows, aside: Aside) -> Iterator[tuple[int, bytes]]:
    """The rows that lie aside, with their numbers; RunFolderError when there are more numbers than rows."""
    raws = rows.split(aside.chunks)
    for number in aside.rows:
        raw = next(raws, None)
        if raw is None:
            raise RunFolderError(f"row {number + 1} was kept aside and is missing")
        yield number, raw
