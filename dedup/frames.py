"""Kinds of data that the library takes and gives back: iterables of texts or rows, frames, tables, data sets.

A kind says how its rows are read and how the same kind is made with other texts. Frames are known by the module of
their class, so that nothing is imported that the caller has not imported already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dedup.errors import UsageError

Row = Mapping[str, object]
Data = Any
"""One of the kinds below; the packages that define them may not be there."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`rows` gives the wanted fields of every row; `rebuilt` the same kind with new texts of the rows that stay.

    `head` gives the first rows as the same kind, `names` the fields that there are.
    """

    matches: Callable[[Data], bool]
    names: Callable[[Data], Sequence[str]]
    rows: Callable[[Data, Sequence[str]], list[Row]]
    rebuilt: Callable[[Data, str, Sequence[str | None], Sequence[int]], Data]
    head: Callable[[Data, int], Data] = lambda data, count: data.head(count)


def kind_of(data: Data) -> tuple[Kind, Data]:
    """The kind of some data, and the data as something that can be read twice; UsageError for what is none."""
    for kind in FRAMES:
        if kind.matches(data):
            return kind, data
    if isinstance(data, str | bytes | Mapping) or not isinstance(data, Iterable):
        what = f"{type(data).__module__}.{type(data).__qualname__}"
        raise UsageError(f"{what}: give an iterable of texts or dicts, a pandas or polars frame, a table or a Dataset")
    items = list(data)
    strings = sum(isinstance(item, str) for item in items)
    if strings == len(items):
        return TEXTS, items
    if strings or not all(isinstance(item, Mapping) for item in items):
        odd = next(number for number, item in enumerate(items) if not isinstance(item, type(items[0])) or not strings)
        raise UsageError(f"item {odd} is a {type(items[odd]).__name__}: give texts only, or dicts only")
    return DICTS, items


def _is(root: str, name: str) -> Callable[[Data], bool]:
    return lambda data: type(data).__module__.partition(".")[0] == root and type(data).__name__ == name


def _text_rows(data: list[str], names: Sequence[str]) -> list[Row]:
    return [{names[0]: text} for text in data]


def _texts_rebuilt(_data: list[str], _field: str, texts: Sequence[str | None], stay: Sequence[int]) -> list[str]:
    return [texts[at] or "" for at in stay]


def _dict_names(data: list[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in data for name in row))


def _dict_rows(data: list[Row], names: Sequence[str]) -> list[Row]:
    return [{name: row[name] for name in names if name in row} for row in data]


def _dicts_rebuilt(
    data: list[Row], field: str, texts: Sequence[str | None], stay: Sequence[int]
) -> list[dict[str, object]]:
    return [{**data[at], field: texts[at]} if field in data[at] else dict(data[at]) for at in stay]


def _columns(data: Data) -> list[str]:
    return [str(name) for name in data.columns]


def _rows_of(columns: Mapping[str, Sequence[object]]) -> list[Row]:
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _pandas_rows(data: Data, names: Sequence[str]) -> list[Row]:
    return _rows_of({name: [None if value != value else value for value in data[name].tolist()] for name in names})


def _pandas_rebuilt(data: Data, field: str, texts: Sequence[str | None], stay: Sequence[int]) -> Data:
    import pandas as pd

    column = pd.Series(list(texts), index=data.index, dtype=data[field].dtype)
    return data.assign(**{field: column}).iloc[list(stay)]


def _polars_rows(data: Data, names: Sequence[str]) -> list[Row]:
    return _rows_of({name: data[name].to_list() for name in names})


def _polars_rebuilt(data: Data, field: str, texts: Sequence[str | None], stay: Sequence[int]) -> Data:
    import polars as pl

    return data.with_columns(pl.Series(field, list(texts), dtype=data.schema[field]))[list(stay)]


def _arrow_names(data: Data) -> list[str]:
    return list(data.schema.names)


def _arrow_rows(data: Data, names: Sequence[str]) -> list[Row]:
    return _rows_of({name: data.column(name).to_pylist() for name in names})


def _arrow_rebuilt(data: Data, field: str, texts: Sequence[str | None], stay: Sequence[int]) -> Data:
    from dedup.formats.tables import with_texts

    whole = with_texts(data, field, texts)
    return whole if len(stay) == whole.num_rows else whole.take(list(stay))


def _dataset_rows(data: Data, names: Sequence[str]) -> list[Row]:
    return _arrow_rows(data.select_columns(list(names)).with_format("arrow")[:], names)


def _dataset_rebuilt(data: Data, field: str, texts: Sequence[str | None], stay: Sequence[int]) -> Data:
    import datasets

    table = _arrow_rebuilt(data.with_format("arrow")[:], field, texts, stay)
    return datasets.Dataset(datasets.table.InMemoryTable(table), info=data.info, split=data.split)


def _first(data: list[Any], count: int) -> list[Any]:
    return data[:count]


TEXTS = Kind(lambda _: False, lambda _: ["text"], _text_rows, _texts_rebuilt, _first)
DICTS = Kind(lambda _: False, _dict_names, _dict_rows, _dicts_rebuilt, _first)

FRAMES = (
    Kind(_is("pandas", "DataFrame"), _columns, _pandas_rows, _pandas_rebuilt),
    Kind(_is("polars", "DataFrame"), _columns, _polars_rows, _polars_rebuilt),
    Kind(_is("pyarrow", "Table"), _arrow_names, _arrow_rows, _arrow_rebuilt, lambda data, n: data.slice(0, n)),
    Kind(
        _is("datasets", "Dataset"),
        lambda data: list(data.column_names),
        _dataset_rows,
        _dataset_rebuilt,
        lambda data, n: data.select(range(min(n, len(data)))),
    ),
)
"""Kinds that are known by their class. A new one is a line here and its two functions."""
