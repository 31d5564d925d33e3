"""The real command in a process of its own: stdout, stderr, exit code."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from dedup import console, talk
from dedup.errors import InputError, RunFolderError, StoppedError, UsageError

COMMANDS = ("clean", "report", "explain", "restore", "verify", "rules", "check")


def test_help_names_every_command_and_loads_nothing_heavy(dedup):
    shown = dedup("--help")
    assert shown.returncode == 0
    assert not shown.stderr
    assert [command for command in COMMANDS if not re.search(rf"^  {command}\b", shown.stdout, re.MULTILINE)] == []
    probe = (
        "import sys; from dedup.cli import app; print([m for m in ('numpy', 'rich', 'datasketch') if m in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True)
    assert loaded.stdout.strip() == "[]"


def test_help_answers_at_once(dedup):
    """The contract is 0.3 s on an idle machine; the least of several is what the command itself takes."""

    def seconds():
        start = time.perf_counter()
        dedup("--help")
        return time.perf_counter() - start

    assert min(seconds() for _ in range(5)) < 0.6


def test_version(dedup):
    ours, python, *others = dedup("--version").stdout.splitlines()
    assert re.fullmatch(r"dedup \d+\.\d+\.\d+", ours)
    assert python.startswith("Python 3.")
    assert any(line.startswith("numpy ") for line in others)


def test_clean_writes_the_text_the_log_and_the_table(dedup, scrape, tmp_path):
    done = dedup("clean", scrape, "--out", "cleaned")
    assert done.returncode == 0, done.stderr
    out = tmp_path / "cleaned"
    assert {"clean", "removed.jsonl", "documents.jsonl", "clusters.jsonl", "run.json"} <= {
        p.name for p in out.iterdir()
    }
    assert not (out / "members.jsonl").exists()
    kept = (out / "clean" / "sidra" / "page0.txt").read_text(encoding="utf-8")
    assert "افتتاح جسر المشاة" in kept
    assert "زر الذهاب إلى الأعلى" not in kept
    assert "4 documents" in done.stdout
    assert "dedup restore cleaned --out DIR" in done.stdout
    assert "\x1b" not in done.stdout
    assert not done.stderr


def test_members_drop_empty_and_min_chars_do_something(dedup, scrape, tmp_path):
    (scrape / "sidra" / "menu.txt").write_text("الرئيسية\nزر الذهاب إلى الأعلى\n", encoding="utf-8")
    dedup("clean", scrape, "--out", "plain", "--members")
    assert (tmp_path / "plain" / "clean" / "sidra" / "menu.txt").read_text(encoding="utf-8") == ""
    assert (tmp_path / "plain" / "members.jsonl").exists()
    dedup("clean", scrape, "--out", "dropped", "--drop-empty")
    assert not (tmp_path / "dropped" / "clean" / "sidra" / "menu.txt").exists()
    dedup("clean", scrape, "--out", "short", "--min-chars", "100000")
    assert not list((tmp_path / "short" / "clean").rglob("*.txt"))


def test_keep_and_strip_choose_classes(dedup, scrape, tmp_path):
    dedup("clean", scrape, "--out", "kept", "--keep", "read_also,navigation")
    text = (tmp_path / "kept" / "clean" / "sidra" / "page0.txt").read_text(encoding="utf-8")
    assert "اقرأ أيضاً:" in text
    assert "أخبار محلية" not in text
    dedup("clean", scrape, "--out", "only", "--strip", "read_also")
    labels = {json.loads(line)["label"] for line in (tmp_path / "only" / "removed.jsonl").open(encoding="utf-8")}
    assert labels - {"duplicate", "blank"} == {"read_also"}


def test_dry_run_shows_the_table_and_writes_nothing(dedup, scrape, tmp_path):
    done = dedup("clean", scrape, "--out", "cleaned", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "4 documents" in done.stdout
    assert "Written to" not in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["scrape"]


def test_an_existing_folder_is_overwritten_only_when_told_so(dedup, scrape, tmp_path):
    (tmp_path / "cleaned").mkdir()
    (tmp_path / "cleaned" / "thesis.txt").write_text("mine", encoding="utf-8")
    refused = dedup("clean", scrape, "--out", "cleaned")
    assert refused.returncode == 2
    assert "--overwrite" in refused.stderr
    assert (tmp_path / "cleaned" / "thesis.txt").read_text(encoding="utf-8") == "mine"


def test_a_second_run_with_overwrite_gives_the_same_bytes(dedup, scrape, tmp_path):
    files = ("removed.jsonl", "documents.jsonl", "clusters.jsonl", "clean/sidra/page1.txt")
    seen = []
    for _ in range(2):
        assert dedup("clean", scrape, "--out", "cleaned", "--overwrite").returncode == 0
        seen.append([(tmp_path / "cleaned" / name).read_bytes() for name in files])
    assert seen[0] == seen[1]


def test_restore_and_verify(dedup, scrape, tmp_path):
    dedup("clean", scrape, "--out", "cleaned")
    assert dedup("verify", "cleaned").returncode == 0
    assert dedup("restore", "cleaned", "--out", "again").returncode == 0
    for page in (scrape / "sidra").iterdir():
        assert (tmp_path / "again" / "sidra" / page.name).read_bytes() == page.read_bytes()


def test_verify_tells_a_changed_file_with_exit_code_one(dedup, scrape, tmp_path):
    dedup("clean", scrape, "--out", "cleaned")
    page = tmp_path / "cleaned" / "clean" / "sidra" / "page1.txt"
    page.write_text(page.read_text(encoding="utf-8").replace("الرمان", "التفاح"), encoding="utf-8")
    told = dedup("verify", "cleaned")
    assert told.returncode == 1
    assert "page1.txt" in told.stdout


def test_restoring_a_part_is_exit_code_three(dedup, scrape, tmp_path):
    dedup("clean", scrape, "--out", "cleaned")
    (tmp_path / "cleaned" / "clean" / "sidra" / "page1.txt").unlink()
    told = dedup("restore", "cleaned", "--out", "again")
    assert told.returncode == 3
    assert "3 files restored, 1 not: sidra/page1.txt" in told.stderr
    assert len(list((tmp_path / "again").rglob("*.txt"))) == 3


def test_report_of_input_and_of_its_run_agree(dedup, scrape):
    dedup("clean", scrape, "--out", "cleaned")
    fresh, finished = (json.loads(dedup("report", where, "--json", "-").stdout) for where in (scrape, "cleaned"))
    assert fresh["documents"] == finished["documents"]
    assert fresh["total"] == finished["total"]


def test_report_writes_files_and_shows_the_worst(dedup, scrape, tmp_path):
    done = dedup("report", scrape, "--csv", "a.csv", "--json", "a.json", "--worst", 1)
    assert done.returncode == 0
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").count("\n") == 5
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["total"]["documents"] == 4
    assert len(re.findall(r"page\d\.txt", done.stdout)) == 1


def test_a_finished_run_takes_no_settings(dedup, scrape):
    dedup("clean", scrape, "--out", "cleaned")
    for command in (("report", "cleaned"), ("explain", "cleaned")):
        refused = dedup(*command, "--text-field", "body")
        assert refused.returncode == 2
        assert "run.json" in refused.stderr


def test_explain_a_file_and_a_document_of_a_run(dedup, scrape):
    alone = dedup("explain", scrape / "sidra" / "page0.txt")
    assert alone.returncode == 0, alone.stderr
    assert "افتتاح جسر المشاة" in alone.stdout
    dedup("clean", scrape, "--out", "cleaned")
    shown = dedup("explain", "cleaned", "sidra/page2.txt")
    assert shown.returncode == 0, shown.stderr
    assert "مكتبة متنقلة" in shown.stdout
    assert "زر الذهاب إلى الأعلى" in shown.stdout
    assert "الجسر" not in shown.stdout
    missing = dedup("explain", "cleaned", "sidra/page9.txt")
    assert missing.returncode == 2
    assert "page9" in missing.stderr


def test_a_bad_file_is_said_once_and_remembered_in_the_exit_code(dedup, scrape, tmp_path):
    (scrape / "sidra" / "broken.txt").write_bytes(b"caf\xe9 \xff\xfe")
    done = dedup("clean", scrape, "--out", "cleaned")
    assert done.returncode == 3
    assert done.stderr.count("broken.txt") == 1
    assert "Traceback" not in done.stderr
    assert (tmp_path / "cleaned" / "clean" / "sidra" / "page0.txt").exists()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["clean", "nowhere", "--out", "cleaned"], "nowhere"),
        (["clean", "scrape", "--out", "scrape/cleaned"], "scrape"),
        (["clean", "scrape"], "--out"),
        (["clean", "scrape", "--out", "c", "--keep", "menus"], "menus"),
        (["clean", "scrape", "--out", "c", "--strip", "main"], "main"),
        (["clean", "scrape", "--out", "c", "--threshold", "7"], "--threshold"),
        (["clean", "scrape", "--out", "c", "--shingles", "letters"], "--shingles"),
        (["clean", "scrape", "--out", "c", "--duplicates", "some"], "--duplicates"),
        (["clean", "scrape", "--out", "c", "--frobnicate"], "--frobnicate"),
        (["report", "nowhere"], "nowhere"),
        (["explain", "nowhere"], "nowhere"),
        (["restore", "scrape", "--out", "c"], "scrape"),
        (["verify", "nowhere"], "nowhere"),
        (["rules", "list", "--language", "tlh"], "tlh"),
        (["rules", "list", "--class", "menus"], "menus"),
    ],
)
def test_wrong_usage_is_one_message_and_exit_code_two(dedup, scrape, tmp_path, arguments, word):
    before = sorted(tmp_path.rglob("*"))
    done = dedup(*arguments)
    assert done.returncode == 2
    assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout
    assert sorted(tmp_path.rglob("*")) == before


def test_rules_list_is_toml_that_reads_back_and_filters(dedup):
    import tomllib

    every = tomllib.loads(dedup("rules", "list").stdout)
    one = tomllib.loads(dedup("rules", "list", "--language", "ar", "--class", "read_also").stdout)
    assert one == {"ar": {"read_also": every["ar"]["read_also"]}}
    assert len(every) > 1


@pytest.mark.skipif(os.name == "nt", reason="a closed pipe and Ctrl-C are signals elsewhere")
def test_a_reader_that_leaves_is_no_error():
    command = [sys.executable, "-m", "dedup", "rules", "list"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is no signal there")
def test_ctrl_c_is_one_line_and_exit_code_130(tmp_path):
    probe = (
        "import signal, sys, time, dedup.pipeline as p, dedup.cli as c\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # what runs in the background ignores it
        "def clean(*a, **k): print('started', flush=True); time.sleep(60)\n"
        "p.clean = clean; sys.argv = ['dedup', 'clean', 'x', '--out', 'y']; c.main()"
    )
    command = [sys.executable, "-c", probe]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == "dedup: interrupted; the same command with --resume goes on\n"
        assert process.wait() == 130


def raising(error):
    def action():
        raise error

    return action


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("x: wrong"), 2),
        (InputError("x: unreadable"), 2),
        (RunFolderError("x: damaged"), 2),
        (StoppedError("x: disk full"), 4),
        (OSError(errno.ENOSPC, "No space left on device", "x"), 4),
        (PermissionError(errno.EACCES, "Permission denied", "x"), 2),
        (KeyboardInterrupt(), 130),
    ],
)
def test_every_failure_has_its_exit_code_and_one_line(capsys, error, code):
    assert console.exit_code(raising(error)) == code
    shown = capsys.readouterr()
    assert shown.err.startswith("dedup: ")
    assert shown.err.count("\n") == 1
    assert not shown.out


def test_a_bug_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        console.exit_code(raising(ZeroDivisionError()))


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_appears_only_after_a_while_and_only_on_a_terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(talk, "_manner", talk.Manner())
    for stream, patience, shown in ((Terminal(), 0, True), (Terminal(), 60, False), (io.StringIO(), 0, False)):
        with console.Progress(stream, patience) as progress:
            progress("reading", 1, 10)
            progress("writing", 2, 0)
        assert bool(stream.getvalue()) is shown


def test_no_color_and_dumb_terminals_get_no_colour(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert console.has_colour(Terminal())
    assert not console.has_colour(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not console.has_colour(Terminal())


def test_quiet_says_only_what_is_wrong(dedup, scrape):
    (scrape / "a.html").write_text("<html>")
    done = dedup("clean", scrape, "--out", "c", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (scrape / "broken.txt").write_bytes(b"caf\xe9 \xff\xfe")
    bad = dedup("clean", scrape, "--out", "d", "--quiet")
    assert bad.returncode == 3
    assert bad.stderr.count("\n") == 1
    assert "broken.txt" in bad.stderr
    both = dedup("verify", "c", "--quiet", "--verbose")
    assert both.returncode == 2
    assert "one of them" in both.stderr


def test_verbose_says_more_and_json_says_it_in_rows(dedup, scrape):
    (scrape / "a.html").write_text("<html>")
    assert "4 documents in " in dedup("clean", scrape, "--out", "c", "--verbose").stderr
    rows = [json.loads(line) for line in dedup("clean", scrape, "--out", "c", "--log-json").stderr.splitlines()]
    assert [(row["level"], "exists already" in row["message"]) for row in rows] == [("error", True)]
    told = dedup("report", scrape, "--log-json", "--verbose").stderr.splitlines()
    assert [json.loads(line)["level"] for line in told] == ["info", "info"]


def test_progress_without_a_terminal_is_lines_on_request(monkeypatch, capsys):
    for manner, shown in (
        (talk.Manner(), ""),
        (talk.Manner(verbose=True), "dedup: writing: 50 of 100 documents, "),
        (talk.Manner(as_json=True), '"stage": "writing", "done": 50, "total": 100'),
        (talk.Manner(quiet=True), ""),
    ):
        monkeypatch.setattr(talk, "_manner", manner)
        with talk.Progress(patience=0) as progress:
            progress("writing", 50, 100)
            progress("writing", 51, 100)
        err = capsys.readouterr().err
        assert shown in err
        assert err.count("\n") == bool(shown)
