"""A file of each format made of the same rows, and its rows and texts read again by other means than the product's."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from runs import packed, unpacked

Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Kind:
    """`write` makes a file of rows (id, site, title, text); `texts` reads the texts; `same` compares two files."""

    name: str
    file: str
    write: Callable[[Path, Rows], None]
    texts: Callable[[Path], list[str]]
    same: Callable[[Path, Path], bool]


def same_bytes(one: Path, other: Path) -> bool:
    return unpacked(one) == unpacked(other)


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed(path.name, content))


# --- rows of bytes


def write_txt(path: Path, rows: Rows) -> None:
    put(path, rows[0]["text"].encode())


def read_txt(path: Path) -> list[str]:
    return [unpacked(path).decode()]


def write_jsonl(path: Path, rows: Rows) -> None:
    put(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode())


def read_jsonl(path: Path) -> list[str]:
    return [json.loads(line)["text"] for line in unpacked(path).split(b"\n") if line]


def write_csv(path: Path, rows: Rows) -> None:
    table = io.StringIO(newline="")
    delimiter = "\t" if ".tsv" in path.name else ","
    writer = csv.DictWriter(table, ["id", "site", "title", "text", "n"], delimiter=delimiter, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({**row, "n": 'a "b"'} for row in rows)
    put(path, table.getvalue().encode())


def read_csv(path: Path) -> list[str]:
    delimiter = "\t" if ".tsv" in path.name else ","
    table = io.StringIO(unpacked(path).decode(), newline="")
    return [row["text"] for row in csv.DictReader(table, delimiter=delimiter)]


def write_warc(path: Path, rows: Rows) -> None:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=path.name.endswith(".gz"))
    writer.write_record(writer.create_warcinfo_record("a.wet", {"software": "a test"}))
    for row in rows:
        record = writer.create_warc_record(
            f"https://{row['site']}/{row['id']}",
            "conversion",
            payload=io.BytesIO(row["text"].encode()),
            warc_content_type="text/plain",
            warc_headers_dict={"WARC-Record-ID": f"<urn:uuid:{row['id']}>"},
            http_headers=None,
        )
        assert isinstance(record.rec_headers, StatusAndHeaders)
        writer.write_record(record)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out.getvalue())


def read_warc(path: Path) -> list[str]:
    """The texts; warcio checks lengths, digests, and that each record is packed on its own."""
    from warcio.archiveiterator import ArchiveIterator

    with path.open("rb") as file:
        records = ArchiveIterator(file, check_digests="raise")
        return [each.content_stream().read().decode() for each in records if each.rec_type == "conversion"]


# --- tables


def table_of(rows: Rows) -> pa.Table:
    """Rows with nested columns, nulls and metadata besides their text."""
    count = len(rows)
    columns = {
        "id": pa.array([row["id"] for row in rows]),
        "nested": pa.array([[{"a": n, "b": [f"x{n}", None]}] if n % 3 else None for n in range(count)]),
        "text": pa.array([row["text"] for row in rows], pa.large_string()),
        "site": pa.array([row["site"] for row in rows]).dictionary_encode(),
        "title": pa.array([row["title"] for row in rows]),
        "when": pa.array(
            [1_700_000_000_000_000 + n if n % 2 else None for n in range(count)], pa.timestamp("us", "UTC")
        ),
        "map": pa.array([[("k", n)] if n % 4 else None for n in range(count)], pa.map_(pa.string(), pa.int16())),
        "flag": pa.array([n % 2 == 0 if n % 5 else None for n in range(count)]),
        "vector": pa.array([[0.1, 1.5]] * count, pa.list_(pa.float32(), 2)),
        "none": pa.nulls(count),
    }
    schema = pa.schema(
        [pa.field(name, column.type, metadata={"of": name}) for name, column in columns.items()],
        metadata={"made": "by a test", "pandas": "{}"},
    )
    return pa.table(list(columns.values()), schema=schema)


PART = 3


def write_parquet(path: Path, rows: Rows) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table_of(rows), path, row_group_size=PART, compression={"text": "zstd", "id": "snappy"})


def parts_of_parquet(path: Path) -> list[pa.Table]:
    file = pq.ParquetFile(path)
    return [file.read_row_group(number) for number in range(file.num_row_groups)]


def same_parquet(one: Path, other: Path) -> bool:
    first, second = pq.ParquetFile(one), pq.ParquetFile(other)
    return (
        same_parts(parts_of_parquet(one), parts_of_parquet(other))
        and first.schema_arrow.equals(second.schema_arrow, check_metadata=True)
        and first.metadata.metadata.keys() == second.metadata.metadata.keys()
    )


def same_parts(one: list[pa.Table], other: list[pa.Table]) -> bool:
    pairs = zip(one, other, strict=True)
    return all(a.to_pylist() == b.to_pylist() and a.schema.equals(b.schema, check_metadata=True) for a, b in pairs)


def write_arrow(path: Path, rows: Rows) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    table = table_of(rows)
    make = pa.ipc.new_stream if path.suffix == ".arrows" else pa.ipc.new_file
    with make(str(path), table.schema) as writer:
        writer.write_table(table, max_chunksize=PART)


def parts_of_arrow(path: Path) -> list[pa.Table]:
    if path.read_bytes().startswith(b"ARROW1"):
        reader = pa.ipc.open_file(str(path))
        batches = [reader.get_batch(number) for number in range(reader.num_record_batches)]
    else:
        batches = list(pa.ipc.open_stream(pa.OSFile(str(path))))
    return [pa.Table.from_batches([batch]) for batch in batches]


def same_arrow(one: Path, other: Path) -> bool:
    kinds = {path.read_bytes().startswith(b"ARROW1") for path in (one, other)}
    return len(kinds) == 1 and same_parts(parts_of_arrow(one), parts_of_arrow(other))


def texts_of(parts: Callable[[Path], list[pa.Table]]) -> Callable[[Path], list[str]]:
    return lambda path: [text for part in parts(path) for text in part["text"].to_pylist()]


KINDS = (
    Kind("txt", "a.txt", write_txt, read_txt, same_bytes),
    Kind("txt", "a.txt.gz", write_txt, read_txt, same_bytes),
    *(
        Kind("jsonl", f"a.jsonl{suffix}", write_jsonl, read_jsonl, same_bytes)
        for suffix in ("", ".gz", ".zst", ".bz2", ".xz")
    ),
    Kind("csv", "a.csv", write_csv, read_csv, same_bytes),
    Kind("csv", "a.tsv.xz", write_csv, read_csv, same_bytes),
    Kind("warc", "a.warc.wet", write_warc, read_warc, same_bytes),
    Kind("warc", "a.warc.wet.gz", write_warc, read_warc, same_bytes),
    Kind("parquet", "a.parquet", write_parquet, texts_of(parts_of_parquet), same_parquet),
    Kind("arrow", "a.arrow", write_arrow, texts_of(parts_of_arrow), same_arrow),
    Kind("arrow", "a.arrows", write_arrow, texts_of(parts_of_arrow), same_arrow),
)
