"""The text that is measured: a seeded crawl of invented words, and any JSONL given besides."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dedup.formats.codecs import codec_of

SYLLABLES = "با كي مر سو دل نا حم ري طب عو شا قم لد زي فر هن تم جو صد غا يس خل أن إت ضف ثر".split()  # noqa: SIM905
MEGABYTE = 1_000_000
SITES = 40
CHROME = ("الرئيسية", "اتصل بنا", "جميع الحقوق محفوظة", "شارك هذا الخبر", "اقرأ أيضا:", "الأكثر قراءة")


@dataclass(frozen=True, slots=True)
class Corpus:
    """The inputs of a run as files: documents, one of them (for start-up), lines, distinct lines, some of the lines."""

    documents: Path
    one: Path
    lines: Path
    distinct: Path
    part: Path


def generate(seed: int) -> Iterator[dict[str, str]]:
    """Invented articles without end: sites with chrome of their own, a tenth copies and near-copies of earlier ones."""
    rng = random.Random(seed)
    words = ["".join(rng.choices(SYLLABLES, k=rng.randint(1, 4))) for _ in range(30_000)]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    pool = rng.choices(words, weights, k=1 << 20)
    chrome = [[*CHROME, *(" ".join(rng.sample(words, 3)) for _ in range(12))] for _ in range(SITES)]
    recent: list[list[str]] = []
    number = 0
    while True:
        site = rng.randrange(SITES)
        if recent and rng.random() < 0.1:
            body = [_edited(rng, line, words) for line in rng.choice(recent)]
        else:
            body = [_paragraph(rng, pool) for _ in range(rng.randint(3, 14))]
            recent = [*recent[-200:], body]
        lines = [*chrome[site][:6], _words(rng, pool, 9), "", *body, "", *rng.sample(chrome[site][6:], 6)]
        yield {"id": str(number), "url": f"https://site{site}.example/{number}", "text": "\n".join(lines)}
        number += 1


def _words(rng: random.Random, pool: Sequence[str], count: int) -> str:
    start = rng.randrange(len(pool) - count)
    return " ".join(pool[start : start + count])


def _paragraph(rng: random.Random, pool: Sequence[str]) -> str:
    return _words(rng, pool, rng.randint(15, 90)) + "."


def _edited(rng: random.Random, line: str, words: Sequence[str]) -> str:
    """The line as it is, or with a word or two replaced."""
    found = line.split(" ")
    for _ in range(rng.choice((0, 0, 1, 2))):
        found[rng.randrange(len(found))] = rng.choice(words)
    return " ".join(found)


def given(path: Path, field: str) -> Iterator[dict[str, str]]:
    """Documents of a JSONL file, compressed or not."""
    tail = b""
    for chunk in codec_of(path.name).chunks(path):
        *rows, tail = (tail + chunk).split(b"\n")
        yield from (_document(row, path, field) for row in rows if row.strip())
    if tail.strip():
        yield _document(tail, path, field)


def _document(row: bytes, path: Path, field: str) -> dict[str, str]:
    fields = json.loads(row)
    return {"url": str(fields.get("url") or f"https://{path.stem}.example/"), "text": fields[field]}


def build(folder: Path, inputs: Sequence[Path], field: str, megabytes: int, part: int, seed: int) -> Corpus:
    """Write the files of a run: what is given first, then invented text up to the size asked for."""
    made = Corpus(
        *(folder / name for name in ("documents.jsonl", "one.jsonl", "lines.txt", "distinct.txt", "part.txt"))
    )
    seen: set[str] = set()
    size = 0
    with (
        made.documents.open("wb") as documents,
        made.lines.open("w", encoding="utf-8", newline="\n") as lines,
        made.distinct.open("w", encoding="utf-8", newline="\n") as distinct,
    ):
        for number, document in enumerate(_documents(inputs, field, seed)):
            row = json.dumps({**document, "id": str(number)}, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
            documents.write(row)
            size += len(row)
            for line in filter(str.strip, document["text"].split("\n")):
                lines.write(line.strip() + "\n")
                if line not in seen:
                    seen.add(line)
                    distinct.write(line.strip() + "\n")
            if size >= megabytes * MEGABYTE:
                break
    with made.documents.open("rb") as documents:
        made.one.write_bytes(documents.readline())
    _head(made.lines, made.part, part * MEGABYTE)
    return made


def _documents(inputs: Sequence[Path], field: str, seed: int) -> Iterator[dict[str, str]]:
    for path in inputs:
        yield from given(path, field)
    yield from generate(seed)


def _head(source: Path, target: Path, size: int) -> None:
    with source.open("rb") as lines, target.open("wb") as out:
        while size > 0 and (line := lines.readline()):
            size -= out.write(line)
