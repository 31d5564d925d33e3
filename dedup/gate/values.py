"""What the gate looks at and what it says, as frozen values.

Characters are non-space characters, lines are counted from 1, shares lie in 0–1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dedup.report.score import DocumentRow


@dataclass(frozen=True, slots=True)
class Spot:
    """A stretch of one document that shows what is wrong: where it begins, its label, its size and its first line."""

    line: int
    label: str
    chars: int
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """One document as the gate sees it.

    `path` is its file as a person would open it, `line` where it begins there (rows of a table: the row). `lines` are
    lines with text, `damaged` characters that tell of a wrong decoding, `known` characters of main content that other
    documents of the baseline hold already, `same` those that this document had there. `boilerplate` and `damage` are
    the largest stretch of the one and the first of the other.
    """

    row: DocumentRow
    path: str
    line: int
    is_text: bool
    lines: int
    damaged: int
    known: int = 0
    same: int = 0
    boilerplate: Spot | None = None
    damage: Spot | None = None

    @property
    def name(self) -> str:
        """The document's id."""
        return self.row.doc


@dataclass(frozen=True, slots=True)
class Group:
    """The documents of a site, or of the run (`site` is null and `whole` true); `failed` of them break a rule."""

    site: str | None
    whole: bool
    pages: tuple[Page, ...]
    failed: int
    unreadable: int = 0

    @property
    def name(self) -> str:
        """The site's name."""
        return "all documents" if self.whole else self.site or "(no site)"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong: the rule, its subject, the figure, what it should be, the evidence, and what shows more.

    `level` is file, site, run or drift. `fails` tells whether it fails the gate by itself (a file does not: so many
    may). `path` and `line` lead to it, where one file shows it.
    """

    rule: str
    level: str
    subject: str
    figure: float
    threshold: float
    says: str
    evidence: str
    command: str
    fails: bool
    path: str | None = None
    line: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """The gate's answer. `cases` lists what was asked: (level, subject, rule), drift tests included."""

    passed: bool
    findings: tuple[Finding, ...]
    cases: tuple[tuple[str, str, str], ...]
    figures: Mapping[str, float | None]
    documents: int
    sites: int
    unreadable: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
