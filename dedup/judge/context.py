"""The second pass: what a line is by what stands around it. The head and the tail of the page, and their names."""

from __future__ import annotations

from dedup.judge.evidence import Evidence
from dedup.judge.headings import is_marker
from dedup.judge.page import Line, PageView

ROTATING = 3
"""So many unrepeated lines above the title are a rail of teasers; one or two may be the title itself."""

INHERITED = ("related_links", "read_also", "comment_form", "share", "subscribe", "legal", "keywords")
"""Classes that unnamed template lines below the article take from the named line above them."""

_AMID = ("technical", "media_credit", "advertisement", "read_also", "byline", "dateline")
_LISTS = ("related_links", "read_also", "keywords")
_SECTIONS = ("comment_form", "related_links", "read_also")


def head(page: PageView, evidence: Evidence) -> None:
    """Above the title: lines between template lines are slots of the template."""
    if not page.core() or page.title < 0:
        return
    above = page.lines[: page.title]
    unnamed = sum(1 for line in above if not line.label)
    for index, line in enumerate(above):
        if line.label or not line.list_like:
            continue
        between = sum(1 for other in above[index + 1 :] if _is_template(other))
        if between < 2:
            continue
        if sum(1 for other in above[:index] if _is_template(other)) >= 3 and unnamed >= ROTATING:
            line.mark("navigation", 0.7, "between template lines above the title")
        elif evidence.sitewide(page, line.text) and page.repeats_title(evidence, index):
            line.mark("navigation", 0.8, "the title again, with the site's name and section")


def tail(page: PageView, _: Evidence) -> None:
    """Below the last paragraph: what stands under the first boilerplate line is not the article."""
    closer = _closing_line(page)
    if closer >= 0:
        label = page.lines[closer].label
        for line in page.lines[closer + 1 :]:
            if not line.label:
                section = label if label in _SECTIONS else "navigation"
                line.mark(section, 0.8, "below the line that closes articles on this site")
    core = page.core()
    label = ""
    for line in page.lines[core[-1] + 1 :] if core else ():
        if _is_edge(line):
            label = line.label
        elif not line.label and label and line.list_like:
            line.mark(label if label in _LISTS else "navigation", 0.7, "short line below the article's end")


def names(page: PageView, _: Evidence) -> None:
    """Chrome below the article that only repetition knows takes the class of the named line above it."""
    core = page.core()
    label = ""
    for line in page.lines[core[-1] + 1 :] if core else ():
        if not line.label:
            label = ""
        elif line.label != "navigation":
            label = line.label if line.label in INHERITED else ""
        elif label and not line.opener and not line.given:
            line.label = label


def _is_template(line: Line) -> bool:
    """Boilerplate that repetition confirms: the frame of the site's pages."""
    return bool(line.label) and line.stories >= 3


def _is_edge(line: Line) -> bool:
    """Boilerplate that marks the edge of the article; residue, captions and teasers stand in its midst."""
    return bool(line.label) and line.label not in _AMID


def _closing_line(page: PageView) -> int:
    """A template line after which the site's articles never go on; -1 where there is none."""
    whole = sum(page.lines[index].size for index in page.core())
    passed = 0
    for index, line in enumerate(page.lines):
        if line.paragraph and not line.label:
            passed += line.size
        elif _closes(line) and 0 < whole <= 2 * passed:
            return index
    return -1


def _closes(line: Line) -> bool:
    """Not a heading: how far that reaches has been decided already."""
    often = line.stories >= 5 and 20 * line.stories >= line.site_stories
    return bool(line.label) and often and line.ends >= 0.9 and not is_marker(line)
