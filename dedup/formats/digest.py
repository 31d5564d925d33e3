"""Digests of Arrow tables by value: two equal tables have one digest, however they lie in memory or in a file.

Nulls are left out before values are hashed, so what lies under a null does not matter; dictionaries are decoded,
chunks joined, offsets turned into lengths. It does not depend on the version of pyarrow.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def schema_digest(schema: pa.Schema) -> bytes:
    """SHA-256 over names, types, nullability and metadata, order included."""
    return hashlib.sha256(repr((_metadata(schema.metadata), [_field(each) for each in schema])).encode()).digest()


def _field(field: pa.Field) -> tuple[object, ...]:
    return field.name, str(field.type), field.nullable, _metadata(field.metadata)


def _metadata(metadata: Any) -> list[tuple[bytes, bytes]]:  # noqa: ANN401 - a dict of bytes, or None
    return sorted((metadata or {}).items())


def table_digest(table: pa.Table) -> bytes:
    """SHA-256 over the values of a table, column by column."""
    digest = hashlib.sha256(str(table.num_rows).encode())
    for column in table.columns:
        _add(digest, _joined(column))
    return digest.digest()


def _joined(column: pa.ChunkedArray) -> pa.Array:
    import pyarrow as pa

    joined = column.combine_chunks()
    if isinstance(joined, pa.ChunkedArray):  # more than 2 GB of strings stay in chunks
        return pa.chunked_array(joined).cast(_large(joined.type)).combine_chunks()
    return joined


def _large(kind: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    return pa.large_string() if pa.types.is_string(kind) else pa.large_binary()


def _add(digest: Any, array: pa.Array) -> None:  # noqa: ANN401 - hashlib does not name its class
    """Add the values of one array."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = array.type
    if isinstance(array, pa.ExtensionArray):
        return _add(digest, array.storage)
    if pa.types.is_dictionary(kind):
        return _add(digest, array.dictionary_decode())
    if pa.types.is_run_end_encoded(kind):
        return _add(digest, pc.run_end_decode(array))
    if (plain := _without_view(kind)) is not None:
        return _add(digest, array.cast(plain))
    digest.update(f"{len(array)},{array.null_count};".encode())
    if pa.types.is_null(kind):
        return None
    if pa.types.is_union(kind):  # rare: by way of Python's own spelling
        digest.update(repr(array.to_pylist()).encode())
        return None
    if array.null_count:
        _add_values(digest, pc.cast(pc.is_valid(array), pa.uint8()))
        array = array.drop_null()
    return _add_present(digest, array)


def _add_present(digest: Any, array: pa.Array) -> None:  # noqa: ANN401 - hashlib does not name its class
    """Add an array without nulls: lengths and what lies below, or the values themselves."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = array.type
    types = pa.types
    if types.is_struct(kind):
        for child in array.flatten():
            _add(digest, child)
    elif types.is_list(kind) or types.is_large_list(kind) or types.is_map(kind):
        _add_values(digest, pc.cast(_lengths(array), pa.int64()))
        _add(digest, _below(array))
    elif types.is_fixed_size_list(kind):
        _add(digest, array.flatten())
    elif types.is_boolean(kind):
        _add_values(digest, pc.cast(array, pa.uint8()))
    elif _is_bytes(kind):
        array = array.cast(pa.large_binary())
        _add_values(digest, pc.cast(pc.binary_length(array), pa.int64()))
        _add_data(digest, array)
    else:
        _add_values(digest, array)


def _is_bytes(kind: pa.DataType) -> bool:
    import pyarrow as pa

    named = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    return any(test(kind) for test in named)


def _without_view(kind: pa.DataType) -> pa.DataType | None:
    """What a type of views is cast to, as few functions take them; null for all others."""
    import pyarrow as pa

    return {"string_view": pa.large_string(), "binary_view": pa.large_binary()}.get(str(kind))


def _lengths(array: pa.Array) -> pa.Array:
    """Items per list; a map's by its offsets, as pyarrow counts none for it."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_map(array.type):
        return pc.list_value_length(array)
    return pa.array(np.diff(array.offsets.to_numpy()))


def _below(array: pa.Array) -> pa.Array:
    import pyarrow as pa

    if not pa.types.is_map(array.type):
        return array.flatten()
    offsets = array.offsets
    first, last = offsets[0].as_py(), offsets[-1].as_py()
    pairs = [array.keys, array.items]
    inside = [each.slice(first, last - first) if len(each) != last - first else each for each in pairs]
    return pa.StructArray.from_arrays(inside, ["key", "value"])


def _add_values(digest: Any, array: pa.Array) -> None:  # noqa: ANN401 - hashlib does not name its class
    """Add values of a fixed width."""
    width = array.type.bit_width // 8
    data = array.buffers()[1]
    if data is not None:
        digest.update(memoryview(data)[array.offset * width : (array.offset + len(array)) * width])


def _add_data(digest: Any, array: pa.LargeBinaryArray) -> None:  # noqa: ANN401 - hashlib does not name its class
    """Add the bytes of all values, one after the other."""
    import numpy as np

    _, offsets, data = array.buffers()
    if data is not None and len(array):
        bounds = np.frombuffer(offsets, np.int64, len(array) + 1, array.offset * 8)
        digest.update(memoryview(data)[int(bounds[0]) : int(bounds[-1])])
