"""The judge: what every line is, with a score and the evidence that decided.

First each line by itself (markers, closed word lists, repetition on the site), then in context: what headings
take along, the head and the tail of the page, what stands between boilerplate lines. Shape alone never decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import regex

from dedup.corpus import Corpus
from dedup.judge import blocks
from dedup.judge.cohesion import Vocabulary, learn
from dedup.judge.comments import mark_comments
from dedup.judge.evidence import Evidence, gather
from dedup.judge.markers import Hit, MarkerList
from dedup.judge.page import Line, PageView, view
from dedup.judge.parts import Part, is_quoted


ROTATING = 3
"""So many unrepeated lines above the title are a rail of teasers; one or two may be the title itself."""

END_MARK = 0.45
"""Below the default of --keep-below."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on one line: `row` in the corpus columns; with `cuts`, only those parts of it are boilerplate."""

    row: int
    label: str
    score: float
    evidence: tuple[str, ...]
    cuts: tuple[Part, ...] = ()


class Judge:
    """Judges the pages of one corpus. Pages are independent of each other once the evidence is gathered."""

    def __init__(self, corpus: Corpus, markers: MarkerList | None = None) -> None:
        self.evidence = gather(corpus, markers or MarkerList.standard())
        self.vocabulary: Vocabulary = learn(corpus.texts)
        self.habits = self._learn_habits()

    def _learn_habits(self) -> dict[tuple[int, int, bool], tuple[float, int]]:
        """What follows each bare heading, page by page, summed per site."""
        corpus, habits = self.evidence.corpus, {}
        heads = [t for t, hit in self.evidence.opener.items() if hit.bare and hit.marker.label in blocks.OPENERS]
        rows = np.flatnonzero(np.isin(corpus.lines.text, np.array(heads, np.int64)))
        for number in np.unique(corpus.lines.doc[rows]).tolist():
            page = view(self.evidence, number)
            for rule in (marked_lines, repeated_lines):
                rule(page, self)
            for key, points in blocks.questions(page, self.evidence, self.vocabulary):
                total, count = habits.get(key, (0.0, 0))
                habits[key] = (round(total + points, 3), count + 1)
        return habits

    def open_pages(self) -> list[int]:
        """Pages with a line that anything speaks about; the others are main content throughout."""
        return list(range(len(self.evidence.corpus.pages)))

    def page(self, number: int) -> list[Decision]:
        """Decisions for the lines of a page that are not plain main content (title included)."""
        page = view(self.evidence, number)
        judge_page(page, self)
        decisions = [Decision(x.row, x.label, round(x.score, 2), tuple(x.evidence)) for x in page.lines if x.label]
        decisions.extend(Decision(x.row, "main", 1.0, (), x.parts) for x in page.lines if x.parts and not x.label)
        if page.title >= 0 and not page.lines[page.title].label and not page.lines[page.title].parts:
            decisions.append(Decision(page.lines[page.title].row, "title", 0.9, ("short line before the first paragraph",)))
        return sorted(decisions, key=lambda d: d.row)


def judge_page(page: PageView, judge: Judge) -> None:
    """All passes over one page, in order."""
    for rule in PASSES:
        rule(page, judge)


def marked_lines(page: PageView, judge: Judge) -> None:
    """Lines that a phrase or a closed word list names."""
    core = page.core()
    first = core[0] if core else len(page.lines)
    last = core[-1] if core else -1
    for index, line in enumerate(page.lines):
        hit = line.opener
        if hit is not None and _marker_holds(line, first <= index <= last):
            line.mark(hit.marker.label, _marker_score(hit), f"marker «{hit.marker.text}»")
        for inner in line.inner:
            if inner.marker.kind in ("anywhere", "rest") and line.words <= 60 and not line.parts and not is_quoted(page.text_of(judge.evidence, index), inner):
                line.mark(inner.marker.label, 0.92, f"phrase «{inner.marker.text}»")
        if line.date and (index <= first + 1 or index >= last):
            line.mark("dateline", 0.9, "nothing but a date")
        if index < first and _is_breadcrumb(page, judge, index):
            line.mark("breadcrumb", 0.85, "a path of sections above the title")
        if line.networks and (line.words >= 2 or line.stories >= 3 or index > last):
            line.mark("share", 0.85, "nothing but names of networks")
        if line.markup:
            line.mark("technical", 0.9, "residue of markup")
        if line.ticker:
            line.mark("related_links", 0.85, "headlines in a row, four spaces between them")


def _marker_score(hit: Hit) -> float:
    if hit.marker.label == "byline" and hit.marker.kind == "whole":
        return END_MARK  # "// end //" of a wire: harmless, and many count it as the article's
    return 0.95 if hit.bare else 0.9


def _is_breadcrumb(page: PageView, judge: Judge, index: int) -> bool:
    """Home > News > Town: parts between arrows or slashes, the first one the home page."""
    line = page.lines[index]
    if line.words > 14 or line.stop or line.opener is None or line.opener.marker.label not in ("navigation", "breadcrumb"):
        return False
    return regex.search(r"[>/|\"*-] ?\w", page.text_of(judge.evidence, index)[line.opener.end :]) is not None


def _marker_holds(line: Line, inside: bool) -> bool:
    """Whether a phrase at the start of a line means what its class says."""
    hit = line.opener
    assert hit is not None
    label = hit.marker.label
    if hit.marker.kind == "starts":
        if label == "legal" and line.stop and line.words > 6 and not line.digits:
            return False  # "all rights are the citizen's by the constitution, …" is a sentence
        return line.words <= 45
    if label == "dateline" and inside and not line.slot and line.stories < 3:
        return False  # a date within an order or a letter
    if hit.bare:
        return label != "breadcrumb" or not inside
    if label == "source":
        return line.words <= 10
    if label == "byline":
        return line.words <= 10 and not line.stop
    if label == "dateline":
        return line.words <= 16
    if label in ("read_also", "related_links"):
        return line.words <= 30 and (not line.stop or line.words <= 20)
    if label in ("navigation", "breadcrumb", "advertisement", "share", "media_credit", "technical"):
        return line.words <= 14 and not line.stop
    if label == "keywords":
        return line.words <= 60
    return line.words <= 30


def repeated_lines(page: PageView, judge: Judge) -> None:
    """Lines that many stories of this site share, at the same end of the page: its template."""
    core = page.core()
    for index, line in enumerate(page.lines):
        strength = _template(line)
        if strength:
            _confirm(line, strength, f"on {line.stories} of {line.site_stories} pages of the site")
        elif line.slot and not line.paragraph and line.words <= 14 and not page.is_title(judge.evidence, index):
            label = _slot_label(line, bool(core) and page.title - 2 <= index < core[0])
            _confirm(line, 0.8, f"opens like a line at the same place on {line.slot_pages} pages of the site", label)


def _confirm(line: Line, score: float, evidence: str, label: str = "navigation") -> None:
    """Repetition confirms what a phrase says; without a phrase it is the site's chrome."""
    if line.label:
        line.mark(line.label, max(line.score, min(score, 0.99)) + 0.001, *line.evidence, evidence)
    else:
        line.mark(label, score, evidence)


def _slot_label(line: Line, above: bool) -> str:
    if not above:
        return "navigation"
    return "dateline" if line.digits >= 2 else "byline"


def _template(line: Line) -> float:
    """How surely repetition on the site alone makes a line template (0: not at all)."""
    n, whole = line.stories, max(line.site_stories, 1)
    if n < 3:
        return 0.0
    if line.promoted and (line.paragraph or line.titled):
        return 0.0  # the body of a promoted article: its heading takes it along, its own page keeps it
    share = n / whole
    steady = max(line.before, line.after, line.ends) >= 0.85
    if line.paragraph:
        return 0.9 if n >= 4 and share >= 0.2 and max(line.before, line.ends) >= 0.8 else 0.0
    if share >= 0.2 and (steady or n >= 5):
        return 0.95 if steady else 0.8
    if n >= 8 and share >= 0.02 and steady and line.words <= 14:
        return 0.85
    return 0.0


def headings(page: PageView, judge: Judge) -> None:
    """What "read also", "tags" and comment headings take along."""
    blocks.spread(page, judge.evidence, judge.vocabulary, judge.habits)


def head(page: PageView, judge: Judge) -> None:
    """Before the first paragraph: lines between template lines, far from the title, are template slots."""
    core = page.core()
    if not core:
        return
    first = core[0]
    open_lines = sum(1 for line in page.lines[: max(page.title, 0)] if not line.label)
    for index in range(first):
        line = page.lines[index]
        if line.label or index == page.title or not line.list_like or page.title < index:
            continue
        between = sum(1 for other in page.lines[index + 1 : page.title] if _structural(other))
        above = sum(1 for other in page.lines[:index] if _structural(other))
        if between >= 2 and above >= 3 and open_lines >= ROTATING:
            line.mark("navigation", 0.7, "between template lines above the title")
        elif between >= 2 and judge.evidence.sitewide(page, line.text) and page.repeats_title(judge.evidence, index):
            line.mark("navigation", 0.8, "the title again, with the site's name and section")


def _structural(line: Line) -> bool:
    """Boilerplate that marks the edge of the article; residue and captions stand in its midst."""
    return bool(line.label) and line.label not in ("technical", "media_credit", "advertisement", "read_also", "byline")


def tail(page: PageView, _: Judge) -> None:
    """After the last paragraph: whatever stands below the first boilerplate line is not the article."""
    lines = page.lines
    closer = _closing_line(page)
    if closer >= 0:
        for line in lines[closer + 1 :]:
            if not line.label:
                line.mark(_context_label(lines, closer), 0.8, "below the line that closes articles on this site")
    core = page.core()
    if not core:
        return
    label = ""
    for line in lines[core[-1] + 1 :]:
        if _structural(line):
            label = line.label
        elif not line.label and label and line.list_like:
            line.mark(label if label in ("related_links", "read_also", "keywords") else "navigation", 0.7, "short line below the article's end")


def _closing_line(page: PageView) -> int:
    """A template line after which the site's articles never go on; -1 where there is none."""
    size = sum(line.size for line in page.lines if line.paragraph and not line.label)
    passed = 0
    for index, line in enumerate(page.lines):
        if line.paragraph and not line.label:
            passed += line.size
        elif line.label and line.stories >= 5 and line.ends >= 0.9 and line.stories >= 0.05 * line.site_stories:
            if passed >= 0.5 * size and passed:
                return index
    return -1


def _context_label(lines: Sequence[Line], at: int) -> str:
    label = lines[at].label
    return label if label in ("comment_form", "related_links", "read_also") else "navigation"


def comments(page: PageView, judge: Judge) -> None:
    """Readers' comments below the article."""
    mark_comments(page, judge.evidence)


def names(page: PageView, _: Judge) -> None:
    """Chrome below the article that only repetition knows takes the class of the named line above it."""
    core = [i for i, line in enumerate(page.lines) if line.paragraph and not line.label]
    label = ""
    for line in page.lines[core[-1] + 1 if core else len(page.lines) :]:
        if not line.label:
            label = ""
        elif line.label != "navigation":
            label = line.label if line.label in INHERITED else ""
        elif label and not line.opener:
            line.label = label


INHERITED = ("related_links", "read_also", "comment_form", "share", "subscribe", "legal", "keywords")

PASSES = (marked_lines, repeated_lines, headings, comments, head, tail, names)
