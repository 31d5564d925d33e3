"""How far a heading reaches: "read also", "related", "tags" and comment forms take lines after them along.

The real question after a bare heading is whether the text returns to the article. Every piece of evidence for
either answer gets points; the sum decides, and the strongest pieces are named.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from dedup.judge.cohesion import Vocabulary, overlap, own_level, stems, union
from dedup.judge.evidence import HEADINGS, Evidence
from dedup.judge.lexicon import lexicon
from dedup.judge.page import Line, PageView

TAIL_LABELS = frozenset({"source", "keywords", "share", "comment_form", "subscribe", "legal"})
CLOSING_LABELS = frozenset({"source", "keywords"})
"""These close an article even where nothing of it stands above (a fragment of a page)."""
KEYWORD_WORDS = 6
KEYWORD_LINES = 40
UNSUPPORTED = -1.5
"""Without a closed article above or other pages that agree, only so few points let a heading take all that follows."""
STANDS = 10
STANDS_ALONE = 4
"""An article is at least one part in so many of a page's paragraphs, before anything may go to the page's end."""
LEADS_ON = 6
TAG_WORDS = 3
NEAR = 12
"""So many paragraphs above a heading stand for the article."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Lines [first, stop) belong to the heading; `evidence` says why it stops or does not."""

    stop: int
    score: float
    evidence: tuple[str, ...]


def is_opener(line: Line) -> bool:
    """A heading that stands alone and may take lines with it."""
    hit = line.opener
    if hit is None or not hit.bare or hit.marker.label not in HEADINGS:
        return False
    kinds = ("label", "colon") if line.label == "comment_form" else ("label", "colon", "whole")
    return hit.marker.kind in kinds and line.label == hit.marker.label


HabitKey = tuple[int, int, bool, bool]
"""Site, text of the heading, whether the article was closed above it, whether it comes again further down."""

HABIT_PAGES = 3
HABIT_WEIGHT = 2.0
FOREIGN = 0.6
"""Headlines that share less than this part of the words that the article's own paragraphs share are not its own."""


@dataclass(slots=True)
class Habits:
    """What headings do, summed over the pages of a site: points (see `_returns`), and how foreign their lists are."""

    returns: dict[HabitKey, tuple[float, int]] = field(default_factory=dict)
    lists: dict[tuple[int, int], tuple[float, int]] = field(default_factory=dict)

    def learn(self, page: PageView, evidence: Evidence, vocabulary: Vocabulary) -> None:
        """Add what the headings of one page do, judged by that page alone."""
        for at, line in enumerate(page.lines):
            if line.label == "keywords" or not (is_opener(line) or is_house(page, at)):
                continue
            run = _run(page, at, evidence)
            key = _habit_key(page, at, evidence)
            if _has_text(page, run):
                _add(self.returns, key, _returns(page, at, run, evidence, vocabulary)[0])
            if run > at + 1 and is_house(page, at):
                _add(self.lists, key[:2], _kinship(page, at, run, evidence, vocabulary))

    def of(self, key: HabitKey) -> tuple[float, str]:
        """Points from what the heading does on the pages of its site, and how to say it."""
        total, pages = self.returns.get(key, (0.0, 0))
        if pages <= HABIT_PAGES:
            return 0.0, ""
        mean = round(total / pages, 3)
        said = "articles go on after it" if mean > 0 else "articles end before it"
        return HABIT_WEIGHT * mean, f"{said} on {pages} pages of the site, taken together"

    def lists_are_foreign(self, key: HabitKey) -> bool:
        """Whether the lists below a heading talk of other things than the articles above them."""
        total, pages = self.lists.get(key[:2], (0.0, 0))
        return pages > HABIT_PAGES and total < FOREIGN * pages


def _add(sums: dict[Any, tuple[float, int]], key: object, value: float) -> None:
    total, count = sums.get(key, (0.0, 0))
    sums[key] = (round(total + value, 3), count + 1)


def _may_lead(page: PageView, at: int) -> bool:
    return is_opener(page.lines[at]) or is_house(page, at)


def is_house(page: PageView, at: int) -> bool:
    """A heading of the site's own wording with something unrepeated below it."""
    below = page.lines[at + 1] if at + 1 < len(page.lines) else None
    return page.lines[at].house and below is not None and below.stories < 3 and not below.label


def _has_text(page: PageView, run: int) -> bool:
    return any(line.paragraph and not line.label for line in page.lines[run:])


def _habit_key(page: PageView, at: int, evidence: Evidence) -> HabitKey:
    site = int(evidence.repetition.site[page.number])
    return site, page.lines[at].text, bool(_closing(page.lines[:at])), _comes_again(page, at)


def _comes_again(page: PageView, at: int) -> bool:
    """Whether the same heading stands further down, text between the two."""
    paragraph = False
    for line in page.lines[at + 1 :]:
        if paragraph and line.text == page.lines[at].text:
            return True
        paragraph = paragraph or (line.paragraph and not line.label)
    return False


def _closing(before: list[Line]) -> str:
    """The label of the line that closed the article above a heading: after its last paragraph; else empty."""
    last_own = max((i for i, line in enumerate(before) if line.sentence and not line.label), default=-1)
    labels = TAIL_LABELS if last_own >= 0 else CLOSING_LABELS
    closing = [line.label for line in before[last_own + 1 :] if line.label in labels]
    return closing[-1] if closing else ""


def spread(page: PageView, evidence: Evidence, vocabulary: Vocabulary, habits: Habits) -> int:
    """Mark what the headings of a page take along, top down; the first heading that takes all, -1 for none."""
    ends = -1
    # keys as they were learned: before any heading has taken lines along
    keys = {at: _habit_key(page, at, evidence) for at in range(len(page.lines)) if _may_lead(page, at)}
    for index, line in enumerate(page.lines):
        if is_opener(line):
            key = keys.get(index) or _habit_key(page, index, evidence)
            reach = _reach(page, index, evidence, vocabulary, habits, key)
        elif is_house(page, index):
            key = keys.get(index) or _habit_key(page, index, evidence)
            reach = _house_reach(page, index, evidence, vocabulary, habits, key)
        else:
            continue
        if reach.stop == len(page.lines) and ends < 0 and _has_text(page, index + 1):
            ends = index
        if reach.stop > index + 1:
            line.mark(line.label, reach.score, f"heads {reach.stop - index - 1} lines that are not the article's")
        for follower in page.lines[index + 1 : reach.stop]:
            follower.mark(_follower_label(line, follower), min(reach.score, 0.97), *reach.evidence)
    return ends


def _house_reach(
    page: PageView, at: int, evidence: Evidence, vocabulary: Vocabulary, habits: Habits, key: HabitKey
) -> Reach:
    """What a heading takes along that no list of phrases has: only what other pages of the site confirm."""
    heading = page.lines[at]
    run = _run(page, at, evidence)
    name = f"after «{evidence.text(heading.text)}», a heading of this site"
    if _has_text(page, run):
        points, reasons = _returns(page, at, run, evidence, vocabulary)
        habit, said = habits.of(key)
        if habit < 0 and points + habit < 0 and _article_stands(page, at, STANDS):
            heading.label = "read_also"
            return Reach(len(page.lines), 0.8, (name, f"to the end: {said}, {reasons}"))
    if run > at + 1 and habits.lists_are_foreign(key):
        heading.label = "related_links"
        return Reach(run, 0.75, (name, "its lists share few words with the articles"))
    if all(line.words <= TAG_WORDS for line in page.lines[at + 1 : run]) and run > at + 2:
        heading.label = "keywords"
        return Reach(run, 0.7, (name, "a list of terms"))
    return Reach(at + 1, 0.0, ())


def _kinship(page: PageView, at: int, run: int, evidence: Evidence, vocabulary: Vocabulary) -> float:
    """How much a list shares with the article above it, against what the article's paragraphs share (about 1)."""
    own = [stems(evidence.text(line.text)) for line in page.lines[:at] if line.paragraph and not line.label][-NEAR:]
    if not own:
        return 1.0
    words = union(own)
    lines = page.lines[at + 1 : run]
    shared = math.fsum(overlap(stems(evidence.text(line.text)), words, vocabulary) for line in lines) / len(lines)
    return round(min(shared / max(own_level(own, vocabulary), 0.2), 2.0), 3)


def _follower_label(heading: Line, line: Line) -> str:
    return line.label or heading.label


def _reach(page: PageView, at: int, evidence: Evidence, vocabulary: Vocabulary, habits: Habits, key: HabitKey) -> Reach:
    heading = page.lines[at]
    if heading.label == "keywords":
        return _keywords(page, at)
    if heading.label == "comment_form" and sum(line.text == heading.text for line in page.lines) > 1:
        return Reach(at + 1, 0.9, ())  # one below each answer of a forum
    run = _run(page, at, evidence)
    above = page.lines[:at]
    if not any(line.sentence and not line.label for line in above) and not _closing(above) and _has_text(page, run):
        return _above(page, at, run)
    name = f"after «{evidence.text(heading.text)}»"
    if not _has_text(page, run):
        return Reach(run, 0.93, (name, "list of headlines"))
    points, reasons = _returns(page, at, run, evidence, vocabulary)
    habit, said = habits.of(key)
    if abs(habit) > abs(points) or (habit > 0) == (points > 0):
        reasons = f"{said}, {reasons}" if said else reasons
    points += habit
    alone = not _closing(above) and habit >= 0
    fragment = not any(line.sentence and not line.label for line in above)
    stands = fragment or _article_stands(page, at, STANDS_ALONE if alone else STANDS)
    if points > 0 or not stands or (alone and points > UNSUPPORTED):
        return Reach(run, 0.9, (name, "list of headlines; " + reasons))
    return Reach(len(page.lines), 0.95 if points <= -2 else 0.75, (name, "to the end: " + reasons))


def _article_stands(page: PageView, at: int, least: int) -> bool:
    """Whether enough stands above a heading to be the article (1/`least` of all paragraphs): what follows may go."""
    own = [line for line in page.lines[:at] if line.paragraph and not line.label]
    size = sum(line.size for line in own)
    whole = sum(line.size for line in page.lines if line.paragraph and not line.label)
    return len(own) >= (1 if least == STANDS else 2) and least * size >= whole


def _above(page: PageView, at: int, run: int) -> Reach:
    """A heading above the article takes a rail of links along, but never the title or a byline next to the text."""
    if page.lines[at].label == "comment_form":
        return Reach(at + 1, 0.9, ())
    stop = min(run, page.title) if page.title > at else max(run - 2, at + 1)
    return Reach(max(stop, at + 1), 0.8, ("list of headlines above the article",))


def _run(page: PageView, at: int, evidence: Evidence) -> int:
    """The first line after the list-like lines that follow a heading."""
    stop = at + 1
    while stop < len(page.lines) and _headline(page.lines[stop], evidence) and not page.lines[stop].label:
        stop += 1
    return stop


def _headline(line: Line, evidence: Evidence) -> bool:
    """A line of a list: the title of another page, a line without a final stop, a short question or exclamation."""
    if line.colon and line.words >= LEADS_ON:
        return False  # "the squad is as follows:"
    if line.list_like or line.titled:
        return True
    if line.words > 16 or line.commas > 1 or line.size > 120:
        return False
    text = evidence.text(line.text).rstrip("\"') ")
    return text.endswith(("?", "!", "..")) and not text.endswith(":")


def _keywords(page: PageView, at: int) -> Reach:
    stop = at + 1
    while stop < len(page.lines) and stop - at <= KEYWORD_LINES:
        line = page.lines[stop]
        if line.words > KEYWORD_WORDS or line.stop or (line.label and line.label != "keywords") or line.opener:
            break
        if line.gap and stop > at + 1:
            break
        stop += 1
    return Reach(stop, 0.93, ("values after a keyword label",))


def _returns(page: PageView, at: int, run: int, evidence: Evidence, vocabulary: Vocabulary) -> tuple[float, str]:
    """Points for "the article goes on after the list" (positive) or "another article follows" (negative)."""
    reasons: list[tuple[float, str]] = [(0.6, "nothing says that the article ended")]
    before = page.lines[:at]
    closing = _closing(before)
    headlines = run - at - 1
    if closing:
        reasons.append((-2.5, f"the article was closed by a {closing} line"))
    after = page.lines[run:]
    closing_after = next((line.label for line in after if line.label in ("source", "keywords", "byline")), "")
    if closing_after and not closing:
        reasons.append((2.2, f"a {closing_after} line closes the article further down"))
    if _comes_again(page, at):
        reasons.append((0.8, "the heading comes again further down"))
    own = [line for line in before if line.paragraph and not line.label]
    if not own and not closing:
        reasons.append((2.0, "no paragraph stands before the heading"))
    elif len(own) < 3 and not closing:
        reasons.append((0.8, "little of the article stands above"))
    if headlines >= 2:
        reasons.append((1.0, f"{headlines} headlines in a row"))
    elif headlines == 1:
        reasons.append((-0.5, "one headline, then its text"))
    else:
        reasons.append((0.5, "no headline follows"))
    reasons.extend(_cohesion(page, at, run, own, evidence, vocabulary))
    reasons.extend(_elsewhere(page, run, own))
    reasons.extend(_opening(page, run, own, evidence))
    total = sum(points for points, _ in reasons)
    strongest = sorted(reasons, key=lambda r: (-abs(r[0]), r[1]))
    agreeing = [text for points, text in strongest if (points > 0) == (total > 0)]
    return total, ", ".join(agreeing[:2])


def _cohesion(
    page: PageView, at: int, run: int, own: list[Line], evidence: Evidence, vocabulary: Vocabulary
) -> list[tuple[float, str]]:
    """Whether the paragraphs after the list talk of what the article talked of."""
    text = evidence.text
    article = [stems(text(line.text)) for line in own[-NEAR:]]
    if page.title >= 0 and page.title < at:
        article.append(stems(text(page.lines[page.title].text)))
    block = [stems(text(line.text)) for line in page.lines[run:] if line.paragraph and not line.label][:6]
    if not article or not block:
        return []
    words = union(article)
    similar = sum(overlap(p, words, vocabulary) for p in block) / len(block)
    level = own_level(article, vocabulary) if len(article) > 2 else 0.3
    inner = own_level(block, vocabulary) if len(block) > 2 else level
    expected = max(0.12, min(level, inner) if level else inner)
    ratio = round(similar / expected, 3)
    sure = min(1.0, sum(map(len, block)) / 40, sum(map(len, article)) / 40)  # a few words prove nothing
    points = round(sure * max(-2.5, min(2.5, 4.0 * (ratio - 0.72))), 3)
    said = "the text returns to the article's words" if points > 0 else "the text shares few words with the article"
    found = [(points, said)]
    headlines = [stems(text(line.text)) for line in page.lines[at + 1 : run]]
    if headlines:
        to_headline = overlap(headlines[-1], block[0], vocabulary)
        to_article = overlap(headlines[-1], words, vocabulary)
        lean = max(-1.5, min(1.5, 3.0 * (to_article - to_headline)))
        if abs(lean) > 0.3:
            found.append(
                (lean, "the paragraph tells the headline above it" if lean < 0 else "the headline is not told")
            )
    return found


def _opening(page: PageView, run: int, own: list[Line], evidence: Evidence) -> list[tuple[float, str]]:
    """Whether the first paragraph after the list opens like a continuation ("and he added") or like a lead."""
    goes_on = lexicon().goes_on
    text = evidence.text
    first = next(line for line in page.lines[run:] if line.paragraph and not line.label)
    if goes_on(text(first.text)):
        return [(1.3, "the paragraph opens like a continuation")]
    later = [goes_on(text(line.text)) for line in own[1:]]
    if len(later) >= 2 and 2 * sum(later) >= len(later):
        return [(-0.8, "the paragraph opens like a first one")]
    return []


def _elsewhere(page: PageView, run: int, own: list[Line]) -> list[tuple[float, str]]:
    """Whether the paragraphs after the list also stand on other pages, and those of the article do not."""
    if 2 * sum(line.stories >= 2 for line in own) >= max(len(own), 1):
        return []
    paragraphs = [line for line in page.lines[run:] if line.paragraph and not line.label]
    repeated = [line for line in paragraphs if line.stories >= 2]
    if paragraphs and 2 * len(repeated) >= len(paragraphs):
        return [(-2.5, "the same paragraphs stand on other pages")]
    return []
