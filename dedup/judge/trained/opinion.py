"""What the learned judgement says of lines that nothing else speaks of, and in which words.

It is asked about pages whose site does not show its template: a page alone, a site of few pages. Where many pages
repeat their chrome, repetition knows better.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dedup.judge.evidence import Evidence
from dedup.judge.lines import NAVIGATION, NOTHING, Bools, Lines
from dedup.judge.marks import Finding, Marks
from dedup.judge.trained.again import BODY_WIDTH, second_columns
from dedup.judge.trained.around import Column, pages_of, totals
from dedup.judge.trained.columns import lexicon_columns, matrix, scene
from dedup.judge.trained.forest import Model, packaged_model
from dedup.types import CODE, LABELS

LEAST_LINES = 10
"""A page of fewer lines has no shape."""
TEMPLATE_STORIES, TEMPLATE_LINES = 3, 3
"""A page with so many lines that so many stories of its site share shows its template."""
SPEAKS = np.array([500, 950, 500, 900])
"""Below this certainty (thousandths) nothing is said: above the article, within it, below, where there is none.

Within the article, and where none is seen, there is little to gain and a list, a table or a poem to lose.
"""
BODY = 300
SUREST = 950
SURE, PROSE_WIDTH = 900, 80
"""Running text of Arabic letters, so long, must be so sure: few labelled sites are Arabic, and their promoted articles
look like the rest of an article that goes on below a heading.
"""
LEAD_LINES, LEAD_WIDTH, LEAD_SHARED = 12, 50, 30
"""A lead stands so near below the title, is so long, and shares so many per cent of its words with the body."""
UNDER_LINES = 40
"""So far below a heading a line may take its class."""

_HEADED = tuple(CODE[name] for name in ("related_links", "read_also", "comment_form", "share", "subscribe", "keywords"))


class Opinion:
    """The learned judgement on the lines of some pages; `certainty` holds thousandths per line, 0 where not asked."""

    def __init__(self, model: Model | None = None) -> None:
        self._model = model or packaged_model()
        self.certainty: Column = np.zeros(0, np.int64)
        self._label: NDArray[np.uint8] = np.zeros(0, np.uint8)
        self._where: NDArray[np.int8] = np.zeros(0, np.int8)

    def learned(self, lines: Lines, marks: Marks) -> Finding:
        """Lines that nothing else speaks of, on pages that do not show a template; never a page's title."""
        self._judge(lines)
        if not len(lines):
            return Finding(marks.silent, self._label, self.certainty)
        found = marks.silent & ~_with_parts(lines) & (self.certainty >= SPEAKS[self._where]) & ~_titles(lines)
        return Finding(found, self._label, self.certainty)

    def said(self, lines: Lines, line: int) -> str:
        """Why, in words: shape, place, and how sure."""
        words = int(lines.words[line])
        shape = "short line" if words <= 4 else "line without a sentence" if not lines.stop[line] else "text"
        if self._where[line] == _NO_BODY:
            place = "on a page without an article"
        else:
            place = ("above", "within", "below")[int(self._where[line])] + " the article"
        return f"{shape} {place}, learned from its kind and neighbours: {self.certainty[line] / 1000:.2f}"

    def _judge(self, lines: Lines) -> None:
        self.certainty = np.zeros(len(lines), np.int64)
        self._label = np.full(len(lines), NOTHING, np.uint8)
        self._where = np.full(len(lines), _NO_BODY, np.int8)
        quiet = np.intersect1d(quiet_pages(lines.evidence), lines.pages)
        if not quiet.size:
            return
        own = Lines(lines.evidence, quiet)
        at = np.searchsorted(lines.rows, own.rows)
        certainty, where, label = certainties(own, self._model)
        self.certainty[at], self._where[at], self._label[at] = certainty, where, label


_NO_BODY = 3


def certainties(lines: Lines, model: Model) -> tuple[Column, NDArray[np.int8], NDArray[np.uint8]]:
    """How surely each line is boilerplate (thousandths), where it stands (0 above the body, 1 within, 2 below, 3 there
    is none), and the class that it would have.
    """
    found, columns = scene(lines)
    columns |= dict(lexicon_columns(found, model.lexicon))
    doubt = model.doubts(model.first.margins(matrix(columns, model.first.names)))
    columns |= dict(second_columns(found, doubt, columns["words"].astype(np.int64)))
    certainty = model.certainty(model.second.margins(matrix(columns, model.second.names)))
    where = _where(found.begin, (certainty < BODY) & (found.width > BODY_WIDTH))
    certainty[_opens(found.width, columns, where) & (certainty < SUREST)] = 0
    prose = (columns["paragraph"] > 0) & (found.width >= PROSE_WIDTH) & _arabic(lines)
    certainty[prose & (certainty < SURE)] = 0
    return certainty, where, _labels(columns, where)


def _opens(width: Column, columns: Mapping[str, NDArray[np.integer]], where: NDArray[np.int8]) -> Bools:
    """The likely title of each page, wherever it is repeated, and leads: longer lines between it and the body.

    A lead shares words with the body, as does the teaser of another article rarely.
    """
    after = columns["title_lines"].astype(np.int64)
    near = (where == 0) & (after >= 0) & (after <= LEAD_LINES)
    lead = near & (width >= LEAD_WIDTH) & (columns["shared_main"] >= LEAD_SHARED)
    return np.asarray(lead | (columns["is_title"] == 1))


def quiet_pages(evidence: Evidence) -> Column:
    """Pages (their numbers) of some length that hardly share lines with other pages of their site."""
    lines, count = evidence.corpus.lines, len(evidence.corpus.pages)
    known = np.bincount(lines.doc[evidence.repetition.stories >= TEMPLATE_STORIES], minlength=count)
    long = np.bincount(lines.doc[lines.text >= 0], minlength=count) >= LEAST_LINES
    return np.flatnonzero(long & (known < TEMPLATE_LINES))


def _with_parts(lines: Lines) -> Bools:
    """Lines of which a part is known to be boilerplate: the rest is text."""
    cut = np.zeros(len(lines.evidence.corpus.texts), np.bool_)
    cut[list(lines.evidence.fixed.parts)] = True
    return cut[lines.text]


def _arabic(lines: Lines) -> Bools:
    """Lines that begin with an Arabic letter."""
    texts = lines.evidence.corpus.texts
    first = texts.codes[texts.offsets[lines.text]]
    return np.asarray((first >= 0x600) & (first < 0x780))


def _titles(lines: Lines) -> Bools:
    """Lines with the text of their page's title."""
    known = lines.titles >= 0
    return np.asarray(known & (lines.text == lines.text[np.maximum(lines.titles, 0)])) if len(lines) else known


def _where(begin: Column, body: Bools) -> NDArray[np.int8]:
    """0 above the first line of the body, 1 from there to its last, 2 below, 3 on pages without one."""
    page = pages_of(begin)
    index = np.arange(page.size)
    passed = np.concatenate([[0], np.cumsum(body)])
    above = passed[index] - passed[begin[:-1]][page]
    whole = totals(begin, body.astype(np.int64))
    place = np.where(above + body == 0, 0, np.where(above == whole, 2, 1))
    return np.where(whole == 0, _NO_BODY, place).astype(np.int8)


@lru_cache(maxsize=1)
def _takes_along() -> Bools:
    return np.isin(np.arange(len(LABELS)), _HEADED)


def _labels(columns: dict[str, NDArray[np.integer]], where: NDArray[np.int8]) -> NDArray[np.uint8]:
    """The class by what the line is, then by the heading above it, then by its place."""
    opener, phrase, words = (columns[name].astype(np.int64) for name in ("opener", "phrase", "words"))
    under = np.maximum(columns["under"], 0)
    headed = _takes_along()[under] & (columns["under_lines"] <= UNDER_LINES)
    below = np.where((words > 3) & (where > 0), CODE["related_links"], NAVIGATION)
    choices = (
        (phrase > 0, phrase),
        (opener > 0, opener),
        (columns["date"] > 0, CODE["dateline"]),
        (columns["networks"] > 0, CODE["share"]),
        (columns["copyright"] > 0, CODE["legal"]),
        (headed, under),
    )
    return np.select([test for test, _ in choices], [value for _, value in choices], below).astype(np.uint8)
