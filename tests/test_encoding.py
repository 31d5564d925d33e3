"""Bytes that are not UTF-8, and text decoded with the wrong code page: what is mended, what is left, and the undo."""

from __future__ import annotations

import codecs
import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kinds import KINDS, Kind
from runs import gone, lines_with, random_spans, read_all, run, write

import dedup
from dedup.errors import RunFolderError
from dedup.formats import Unreadable, sources
from dedup.formats.repairs import in_original
from dedup.formats.spans import original, without
from dedup.formats.values import Removed
from dedup.restore import restore, verify
from dedup.runfolder import read_rows
from dedup.settings import Settings
from dedup.text.encoding import encoding_of
from dedup.text.mojibake import repair_line, repair_text
from dedup.types import Document, Removal

LONG = "قال رئيس البلدية إن العمل في الجسر يسير كما خطط له، وأكد أن «الطريق» سيفتح قبل الشتاء"
SHORT = "المصدر: بريد الوادي"
PLAIN = "مزارعو الجبل يستعدون لموسم الرمان في القرى العالية"


def page(codec: str) -> list[str]:
    """Browser-style: a byte that the page lacks stands for itself."""
    return [bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in range(256)]


def misread(raw: bytes, codec: str) -> str:
    return "".join(map(page(codec).__getitem__, raw))


def twice(text: str, codec: str) -> str:
    return misread(misread(text.encode(), codec).encode(), codec)


MENDED = {
    "UTF-8 as cp1252": (misread(LONG.encode(), "cp1252"), LONG),
    "UTF-8 as latin-1": (LONG.encode().decode("latin-1"), LONG),
    "UTF-8 as cp1256": (misread(LONG.encode(), "cp1256"), LONG),
    "UTF-8 as cp1256, short": (misread(SHORT.encode(), "cp1256"), SHORT),
    "UTF-8 as ISO-8859-6": (misread(PLAIN.encode(), "iso8859_6"), PLAIN),
    "UTF-8 as cp720": (misread(PLAIN.encode(), "cp720"), PLAIN),
    "cp1256 as cp1252": (misread(LONG.encode("cp1256"), "cp1252"), LONG),
    "cp1256 as latin-1": (LONG.encode("cp1256").decode("latin-1"), LONG),
    "cp1256 as latin-1, short": (SHORT.encode("cp1256").decode("latin-1"), SHORT),
    "cp1256 as ISO-8859-6": (misread(PLAIN.encode("cp1256"), "iso8859_6"), PLAIN),
    "ISO-8859-6 as cp1252": (misread(PLAIN.encode("iso8859_6"), "cp1252"), PLAIN),
    "ISO-8859-6 as cp1256": (misread(PLAIN.encode("iso8859_6"), "cp1256"), PLAIN),
    "UTF-8 as cp1252 twice": (twice(PLAIN, "cp1252"), PLAIN),
    "UTF-8 as cp1256 twice": (twice(PLAIN, "cp1256"), PLAIN),
}
LOST = {
    "bytes dropped": LONG.encode().decode("cp1252", "ignore"),
    "bytes replaced": LONG.encode().decode("cp1252", "replace"),
    "all replaced": LONG.encode("cp1256").decode("utf-8", "replace"),
    "entities": "".join(f"&#{byte};" for byte in PLAIN.encode()),
}
CLEAN = (
    LONG,
    SHORT,
    "ﻟﻠﻤﺰﻳﺪ من الأخبار ﷺ",
    "أكد “الأمن” مستقر… انتهى：",
    "سطر\u2028سطر\x85سطر",
    "می‌خواهم گزارش ژاله را بخوانم چرا که گفت",
    'قال المدير "Société Générale à Tunis" إن الأرباح ارتفعت',
    "رائعععععععععع",
    "ههههههه",
    "ظ",
    "مساحة 30 م² و½ كم",
    "L'été à Nîmes, où l'élève dîne déjà",
    "Crème brûlée für Fräulein Größe",
    "Привет, как дела у вас сегодня",
    "这里是新闻标题，欢迎阅读",
    "اكتب &amp; لعرض علامة & في HTML",
    "أكد الوزير",
    "\x1b[31mعاجل\x1b[0m",
    "زور صفحتنا ط ظ ط ظ",
)


@pytest.mark.parametrize("name", MENDED)
def test_what_was_decoded_wrong_is_mended(name: str) -> None:
    broken, text = MENDED[name]
    assert repair_line(broken) == text


@pytest.mark.parametrize("name", LOST)
def test_what_is_lost_is_left(name: str) -> None:
    assert repair_line(LOST[name]) == LOST[name]


@pytest.mark.parametrize("line", CLEAN)
def test_clean_text_is_left(line: str) -> None:
    assert repair_text(line) == (line, ())


def test_lines_are_mended_one_by_one_and_keep_their_ends() -> None:
    broken = MENDED["UTF-8 as cp1256"][0]
    text, repairs = repair_text(f"{SHORT}\r\n{broken}\r\n{PLAIN}")
    assert text == f"{SHORT}\r\n{LONG}\r\n{PLAIN}"
    assert [(each.was, each.now) for each in repairs] == [(broken, LONG)]


# --- bytes


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (LONG.encode("cp1256"), "windows-1256"),
        (PLAIN.encode("iso8859_6") * 2, "iso-8859-6"),
        (codecs.BOM_UTF16_LE + SHORT.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + SHORT.encode("utf-16-be"), "utf-16-be"),
        (codecs.BOM_UTF32_LE + SHORT.encode("utf-32-le"), "utf-32-le"),
        (LONG.encode("utf-16-le"), "utf-16-le"),
        (b"plain words in wide letters".decode().encode("utf-16-be"), "utf-16-be"),
        ("Un élève déjà dîné à l'été".encode("cp1252"), None),
        ("Привет, как дела у вас сегодня, друзья мои".encode("cp1251"), None),
        ("新闻标题，欢迎阅读本报".encode("gb18030"), None),
        ("خبر".encode("cp1256"), None),
        (b"caf\xe9 \xff\xfe", None),
        (bytes(range(256)) * 4, None),
        (codecs.BOM_UTF16_LE + b"odd", None),
    ],
)
def test_bytes_are_decoded_where_the_evidence_is_strong(raw: bytes, name: str | None) -> None:
    assert encoding_of(raw) == name


ENCODED = {
    "a.txt": f"{LONG}\r\nشارك\r\n{PLAIN}\r\n".encode("cp1256"),
    "b.txt": codecs.BOM_UTF16_LE + f"{SHORT}\nشارك 😀\n{PLAIN}".encode("utf-16-le"),
    "c.txt": f"{PLAIN}\n{PLAIN} ثانية\nشارك\n".encode("iso8859_6"),
    "d.txt": f"{SHORT}\nشارك\n".encode(),
    "e.txt": codecs.BOM_UTF16_BE + "شارك\n".encode("utf-16-be"),
}


def test_other_encodings_come_back_and_keep_their_bytes(tmp_path: Path) -> None:
    source = write(tmp_path / "source", ENCODED)
    run(source, tmp_path / "run", lines_with("شارك"), drop=lambda text: text == "شارك\n")
    assert (tmp_path / "run/clean/a.txt").read_bytes() == f"{LONG}\r\n{PLAIN}\r\n".encode("cp1256")
    assert (tmp_path / "run/clean/b.txt").read_bytes() == codecs.BOM_UTF16_LE + f"{SHORT}\n{PLAIN}".encode("utf-16-le")
    told = {row["doc"]: row.get("encoding") for row in read_rows(tmp_path / "run", "documents.jsonl")}
    assert told == {
        "a.txt": "windows-1256",
        "b.txt": "utf-16-le",
        "c.txt": "iso-8859-6",
        "d.txt": None,
        "e.txt": "utf-16-be",
    }
    assert verify(tmp_path / "run") == []
    restore(tmp_path / "run", tmp_path / "back")
    assert {path.name: path.read_bytes() for path in (tmp_path / "back").iterdir()} == ENCODED


def test_what_was_decoded_is_said_and_the_rest_is_reported(tmp_path: Path) -> None:
    write(tmp_path, {**ENCODED, "z.txt": b"caf\xe9"})
    items = read_all(sources([str(tmp_path)]), Settings())
    said = {item.doc: item.problems for item in items if isinstance(item, Document) and item.problems}
    assert said["a.txt"] == ("decoded as windows-1256",)
    assert set(said) == {"a.txt", "b.txt", "c.txt", "e.txt"}
    assert [item.file for item in items if isinstance(item, Unreadable)] == ["z.txt"]


# --- repair in a run

BROKEN = [MENDED[name][0] for name in ("UTF-8 as cp1256", "cp1256 as latin-1", "UTF-8 as cp1252 twice")]
PAGES = [f"{SHORT}\nشارك\n{BROKEN[0]}\r\n{PLAIN}\n", f"{BROKEN[1]}\nشارك\n", f'{BROKEN[2]}\n"{SHORT}"', PLAIN]
SHARE = misread("شارك الخبر على صفحات التواصل في كل مكان".encode(), "cp1256")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.file)
@pytest.mark.parametrize("seed", [None, 3, 4])
def test_repairs_are_logged_and_undone_in_every_format(tmp_path: Path, kind: Kind, seed: int | None) -> None:
    rows = [
        {"id": str(n), "site": "s.example", "title": "t", "text": f"{SHARE}\n{text}"} for n, text in enumerate(PAGES)
    ]
    kind.write(tmp_path / "source" / kind.file, rows)
    settings = Settings(repair_encoding=True)
    run(
        tmp_path / "source",
        tmp_path / "run",
        lines_with("شارك") if seed is None else random_spans(seed),
        settings=settings,
    )
    texts = kind.texts(tmp_path / "run" / "clean" / kind.file)
    if seed is None:
        assert texts[0] == f"{SHORT}\n{LONG}\r\n{PLAIN}\n"
        removed = [row["text"] for row in read_rows(tmp_path / "run", "removed.jsonl")]
        assert removed[:2] == [f"{SHARE}\n", "شارك\n"]
        first = next(read_rows(tmp_path / "run", "documents.jsonl"))
        assert [(each["text"], each["now"]) for each in first["repaired"]] == [(BROKEN[0], LONG)]
    assert verify(tmp_path / "run") == []
    restore(tmp_path / "run", tmp_path / "back")
    assert kind.same(tmp_path / "source" / kind.file, tmp_path / "back" / kind.file)


@given(st.lists(st.sampled_from([*BROKEN, PLAIN, "", "x"]), max_size=8), st.integers(0, 99))
def test_removals_of_mended_text_have_their_places_in_the_original(lines: list[str], seed: int) -> None:
    text = "\n".join(lines)
    now, repairs = repair_text(text)
    ends = [0]
    for line in now.split("\n"):
        ends.append(min(ends[-1] + len(line) + 1, len(now)))
    removals = [gone(a, b) for n, (a, b) in enumerate(pairwise(ends)) if a < b and (seed >> n) & 1]
    edits = list(in_original(repairs, removals))
    clean = without(text, edits)
    assert clean == "".join(now[a:b] for a, b in pairwise(ends) if gone(a, b) not in removals)
    log = [Removed(each.start, each.end, text[each.start : each.end], None, each.now) for each in edits]
    assert original(clean, log) == text


def test_a_part_of_a_mended_line_stays() -> None:
    text = f"{BROKEN[0]}\nشارك"
    _, repairs = repair_text(text)
    (edit,) = in_original(repairs, [Removal(3, 6, "share", (), 1.0)])
    assert (edit.start, edit.end, edit.now) == (0, len(BROKEN[0]), LONG)


def test_a_log_of_repairs_that_does_not_fit_is_found() -> None:
    with pytest.raises(RunFolderError, match="does not fit"):
        original("نص", [Removed(0, 2, "xx", None, "غي")])


def test_the_library_repairs() -> None:
    result = dedup.clean([BROKEN[0]], repair_encoding=True)
    assert result.data == [LONG]
    assert result.documents[0].problems == ("encoding repaired in 1 line",)
    assert dedup.clean([BROKEN[0]]).data == [BROKEN[0]]


def test_a_run_repairs_on_request_only(tmp_path: Path) -> None:
    from dedup import pipeline

    (tmp_path / "in").mkdir()
    data = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in PAGES).encode()
    (tmp_path / "in/a.jsonl").write_bytes(data)
    for name, settings in (("as is", Settings()), ("mended", Settings(repair_encoding=True))):
        pipeline.clean([str(tmp_path / "in")], tmp_path / name, settings)
        assert verify(tmp_path / name) == []
        restore(tmp_path / name, tmp_path / f"{name} back")
        assert (tmp_path / f"{name} back/a.jsonl").read_bytes() == data
    assert BROKEN[0] in (tmp_path / "as is/clean/a.jsonl").read_text("utf-8")
    assert LONG in (tmp_path / "mended/clean/a.jsonl").read_text("utf-8")
