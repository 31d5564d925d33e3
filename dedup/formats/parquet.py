"""Parquet: row group by row group; schema, nested columns, row groups, metadata and compression stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dedup.formats.columnar import format_of_tables
from dedup.formats.tables import Opened, Tables

if TYPE_CHECKING:
    import pyarrow as pa

ARROW_SCHEMA = b"ARROW:schema"


def _open(path: Path) -> Opened:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        schema, metadata = file.schema_arrow, file.metadata
    return Opened(schema, partial(_parts, path), partial(_Writer, _compression(metadata), metadata.metadata))


def _parts(path: Path, columns: Sequence[str] | None) -> Iterator[pa.Table]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for number in range(file.metadata.num_row_groups):
            if file.metadata.row_group(number).num_rows:
                yield file.read_row_group(number, columns=columns, use_threads=False)


def _compression(metadata: Any) -> dict[str, str] | str:  # noqa: ANN401 - pyarrow has no types
    """The codec of each column of the first row group."""
    if not metadata.num_row_groups:
        return "zstd"
    group = metadata.row_group(0)
    columns = [group.column(number) for number in range(group.num_columns)]
    return {column.path_in_schema: _codec(column.compression) for column in columns}


def _codec(name: str) -> str:
    known = {"UNCOMPRESSED": "NONE", "SNAPPY": "SNAPPY", "GZIP": "GZIP", "BROTLI": "BROTLI", "LZ4": "LZ4"}
    return known.get(name, "ZSTD")


class _Writer:
    """One row group per table."""

    def __init__(self, compression: dict[str, str] | str, metadata: Any, file: Any, schema: pa.Schema) -> None:  # noqa: ANN401
        import pyarrow.parquet as pq

        self._writer = pq.ParquetWriter(file, schema, compression=compression)
        own = schema.metadata or {}
        more = {key: value for key, value in (metadata or {}).items() if key != ARROW_SCHEMA and key not in own}
        if more:
            self._writer.add_key_value_metadata(more)

    def write(self, table: pa.Table) -> None:
        """Write a row group."""
        self._writer.write_table(table, row_group_size=table.num_rows)

    def close(self) -> None:
        """Write the footer."""
        self._writer.close()


PARQUET = format_of_tables("parquet", (".parquet", ".pq"), Tables(_open), b"PAR1")
