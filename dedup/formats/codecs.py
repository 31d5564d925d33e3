"""Compression: chunks of decompressed bytes in, compressed bytes out. Knows nothing of what the bytes mean."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

CHUNK = 1 << 20
ZSTD_BLOCK = 1 << 12  # of which at most 128 MB come: 4 bytes can stand for a block of 128 KB
GZIP_LEVEL = 1  # 100 MB/s; level 6 makes 17 MB/s on Arabic text and would be most of a run
ZSTD_LEVEL = 3
XZ_PRESET = 1
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
    """`chunks` reads a file (OSError, EOFError or ValueError when it is damaged); `stream` writes into a sink.

    `magic` is what such files start with. `framed`: each `write` becomes a part that can be read on its own.
    """

    name: str
    suffix: str
    chunks: Callable[[Path], Iterator[bytes]]
    stream: Callable[[Stream], Stream]
    magic: re.Pattern[bytes] | None = None
    framed: bool = False


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


def _bz2_chunks(path: Path) -> Iterator[bytes]:
    import bz2

    try:
        with bz2.open(path, "rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except OSError as error:
        if error.errno is None:  # its way to say that the data are damaged
            raise ValueError(str(error)) from None
        raise


def _xz_chunks(path: Path) -> Iterator[bytes]:
    import lzma

    try:
        with lzma.open(path, "rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except lzma.LZMAError as error:
        raise ValueError(str(error)) from None


def _zstd_chunks(path: Path) -> Iterator[bytes]:
    # Not `stream_reader`: it takes a truncated file for a whole one.
    import zstandard

    decoder, pieces, size = None, list[bytes](), 0
    try:
        with path.open("rb") as file:
            while block := file.read(ZSTD_BLOCK):
                while block:
                    if decoder is None or decoder.eof:
                        decoder = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()
                    pieces.append(decoder.decompress(block))
                    size += len(pieces[-1])
                    block = decoder.unused_data
                if size >= CHUNK:
                    yield b"".join(pieces)
                    pieces, size = [], 0
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from None
    if pieces:
        yield b"".join(pieces)
    if decoder is not None and not decoder.eof:
        raise EOFError("the file ends in the middle of a frame")


def _plain_stream(sink: Stream) -> Stream:
    return sink


def _gzip_stream(sink: Stream) -> Stream:
    # No name and no time in the header: the same content gives the same bytes.
    return cast(Stream, gzip.GzipFile("", "wb", GZIP_LEVEL, cast(Any, sink), mtime=0))


class _GzipRecords:
    """Every `write` is a gzip member of its own, as WARC asks for."""

    def __init__(self, sink: Stream) -> None:
        self._sink = sink

    def write(self, data: bytes, /) -> int:
        """Take one record."""
        if data:
            self._sink.write(gzip.compress(data, GZIP_LEVEL, mtime=0))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is held back."""


def _gzip_records(sink: Stream) -> Stream:
    return _GzipRecords(sink)


def _bz2_stream(sink: Stream) -> Stream:
    import bz2

    return cast(Stream, bz2.BZ2File(cast(Any, sink), "wb"))


def _xz_stream(sink: Stream) -> Stream:
    import lzma

    return cast(Stream, lzma.LZMAFile(cast(Any, sink), "wb", preset=XZ_PRESET))


def _zstd_stream(sink: Stream) -> Stream:
    import zstandard

    return zstandard.ZstdCompressor(level=ZSTD_LEVEL, write_checksum=True).stream_writer(sink, closefd=False)  # type: ignore[arg-type]


_GZIP = re.compile(rb"\x1f\x8b\x08")

CODECS = (
    Codec("gzip", ".gz", _gzip_chunks, _gzip_stream, _GZIP),
    Codec("zstd", ".zst", _zstd_chunks, _zstd_stream, re.compile(rb"\x28\xb5\x2f\xfd")),
    Codec("bzip2", ".bz2", _bz2_chunks, _bz2_stream, re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)")),
    Codec("xz", ".xz", _xz_chunks, _xz_stream, re.compile(rb"\xfd7zXZ\x00")),
    Codec("none", "", _plain_chunks, _plain_stream),
)
"""In the order in which suffixes are tried; the last takes every name."""

MOST_EXPANSION = 250
SMALL = 256 << 20


def unfolded(codec: Codec, path: Path) -> Iterator[bytes]:
    """The content of a file from elsewhere; ValueError where so much comes out of so little that it is a bomb.

    More than `MOST_EXPANSION` times the size of the file is refused beyond `SMALL` bytes: text shrinks to a fifth, logs
    of one line to a hundredth.
    """
    limit = max(SMALL, MOST_EXPANSION * path.stat().st_size)
    size = 0
    for chunk in codec.chunks(path):
        size += len(chunk)
        if size > limit:
            raise ValueError(f"it unfolds to more than {MOST_EXPANSION} times its size")
        yield chunk


PLAIN = CODECS[-1]

FRAMED = {"gzip": Codec("gzip records", ".gz", _gzip_chunks, _gzip_records, _GZIP, framed=True)}
"""Codecs that pack record by record, by the name of the one that packs the file as a whole."""


def codec_of(name: str) -> Codec:
    """The codec that a file's name asks for.

    >>> codec_of("news.JSONL.gz").name, codec_of("news.jsonl").name
    ('gzip', 'none')
    """
    return next(codec for codec in CODECS if name.lower().endswith(codec.suffix))


def codec_named(name: str) -> Codec:
    """The codec of that name; KeyError when there is none."""
    return {codec.name: codec for codec in (*CODECS, *FRAMED.values())}[name]
