"""The judge on a corpus with long lines: they are judged in units, and the verdicts put together again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dedup.corpus import Corpus
from dedup.judge.given import look_up
from dedup.judge.parts import Part
from dedup.judge.rulefile import Rules
from dedup.judge.trained.forest import Model
from dedup.judge.units import Units, units
from dedup.judge.verdict import Judge, phrases_of
from dedup.types import CODE, LABELS

SENTENCE = 8
"""So many words and a stop are a sentence of their own."""
SLOTS, SLOT_WORDS = 1, 3
"""So many gaps of so few words make a repeated sentence a set phrase of news."""


class LineJudge:
    """What the judge says of the lines of a corpus; of a long line, what it says of its units.

    Columns have a row per line: `label` (uint8, label codes), `score` (int16, hundredths). `cuts` holds the rows only
    parts of which are boilerplate; `spared` (int64) the rows that a person's rules keep.
    """

    def __init__(self, corpus: Corpus, rules: Rules | None = None, model: Model | None = None) -> None:
        markers = phrases_of(rules)
        told = look_up(corpus, rules.lines).texts(len(corpus.texts)) if rules else np.zeros(len(corpus.texts), np.bool_)
        self._units = units(corpus, markers, told)
        self._judge = judge = Judge(corpus if self._units is None else self._units.corpus, markers, rules, model=model)
        self.label, self.score, self.cuts = judge.label, judge.score, judge.cuts
        self.spared = judge.evidence.fixed.given.kept_lines(judge.evidence.corpus)
        self._reasons: dict[int, tuple[str, ...]] = {}
        if self._units is not None:
            self._join(self._units, corpus.lines.text.size)

    def _join(self, found: Units, lines: int) -> None:
        """Verdicts on units as verdicts on lines."""
        gone = found.cut & (self.label > CODE["title"])
        gone[_torn(found, gone, self._judge)] = False
        inner = np.array([unit for unit in self.cuts if found.cut[unit]], np.int64)
        parts: dict[int, list[Part]] = {}
        for unit in np.union1d(np.flatnonzero(gone), inner).tolist():
            parts.setdefault(int(found.row[unit]), []).extend(self._parts(found, unit))
        whole = np.flatnonzero(~found.cut)
        cuts = {int(found.row[unit]): some for unit, some in self.cuts.items() if not found.cut[unit]}
        label, score = np.full(lines, CODE["main"], np.uint8), np.full(lines, 100, np.int16)
        label[found.row[whole]], score[found.row[whole]] = self.label[whole], self.score[whole]
        stays = np.bincount(found.row[~gone], minlength=lines)
        for row, some in parts.items():
            if stays[row]:
                cuts[row] = tuple(some)
            else:  # nothing of the line stays: it goes as what most of it is
                most = max(some, key=lambda part: part.end - part.start)
                label[row], score[row] = CODE[most.label], round(100 * min(part.score for part in some))
                self._reasons[row] = most.evidence
        self.label, self.score, self.cuts = label, score, cuts
        self.spared = found.row[self.spared]

    def _parts(self, found: Units, unit: int) -> list[Part]:
        """What goes of a unit, in places of its line."""
        begin, end = int(found.begin[unit]), int(found.end[unit])
        if unit in self.cuts:
            return [replace(cut, start=begin + cut.start, end=begin + cut.end) for cut in self.cuts[unit]]
        label, score = LABELS[self.label[unit]], int(self.score[unit]) / 100
        return [Part(begin, end, label, score, self._judge.reasons(unit))]

    def sure_cuts(self, least: float) -> dict[int, tuple[Part, ...]]:
        """The cuts whose score is `least` or more."""
        kept = {row: tuple(part for part in parts if part.score >= least) for row, parts in self.cuts.items()}
        return {row: parts for row, parts in kept.items() if parts}

    def reasons(self, row: int) -> tuple[str, ...]:
        """Why a line got its label, strongest first; empty for plain main content, and for a line with cuts."""
        if self._units is None:
            return self._judge.reasons(row)
        unit = int(np.searchsorted(self._units.row, row))
        return self._reasons.get(row, ()) if self._units.cut[unit] else self._judge.reasons(unit)


def _torn(found: Units, gone: NDArray[np.bool_], judge: Judge) -> list[int]:
    """Units that only repetition speaks against and that are pieces of a sentence which is kept.

    News in set phrases repeats pieces of its sentences ("trade on the exchange rose by …"). A template may stand
    before a sentence, where a whole sentence follows; it does not stand amid one.
    """
    text, fixed = found.corpus.lines.text, judge.evidence.fixed
    some = np.flatnonzero(gone)
    if not some.size:
        return []
    last = np.ones(text.size, np.bool_)  # the last unit of its sentence
    last[:-1] = found.row[1:] != found.row[:-1]
    last |= np.where(found.cut, fixed.shapes.stop[text], True)
    last |= gone & judge.evidence.named[text]
    ends = np.flatnonzero(last)
    torn: list[int] = []
    for sentence in np.unique(np.searchsorted(ends, some)).tolist():
        first, stop = int(ends[sentence - 1]) + 1 if sentence else 0, int(ends[sentence]) + 1
        if _is_torn(gone[first:stop].tolist(), fixed.shapes.words[text[first:stop]].tolist()):
            torn += (first + np.flatnonzero(gone[first:stop])).tolist()
    return torn


def _is_torn(gone: list[bool], words: list[int]) -> bool:
    """Whether what goes of a sentence, unit by unit, leaves less than a sentence after it, or nothing but its slots.

    >>> _is_torn([True, False], [5, 12]), _is_torn([True, False, True], [5, 1, 4]), _is_torn([False, True], [12, 5])
    (False, True, False)
    """
    kept = [at for at, goes in enumerate(gone) if not goes]
    if not kept:
        return False
    if not gone[-1]:
        return any(gone[kept[0] :]) or sum(words[at] for at in kept) < SENTENCE
    slots = [at for at in kept if any(gone[:at])]
    return len(slots) >= SLOTS and all(words[at] <= SLOT_WORDS for at in kept)
