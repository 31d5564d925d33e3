"""Compression: chunks of decompressed bytes in, compressed bytes out. Knows nothing of what the bytes mean."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

CHUNK = 1 << 20
ZSTD_BLOCK = 1 << 16
GZIP_LEVEL = 1  # 100 MB/s; level 6 makes 17 MB/s on Arabic text and would be most of a run
ZSTD_LEVEL = 3
ZSTD_WINDOW = 1 << 31  # crawls are often packed with `zstd --long=31`


class Stream(Protocol):
    """What takes bytes and must be closed for its last ones to be written."""

    def write(self, data: bytes, /) -> int:
        """Take bytes."""

    def flush(self) -> object:
        """Pass on what can be passed on now."""

    def close(self) -> None:
        """Write the last bytes."""


@dataclass(frozen=True, slots=True)
class Codec:
    """`chunks` reads a file (OSError, EOFError or ValueError when it is damaged); `stream` writes into a sink."""

    name: str
    suffix: str
    chunks: Callable[[Path], Iterator[bytes]]
    stream: Callable[[Stream], Stream]


def _plain_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _gzip_chunks(path: Path) -> Iterator[bytes]:
    import zlib

    try:
        with gzip.open(path, "rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except zlib.error as error:
        raise ValueError(str(error)) from None


def _zstd_chunks(path: Path) -> Iterator[bytes]:
    # Not `stream_reader`: it takes a truncated file for a whole one.
    import zstandard

    decoder = None
    try:
        with path.open("rb") as file:
            while block := file.read(ZSTD_BLOCK):
                while block:
                    if decoder is None or decoder.eof:
                        decoder = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()
                    if chunk := decoder.decompress(block):
                        yield chunk
                    block = decoder.unused_data
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from None
    if decoder is not None and not decoder.eof:
        raise EOFError("the file ends in the middle of a frame")


def _plain_stream(sink: Stream) -> Stream:
    return sink


def _gzip_stream(sink: Stream) -> Stream:
    # No name and no time in the header: the same content gives the same bytes.
    return cast(Stream, gzip.GzipFile("", "wb", GZIP_LEVEL, cast(Any, sink), mtime=0))


def _zstd_stream(sink: Stream) -> Stream:
    import zstandard

    return zstandard.ZstdCompressor(level=ZSTD_LEVEL, write_checksum=True).stream_writer(sink, closefd=False)  # type: ignore[arg-type]


CODECS = (
    Codec("gzip", ".gz", _gzip_chunks, _gzip_stream),
    Codec("zstd", ".zst", _zstd_chunks, _zstd_stream),
    Codec("none", "", _plain_chunks, _plain_stream),
)
"""In the order in which suffixes are tried; the last takes every name."""

PLAIN = CODECS[-1]


def codec_of(name: str) -> Codec:
    """The codec that a file's name asks for.

    >>> codec_of("news.JSONL.gz").name, codec_of("news.jsonl").name
    ('gzip', 'none')
    """
    return next(codec for codec in CODECS if name.lower().endswith(codec.suffix))


def codec_named(name: str) -> Codec:
    """The codec of that name; KeyError when there is none."""
    return {codec.name: codec for codec in CODECS}[name]
