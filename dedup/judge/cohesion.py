"""Does a paragraph belong to the article above it? Shared content words, weighted by how rare they are.

The measure is relative: what counts as much overlap is learned from the article's own paragraphs (each against
the others), so that it needs no threshold per language or length.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import regex

from dedup.text.fold import Folded

_WORD = regex.compile(r"\w{3,}")
_UNSPACED = regex.compile(r"[\u0e00-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]+")
_HAN, _PIECES = 0x3000, (4, 2)
"""Where no spaces part words, pieces stand for them: four letters of Thai and its kin, two of Chinese and Japanese."""
_PREFIXES = ("وال", "بال", "فال", "كال", "لل", "ال", "و", "ب", "ف", "ل", "ك")
_SUFFIXES = ("ات", "ون", "ين", "ان", "ها", "هم", "يه", "ه", "ي")
SAMPLE_CHARS = 1_000_000
"""So much text is read to learn how common words are."""
STEM = 6


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How rare words are: `weights` by stem (natural logarithm of lines / lines with the word); else `unknown`."""

    weights: dict[str, float]
    unknown: float

    def weight(self, stem: str) -> float:
        """The weight of a stem."""
        return self.weights.get(stem, self.unknown)


@lru_cache(maxsize=1 << 14)
def stems(text: str) -> frozenset[str]:
    """Content words of a folded line, crudely stripped of articles, clitics and endings.

    >>> sorted(stems("والاهلي في معسكره"))
    ['اهل', 'معسكر']
    >>> sorted(stems("港の灯台"))
    ['の灯', '港の', '灯台']
    """
    return frozenset(_stems(text))


def _stems(text: str) -> Iterator[str]:
    """The stems of a line, some of them several times."""
    if not _UNSPACED.search(text):
        yield from map(_stem, _WORD.findall(text))
        return
    yield from map(_stem, _WORD.findall(_UNSPACED.sub(" ", text)))
    for run in _UNSPACED.findall(text):
        size = _PIECES[ord(run[0]) >= _HAN]
        yield from (run[at : at + size] for at in range(max(len(run) - size + 1, 1)))


@lru_cache(maxsize=1 << 17)
def _stem(word: str) -> str:
    for prefix in _PREFIXES if word.startswith(_PREFIXES) else ():
        if word.startswith(prefix) and len(word) - len(prefix) >= 3:
            word = word[len(prefix) :]
            break
    for suffix in _SUFFIXES if word.endswith(_SUFFIXES) else ():
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    return word[:STEM]


def learn(texts: Folded) -> Vocabulary:
    """Count words over an even sample of the distinct lines; sums are exact, so any machine learns the same."""
    count = len(texts)
    total = int(texts.offsets[-1])
    step = max(1, total // SAMPLE_CHARS)
    lines = 0
    counts: Counter[str] = Counter()
    for line in texts.strings(np.arange(0, count, step)):
        counts.update(frozenset(_stems(line)))
        lines += 1
    weights = {stem: math.log((lines + 1) / (n + 0.5)) for stem, n in counts.items() if n > 1}
    return Vocabulary(weights, math.log((lines + 1) / 1.5))


def overlap(words: frozenset[str], others: frozenset[str], vocabulary: Vocabulary) -> float:
    """Weight of the words that stand in `others`, as a share of all (0–1; rounded, so that order does not matter)."""
    whole = math.fsum(vocabulary.weight(w) for w in sorted(words))
    if whole <= 0:
        return 0.0
    return round(math.fsum(vocabulary.weight(w) for w in sorted(words & others)) / whole, 6)


def union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    """All words of some lines."""
    out: set[str] = set()
    for words in sets:
        out |= words
    return frozenset(out)


def own_level(paragraphs: Sequence[frozenset[str]], vocabulary: Vocabulary) -> float:
    """How much the article's paragraphs overlap with the rest of it: the mean; 0 for fewer than two."""
    if len(paragraphs) < 2:
        return 0.0
    counts: Counter[str] = Counter(w for p in paragraphs for w in p)
    shared = frozenset(w for w, n in counts.items() if n > 1)
    return round(math.fsum(overlap(p, shared, vocabulary) for p in paragraphs) / len(paragraphs), 6)
