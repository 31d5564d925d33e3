"""Text files: one document per file, UTF-8 with or without BOM."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dedup.errors import InputError
from dedup.formats.bytewise import Fields, Row, Rows, format_of_rows
from dedup.formats.spans import original, without
from dedup.formats.values import Cut, Removed
from dedup.settings import Settings
from dedup.types import Removal


def _split(chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield b"".join(chunks)


def _blank(_raw: bytes) -> bool:
    return False  # an empty file is a document with an empty text


def _parse(row: Row, _settings: Settings) -> Fields:
    try:
        return Fields(row.raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        byte = f"not UTF-8: byte {row.offset + error.start} is 0x{row.raw[error.start]:02X}"
        raise InputError(f"{byte}; left out and left where it is: save it as UTF-8 and run again") from None


def _cut(_raw: bytes, text: str, removals: Sequence[Removal], _field: str) -> tuple[bytes, tuple[Cut, ...]]:
    return without(text, removals).encode(), tuple(Cut(text[each.start : each.end]) for each in removals)


def _mend(raw: bytes, removed: Sequence[Removed], _field: str) -> tuple[bytes, str]:
    text = original(raw.decode("utf-8"), removed)
    return text.encode(), text


TXT = format_of_rows("txt", (".txt",), Rows(_split, _blank, _parse, _cut, _mend, single=True))
