"""What is fuzzed: functions from any bytes to nothing. A DedupError is an answer, all else is a find."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from itertools import pairwise
from pathlib import Path

from dedup.analysis import analyse
from dedup.errors import DedupError, InputError
from dedup.formats import Fate, Unreadable, sources
from dedup.formats.jsonrow import loads
from dedup.formats.literal import byte_offsets, text_literal
from dedup.judge import rulefile
from dedup.near import compiled
from dedup.restore import restore, verify
from dedup.runfolder import RunFolder
from dedup.settings import Settings
from dedup.strip import finish, kept
from dedup.text.fold import fold, fold_map
from dedup.types import Document, Removal

SETTINGS = Settings()
SUFFIXES = (
    "txt", "jsonl", "csv", "tsv", "warc", "wet", "txt.gz", "jsonl.gz", "jsonl.zst", "jsonl.bz2", "jsonl.xz", "parquet",
    "arrow", "warc.gz",
)  # fmt: skip


@cache
def room() -> Path:
    """A folder of this process, in memory where the system has one there."""
    shm = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="dedup-fuzz-", dir=shm if shm.is_dir() else None))


def spans(text: str, seed: int) -> list[Removal]:
    """Some spans of a text, by a number."""
    marks = sorted({(seed * 7 + step * (seed % 13 + 1)) % (len(text) + 1) for step in range(seed % 9)})
    return [Removal(start, end, "share", ("fuzz",), 1.0) for start, end in list(pairwise(marks))[::2] if end > start]


def formats(data: bytes) -> None:
    """A file of any kind: cleaned, proven, restored byte for byte, or refused."""
    if len(data) < 2:
        return
    shutil.rmtree(room() / "in", ignore_errors=True)
    for name in ("out", "back"):
        shutil.rmtree(room() / name, ignore_errors=True)
    (room() / "in").mkdir()
    suffix, seed = SUFFIXES[data[0] % len(SUFFIXES)], data[1]
    path = room() / "in" / f"a.{suffix}"
    path.write_bytes(data[2:])
    try:
        found = sources([str(room() / "in")], room() / "out", SETTINGS)
    except DedupError:
        return
    lost = {item.file for item in found.read(SETTINGS) if isinstance(item, Unreadable)}

    def decide(row: int, text: str) -> Fate:
        return Fate(f"d{row}", finish(text, spans(text, seed)), {}, "x" if seed % 17 == 3 else None)

    with RunFolder.create(room() / "out") as folder:
        for source in found.files:
            if source.file not in lost:
                folder.rewrite(source, SETTINGS, decide)
        folder.commit({})
    if problems := verify(room() / "out"):
        raise AssertionError(problems)
    if not lost and found.files:
        restore(room() / "out", room() / "back")
        if (
            suffix in ("txt", "jsonl", "csv", "tsv", "warc", "wet")
            and (room() / "back" / path.name).read_bytes() != path.read_bytes()
        ):
            raise AssertionError("not the same bytes")


def scanner(data: bytes) -> None:
    """The place of a text in a row of JSON, and of its characters in the bytes, against the decoder."""
    try:
        row = loads(data)
    except InputError:
        return
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        return
    text = row["text"]
    start, end = text_literal(data, "text")
    if json.loads(b'"' + data[start:end] + b'"', strict=False) != text:
        raise AssertionError((start, end))
    offsets = sorted({0, len(text) // 3, len(text) // 2, len(text)})
    places = byte_offsets(data[start:end], text, offsets)
    for (a, b), (x, y) in zip(pairwise(offsets), pairwise(places), strict=True):
        piece = data[start + x : start + y]
        if json.loads(b'"' + piece + b'"', strict=False) != text[a:b]:
            raise AssertionError((offsets, places))


def folding(data: bytes) -> None:
    """Folding twice is folding once, and every folded character has its place."""
    text = data.decode("utf-8", "surrogateescape")
    for line in text.split("\n"):
        folded, places = fold_map(line)
        if folded != fold(line) or fold(folded) != folded:
            raise AssertionError((line, folded))
        if len(places) < len(folded) or list(places) != sorted(places) or (folded and max(places) > len(line)):
            raise AssertionError((line, places))


def rules(data: bytes) -> None:
    """A rule file of any bytes."""
    path = room() / "rules.toml"
    path.write_bytes(data)
    rulefile.load(str(path))


@cache
def run_dir() -> Path:
    """A sound run folder, to be damaged."""
    source = room() / "source"
    source.mkdir()
    (source / "a.txt").write_text("one\nshare\ntwo\n", encoding="utf-8")
    (source / "b.jsonl").write_text('{"text": "one\\nshare"}\nbad\n{"text": "two"}\n', encoding="utf-8")
    with RunFolder.create(room() / "run") as folder:
        for each in sources([str(source)], room() / "run").files:
            folder.rewrite(each, SETTINGS, lambda row, text: Fate(f"d{row}", finish(text, spans(text, 5)), {}))
        folder.commit({"unreadable": [], "seconds": 0})
    return room() / "run"


def damage(data: bytes) -> None:
    """Any bytes in the place of any part of a run folder: found by verify, never written outside by restore."""
    if len(data) < 4:
        return
    damaged, back = room() / "damaged", room() / "restored" / "back"
    for path in (damaged, back.parent):
        shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(run_dir(), damaged)
    back.parent.mkdir()
    files = sorted(path for path in damaged.rglob("*") if path.is_file())
    victim = files[data[0] % len(files)]
    whole = victim.read_bytes()
    at, size = data[1] * len(whole) // 256, data[2] * (len(whole) + 1) // 512
    changed = whole[:at] + data[3:] + whole[at + size :]
    victim.write_bytes(changed)
    if bool(verify(damaged)) != (changed != whole):
        raise AssertionError((victim, "verify"))
    with suppress(DedupError):
        restore(damaged, back)
    if [path.name for path in back.parent.iterdir()] not in ([], ["back"]):
        raise AssertionError("written outside")
    written = {path.relative_to(back).as_posix(): path.read_bytes() for path in back.rglob("*") if path.is_file()}
    if any((room() / "source" / name).read_bytes() != content for name, content in written.items()):
        raise AssertionError("a wrong file was restored")


def judging(data: bytes) -> None:
    """A corpus of any text, judged with the kernels; removals lie in the text, and kept text is a slice of it."""
    compiled._load()  # noqa: SLF001 - however little there is to do
    texts = data.decode("utf-8", "replace").split("\x00")
    documents = [Document(f"d{n}", f"s{n % 3}" if n % 4 else None, f"f{n}", 0, text) for n, text in enumerate(texts)]
    analysis = analyse(iter(documents), Settings(members=True))
    for number, text in enumerate(texts):
        removals = analysis.final(number, text)
        kept(text, removals)
        analysis.figures(number, text)
        if [verdict.start for verdict in analysis.verdicts(number, text)] != sorted(
            verdict.start for verdict in analysis.verdicts(number, text)
        ):
            raise AssertionError("verdicts out of order")
    list(analysis.cluster_rows()), list(analysis.member_rows())


TARGETS: dict[str, Callable[[bytes], None]] = {
    each.__name__: each for each in (formats, scanner, folding, rules, damage, judging)
}


def run(target: Callable[[bytes], None], data: bytes) -> None:
    """One execution."""
    with suppress(DedupError):
        target(data)


def seeds() -> dict[str, list[bytes]]:
    """What the mutations begin with."""
    root = Path(__file__).resolve().parents[2]
    text = (root / "samples" / "scrapes" / "alsahil" / "002.txt").read_bytes()[:3000]
    row = (root / "samples" / "scrapes" / "awraq-alwadi.jsonl").read_bytes().split(b"\n")[0][:3000] + b"\n"
    odd = b'{"a": {"text": "x"}, "te\\u0078t": "\\ud83d\\ude00 \\/ \\n", "text": "a\\"\\\\b\\udc00"}\n'
    table = b'id,text,site\n1,"a, ""b""\nc",s\n2,x,s\n'
    warc = b"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 5\r\n\r\nhello\r\n\r\n"
    files = [bytes([n, 5]) + each for n in range(len(SUFFIXES)) for each in (text, row, odd, table, warc)]
    listed = b'version = 1\n[ar.read_also]\nlabel = ["x"]\n[[line]]\ntext = "a*"\n'
    return {
        "formats": files,
        "scanner": [row, odd, b'{"text":"x"}'],
        "folding": [text, "ـ\u064bﷺ ①ｱ ﺍ\n".encode()],
        "rules": [listed, (root / "dedup" / "judge" / "markers.toml").read_bytes()[:2000]],
        "damage": [bytes([n, 100, 20]) + b'{"doc": "d0"}' for n in range(12)],
        "judging": [text + b"\x00" + text[:900] + b"\x00" + text[400:], row],
    }
