"""Hostile inputs, each with what must come of it. Made by code, so that nothing hostile lies in the repository.

A case fills a folder. `code` is the exit code of every command that reads it, `words` stand in what `clean` says, and
`kept` names files that must come back byte for byte from the run. Cases too large for every day are in `LARGE`.
"""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import zstandard

GOOD = "خبر عادي عن الميناء وفيه سطر طويل بما يكفي ليكون متنا\n"
DONE, USAGE, PARTLY = 0, 2, 3


@dataclass(frozen=True)
class Case:
    """One hostile input."""

    name: str
    fill: Callable[[Path], None]
    code: int = DONE
    words: str = ""
    kept: tuple[str, ...] = ()
    posix: bool = False


def files(**content: bytes) -> Callable[[Path], None]:
    """Files by name; `__` stands for a dot, and a good one is always there."""

    def fill(folder: Path) -> None:
        (folder / "good.txt").write_text(GOOD, encoding="utf-8")
        for name, data in content.items():
            (folder / name.replace("__", ".")).write_bytes(data)

    return fill


def row(text: object, **fields: object) -> bytes:
    return json.dumps({"text": text, **fields}).encode() + b"\n"


def named(*names: bytes) -> Callable[[Path], None]:
    """Good files under bad names."""

    def fill(folder: Path) -> None:
        for name in names:
            (folder / os.fsdecode(name)).write_bytes(GOOD.encode() + (name + b"\n" if name.isascii() else b""))

    return fill


def links(folder: Path) -> None:
    (folder / "site").mkdir()
    (folder / "site" / "good.txt").write_text(GOOD, encoding="utf-8")
    (folder / "site" / "circle").symlink_to(folder, target_is_directory=True)
    (folder / "out.txt").symlink_to("/etc/hostname")
    (folder / "etc").symlink_to("/etc", target_is_directory=True)
    (folder / "broken.txt").symlink_to(folder / "nowhere.txt")
    (folder / "self.txt").symlink_to("self.txt")


def no_files(folder: Path) -> None:
    (folder / "good.txt").write_text(GOOD, encoding="utf-8")
    os.mkfifo(folder / "pipe.txt")
    os.mkfifo(folder / "pipe.jsonl.gz")
    (folder / "zero.txt").symlink_to("/dev/zero")
    (folder / "folder.txt").mkdir()
    (folder / "folder.jsonl").mkdir()


def deep_folders(folder: Path) -> None:
    (folder / "good.txt").write_text(GOOD, encoding="utf-8")
    here = folder.joinpath(*(["d" * 40] * 60))
    here.mkdir(parents=True)
    (here / ("n" * 200 + ".txt")).write_text(GOOD * 2, encoding="utf-8")


def many_files(folder: Path, count: int = 300) -> None:
    for number in range(count):
        (folder / f"{number:06}.txt").write_bytes(b"page %d\n" % number)


def zst(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=19).compress(data)


BOMB = b" " * (300 << 20)
COLLIDING = b"".join(
    row(GOOD + str(n), id=i) for n, i in enumerate(["x", "x", 7, "7", "good.txt", "a#1", "a#1", "../x"])
)
PATHS = b"".join(
    row(GOOD + str(n), id=i) for n, i in enumerate(["../../x", "/etc/x", "C:\\x", "a/../../b", "\0", "a\nb", ""])
)
DEEP = b'{"text": "x", "a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}\n"
SHALLOW = b'{"text": "deep", "a": ' + b"[" * 900 + b"]" * 900 + b"}\n"
KEYS = b'{"text": "one", "text": 2, "text": "three\\nfour"}\n'
ONE_BUCKET = b"".join(row(f"{'كلمة مشتركة في كل سطر ' * 4}{n % 7}{n}") for n in range(1000))
SHIFTED = b"".join(row(("ا" * 40 + "ب") * 20 + "ت" * n) for n in range(300))

CASES = (
    Case("nothing in the file", files(empty__txt=b"", empty__jsonl=b"", empty__jsonl__gz=b""), kept=("empty.txt",)),
    Case(
        "invalid UTF-8", files(bad__txt=b"caf\xe9 \xff\n", bad__jsonl=row("x") + b'{"text": "\xff"}\n'), PARTLY, "UTF-8"
    ),
    Case("half a character at the end", files(bad__txt="خبر".encode()[:-1]), PARTLY, "bad.txt"),
    Case("overlong and surrogate bytes", files(bad__txt=b"\xc0\xaf\n\xed\xa0\x80\n"), PARTLY, "bad.txt"),
    Case(
        "UTF-16",
        files(a__txt=GOOD.encode("utf-16"), b__txt=GOOD.encode("utf-16-be")),
        words="utf-16",
        kept=("a.txt", "b.txt"),
    ),
    Case("UTF-32", files(a__txt=GOOD.encode("utf-32")), words="utf-32", kept=("a.txt",)),
    Case("lone surrogates", files(a__jsonl=b'{"text": "a\\ud800\\nb\\udc00", "id": "\\ud83d"}\n'), kept=("a.jsonl",)),
    Case("NUL", files(a__txt=b"a\x00b\n\x00\n", b__jsonl=row("a\x00\nb")), kept=("a.txt", "b.jsonl")),
    Case(
        "control characters",
        files(a__txt=bytes(range(1, 32)) * 40 + "\u2028\u202e\u200b\ufeff".encode()),
        kept=("a.txt",),
    ),
    Case("carriage returns alone", files(a__txt=b"one\rtwo\rthree\r\r\n\r"), kept=("a.txt",)),
    Case(
        "many empty lines",
        files(a__txt=b"\n" * 50_000, b__jsonl=b"\n" * 50_000 + row("x")),
        kept=("a.txt", "b.jsonl"),
    ),
    Case("one long line", files(a__txt=("كلمة " * 200_000).encode()), kept=("a.txt",)),
    Case("one letter", files(a__txt=b"a" * 1_000_000, b__txt=b"a" * 1_000_001), kept=("a.txt", "b.txt")),
    Case("combining marks", files(a__txt=("ا" + "\u064b" * 200_000).encode()), kept=("a.txt",)),
    Case("deep JSON", files(a__jsonl=row("x") + DEEP + SHALLOW), PARTLY, "nested too deep", ("a.jsonl",)),
    Case("equal keys", files(a__jsonl=KEYS), kept=("a.jsonl",)),
    Case("huge numbers", files(a__jsonl=b'{"text": "x", "id": 1' + b"0" * 4000 + b', "n": 1e999}\n' + row("y"))),
    Case(
        "endless number as id",
        files(a__jsonl=b'{"text": "x", "id": ' + b"9" * 20_000 + b"}\n" + row("y")),
        PARTLY,
        "row 1",
    ),
    Case("NaN", files(a__jsonl=b'{"text": "x", "n": NaN}\n'), kept=("a.jsonl",)),
    Case("no objects", files(a__jsonl=b'[1]\n"x"\n3\nnull\n\n' + row("y")), PARTLY, "not a JSON object", ("a.jsonl",)),
    Case("no text", files(a__jsonl=row(None) + row(3) + row(["x"]) + row("y")), PARTLY, "not a string", ("a.jsonl",)),
    Case("a million fields", files(a__jsonl=json.dumps({f"k{n}": n for n in range(100_000)} | {"text": "x"}).encode())),
    Case("a line cut off", files(a__jsonl=row("x") + b'{"text": "y'), PARTLY, "row 2", ("a.jsonl",)),
    Case("ids that collide", files(a__jsonl=COLLIDING), kept=("a.jsonl", "good.txt")),
    Case("ids that are paths", files(a__jsonl=PATHS), kept=("a.jsonl",)),
    Case("truncated gzip", files(a__jsonl__gz=gzip.compress(row("x") * 5000)[:-20]), PARTLY, "a.jsonl.gz"),
    Case("truncated zstd", files(a__jsonl__zst=zst(row("x") * 5000)[:-9]), PARTLY, "a.jsonl.zst"),
    Case("truncated bzip2", files(a__jsonl__bz2=bz2.compress(row("x") * 5000)[:-9]), PARTLY, "a.jsonl.bz2"),
    Case("truncated xz", files(a__jsonl__xz=lzma.compress(row("x") * 5000)[:-9]), PARTLY, "a.jsonl.xz"),
    Case("a gzip that is none", files(a__jsonl__gz=b"\x1f\x8b" + b"no gzip at all" * 9), PARTLY, "a.jsonl.gz"),
    Case("rubbish after the archive", files(a__jsonl__gz=gzip.compress(row("x")) + b"rubbish"), PARTLY, "a.jsonl.gz"),
    Case("zstd bomb", files(a__jsonl__zst=zst(BOMB)), PARTLY, "unfolds to more than"),
    Case("an open quote", files(a__csv=b'id,text\n1,"open\n' + b"2,x\n" * 20_000), PARTLY, "a.csv"),
    Case("a table without text", files(a__csv=b"x;y\n1;2\n"), PARTLY, "a.csv"),
    Case("a parquet that is none", files(a__parquet=b"PAR1" + b"\0" * 100 + b"PAR1"), PARTLY, "a.parquet"),
    Case("a cut parquet", files(a__parquet=b"PAR1"), PARTLY, "a.parquet"),
    Case("an arrow that is none", files(a__arrow=b"ARROW1\0\0" + b"\xff" * 200), PARTLY, "a.arrow"),
    Case("a WARC of rubbish", files(a__warc=b"WARC/1.0\r\nContent-Length: 999999999999\r\n\r\nx"), PARTLY, "a.warc"),
    Case("all the same", files(a__jsonl=row(GOOD) * 2000), kept=("a.jsonl",)),
    Case("one bucket", files(a__jsonl=ONE_BUCKET), kept=("a.jsonl",)),
    Case("lines that share every shingle", files(a__jsonl=SHIFTED), kept=("a.jsonl",)),
    Case(
        "a template line of 1 MB",
        files(**{f"p{n}__txt": (("قالب " * 100_000) + f"\nخبر {n}\n").encode() for n in range(6)}),
    ),
    Case(
        "names with line ends",
        named(b"a\nb.txt", b"c\r.txt", b"\x1b[31m.txt"),
        kept=("a\nb.txt", "c\r.txt"),
        posix=True,
    ),
    Case("names that are no Unicode", named(b"\xff\xfe.txt", b"caf\xe9.txt"), kept=("\udcff\udcfe.txt",), posix=True),
    Case(
        "names like our own",
        named(b"run.json.txt", b"SHA256SUMS.txt", b"-rf.txt", b"~.txt", b"clean.txt"),
        kept=("-rf.txt",),
    ),
    Case("links out of the tree and in circles", links, posix=True),
    Case("pipes, devices, folders with the names of files", no_files, posix=True, kept=("good.txt",)),
    Case("a path of 2,700 bytes", deep_folders, posix=True),
    Case("three hundred files in one folder", many_files),
    Case(
        "nothing readable",
        lambda folder: (folder / "a.txt").write_bytes(b"\xff") and None,
        USAGE,
        "nothing could be read",
    ),
    Case("no text at all", lambda folder: (folder / "a.pdf").write_bytes(b"%PDF") and None, USAGE, "nothing to read"),
    Case("an empty folder", lambda folder: None, USAGE, "nothing to read"),
)


@contextmanager
def unreadable(folder: Path) -> Iterator[Path]:
    """A file and a folder that may not be read (root reads them all the same)."""
    (folder / "good.txt").write_text(GOOD, encoding="utf-8")
    shut = folder / "shut"
    shut.mkdir()
    (folder / "shut.txt").write_text(GOOD, encoding="utf-8")
    (folder / "shut.txt").chmod(0)
    shut.chmod(0)
    try:
        yield folder
    finally:
        shut.chmod(0o700)
        (folder / "shut.txt").chmod(0o600)


def late(**makers: Callable[[], bytes]) -> Callable[[Path], None]:
    """Files whose content is made when it is needed."""

    def fill(folder: Path) -> None:
        files(**{name: make() for name, make in makers.items()})(folder)

    return fill


def long_line(folder: Path) -> None:
    files()(folder)
    with (folder / "long.txt").open("wb") as file:
        for _ in range(1024):
            file.write(b"a" * (1 << 20))


def gzip_bomb(folder: Path) -> None:
    files()(folder)
    with gzip.open(folder / "bomb.jsonl.gz", "wb", 9) as file:
        for _ in range(1024):
            file.write(b"\0" * (1 << 20))


LARGE = (
    Case("one line of 1 GB", long_line, PARTLY, "without the end of a document"),
    Case("ten million empty lines", late(a__txt=lambda: b"\n" * 10_000_000), kept=("a.txt",)),
    Case("xz bomb", late(a__jsonl__xz=lambda: lzma.compress(BOMB, preset=0)), PARTLY, "unfolds to more than"),
    Case("bzip2 bomb", late(a__jsonl__bz2=lambda: bz2.compress(BOMB)), PARTLY, "unfolds to more than"),
    Case("gzip bomb of 1 GB", gzip_bomb, PARTLY, "unfolds to more than"),
    Case("zstd bomb of 4 GB", late(a__jsonl__zst=lambda: zst(b"\0" * (1 << 30)) * 4), PARTLY, "unfolds to more than"),
    Case("100,000 files in one folder", lambda folder: many_files(folder, 100_000)),
    Case(
        "a template line of 5 MB",
        files(**{f"p{n}__txt": ("x قالب " * 500_000).encode() for n in range(4)}),
        kept=("p1.txt",),
    ),
    Case("100,000 equal documents", late(a__jsonl=lambda: row(GOOD) * 100_000), kept=("a.jsonl",)),
    Case("20,000 lines in one bucket", late(a__jsonl=lambda: ONE_BUCKET * 20), kept=("a.jsonl",)),
)
