"""Where the bytes of one rewritten source go: kept, rejected or dropped, with a tally of the original.

Pages open their files when the first byte arrives, so a run without bad rows has no `rejected/`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from dedup.formats.codecs import Codec
from dedup.formats.sinks import ANYONE, OutFile, RowFile
from dedup.formats.values import BadRow, Fate, Origin

BOM = b"\xef\xbb\xbf"


class Pages:
    """The outputs of one source. `place` gives the path for a name in the run folder (null in a dry run).

    `mode` holds the widest permissions that they may have.
    """

    def __init__(
        self,
        file: str,
        codec: Codec,
        place: Callable[[str], Path | None],
        rejected: RowFile,
        dropped: RowFile,
        mode: int = ANYONE,
    ) -> None:
        self._mode = mode
        self._file = file
        self._codec = codec
        self._place = place
        self._rejected = rejected
        self._dropped = dropped
        self._files: dict[str, OutFile] = {}
        self._hash = hashlib.sha256()
        self._bytes = 0
        self.bom = b""
        self.groups: list[int] = []
        self.metadata = False
        self.counts = {"rows": 0, "documents": 0, "rejected": 0, "dropped": 0}

    def watch(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Pass the original's bytes on, counted and hashed."""
        for chunk in chunks:
            self.see(chunk)
            yield chunk

    def see(self, data: bytes) -> None:
        """Count and hash content of the original."""
        self._hash.update(data)
        self._bytes += len(data)

    def keep(self, data: bytes) -> None:
        """Write to `clean/`."""
        self.out("clean").write(data)

    def reject(self, bad: BadRow, raw: bytes) -> None:
        """Write a row that cannot be read to `rejected/`, verbatim."""
        self.counts["rejected"] += 1
        self.out("rejected").write(raw)
        place = {"file": bad.file, "row": bad.row, "offset": bad.offset, "message": bad.message}
        self._rejected.write(place)

    def drop(self, row: int, offset: int | None, fate: Fate, raw: bytes) -> None:
        """Write a document that is not to be in `clean/` to `dropped/`, verbatim."""
        self.counts["dropped"] += 1
        self.out("dropped").write(raw)
        place = {"doc": fate.doc, "file": self._file, "row": row, "offset": offset, "reason": fate.dropped}
        self._dropped.write(place)

    def close(self) -> dict[str, str]:
        """Finish the files: their names in the run folder with their SHA-256."""
        return {self._name(folder): file.close() for folder, file in self._files.items()}

    def discard(self) -> None:
        """Remove the files."""
        for file in self._files.values():
            file.discard()

    def origin(self, format_name: str, text_field: str) -> Origin:
        """What restore must know of the source, now that all of it was seen."""
        return Origin(
            file=self._file,
            format=format_name,
            codec=self._codec.name,
            bytes=self._bytes,
            sha256=self._hash.hexdigest(),
            bom=bool(self.bom),
            text_field=text_field,
            groups=tuple(self.groups),
            metadata=self.metadata,
            **self.counts,
        )

    def _name(self, folder: str) -> str:
        return f"{folder}/{self._file}"

    def out(self, folder: str) -> OutFile:
        """The file of this source in `clean`, `rejected` or `dropped`."""
        if folder not in self._files:
            self._files[folder] = OutFile(self._place(self._name(folder)), self._codec, self._mode)
            if folder == "clean":
                self._files[folder].write(self.bom)
        return self._files[folder]
