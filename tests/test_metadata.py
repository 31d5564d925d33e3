"""What datelines, bylines, sources and keywords say: cleaned of labels, dated where certain, put into the output."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import ARTICLES
from kinds import KINDS, same_parts

import dedup
from dedup import pipeline
from dedup.metadata import FIELD, metadata
from dedup.restore import restore, verify
from dedup.runfolder import read_rows
from dedup.types import Removal

HEAD = "تاريخ النشر: الأحد 5 أيار 2024"
TEXTS = [f"{title}\n{HEAD}\n{body}\nالمصدر: بريد الوادي\nكلمات دلالية: جسر، وادي ,جسر\n" for title, body in ARTICLES]
SAID = {
    "date": "2024-05-05",
    "dateline": ["الأحد 5 أيار 2024"],
    "source": ["بريد الوادي"],
    "keywords": ["جسر", "وادي"],
}
ROWS = [{"id": f"p{n}", "text": text, "site": "sidra"} for n, text in enumerate([*TEXTS, ARTICLES[0][1] + " وحدها."])]


def said(text: str, label: str, *evidence: str) -> dict[str, object]:
    return metadata(text, [Removal(0, len(text), label, evidence, 0.9)])


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("الأحد 30 حزيران 2024 - 15:30", "2024-06-30"),
        ("٣ نيسان ٢٠٢٤", "2024-04-03"),
        ("8 كانون الثاني 2024", "2024-01-08"),
        ("14th, May 2024 GMT", "2024-05-14"),
        ("Published: March 3, 2024", "2024-03-03"),
        ("le 16 août 2024 à 8h", "2024-08-16"),
        ("2024-02-24T10:00:00Z", "2024-02-24"),
        ("24/02/2024", "2024-02-24"),
        ("2/2/2024", "2024-02-02"),
        ("3/4/2024", None),
        ("5 / 8 / 1445هـ", None),
        ("31 شباط 2024", None),
        ("1 مايو 2024 - تعديل 2 مايو 2024", None),
        ("الأحد", None),
    ],
)
def test_dates_are_iso_where_they_are_certain(line: str, date: str | None) -> None:
    assert said(line, "dateline").get("date") == date


@pytest.mark.parametrize(
    ("line", "label", "evidence", "values"),
    [
        ("المصدر : صحيفة الوادي\n", "source", "marker «المصدر»", ["صحيفة الوادي"]),
        ("الـمَصدر: أ\n", "source", "marker «المصدر»", ["أ"]),
        ("(الوادي) - سلمى حداد:\n", "byline", "a credit", ["سلمى حداد"]),
        ("كتبت: سلمى حداد", "byline", "a credit", ["سلمى حداد"]),
        ("By Salma Haddad", "byline", "a credit", ["Salma Haddad"]),
        ("كلمات دلالية:\n", "keywords", "marker «كلمات دلالية»", None),
        ("Tags: one, two | two", "keywords", "marker «tags»", ["one", "two"]),
        ("شارك", "share", "x", None),
    ],
)
def test_values_lose_their_labels(line: str, label: str, evidence: str, values: list[str] | None) -> None:
    assert said(line, label, evidence).get(label) == values


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.name in ("jsonl", "parquet", "arrow")], ids=lambda k: k.file
)
@pytest.mark.parametrize("min_chars", [0, 45])
def test_the_output_gets_a_field_and_restore_takes_it_off(tmp_path: Path, kind: object, min_chars: int) -> None:
    rows = [{**row, "title": "t"} for row in ROWS]
    kind.write(tmp_path / "in" / kind.file, rows)  # type: ignore[attr-defined]
    pipeline.clean([str(tmp_path / "in")], tmp_path / "out", dedup.Settings(metadata=True, min_chars=min_chars))
    assert next(read_rows(tmp_path / "out", "documents.jsonl"))["metadata"] == SAID
    assert verify(tmp_path / "out") == []
    restore(tmp_path / "out", tmp_path / "back")
    assert kind.same(tmp_path / "in" / kind.file, tmp_path / "back" / kind.file)  # type: ignore[attr-defined]


def test_rows_of_json_have_it_last_and_only_where_there_is_any(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.jsonl").write_text("".join(json.dumps(row) + " \r\n" for row in ROWS))
    pipeline.clean([str(tmp_path / "in")], tmp_path / "out", dedup.Settings(metadata=True))
    rows = [json.loads(line) for line in (tmp_path / "out/clean/a.jsonl").read_text().splitlines()]
    assert rows[0][FIELD] == SAID
    assert list(rows[0])[-1] == FIELD
    assert FIELD not in rows[-1]
    lines = (tmp_path / "out/clean/a.jsonl").read_text().replace("2024-05-05", "2024-05-06")
    (tmp_path / "out/clean/a.jsonl").write_text(lines)
    assert any("dedup_metadata" in problem for problem in verify(tmp_path / "out"))


def test_a_table_gets_a_column_unless_it_has_one(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / "in/a.parquet")
    pq.write_table(pa.Table.from_pylist([{**row, FIELD: "own"} for row in ROWS]), tmp_path / "in/b.parquet")
    pipeline.clean([str(tmp_path / "in")], tmp_path / "out", dedup.Settings(metadata=True))
    told = pq.read_table(tmp_path / "out/clean/a.parquet")[FIELD].to_pylist()
    assert told[0] == {**dict.fromkeys(told[0]), **SAID}
    assert told[-1] is None
    assert set(pq.read_table(tmp_path / "out/clean/b.parquet")[FIELD].to_pylist()) == {"own"}
    assert verify(tmp_path / "out") == []
    restore(tmp_path / "out", tmp_path / "back")
    assert same_parts([pq.read_table(tmp_path / "back/b.parquet")], [pq.read_table(tmp_path / "in/b.parquet")])


def test_without_the_option_nothing_is_added(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    pipeline.clean([str(tmp_path / "in")], tmp_path / "out", dedup.Settings())
    assert FIELD not in (tmp_path / "out/clean/a.jsonl").read_text()
    assert "metadata" not in next(read_rows(tmp_path / "out", "documents.jsonl"))


def test_a_result_has_it_for_every_document() -> None:
    assert dedup.clean(ROWS).metadata("p1") == SAID
    with pytest.raises(dedup.UsageError, match=r"Result\.metadata"):
        dedup.clean(ROWS, metadata=True)
