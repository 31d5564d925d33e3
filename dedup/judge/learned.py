"""What the judge learned of each site, as rules: lines that only repetition knows, headings, lines with a slot.

What a phrase of the list says anyway is left out: these are the lines that a page alone would not give away. So is
what stands below a heading: a promoted article is boilerplate there, and content on its own page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from dedup.judge.headings import TAKES
from dedup.judge.lines import NOTHING
from dedup.judge.rulefile import HEADING_LABELS, LineRule
from dedup.judge.rules import SLOT_SAYS, TEMPLATE_SAYS
from dedup.judge.slots import OPENINGS
from dedup.judge.verdict import Judge
from dedup.types import LABELS, MAIN_LABELS

LEAST_PAGES = 3
"""A rule is learned from so many pages at least."""

LISTED = ("list of headlines", "its lists share few words")
"""How the evidence of a headline below a heading begins."""

Key = tuple[str | None, str, str]
"""Site, how the line is compared, and the folded text."""


@dataclass(slots=True)
class _Seen:
    """Where a line was seen: a row of the corpus that holds it, its classes, the pages."""

    row: int
    labels: Counter[str] = field(default_factory=Counter)
    heading: bool = False
    pages: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Learned:
    """A rule, and a row of the corpus whose line is written as its text; `rule.text` is folded."""

    rule: LineRule
    row: int


def learned(judge: Judge) -> list[Learned]:
    """The rules of every site, the commonest first."""
    seen: dict[Key, _Seen] = {}
    label, cuts = judge.label, judge.cuts
    for row in judge.lines.rows[judge.marks.label != NOTHING].tolist():
        name = LABELS[label[row]]
        if name not in MAIN_LABELS and row not in cuts:
            reasons = judge.reasons(row)
            for key in _keys(judge, row, reasons):
                _add(seen.setdefault(key, _Seen(row)), judge, row, name, reasons)
    rules = [Learned(_rule(key, one), one.row) for key, one in seen.items() if one.pages >= LEAST_PAGES]
    return sorted(rules, key=lambda each: (each.rule.site or "", -(each.rule.pages or 0), each.rule.text))


def _keys(judge: Judge, row: int, reasons: tuple[str, ...]) -> Iterator[Key]:
    """How a verdict would be written as a rule; not at all where a phrase says the same, or only the place."""
    fixed, corpus = judge.evidence.fixed, judge.evidence.corpus
    text = int(corpus.lines.text[row])
    if fixed.opener.label[text] != NOTHING or fixed.phrase_label[text] != NOTHING:
        return
    site = corpus.pages[int(corpus.lines.doc[row])].site
    if _slotted(reasons):
        opening = _opening(judge, row)
        if opening:
            yield site, "opens", opening
    elif any(said.endswith(TEMPLATE_SAYS) for said in reasons) and not _teased(judge, row, reasons):
        yield site, "text", corpus.texts.text(text)


def _slotted(reasons: tuple[str, ...]) -> bool:
    return any(said.startswith(SLOT_SAYS) for said in reasons)


def _teased(judge: Judge, row: int, reasons: tuple[str, ...]) -> bool:
    """Whether a line is a headline of a list, or of an article that other pages promote; lists change every day."""
    if any(said.startswith(LISTED) for said in reasons):
        return True
    evidence = judge.evidence
    text = int(evidence.corpus.lines.text[row])
    few = 2 * int(evidence.repetition.stories[row]) < _stories(judge, row)
    article = bool(evidence.fixed.paragraph[text]) or text in evidence.titles
    return bool(evidence.promoted[text]) and (few or article)


def _stories(judge: Judge, row: int) -> int:
    repeated = judge.evidence.repetition
    return int(repeated.site_stories[repeated.site[judge.evidence.corpus.lines.doc[row]]])


def _opening(judge: Judge, row: int) -> str:
    """The first words of a line with a slot, as many as lines at its place share; empty where a digit is among them."""
    pages = judge.evidence.slots.pages[:, row].tolist()
    words = OPENINGS[1] if 2 * pages[1] > pages[0] else OPENINGS[0]
    text = judge.evidence.text(int(judge.evidence.corpus.lines.text[row]))
    opening = " ".join(text.split(" ")[:words]).rstrip(" :-|،,")
    return "" if any(letter.isdigit() for letter in opening) else opening


def _add(one: _Seen, judge: Judge, row: int, label: str, reasons: tuple[str, ...]) -> None:
    slots, stories = judge.evidence.slots.pages, judge.evidence.repetition.stories
    pages = int(slots[:, row].max()) if _slotted(reasons) else int(stories[row])
    one.pages = max(one.pages, pages)
    one.of = max(one.pages, _stories(judge, row))
    one.labels[label] += 1
    one.heading |= any(said.endswith(TAKES) for said in reasons)


def _rule(key: Key, one: _Seen) -> LineRule:
    site, how, text = key
    label = min(one.labels, key=lambda label: (-one.labels[label], label))
    heading = one.heading and how == "text" and label in HEADING_LABELS
    return LineRule(text, how, label, site, heading, one.pages, one.of)


__all__ = ["LEAST_PAGES", "Learned", "learned"]
