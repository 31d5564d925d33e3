"""The flow with files: whatever is done for speed, the run folder is the same."""

import hashlib
import json

import pytest
from corpora import scrape, written

from dedup import corpus, pipeline
from dedup.analysis import Analysis
from dedup.errors import UsageError
from dedup.near import compiled
from dedup.settings import Settings

PLACE = ("run.json", "SHA256SUMS")


@pytest.fixture
def source(tmp_path):
    folder = written(tmp_path / "source", scrape(4, sites=4, pages=8), seed=4)
    with (folder / "rows.jsonl").open("ab") as rows:
        rows.write(b'\n{"broken": \n{"id": "whole", "text": "one line that nobody else has"}\n')
    return folder


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in PLACE
    }


def cleaned(source, out, **settings):
    summary = pipeline.clean([str(source)], out, Settings(members=True, **settings))
    return files(out), summary


def test_rows_that_stay_whole_are_copied_as_if_they_had_been_read(source, tmp_path, monkeypatch):
    quick, _ = cleaned(source, tmp_path / "quick", min_chars=40)
    monkeypatch.setattr(Analysis, "untouched", lambda self, number: False)
    slow, _ = cleaned(source, tmp_path / "slow", min_chars=40)
    assert quick == slow
    assert any(name.startswith("dropped/") for name in quick)
    assert any(name.startswith("rejected/") for name in quick)


@pytest.mark.parametrize("batch", [1, 3000])
def test_the_size_of_batches_changes_nothing(source, tmp_path, monkeypatch, batch):
    usual, _ = cleaned(source, tmp_path / "usual")
    monkeypatch.setattr(corpus.batches, "__defaults__", (batch,))
    assert cleaned(source, tmp_path / "batched")[0] == usual


def test_compiled_kernels_change_nothing(source, tmp_path, monkeypatch):
    pytest.importorskip("numba")
    found = []
    for loaded in ([], [compiled._load()]):
        monkeypatch.setattr(compiled, "_loaded", loaded)
        monkeypatch.setattr(compiled, "LEAST", 1 << 62)
        found.append(cleaned(source, tmp_path / str(len(loaded)))[0])
    assert found[0] == found[1]


def test_the_log_holds_the_hash_of_every_text(source, tmp_path):
    rows, _ = cleaned(source, tmp_path / "out")
    listed = [json.loads(row) for row in rows["documents.jsonl"].splitlines()]
    by_doc = {row["doc"]: row for row in listed}
    assert by_doc["whole"]["sha256"] == hashlib.sha256(b"one line that nobody else has").hexdigest()
    for path in source.rglob("*.txt"):
        text = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        assert by_doc[path.relative_to(source).as_posix()]["sha256"] == hashlib.sha256(text).hexdigest()


def test_report_says_what_clean_would_do(source, tmp_path):
    _, written_summary = cleaned(source, tmp_path / "out")
    told = pipeline.report([str(source)], Settings())
    assert told.documents == written_summary.documents
    assert (told.clusters, told.removed) == (written_summary.clusters, written_summary.removed)
    assert told.unreadable == written_summary.unreadable != ()


def test_a_file_that_cannot_be_read_is_said_and_the_run_goes_on(source, tmp_path):
    (source / "bad.txt").write_bytes(b"\x81\x00\xff\x01")
    rows, summary = cleaned(source, tmp_path / "out")
    assert any("bad.txt" in message for message in summary.unreadable)
    assert "clean/bad.txt" not in rows
    assert "clean/rows.jsonl" in rows


def test_nothing_readable_is_a_wrong_request(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bad.txt").write_bytes(b"\x81\x00\xff\x01")
    with pytest.raises(UsageError, match="nothing could be read"):
        pipeline.clean([str(tmp_path / "in")], tmp_path / "out", Settings())
    assert not (tmp_path / "out").exists()
