"""An index on disk: a manifest and immutable segments. It changes only by a new manifest, which appears in one step.

    INDEX/manifest.json          version, settings, segments with the SHA-256 of their tables, history, its own SHA-256
    INDEX/segment-<hash>/        columns (see columns.py and part.py)

A kill at any moment leaves the old manifest with all its segments; what lies about besides is removed by the next
writer. Small segments are merged as they come, so that there are few, and adding costs by what is added.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dedup.baseline import columns as disk
from dedup.baseline.columns import Column
from dedup.baseline.part import Key, Part, columns, joined, restored, without
from dedup.errors import RunFolderError, UsageError
from dedup.locks import lock
from dedup.settings import Shingles

VERSION = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment as the manifest has it."""

    name: str
    sha256: str
    documents: int
    lines: int
    texts: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index holds. `history` has an entry per addition: date, and figures per site."""

    threshold: float = 0.8
    shingles: str = "char:5"
    segments: tuple[Segment, ...] = ()
    history: tuple[Mapping[str, Any], ...] = ()


class Index:
    """An index that is open for reading; its columns are mapped when they are first asked for."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        self._open: dict[str, dict[str, Column]] = {}

    @classmethod
    def open(cls, folder: Path) -> Index:
        """The index in a folder; UsageError where there is none, RunFolderError where it is damaged or too new."""
        return cls(folder, _read(folder))

    @property
    def segments(self) -> list[dict[str, Column]]:
        """The columns of each segment."""
        return [self._columns(segment) for segment in self.manifest.segments]

    def parts(self) -> list[Part]:
        """All segments in memory."""
        return [restored(each) for each in self.segments]

    def _columns(self, segment: Segment) -> dict[str, Column]:
        if segment.name not in self._open:
            self._open[segment.name] = disk.read(self.folder / segment.name, segment.sha256)
        return self._open[segment.name]

    def keys(self) -> set[Key]:
        """The keys of all documents."""
        found: set[Key] = set()
        for each in self.segments:
            data = each["key"].all().astype(">u8").tobytes()
            found.update(data[at : at + 16] for at in range(0, len(data), 16))
        return found


def create(folder: Path, shingles: Shingles, threshold: float) -> None:
    """A new empty index; UsageError where the folder is there already."""
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder}: exists already; `dedup index add` adds to an index, or choose another --index")
    folder.mkdir(parents=True, exist_ok=True)
    _publish(folder, Manifest(threshold, str(shingles)))


def add(folder: Path, part: Part, history: Mapping[str, Any]) -> int:
    """Add documents; how many were new. What is there already changes nothing."""
    with lock(folder):
        manifest = _read(folder)
        _tidy(folder, manifest)
        index = Index(folder, manifest)
        new = without(part, index.keys())
        if not new.docs:
            return 0
        segments = list(manifest.segments)
        while segments and segments[-1].lines <= 2 * len(new.text):
            new = joined([restored(index._columns(segments.pop())), new])  # noqa: SLF001 - of this room
        segments.append(_write(folder, new, manifest))
        _publish(folder, replace(manifest, segments=tuple(segments), history=(*manifest.history, history)))
        count = sum(s.documents for s in segments) - sum(s.documents for s in manifest.segments)
        del index
        _tidy(folder, _read(folder))
    return count


def merge(folders: Sequence[Path], out: Path) -> None:
    """One index of several."""
    indexes = [Index.open(folder) for folder in folders]
    settings = {(index.manifest.threshold, index.manifest.shingles) for index in indexes}
    if len(settings) != 1:
        raise UsageError("the indexes were built with different --threshold or --shingles; build one of them again")
    threshold, shingles = settings.pop()
    create(out, Shingles.parse(shingles), threshold)
    manifest = _read(out)
    parts = [part for index in indexes for part in index.parts()]
    history = sorted((each for index in indexes for each in index.manifest.history), key=lambda h: str(h["date"]))
    segments = (_write(out, joined(parts), manifest),) if parts else ()
    _publish(out, replace(manifest, segments=segments, history=tuple(history)))


def _write(folder: Path, part: Part, manifest: Manifest) -> Segment:
    room = folder / f".{uuid.uuid4().hex[:12]}.partial"
    data = columns(part, Shingles.parse(manifest.shingles), manifest.threshold)
    sha256 = disk.write(room, data)
    name = f"segment-{sha256[:16]}"
    if (folder / name).exists():
        shutil.rmtree(room)  # the same content: nothing to add
    else:
        room.rename(folder / name)
    disk.sync(folder)
    size = sum(column.nbytes for column in data.values())
    return Segment(name, sha256, len(part.docs), len(part.text), len(part.texts), size)


def _publish(folder: Path, manifest: Manifest) -> None:
    table: dict[str, Any] = {
        "version": VERSION,
        "threshold": manifest.threshold,
        "shingles": manifest.shingles,
        "segments": [{name: getattr(s, name) for name in Segment.__slots__} for s in manifest.segments],
        "history": list(manifest.history),
    }
    table["sha256"] = _digest(table)
    room = folder / f".{uuid.uuid4().hex[:12]}.manifest"
    with room.open("w", encoding="utf-8", newline="\n") as file:
        json.dump(table, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    room.replace(folder / MANIFEST)
    disk.sync(folder)


def _read(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise UsageError(f"{folder}: no index there; `dedup index build INPUT --index {folder}` makes one") from None
    except ValueError:
        raise RunFolderError(f"{path}: is damaged; restore the index or build it again") from None
    version = table.get("version") if isinstance(table, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise RunFolderError(f"{path}: version {version} is newer than this dedup, which knows {VERSION}; update dedup")
    if version != VERSION or table.pop("sha256", None) != _digest(table):
        raise RunFolderError(f"{path}: is damaged; restore the index or build it again")
    segments = tuple(Segment(**each) for each in table["segments"])
    return Manifest(table["threshold"], table["shingles"], segments, tuple(table["history"]))


def _digest(table: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(table, sort_keys=True).encode()).hexdigest()


def _tidy(folder: Path, manifest: Manifest) -> None:
    """Remove what no manifest names: left by a writer that was killed, or merged away."""
    named = {segment.name for segment in manifest.segments}
    for path in _strays(folder.iterdir(), named):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _strays(paths: Iterable[Path], named: set[str]) -> list[Path]:
    ours = (".partial", ".manifest")
    return [p for p in paths if p.name.endswith(ours) or (p.name.startswith("segment-") and p.name not in named)]
