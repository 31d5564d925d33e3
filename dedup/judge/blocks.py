"""How far a heading reaches: "read also", "related", "tags" and comment forms take lines after them along.

A list goes with its heading. What stands below the list goes only where the text does not come back to the article
(returning.py), and where an article stands above that may have ended.
"""

from __future__ import annotations

from dataclasses import dataclass

from dedup.judge.cohesion import Vocabulary
from dedup.judge.evidence import Evidence
from dedup.judge.headings import TAKES, HabitKey, Heading, heading, is_house
from dedup.judge.page import PageView
from dedup.judge.returning import Habits, returns

KEYWORD_WORDS = 6
KEYWORD_LINES = 40
TAG_WORDS = 3
UNSUPPORTED = -1.5
"""Without a closed article above or other pages that agree, only so few points let a heading take all that follows."""
STANDS = 10
STANDS_ALONE = 4
"""An article is at least one part in so many of a page's paragraphs, before anything may go to the page's end."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Lines up to `stop` go with the heading, under `label`; `score` in thousandths; `evidence`: why it stops there."""

    stop: int
    label: str
    score: int
    evidence: tuple[str, ...] = ()


def learn(page: PageView, evidence: Evidence, vocabulary: Vocabulary, habits: Habits) -> None:
    """Add what the headings of one page do to the habits of its site."""
    for at in _possible(page):
        found = heading(page, at, evidence)
        if found is not None and found.line.label != "keywords":
            habits.learn(found, vocabulary, is_house(page, at))


def spread(page: PageView, evidence: Evidence, vocabulary: Vocabulary, habits: Habits) -> int:
    """Mark what the headings of a page take along, top down; the first heading that takes all, -1 for none."""
    ends = -1
    keys = _keys(page, evidence)
    for at in _possible(page):
        line = page.lines[at]
        found = heading(page, at, evidence)
        if found is None:
            continue
        reach_of = _house_reach if is_house(page, at) else _reach
        reach = reach_of(found, vocabulary, habits, keys.get(at) or found.key)
        if reach.stop == len(page.lines) and ends < 0 and _has_text(page, at):
            ends = at
        if reach.stop > at + 1:
            line.label = line.label if line.given else reach.label
            line.mark(reach.label, reach.score, f"heads {reach.stop - at - 1} {TAKES}")
        for follower in page.lines[at + 1 : reach.stop]:
            follower.mark(follower.label or reach.label, min(reach.score, 970), *reach.evidence)
    return ends


def _possible(page: PageView) -> list[int]:
    """Lines that are headings if their label says so."""
    return [at for at, line in enumerate(page.lines) if line.heads or line.may_be_house]


def _keys(page: PageView, evidence: Evidence) -> dict[int, HabitKey]:
    """The keys of a page's headings as they were learned: before any heading has taken lines along."""
    found = (heading(page, at, evidence) for at in _possible(page))
    return {each.at: each.key for each in found if each is not None}


def _has_text(page: PageView, at: int) -> bool:
    return any(line.paragraph and not line.label for line in page.lines[at + 1 :])


def _reach(found: Heading, vocabulary: Vocabulary, habits: Habits, key: HabitKey) -> Reach:
    """What a marker takes along."""
    label = found.line.label
    name = f"after «{found.text(found.line)}»"
    if label == "keywords":
        return _keywords(found)
    if label == "comment_form" and sum(line.text == found.line.text for line in found.page.lines) > 1:
        return Reach(found.at + 1, label, 900)  # one below each answer of a forum
    if not found.paragraphs:
        return Reach(found.stop, label, 930, (name, "list of headlines"))
    if found.is_fragment and not found.closing:
        return _above(found)
    points, reasons = returns(found, vocabulary)
    habit, said = habits.of(key)
    if said and (abs(habit) > abs(points) or (habit > 0) == (points > 0)):
        reasons = f"{said}, {reasons}"
    if points + habit > 0 or not _may_take_all(found, habit, points + habit):
        return Reach(found.stop, label, 900, (name, f"list of headlines; {reasons}"))
    score = 950 if points + habit <= -2 else 750
    return Reach(len(found.page.lines), label, score, (name, f"to the end: {reasons}"))


def _may_take_all(found: Heading, habit: float, points: float) -> bool:
    """Whether a heading may take everything below: an article stands above, and points alone are not weak."""
    alone = not found.closing and habit >= 0
    if alone and points > UNSUPPORTED:
        return False
    return found.is_fragment or found.stands(STANDS_ALONE if alone else STANDS, 2 if alone else 1)


def _house_reach(found: Heading, vocabulary: Vocabulary, habits: Habits, key: HabitKey) -> Reach:
    """What a heading takes along that no list of phrases has: only what other pages of the site confirm."""
    name = f"after «{found.text(found.line)}», a heading of this site"
    if found.paragraphs:
        points, reasons = returns(found, vocabulary)
        habit, said = habits.of(key)
        if habit < 0 and points + habit < 0 and found.stands(STANDS, 1):
            return Reach(len(found.page.lines), "read_also", 800, (name, f"to the end: {said}, {reasons}"))
    if found.listed and habits.lists_are_foreign(key):
        return Reach(found.stop, "related_links", 750, (name, "its lists share few words with the articles"))
    if len(found.listed) >= 2 and all(line.words <= TAG_WORDS for line in found.listed):
        return Reach(found.stop, "keywords", 700, (name, "a list of terms"))
    return Reach(found.at + 1, found.line.label, 0)


def _above(found: Heading) -> Reach:
    """A heading above the article takes a rail of links along, but never the title or a byline next to the text."""
    label, title = found.line.label, found.page.title
    if label == "comment_form":
        return Reach(found.at + 1, label, 900)
    stop = min(found.stop, title) if title > found.at else found.stop - 2
    return Reach(max(stop, found.at + 1), label, 800, ("list of headlines above the article",))


def _keywords(found: Heading) -> Reach:
    """The terms after a keyword label: short lines up to a blank line, another label or a sentence."""
    lines, stop = found.page.lines, found.at + 1
    while stop < len(lines) and stop - found.at <= KEYWORD_LINES:
        line = lines[stop]
        if line.words > KEYWORD_WORDS or line.stop or line.opener or line.label not in ("", "keywords"):
            break
        if line.gap and stop > found.at + 1:
            break
        stop += 1
    return Reach(stop, "keywords", 930, ("values after a keyword label",))
