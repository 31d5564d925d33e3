"""What the formats of tables share: a file that is opened part by part, and columns as texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dedup.metadata import FIELD, LABELS

if TYPE_CHECKING:
    import pyarrow as pa


class Writer(Protocol):
    """Writes tables one after the other."""

    def write(self, table: pa.Table) -> None:
        """Write one part."""

    def close(self) -> None:
        """Write what ends the file."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file of tables: its schema, its parts (all columns, or those named), and how to write one like it."""

    schema: pa.Schema
    parts: Callable[[Sequence[str] | None], Iterator[pa.Table]]
    writer: Callable[[Any, pa.Schema], Writer]


@dataclass(frozen=True, slots=True)
class Tables:
    """How a format of tables works: `open` may raise OSError or ValueError for a damaged file."""

    open: Callable[[Path], Opened]


def is_text(kind: pa.DataType) -> bool:
    """Whether a column holds strings, plain or by dictionary."""
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return str(kind) in ("string", "large_string", "string_view")


def values_of(part: pa.Table, column: str) -> list[Any]:
    """A column as Python values, null for null."""
    values: list[Any] = part.column(column).to_pylist()
    return values


def with_texts(table: pa.Table, field: str, texts: Sequence[str | None]) -> pa.Table:
    """The table with other texts in a column of the same type."""
    import pyarrow as pa

    index = table.schema.get_field_index(field)
    kind = table.schema.field(index).type
    column = pa.chunked_array([pa.array(texts, pa.large_string())])
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type).dictionary_encode()
    return table.set_column(index, table.schema.field(index), column.cast(kind))


def metadata_schema(schema: pa.Schema) -> pa.Schema:
    """The schema with a last column for metadata."""
    import pyarrow as pa

    lists = [(label, pa.list_(pa.string())) for label in LABELS]
    return schema.append(pa.field(FIELD, pa.struct([("date", pa.string()), *lists])))


def without_metadata(schema: pa.Schema) -> pa.Schema:
    """The undo of `metadata_schema`."""
    return schema.remove(len(schema) - 1)


def with_metadata(table: pa.Table, said: Sequence[object]) -> pa.Table:
    """The table with metadata, or nulls, in a last column."""
    import pyarrow as pa

    field = metadata_schema(table.schema).field(FIELD)
    return table.append_column(field, pa.array(said, field.type))


class File:
    """What pyarrow takes for a file: it only writes, from start to end."""

    closed = False

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._at = 0

    def write(self, data: bytes) -> int:
        """Take bytes, or a buffer of them."""
        raw = bytes(data)
        self._write(raw)
        self._at += len(raw)
        return len(raw)

    def tell(self) -> int:
        """How many bytes came."""
        return self._at

    def flush(self) -> None:
        """Nothing is held back here."""

    def close(self) -> None:
        """What takes the bytes is closed by its owner."""

    def seekable(self) -> bool:
        """Never."""
        return False

    def writable(self) -> bool:
        """Always."""
        return True

    def readable(self) -> bool:
        """Never."""
        return False
