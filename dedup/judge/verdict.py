"""The judge: what every line is, with a score and the evidence that decided.

First each line by itself (rules.py), then in context: what headings take along (blocks.py), readers' comments
(comments.py), the head and the tail of the page (context.py). Shape alone never decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.corpus import Corpus
from dedup.judge import blocks, context
from dedup.judge.cohesion import learn
from dedup.judge.comments import mark_comments
from dedup.judge.evidence import Evidence, gather
from dedup.judge.markers import MarkerList, packaged
from dedup.judge.page import PageView, view
from dedup.judge.parts import Part
from dedup.judge.returning import Habits
from dedup.judge.rulefile import Rules
from dedup.judge.rules import judge_lines


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on one line: `row` in the corpus columns; with `cuts`, only those parts of it are boilerplate."""

    row: int
    label: str
    score: float
    evidence: tuple[str, ...]
    cuts: tuple[Part, ...] = ()


TITLE = (0.9, ("short line before the first paragraph",))
"""Score and evidence of a title."""

CONTEXT: tuple[Callable[[PageView, Evidence], None], ...] = (mark_comments, context.head, context.tail, context.names)


class Judge:
    """Judges the pages of one corpus. Pages are independent of each other once the evidence is gathered."""

    def __init__(self, corpus: Corpus, markers: MarkerList | None = None, rules: Rules | None = None) -> None:
        self._vocabulary = learn(corpus.texts)
        self.evidence = gather(corpus, markers or _phrases(rules), rules.lines if rules else ())
        self._habits, below = self._learn_headings()
        if below.any():  # where articles end is known now: places count anew
            self.evidence = self.evidence.without(below)
            self._habits, _ = self._learn_headings()

    def _learn_headings(self) -> tuple[Habits, NDArray[np.bool_]]:
        """What follows each heading, page by page, and the lines (bool per line) below those that end the article."""
        corpus, evidence = self.evidence.corpus, self.evidence
        habits = Habits()
        numbers = evidence.pages_with_headings().tolist()
        for number in numbers:
            page = view(evidence, number)
            judge_lines(page, evidence)
            blocks.learn(page, evidence, self._vocabulary, habits)
        below = np.zeros(corpus.lines.text.size, np.bool_)
        for number in numbers:
            page = view(evidence, number)
            judge_lines(page, evidence)
            end = blocks.spread(page, evidence, self._vocabulary, habits)
            if end >= 0:
                below[page.lines[end].row + 1 : int(corpus.first[number + 1])] = True
        return habits, below

    def open_pages(self) -> list[int]:
        """Pages with a line that anything speaks about; the others are main content throughout."""
        found: list[int] = self.evidence.open_pages().tolist()
        return found

    def plain_titles(self) -> NDArray[np.int64]:
        """Rows of the title lines of all other pages."""
        titles = self.evidence.title_line.copy()
        titles[self.evidence.open_pages()] = -1
        return titles[titles >= 0]

    def page(self, number: int) -> list[Decision]:
        """Decisions for the lines of a page that are not plain main content (title included), in order."""
        page = view(self.evidence, number)
        judge_lines(page, self.evidence)
        blocks.spread(page, self.evidence, self._vocabulary, self._habits)
        for rule in CONTEXT:
            rule(page, self.evidence)
        return _decisions(page)


def _phrases(rules: Rules | None) -> MarkerList:
    """The packaged phrases, and those of a person's rules."""
    if rules is None or not (rules.phrases or rules.ignored):
        return MarkerList.standard()
    return MarkerList(rules.markers(packaged()))


def _decisions(page: PageView) -> list[Decision]:
    found = []
    for index, line in enumerate(page.lines):
        if line.label:
            found.append(Decision(line.row, line.label, round(line.score, 2), tuple(line.evidence)))
        elif line.parts:
            found.append(Decision(line.row, "main", 1.0, (), line.parts))
        elif index == page.title:
            found.append(Decision(line.row, "title", *TITLE))
    return found
