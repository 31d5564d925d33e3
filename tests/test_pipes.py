"""From stdin to stdout: what comes out, in which order, what is kept for the undo, and what is said where."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys

import pytest

CHROME = ("الرئيسية | محليات | اقتصاد", "اقرأ أيضاً:", "جميع الحقوق محفوظة لصحيفة السدرة")


def rows(count=6, field="text"):
    bodies = [f"قال المتحدث رقم {n} إن العمل في الحي {n * 7} يسير كما خطط له منذ الربيع الماضي." for n in range(count)]
    texts = ["\n".join((CHROME[0], f"عنوان الخبر {n}", body, *CHROME[1:])) for n, body in enumerate(bodies)]
    values = [{"id": n, field: text, "site": "sidra"} for n, text in enumerate(texts)]
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values).encode()


def pipe(tmp_path, data, *arguments):
    command = [sys.executable, "-m", "dedup", "clean", *map(str, arguments)]
    return subprocess.run(command, cwd=tmp_path, input=data, check=False, capture_output=True)


def test_rows_come_out_cleaned_in_their_order_and_talk_goes_to_stderr(tmp_path):
    done = pipe(tmp_path, rows(), "-", "--log", "log")
    assert done.returncode == 0, done.stderr
    out = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in out] == list(range(6))
    assert all(CHROME[0] not in row["text"] and "المتحدث" in row["text"] for row in out)
    assert "6 documents" in done.stderr.decode()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log"]


def test_the_log_undoes_it(tmp_path, dedup):
    pipe(tmp_path, rows(), "-", "--log", "log")
    assert dedup("verify", "log").returncode == 0
    dedup("restore", "log", "--out", "back")
    assert (tmp_path / "back/stdin.jsonl").read_bytes() == rows()


def test_without_a_log_the_same_comes_out_and_nothing_is_left(tmp_path):
    logged, alone = pipe(tmp_path, rows(), "-", "--log", "log"), pipe(tmp_path, rows(), "-", "--no-log")
    assert alone.stdout == logged.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_what_comes_packed_goes_packed(tmp_path, pack):
    done = pipe(tmp_path, pack(rows()), "-", "--no-log")
    out = done.stdout if pack is bytes else gzip.decompress(done.stdout)
    assert len(out.splitlines()) == 6


def test_plain_text_and_rows_with_another_field(tmp_path):
    text = pipe(tmp_path, "خبر\nزر الذهاب إلى الأعلى\n".encode(), "-", "--no-log")
    assert text.stdout.decode() == "خبر\n"
    other = pipe(tmp_path, rows(field="words"), "-", "--no-log", "--text-field", "words")
    assert [json.loads(line)["id"] for line in other.stdout.splitlines()] == list(range(6))


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["-"], "say where it goes"),
        (["-", "--log", "a", "--no-log"], "say where it goes"),
        (["-", "--out", "a", "--log", "b"], "say where it goes"),
        (["x.jsonl", "--no-log"], "their only INPUT is -"),
        (["-", "-", "--out", "a"], "can be read once"),
    ],
)
def test_options_that_do_not_go_together(tmp_path, arguments, word):
    done = pipe(tmp_path, rows(), *arguments)
    assert done.returncode == 2
    assert word in done.stderr.decode()
    assert not done.stdout
    assert not list(tmp_path.iterdir())


def test_stdin_is_an_input_like_others(tmp_path, dedup):
    (tmp_path / "b.jsonl").write_bytes(rows().replace(b'"id": ', b'"id": 1'))
    done = pipe(tmp_path, rows(), "-", "b.jsonl", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "out/clean").iterdir()) == ["b.jsonl", "stdin.jsonl"]
    told = json.loads((tmp_path / "out/run.json").read_text("utf-8"))
    assert told["inputs"] == ["-", "b.jsonl"]


@pytest.mark.skipif(os.name == "nt", reason="a closed pipe is a signal elsewhere")
def test_a_reader_that_leaves_is_no_error(tmp_path):
    big = rows(4000)
    command = [sys.executable, "-m", "dedup", "clean", "-", "--no-log"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdin.write(big)
        process.stdin.close()
        process.stdout.readline()
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
        assert process.wait() == 0
