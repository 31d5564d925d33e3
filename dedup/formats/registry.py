"""The formats, in the order in which their suffixes are tried. A new one is a file and a line here."""

from __future__ import annotations

from dedup.formats.arrow import ARROW
from dedup.formats.codecs import CODECS, codec_of
from dedup.formats.csv import CSV
from dedup.formats.jsonl import JSONL
from dedup.formats.parquet import PARQUET
from dedup.formats.source import Format
from dedup.formats.txt import TXT
from dedup.formats.warc import WARC

FORMATS = (TXT, JSONL, CSV, PARQUET, ARROW, WARC)


def format_of(name: str) -> Format | None:
    """The format that a file's name asks for, compressed or not.

    >>> format_of("news.jsonl.zst").name, format_of("page.html")
    ('jsonl', None)
    """
    stem = name.lower().removesuffix(codec_of(name).suffix)
    return next((each for each in FORMATS if stem.endswith(each.suffixes)), None)


def suffixes() -> str:
    """What can be read, for messages."""
    return ", ".join(suffix for each in FORMATS for suffix in each.suffixes) + f" (also {_packed()})"


def _packed() -> str:
    return ", ".join(codec.suffix for codec in CODECS if codec.suffix)


def format_named(name: str) -> Format:
    """The format of that name; KeyError when there is none."""
    return {each.name: each for each in FORMATS}[name]
