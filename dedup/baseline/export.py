"""An index as Parquet files that DuckDB, polars and Spark read: documents, distinct texts, and which holds which."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from dedup.atomic import whole_file
from dedup.baseline.index import Index
from dedup.baseline.part import joined
from dedup.errors import UsageError


def export(index: Index, out: Path) -> dict[str, int]:
    """Write `documents`, `texts` and `lines` to a folder; rows per file. UsageError for a folder that is not empty."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if out.exists() and any(out.iterdir()):
        raise UsageError(f"{out}: is not empty; choose another --out")
    out.mkdir(parents=True, exist_ok=True)
    rows = {}
    for name, columns in _tables(index).items():
        table = pa.table(dict(columns))
        with whole_file(out / f"{name}.parquet") as file:
            pq.write_table(table, file, compression="zstd")
        rows[name] = table.num_rows
    return rows


def _tables(index: Index) -> Mapping[str, Mapping[str, Any]]:
    part = joined(index.parts())
    doc = np.repeat(np.arange(len(part.docs)), np.diff(part.first))
    place = np.arange(len(doc)) - np.repeat(part.first[:-1], np.diff(part.first))
    live = np.flatnonzero(part.text >= 0)
    docs = part.docs
    return {
        "documents": {
            "document": np.arange(len(docs)),
            "id": [d.doc for d in docs],
            "site": [d.site for d in docs],
            "sha256": [d.sha256 for d in docs],
            "chars": [d.chars for d in docs],
        },
        "texts": {
            "text": np.arange(len(part.texts)),
            "folded": [_sound(part.texts.text(n)) for n in range(len(part.texts))],
            "hash_one": part.hashes[:, 0],
            "hash_two": part.hashes[:, 1],
        },
        "lines": {"document": doc[live], "line": place[live], "text": part.text[live]},
    }


def _sound(text: str) -> str:
    """The text as UTF-8 can hold it: half of a surrogate pair becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")
