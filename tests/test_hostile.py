"""Every hostile input through every command: an exit code on purpose, one message, nothing lost, nothing outside."""

from __future__ import annotations

import io
import os
import re
import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
from hostile import CASES, LARGE, Case, unreadable

from dedup.cli import app
from dedup.restore import verify

MESSAGE = re.compile(r"(?m)^Traceback|Error:|Exception")


@dataclass(frozen=True)
class Done:
    exit_code: int
    output: str


def command(*arguments):
    """Run the command in this process; what it writes goes through streams as `main` sets them up."""
    said = io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace", write_through=True)
    with redirect_stdout(said), redirect_stderr(said), pytest.raises(SystemExit) as ended:
        app([str(each) for each in arguments], prog_name="dedup")
    output = said.buffer.getvalue().decode()
    assert not MESSAGE.search(output), output
    return Done(ended.value.code, output)


def tree(folder):
    """Everything below a folder, without following links."""
    return sorted(str(Path(where, name)) for where, folders, names in os.walk(folder) for name in folders + names)


def check(case, root):
    """Run all commands over one case."""
    source = root / "source"
    source.mkdir()
    case.fill(source)
    before, around = tree(source), tree(root)
    done = command("clean", source, "--out", root / "out")
    assert done.exit_code == case.code, done.output
    assert case.words in done.output
    assert tree(source) == before
    for name, arguments in {"report": ("--json", root / "r.json"), "explain": ()}.items():
        assert command(name, source, *arguments).exit_code == case.code, name
    assert command("check", source).exit_code in ((case.code,) if case.code == 2 else (1, case.code))
    assert command("index", "build", source, "--index", root / "index").exit_code == case.code
    if case.code == 2:
        assert not (root / "out").exists()
        return
    assert verify(root / "out") == []
    assert command("restore", root / "out", "--out", root / "back").exit_code == 0
    for name in case.kept:
        assert (root / "back" / name).read_bytes() == (source / name).read_bytes()
    for name in ("report", "explain", "verify"):
        assert command(name, root / "out").exit_code == 0, name
    for path in ("out", "back", "index", "r.json"):
        shutil.rmtree(root / path) if (root / path).is_dir() else (root / path).unlink()
    assert tree(root) == around


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_hostile_input(case: Case, tmp_path):
    if case.posix and os.name == "nt":
        pytest.skip("there are no such files")
    check(case, tmp_path)


def test_no_two_cases_have_a_name():
    names = [case.name for case in (*CASES, *LARGE)]
    assert len(names) == len(set(names))


def test_every_command_meets_the_hostile_inputs_or_reads_none():
    """A new command that reads documents belongs into `check`."""
    reads_none = {"restore", "verify", "rules", "config"}
    assert set(typer.main.get_command(app).commands) == {"clean", "report", "explain", "check", "index"} | reads_none


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_named(tmp_path):
    (tmp_path / "source").mkdir()
    with unreadable(tmp_path / "source") as source:
        done = command("clean", source, "--out", tmp_path / "out")
        assert done.exit_code == 3
        assert "shut.txt" in done.output
        assert "check its permissions" in done.output or "check the file and its permissions" in done.output
