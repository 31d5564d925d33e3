"""Marker phrases: finding every phrase of `markers.toml` in the distinct folded lines of a corpus.

A phrase is evidence, not a verdict: this file says what stands where, the verdict says what it means. One
Aho-Corasick automaton holds all phrases in folded form (about 100 MB of text per second, against 5 MB/s for a
regular expression of alternatives), so the cost does not grow with the list.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

from dedup.judge.places import characters_before, word_edges
from dedup.text.charmap import PROFILES
from dedup.text.fold import Folded, fold
from dedup.types import BOILERPLATE_LABELS

KINDS = ("label", "colon", "line", "whole", "path", "starts", "anywhere", "rest", "span")
"""How a phrase must stand; explained at the top of markers.toml. The position is the kind's code in columns."""

PRECEDENCE = (
    "technical",
    "legal",
    "comment_form",
    "subscribe",
    "share",
    "read_also",
    "related_links",
    "keywords",
    "source",
    "byline",
    "dateline",
    "breadcrumb",
    "navigation",
    "advertisement",
    "media_credit",
)
"""Which class wins when two phrases of equal length fit."""

_Ints = NDArray[np.int64]
_Row = tuple[int, int, int, int, bool]
"""Line, start, end, marker, bare."""

PART_CHARS = 4_000_000
"""So many code points are searched at a time, to bound memory."""

GLUED_CHARS = 16
"""A fixed sentence of this length is known even without a space before it."""

_SEPARATORS = frozenset(":-|*>/")
_ARROWS = frozenset('>/|"-*:')  # » folds to a quotation mark
_SKIPPED_AT_START = " *-•|>\"'#«»()[]{}.,،…<!؟?~_=+"


@dataclass(frozen=True, slots=True)
class Marker:
    """One phrase: `text` as written in the list, `folded` as compared."""

    text: str
    folded: str
    language: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Hits:
    """Where markers stand; one row per hit, ordered by line and start.

    line: int32, row of the folded lines that were searched. start, end: int32, code points within the folded line.
    marker: int32, index into `markers`. bare: bool, nothing but punctuation follows on the line.
    """

    line: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    marker: NDArray[np.int32]
    bare: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Hit:
    """A marker in a text: folded code points [start, end); `bare` when nothing follows it on the line."""

    marker: Marker
    start: int
    end: int
    bare: bool


class MarkerList:
    """All phrases, ready to search. `MarkerList.standard()` is the list that ships with the package."""

    def __init__(self, markers: Iterable[Marker]) -> None:
        unique = {(m.folded, m.kind): m for m in sorted(markers, key=_precedence, reverse=True) if m.folded}
        self.markers: tuple[Marker, ...] = tuple(
            unique[key] for key in sorted(unique, key=lambda k: (k[0], k[1] != "path", k[1]))
        )
        self._phrases = sorted({m.folded for m in self.markers})
        of_phrase: dict[str, list[int]] = {phrase: [] for phrase in self._phrases}
        for index, marker in enumerate(self.markers):
            of_phrase[marker.folded].append(index)
        self._of_phrase = [of_phrase[phrase] for phrase in self._phrases]
        self._long_anywhere = np.array(
            [
                len(phrase) >= GLUED_CHARS and any(self.markers[i].kind == "anywhere" for i in indexes)
                for phrase, indexes in zip(self._phrases, self._of_phrase, strict=True)
            ],
            np.bool_,
        )
        self._automaton = ahocorasick_rs.BytesAhoCorasick(
            [phrase.encode() for phrase in self._phrases],
            implementation=ahocorasick_rs.Implementation.DFA if len(self._phrases) < 5000 else None,
        )
        # "اتركتعليقاً": scrapes lose the space inside a label. Only whole lines of two and more words are compared so.
        self._squeezed = {
            m.folded.replace(" ", ""): i
            for i, m in reversed(list(enumerate(self.markers)))
            if m.kind in ("label", "line", "whole", "starts") and " " in m.folded
        }

    @classmethod
    @lru_cache(maxsize=1)
    def standard(cls) -> MarkerList:
        """The packaged list."""
        return cls(packaged())

    def find(self, lines: Folded) -> Hits:
        """Every phrase that stands as its kind demands, the longest at each start only."""
        rows: list[_Row] = []
        first = 0
        for part in lines.parts(PART_CHARS):
            rows.extend((row[0] + first, *row[1:]) for row in self._find(part))
            first += len(part)
        return _longest_first(rows)

    def _find(self, lines: Folded) -> list[_Row]:
        """The hits of a part of the lines."""
        blob, phrase, begin, end, line = self._matches(lines)
        each = zip(phrase.tolist(), begin.tolist(), end.tolist(), line.tolist(), strict=True)
        rows = [row for hit in each for row in self._stand(blob, *hit, lines.offsets)]
        rows.extend(self._fused(lines, {row[0] for row in rows}))
        return rows

    def phrases(self, lines: Folded) -> Iterator[tuple[int, int, int, int]]:
        """Every phrase, however it stands: line, start, end, marker."""
        first = 0
        for part in lines.parts(PART_CHARS):
            _, phrase, begin, end, line = self._matches(part)
            base = part.offsets[line]
            rows = zip(line.tolist(), (begin - base).tolist(), (end - base).tolist(), phrase.tolist(), strict=True)
            yield from ((at + first, a, b, index) for at, a, b, each in rows for index in self._of_phrase[each])
            first += len(part)

    def _matches(self, lines: Folded) -> tuple[str, _Ints, _Ints, _Ints, _Ints]:
        """Phrases at word edges: the text searched; phrase, begin and end in it, line (bytes: four times as fast)."""
        blob = lines.codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
        data = blob.encode("utf-8", "surrogatepass")
        found = np.array(self._automaton.find_matches_as_indexes(data, overlapping=True), dtype=np.int64).reshape(-1, 3)
        before = characters_before(np.frombuffer(data, np.uint8), np.concatenate([found[:, 1], found[:, 2]]))
        phrase, begin, end = found[:, 0], before[: len(found)], before[len(found) :]
        line = np.searchsorted(lines.offsets[:-1], begin, side="right") - 1
        inside = end <= lines.offsets[line + 1]
        whole_words = word_edges(lines.codes, begin, end, lines.offsets[line], lines.offsets[line + 1])
        glued = self._long_anywhere[phrase]  # "ответВаш адрес email не будет…": forms are glued to the last word
        keep = inside & (whole_words | glued)
        return blob, phrase[keep], begin[keep], end[keep], line[keep]

    def _stand(self, blob: str, phrase: int, begin: int, end: int, line: int, offsets: NDArray[np.int64]) -> list[_Row]:
        """The markers of one phrase that may stand at this place."""
        first, last = int(offsets[line]), int(offsets[line + 1])
        before = blob[first:begin]
        at_start = not before.strip(_SKIPPED_AT_START)
        tail = blob[end:last]
        rest = tail.strip(" *-:|.<>»\"'()")
        hits = []
        for index in self._of_phrase[phrase]:
            marker = self.markers[index]
            opens = at_start or _after_and(before, marker)
            if _stands(marker.kind, opens, tail, rest) or (not opens and _stands_within(marker, before, tail)):
                hits.append((line, begin - first, end - first, index, not rest or _opens(tail)))
        return hits

    def _fused(self, lines: Folded, known: set[int]) -> list[_Row]:
        """Whole lines that equal a phrase once every space is dropped."""
        sizes = np.diff(lines.offsets)
        longest = max((len(s) for s in self._squeezed), default=0) + 6
        rows = []
        for i in np.flatnonzero((sizes > 4) & (sizes <= longest)).tolist():
            if i not in known:
                index = self._squeezed.get(lines.text(i).replace(" ", "").strip(_SKIPPED_AT_START + ":"))
                if index is not None:
                    rows.append((i, 0, int(sizes[i]), index, True))
        return rows


def packaged() -> list[Marker]:
    """The phrases that ship with the package, in the order of their file."""
    text = resources.files("dedup.judge").joinpath("markers.toml").read_text(encoding="utf-8")
    return parse(tomllib.loads(text))


def parse(tables: dict[str, Any]) -> list[Marker]:
    """Markers of a parsed TOML file: `[language.class]` tables of lists named by kind."""
    markers: list[Marker] = []
    for language, classes in tables.items():
        for label, kinds in classes.items():
            if label not in BOILERPLATE_LABELS:
                raise ValueError(f"[{language}.{label}]: no such class; choose from {', '.join(BOILERPLATE_LABELS)}")
            for kind, phrases in kinds.items():
                if kind not in KINDS:
                    raise ValueError(f"[{language}.{label}] {kind}: no such kind; choose from {', '.join(KINDS)}")
                for text in phrases:  # a page in Urdu is folded as Urdu: its phrases must be found there too
                    folded = sorted({fold(text, profile) for profile in PROFILES})
                    markers.extend(Marker(text, one, language, label, kind) for one in folded)
    return markers


def _precedence(marker: Marker) -> tuple[int, str]:
    return PRECEDENCE.index(marker.label), marker.language


def _after_and(before: str, marker: Marker) -> bool:
    """A leading و ("and") is part of the marker in read-also lines: واقرأ أيضا."""
    return marker.label == "read_also" and before.strip(_SKIPPED_AT_START) == "و"


def _stands_within(marker: Marker, before: str, tail: str) -> bool:
    """A source label after the last sentence of a line: "… انتهت. المصدر: وكالات"."""
    ends = before.rstrip().endswith((".", "!", "?", '."'))
    return marker.label == "source" and marker.kind == "colon" and ends and tail.lstrip().startswith(":")


def _opens(tail: str) -> bool:
    """Up to four more words and a colon: the heading of what follows, not a line with its value."""
    return tail.endswith(":") and tail.count(" ") <= 4 and tail.count(":") == 1


def _stands(kind: str, at_start: bool, tail: str, rest: str) -> bool:
    if kind in ("anywhere", "rest", "span"):
        return True
    if not at_start:
        return False
    if kind == "starts":
        return True
    if kind == "path":
        return bool(rest) and tail.lstrip()[:1] in _ARROWS
    if not rest:
        return kind != "colon" or tail.lstrip().startswith((":", "-", "|", "..", "*"))
    if kind == "whole":
        return False
    after = tail.lstrip()
    if kind == "label" and _opens(tail):
        return True
    separated = after[:1] in _SEPARATORS or after.startswith("..")
    return separated or (kind != "colon" and after[:1].isdigit())


def _longest_first(rows: list[_Row]) -> Hits:
    """Drop a hit that lies inside a longer one of the same line."""
    rows.sort(key=lambda r: (r[0], r[1], -r[2], r[3]))
    kept: list[_Row] = []
    for row in rows:
        if kept and kept[-1][0] == row[0] and row[2] <= kept[-1][2] and row[1:3] != kept[-1][1:3]:
            continue
        kept.append(row)
    columns = list(zip(*kept, strict=True)) if kept else [(), (), (), (), ()]
    ints = [np.array(column, dtype=np.int32) for column in columns[:4]]
    return Hits(ints[0], ints[1], ints[2], ints[3], np.array(columns[4], dtype=np.bool_))
