"""runfolder: whole or not at all, nothing overwritten by surprise, the same bytes for the same run."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from runs import lines_with, run, write

from dedup.errors import InputError, RunFolderError, StoppedError, UsageError
from dedup.formats import Fate, sources
from dedup.formats.sinks import Sink
from dedup.restore import verify
from dedup.runfolder import RunFolder, admit, read_rows, read_run
from dedup.settings import Settings
from dedup.types import Place, Removal

SETTINGS = Settings()
FILES = {
    "a.txt": b"keep\nshare\n",
    "b/c.jsonl": b'{"text": "share\\nkeep"}\nbad\n',
    "b/d.jsonl.gz": b'{"text": "keep"}\n',
}


def keep_all(row: int, text: str) -> Fate:
    return Fate(f"doc {row}", (), {})


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write(tmp_path / "source", FILES)


def test_a_run_appears_whole_and_only_when_committed(tmp_path: Path, source: Path) -> None:
    out, found = tmp_path / "new" / "run", sources([str(source)])
    with RunFolder.create(out) as folder:
        for each in found.files:
            folder.rewrite(each, SETTINGS, keep_all)
            assert not out.exists()
        folder.commit({})
    assert verify(out) == []
    assert [path.name for path in out.parent.iterdir()] == ["run"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_nothing_is_left_when_it_does_not_end_well(tmp_path: Path, source: Path, error: type[BaseException]) -> None:
    def fail(row: int, text: str) -> Fate:
        raise error

    with pytest.raises(error), RunFolder.create(tmp_path / "run") as folder:
        folder.rewrite(sources([str(source)]).files[0], SETTINGS, fail)
    with RunFolder.create(tmp_path / "run"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_an_existing_folder_is_not_touched(tmp_path: Path, source: Path) -> None:
    out = tmp_path / "run"
    run(source, out, lines_with("share"))
    before = snapshot(out)
    with pytest.raises(UsageError, match=r"exists already; choose another --out, or --overwrite"):
        run(source, out, lines_with("keep"))
    assert snapshot(out) == before


def test_overwriting_waits_for_the_new_run(tmp_path: Path, source: Path) -> None:
    out = tmp_path / "run"
    run(source, out, lines_with("share"))
    before = snapshot(out)
    with pytest.raises(ZeroDivisionError):
        run(source, out, lambda text: [Removal(0, 1 // 0, "share", (), 1.0)], overwrite=True)
    assert snapshot(out) == before
    run(source, out, lines_with("keep"), overwrite=True)
    assert snapshot(out) != before
    assert verify(out) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run", "source"]


def test_the_old_run_comes_back_when_the_new_one_cannot_take_its_place(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "run"
    run(source, out, lines_with("share"))
    before = snapshot(out)
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name.endswith(".partial"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(StoppedError, match="Permission denied"):
        run(source, out, lines_with("keep"), overwrite=True)
    assert snapshot(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [".run.journal", ".run.partial", "run", "source"]
    monkeypatch.undo()
    run(source, out, lines_with("keep"), overwrite=True)
    assert snapshot(out) != before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run", "source"]


@pytest.mark.parametrize("name", ["precious", "precious/file.txt"])
def test_only_a_run_is_ever_overwritten(tmp_path: Path, name: str) -> None:
    write(tmp_path, {"precious/file.txt": b"x"})
    with pytest.raises(UsageError, match="not a run folder"):
        admit(tmp_path / name, overwrite=True)
    assert (tmp_path / "precious/file.txt").read_bytes() == b"x"


def test_a_dry_run_writes_nothing(tmp_path: Path, source: Path) -> None:
    run(source, tmp_path / "run", lines_with("share"), dry_run=True)
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_a_full_disk_stops_the_run_and_leaves_nothing(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Sink, data: bytes, /) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Sink, "write", full)
    with pytest.raises(StoppedError, match="the disk is full; make room and run again"):
        run(source, tmp_path / "run", lines_with("share"))
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


@pytest.mark.parametrize("change", ["grow", "vanish", "grow while it is read"])
def test_a_source_that_changes_leaves_no_trace_and_the_run_goes_on(tmp_path: Path, source: Path, change: str) -> None:
    found, victim = sources([str(source)]), source / "b/c.jsonl"

    def decide(row: int, text: str) -> Fate:
        if change == "grow while it is read" and "share\nkeep" in text:
            victim.write_bytes(FILES["b/c.jsonl"] + b"\n")
        return Fate(text, (Removal(0, 1, "share", (), 1.0),), {})

    if change == "grow":
        victim.write_bytes(b'{"text": "other"}\n')
    elif change == "vanish":
        victim.unlink()
    with RunFolder.create(tmp_path / "run") as folder:
        folder.rewrite(found.files[0], SETTINGS, decide)
        with pytest.raises(InputError, match=r"b/c\.jsonl: it (changed|vanished) during the run"):
            folder.rewrite(found.files[1], SETTINGS, decide)
        folder.rewrite(found.files[2], SETTINGS, decide)
        folder.commit({})
    assert verify(tmp_path / "run") == []
    assert [row["file"] for row in read_rows(tmp_path / "run", "files.jsonl")] == ["a.txt", "b/d.jsonl.gz"]
    assert list(read_rows(tmp_path / "run", "rejected.jsonl")) == []
    assert not (tmp_path / "run/clean/b/c.jsonl").exists()


def test_rows_of_the_logs(tmp_path: Path) -> None:
    write(tmp_path / "source", {"a.txt": "متن\nشارك\n".encode()})
    removal = Removal(4, 9, "share", ("عبارة مشاركة", "على ثلاث صفحات"), 0.9, 3, Place("b", 1, 6))
    (source,) = sources([str(tmp_path / "source")]).files
    with RunFolder.create(tmp_path / "run", members=True) as folder:
        counts = folder.rewrite(source, SETTINGS, lambda row, text: Fate("d", (removal,), {"chars": 7, "site": "s"}))
        folder.cluster({"cluster": 3, "text": "شارك"})
        folder.member({"cluster": 3, "doc": "b"})
        folder.commit({"settings": {"threshold": 0.8}})
    assert (counts.documents, counts.rejected, counts.dropped, counts.removed) == (1, 0, 0, 1)
    assert list(read_rows(tmp_path / "run", "removed.jsonl")) == [
        {
            "doc": "d",
            "start": 4,
            "end": 9,
            "label": "share",
            "evidence": ["عبارة مشاركة", "على ثلاث صفحات"],
            "score": 0.9,
            "cluster": 3,
            "leader": {"doc": "b", "start": 1, "end": 6},
            "text": "شارك\n",
        }
    ]
    (document,) = read_rows(tmp_path / "run", "documents.jsonl")
    digest = hashlib.sha256("متن\nشارك\n".encode()).hexdigest()
    assert list(document.items()) == [
        ("doc", "d"), ("site", "s"), ("file", "a.txt"), ("row", 0), ("sha256", digest), ("chars", 7)
    ]  # fmt: skip
    told = read_run(tmp_path / "run")
    assert told["settings"] == {"threshold": 0.8}
    assert told["rows"] == {
        "files.jsonl": 1, "documents.jsonl": 1, "removed.jsonl": 1, "rejected.jsonl": 0, "dropped.jsonl": 0,
        "clusters.jsonl": 1, "members.jsonl": 1,
    }  # fmt: skip


def test_the_same_run_gives_the_same_bytes(tmp_path: Path, source: Path) -> None:
    for name in ("one", "two"):
        run(source, tmp_path / name, lines_with("share"))
    assert snapshot(tmp_path / "one") == snapshot(tmp_path / "two")
    assert (tmp_path / "one/clean/b/d.jsonl.gz").read_bytes()[4:8] == bytes(4)  # no time in the header


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
@pytest.mark.skipif(sys.platform == "win32", reason="such names cannot be there")
def test_checksums_are_what_sha256sum_reads(tmp_path: Path) -> None:
    names = ["plain.txt", "back\\slash.txt", "line\nend.txt", "مقال.txt", "re\rturn.txt"]
    write(tmp_path / "source", dict.fromkeys(names, b"x"))
    (tmp_path / "source").joinpath(b"not \xff unicode.txt".decode(errors="surrogateescape")).write_bytes(b"x")
    run(tmp_path / "source", tmp_path / "run", lines_with("share"))
    assert verify(tmp_path / "run") == []
    done = subprocess.run(
        ["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=tmp_path / "run", capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, b"")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"layout": 99}'])
def test_a_damaged_run_json_is_named(tmp_path: Path, content: bytes) -> None:
    write(tmp_path, {"run.json": content})
    with pytest.raises(RunFolderError, match=r"run\.json.*damaged"):
        read_run(tmp_path)


def test_a_damaged_row_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"removed.jsonl": json.dumps({"doc": "a"}).encode() + b"\n{\n"})
    with pytest.raises(RunFolderError, match=r"removed\.jsonl: row 2 is damaged"):
        list(read_rows(tmp_path, "removed.jsonl"))
