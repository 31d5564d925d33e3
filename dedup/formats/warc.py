"""WET and WARC: a document per record of plain text; all other records are copied as they are.

A cut changes the record's block, its `Content-Length`, and its SHA-1 digests where they were right; all three come
back with the text. Records are packed one by one, as the standard asks. What holds raw HTTP is no plain text.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence

from dedup.errors import InputError
from dedup.formats.bytewise import Fields, Row, Rows, format_of_rows
from dedup.formats.codecs import FRAMED, Codec
from dedup.formats.site import host
from dedup.formats.spans import original, without
from dedup.formats.values import Cut, Removed
from dedup.settings import Settings
from dedup.types import Removal

MAGIC = b"WARC/"
HEADER_END = b"\r\n\r\n"
LONGEST_HEADER = 1 << 20

_LENGTH = re.compile(rb"^(content-length[ \t]*:[ \t]*)(\d+)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_DIGEST = re.compile(rb"^(warc-(?:block|payload)-digest[ \t]*:[ \t]*sha1:)([A-Z2-7]{32})", re.IGNORECASE | re.MULTILINE)


def _split(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Records with the line ends after them; from what is no record on, the rest is one row."""
    data, at = b"", 0
    for chunk in chunks:
        data, at = data[at:] + chunk, 0
        while (end := _record_end(data, at)) is not None:
            yield data[at:end]
            at = end
    while at < len(data):
        end = min(_record_end(data, at, last=True) or len(data), len(data))
        yield data[at:end]
        at = end


def _record_end(data: bytes, at: int, *, last: bool = False) -> int | None:
    """Where the record at `at` ends, null where more bytes are needed to say it."""
    head = data.find(HEADER_END, at, at + LONGEST_HEADER)
    length = _LENGTH.search(data, at, head + 2) if head >= 0 and data.startswith(MAGIC, at) else None
    if length is None:
        return None
    end = head + len(HEADER_END) + int(length[2])
    if end + len(HEADER_END) > len(data) and not last:
        return None
    while data[end : end + 1] in (b"\r", b"\n"):
        end += 1
    return end


def _header(raw: bytes) -> dict[bytes, bytes]:
    """The record's header by name in lower case."""
    lines = raw[: raw.find(HEADER_END)].split(b"\r\n")[1:]
    pairs = (line.partition(b":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _is_text(header: dict[bytes, bytes]) -> bool:
    kind = header.get(b"content-type", b"").lower()
    return header.get(b"warc-type", b"").lower() in (b"conversion", b"resource") and kind.startswith(b"text/plain")


def _blank(raw: bytes) -> bool:
    """Records about the crawl hold no document; a page in HTML is one that we cannot read."""
    if not raw.startswith(MAGIC):
        return not raw.strip()
    kind = _header(raw).get(b"warc-type", b"").lower()
    return kind in (b"warcinfo", b"request", b"metadata", b"revisit")


def _parse(row: Row, _settings: Settings) -> Fields:
    header = _header(row.raw) if row.raw.startswith(MAGIC) else {}
    place = _block(row.raw)
    if place is None:
        raise InputError("no WARC record, or one that is cut off")
    if not _is_text(header):
        kind = header.get(b"content-type", b"no type").decode("ascii", "replace")
        raise InputError(
            f"a record of {kind}, not of plain text; extract the text first (trafilatura, resiliparse), or take the WET"
        )
    text = _decoded(row.raw[slice(*place)])
    doc = header.get(b"warc-record-id", b"").strip(b"<>").decode("ascii", "replace")
    url = header.get(b"warc-target-uri", b"").strip(b"<>").decode("utf-8", "replace")
    return Fields(text, doc or None, host(url))


def _block(raw: bytes) -> tuple[int, int] | None:
    """Where the block starts and ends; null where the record is no record, or shorter than it says."""
    start = raw.find(HEADER_END) + len(HEADER_END)
    length = _LENGTH.search(raw, 0, start - 2) if raw.startswith(MAGIC) else None
    if length is None or str(int(length[2])).encode() != length[2] or start + int(length[2]) > len(raw):
        return None
    return start, start + int(length[2])


def _decoded(block: bytes) -> str:
    try:
        return block.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start} of the block (0x{block[error.start]:02X})") from None


def _with_block(raw: bytes, block: bytes) -> bytes:
    """The record with another block."""
    start, end = _block(raw) or (0, 0)
    old, new = _sha1(raw[start:end]), _sha1(block)
    head = _LENGTH.sub(lambda found: found[0].replace(found[2], str(len(block)).encode()), raw[: start - 2], count=1)
    head = _DIGEST.sub(lambda found: found[1] + (new if found[2] == old else found[2]), head)
    return b"".join((head, b"\r\n", block, raw[end:]))


def _sha1(block: bytes) -> bytes:
    return base64.b32encode(hashlib.sha1(block, usedforsecurity=False).digest())


def _cut(raw: bytes, text: str, removals: Sequence[Removal], _field: str) -> tuple[bytes, tuple[Cut, ...]]:
    cuts = tuple(Cut(text[each.start : each.end]) for each in removals)
    return _with_block(raw, without(text, removals).encode()), cuts


def _mend(raw: bytes, removed: Sequence[Removed], _field: str) -> tuple[bytes, str]:
    text = _decoded(raw[slice(*(_block(raw) or (0, 0)))])
    if not removed:
        return raw, text
    text = original(text, removed)
    return _with_block(raw, text.encode()), text


def _packs(codec: Codec) -> Codec:
    return FRAMED.get(codec.name, codec)


WARC = format_of_rows("warc", (".warc", ".wet"), Rows(_split, _blank, _parse, _cut, _mend), magic=MAGIC, packs=_packs)
