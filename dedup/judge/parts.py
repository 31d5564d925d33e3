"""Boilerplate inside a line of text: a wire's dateline before the lead, a source or a comment form after the last word.

Only the part goes, the sentence stays. A part begins and ends at the edge of a word, after a sentence's end or
before its start; a phrase in quotation marks is talked about, not used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import regex
from numpy.typing import NDArray

from dedup.judge.lexicon import lexicon
from dedup.judge.markers import Hit
from dedup.text.fold import Folded

HEAD = 70
"""A prefix ends within so many code points."""
TAIL = 40
SOURCE_WORDS = 8


@dataclass(frozen=True, slots=True)
class Part:
    """Folded code points [start, end) of a line that are boilerplate."""

    start: int
    end: int
    label: str
    score: float
    evidence: tuple[str, ...]


def parts(texts: Folded, inner: Mapping[int, tuple[Hit, ...]]) -> dict[int, tuple[Part, ...]]:
    """Parts by text id; texts that are boilerplate as a whole are none of this file's business."""
    found: dict[int, list[Part]] = {}
    for text in _with_brackets(texts):
        line = texts.text(text)
        for part in (_prefix(line), _suffix(line)):
            if part is not None:
                found.setdefault(text, []).append(part)
    for text, hits in inner.items():
        line = texts.text(text)
        for hit in hits:
            part = _of_hit(line, hit)
            if part is not None:
                found.setdefault(text, []).append(part)
    return {text: _apart(some) for text, some in sorted(found.items())}


def _apart(some: list[Part]) -> tuple[Part, ...]:
    """Ordered, without overlaps: the one that starts first wins."""
    out: list[Part] = []
    for part in sorted(some, key=lambda p: (p.start, -p.end, p.label)):
        if not out or part.start >= out[-1].end:
            out.append(part)
    return tuple(out)


def _with_brackets(texts: Folded) -> list[int]:
    """Texts with an opening bracket near either end, or a slider's residue at the start."""
    at = np.flatnonzero(texts.codes == ord("("))
    text = np.searchsorted(texts.offsets, at, side="right") - 1
    near = (at - texts.offsets[text] < HEAD) | (texts.offsets[text + 1] - at < TAIL)
    first = texts.codes[np.minimum(texts.offsets[:-1], max(texts.codes.size - 1, 0))]
    slider: NDArray[np.int64] = np.flatnonzero((first == ord("n")) & (np.diff(texts.offsets) > 30))
    found: list[int] = np.union1d(text[near], slider).tolist()
    return found


@lru_cache(maxsize=1)
def _patterns() -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    agencies = "|".join(regex.escape(name) for name in lexicon().agencies)
    prefix = regex.compile(
        rf"^(?:(?:[^\s().!?:]+ ){{1,5}}\((?:{agencies})\) ?-+ ?"  # dubai, emirates (cnn)--
        r"|\([^()]{2,30}\) ?خاص ?[:-] ?"  # (the site) special:
        r"|next previous (?:\w+ ){1,3}- ?\w+ )(?=\S)"
    )
    return prefix, regex.compile(rf"(?<=[.!?\"] ?)\((?:{agencies})\)\.?$")


def _prefix(line: str) -> Part | None:
    match = _patterns()[0].match(line)
    if match is None or len(line) - match.end() < 20:
        return None
    return Part(0, match.end(), "byline", 0.85, ("agency and place before the first sentence",))


def _suffix(line: str) -> Part | None:
    match = _patterns()[1].search(line)
    if match is None or match.start() < 15:
        return None
    return Part(match.start(), match.end(), "byline", 0.8, ("agency after the last sentence",))


def _of_hit(line: str, hit: Hit) -> Part | None:
    """The part that a phrase within a line takes along; none where the phrase is quoted or opens the line."""
    marker = hit.marker
    said = (f"phrase «{marker.text}» inside the line",)
    if is_quoted(line, hit):
        return None
    if marker.kind == "span":
        return Part(hit.start, hit.end, marker.label, 0.9, said)
    if marker.kind in ("label", "colon"):
        short = line[hit.end :].count(" ") <= SOURCE_WORDS
        return Part(hit.start, len(line), marker.label, 0.85, said) if short and marker.label == "source" else None
    begin = _sentence_end(line[: hit.start])
    if begin < 15 or (marker.label not in ("comment_form", "share", "subscribe") and marker.kind != "rest"):
        return None
    return Part(begin, len(line), marker.label, 0.85, said)


def is_quoted(line: str, hit: Hit) -> bool:
    """Whether the phrase stands in quotation marks."""
    return line[: hit.start].rstrip().endswith('"') and '"' in line[hit.end :]


def _sentence_end(before: str) -> int:
    """Where the last sentence before a phrase ends; 0 when there is none within the eight words before it."""
    at = max(before.rfind(stop) for stop in (". ", "! ", "? ", '" '))
    if at < 0:
        return len(before) if before.rstrip().endswith((".", "!", "?")) else 0
    return at + 2 if before[at + 2 :].count(" ") <= 8 else 0
