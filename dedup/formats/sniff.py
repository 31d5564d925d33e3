"""What a file is by its first bytes, where its name says something else or nothing.

Names are believed unless the content is plainly of another kind; what was found instead is said on stderr.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dedup.errors import InputError
from dedup.formats.codecs import CODECS, PLAIN, Codec, codec_of, unfolded
from dedup.formats.jsonl import JSONL
from dedup.formats.jsonrow import loads
from dedup.formats.names import TEXTS
from dedup.formats.pages import BOM
from dedup.formats.registry import FORMATS, format_of, suffixes
from dedup.formats.source import Format
from dedup.formats.txt import TXT

HEAD = 1 << 12
LONGEST_LINE = 1 << 20
HTML = (b"<!doctype html", b"<html", b"<head", b"<body")
HTML_SUFFIXES = (".html", ".htm", ".xhtml", ".mhtml")
HTML_ADVICE = (
    "HTML, and dedup reads text; extract it first, for instance with "
    "`trafilatura --input-dir PAGES --output-dir TEXT` (or resiliparse, readability)"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """How a file is read; `note` says where that is not what its name says."""

    format: Format
    codec: Codec
    note: str = ""


def kind_of(path: Path, default: Format | None = None) -> Kind:
    """Tell what a file is; `default` where neither name nor content say it.

    Raises InputError for HTML and for what no format reads, OSError when the file cannot be opened.
    """
    named, name_codec = format_of(path.name), codec_of(path.name)
    with path.open("rb") as file:
        head = file.read(HEAD)
    if path.suffix.lower() in HTML_SUFFIXES or _is_html(head):
        raise InputError(f"{path}: {HTML_ADVICE}")
    codec = _codec(head, name_codec, named)
    inside = None
    if codec is PLAIN or codec is not name_codec or named is None:  # else the name is believed, and nothing unpacked
        inside = _inside(named, _start(path, codec, head))
    kind = inside or named or default
    if kind is None:
        raise InputError(f"{path}: {_no_kind(head)}")
    packed = kind.packs(codec)
    if packed is None:
        raise InputError(f"{path}: {kind.name} in {codec.name} cannot be read in parts; unpack it first")
    surprise = codec is not name_codec or (named is not None and kind is not named)
    packing = "" if codec is PLAIN else f" packed with {codec.name}"
    note = f"{path}: not what its name says; read as {kind.name}{packing}" if surprise else ""
    return Kind(kind, packed, note)


def _is_html(head: bytes) -> bool:
    start = head.removeprefix(BOM).lstrip().lower()
    return start.startswith(HTML) or (start.startswith(b"<?xml") and b"<html" in start)


def _codec(head: bytes, named: Codec, kind: Format | None) -> Codec:
    found = next((codec for codec in CODECS if codec.magic is not None and codec.magic.match(head)), PLAIN)
    if found is PLAIN and named is not PLAIN and not _is_plain(head, kind):
        return named  # damaged rather than not packed; reading will say so
    return found


def _is_plain(head: bytes, kind: Format | None) -> bool:
    """Whether the bytes are plainly what the name says inside of the archive."""
    if kind is JSONL:
        return head.lstrip().startswith(b'{"')
    return bool(kind and kind.magic and head.startswith(kind.magic))


def _start(path: Path, codec: Codec, head: bytes) -> bytes:
    """The first bytes of the content; the whole first line where that may be a row of JSON."""
    start = head.removeprefix(BOM) if codec is PLAIN else b""
    if start and not start.lstrip().startswith(b"{"):
        return start
    start = b""
    try:
        for chunk in unfolded(codec, path):
            start += chunk
            if b"\n" in start or len(start) >= LONGEST_LINE:
                break
    except (OSError, EOFError, ValueError):
        return b""  # reading will say so
    return start.removeprefix(BOM)


def _inside(named: Format | None, start: bytes) -> Format | None:
    """The format that the content names; null where it names none, so that the file's name counts."""
    for each in FORMATS:
        if each.magic and start.startswith(each.magic):
            return each
    line = start.lstrip().partition(b"\n")[0]
    if not line.startswith(b"{") or not (named is None or named is TXT or named.magic):
        return None
    return JSONL if _is_row(line, TEXTS if named else ()) else None


def _is_row(line: bytes, texts: Sequence[str]) -> bool:
    """Whether a line is a JSON object; against a name that says otherwise, one with a text in it."""
    try:
        row = loads(line)
    except InputError:
        return False
    return isinstance(row, dict) and (not texts or any(isinstance(row.get(name), str) for name in texts))


def _no_kind(head: bytes) -> str:
    if head.lstrip().startswith(b"["):
        return "one JSON array, not a row per line; `jq -c '.[]' FILE > FILE.jsonl` makes rows of it"
    return f"not a kind of file that dedup reads; it reads {suffixes()}"
