"""Labelled pages and their columns. This file knows nothing of judges or figures.

A row of a set is a JSON object with `id`, `site`, `url`, `lang`, `text`, `labels` (one character
per line of the text: `1` main content, `0` boilerplate) and `kinds` (null, or one word per line). A page that is
one long line has `joined` 1: its text is given in labelled pieces, one per line, which a space joins on the page.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples" / "gold.jsonl"
DATA = ROOT.parent / "shared" / "eval" / "dev"
NAMES = (
    "seeds",
    "bbc",
    "qisasse",
    "semi_dev",
    "wikinews",
    "cleanportal",
    "ziyan",
    "clean_ar",
    "turku_dev",
    "wcxb",
    "fundus",
)
SUBSETS = {"wcxb_article": ("wcxb", "article")}
"""Derived sets: pages of one `page_type` of another set."""

SPACES = np.array([c for c in range(0x3001) if chr(c).isspace()], dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Page:
    """One labelled document; `labels` and `kinds` have one item per `\\n`-separated line of `text`.

    With `joined` the page itself has that many lines, and the lines of `text` are only its labelled spans.
    """

    doc: str
    site: str | None
    lang: str
    page_type: str
    text: str
    labels: str
    kinds: tuple[str, ...] | None
    joined: int = 0

    @property
    def seen(self) -> str:
        """The text as the judge sees it; places in it are those in `text`."""
        return join_lines(self.text, self.joined) if self.joined else self.text

    def lines(self) -> list[str]:
        return self.text.split("\n")

    def kind(self, line: int) -> str:
        """The source's own word for a line, else `main` or `boilerplate`."""
        if self.kinds:
            return self.kinds[line]
        return "main" if self.labels[line] == "1" else "boilerplate"


@dataclass(frozen=True, slots=True)
class Columns:
    """A set as arrays: all texts, each followed by one `\\n`, and one row per line.

    `visible` has one boolean per code point, true where it is not white space; `doc_start` (pages + 1) and
    `line_start` (lines + 1) are offsets into it; `line_doc`, `line_size` (visible code points) and `line_main`
    have one value per line.
    """

    visible: NDArray[np.bool_]
    doc_start: NDArray[np.int64]
    line_start: NDArray[np.int64]
    line_doc: NDArray[np.int32]
    line_size: NDArray[np.int64]
    line_main: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """A named list of labelled pages, with columns in the same order."""

    name: str
    pages: tuple[Page, ...]
    columns: Columns


def load(name: str, data: Path) -> LabelledSet:
    """A set by name: `samples`, a derived set, or `data/NAME.jsonl.gz`.

    Raises FileNotFoundError where the set is not there, ValueError where a row is not as described above.
    """
    source, wanted = SUBSETS.get(name, (name, None))
    path = SAMPLES if source == "samples" else data / f"{source}.jsonl.gz"
    pages = [page for page in read_pages(path) if wanted in (None, page.page_type)]
    return labelled_set(name, pages)


def available(data: Path) -> list[str]:
    """The names of the sets that can be loaded, in the order of the tables."""
    found = [name for name in NAMES if (data / f"{name}.jsonl.gz").is_file()]
    found += [name for name, (source, _) in SUBSETS.items() if source in found]
    return (["samples"] if SAMPLES.is_file() else []) + found


def read_pages(path: Path) -> Iterator[Page]:
    """The pages of a JSONL file, gzip or plain."""
    for number, row in read_rows(path):
        page = page_of(row)
        lines = page.text.count("\n") + 1
        if len(page.labels) != lines or set(page.labels) - {"0", "1"} or (page.kinds and len(page.kinds) != lines):
            raise ValueError(f"{path}:{number}: {page.doc}: labels or kinds do not match the {lines} lines of the text")
        yield page


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """(row number from 1, object) of a JSONL file, gzip or plain."""
    with path.open("rb") as raw, gzip.open(raw) if path.suffix == ".gz" else raw as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, json.loads(line)


def page_of(row: dict[str, Any]) -> Page:
    """A page of one row; the site is the site field, else the host of the URL, as in a run."""
    kinds = row.get("kinds")
    return Page(
        doc=row["id"],
        site=row.get("site") or urlsplit(row.get("url") or "").hostname,
        lang=row.get("lang") or "und",
        page_type=row.get("page_type") or "",
        text=row["text"],
        labels=row["labels"],
        kinds=tuple(kinds) if kinds else None,
        joined=row.get("joined", 0),
    )


def join_lines(text: str, count: int) -> str:
    r"""The lines of a text joined by spaces into `count` lines of about equal length.

    >>> join_lines("a\nb\nc", 1), join_lines("a\nb\nc\nd", 2)
    ('a b c', 'a b\nc d')
    """
    out, passed, done = [], 0, 0
    for line in text.split("\n"):
        passed += len(line) + 1
        through = passed * count // (len(text) + 1)
        out.append(line + ("\n" if through > done else " "))
        done = max(done, through)
    return "".join(out)[:-1]


def labelled_set(name: str, pages: Iterable[Page]) -> LabelledSet:
    """Pages with their columns."""
    kept = tuple(pages)
    return LabelledSet(name, kept, columns(kept))


def subset(source: LabelledSet, indices: Sequence[int]) -> LabelledSet:
    """Some pages of a set, in the order given."""
    return labelled_set(source.name, [source.pages[i] for i in indices])


def columns(pages: Sequence[Page]) -> Columns:
    """The arrays of some pages.

    >>> page = Page("a", None, "ar", "", "قال الوزير\\n\\nشارك", "100", None)
    >>> columns([page]).line_size.tolist(), columns([page]).line_main.tolist()
    ([9, 0, 4], [True, False, False])
    """
    joined = "".join(page.text + "\n" for page in pages)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    visible = ~np.isin(codes, SPACES)
    doc_start = np.cumsum([0, *(len(page.text) + 1 for page in pages)], dtype=np.int64)
    line_start = np.concatenate(([0], np.flatnonzero(codes == ord("\n")) + 1)).astype(np.int64)
    counts = np.array([len(page.labels) for page in pages], dtype=np.int64)
    labels = np.frombuffer("".join(page.labels for page in pages).encode("ascii"), dtype=np.uint8)
    return Columns(
        visible=visible,
        doc_start=doc_start,
        line_start=line_start,
        line_doc=np.repeat(np.arange(len(pages), dtype=np.int32), counts),
        line_size=per_line(visible, line_start),
        line_main=labels == ord("1"),
    )


def per_line(flags: NDArray[np.bool_], line_start: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many flags are set in each line; every line owns its line end, so no segment is empty."""
    if len(line_start) == 1:
        return np.zeros(0, dtype=np.int64)
    return np.add.reduceat(flags, line_start[:-1], dtype=np.int64)
