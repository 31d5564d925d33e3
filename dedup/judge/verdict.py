"""The judge: what every line is, with a score and the evidence that decided.

First each line by itself (rules.py), then in context: what headings take along (blocks.py), readers' comments
(comments.py), the head and the tail of the page (context.py). Of what is left the learned judgement speaks
(trained/), where a page's site does not show its template.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from dedup.corpus import Corpus
from dedup.judge import blocks, context
from dedup.judge.cohesion import Vocabulary, learn
from dedup.judge.comments import COMMENTS
from dedup.judge.evidence import gather
from dedup.judge.lines import NOTHING, Bools, Lines
from dedup.judge.markers import MarkerList, packaged
from dedup.judge.marks import Marks, Rule
from dedup.judge.nothing import NOTHING_HERE
from dedup.judge.page import PageView, views, write_back
from dedup.judge.parts import Part
from dedup.judge.returning import Habits
from dedup.judge.rulefile import Rules
from dedup.judge.rules import judge_lines
from dedup.judge.trained.forest import Model
from dedup.judge.trained.opinion import Opinion, quiet_pages
from dedup.types import CODE

TITLE = (0.9, ("short line before the first paragraph",))
"""Score and evidence of a title."""

KEPT_VIEWS = 10_000
"""So many pages are kept as lists between two looks at them; the others are made again."""

RULED, LEAST_RIGHT = 700, 950
"""Of the lines to which rules give this score or more (thousandths), so many in a thousand and more are boilerplate."""

CONTEXT = (COMMENTS, *context.RULES, NOTHING_HERE)
"""What looks at a line in its surroundings, once headings have taken lines along."""


class Judge:
    """Judges all pages of a corpus. Pages without a line that anything speaks about are main content throughout.

    `markers` are used in place of the packaged phrases, `rules` are a person's. `pages` are the numbers of the pages
    to look at line by line; by default those with a line that anything speaks about, and those without a template.
    `model` is used in place of the packaged one.
    """

    def __init__(
        self,
        corpus: Corpus,
        markers: MarkerList | None = None,
        rules: Rules | None = None,
        pages: NDArray[np.int64] | None = None,
        model: Model | None = None,
    ) -> None:
        self._vocabulary = learn(corpus.texts)
        self.evidence = gather(corpus, markers or phrases_of(rules), rules.lines if rules else ())
        below = self._first_pass(pages)
        if below.any():  # where articles end is known now: places count anew
            self.evidence = self.evidence.without(below)
            self._first_pass(pages)
        for rule in CONTEXT:
            self.marks.apply(rule, self.lines)
        opinion = Opinion(model)
        self._learned = len(self.marks.rules)
        self.marks.apply(Rule(opinion.learned, opinion.said), self.lines)
        context.name_after(self.lines, self.marks)

    def _first_pass(self, pages: NDArray[np.int64] | None) -> Bools:
        """Judge lines and what headings take along; the lines (bool per row) below those that end the article."""
        evidence = self.evidence
        if pages is None:
            pages = np.union1d(evidence.open_pages(), quiet_pages(evidence))
        self.lines = Lines(evidence, pages)
        self.marks = judge_lines(self.lines)
        headed = np.searchsorted(self.lines.pages, evidence.pages_with_headings()).tolist()
        return _spread(headed, self.lines, self.marks, self._vocabulary)

    @property
    def label(self) -> NDArray[np.uint8]:
        """A label code per row of the corpus: boilerplate, title, main or blank, however sure the judge is."""
        corpus = self.evidence.corpus
        label = np.full(corpus.lines.text.size, CODE["main"], np.uint8)
        label[corpus.lines.text < 0] = CODE["blank"]
        titles = self.evidence.title_line
        label[titles[titles >= 0]] = CODE["title"]
        said = self.marks.label != NOTHING
        label[self.lines.rows[said]] = self.marks.label[said]
        label[list(self.cuts)] = CODE["main"]
        return label

    @property
    def score(self) -> NDArray[np.int16]:
        """How sure the judge is of each row's label, in hundredths; 100 for main content, 90 for titles."""
        score = np.full(self.evidence.corpus.lines.text.size, 100, np.int16)
        titles = self.evidence.title_line
        score[titles[titles >= 0]] = round(100 * TITLE[0])
        said = self.marks.label != NOTHING
        score[self.lines.rows[said]] = (self._measured[said] + 5) // 10
        score[list(self.cuts)] = 100
        return score

    @property
    def _measured(self) -> NDArray[np.int16]:
        """Scores as shares that are boilerplate (thousandths): what rules say from RULED on is right nearly always.

        Learned scores are measured already, and a person's word stands.
        """
        score = self.marks.score
        ruled = (score >= RULED) & (self.marks.leading != self._learned) & ~self.marks.given
        return np.where(ruled, LEAST_RIGHT + (score - RULED) * 16 // 100, score).astype(np.int16)

    @property
    def cuts(self) -> dict[int, tuple[Part, ...]]:
        """Rows only parts of which are boilerplate, and these parts."""
        parts = self.evidence.fixed.parts
        if not parts:
            return {}
        cut = np.zeros(len(self.evidence.corpus.texts), np.bool_)
        cut[list(parts)] = True
        places = np.flatnonzero(cut[self.lines.text] & self.marks.silent & ~self.marks.given)
        return {int(self.lines.rows[at]): parts[int(self.lines.text[at])] for at in places.tolist()}

    def reasons(self, row: int) -> tuple[str, ...]:
        """Why a row got its label, strongest first; empty for plain main content."""
        at = int(np.searchsorted(self.lines.rows, row))
        here = at < len(self.lines) and self.lines.rows[at] == row
        if here and (self.marks.label[at] != NOTHING or self.marks.given[at]):
            return self.marks.evidence(self.lines, at)
        page = int(self.evidence.corpus.lines.doc[row])
        return TITLE[1] if self.evidence.title_line[page] == row else ()


def phrases_of(rules: Rules | None) -> MarkerList:
    """The packaged phrases, and those of a person's rules."""
    if rules is None or not (rules.phrases or rules.ignored):
        return MarkerList.standard()
    return MarkerList(rules.markers(packaged()))


def _spread(headed: Sequence[int], lines: Lines, marks: Marks, vocabulary: Vocabulary) -> Bools:
    """Learn what headings do on their sites, then mark what they take along; rows below the lines that end articles."""
    evidence, corpus, habits = lines.evidence, lines.evidence.corpus, Habits()
    kept: list[PageView] = []
    for page in views(lines, marks, headed):
        blocks.learn(page, evidence, vocabulary, habits)
        if len(kept) < KEPT_VIEWS:
            kept.append(page)
    below = np.zeros(corpus.lines.text.size, np.bool_)
    for page in chain(kept, views(lines, marks, headed[len(kept) :])):
        end = blocks.spread(page, evidence, vocabulary, habits)
        write_back(page, marks)
        if end >= 0:
            row = int(lines.rows[page.first + end])
            below[row + 1 : int(corpus.first[corpus.lines.doc[row] + 1])] = True
    return below
