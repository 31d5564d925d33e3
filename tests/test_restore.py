"""restore and verify: every input comes back byte for byte from RUN_DIR alone, and no damage goes unnoticed."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from runs import Choose, contents, lines_with, random_spans, run, unpacked, write

from dedup.errors import PartlyError, RunFolderError, UsageError
from dedup.formats import sources
from dedup.restore import restore, verify
from dedup.runfolder import read_rows
from dedup.strip import finish, kept

ODD = "\u2028\u2029\x85\x0b\x0c\x1c\x00\u200f\ufeff\u0640\u064e\U0001f600\U0001d4d0é\u00a0"

TEXTS = {
    "lf": "خبر أول\nشارك\nنص الخبر\n",
    "crlf": "خبر أول\r\nشارك\r\n\r\nشارك\r\nنص الخبر\r\n",
    "mixed": "خبر\r\nشارك\nنص\rآخر\n\nشارك\r\n",
    "no final line end": "خبر\nشارك",
    "odd characters": f"{ODD}\nشارك{ODD}\n{ODD}نص",
    "empty": "",
    "one line end": "\n",
    "all goes": "شارك\nشارك\n",
    "astral": "😀😀 شارك 😀\n😀 نص 𝓐\n",
}


def there_and_back(tmp: Path, files: dict[str, bytes], choose: Choose, **more: object) -> Path:
    """Clean, delete the source, verify, restore, compare."""
    source = write(tmp / "source", files)
    run(source, tmp / "run", choose, **more)  # type: ignore[arg-type]
    shutil.rmtree(source)
    assert verify(tmp / "run") == []
    assert restore(tmp / "run", tmp / "back") == len(files)
    assert contents(tmp / "back") == files
    return tmp / "run"


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["no BOM", "BOM"])
@pytest.mark.parametrize("name", TEXTS)
def test_text_files_come_back(tmp_path: Path, name: str, bom: bytes) -> None:
    there_and_back(tmp_path, {"a.txt": bom + TEXTS[name].encode()}, lines_with("شارك"))


def test_a_text_that_starts_with_a_second_bom_after_the_cut(tmp_path: Path) -> None:
    files = {"a.txt": "شارك\n\ufeffنص\n".encode(), "b.jsonl": '{"text": "نص"}\n'.encode()}
    there_and_back(tmp_path, files, lines_with("شارك"))


ROWS = [
    '{"text": "خبر\\nشارك\\nنص"}\n',
    '{ "id" :  7,\t"text":"خبر\\nشارك الآن\\nنص" , "tags": ["text", {"text": "شارك"}] }\n',
    '{"text": "\\u062e\\u0628\\u0631\\n\\u0634\\u0627\\u0631\\u0643\\nx", "z": 1.0}\r\n',
    '{"text": "\\u062E\\u0628\\u0631\\nش\\u0627رك\\nx\\u0041\\"\\\\n"}\n',
    '{"text": "\\ud83d\\ude00 a\\nشارك \\ud83D\\uDE00\\n\\ud800 lone\\nشارك \\udc00\\nend"}\n',
    '{"text": "http:\\/\\/a.example\\/b\\nشارك http:\\/\\/b.example\\nنص"}\n',
    '{"text": "mixed \\/ and / \\t\\r\\b\\f\\nشارك\\u0000\\nنص"}\n',
    '{"text": "شارك first of two", "n": 1, "text": "خبر\\nشارك\\nنص"}\n',
    '{"te\\u0078t": "خبر\\nشارك\\nنص"}\n',
    '{"a": {"text": "شارك"}, "te\\u0078t": "خبر\\nشارك\\nنص"}\n',
    '{"a": {"text": "x\\nشارك\\n"}, "b": "\\"text\\": \\"شارك\\"", "text": "\\\\\\nشارك\\\\\\n\\\\"}\n',
    "\n",
    " \t\r\n",
    '{"text": ""}\n',
    '{"text": "شارك"}\n',
    '{"text": "\u2028شارك\u0085\\nنص\u2029"}\n',
    '{"text": "last\\nشارك\\nrow"}',
]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "deep/er/a.ndjson"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["no BOM", "BOM"])
@pytest.mark.parametrize("seed", [None, 1, 2, 3])
def test_json_rows_come_back(tmp_path: Path, name: str, bom: bytes, seed: int | None) -> None:
    choose = lines_with("شارك") if seed is None else random_spans(seed)
    run_dir = there_and_back(tmp_path, {name: bom + "".join(ROWS).encode()}, choose)
    clean = unpacked(run_dir / "clean" / name)
    assert clean.count(b"\n") == len(ROWS) - 1
    assert "شارك first of two" in clean.decode()
    assert clean.startswith(bom)


def test_cleaned_rows_change_in_the_text_only(tmp_path: Path) -> None:
    run_dir = there_and_back(tmp_path, {"a.jsonl": "".join(ROWS).encode()}, lines_with("شارك"))
    cleaned = (run_dir / "clean/a.jsonl").read_bytes().split(b"\n")
    assert cleaned[1].decode() == '{ "id" :  7,\t"text":"خبر\\nنص" , "tags": ["text", {"text": "شارك"}] }'
    assert cleaned[2] == rb'{"text": "\u062e\u0628\u0631\nx", "z": 1.0}' + b"\r"
    for before, after in zip(ROWS, cleaned, strict=True):
        if before.strip():
            old, new = json.loads(before), json.loads(after)
            text = old.pop("text")
            assert new.pop("text") == kept(text, finish(text, lines_with("شارك")(text)))
            assert list(old.items()) == list(new.items())


def test_removed_rows_say_what_went_and_raw_only_where_it_is_needed(tmp_path: Path) -> None:
    rows = ['{"id": "p", "text": "x\\nشارك \\"a\\"\\n"}\n', '{"id": "e", "text": "x\\n\\u0634ارك\\n\\ud800شارك"}\n']
    run_dir = there_and_back(tmp_path, {"a.jsonl": "".join(rows).encode()}, lines_with("شارك"))
    (run_dir / "removed.jsonl").read_bytes().decode("utf-8")
    plain, escaped, lone = read_rows(run_dir, "removed.jsonl")
    assert list(plain) == ["doc", "start", "end", "label", "evidence", "score", "cluster", "leader", "text"]
    assert (plain["doc"], plain["start"], plain["end"], plain["text"]) == ("p", 2, 11, 'شارك "a"\n')
    assert (escaped["text"], escaped["raw"]) == ("شارك\n", "\\u0634ارك\\n")
    assert (lone["text"], lone["raw"]) == ("\ud800شارك", "\\ud800شارك")


def escape(text: str, chance: random.Random) -> str:
    """A JSON literal of the text in which every character takes any of its spellings."""
    short = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f", '"': '\\"', "\\": "\\\\", "/": "\\/"}
    pieces = []
    for char in text:
        units = char.encode("utf-16-be", "surrogatepass")
        spelled = "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
        forced = char < " " or "\ud800" <= char <= "\udfff" or char in '"\\'
        choices = [spelled, "".join(c.upper() if c in "abcdef" else c for c in spelled)]
        choices += [short[char]] * 2 if char in short else []
        choices += [] if forced else [char] * 4
        pieces.append(chance.choice(choices))
    return '"' + "".join(pieces) + '"'


STYLES = {
    "plain": lambda text, chance: json.dumps(text, ensure_ascii=False),
    "ascii": lambda text, chance: json.dumps(text),
    "slashes": lambda text, chance: json.dumps(text, ensure_ascii=False).replace("/", "\\/"),
    "ascii slashes": lambda text, chance: json.dumps(text).replace("/", "\\/"),
    "any": escape,
}

CHARACTERS = st.sampled_from('aب\n\n\r\t"\\/شر\x00\x1f\x7f\u2028\x85\ufeff😀𝓐é nu') | st.characters(codec="utf-8")


@given(
    st.lists(st.text(CHARACTERS, max_size=40), min_size=1, max_size=4),
    st.integers(0, 1000),
    st.sampled_from(sorted(STYLES)),
    st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_in_any_spelling_comes_back(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], seed: int, style: str, end: str
) -> None:
    chance = random.Random(seed)
    space = lambda: chance.choice(["", " ", "\t", "  "])  # noqa: E731
    text_files = {f"{number}.txt": text.encode() for number, text in enumerate(texts)}
    spell = STYLES[style]
    if style in ("ascii", "ascii slashes", "any"):
        texts = [text + chance.choice(["", "\ud800", "\udc00 \ud800\udbff"]) for text in texts]
    texts = [text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") for text in texts]
    rows = []
    for text in texts:
        head = f'{{{space()}"k"{space()}:{space()}{escape(text, chance)},{space()}'
        rows.append(f'{head}"text"{space()}:{space()}{spell(text, chance)}{space()}}}')
    files = {**text_files, "r.jsonl": end.join(rows).encode()}
    there_and_back(tmp_path_factory.mktemp("t"), files, random_spans(seed))


BAD = b'{"text": "a\\nshare\\n"}\n{"text": \n[1]\n{"body": "x"}\n{"text": null}\n\n\xff\xfe\n{"text": "b"}\n{"id'


def test_rows_that_cannot_be_read_come_back_in_their_place(tmp_path: Path) -> None:
    run_dir = there_and_back(tmp_path, {"a.jsonl": BAD, "b.jsonl.gz": BAD}, lines_with("share"))
    assert (run_dir / "clean/a.jsonl").read_bytes() == b'{"text": "a\\n"}\n\n{"text": "b"}\n'
    assert (
        run_dir / "rejected/a.jsonl"
    ).read_bytes() == b'{"text": \n[1]\n{"body": "x"}\n{"text": null}\n\xff\xfe\n{"id'
    places = [row for row in read_rows(run_dir, "rejected.jsonl") if row["file"] == "a.jsonl"]
    assert [(row["row"], row["offset"]) for row in places] == [(1, 23), (2, 33), (3, 37), (4, 51), (6, 67), (8, 84)]
    assert all(
        BAD[row["offset"] :].startswith(first) for row, first in zip(places, (b'{"text": \n', b"[1]"), strict=False)
    )
    assert "the fields are: body" in places[2]["message"]


def test_dropped_documents_come_back(tmp_path: Path) -> None:
    rows = b'{"id": 1, "text": "share"}\n\n{"id": 2, "text": "long enough"}\n{"id": 3, "text": "share\\nx"}'
    files = {
        "a.jsonl": rows,
        "b.txt": b"\xef\xbb\xbfshare\n",
        "c.txt": b"",
        "d.jsonl.zst": b'{"text": "x"}\n',
        "e.txt": b"long text",
    }
    run_dir = there_and_back(tmp_path, files, lines_with("share"), drop=lambda text: len(text) < 9)
    assert (run_dir / "clean/a.jsonl").read_bytes() == b'\n{"id": 2, "text": "long enough"}\n'
    assert sorted(contents(run_dir / "clean")) == ["a.jsonl", "d.jsonl.zst", "e.txt"]
    assert [(row["doc"], row["row"]) for row in read_rows(run_dir, "dropped.jsonl")] == [
        ("1", 0),
        ("3", 3),
        ("b.txt", 0),
        ("c.txt", 0),
        ("d.jsonl.zst#1", 0),
    ]
    assert len(list(read_rows(run_dir, "documents.jsonl"))) == 7
    assert [row["doc"] for row in read_rows(run_dir, "removed.jsonl")] == ["1", "3", "b.txt"]


FILES = {
    "one/a.txt": "خبر\nشارك\nنص\n".encode(),
    "one/b.txt": "خبر ثان\nشارك\nنص آخر\n".encode(),
    "two/r.jsonl": BAD + b"\n" + "".join(ROWS).encode(),
    "two/z.jsonl.gz": "".join(ROWS[:6]).encode(),
    "two/z.jsonl.zst": "".join(ROWS[:6]).encode(),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tmp = tmp_path_factory.mktemp("whole")
    run(write(tmp / "source", FILES), tmp / "run", lines_with("شارك"), drop=lambda text: text == "b")
    return tmp / "run"


def damaged(whole: Path, tmp: Path) -> Path:
    return Path(shutil.copytree(whole, tmp / "run"))


def files_of(run_dir: Path) -> list[str]:
    return sorted(path.relative_to(run_dir).as_posix() for path in run_dir.rglob("*") if path.is_file())


def test_the_damaged_runs_below_start_whole(whole: Path) -> None:
    assert verify(whole) == []
    assert {"rejected/two/r.jsonl", "dropped/two/r.jsonl", "SHA256SUMS", "run.json"} <= set(files_of(whole))


def test_a_flipped_bit_anywhere_is_found_and_named(whole: Path, tmp_path: Path) -> None:
    run_dir, chance = damaged(whole, tmp_path), random.Random(7)
    for name in files_of(run_dir):
        data = (run_dir / name).read_bytes()
        for at in {0, len(data) - 1, *(chance.randrange(len(data)) for _ in range(12))} if data else ():
            flipped = bytearray(data)
            flipped[at] ^= 1 << chance.randrange(8)
            (run_dir / name).write_bytes(flipped)
            problems = verify(run_dir)
            assert problems, (name, at)
            assert name == "SHA256SUMS" or any(name in problem for problem in problems), (name, at, problems)
        (run_dir / name).write_bytes(data)
    assert verify(run_dir) == []


def test_a_lost_exchanged_or_added_file_is_found_and_named(whole: Path, tmp_path: Path) -> None:
    run_dir = damaged(whole, tmp_path)
    for name in files_of(run_dir):
        data = (run_dir / name).read_bytes()
        (run_dir / name).unlink()
        assert any(name in problem for problem in verify(run_dir)), name
        (run_dir / name).write_bytes(data)
    first, second = run_dir / "clean/one/a.txt", run_dir / "clean/one/b.txt"
    first.rename(run_dir / "x"), second.rename(first), (run_dir / "x").rename(second)
    problems = " ".join(verify(run_dir))
    assert "clean/one/a.txt" in problems
    assert "clean/one/b.txt" in problems
    (run_dir / "clean/new.txt").write_text("new")
    assert any("clean/new.txt" in problem for problem in verify(run_dir))


def reseal(run_dir: Path) -> None:
    """Write checksums and counts that fit the damage, so that only the proof itself can find it."""
    import hashlib

    told = json.loads((run_dir / "run.json").read_bytes())
    told["rows"] = {name: len((run_dir / name).read_bytes().splitlines()) for name in told["rows"]}
    (run_dir / "run.json").write_text(json.dumps(told))
    names = [name for name in files_of(run_dir) if name != "SHA256SUMS"]
    lines = [f"{hashlib.sha256((run_dir / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (run_dir / "SHA256SUMS").write_bytes("".join(lines).encode())


@pytest.mark.parametrize(
    "name", ["removed.jsonl", "documents.jsonl", "rejected.jsonl", "dropped.jsonl", "files.jsonl", "clean/two/r.jsonl"]
)
def test_missing_and_exchanged_rows_are_found_even_under_new_checksums(whole: Path, tmp_path: Path, name: str) -> None:
    run_dir = damaged(whole, tmp_path)
    rows = (run_dir / name).read_bytes().splitlines(keepends=True)
    variants = [rows[:at] + rows[at + 1 :] for at in range(len(rows))]
    variants += [[*rows[:at], rows[at + 1], rows[at], *rows[at + 2 :]] for at in range(len(rows) - 1)]
    variants += [[*rows[: at + 1], *rows[at:]] for at in range(len(rows))]
    for variant in variants:
        if variant != rows:
            (run_dir / name).write_bytes(b"".join(variant))
            reseal(run_dir)
            assert verify(run_dir), (name, variant)


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [("removed.jsonl", "text", "شارل"), ("files.jsonl", "documents", 99), ("documents.jsonl", "sha256", "0" * 64)],
)
def test_changed_fields_are_found_even_under_new_checksums(
    whole: Path, tmp_path: Path, name: str, field: str, value: object
) -> None:
    run_dir = damaged(whole, tmp_path)
    rows = list(read_rows(run_dir, name))
    row = next(row for row in rows if name != "removed.jsonl" or "raw" in row)
    row[field] = str(value) + row[field][4:] if field == "text" else value
    (run_dir / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    reseal(run_dir)
    assert len(verify(run_dir)) == 1


def test_a_file_that_breaks_in_the_middle_leaves_the_next_ones_alone(whole: Path, tmp_path: Path) -> None:
    run_dir = damaged(whole, tmp_path)
    (run_dir / "clean/two/r.jsonl").write_bytes(b"[]\n")
    with pytest.raises(RunFolderError, match=r"4 files restored, 1 not: two/r\.jsonl"):
        restore(run_dir, tmp_path / "back")


BREAKS = {"lost": lambda row: b"", "torn": lambda row: row[: len(row) // 2] + b"\n", "no object": lambda row: b"[]\n"}


@pytest.mark.parametrize("name", ["removed", "documents", "rejected", "dropped", "files"])
@pytest.mark.parametrize("damage", BREAKS)
def test_a_broken_row_of_a_log_costs_no_more_than_its_own_file(
    whole: Path, tmp_path: Path, name: str, damage: str
) -> None:
    run_dir = damaged(whole, tmp_path)
    file_of = {row["doc"]: row["file"] for row in read_rows(run_dir, "documents.jsonl")}
    rows = (run_dir / f"{name}.jsonl").read_bytes().splitlines(keepends=True)
    for at, row in enumerate(rows):
        (run_dir / f"{name}.jsonl").write_bytes(b"".join([*rows[:at], BREAKS[damage](row), *rows[at + 1 :]]))
        told = json.loads(row)
        own = told["file"] if "file" in told else file_of[told["doc"]]
        with pytest.raises(PartlyError, match="4 files restored, 1 not"):
            restore(run_dir, tmp_path / "back")
        assert contents(tmp_path / "back") == {file: data for file, data in FILES.items() if file != own}
        assert any(f"{name}.jsonl" in problem for problem in verify(run_dir))
        shutil.rmtree(tmp_path / "back")


@pytest.mark.parametrize("name", [b"a\0b", b"../../etc/hostname", b"/etc/hostname", b"clean"])
def test_checksums_of_what_no_run_folder_holds(whole: Path, tmp_path: Path, name: bytes) -> None:
    run_dir = damaged(whole, tmp_path)
    with (run_dir / "SHA256SUMS").open("ab") as sums:
        sums.write(b"0" * 64 + b"  " + name + b"\n")
    (problem,) = verify(run_dir)
    assert "missing" in problem or "not a file that a run folder can hold" in problem


def test_damage_names_the_document(whole: Path, tmp_path: Path) -> None:
    run_dir = damaged(whole, tmp_path)
    rows = list(read_rows(run_dir, "removed.jsonl"))
    victim = next(row for row in rows if row["doc"].startswith("two/r.jsonl#"))
    victim["end"] += 1
    (run_dir / "removed.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert any(
        f"two/r.jsonl, document {victim['doc']}: " in problem and "does not fit" in problem
        for problem in verify(run_dir)
    )


def test_a_run_folder_is_no_input_but_its_text_is(whole: Path, tmp_path: Path) -> None:
    run_dir = damaged(whole, tmp_path / "deep")
    with pytest.raises(UsageError, match=r"a run folder of dedup; name .*clean to use its cleaned text"):
        sources([str(run_dir)])
    assert {source.file for source in sources([str(run_dir / "clean")]).files} <= set(FILES)
    write(tmp_path / "deep", {"a.txt": b"text"})
    found = sources([str(tmp_path / "deep")])
    assert [source.file for source in found.files] == ["a.txt"]
    assert "1 run folder of dedup" in found.messages[0]


def test_what_is_whole_is_restored_and_what_is_not_is_named(whole: Path, tmp_path: Path) -> None:
    run_dir = damaged(whole, tmp_path)
    (run_dir / "clean/one/a.txt").write_text("changed")
    with pytest.raises(RunFolderError, match=r"4 files restored, 1 not: one/a\.txt"):
        restore(run_dir, tmp_path / "back")
    assert contents(tmp_path / "back") == {name: data for name, data in FILES.items() if name != "one/a.txt"}


@pytest.mark.parametrize("name", ["../out.txt", "/out.txt", "a/../../out.txt", "a//b.txt", ""])
def test_nothing_is_written_outside_the_folder(whole: Path, tmp_path: Path, name: str) -> None:
    run_dir = damaged(whole, tmp_path)
    rows = list(read_rows(run_dir, "files.jsonl"))
    rows[0]["file"] = name
    (run_dir / "files.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(RunFolderError, match="not a file that a run folder can hold"):
        restore(run_dir, tmp_path / "back" / "er")
    assert not list(tmp_path.rglob("out.txt"))
    assert not Path("/out.txt").exists()


def test_restore_refuses_what_is_there_and_what_is_no_run(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(UsageError, match="exists already"):
        restore(whole, tmp_path / "there")
    with pytest.raises(RunFolderError, match=r"no run\.json"):
        restore(tmp_path / "there", tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_the_log_of_a_dropped_document_is_proven_too(tmp_path: Path) -> None:
    source = write(tmp_path / "source", {"a.txt": b"share\n", "b.txt": b"text\n"})
    run(source, tmp_path / "run", lines_with("share"), drop=lambda text: "share" in text)
    log = tmp_path / "run/removed.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"share\\n"', b'"shore\\n"'))
    reseal(tmp_path / "run")
    assert verify(tmp_path / "run") == ["removed.jsonl: a.txt 0-6: not what was removed"]
