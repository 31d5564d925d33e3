"""What a person's rules say of the texts of one corpus: looked up once per distinct text, asked per line.

Whole lines are found by their hash, patterns are searched in every distinct text, each search with a time limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import regex
from numpy.typing import NDArray

from dedup.corpus import Corpus
from dedup.errors import UsageError
from dedup.judge.rulefile import KEEP, LineRule, compiled
from dedup.near.hashing import hash_lines
from dedup.text.folded import Folded

SECONDS = 1.0
"""So long a pattern may look at one line; a pattern that needs longer runs away."""

OPENED_WORDS = 30
"""A line that opens so may have this many words: what is longer is running text."""


@dataclass(frozen=True, slots=True)
class Given:
    """Rules by text id, `keep` rules first; then in the order of the file, those of a site before those of all."""

    of_text: dict[int, tuple[LineRule, ...]] = field(default_factory=dict)

    def rule(self, text: int, site: str | None) -> LineRule | None:
        """The rule that holds for a text on a site; none for most."""
        for rule in self.of_text.get(text, ()):
            if rule.site is None or rule.site == site:
                return rule
        return None

    def texts(self, count: int) -> NDArray[np.bool_]:
        """Which of `count` texts any rule speaks of."""
        told = np.zeros(count, np.bool_)
        told[np.fromiter(self.of_text, np.int64, len(self.of_text))] = True
        return told

    def kept_lines(self, corpus: Corpus) -> NDArray[np.int64]:
        """Rows of the lines that a `keep` rule holds."""
        keeps = [text for text, rules in self.of_text.items() if rules[0].label == KEEP]
        rows = np.flatnonzero(np.isin(corpus.lines.text, np.array(keeps, np.int64)))
        held = [row for row in rows.tolist() if _is_kept(self, corpus, row)]
        return np.array(held, np.int64)


def _is_kept(given: Given, corpus: Corpus, row: int) -> bool:
    rule = given.rule(int(corpus.lines.text[row]), corpus.pages[int(corpus.lines.doc[row])].site)
    return rule is not None and rule.label == KEEP


def look_up(corpus: Corpus, rules: tuple[LineRule, ...]) -> Given:
    """Find the texts of a corpus that rules speak of. UsageError where a pattern runs away."""
    found: dict[int, list[tuple[bool, bool, int]]] = {}
    for matches in (_equal, _opening, _holding):
        for text, number in matches(corpus, rules):
            rule = rules[number]
            found.setdefault(text, []).append((rule.label != KEEP, rule.site is None, number))
    return Given({text: tuple(rules[number] for *_, number in sorted(ranks)) for text, ranks in sorted(found.items())})


def _forms(rules: tuple[LineRule, ...], how: str) -> dict[str, list[int]]:
    """The numbers of the rules of one kind by the folded texts that they compare with."""
    forms: dict[str, list[int]] = {}
    for number, rule in enumerate(rules):
        for form in rule.folded if rule.how == how else ():
            forms.setdefault(form, []).append(number)
    return forms


def _equal(corpus: Corpus, rules: tuple[LineRule, ...]) -> Iterator[tuple[int, int]]:
    forms = _forms(rules, "text")
    wanted = hash_lines(Folded.of(forms))
    for text in np.flatnonzero(np.isin(corpus.hashes[:, 0], wanted[:, 0])).tolist():
        yield from ((text, number) for number in forms.get(corpus.texts.text(text), ()))


def _opening(corpus: Corpus, rules: tuple[LineRule, ...]) -> Iterator[tuple[int, int]]:
    forms = _forms(rules, "opens")
    every = tuple(forms)
    for text in range(len(corpus.texts)) if forms else ():
        line = corpus.texts.text(text)
        if line.startswith(every):
            numbers = {number for form in every if _opens(line, form) for number in forms[form]}
            yield from ((text, number) for number in sorted(numbers))


def _opens(line: str, phrase: str) -> bool:
    """Whether a folded line begins with the whole words of a phrase and is no running text."""
    if not line.startswith(phrase) or line.count(" ") >= OPENED_WORDS:
        return False
    return not (phrase[-1].isalnum() and line[len(phrase) : len(phrase) + 1].isalnum())


def _holding(corpus: Corpus, rules: tuple[LineRule, ...]) -> Iterator[tuple[int, int]]:
    for number, rule in enumerate(rules):
        if rule.how == "pattern":
            pattern = compiled(rule.text)
            texts = range(len(corpus.texts))
            yield from ((text, number) for text in texts if _holds(pattern, corpus.texts.text(text), rule))


def _holds(pattern: regex.Pattern[str], line: str, rule: LineRule) -> bool:
    try:
        return pattern.search(line, timeout=SECONDS) is not None
    except TimeoutError:
        raise UsageError(
            f"{rule.name}: took more than {SECONDS:g} s on one line ({len(line):,} characters); "
            "write it without nested repetition"
        ) from None
