"""The guard: what would do far more than anyone meant does not happen without a word."""

import json

import numpy as np
import pytest

from dedup import guard, pipeline
from dedup.errors import StoppedError
from dedup.settings import Settings
from dedup.types import CODE, LABELS, Removal


def removal(start, end, score, label="navigation"):
    return Removal(start, end, label, ("why",), score)


@pytest.mark.parametrize(
    ("removals", "doubtful"),
    [
        ([removal(0, 60, 0.7)], True),
        ([removal(0, 50, 0.7)], False),
        ([removal(0, 60, 0.75)], False),
        ([removal(0, 30, 0.7), removal(40, 61, 0.6)], True),
        ([removal(0, 100, 0.7, "duplicate")], False),
        ([], False),
    ],
)
def test_a_document_is_kept_whole_where_most_would_go_on_weak_evidence(removals, doubtful):
    assert guard.is_doubtful("a" * 100, removals) is doubtful


def test_white_space_weighs_nothing():
    assert guard.is_doubtful("a" * 10 + " " * 90, [removal(0, 8, 0.6)])


def sizes(documents, **labels):
    table = np.zeros((documents, len(LABELS)), np.int32)
    for label, size in labels.items():
        table[:, CODE[label]] = size
    return table


@pytest.mark.parametrize(
    ("table", "stops"),
    [
        (sizes(20, main=9, legal=51, navigation=40), True),
        (sizes(20, main=10, legal=50, navigation=40), False),
        (sizes(19, legal=100), False),
        (sizes(20, duplicate=100), False),
        (sizes(20), False),
    ],
)
def test_a_run_that_would_remove_nearly_all_stops_with_its_evidence(table, stops):
    if not stops:
        guard.check(table, Settings())
        return
    with pytest.raises(StoppedError, match=r"91% of the text would go as boilerplate, most of it as legal \(51%\)"):
        guard.check(table, Settings())
    guard.check(table, Settings(strip=("navigation",)))


@pytest.fixture
def menus(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    for number in range(25):
        text = "الرئيسية | محليات | اقتصاد | رياضة\n" * 3 + "جميع الحقوق محفوظة لصحيفة السدرة\n" * 2 + f"خبر {number}\n"
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    return folder


def test_yes_goes_on(dedup, menus, tmp_path):
    stopped = dedup("clean", menus, "--out", "out")
    assert stopped.returncode == 4
    assert "add --yes" in stopped.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["source"]
    assert dedup("clean", menus, "--out", "out", "--dry-run").returncode == 0
    assert dedup("clean", menus, "--out", "out", "--yes").returncode == 0


def test_a_document_that_was_kept_whole_is_flagged(menus, tmp_path, monkeypatch):
    monkeypatch.setattr(guard, "WEAK", 1.1)
    pipeline.clean([str(menus)], tmp_path / "out", Settings(), yes=True)
    rows = [json.loads(row) for row in (tmp_path / "out" / "documents.jsonl").open(encoding="utf-8")]
    assert all(guard.NOTE in row["problems"] for row in rows)
    for page in menus.iterdir():
        assert (tmp_path / "out" / "clean" / page.name).read_bytes() == page.read_bytes()
