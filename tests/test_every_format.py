"""What holds for every format in the registry: read, clean, verify, restore; one test per law, all formats."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from kinds import KINDS, Kind, table_of
from runs import lines_with, random_spans, read_all, run, write

from dedup.formats import FORMATS, Unreadable, sources
from dedup.restore import restore, verify
from dedup.runfolder import read_rows
from dedup.settings import Settings
from dedup.strip import finish, kept
from dedup.types import Document

TEXTS = (
    "خبر أول\nشارك الخبر\nنص الخبر الأول\n",
    'شارك\nقال: "نعم"، ثم مضى\n\nشارك "هذا"\n',
    "",
    "شارك",
    "سطر، وفاصلة\tوعلامة\r\nشارك\r\nآخر\r\n",
    "نص بلا قالب",
    "😀 شارك\n😀 نص\n",
    "شارك\nآخر نص",
)
ROWS = [
    {"id": f"d{number}", "site": "sahifa.example", "title": f"عنوان {number}", "text": text}
    for number, text in enumerate(TEXTS)
]

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.file)


def made(kind: Kind, folder: Path) -> Path:
    kind.write(folder / kind.file, ROWS)
    return folder / kind.file


def read(path: Path, settings: Settings | None = None) -> list[Document]:
    items = read_all(sources([str(path)]), settings or Settings())
    assert all(isinstance(item, Document) for item in items), items
    return [item for item in items if isinstance(item, Document)]


def test_every_format_has_a_kind() -> None:
    assert {kind.name for kind in KINDS} == {each.name for each in FORMATS}


@every_kind
def test_the_same_rows_are_read_from_every_format(tmp_path: Path, kind: Kind) -> None:
    found = read(made(kind, tmp_path))
    assert [document.text for document in found] == ([TEXTS[0]] if kind.name == "txt" else list(TEXTS))
    if kind.name != "txt":
        assert {document.site for document in found} == {"sahifa.example"}
        assert [document.doc.removeprefix("urn:uuid:") for document in found] == [row["id"] for row in ROWS]


@every_kind
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_only_texts_change_and_all_comes_back(tmp_path: Path, kind: Kind, seed: int | None) -> None:
    source = made(kind, tmp_path / "source")
    choose = lines_with("شارك") if seed is None else random_spans(seed)
    run(tmp_path / "source", tmp_path / "run", choose)
    expected = [kept(text, finish(text, choose(text))) for text in (TEXTS[:1] if kind.name == "txt" else TEXTS)]
    assert kind.texts(tmp_path / "run" / "clean" / kind.file) == expected
    source = source.rename(tmp_path / kind.file)
    assert verify(tmp_path / "run") == []
    assert restore(tmp_path / "run", tmp_path / "back") == 1
    assert kind.same(source, tmp_path / "back" / kind.file)


@every_kind
def test_where_nothing_goes_nothing_changes(tmp_path: Path, kind: Kind) -> None:
    source = made(kind, tmp_path / "source")
    run(tmp_path / "source", tmp_path / "run")
    assert kind.same(source, tmp_path / "run" / "clean" / kind.file)
    assert verify(tmp_path / "run") == []


@every_kind
def test_dropped_documents_come_back_in_their_places(tmp_path: Path, kind: Kind) -> None:
    source = made(kind, tmp_path / "source")
    run(tmp_path / "source", tmp_path / "run", lines_with("شارك"), drop=lambda text: len(text) < 9 or "😀" in text)
    gone = [row["row"] for row in read_rows(tmp_path / "run", "dropped.jsonl")]
    if kind.name != "txt":
        assert len(gone) == 3
        assert len(kind.texts(tmp_path / "run" / "clean" / kind.file)) == len(TEXTS) - 3
    assert verify(tmp_path / "run") == []
    restore(tmp_path / "run", tmp_path / "back")
    assert kind.same(source, tmp_path / "back" / kind.file)


@every_kind
def test_all_documents_may_be_dropped(tmp_path: Path, kind: Kind) -> None:
    source = made(kind, tmp_path / "source")
    run(tmp_path / "source", tmp_path / "run", drop=lambda text: True)
    assert verify(tmp_path / "run") == []
    restore(tmp_path / "run", tmp_path / "back")
    assert kind.same(source, tmp_path / "back" / kind.file)


@every_kind
def test_damage_is_reported_before_the_first_document(tmp_path: Path, kind: Kind) -> None:
    if kind.file in ("a.txt", "a.jsonl", "a.csv", "a.warc.wet"):
        pytest.skip("rows that are plain bytes are each read or reported")
    path = made(kind, tmp_path)
    whole = path.read_bytes()
    for damage in (whole[: len(whole) // 2], whole[: len(whole) * 9 // 10]):
        path.write_bytes(damage)
        items = read_all(sources([str(path)]), Settings())
        assert [type(item) for item in items] == [Unreadable], items


@every_kind
def test_the_log_proves_a_change_of_any_kept_text(tmp_path: Path, kind: Kind) -> None:
    """A clean file with another text under the right checksums is still found out."""
    import hashlib

    made(kind, tmp_path / "source")
    run(tmp_path / "source", tmp_path / "run", lines_with("شارك"))
    other = [{**row, "text": row["text"].replace("خبر", "حبر")} for row in ROWS]
    target = tmp_path / "run" / "clean" / kind.file
    kind.write(tmp_path / "other" / kind.file, other)
    run(tmp_path / "other", tmp_path / "other_run", lines_with("شارك"))
    shutil.copy(tmp_path / "other_run" / "clean" / kind.file, target)
    sums = tmp_path / "run" / "SHA256SUMS"
    name = f"clean/{kind.file}"
    lines = [line for line in sums.read_text().splitlines() if not line.endswith(name)]
    sums.write_text("\n".join([*lines, f"{hashlib.sha256(target.read_bytes()).hexdigest()}  {name}"]) + "\n")
    assert any(kind.file in problem for problem in verify(tmp_path / "run"))


def test_formats_are_mixed_in_one_run(tmp_path: Path) -> None:
    for number, kind in enumerate(KINDS):
        kind.write(tmp_path / "source" / str(number) / kind.file, ROWS)
    run(tmp_path / "source", tmp_path / "run", lines_with("شارك"))
    assert verify(tmp_path / "run") == []
    assert restore(tmp_path / "run", tmp_path / "back") == len(KINDS)
    for number, kind in enumerate(KINDS):
        assert kind.same(tmp_path / "source" / str(number) / kind.file, tmp_path / "back" / str(number) / kind.file)


@every_kind
def test_a_name_that_lies_is_found_out(tmp_path: Path, kind: Kind) -> None:
    if kind.file in ("a.txt", "a.csv"):
        pytest.skip("nothing in plain text says what it is")
    path = made(kind, tmp_path / "made")
    lie = "a.jsonl" if kind.name in ("txt", "csv") else "a.txt"
    if kind.name in ("txt", "csv"):
        lie = path.name.rsplit(".", 1)[0]  # packed, and its name does not say so
    write(tmp_path / "lies", {lie: b""})
    shutil.move(path, tmp_path / "lies" / lie)
    found = sources([str(tmp_path / "lies")])
    if kind.file == "a.arrows":  # a stream has no signature
        return
    assert found.files[0].format.name == kind.name
    assert "not what its name says" in found.messages[0]
    run(tmp_path / "lies", tmp_path / "run", lines_with("شارك"))
    assert verify(tmp_path / "run") == []


def test_parts_stay_parts(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    kind = next(kind for kind in KINDS if kind.name == "parquet")
    made(kind, tmp_path / "source")
    run(tmp_path / "source", tmp_path / "run", lines_with("شارك"))
    before, after = (pq.ParquetFile(tmp_path / name / kind.file) for name in ("source", "run/clean"))
    sizes = [[file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] for file in (before, after)]
    packing = [[file.metadata.row_group(0).column(n).compression for n in (0, 3)] for file in (before, after)]
    assert sizes[0] == sizes[1] == [3, 3, 2]
    assert packing[0] == packing[1]
    cleaned = pq.read_table(tmp_path / "run/clean" / kind.file)
    assert table_of(ROWS).drop_columns(["text"]).equals(cleaned.drop_columns(["text"]))
