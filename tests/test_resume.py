"""Runs that are killed, stopped or interrupted lose nothing, and go on to the same bytes as if nothing had been."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from corpora import scrape, written

from dedup import atomic, journal, pipeline
from dedup.errors import StoppedError, UsageError
from dedup.formats.sinks import Sink
from dedup.locks import lock
from dedup.restore import verify
from dedup.runfolder import RunFolder
from dedup.settings import Settings

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from faulting import trials
from faulting.trials import Place

posix = pytest.mark.skipif(os.name == "nt", reason="signals and permissions of POSIX")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    root = tmp_path_factory.mktemp("place")
    return Place(root, written(root / "source", scrape(3, sites=3, pages=3), seed=3))


@pytest.fixture
def source(tmp_path):
    return written(tmp_path / "source", scrape(5, sites=3, pages=4), seed=5)


@pytest.fixture
def each_file(monkeypatch):
    """A checkpoint after every file."""
    monkeypatch.setattr(journal, "EVERY", 0.0)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def stopping_at(monkeypatch, number, error):
    """Let the run end at the `number`-th file."""
    rewrite, calls = RunFolder.rewrite, []

    def stop(self, *args):
        calls.append(args[0].file)
        if len(calls) == number:
            raise error
        return rewrite(self, *args)

    monkeypatch.setattr(RunFolder, "rewrite", stop)
    return calls


def cleaned(source, out, **how):
    pipeline.clean([str(source)], out, Settings(members=True), **how)
    return trials.contents(out)


@posix
@pytest.mark.parametrize("part", [0.2, 0.55, 0.8, 0.97, 1.0])
def test_killed_at_a_step_and_resumed(place, part):
    place.clear()
    assert trials.killed_at_step(place, max(1, int(place.steps * part))) == ""


@posix
@pytest.mark.parametrize("what", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM], ids=lambda what: what.name)
def test_a_signal_at_a_moment(place, what):
    place.clear()
    assert trials.signalled(place, random.Random(what).uniform(0.2, 0.8), what) == ""


@posix
@pytest.mark.parametrize("action", ["grow", "rewrite", "vanish"])
def test_an_input_that_changes_between_the_reads_is_named_and_left_out(place, action):
    place.clear()
    victim = min(name for name in place.before if name.endswith(".txt"))
    assert trials.changed_input(place, victim, action, -1) == ""


@pytest.mark.parametrize("error", [KeyboardInterrupt(), StoppedError("full")])
@pytest.mark.parametrize("number", [2, 5, 9])
@pytest.mark.usefixtures("each_file")
def test_what_is_done_is_not_done_again(tmp_path, source, monkeypatch, error, number):
    whole = cleaned(source, tmp_path / "whole")
    with monkeypatch.context() as patch:
        stopping_at(patch, number, error)
        with pytest.raises(type(error)):
            cleaned(source, tmp_path / "out", resume=True)
    assert names(tmp_path) == [".out.journal", ".out.partial", "source", "whole"]
    calls = stopping_at(monkeypatch, -1, error)
    assert cleaned(source, tmp_path / "out", resume=True) == whole
    assert len(calls) == len(list(source.rglob("*.*"))) - (number - 1)
    assert verify(tmp_path / "out") == []
    assert names(tmp_path) == ["out", "source", "whole"]


def stopped(source, out, monkeypatch, number=6):
    with monkeypatch.context() as patch:
        stopping_at(patch, number, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            cleaned(source, out, resume=True)


DAMAGES = {
    "a cleaned file": lambda room: next((room / "clean").rglob("*.txt")).write_bytes(b"other"),
    "a lost file": lambda room: next((room / "clean").rglob("*.txt")).unlink(),
    "a log": lambda room: (room / "removed.jsonl").write_bytes(b""),
    "a lost log": lambda room: (room / "files.jsonl").unlink(),
    "the journal's end": lambda room: cut(room.with_suffix(".journal"), 30),
    "the journal": lambda room: cut(room.with_suffix(".journal"), 1 << 30),
    "the journal's sense": lambda room: room.with_suffix(".journal").write_bytes(b'{"x": 1}\n[]\n'),
    "a stray file": lambda room: (room / "clean" / "stray.txt").write_bytes(b"half"),
}


def cut(path, size):
    path.write_bytes(path.read_bytes()[:-size])


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.usefixtures("each_file")
def test_damage_to_an_unfinished_run_changes_nothing(tmp_path, source, monkeypatch, damage):
    whole = cleaned(source, tmp_path / "whole")
    stopped(source, tmp_path / "out", monkeypatch)
    DAMAGES[damage](tmp_path / ".out.partial")
    assert cleaned(source, tmp_path / "out", resume=True) == whole


@pytest.mark.parametrize("change", ["text", "name", "more"])
@pytest.mark.usefixtures("each_file")
def test_other_inputs_begin_anew(tmp_path, source, monkeypatch, change):
    stopped(source, tmp_path / "out", monkeypatch)
    first = min(source.rglob("*.txt"))
    if change == "text":
        first.write_bytes(first.read_bytes() + b"one line more\n")
    elif change == "name":
        first.rename(first.with_name("a new name.txt"))
    else:
        (source / "zz.txt").write_text("one file more", encoding="utf-8")
    assert cleaned(source, tmp_path / "out", resume=True) == cleaned(source, tmp_path / "whole")


@pytest.mark.usefixtures("each_file")
def test_other_settings_are_refused_and_without_resume_all_begins_anew(tmp_path, source, monkeypatch):
    stopped(source, tmp_path / "out", monkeypatch)
    with pytest.raises(UsageError, match="other settings"):
        pipeline.clean([str(source)], tmp_path / "out", Settings(), resume=True)
    assert names(tmp_path) == [".out.journal", ".out.partial", "source"]
    pipeline.clean([str(source)], tmp_path / "out", Settings())
    assert names(tmp_path) == ["out", "source"]


@pytest.mark.usefixtures("each_file")
def test_an_overwriting_run_is_resumed_and_the_old_one_stands_until_then(tmp_path, source, monkeypatch):
    pipeline.clean([str(source)], tmp_path / "out", Settings(duplicates="keep-all"))
    before = trials.contents(tmp_path / "out")
    with monkeypatch.context() as patch:
        stopping_at(patch, 4, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            cleaned(source, tmp_path / "out", overwrite=True)
    assert trials.contents(tmp_path / "out") == before
    assert cleaned(source, tmp_path / "out", resume=True) == cleaned(source, tmp_path / "whole")


def test_a_complete_run_is_left_as_it_is(tmp_path, source):
    cleaned(source, tmp_path / "out")
    before = (tmp_path / "out" / "run.json").read_bytes()
    told = pipeline.clean([str(source)], tmp_path / "out", Settings(members=True), resume=True)
    assert "nothing is left to resume" in told.notes[0]
    assert (tmp_path / "out" / "run.json").read_bytes() == before
    with pytest.raises(UsageError, match="other settings"):
        pipeline.clean([str(source)], tmp_path / "out", Settings(), resume=True)


def test_a_full_disk_keeps_what_is_done_and_says_how_to_go_on(tmp_path, source, monkeypatch):
    write, written_bytes = Sink.write, []

    def full(self, data, /):
        written_bytes.append(len(data))
        if sum(written_bytes) > 20_000:
            raise OSError(28, "No space left on device")
        return write(self, data)

    whole = cleaned(source, tmp_path / "whole")
    with monkeypatch.context() as patch:
        patch.setattr(Sink, "write", full)
        with pytest.raises(StoppedError, match="disk is full; make room and run again with --resume"):
            cleaned(source, tmp_path / "out")
    assert ".out.partial" in names(tmp_path)
    assert cleaned(source, tmp_path / "out", resume=True) == whole


def test_a_second_run_is_refused_and_the_lock_ends_with_its_holder(tmp_path, source):
    out = tmp_path / "deep" / "out"
    hold = (
        "import sys, pathlib, dedup.locks as l\nwith l.lock(pathlib.Path(sys.argv[1])): print(1, flush=True); input()"
    )
    command = [sys.executable, "-c", hold, str(out)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        with pytest.raises(StoppedError, match=rf"another run \(process {holder.pid}\) writes to it"):
            cleaned(source, out)
        holder.kill()
    cleaned(source, out)
    assert names(out.parent) == ["out"]


def test_the_lock_leaves_nothing_behind(tmp_path):
    with lock(tmp_path / "a" / "b" / "out"):
        assert names(tmp_path / "a" / "b") == [".out.lock"]
    assert names(tmp_path) == []


def test_what_a_kill_left_between_two_renames_is_put_right(tmp_path):
    (tmp_path / ".out.0123456789ab.old").mkdir()
    (tmp_path / ".out.0123456789ac.partial").mkdir()
    (tmp_path / ".out.somebody").mkdir()
    with lock(tmp_path / "out"):
        assert names(tmp_path) == [".out.lock", ".out.somebody", "out"]
    (tmp_path / ".out.0123456789ad.old").mkdir()
    with lock(tmp_path / "out"):
        assert names(tmp_path) == [".out.lock", ".out.somebody", "out"]


def test_a_report_is_written_whole_or_not_at_all(tmp_path):
    target = tmp_path / "report.json"
    target.write_text("before", encoding="utf-8")
    with pytest.raises(TypeError), atomic.whole_file(target) as file:
        file.writelines((b"half", None))
    assert target.read_text(encoding="utf-8") == "before"
    with atomic.whole_file(target, "w", encoding="utf-8") as file:
        file.write("after")
    assert target.read_text(encoding="utf-8") == "after"
    assert names(tmp_path) == ["report.json"]


@posix
def test_a_report_into_a_link_or_a_pipe(tmp_path):
    (tmp_path / "there").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "there" / "report")
    with atomic.whole_file(link) as file:
        file.write(b"x")
    assert link.is_symlink()
    assert (tmp_path / "there" / "report").read_bytes() == b"x"
    with atomic.whole_file(Path(os.devnull)) as file:
        file.write(b"x")
    assert not Path(os.devnull).is_file()


@posix
@pytest.mark.parametrize(
    ("file", "folder", "expected"),
    [(0o644, 0o755, 0o644), (0o640, 0o755, 0o640), (0o600, 0o755, 0o600), (0o644, 0o700, 0o600), (0o444, 0o755, 0o644)],
)
def test_what_is_written_is_open_to_nobody_who_could_not_read_the_input(tmp_path, source, file, folder, expected):
    one = min(source.rglob("*.txt"))
    one.chmod(file)
    one.parent.chmod(folder)
    before = os.umask(0o022)
    try:
        cleaned(source, tmp_path / "out")
    finally:
        os.umask(before)
        one.parent.chmod(0o755)
    mode = lambda path: (tmp_path / "out" / path).stat().st_mode & 0o777  # noqa: E731
    assert mode(f"clean/{one.relative_to(source).as_posix()}") == expected
    assert mode("clean/rows.jsonl") == 0o644
    assert [mode(name) for name in ("removed.jsonl", "run.json", "SHA256SUMS", "members.jsonl")] == [expected] * 4
    assert mode("") == (expected | (expected & 0o444) >> 2 | 0o700)


def test_report_leaves_out_a_file_that_changes(source, monkeypatch):
    victim = min(source.rglob("*.txt"))
    judged = pipeline.judged

    def meddling(documents, *more):
        analysis = judged(documents, *more)
        victim.write_bytes(b"something else\n" * 3)
        return analysis

    monkeypatch.setattr(pipeline, "judged", meddling)
    told = pipeline.report([str(source)], Settings())
    assert any(victim.name in message and "changed" in message for message in told.unreadable)
    assert not any(row.file.endswith(f"{victim.parent.name}/{victim.name}") for row in told.documents)
