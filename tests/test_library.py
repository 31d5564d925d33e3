"""The library: every kind of data comes back as it came, what was found is answered, and the errors are one tree."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import ARTICLES, CHROME_END, CHROME_TOP

import dedup
from dedup import frames
from dedup.formats.names import guess

TEXTS = ["\n".join((*CHROME_TOP, title, body, *CHROME_END)) + "\n" for title, body in ARTICLES]
CLEANED = [f"{title}\n{body}\n" for title, body in ARTICLES]
ROWS = [{"id": f"p{n}", "text": text, "site": "sidra", "n": n} for n, text in enumerate(TEXTS)]


def as_pandas(rows):
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame(rows, index=[f"row {n}" for n in range(len(rows))])


def as_polars(rows):
    return pytest.importorskip("polars").DataFrame(rows)


def as_arrow(rows):
    import pyarrow as pa

    return pa.Table.from_pylist(rows).replace_schema_metadata({"made": "by a test"})


def as_dataset(rows):
    datasets = pytest.importorskip("datasets")
    return datasets.Dataset.from_list(rows)


def rows_of(data):
    if isinstance(data, list):
        return data
    if hasattr(data, "to_dicts"):
        return data.to_dicts()
    if hasattr(data, "to_pylist"):
        return data.to_pylist()
    return data.to_list() if hasattr(data, "to_list") else data.to_dict("records")


MAKERS = {"dicts": list, "pandas": as_pandas, "polars": as_polars, "arrow": as_arrow, "dataset": as_dataset}
every_kind = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


def test_every_kind_of_frame_has_a_maker():
    assert len(MAKERS) == len(frames.FRAMES) + 1


@every_kind
def test_the_same_kind_comes_back_with_only_its_texts_changed(make):
    data = make(ROWS)
    result = dedup.clean(data)
    assert type(result.data) is type(data)
    assert rows_of(result.data) == [{**row, "text": text} for row, text in zip(ROWS, CLEANED, strict=True)]
    assert rows_of(data) == ROWS
    assert result.texts == tuple(CLEANED)


@every_kind
def test_nulls_stay_and_dropped_rows_go(make):
    rows = [*ROWS, {"id": "void", "text": None, "site": "sidra", "n": 9}, {**ROWS[0], "id": "menu", "text": "الرئيسية"}]
    result = dedup.clean(make(rows), min_chars=20)
    left = rows_of(result.data)
    assert [row["id"] for row in left] == ["p0", "p1", "p2", "p3", "void"]
    assert left[4]["text"] is None or left[4]["text"] != left[4]["text"]
    assert [row.doc for row in result.documents] == ["p0", "p1", "p2", "p3", "menu"]


@every_kind
def test_usual_names_of_fields_are_found_and_said(make):
    rows = [{"content": row["text"], "domain": "sidra"} for row in ROWS]
    result = dedup.clean(make(rows))
    assert [row["content"] for row in rows_of(result.data)] == CLEANED
    assert {row.site for row in result.documents} == {"sidra"}
    assert "text from the field 'content'" in result.summary.notes[0]


@every_kind
def test_no_rows_are_no_error(make):
    if make is as_dataset:
        data = make(ROWS).select([])
    else:
        data = make(ROWS)[:0] if make is not as_arrow else make(ROWS).slice(0, 0)
    result = dedup.clean(data)
    assert len(result.data) == 0
    assert result.main_share is None


def test_a_data_set_keeps_its_features_and_its_selection():
    datasets = pytest.importorskip("datasets")
    features = datasets.Features(
        {"text": datasets.Value("large_string"), "kind": datasets.ClassLabel(names=["a", "b"])}
    )
    data = datasets.Dataset.from_list([{"text": text, "kind": 1} for text in TEXTS], features=features)
    result = dedup.clean(data.select([3, 1, 2]))
    assert result.data.features == features
    assert result.data["text"] == [CLEANED[3], CLEANED[1], CLEANED[2]]


def test_texts_and_generators_give_lists():
    assert dedup.clean(TEXTS).data == CLEANED
    assert dedup.clean(iter(TEXTS)).data == CLEANED
    assert dedup.clean(dict(row) for row in ROWS).data[0]["text"] == CLEANED[0]


def test_the_result_answers_questions():
    result = dedup.clean(ROWS)
    gone = result.removed("navigation")
    assert {span.label for span in gone} == {"navigation"}
    assert all(result.originals[int(s.doc[1:])][s.start : s.end] == s.text for s in result.removed())
    assert [span.doc for span in result.removed(doc="p2")] == ["p2"] * len(result.removed(doc="p2"))
    assert result.worst(2) == sorted(result.documents, key=lambda row: (row.main_share, -row.chars))[:2]
    lines = result.explain("p1")
    assert "".join(line.text for line in lines) == TEXTS[1]
    assert [line.text for line in lines if line.label in ("main", "title")] == CLEANED[1].splitlines(keepends=True)
    assert result.clusters
    assert 0 < result.main_share < 1
    assert (
        repr(result)
        == f"<dedup.Result: 4 documents, main content {result.main_share:.1%}, {len(result.removed())} removals>"
    )
    assert "<table>" in result._repr_html_()
    with pytest.raises(dedup.UsageError, match="no document 'p9'"):
        result.explain("p9")
    with pytest.raises(dedup.UsageError, match="unknown class 'menu'"):
        result.removed("menu")


def test_the_library_and_the_command_are_twins(tmp_path: Path):
    import json

    from dedup import pipeline

    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    pipeline.clean([str(tmp_path / "in")], tmp_path / "out", dedup.Settings())
    rows = [json.loads(line) for line in (tmp_path / "out/clean/a.jsonl").read_text().splitlines()]
    log = [json.loads(line) for line in (tmp_path / "out/removed.jsonl").read_text().splitlines()]
    result = dedup.clean(ROWS)
    assert rows == result.data
    assert [(row["doc"], row["start"], row["end"], row["label"], row["text"]) for row in log] == [
        (span.doc, span.start, span.end, span.label, span.text) for span in result.removed()
    ]
    assert result.summary.documents[0].labels == dedup.report(ROWS).documents[0].labels


def test_a_report_makes_nothing():
    assert dedup.report(ROWS).data is None


def test_options_are_settings():
    kept = dedup.clean(ROWS, strip=["share"], shingles="word:3", threshold=0.9)
    assert kept.data == [{**row} for row in ROWS]
    assert dedup.clean(ROWS, dedup.Settings(strip=("share",))).data == kept.data
    with pytest.raises(TypeError, match="treshold"):
        dedup.clean(ROWS, treshold=0.9)


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        ("one text", dedup.UsageError, "iterable of texts or dicts"),
        (7, dedup.UsageError, "iterable of texts or dicts"),
        ({"text": "x"}, dedup.UsageError, "iterable of texts or dicts"),
        (["x", {"text": "y"}], dedup.UsageError, "texts only, or dicts only"),
        ([{"words": "x"}], dedup.InputError, "no field 'text'; the fields are: words; text_field="),
        ([{"text": "x"}, {"text": 3}], dedup.InputError, "row 1: the field 'text' is a int"),
    ],
)
def test_what_makes_no_sense_is_an_error_of_the_tree(data, error, message):
    with pytest.raises(error, match=message):
        dedup.clean(data)
    assert issubclass(error, dedup.DedupError)


def test_threads_do_not_meet():
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: dedup.clean(ROWS).data, range(8)))
    assert all(each == results[0] for each in results)


def test_importing_dedup_is_light():
    probe = "import sys, dedup; print(sorted({'numpy', 'numba', 'pyarrow', 'typer', 'rich'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_the_types_are_what_a_caller_needs(tmp_path: Path):
    mypy = pytest.importorskip("mypy.api")
    (tmp_path / "use.py").write_text(
        textwrap.dedent("""
        import dedup
        import pyarrow as pa

        texts: list[str] = dedup.clean(["a"]).data
        rows = dedup.clean([{"text": "a", "n": 1}])
        field: object = rows.data[0]["text"]
        share: float | None = rows.main_share
        reason: tuple[str, ...] = rows.removed("share")[0].evidence
        nothing: None = dedup.report(["a"]).data
        wrong: int = dedup.clean(["a"]).data
        """)
    )
    root = Path(dedup.__file__).parent.parent
    out, _, _ = mypy.run(
        [
            "--strict",
            "--ignore-missing-imports",
            "--config-file",
            str(root / "pyproject.toml"),
            str(tmp_path / "use.py"),
        ]
    )
    assert out.count("error:") == 1, out
    assert "wrong" not in out.splitlines()[0] or "int" in out.splitlines()[0]


def test_names_are_guessed_from_the_first_rows_only():
    assert guess([], dedup.Settings()) == ()


README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_example_of_the_readme_holds():
    import re

    examples = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    ours = [code for code in examples if "result.explain" in code]
    assert len(ours) == 1
    exec(compile(ours[0], "README.md", "exec"), {})
