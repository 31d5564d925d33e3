"""What may be typed as INPUT: patterns, lists, addresses; usual names of fields; what is refused, and how kindly."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from runs import lines_with, random_spans, read_all, run, write

from dedup.errors import UsageError
from dedup.formats import Unreadable, sources
from dedup.formats.names import guess
from dedup.formats.sniff import kind_of
from dedup.restore import restore, verify
from dedup.settings import Settings
from dedup.strip import finish, kept
from dedup.types import Document


def rows(*values: object) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def files_of(*inputs: object) -> list[str]:
    return [source.file for source in sources([str(each) for each in inputs]).files]


# --- patterns, lists, addresses


@pytest.fixture
def crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    names = ["crawl/a/1.txt", "crawl/a/2.jsonl", "crawl/b/1.txt", "crawl/b/deep/3.txt", "crawl/c/x[1].txt"]
    write(tmp_path, dict.fromkeys(names, b'{"text": "x"}\n'))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        (["crawl/*/1.txt"], ["a/1.txt", "b/1.txt"]),
        (["crawl/**/*.txt"], ["a/1.txt", "b/1.txt", "b/deep/3.txt", "c/x[1].txt"]),
        (["crawl/*/1.txt", "crawl/*/2.jsonl"], ["a/1.txt", "a/2.jsonl", "b/1.txt"]),
        (["crawl/[ab]"], ["a/1.txt", "a/2.jsonl", "b/1.txt", "b/deep/3.txt"]),
        (["crawl/c/x[1].txt"], ["x[1].txt"]),
        (["crawl/b*/**"], ["b/1.txt", "b/deep/3.txt"]),
    ],
)
def test_patterns_name_their_matches_below_their_fixed_part(crawl: Path, patterns: list[str], found: list[str]) -> None:
    assert files_of(*patterns) == found


def test_a_pattern_gives_sites_as_its_folder_does(crawl: Path) -> None:
    assert [source.site for source in sources(["crawl/*/1.txt"]).files] == ["a", "b"]


def test_a_list_names_inputs(crawl: Path) -> None:
    (crawl / "list.txt").write_text("\ufeff# a crawl\n\ncrawl/a\n  crawl/b/*.txt  \n", encoding="utf-8")
    assert files_of("@list.txt") == ["a/1.txt", "a/2.jsonl", "b/1.txt"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("crawl/*.pdf", "nothing matches"),
        ("@nowhere.txt", "list cannot be read"),
        ("@empty.txt", "list is empty"),
        ("memory://nowhere/x", "cannot be fetched"),
        ("nosuchprotocol://x", "cannot be fetched"),
    ],
)
def test_what_gives_nothing_is_wrong_usage(crawl: Path, typed: str, message: str) -> None:
    (crawl / "empty.txt").write_text("# nothing\n")
    pytest.importorskip("fsspec")
    with pytest.raises(UsageError, match=message):
        sources([typed])


def test_addresses_are_fetched_and_cleaned_and_nothing_is_left_behind(crawl: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    for name, text in (("s/one/a.txt", b"x"), ("s/two/b.jsonl", rows({"text": "y"})), ("s/two/c.pdf", b"z")):
        memory.pipe(f"/{name}", text)
    assert files_of("memory://s") == ["one/a.txt", "two/b.jsonl"]
    assert files_of("memory://s/*/b.jsonl") == ["two/b.jsonl"]
    assert files_of("memory://s/one/a.txt") == ["a.txt"]
    local = (crawl / "crawl").as_uri()
    assert files_of(local) == files_of("crawl")
    found = sources(["memory://s", "crawl/a"])
    assert [source.file for source in found.files] == ["a/1.txt", "a/2.jsonl", "s/one/a.txt", "s/two/b.jsonl"]
    place = found.files[2].path
    assert place.exists()
    del found
    assert not place.exists()


# --- names of fields


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"text": "x", "url": "u"}, {}),
        ({"content": "x", "url": "u"}, {"text_field": "content"}),
        ({"body": "x", "raw_content": "y", "domain": "d"}, {"text_field": "body", "site_field": "domain"}),
        ({"text": "x", "source": "https://a.example/1"}, {"url_field": "source"}),
        ({"text": "x", "source": "the-same-set"}, {}),
        (
            {"text": "x", "link": "https://a.example/1", "headline": "h"},
            {"url_field": "link", "title_field": "headline"},
        ),
        ({"content": 3, "body": "x"}, {"text_field": "body"}),
        ({"words": "x"}, {}),
    ],
)
def test_usual_names_are_found(row: dict[str, object], found: dict[str, str]) -> None:
    assert dict(guess([row, row], Settings())) == found


def test_what_was_asked_for_is_not_guessed() -> None:
    assert guess([{"content": "x"}], Settings(text_field="words")) == ()


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.csv", "a.parquet"])
def test_a_guess_is_said_and_holds_until_restore(tmp_path: Path, name: str) -> None:
    source = tmp_path / "source"
    values = [{"domain": f"s{n}.example", "content": f"نص {n}\nشارك"} for n in range(3)]
    if name == "a.csv":
        write(
            source, {name: ("domain,content\n" + "".join(f'{v["domain"]},"{v["content"]}"\n' for v in values)).encode()}
        )
    elif name == "a.parquet":
        source.mkdir()
        pq.write_table(pa.Table.from_pylist(values), source / name)
    else:
        write(source, {name: rows(*values)})
    found = sources([str(source)], settings=Settings())
    assert found.messages == (
        f"{name}: text from the field 'content', site from the field 'domain'; --text-field, --site-field name another",
    )
    items = read_all(found, Settings())
    assert [(item.text, item.site) for item in items if isinstance(item, Document)] == [
        (value["content"], value["domain"]) for value in values
    ]


def test_the_command_says_what_it_guessed(dedup, tmp_path: Path) -> None:
    write(tmp_path, {"in/a.jsonl": rows({"content": "خبر من السوق اليوم"}), "in/b.jsonl": rows({"content": "خبر ثان"})})
    done = dedup("clean", "in", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert "a.jsonl and 1 more: text from the field 'content'; --text-field names another" in done.stderr
    assert dedup("verify", "out").returncode == 0
    assert dedup("restore", "out", "--out", "back").returncode == 0
    assert (tmp_path / "back/a.jsonl").read_bytes() == (tmp_path / "in/a.jsonl").read_bytes()


# --- what is refused


@pytest.mark.parametrize("name", ["a.html", "a.txt", "a.jsonl", "a"])
def test_html_is_refused_with_advice(tmp_path: Path, name: str) -> None:
    write(tmp_path, {name: b"\n <!DOCTYPE html><html><p>x</p></html>"})
    with pytest.raises(UsageError, match=r"HTML, and dedup reads text; extract it first.*trafilatura"):
        sources([str(tmp_path / name)])


def test_html_amid_text_is_one_bad_file(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": b"<html><body>x", "b.txt": b"x < y"})
    found = sources([str(tmp_path)])
    assert [source.file for source in found.files] == ["b.txt"]
    assert "HTML" in found.unreadable[0].message


def test_a_web_archive_of_pages_is_refused_with_advice(tmp_path: Path) -> None:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>"
    head = f"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: {len(block)}\r\n\r\n"
    write(tmp_path, {"a.warc": head.encode() + block + b"\r\n\r\n"})
    (item,) = read_all(sources([str(tmp_path)]), Settings())
    assert isinstance(item, Unreadable)
    assert "not of plain text; extract the text first (trafilatura, resiliparse), or take the WET" in item.message


def test_json_that_is_no_rows(tmp_path: Path) -> None:
    write(tmp_path, {"a.json": b'[{"text": "x"}]', "b.json": rows({"text": "x"}), "c.json": b'{"text": "x"}'})
    with pytest.raises(UsageError, match=r"one JSON array.*jq"):
        sources([str(tmp_path / "a.json")])
    assert kind_of(tmp_path / "b.json").format.name == kind_of(tmp_path / "c.json").format.name == "jsonl"


# --- rows of CSV

ODD_CSV = (
    b"\xef\xbb\xbfid;text;n\r\n"
    b'1;"\xd8\xae\xd8\xa8\xd8\xb1; ""x""\r\nshare\r\nend";a\r\n'
    b"\r\n"
    b'2;5" and share;b\n'
    b"3;share;c\n"
    b"bad;row\n"
    b'4;share "quoted";d\r\n'
    b'5;"share";e\n'
    b"id;text;n\r\n"
    b'6;"share\n""q""";f'
)


def test_odd_rows_of_csv_come_back(tmp_path: Path) -> None:
    from runs import gone

    source = write(tmp_path / "source", {"a.csv": ODD_CSV, "one.csv": b"text\nshare\nx\n"})

    def choose(text: str) -> list[object]:
        start = text.find("share")
        return [] if start < 0 else [gone(start, min(start + 6, len(text)))]

    run(source, tmp_path / "run", choose)  # type: ignore[arg-type]
    clean = (tmp_path / "run/clean/a.csv").read_bytes().decode("utf-8-sig")
    assert "3;;c" in clean
    assert '4;"""quoted""";d' in clean
    assert (tmp_path / "run/clean/one.csv").read_bytes() == b'text\n""\nx\n'
    assert (tmp_path / "run/rejected/a.csv").read_bytes() == b"bad;row\n"
    assert verify(tmp_path / "run") == []
    restore(tmp_path / "run", tmp_path / "back")
    assert (tmp_path / "back/a.csv").read_bytes() == ODD_CSV
    assert (tmp_path / "back/one.csv").read_bytes() == b"text\nshare\nx\n"


def test_a_table_without_the_text_or_with_another_kind_of_it(tmp_path: Path) -> None:
    pq.write_table(pa.table({"words": ["x"]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"text": [1]}), tmp_path / "b.parquet")
    first, second = read_all(sources([str(tmp_path)]), Settings())
    assert isinstance(first, Unreadable)
    assert isinstance(second, Unreadable)
    assert "no field 'text'; the fields are: words; --text-field" in first.message
    assert "the column 'text' holds int64, not strings" in second.message


def test_a_null_text_is_no_document_and_stays(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    table = pa.table({"text": ["share\nx", None, "y"]})
    pq.write_table(table, tmp_path / "source/a.parquet")
    run(tmp_path / "source", tmp_path / "run", lines_with("share"))
    assert pq.read_table(tmp_path / "run/clean/a.parquet")["text"].to_pylist() == ["x", None, "y"]
    assert verify(tmp_path / "run") == []
    restore(tmp_path / "run", tmp_path / "back")
    assert pq.read_table(tmp_path / "back/a.parquet").equals(table)


@given(
    st.lists(st.text(st.sampled_from('aب"\n\r,;\t| شx😀'), max_size=25), min_size=1, max_size=5),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from(["\n", "\r\n"]),
    st.integers(0, 1000),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_table_comes_back(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], delimiter: str, quoting: int, end: str, seed: int
) -> None:
    tmp = tmp_path_factory.mktemp("t")
    if quoting == csv.QUOTE_MINIMAL:  # Python writes a bare \r, which its own reader takes for a line end
        texts = [text.replace("\r", "") for text in texts]
    table = io.StringIO(newline="")
    writer = csv.writer(table, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerow(["id", "text", "more"])
    writer.writerows([f"r{number}", text, 'say "x"'] for number, text in enumerate(texts))
    source = write(tmp / "source", {"a.csv": table.getvalue().encode()})
    found = [item.text for item in read_all(sources([str(source)]), Settings()) if isinstance(item, Document)]
    assert found == texts
    choose = random_spans(seed)
    run(source, tmp / "run", choose)
    cleaned = io.StringIO((tmp / "run/clean/a.csv").read_bytes().decode(), newline="")
    expected = [kept(text, finish(text, choose(text))) for text in texts]
    assert [row["text"] for row in csv.DictReader(cleaned, delimiter=delimiter)] == expected
    assert verify(tmp / "run") == []
    restore(tmp / "run", tmp / "back")
    assert (tmp / "back/a.csv").read_bytes() == table.getvalue().encode()


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow"])
def test_texts_in_views_and_dictionaries(tmp_path: Path, name: str) -> None:
    texts = ["share\nx", None, "y", "share\nx"]
    for kind in (pa.string_view(), pa.dictionary(pa.int32(), pa.string()), pa.string()):
        place = tmp_path / str(kind).partition("<")[0]
        (place / "source").mkdir(parents=True)
        table = pa.table({"text": pa.array(texts, pa.string()).cast(kind), "n": [1, 2, 3, 4]})
        if name == "a.parquet":
            pq.write_table(table, place / "source" / name)
        else:
            with pa.ipc.new_file(str(place / "source" / name), table.schema) as writer:
                writer.write_table(table)
        run(place / "source", place / "run", lines_with("share"))
        assert verify(place / "run") == []
        restore(place / "run", place / "back")
        read = pq.read_table if name == "a.parquet" else lambda path: pa.ipc.open_file(str(path)).read_all()
        assert read(place / "run/clean" / name)["text"].to_pylist() == ["x", None, "y", "x"]
        assert read(place / "back" / name).to_pylist() == table.to_pylist()
        assert read(place / "back" / name).schema == read(place / "source" / name).schema
