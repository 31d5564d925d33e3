"""The vocabulary: labels and the frozen values that pass between rooms.

This file knows nothing of files, columns or rules; everything may import it.
Offsets count code points of the decoded text (a BOM lies outside); spans are half-open.
"""

from __future__ import annotations

from dataclasses import dataclass

MAIN_LABELS = ("main", "title", "duplicate")
"""Labels of main content; `duplicate` is content of which another copy is kept."""

BOILERPLATE_LABELS = (
    "navigation",
    "breadcrumb",
    "dateline",
    "byline",
    "source",
    "keywords",
    "read_also",
    "related_links",
    "share",
    "comment_form",
    "subscribe",
    "legal",
    "advertisement",
    "media_credit",
    "technical",
)

LABELS = (*MAIN_LABELS, *BOILERPLATE_LABELS, "blank")
"""All labels; the position in this tuple is the label's code in columns (uint8)."""

CODE = {label: code for code, label in enumerate(LABELS)}


@dataclass(frozen=True, slots=True)
class Document:
    """One text of the corpus, as read.

    `file` is the input file's name relative to its input (also its name under `clean/`); `row` is
    the 0-based row in that file (0 for a text file). `site` is null where nothing says it.
    """

    doc: str
    site: str | None
    file: str
    row: int
    text: str
    title: str | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A span of one document."""

    doc: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Removal:
    """One removed span with the reason for it.

    `evidence` holds short sentences, strongest first; `score` is 0–1, two decimals. `cluster` and
    `leader` name the near-duplicate cluster where there is one. `now` stands in the span's place
    (encoding repair only).
    """

    start: int
    end: int
    label: str
    evidence: tuple[str, ...]
    score: float
    cluster: int | None = None
    leader: Place | None = None
    now: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge says of one line or part of a line: the same fields for kept and removed text."""

    start: int
    end: int
    label: str
    evidence: tuple[str, ...]
    score: float
