"""dolma: attribute files beside JSONL documents, from which its own mixer removes what we would.

A row per document, in the order of the documents: `{"id": …, "attributes": {"dedup__CLASS": [[start, end, score]],
"dedup__removed": […]}}`. Offsets count code points, as dolma's do. `dedup__removed` holds every span, blank lines too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dedup import atomic
from dedup.errors import UsageError
from dedup.formats.codecs import codec_named
from dedup.formats.jsonrow import dumps
from dedup.formats.sinks import OutFile
from dedup.runfolder import read_rows

ALL = "dedup__removed"


def admit(out: Path) -> None:
    """UsageError unless attribute files may be written to `out`, before the long work."""
    if os.path.lexists(out):
        raise UsageError(f"{out}: exists already; choose another --attributes")


def write_attributes(run_dir: Path, out: Path) -> list[str]:
    """Write an attribute file per JSONL file of a run into `out`, which appears whole; names the files left out."""
    admit(out)
    room = atomic.make_room(out)
    left_out: list[str] = []
    try:
        with atomic.stopping(str(out)):
            documents, removed = read_rows(run_dir, "documents.jsonl"), _Spans(run_dir)
            held = next(documents, None)
            for origin in read_rows(run_dir, "files.jsonl"):
                name = origin["file"]
                is_rows = origin["format"] == "jsonl"
                file = OutFile(room / name if is_rows else None, codec_named(origin["codec"]))
                while held is not None and held["file"] == name:
                    file.write(dumps({"id": held["doc"], "attributes": _attributes(removed.of(held["doc"]))}))
                    held = next(documents, None)
                file.close()
                left_out += [] if is_rows else [name]
            atomic.publish(room, out)
    finally:
        atomic.clear(room)
    return left_out


class _Spans:
    """The rows of removed.jsonl, document by document in their order."""

    def __init__(self, run_dir: Path) -> None:
        self._rows = read_rows(run_dir, "removed.jsonl")
        self._held: dict[str, Any] | None = next(self._rows, None)

    def of(self, doc: str) -> Iterator[dict[str, Any]]:
        """The removed spans of the next document."""
        while self._held is not None and self._held["doc"] == doc:
            row, self._held = self._held, next(self._rows, None)
            yield row


def _attributes(rows: Iterator[dict[str, Any]]) -> dict[str, list[list[float]]]:
    spans: dict[str, list[list[float]]] = {ALL: []}
    for row in rows:
        span = [row["start"], row["end"], row["score"]]
        spans.setdefault(f"dedup__{row['label']}", []).append(span)
        spans[ALL].append(span)
    return spans
