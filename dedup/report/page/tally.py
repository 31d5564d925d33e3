"""The first reading of `removed.jsonl`: sums per cluster, per phrase and per document.

What is kept in memory grows with clusters, phrases and documents, never with removals.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from dedup.judge.markers import Marker, packaged
from dedup.report.page.values import Limits, Phrase, Row, Sample
from dedup.runfolder import read_rows
from dedup.text.fold import fold

_LISTED = re.compile(r"(?:marker|phrase) «(.+)»(?: inside the line)?", re.DOTALL)
_HEADING = re.compile(r"after «(.+)»(?:, a heading of this site)?", re.DOTALL)

LOOKED_AT = 60
"""Texts of one phrase that are looked at for samples."""

Key = tuple[str, str, str]
"""Kind, label and text of a phrase."""


@lru_cache(maxsize=1 << 16)
def phrase_of(evidence: str) -> tuple[str, str] | None:
    """The phrase that a piece of evidence names, and its kind; null for other evidence.

    >>> phrase_of("marker «اقرأ أيضاً»"), phrase_of("after «شاهد»"), phrase_of("nothing but a date")
    (('phrase', 'اقرأ أيضاً'), ('heading', 'شاهد'), None)
    """
    for kind, pattern in (("phrase", _LISTED), ("heading", _HEADING)):
        found = pattern.fullmatch(evidence)
        if found:
            return kind, found[1]
    return None


def size(text: str) -> int:
    """Characters without white space."""
    return len("".join(text.split()))


@dataclass(slots=True)
class _Samples:
    """Samples that differ in folded form; only so many texts are looked at."""

    seen: dict[str, None] = field(default_factory=dict)
    chosen: dict[str, Sample] = field(default_factory=dict)

    def offer(self, row: Row, limits: Limits) -> None:
        """Take a row's text where it is another one."""
        if len(self.chosen) >= limits.samples or len(self.seen) >= LOOKED_AT:
            return
        text = row["text"].strip()[: limits.sample_chars]
        if text not in self.seen:
            self.seen[text] = None
            self.chosen.setdefault(fold(text), Sample(row["doc"], row["start"], text))


@dataclass(slots=True)
class _Sum:
    """A phrase while its removals are counted."""

    removed: int = 0
    chars: int = 0
    documents: int = 0
    last_doc: str | None = None
    alone: int = 0
    alone_chars: int = 0
    score: float = 1.0
    samples: _Samples = field(default_factory=_Samples)
    others: _Samples = field(default_factory=_Samples)


class Tally:
    """Sums over all removals of a run.

    chars, removed: per cluster, non-space characters and spans. least: per cluster, the lowest score.
    margins: per document, how far the least sure removal is above what would have kept it.
    """

    def __init__(self, settings: Row, limits: Limits) -> None:
        self.chars: Counter[int] = Counter()
        self.removed: Counter[int] = Counter()
        self.least: dict[int, float] = {}
        self.margins: dict[str, float] = {}
        self._phrases: dict[Key, _Sum] = {}
        self._limits = limits
        self._floor = {"duplicate": float(settings["threshold"])}
        self._keep_below = float(settings["keep_below"])

    def add(self, row: Row) -> None:
        """Count one row of `removed.jsonl`."""
        chars, score, cluster = size(row["text"]), row["score"], row["cluster"]
        if cluster is not None:
            self.chars[cluster] += chars
            self.removed[cluster] += 1
            self.least[cluster] = min(self.least.get(cluster, score), score)
        margin = round(score - self._floor.get(row["label"], self._keep_below), 4)
        self.margins[row["doc"]] = min(self.margins.get(row["doc"], 1.0), margin)
        for key in dict.fromkeys(_keys(row)):
            self._add_phrase(key, row, chars)

    def _add_phrase(self, key: Key, row: Row, chars: int) -> None:
        found = self._phrases.setdefault(key, _Sum())
        found.removed += 1
        found.chars += chars
        found.documents += row["doc"] != found.last_doc  # rows of a document stand together
        found.last_doc = row["doc"]
        found.score = min(found.score, row["score"])
        alone = len(row["evidence"]) == 1
        found.alone += alone
        found.alone_chars += chars if alone else 0
        (found.samples if alone else found.others).offer(row, self._limits)

    @property
    def phrase_count(self) -> int:
        """How many phrases the evidence names."""
        return len(self._phrases)

    def phrases(self) -> tuple[Phrase, ...]:
        """The phrases that most was removed on alone, then the ones that most was removed on."""
        found = [_phrase(key, each) for key, each in self._phrases.items()]
        found.sort(key=lambda each: (-each.alone_chars, -each.chars, each.kind, each.label, each.text))
        return tuple(found[: self._limits.phrases])


def _keys(row: Row) -> Iterator[Key]:
    for evidence in row["evidence"]:
        phrase = phrase_of(evidence)
        if phrase:
            yield phrase[0], row["label"], phrase[1]


def _phrase(key: Key, found: _Sum) -> Phrase:
    return Phrase(
        *key,
        removed=found.removed,
        chars=found.chars,
        documents=found.documents,
        alone=found.alone,
        alone_chars=found.alone_chars,
        score=found.score,
        samples=tuple((found.samples.chosen or found.others.chosen).values()),
        listed=_listed(key),
    )


def _listed(key: Key) -> Marker | None:
    """The phrase in the packaged list; a heading is named by its whole line, colon and all."""
    kind, label, text = key
    folded = fold(text).strip(" :.-|*") if kind == "heading" else fold(text)
    named = _packaged().get(folded, ())
    return next((marker for marker in named if marker.label == label), named[0] if named else None)


@cache
def _packaged() -> dict[str, list[Marker]]:
    found: dict[str, list[Marker]] = {}
    for marker in packaged():
        found.setdefault(marker.folded, []).append(marker)
    return found


def tally(run_dir: Path, run: Row, limits: Limits) -> Tally:
    """Count a run's removals; blank lines that went with their neighbours say nothing."""
    found = Tally(run["settings"], limits)
    for row in read_rows(run_dir, "removed.jsonl"):
        if row["label"] != "blank":
            found.add(row)
    return found
