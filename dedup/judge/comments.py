"""Readers' comments below an article: no phrase names them, but they come in a rhythm of names, dates and "Reply".

A rhythm alone is not enough (a live blog and a diary have one too): a comment heading or form must stand on the page.
"""

from __future__ import annotations

from collections import Counter

import regex

from dedup.judge.evidence import Evidence
from dedup.judge.page import Line, PageView

GAP = 14
"""A comment is hardly longer than so many lines."""
BEATS = 3
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


def is_heading(line: Line, text: str) -> bool:
    """A heading of a comment section ("12 comments"), not of its form ("Add a comment"), which answers have too."""
    return line.words <= 16 and (_COUNT.match(text) is not None or _TITLE.match(text) is not None)


def mark_comments(page: PageView, evidence: Evidence) -> None:
    """Mark the comments of a page, from their heading or first beat to the last."""
    core = page.core()
    if not core or len(page.lines) < 8:
        return
    texts = {i: page.text_of(evidence, i) for i, line in enumerate(page.lines) if line.words <= 16 and i > core[0]}
    headings = [i for i, text in texts.items() if is_heading(page.lines[i], text)]
    if not 1 <= len(headings) <= 2:  # more: below each answer of a forum
        return
    strong = _strong_beats(page, texts)
    beats = sorted(strong | _weak_beats(page, texts))
    run = _densest_run([i for i in beats if i > headings[0]] or beats, strong)
    if len(run) < BEATS:
        return
    if sum(1 for i in run if i in strong) < BEATS or _words(page, core, start=0, stop=run[0]) < ARTICLE_WORDS:
        return
    before = [h for h in headings if h <= run[0] and run[0] - h <= GAP]
    start = before[0] if before else run[0]
    stop = _end(page, run[-1])
    for index in range(start, stop):
        page.lines[index].mark("comment_form", 0.85, "readers' comments: names, dates and replies in a rhythm")


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
