r"""JSON lines: one object per row, its text in a field; everything else in the row is copied as it is.

Rows end with `\n` (a `\r` before it is white space of JSON). Only the bytes of removed spans leave the text's
literal, so spacing, escapes, field order and duplicate keys stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dedup.errors import InputError, RunFolderError
from dedup.formats.bytewise import Fields, Row, Rows, format_of_rows, lines_of
from dedup.formats.jsonrow import dumps, loads, plain
from dedup.formats.literal import byte_offsets, text_literal
from dedup.formats.names import no_field
from dedup.formats.site import host
from dedup.formats.spans import insertions, woven
from dedup.formats.values import Cut, Removed
from dedup.metadata import FIELD
from dedup.settings import Settings
from dedup.types import Removal


def _blank(raw: bytes) -> bool:
    return not raw.strip(b" \t\r\n")


def _parse(row: Row, settings: Settings) -> Fields:
    fields = _object(row.raw)
    text = _text(fields, settings.text_field)
    site = _string(fields, settings.site_field) or host(_string(fields, settings.url_field) or "")
    return Fields(text, _id(row.raw, fields, settings.id_field), site, _string(fields, settings.title_field))


def _object(raw: bytes) -> dict[str, Any]:
    row = loads(raw)
    if not isinstance(row, dict):
        raise InputError(f"not a JSON object but {_kind(row)}")
    return row


def _text(row: dict[str, Any], field: str) -> str:
    text = row.get(field)
    if isinstance(text, str):
        return text
    if field in row:
        raise InputError(f"the field {field!r} is {_kind(text)}, not a string")
    raise InputError(no_field(field, row))


def _kind(value: object) -> str:
    kinds = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "a number")


def _string(row: dict[str, Any], field: str) -> str | None:
    value = row.get(field)
    return value if isinstance(value, str) and value else None


def _id(raw: bytes, row: dict[str, Any], field: str) -> str | None:
    value = row.get(field)
    if isinstance(value, float):  # orjson makes floats of integers beyond 64 bits
        import json

        value = json.loads(raw)[field]
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value else None


def _cut(raw: bytes, text: str, removals: Sequence[Removal], field: str) -> tuple[bytes, tuple[Cut, ...]]:
    start, end = text_literal(raw, field)
    content = raw[start:end]
    offsets = byte_offsets(content, text, [offset for removal in removals for offset in (removal.start, removal.end)])
    spans = list(zip(offsets[::2], offsets[1::2], strict=True))
    cuts = tuple(
        _cut_of(text[removal.start : removal.end], content[first:last])
        for removal, (first, last) in zip(removals, spans, strict=True)
    )
    news = [plain(removal.now) if removal.now else b"" for removal in removals]
    return b"".join((raw[:start], *woven(content, spans, news), raw[end:])), cuts


def _cut_of(text: str, source: bytes) -> Cut:
    return Cut(text, None if source == plain(text) else source.decode())


def _mend(raw: bytes, removed: Sequence[Removed], field: str) -> tuple[bytes, str]:
    text = _text(_object(raw), field)
    if not removed:
        return raw, text
    start, end = text_literal(raw, field)
    content, places = raw[start:end], insertions(text, removed)
    sources = [plain(row.text) if row.raw is None else row.raw.encode() for row in removed]
    offsets = byte_offsets(content, text, [offset for place in places for offset in place])
    content = b"".join(woven(content, list(zip(offsets[::2], offsets[1::2], strict=True)), sources))
    text = "".join(woven(text, places, [row.text for row in removed]))
    return b"".join((raw[:start], content, raw[end:])), text


def _addition(metadata: Mapping[str, object]) -> bytes:
    return f',"{FIELD}":'.encode() + dumps(metadata)[:-1]


def _add(raw: bytes, metadata: Mapping[str, object]) -> bytes:
    """Put the metadata into a last field; the row has others, as its text is one."""
    at = raw.rindex(b"}")
    return raw[:at] + _addition(metadata) + raw[at:]


def _take_off(raw: bytes, metadata: Mapping[str, object]) -> bytes:
    at, addition = raw.rfind(b"}"), _addition(metadata)
    if not raw.endswith(addition, 0, max(at, 0)):
        raise RunFolderError(f"a row of clean/ has not the {FIELD} that documents.jsonl says")
    return raw[: at - len(addition)] + raw[at:]


JSONL = format_of_rows(
    "jsonl",
    (".jsonl", ".ndjson"),
    Rows(lines_of, _blank, _parse, _cut, _mend, fields=_object, add=_add, take_off=_take_off),
)
