"""Runs for tests: a folder of files, a choice of what goes, and the run folder that comes of it."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path

import zstandard

from dedup.formats import BadRow, Fate, Sources, Unreadable, sources
from dedup.runfolder import RunFolder
from dedup.settings import Settings
from dedup.strip import finish
from dedup.types import Document, Removal

Choose = Callable[[str], list[Removal]]


def gone(start: int, end: int, label: str = "share") -> Removal:
    return Removal(start, end, label, ("a test says so",), 0.75)


def lines_with(mark: str) -> Choose:
    """Remove every line that holds the mark."""

    def choose(text: str) -> list[Removal]:
        found, at = [], 0
        for line in text.split("\n"):
            end = min(at + len(line) + 1, len(text))
            if mark in line:
                found.append(gone(at, end))
            at = end
        return found

    return choose


def random_spans(seed: int) -> Choose:
    """Remove random spans, many of them next to each other."""

    def choose(text: str) -> list[Removal]:
        chance = random.Random(f"{seed} {text!r}")
        offsets = sorted(chance.sample(range(len(text) + 1), min(len(text) + 1, chance.randint(0, 8))))
        return [gone(start, end) for start, end in pairwise(offsets) if chance.random() < 0.6]

    return choose


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files, packing those whose name asks for it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(packed(name, content))
    return folder


def packed(name: str, content: bytes) -> bytes:
    if name.endswith(".gz"):
        return gzip.compress(content)
    if name.endswith(".zst"):
        return zstandard.ZstdCompressor(write_checksum=True).compress(content)
    if name.endswith(".bz2"):
        return bz2.compress(content)
    return lzma.compress(content) if name.endswith(".xz") else content


def unpacked(path: Path) -> bytes:
    """The decompressed content of a file, by other means than the product's."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(data)
    if path.suffix == ".zst":
        return zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True).read()
    if path.suffix == ".bz2":
        return bz2.decompress(data)
    return lzma.decompress(data) if path.suffix == ".xz" else data


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): unpacked(path) for path in folder.rglob("*") if path.is_file()}


def read_all(found: Sources, settings: Settings) -> list[Document | BadRow | Unreadable]:
    return list(found.read(settings))


def run(
    folder: Path,
    out: Path,
    choose: Choose = lambda text: [],
    *,
    drop: Callable[[str], bool] = lambda text: False,
    settings: Settings | None = None,
    overwrite: bool = False,
    dry_run: bool = False,
) -> None:
    """The flow without a judge: `choose` says what goes from a text, `drop` which documents go as a whole."""
    settings = settings or Settings()
    found = sources([str(folder)], out)
    items = read_all(found, settings)
    left_out = {item.file for item in items if isinstance(item, Unreadable)}
    ids = {(item.file, item.row): item for item in items if isinstance(item, Document)}
    with RunFolder.create(out, overwrite=overwrite, dry_run=dry_run) as room:
        for source in found.files:
            if source.file in left_out:
                continue

            def decide(row: int, text: str, file: str = source.file) -> Fate:
                document = ids[file, row]
                assert document.text == text
                facts = {"site": document.site, "chars": len(text)}
                return Fate(document.doc, finish(text, choose(text)), facts, "a test says so" if drop(text) else None)

            room.rewrite(source, settings, decide)
        room.commit({"tool": "dedup"})
