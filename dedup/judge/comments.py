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
_SAID = regex.compile(
    r"(?:^|\s)(?:said|says|wrote|writes|commented|schrieb|sagt|sagte|meint|dit|a dit|dijo|dice|skrev|säger|sanoo|kirjoitti|"
    r"пишет|написал|يقول|قال|كتب|علق)(?:\s*(?:\.\.\.|:)$|\s.{0,40}\d)"
)
_COUNT = regex.compile(r"^\(?\d+\)? (?:comments?|responses?|replies|thoughts on|تعليق|تعليقات|ردود|kommentare?|commentaires?|comentarios)\b")
_BY = regex.compile(r"^(?:by|posted by|comment by|von|par|por|av|بواسطه|من) .{2,40}\d")


def is_heading(line: Line, text: str) -> bool:
    """A heading of a comment section, or its form."""
    hit = line.opener
    named = hit is not None and hit.marker.label == "comment_form" and hit.marker.kind in ("label", "anywhere")
    return (named and line.words <= 8) or (line.words <= 16 and _COUNT.match(text) is not None)


def mark_comments(page: PageView, evidence: Evidence) -> None:
    """Mark the comments of a page, from their heading or first beat to the last."""
    core = page.core()
    if not core or len(page.lines) < 8:
        return
    texts = {i: page.text_of(evidence, i) for i, line in enumerate(page.lines) if line.words <= 16 and i > core[0]}
    headings = [i for i, text in texts.items() if is_heading(page.lines[i], text)]
    if not headings:
        return
    beats = _beats(page, texts)
    run = _last_run([i for i in beats if i > headings[0]] or beats)
    if len(run) < BEATS:
        return
    before = [h for h in headings if h <= run[0] and run[0] - h <= GAP]
    start = before[0] if before else run[0]
    stop = _end(page, run[-1], headings)
    for index in range(start, stop):
        page.lines[index].mark("comment_form", 0.85, "readers' comments: names, dates and replies in a rhythm")


def _beats(page: PageView, texts: dict[int, str]) -> list[int]:
    """Lines that recur with every comment: "Reply", a name with a date, "said …"."""
    lines = page.lines
    often = {t for t, n in Counter(lines[i].text for i in texts if lines[i].words <= 4).items() if n >= BEATS}
    return [
        i
        for i, text in texts.items()
        if lines[i].text in often
        or (lines[i].date and ":" in text)
        or _SAID.search(text)
        or _BY.match(text)
        or (lines[i].label == "comment_form" and lines[i].words <= 3)
    ]


def _last_run(beats: list[int]) -> list[int]:
    """The last stretch of beats without a long gap that has enough of them."""
    best: list[int] = []
    run: list[int] = []
    for beat in beats:
        if run and beat - run[-1] > GAP:
            best, run = (run if len(run) >= max(BEATS, len(best) // 3) else best), []
        run.append(beat)
    return run if len(run) >= max(BEATS, len(best) // 3) else best


def _end(page: PageView, last: int, headings: list[int]) -> int:
    """The line after the last comment: up to the next heading of a form, or the next line of the site's template."""
    stop = last + 1
    while stop < len(page.lines) and stop - last <= GAP and not page.lines[stop].label:
        stop += 1
    return stop
