"""Readers' comments below an article: no phrase names them, but they come in a rhythm of names, dates and "Reply".

A rhythm alone is not enough (a live blog and a diary have one too): a comment heading or form must stand on the page.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import regex

from dedup.judge.evidence import Evidence
from dedup.judge.lines import Lines
from dedup.judge.marks import Finding, Marks, Rule
from dedup.judge.page import PageView, views
from dedup.types import CODE

GAP = 14
"""A comment is hardly longer than so many lines."""
BEATS = 3
HEADING_WORDS = 16
HEADING_CHARS = 80
ARTICLE_WORDS = 80
"""Where less stands above the comments, they may be what the page is about: a forum."""
_VERBS = (
    "said|says|wrote|writes|commented|schrieb|sagt|sagte|meint|dit|a dit|dijo|dice|skrev|säger|sanoo|kirjoitti|"
    "пишет|написал|يقول|قال|كتب|علق"
)
_SAID = regex.compile(rf"(?:^|\s)(?:{_VERBS})(?:\s*(?:\.\.\.|:)$|\s.{{0,40}}\d)")
_COUNTED = "comments?|responses?|replies|thoughts on|تعليق|تعليقات|ردود|kommentare?|commentaires?|comentarios"
_COUNT = regex.compile(rf"^\(?\d+\)? (?:{_COUNTED})\b")
_TITLES = (
    "(?:user |reader |readers' )?comments|responses|discussion|التعليقات|تعليقات(?: القراء| الزوار)?|kommentare|"
    "commentaires|vos réactions|comentarios|kommentarer|kommentit|комментарии|yorumlar|komentar|"
    "نظرات(?: کاربران)?|دیدگاه ?ها|תגובות"
)
_TITLE = regex.compile(rf"^(?:{_TITLES})(?:\s*[:(]?\s*\d*\)?)$")
_BY = regex.compile(r"^(?:by|posted by|comment by|von|par|por|av|بواسطه|من) .{2,40}\d")


def _names_comments(text: str) -> bool:
    """A heading of a comment section ("12 comments"), not of its form ("Add a comment"), which answers have too."""
    return _COUNT.match(text) is not None or _TITLE.match(text) is not None


def comments(lines: Lines, marks: Marks) -> Finding:
    """The comments of a page, from their heading or first beat to the last."""
    found = np.zeros(len(lines), np.bool_)
    for page in views(lines, marks, _pages_with_heading(lines, marks)):
        start, stop = _section(page, lines.evidence)
        found[page.first + start : page.first + stop] = True
    return Finding(found, CODE["comment_form"], 850)


COMMENTS = Rule(comments, "readers' comments: names, dates and replies in a rhythm")


def _pages_with_heading(lines: Lines, marks: Marks) -> list[int]:
    """Places of pages with a heading of comments below the first paragraph."""
    core = lines.paragraph & marks.silent
    below = lines.index > lines.outermost(core)[0]
    short = (lines.words <= HEADING_WORDS) & (lines.size <= HEADING_CHARS)
    places = np.flatnonzero(below & short)
    texts, inverse = np.unique(lines.text[places], return_inverse=True)
    known = np.array([_names_comments(lines.evidence.text(text)) for text in texts.tolist()], np.bool_)
    pages: list[int] = np.unique(lines.page[places[known[inverse]]]).tolist() if texts.size else []
    return pages


def _section(page: PageView, evidence: Evidence) -> tuple[int, int]:
    """The lines [start, stop) of a page that are comments; (0, 0) where there are none."""
    core = page.core()
    if not core or len(page.lines) < 8:
        return 0, 0
    texts = {
        i: page.text_of(evidence, i) for i, line in enumerate(page.lines) if line.words <= HEADING_WORDS and i > core[0]
    }
    headings = [i for i, text in texts.items() if page.lines[i].size <= HEADING_CHARS and _names_comments(text)]
    if not 1 <= len(headings) <= 2:  # more: below each answer of a forum
        return 0, 0
    strong = _strong_beats(page, texts)
    beats = sorted(strong | _weak_beats(page, texts))
    run = _densest_run([i for i in beats if i > headings[0]] or beats, strong)
    if len(run) < BEATS:
        return 0, 0
    if sum(1 for i in run if i in strong) < BEATS or _words(page, core, start=0, stop=run[0]) < ARTICLE_WORDS:
        return 0, 0
    before = [h for h in headings if h <= run[0] and run[0] - h <= GAP]
    return before[0] if before else run[0], _end(page, run[-1])


def _words(page: PageView, core: list[int], start: int, stop: int) -> int:
    return sum(page.lines[i].words for i in core if start <= i < stop)


def _strong_beats(page: PageView, texts: dict[int, str]) -> set[int]:
    """Lines that name a speaker or a moment, or answer: "Reply", "said …", a date with the time of day."""
    lines = page.lines
    return {
        i
        for i, text in texts.items()
        if (lines[i].date and ":" in text)
        or _SAID.search(text)
        or _BY.match(text)
        or (lines[i].label == "comment_form" and lines[i].words <= 3)
    }


def _weak_beats(page: PageView, texts: dict[int, str]) -> set[int]:
    """Short lines that recur on the page: "Recommend", "Report"."""
    lines = page.lines
    often = {t for t, n in Counter(lines[i].text for i in texts if lines[i].words <= 4).items() if n >= BEATS}
    return {i for i in texts if lines[i].text in often}


def _densest_run(beats: list[int], strong: set[int]) -> list[int]:
    """The stretch of beats without a long gap that has the most strong ones; the first of equals."""
    runs: list[list[int]] = []
    for beat in beats:
        if runs and beat - runs[-1][-1] <= GAP:
            runs[-1].append(beat)
        else:
            runs.append([beat])
    return max(runs, key=lambda run: sum(beat in strong for beat in run), default=[])


def _end(page: PageView, last: int) -> int:
    """The line after the last comment: up to the next heading of a form, or the next line of the site's template."""
    stop = last + 1
    while stop < len(page.lines) and stop - last <= GAP and not page.lines[stop].label:
        stop += 1
    return stop
