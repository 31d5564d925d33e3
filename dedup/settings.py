"""What a run is asked to do, checked once at the edge and frozen."""

from __future__ import annotations

from dataclasses import dataclass, field

from dedup.errors import UsageError
from dedup.types import BOILERPLATE_LABELS

PRESETS = {"careful": 0.9, "balanced": 0.75, "thorough": 0.5}
"""The least score of a removal by name: of what has just this score, so much is boilerplate on sites left out."""

DUPLICATE_MODES = ("keep-one", "documents", "keep-all", "drop-all")


@dataclass(frozen=True, slots=True)
class Shingles:
    """How a folded line is cut into the set that Jaccard similarity compares: `char:5` or `word:3`."""

    unit: str = "char"
    size: int = 5

    @classmethod
    def parse(cls, text: str) -> Shingles:
        """Read `char:N` or `word:N`.

        >>> Shingles.parse("word:3")
        Shingles(unit='word', size=3)
        """
        unit, _, size = text.partition(":")
        if unit not in ("char", "word") or not size.isdecimal() or not 1 <= int(size) <= 20:
            raise UsageError(f"--shingles {text}: write char:N or word:N with N from 1 to 20, such as char:5")
        return cls(unit, int(size))

    def __str__(self) -> str:
        return f"{self.unit}:{self.size}"


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one run; the defaults are the command's defaults.

    `threshold` is the least exact Jaccard similarity of a near-duplicate. `strip` lists the
    boilerplate classes that are removed. `keep_below` is the least score at which boilerplate is
    removed. `rules_file` is the path of a rule file, `baseline` that of an index of an
    earlier crawl, empty for none.
    """

    duplicates: str = "keep-one"
    strip: tuple[str, ...] = BOILERPLATE_LABELS
    keep_below: float = PRESETS["balanced"]
    threshold: float = 0.8
    shingles: Shingles = field(default_factory=Shingles)
    text_field: str = "text"
    id_field: str = "id"
    site_field: str = "site"
    title_field: str = "title"
    url_field: str = "url"
    drop_empty: bool = False
    min_chars: int = 0
    members: bool = False
    rules_file: str = ""
    repair_encoding: bool = False
    metadata: bool = False
    baseline: str = ""

    def __post_init__(self) -> None:
        if self.duplicates not in DUPLICATE_MODES:
            raise UsageError(f"--duplicates {self.duplicates}: choose one of {', '.join(DUPLICATE_MODES)}")
        if not 0.5 <= self.threshold <= 1:
            raise UsageError(f"--threshold {self.threshold}: a Jaccard similarity from 0.5 to 1")
        if not 0 <= self.keep_below <= 1:
            raise UsageError(f"--keep-below {self.keep_below}: a score from 0 to 1")
        if self.min_chars < 0:
            raise UsageError(f"--min-chars {self.min_chars}: zero or more")
        for label in self.strip:
            if label not in BOILERPLATE_LABELS:
                raise UsageError(f"unknown class {label!r}: choose from {', '.join(BOILERPLATE_LABELS)}")
