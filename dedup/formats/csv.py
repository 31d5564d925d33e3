"""CSV and TSV with a header: a document per row, its text in a column; everything else is copied as it is.

Fields are quoted with `"` (doubled inside) or bare, as RFC 4180 has them; a quote amid a bare field is a letter. The
delimiter is the one that the header has most of. A quoted text may hold line ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import chain

from dedup.errors import InputError
from dedup.formats.bytewise import Fields, Row, Rows, format_of_rows, lines_of
from dedup.formats.names import no_field
from dedup.formats.site import host
from dedup.formats.spans import original, without
from dedup.formats.values import Cut, Removed
from dedup.settings import Settings
from dedup.types import Removal

DELIMITERS = b",\t;|"
QUOTE = b'"'


@dataclass(frozen=True, slots=True)
class _Header:
    """The first row as it stands, what it separates with, and the names in it."""

    raw: bytes
    delimiter: bytes
    names: tuple[str, ...]


def _split(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Rows with their line ends; one whose quotes are open goes on in the next line."""
    lines: list[bytes] = []
    quotes = 0
    for line in lines_of(chunks):
        lines.append(line)
        was, quotes = quotes, quotes + line.count(QUOTE)
        if quotes % 2 == 0 or (was == 0 and not _is_open(line)):
            yield b"".join(lines)
            lines, quotes = [], 0
    if lines:
        yield b"".join(lines)


_OPEN = re.compile(rb'(?:^|[,\t;|])"[^"]*(?:""[^"]*)*\Z')


def _is_open(line: bytes) -> bool:
    """Whether a quoted field is still open at the end, rather than a lone quote standing in a bare one."""
    return _OPEN.search(line) is not None


def _learn(rows: Rows, chunks: Iterator[bytes]) -> tuple[Rows, Iterator[bytes]]:
    """The rows of a file whose header is known, and all of its chunks."""
    seen: list[bytes] = []

    def watched() -> Iterator[bytes]:
        for chunk in chunks:
            seen.append(chunk)
            yield chunk

    raw = next((row for row in rows.split(watched()) if row.strip()), b"")
    header = _header(raw)
    bound = replace(
        rows,
        blank=partial(_blank, header),
        parse=partial(_parse, header),
        fields=partial(_fields, header),
        cut=partial(_cut, header),
        mend=partial(_mend, header),
    )
    return bound, chain(seen, chunks)


def _header(raw: bytes) -> _Header:
    bare = re.sub(rb'"[^"]*(?:""[^"]*)*"', b"", raw)
    delimiter = max((bytes([each]) for each in DELIMITERS), key=bare.count)
    body = _body(raw)
    names = tuple(_decoded(_value(body[start:end])) for start, end in _spans(body, delimiter))
    return _Header(raw, delimiter, names)


def _body(raw: bytes) -> bytes:
    return raw.removesuffix(b"\n").removesuffix(b"\r")


@cache
def _field(delimiter: bytes) -> re.Pattern[bytes]:
    mark = re.escape(delimiter)
    return re.compile(rb'"[^"]*(?:""[^"]*)*"(?=' + mark + rb"|\Z)|[^" + mark + rb"]*")


def _spans(body: bytes, delimiter: bytes) -> list[tuple[int, int]]:
    """Where each field starts and ends, its quotes included."""
    pattern, spans, at = _field(delimiter), [], 0
    while match := pattern.match(body, at):
        spans.append(match.span())
        if match.end() == len(body):
            break
        at = match.end() + 1
    return spans


def _is_quoted(field: bytes) -> bool:
    return len(field) > 1 and field.startswith(QUOTE) and field.endswith(QUOTE) and _CLOSED.fullmatch(field) is not None


_CLOSED = re.compile(rb'"[^"]*(?:""[^"]*)*"')


def _value(field: bytes) -> bytes:
    return field[1:-1].replace(b'""', QUOTE) if _is_quoted(field) else field


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start} of a field (0x{value[error.start]:02X})") from None


def _blank(header: _Header, raw: bytes) -> bool:
    return raw == header.raw or not raw.strip(b"\r\n")


def _fields(header: _Header, raw: bytes) -> Mapping[str, object]:
    body = _body(raw)
    spans = _spans(body, header.delimiter)
    if len(spans) != len(header.names):
        raise InputError(f"{len(spans)} fields, but the header has {len(header.names)}")
    return {
        name: _decoded(_value(body[start:end])) for name, (start, end) in zip(header.names, spans, strict=True) if name
    }


def _parse(header: _Header, row: Row, settings: Settings) -> Fields:
    fields = _fields(header, row.raw)
    if settings.text_field not in fields:
        raise InputError(no_field(settings.text_field, fields))
    found = {name: str(value) for name, value in fields.items() if value}
    site = found.get(settings.site_field) or host(found.get(settings.url_field, ""))
    text = str(fields[settings.text_field])
    return Fields(text, found.get(settings.id_field), site, found.get(settings.title_field))


def _place(header: _Header, raw: bytes, field: str) -> tuple[int, int]:
    """Where the text's field stands; the last of equal names counts, as in every reader that makes a mapping."""
    spans = _spans(_body(raw), header.delimiter)
    return spans[len(header.names) - 1 - header.names[::-1].index(field)]


def _cut(
    header: _Header, raw: bytes, text: str, removals: Sequence[Removal], field: str
) -> tuple[bytes, tuple[Cut, ...]]:
    start, end = _place(header, raw, field)
    kept = without(text, removals).encode()
    cuts = [Cut(text[each.start : each.end]) for each in removals]
    quoted = _is_quoted(raw[start:end])
    if not quoted and (kept.startswith(QUOTE) or (not kept and len(header.names) == 1)):
        # Bare, it would be read as a quoted field or a blank line. `raw` equal to the text says that it was bare.
        quoted, cuts[0] = True, Cut(cuts[0].text, cuts[0].text)
    return raw[:start] + _spelt(kept, quoted) + raw[end:], tuple(cuts)


def _spelt(value: bytes, quoted: bool) -> bytes:
    return QUOTE + value.replace(QUOTE, b'""') + QUOTE if quoted else value


def _mend(header: _Header, raw: bytes, removed: Sequence[Removed], field: str) -> tuple[bytes, str]:
    start, end = _place(header, raw, field)
    text = _decoded(_value(raw[start:end]))
    if not removed:
        return raw, text
    text = original(text, removed)
    quoted = _is_quoted(raw[start:end]) and removed[0].raw is None
    return raw[:start] + _spelt(text.encode(), quoted) + raw[end:], text


_NOTHING = _Header(b"", b",", ())

CSV = format_of_rows(
    "csv",
    (".csv", ".tsv"),
    Rows(
        _split,
        partial(_blank, _NOTHING),
        partial(_parse, _NOTHING),
        partial(_cut, _NOTHING),
        partial(_mend, _NOTHING),
        learn=_learn,
    ),
)
