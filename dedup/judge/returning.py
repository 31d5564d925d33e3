"""Does the text come back to the article after a heading and its list? Both errors are costly.

Every piece of evidence for either answer gets points: positive for "the article goes on", negative for "another
article follows, to the end". The sum decides, and the strongest pieces are named. The points were set by hand on
pages of which the answer is known; a point is about one unit of log-odds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from dedup.judge.cohesion import Vocabulary, overlap, own_level, stems, union
from dedup.judge.headings import HabitKey, Heading
from dedup.judge.lexicon import lexicon

NEAR = 12
"""So many paragraphs above a heading stand for the article."""
BLOCK = 6
"""So many paragraphs below a list stand for what follows."""

HABIT_PAGES = 3
HABIT_WEIGHT = 2.0
FOREIGN = 0.6
"""Lists that share less than this part of the words that the articles' own paragraphs share are not the articles'."""

Points = tuple[float, str]
"""Points and the reason for them."""


def returns(heading: Heading, vocabulary: Vocabulary) -> Points:
    """The points of a heading with paragraphs below its list, and the two strongest reasons on the winning side."""
    found = [(0.6, "nothing says that the article ended")]
    for evidence in (_closed, _amount_above, _list_length, _elsewhere, _opening):
        found.extend(evidence(heading))
    found.extend(_cohesion(heading, vocabulary))
    total = math.fsum(points for points, _ in found)
    strongest = sorted(found, key=lambda each: (-abs(each[0]), each[1]))
    return total, ", ".join([said for points, said in strongest if (points > 0) == (total > 0)][:2])


def _closed(heading: Heading) -> list[Points]:
    """Source and tag lines close an article: above the heading, or only further down."""
    found = [(0.8, "the heading comes again further down")] if heading.comes_again else []
    if heading.closing:
        return [*found, (-2.5, f"the article was closed by a {heading.closing} line")]
    later = next((line.label for line in heading.below if line.label in ("source", "keywords", "byline")), "")
    return [*found, (2.2, f"a {later} line closes the article further down")] if later else found


def _amount_above(heading: Heading) -> list[Points]:
    if heading.closing or len(heading.own) >= 3:
        return []
    if heading.own:
        return [(0.8, "little of the article stands above")]
    return [(2.0, "no paragraph stands before the heading")]


def _list_length(heading: Heading) -> list[Points]:
    headlines = len(heading.listed)
    if headlines >= 2:
        return [(1.0, f"{headlines} headlines in a row")]
    return [(-0.5, "one headline, then its text")] if headlines else [(0.5, "no headline follows")]


def _elsewhere(heading: Heading) -> list[Points]:
    """Whether the paragraphs after the list also stand on other pages, and those of the article do not."""
    if 2 * sum(line.stories >= 2 for line in heading.own) >= max(len(heading.own), 1):
        return []
    if 2 * sum(line.stories >= 2 for line in heading.paragraphs) >= len(heading.paragraphs):
        return [(-2.5, "the same paragraphs stand on other pages")]
    return []


def _opening(heading: Heading) -> list[Points]:
    """Whether the first paragraph after the list opens like a continuation ("and he added") or like a lead."""
    goes_on = lexicon().goes_on
    if goes_on(heading.text(heading.paragraphs[0])):
        return [(1.3, "the paragraph opens like a continuation")]
    later = [goes_on(heading.text(line)) for line in heading.own[1:]]
    if len(later) >= 2 and 2 * sum(later) >= len(later):
        return [(-0.8, "the paragraph opens like a first one")]
    return []


def _cohesion(heading: Heading, vocabulary: Vocabulary) -> list[Points]:
    """Whether the paragraphs after the list talk of what the article talked of, or of what the headline says."""
    article = [stems(heading.text(line)) for line in heading.own[-NEAR:]]
    if 0 <= heading.page.title < heading.at:
        article.append(stems(heading.text(heading.page.lines[heading.page.title])))
    block = [stems(heading.text(line)) for line in heading.paragraphs[:BLOCK]]
    if not article:
        return []
    words = union(article)
    level = own_level(article, vocabulary) if len(article) > 2 else 0.3
    inner = own_level(block, vocabulary) if len(block) > 2 else level
    similar = math.fsum(overlap(each, words, vocabulary) for each in block) / len(block)
    ratio = round(similar / max(0.12, min(level, inner) if level else inner), 3)
    sure = min(1.0, sum(map(len, block)) / 40, sum(map(len, article)) / 40)  # a few words prove nothing
    points = round(sure * max(-2.5, min(2.5, 4.0 * (ratio - 0.72))), 3)
    said = "the text returns to the article's words" if points > 0 else "the text shares few words with the article"
    return [(points, said), *_headline(heading, block[0], words, vocabulary)]


def _headline(heading: Heading, first: frozenset[str], article: frozenset[str], vocabulary: Vocabulary) -> list[Points]:
    """Whether the first paragraph tells the last headline of the list."""
    if not heading.listed:
        return []
    headline = stems(heading.text(heading.listed[-1]))
    lean = 3.0 * (overlap(headline, article, vocabulary) - overlap(headline, first, vocabulary))
    if abs(lean) <= 0.3:
        return []
    said = "the paragraph tells the headline above it" if lean < 0 else "the headline is not told"
    return [(max(-1.5, min(1.5, lean)), said)]


def kinship(heading: Heading, vocabulary: Vocabulary) -> float:
    """How much a list shares with the article above it, against what the article's paragraphs share (about 1)."""
    own = [stems(heading.text(line)) for line in heading.own][-NEAR:]
    if not own:
        return 1.0
    words = union(own)
    shared = math.fsum(overlap(stems(heading.text(line)), words, vocabulary) for line in heading.listed)
    return round(min(shared / len(heading.listed) / max(own_level(own, vocabulary), 0.2), 2.0), 3)


@dataclass(slots=True)
class Habits:
    """What headings do, summed over the pages of a site: points (see `returns`), and how foreign their lists are."""

    returns: dict[HabitKey, tuple[int, int]] = field(default_factory=dict)
    lists: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def learn(self, heading: Heading, vocabulary: Vocabulary, house: bool) -> None:
        """Add what a heading does, judged by its page alone."""
        key = heading.key
        if heading.paragraphs:
            _add(self.returns, key, returns(heading, vocabulary)[0])
        if heading.listed and house:
            _add(self.lists, key[:2], kinship(heading, vocabulary))

    def of(self, key: HabitKey) -> Points:
        """Points from what the heading does on the pages of its site, and how to say it."""
        total, pages = self.returns.get(key, (0, 0))
        if pages <= HABIT_PAGES:
            return 0.0, ""
        mean = round(total / pages / 1000, 3)
        said = "articles go on after it" if mean > 0 else "articles end before it"
        return HABIT_WEIGHT * mean, f"{said} on {pages} pages of the site, taken together"

    def lists_are_foreign(self, key: HabitKey) -> bool:
        """Whether the lists below a heading talk of other things than the articles above them."""
        total, pages = self.lists.get(key[:2], (0, 0))
        return pages > HABIT_PAGES and total < 1000 * FOREIGN * pages


def _add(sums: dict[Any, tuple[int, int]], key: object, value: float) -> None:
    """Add thousandths: a sum of integers does not depend on the order of pages."""
    total, count = sums.get(key, (0, 0))
    sums[key] = (total + round(1000 * value), count + 1)
