"""formats: which files are read and in which order, what a row says, and what is said of bad ones."""

from __future__ import annotations

import gzip
import json
import os
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs import read_all, write

from dedup.errors import InputError, UsageError
from dedup.formats import FORMATS, BadRow, Unreadable, sources
from dedup.formats.codecs import CODECS, codec_of
from dedup.formats.jsonrow import dumps, loads, plain
from dedup.formats.literal import byte_offsets, text_literal
from dedup.formats.site import host
from dedup.settings import Settings
from dedup.types import Document

SETTINGS = Settings()


def documents(*inputs: Path, settings: Settings = SETTINGS) -> list[Document]:
    items = read_all(sources([str(each) for each in inputs]), settings)
    return [item for item in items if isinstance(item, Document)]


def failures(*inputs: Path) -> list[BadRow | Unreadable]:
    items = read_all(sources([str(each) for each in inputs]), SETTINGS)
    return [item for item in items if not isinstance(item, Document)]


def rows(*values: object) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


# --- finding


def test_files_are_taken_in_the_order_of_their_bytes(tmp_path: Path) -> None:
    names = ["b.txt", "a/z.txt", "a-b/y.txt", "B.TXT", "é.txt", "z.jsonl.GZ", "ب.txt", "a/b/c.ndjson", "z.jsonl.zst"]
    write(tmp_path, dict.fromkeys(names, b""))
    found = [source.file for source in sources([str(tmp_path)]).files]
    assert found == sorted(names, key=os.fsencode)


def test_other_files_are_counted_and_hidden_ones_are_not(tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(["a.txt", "b.html", "c.html", "d", ".e.txt", ".git/f.txt", "g.json"], b""))
    found = sources([str(tmp_path)])
    assert [source.file for source in found.files] == ["a.txt"]
    assert "4 other files (2 .html, 1 .json, 1 without suffix) ignored" in found.messages[0]


def test_a_single_file_is_an_input(tmp_path: Path) -> None:
    write(tmp_path, {"site/a.txt": b"x"})
    assert documents(tmp_path / "site" / "a.txt") == [Document("a.txt", None, "a.txt", 0, "x")]


def test_several_inputs_are_prefixed_with_what_tells_them_apart(tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(["2023/news/a.txt", "2024/news/s/a.txt", "2024/b.txt"], b"x"))
    found = documents(tmp_path / "2024/news", tmp_path / "2024/b.txt", tmp_path / "2023/news")
    assert [(each.doc, each.site) for each in found] == [
        ("2023/news/a.txt", None),
        ("2024/b.txt", None),
        ("2024/news/s/a.txt", "s"),
    ]
    assert [each.doc for each in documents(tmp_path / "2024/b.txt", tmp_path / "2023")] == ["2023/news/a.txt", "b.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"a/x.txt": b"x"})
    (tmp_path / "a" / "circle").symlink_to(tmp_path)
    (tmp_path / "a" / "lost.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "a" / "y.txt").symlink_to(tmp_path / "a" / "x.txt")
    found = sources([str(tmp_path / "a")])
    assert [source.file for source in found.files] == ["x.txt", "y.txt"]
    assert "1 linked folder, 1 no regular file" in found.messages[0]


@pytest.mark.parametrize(
    ("inputs", "out", "message"),
    [
        (["corpus"], "corpus/cleaned", "lies in the input"),
        (["corpus"], "corpus", "lies in the input"),
        (["corpus/a.txt"], "corpus/a.txt", "lies in the input"),
        (["corpus"], ".", "the input .* lies in it"),
        (["corpus", "corpus/sub"], "out", "overlap"),
        (["corpus", "corpus"], "out", "overlap"),
        (["nowhere"], "out", r"nothing to read: .*nowhere: there is no such file or folder; check the path"),
        (
            ["pages"],
            "out",
            r"pages: no text in it \(3 other files \(2 \.html, 1 \.pdf\) there\).*HTML",
        ),
        (["void"], "out", r"the folder is empty"),
        (["pages/a.html"], "out", r"HTML, and dedup reads text; extract it first.*trafilatura"),
        (["pages/a.pdf"], "out", r"not a kind of file that dedup reads"),
        ([], "out", "no input"),
    ],
)
def test_requests_that_make_no_sense(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inputs: list[str], out: str, message: str
) -> None:
    write(
        tmp_path,
        dict.fromkeys(["corpus/a.txt", "corpus/sub/b.txt", "pages/a.html", "pages/b.html", "pages/a.pdf"], b"x"),
    )
    (tmp_path / "void").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=message):
        sources(inputs, Path(out))


def test_the_run_can_go_on_without_some_inputs(tmp_path: Path) -> None:
    write(tmp_path, {"a/a.txt": b"x", "b/b.pdf": b"x"})
    found = sources([str(tmp_path / name) for name in ("a", "b", "c")])
    assert [source.file for source in found.files] == ["a/a.txt"]
    assert [Path(each.file).name for each in found.unreadable] == ["b", "c"]


# --- ids and sites


def test_ids_are_fields_or_places_and_never_collide(tmp_path: Path) -> None:
    data = rows(
        *({"id": each, "text": "x"} for each in ("p", 7, True, None, "", 1.5, "p", 10**30, "r.jsonl#3", "s.txt"))
    )
    write(tmp_path, {"r.jsonl": data, "s.txt": b"x"})
    found = documents(tmp_path)
    assert [each.doc for each in found] == [
        "p",
        "7",
        "r.jsonl#3",
        "r.jsonl#4",
        "r.jsonl#5",
        "r.jsonl#6",
        "r.jsonl#7",
        str(10**30),
        "r.jsonl#9",
        "s.txt",
        "s.txt#1",
    ]
    assert [each.problems for each in found if each.problems] == [
        ("the id 'p' was already taken",),
        ("the id 'r.jsonl#3' was already taken",),
        ("the id 's.txt' was already taken",),
    ]


def test_a_made_up_id_that_is_taken_too(tmp_path: Path) -> None:
    write(
        tmp_path, {"r.jsonl": rows({"id": "a", "text": ""}, {"id": "r.jsonl#3", "text": ""}, {"id": "a", "text": ""})}
    )
    assert [each.doc for each in documents(tmp_path)] == ["a", "r.jsonl#3", "r.jsonl#3.2"]


@pytest.mark.parametrize(
    ("row", "site"),
    [
        ({"site": "sahifa", "url": "https://b.example/1"}, "sahifa"),
        ({"site": "", "url": "https://www.B.example:81/1"}, "b.example"),
        ({"site": 3, "url": "//user:word@b.example?x"}, "b.example"),
        ({"url": "not a url"}, "folder"),
        ({"url": None}, "folder"),
        ({}, "folder"),
    ],
)
def test_sites(tmp_path: Path, row: dict[str, object], site: str) -> None:
    write(tmp_path, {"folder/deep/r.jsonl": rows({"text": "x", **row})})
    assert documents(tmp_path)[0].site == site


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://[2001:db8::1]:80/x", "[2001:db8::1]"),
        ("HTTP://WWW.Akhbar.EXAMPLE", "akhbar.example"),
        ("https://صحيفة.مثال/خبر", "صحيفة.مثال"),
        ("www.a.example/x", "a.example"),
        ("3.5 percent", None),
        ("mailto:a@b.example", None),
        ("http://", None),
        ("http://[bad", "[bad"),
        ("", None),
    ],
)
def test_hosts(url: str, expected: str | None) -> None:
    assert host(url) == expected


def test_fields_are_settings(tmp_path: Path) -> None:
    write(tmp_path, {"r.jsonl": rows({"نص": "x", "key": "k", "paper": "p", "head": "t", "link": "http://z.example"})})
    named = Settings(text_field="نص", id_field="key", site_field="none", title_field="head", url_field="link")
    assert documents(tmp_path, settings=named) == [Document("k", "z.example", "r.jsonl", 0, "x", "t")]


# --- bad input


def test_a_text_file_that_is_not_utf8_names_the_byte(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": b"good", "b.txt": b"\xef\xbb\xbfab\xe3\xc7", "c.txt": b"\xed\xa0\x80"})
    first, second = failures(tmp_path)
    assert isinstance(first, Unreadable)
    assert first.file == "b.txt"
    assert "b.txt: not UTF-8: byte 5 is 0xE3" in first.message
    assert second.file == "c.txt"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (b'{"text": ', "not JSON at character"),
        (b"[1]", "not a JSON object but a list"),
        (b"3", "not a JSON object but a number"),
        (b'{"body": "x", "id": 2}', "no field 'text'; the fields are: body, id"),
        (b"{}", "no field 'text'; the row has no fields"),
        (b'{"text": null}', "the field 'text' is null, not a string"),
        (b'{"text": ["x"]}', "the field 'text' is a list, not a string"),
        (b'{"text": "x", "b": "\xff"}', "not UTF-8 at byte 20 of the row (0xFF)"),
        (b'{"text": "a\x01"}', "not JSON at character"),
        (b'{"text": "x", "deep": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "nested too deep"),
        (b'{"text": "x"} {"text": "y"}', "not JSON at character"),
        (b"\x00", "not JSON"),
        (b"\x0b", "not JSON"),
    ],
)
def test_a_bad_row_is_told_and_the_rest_is_read(tmp_path: Path, row: bytes, message: str) -> None:
    write(tmp_path, {"r.jsonl": b'\xef\xbb\xbf{"text": "\xd8\xa8"}\n' + row + b'\n{"text": "c"}'})
    (bad,) = failures(tmp_path)
    assert isinstance(bad, BadRow)
    assert (bad.row, bad.offset) == (1, 18)
    assert message in bad.message
    assert [(each.row, each.text) for each in documents(tmp_path)] == [(0, "ب"), (2, "c")]


def test_bad_rows_before_the_first_document_are_told_too(tmp_path: Path) -> None:
    write(tmp_path, {"r.jsonl": b'{\n[]\n{"text": "x"}\n{\n'})
    assert [item.row for item in read_all(sources([str(tmp_path)]), SETTINGS) if not isinstance(item, Unreadable)] == [
        0,
        1,
        2,
        3,
    ]


def test_when_no_row_can_be_read_the_file_stays_where_it_is(tmp_path: Path) -> None:
    write(tmp_path, {"r.jsonl": rows({"body": "x"}, {"body": "y"})})
    (whole,) = failures(tmp_path)
    assert isinstance(whole, Unreadable)
    assert "none of its 2 rows can be read; row 1: no field 'text'; the fields are: body; --text-field" in whole.message


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n \r\n"])
def test_a_file_without_rows_is_no_failure(tmp_path: Path, data: bytes) -> None:
    write(tmp_path, {"r.jsonl": data, "r.jsonl.gz": data})
    assert read_all(sources([str(tmp_path)]), SETTINGS) == []


def test_an_empty_text_file_is_a_document(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": b"", "b.txt": b"\xef\xbb\xbf"})
    assert [each.text for each in documents(tmp_path)] == ["", ""]


@pytest.mark.parametrize("name", ["r.jsonl.gz", "r.jsonl.zst"])
def test_a_damaged_archive_is_known_before_its_first_document(tmp_path: Path, name: str) -> None:
    noise = os.urandom(3_000_000).hex()
    write(tmp_path, {name: rows({"text": "first"}, {"text": noise})})
    data = (tmp_path / name).read_bytes()
    flipped = bytearray(data)
    flipped[len(data) // 2] ^= 0xFF
    for damage in (data[:-10], data[: len(data) // 2], bytes(flipped), b"no archive at all"):
        (tmp_path / name).write_bytes(damage)
        (item,) = read_all(sources([str(tmp_path)]), SETTINGS)
        assert isinstance(item, Unreadable)
        assert "archive" in item.message or "cannot be read" in item.message


def test_archives_of_several_parts_are_read_to_their_end(tmp_path: Path) -> None:
    import zstandard

    parts = [rows({"text": str(number)}) for number in range(3)]
    (tmp_path / "a.jsonl.gz").write_bytes(b"".join(map(gzip.compress, parts)))
    (tmp_path / "b.jsonl.zst").write_bytes(b"".join(map(zstandard.ZstdCompressor().compress, parts)))
    assert [each.text for each in documents(tmp_path)] == ["0", "1", "2"] * 2


def test_rows_longer_than_a_chunk(tmp_path: Path) -> None:
    long = "ب" * 1_500_000
    write(tmp_path, {"r.jsonl": rows({"text": long}, {"text": "x"}, {"text": long})})
    assert [len(each.text) for each in documents(tmp_path)] == [1_500_000, 1, 1_500_000]


def test_a_file_that_vanishes_is_reported(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": b"x", "b.txt": b"y"})
    found = sources([str(tmp_path)])
    (tmp_path / "a.txt").unlink()
    first, second = read_all(found, SETTINGS)
    assert isinstance(first, Unreadable)
    assert "vanished" in first.message
    assert isinstance(second, Document)


# --- rows of JSON

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4) | st.just("text"), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.lists(st.tuples(st.sampled_from(["text", "a", 'te"xt', "text "]), VALUES), max_size=5), st.text(), st.booleans()
)
def test_the_literal_found_is_the_one_that_json_reads(
    members: list[tuple[str, object]], text: str, escaped: bool
) -> None:
    pairs = [*members, ("text", text), *((key, value) for key, value in members if key != "text")]
    row = "{" + ", ".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=escaped)}" for key, value in pairs) + "}"
    raw = row.encode("utf-8", "surrogatepass")
    start, end = text_literal(raw, "text")
    assert raw[start - 1 : start] == raw[end : end + 1] == b'"'
    assert json.loads(raw[start - 1 : end + 1]) == json.loads(raw)["text"]


@pytest.mark.parametrize(
    "content",
    [
        rb"a\/b/c\"\n",
        rb"a\/b\/c\n",
        rb"a/b\f\n",
        rb"a\u000ab\n",
        rb"\u0041\u00DF\u00df\ud83d\ude00\ud83d\\u0041\\\/\b",
        "😀\\u0628ب\\n".encode(),
    ],
)
def test_every_offset_is_found_in_every_spelling(content: bytes) -> None:
    text = json.loads(b'"' + content + b'"')
    offsets = byte_offsets(content, text, list(range(len(text) + 1)))
    assert (offsets[0], offsets[-1]) == (0, len(content))
    pieces = [content[start:end] for start, end in pairwise(offsets)]
    assert [json.loads(b'"' + piece + b'"') for piece in pieces] == list(text)


def test_rows_are_utf8_whatever_they_hold() -> None:
    for value in ({"text": "\ud800 ب"}, {"big": 2**70}, {"text": "\u2028ب"}, {"t": ("a", "b")}):
        raw = dumps(value)
        assert raw.decode("utf-8").count("\n") == 1
        assert json.loads(raw) == json.loads(json.dumps(value)) == loads(raw) or "big" in value


@given(st.text())
def test_plain_is_what_json_writes_without_ascii(text: str) -> None:
    assert plain(text) == json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass")[1:-1]


def test_loads_takes_what_json_takes() -> None:
    assert loads(b'{"a": NaN}') != loads(b'{"a": 1}')
    assert loads(rb'{"a": "\ud800"}') == {"a": "\ud800"}
    with pytest.raises(InputError, match=r"nested too deep|not JSON"):
        loads(b"[" * 100_000)


# --- registries


def test_every_format_is_registered_once() -> None:
    folder = Path(sys.modules["dedup.formats"].__file__ or "").parent
    makers = ("format_of_rows(", "format_of_tables(")
    made = {path.stem for path in folder.glob("*.py") if any(each in path.read_text("utf-8") for each in makers)}
    made -= {"bytewise", "columnar"}
    assert {each.name for each in FORMATS} == made
    names = [suffix for each in FORMATS for suffix in each.suffixes]
    assert len(set(names)) == len(names)


def test_codecs_go_by_suffix_and_none_takes_all() -> None:
    assert [codec_of(f"a.jsonl{codec.suffix}").name for codec in CODECS] == [codec.name for codec in CODECS]
    assert CODECS[-1].suffix == ""
