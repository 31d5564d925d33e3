"""The second pass: what a line is by what stands around it. The head and the tail of the page, and their names."""

from __future__ import annotations

import numpy as np

from dedup.judge.lines import NAVIGATION, NOTHING, Bools, Ints, Lines
from dedup.judge.marks import Finding, Marks, Rule
from dedup.types import LABELS

ROTATING = 3
"""So many unrepeated lines above the title are a rail of teasers; one or two may be the title itself."""


def _flags(*labels: str) -> Bools:
    return np.array([label in labels for label in LABELS], np.bool_)


_INHERITED = _flags("related_links", "read_also", "comment_form", "share", "subscribe", "legal", "keywords")
"""Classes that unnamed template lines below the article take from the named line above them."""

_AMID = _flags("technical", "media_credit", "advertisement", "read_also", "byline", "dateline", LABELS[NOTHING])
_LISTS = _flags("related_links", "read_also", "keywords")
_SECTIONS = _flags("comment_form", "related_links", "read_also")


def rail(lines: Lines, marks: Marks) -> Finding:
    """Above the title: lines between template lines are slots of the template."""
    may, template, between = _above_titles(lines, marks)
    unnamed = lines.totals((lines.index < lines.titles) & marks.silent)
    framed = lines.running(template) >= 3
    return Finding(may & (between >= 2) & framed & (unnamed >= ROTATING), NAVIGATION, 700)


def title_again(lines: Lines, marks: Marks) -> Finding:
    """Above the title: the title with the site's name and section."""
    may, _, between = _above_titles(lines, marks)
    found = may & (between >= 2)
    for line in np.flatnonzero(found).tolist():
        page = int(lines.pages[lines.page[line]])
        repeats = lines.string(int(lines.titles[line])) in lines.string(line)
        found[line] = repeats and lines.evidence.sitewide(page, int(lines.text[line]))
    return Finding(found, NAVIGATION, 800)


def _above_titles(lines: Lines, marks: Marks) -> tuple[Bools, Bools, Ints]:
    """Unnamed headlines above the title of a page with an article; template lines there; how many of them follow."""
    above = lines.index < lines.titles
    core = lines.paragraph & marks.silent
    template = above & ~marks.silent & (lines.stories >= 3)
    may = above & marks.silent & lines.list_like & (lines.totals(core) > 0)
    return may, template, lines.totals(template) - lines.running(template)


def closed(lines: Lines, marks: Marks) -> Finding:
    """Below a template line after which the site's articles never go on; headings have said how far they reach."""
    spoken = lines.paragraph & marks.silent
    passed, whole = (count(np.where(spoken, lines.size, 0)) for count in (lines.running, lines.totals))
    often = (lines.stories >= 5) & (20 * lines.stories >= lines.site_stories)
    heads = lines.heads & (lines.opener == marks.label)
    closes = ~marks.silent & often & (lines.ends >= 0.9) & ~heads & (whole > 0) & (whole <= 2 * passed)
    closer = lines.outermost(closes)[0]
    below = (lines.index > closer) & marks.silent
    section = marks.label[np.minimum(closer, max(len(lines) - 1, 0))] if len(lines) else marks.label
    return Finding(below, np.where(_SECTIONS[section], section, NAVIGATION), 800)


def foot(lines: Lines, marks: Marks) -> Finding:
    """Short lines below the last paragraph, under the first boilerplate line there."""
    tail = _below_article(lines, marks)
    edge = lines.latest(tail & ~_AMID[marks.label])
    label = marks.label[np.maximum(edge, 0)] if len(lines) else marks.label
    found = tail & marks.silent & lines.list_like & (edge >= 0)
    return Finding(found, np.where(_LISTS[label], label, NAVIGATION), 700)


def _below_article(lines: Lines, marks: Marks) -> Bools:
    """Lines below the last paragraph of a page with an article."""
    core = lines.paragraph & marks.silent
    return (lines.index > lines.outermost(core)[1]) & (lines.totals(core) > 0)


RULES: tuple[Rule, ...] = (
    Rule(rail, "between template lines above the title"),
    Rule(title_again, "the title again, with the site's name and section"),
    Rule(closed, "below the line that closes articles on this site"),
    Rule(foot, "short line below the article's end"),
)


def name_after(lines: Lines, marks: Marks) -> None:
    """Chrome below the article that only repetition knows takes the class of the named line above it."""
    tail = _below_article(lines, marks)
    says = lines.latest(tail & (marks.label != NAVIGATION))
    label = marks.label[np.maximum(says, 0)] if len(lines) else marks.label
    found = tail & (marks.label == NAVIGATION) & ~lines.named & ~marks.given & (says >= 0) & _INHERITED[label]
    marks.label[found] = label[found]
