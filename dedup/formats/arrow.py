"""Arrow IPC: record batch by record batch; files stay files, streams stay streams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dedup.formats.columnar import format_of_tables
from dedup.formats.tables import Opened, Tables

if TYPE_CHECKING:
    import pyarrow as pa

MAGIC = b"ARROW1"
PACKED = 0.8
"""A file smaller than this share of its batches in memory holds packed buffers."""


def _open(path: Path) -> Opened:
    import pyarrow as pa

    with path.open("rb") as file:
        is_file = file.read(len(MAGIC)) == MAGIC
    with pa.OSFile(str(path)) as raw:
        schema = (pa.ipc.open_file(raw) if is_file else pa.ipc.open_stream(raw)).schema
    return Opened(schema, partial(_parts, path, is_file), partial(_Writer, path, is_file))


def _parts(path: Path, is_file: bool, columns: Sequence[str] | None) -> Iterator[pa.Table]:
    import pyarrow as pa

    for batch in _batches(path, is_file):
        if batch.num_rows:
            table = pa.Table.from_batches([batch])
            yield table if columns is None else table.select(list(columns))


def _batches(path: Path, is_file: bool) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    with pa.OSFile(str(path)) as raw:
        if is_file:
            reader = pa.ipc.open_file(raw)
            yield from (reader.get_batch(number) for number in range(reader.num_record_batches))
        else:
            yield from pa.ipc.open_stream(raw)


def _is_packed(path: Path, is_file: bool) -> bool:
    """The file does not tell whether its buffers are packed; their size in memory does."""
    size, content = path.stat().st_size, 0
    for batch in _batches(path, is_file):
        content += batch.nbytes
        if content * PACKED > size:
            return True
    return False


class _Writer:
    """One record batch per table."""

    def __init__(self, like: Path, is_file: bool, file: Any, schema: pa.Schema) -> None:  # noqa: ANN401
        import pyarrow as pa

        options = pa.ipc.IpcWriteOptions(compression="lz4" if _is_packed(like, is_file) else None)
        make = pa.ipc.new_file if is_file else pa.ipc.new_stream
        self._writer = make(file, schema, options=options)

    def write(self, table: pa.Table) -> None:
        """Write a record batch."""
        self._writer.write_table(table.combine_chunks(), max_chunksize=table.num_rows)

    def close(self) -> None:
        """Write what ends the file."""
        self._writer.close()


ARROW = format_of_tables("arrow", (".arrow", ".arrows", ".feather", ".ipc"), Tables(_open), MAGIC)
