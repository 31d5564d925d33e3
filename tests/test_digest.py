"""Digests of tables: the same for equal values however they lie, another for any change."""

from __future__ import annotations

import decimal

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from kinds import table_of

from dedup.formats.digest import schema_digest, table_digest

ROWS = [{"id": f"d{n}", "site": f"s{n % 3}", "title": "t" * n, "text": "نص " * n} for n in range(11)]
COLUMNS = {
    "decimal": pa.array([decimal.Decimal("1.25"), None, decimal.Decimal(-3)]),
    "binary": pa.array([b"a\x00", None, b""], pa.large_binary()),
    "fixed": pa.array([b"ab", None, b"cd"], pa.binary(2)),
    "bool": pa.array([True, None, False]),
    "null": pa.nulls(3),
    "list": pa.array([[1, None], None, []], pa.list_(pa.int8())),
    "large": pa.array([["x"], None, ["y", "z"]], pa.large_list(pa.string())),
    "struct": pa.array([{"a": 1, "b": "x"}, None, {"a": None, "b": "y"}]),
    "map": pa.array([[("k", 1)], None, [("k", None), ("l", 2)]], pa.map_(pa.string(), pa.int8())),
    "vector": pa.array([[1.0, 2.0], None, [3.0, 4.0]], pa.list_(pa.float32(), 2)),
    "date": pa.array([1, None, 3], pa.date32()),
    "time": pa.array([1, None, 3], pa.timestamp("ns", "Asia/Aden")),
    "dictionary": pa.array(["a", None, "b"]).dictionary_encode(),
    "view": pa.array(["a", None, "b"], pa.string_view()),
    "half": pa.array([1, None, 3], pa.uint16()),
}


def test_equal_tables_have_one_digest_however_they_lie() -> None:
    table = table_of(ROWS)
    whole = table_digest(table)
    padded = pa.concat_tables([table.slice(3, 2), table, table.slice(1, 4)])
    assert table_digest(padded.slice(2, table.num_rows)) == whole
    assert table_digest(pa.concat_tables([table.slice(0, 4), table.slice(4)])) == whole
    assert table_digest(table.take(list(range(table.num_rows)))) == whole


@pytest.mark.parametrize("name", COLUMNS)
def test_slices_and_chunks_do_not_matter_and_values_and_nulls_do(name: str) -> None:
    column = COLUMNS[name]
    table = pa.table({"c": column})
    whole = table_digest(table)
    assert table_digest(pa.concat_tables([table.slice(1), table]).slice(2)) == whole
    assert table_digest(pa.table({"c": pa.chunked_array([column.slice(0, 1), column.slice(1)])})) == whole
    plain = column.cast(pa.string()) if name == "view" else column  # nothing takes from views
    others = [
        pa.table({"c": plain.take(pa.array(rows)).cast(column.type)}) for rows in ([2, 1, 0], [0, 1, 1], [0, 0, 2])
    ]
    others.append(table.slice(0, 2))
    assert [table_digest(other) == whole for other in others] == [name == "null"] * 3 + [False]


def test_what_lies_under_a_null_does_not_matter() -> None:
    valid = pa.py_buffer(b"\x05")
    one = pa.Array.from_buffers(pa.int32(), 3, [valid, pa.py_buffer(b"\1\0\0\0\2\0\0\0\3\0\0\0")])
    other = pa.Array.from_buffers(pa.int32(), 3, [valid, pa.py_buffer(b"\1\0\0\0\7\0\0\0\3\0\0\0")])
    assert table_digest(pa.table({"c": one})) == table_digest(pa.table({"c": other}))


def test_dictionaries_count_by_their_values() -> None:
    plain = pa.array(["a", "b", "a"])
    turned = pa.DictionaryArray.from_arrays(pa.array([1, 0, 1]), pa.array(["b", "a"]))
    digests = {table_digest(pa.table({"c": each})) for each in (plain, plain.dictionary_encode(), turned)}
    assert len(digests) == 1
    assert pc.equal(turned.cast(pa.string()), plain).to_pylist() == [True] * 3


def test_schemas_differ_by_name_type_nullability_and_metadata() -> None:
    field = pa.field("a", pa.int8())
    schemas = [
        pa.schema([field]),
        pa.schema([field.with_name("b")]),
        pa.schema([field.with_type(pa.int16())]),
        pa.schema([field.with_nullable(False)]),
        pa.schema([field.with_metadata({"k": "v"})]),
        pa.schema([field], metadata={"k": "v"}),
        pa.schema([field, field]),
    ]
    assert len({schema_digest(schema) for schema in schemas}) == len(schemas)
    assert schema_digest(pa.schema([field])) == schema_digest(schemas[0])
