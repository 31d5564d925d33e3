"""What has been said of each line so far, and the form that rules have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.judge.lines import NOTHING, Bools, Lines
from dedup.judge.rulefile import KEEP, LineRule
from dedup.types import CODE

GIVEN = 990
"""The score of what a person's rule says."""

Said = Callable[[Lines, int], str]
"""Tells in words what a rule saw of a line."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: the lines, their class (a code of LABELS) and how sure it is (thousandths)."""

    lines: Bools
    label: NDArray[np.integer] | int
    score: NDArray[np.integer] | int


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule over columns, and its reason in words."""

    find: Callable[[Lines, Marks], Finding]
    said: Said | str

    @property
    def name(self) -> str:
        """The rule's function."""
        return self.find.__name__

    def reason(self, lines: Lines, line: int) -> str:
        """Why it spoke of a line."""
        return self.said if isinstance(self.said, str) else self.said(lines, line)


class Marks:
    """What has been said of each line so far.

    label: uint8, NOTHING where nothing was. score: int16, thousandths. given: bool, a person's rule has spoken.
    reasons: uint32, a bit per rule that spoke, in the order of `rules`; leading: int8, the one whose word counts.
    word: int32, the place in `words` of reasons that no rule can tell again, and whether they are the strongest.
    """

    def __init__(self, count: int) -> None:
        self.label = np.zeros(count, np.uint8)
        self.score = np.zeros(count, np.int16)
        self.leading = np.full(count, -1, np.int8)
        self.reasons = np.zeros(count, np.uint32)
        self.word = np.full(count, -1, np.int32)
        self.words: list[tuple[bool, tuple[str, ...]]] = []
        self.rules: list[Rule] = []
        self.given = np.zeros(count, np.bool_)

    def give(self, given: Mapping[int, LineRule]) -> None:
        """What a person's rules say of some lines: nothing else is asked about them."""
        for line, rule in given.items():
            self.given[line] = True
            self._word(line, (True, (f"rule: {rule.name}",)))
            self._word(line, (True, (f"rule: {rule.name}",)))
            if rule.label != KEEP:
                self.label[line], self.score[line] = CODE[rule.label], GIVEN

    def say(self, line: int, label: str, score: int, words: tuple[str, ...]) -> None:
        """What was said of a line by what looks at its whole page; lines in a row often share their reasons."""
        self._word(line, (score > int(self.score[line]), words))
        self.label[line], self.score[line] = CODE[label], score

    def _word(self, line: int, said: tuple[bool, tuple[str, ...]]) -> None:
        if not self.words or self.words[-1] != said:
            self.words.append(said)
        self.word[line] = len(self.words) - 1

    @property
    def silent(self) -> Bools:
        """Lines that nothing speaks against."""
        return np.asarray(self.label == NOTHING)

    def apply(self, rule: Rule, lines: Lines, *, confirming: bool = False) -> None:
        """Let a rule speak: a stronger word replaces a weaker one; all reasons are kept.

        A `confirming` rule leaves a line's class as it is and makes it a little surer.
        """
        found = rule.find(lines, self)
        chosen = np.flatnonzero(found.lines & ~self.given)
        self.rules.append(rule)
        if chosen.size == 0:
            return
        number = len(self.rules) - 1
        label, score = (np.broadcast_to(each, len(lines))[chosen] for each in (found.label, found.score))
        known = (self.label[chosen] != NOTHING) if confirming else np.zeros(chosen.size, np.bool_)
        stronger = ~known & (score > self.score[chosen])
        self.score[chosen[known]] = np.maximum(self.score[chosen[known]], score[known]) + 1
        self.label[chosen[stronger]] = label[stronger]
        self.score[chosen[stronger]] = score[stronger]
        self.leading[chosen[stronger]] = number
        self.reasons[chosen] |= np.uint32(1 << number)

    def evidence(self, lines: Lines, line: int) -> tuple[str, ...]:
        """Why a line got its label, strongest first."""
        leading, bits = int(self.leading[line]), int(self.reasons[line])
        numbers = [n for n in range(len(self.rules)) if bits >> n & 1]
        said = [self.rules[n].reason(lines, line) for n in sorted(numbers, key=lambda n: n != leading)]
        first, words = self.words[self.word[line]] if self.word[line] >= 0 else (True, ())
        return tuple(dict.fromkeys([*words, *said] if first else [*said, *words]))
