"""The first pass: what each line says of itself, by phrases, closed word lists and repetition on its site.

A rule looks at all lines at once (columns, see lines.py) and returns what it found. `NAMED` rules go first, for they
tell which paragraphs may be the article; `REPEATED` rules then see where each line stands. To add a rule: write the
function and its reason, add both to one of the two tuples, and a case to tests/cases.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dedup.judge.lexicon import lexicon
from dedup.judge.lines import NAVIGATION, NOTHING, Bools, Ints, Lines
from dedup.judge.markers import KINDS
from dedup.judge.marks import Finding, Marks, Rule
from dedup.types import CODE, LABELS

FOOT_LINES = 4
"""A date below the article is its dateline only so near to the page's end: a list of dates is content."""

AMIDST = 450
"""The score of a repeated line within articles that takes nothing along: kept by default."""

HEADLINE_WORDS = 5

TEMPLATE_SAYS = "pages of the site"
"""How the evidence of a template line ends."""

SLOT_SAYS = "opens like a line at the same place"
"""How the evidence of a template line with a varying part begins."""

END_MARK = 450
"""The score of "// end //" and its like: below the default of --keep-below, for many count it as the article's."""

_OTHERWISE = 30
_LONGEST = {
    "source": 10,
    "byline": 10,
    "dateline": 16,
    "read_also": 30,
    "related_links": 30,
    "navigation": 14,
    "breadcrumb": 14,
    "advertisement": 14,
    "share": 14,
    "media_credit": 14,
    "technical": 14,
    "keywords": 60,
}
"""Words that a line with a marker and its value may have, by class; other classes 30."""
_NO_SENTENCE = frozenset(("byline", "navigation", "breadcrumb", "advertisement", "share", "media_credit", "technical"))

_LONGEST_OF = np.array([_LONGEST.get(label, _OTHERWISE) for label in LABELS], np.int32)
_STARTS, _WHOLE = KINDS.index("starts"), KINDS.index("whole")


def marker(lines: Lines, _: Marks) -> Finding:
    """A phrase at the start of the line."""
    opener = lines.evidence.fixed.opener
    first, last = lines.article
    label, kind = lines.opener, opener.kind[lines.text]
    found = lines.named.copy()
    held = np.flatnonzero(found)
    if held.size:
        found[held] = (_holds(lines, first, last) & ~_opens_title(lines, first))[held]
    score = np.where(opener.bare[lines.text], 950, 900)
    score[(label == CODE["byline"]) & (kind == _WHOLE)] = END_MARK
    return Finding(found, label, score)


def _marker_said(lines: Lines, line: int) -> str:
    return f"marker «{lines.evidence.fixed.opener.phrase(int(lines.text[line]))}»"


def phrase(lines: Lines, _: Marks) -> Finding:
    """A phrase that nobody writes in an article, anywhere in the line, unless it is quoted."""
    fixed = lines.evidence.fixed
    label = fixed.phrase_label[lines.text]
    return Finding((label != NOTHING) & (lines.words <= 60), label, 920)


def _phrase_said(lines: Lines, line: int) -> str:
    return f"phrase «{lines.evidence.fixed.phrases[int(lines.text[line])]}»"


def date(lines: Lines, _: Marks) -> Finding:
    """A line that is a date and nothing else, at either end of the article."""
    first, last = lines.article
    foot = (lines.index > last) & (lines.begin[1:][lines.page] - lines.index <= FOOT_LINES)
    found = lines.evidence.fixed.date[lines.text] & ((lines.index <= first + 1) | foot)
    return Finding(found, CODE["dateline"], 900)


def byline(lines: Lines, marks: Marks) -> Finding:
    """Between the title and the first paragraph: "By …", "(site) - agency:"."""
    first, last = lines.article
    between = (lines.titles < lines.index) & (lines.index < first) & (first <= last)
    found = between & (lines.words <= 8) & ~lines.stop & marks.silent
    for line in np.flatnonzero(found).tolist():
        text = lines.string(line)
        opened = lines.words[line] >= 2 and text.partition(" ")[0] in lexicon().credits
        found[line] = opened or (text.startswith("(") and lines.evidence.fixed.shapes.colon[lines.text[line]])
    return Finding(found, CODE["byline"], 850)


def networks(lines: Lines, _: Marks) -> Finding:
    """A row of sharing links."""
    last = lines.article[1]
    sure = (lines.words >= 2) | (lines.stories >= 3) | (lines.index > last)
    return Finding(lines.evidence.fixed.networks[lines.text] & sure, CODE["share"], 850)


def markup(lines: Lines, _: Marks) -> Finding:
    """Residue of a tag: `content="…" />`."""
    return Finding(lines.evidence.fixed.markup[lines.text], CODE["technical"], 900)


def ticker(lines: Lines, _: Marks) -> Finding:
    """Headlines in one line, runs of spaces between them."""
    return Finding(lines.ticker, CODE["related_links"], 850)


def template(lines: Lines, _: Marks) -> Finding:
    """A line that many stories of the site share."""
    score = _template_score(lines)
    return Finding(score > 0, NAVIGATION, score)


def _template_said(lines: Lines, line: int) -> str:
    return f"on {lines.stories[line]} of {lines.site_stories[line]} {TEMPLATE_SAYS}"


def slot(lines: Lines, marks: Marks) -> Finding:
    """A template line with a varying part."""
    first, last = lines.outermost(lines.paragraph & marks.silent)
    found = lines.slot & ~lines.paragraph & (lines.words <= 14) & (_template_score(lines) == 0)
    for line in np.flatnonzero(found & (lines.index <= lines.titles)).tolist():
        title = int(lines.titles[line])
        found[line] = line != title and lines.string(title) not in lines.string(line)
    found &= ~_titles_of_series(lines, marks, found, (lines.index < first) & (first <= last))
    near = (lines.titles - 2 <= lines.index) & (lines.index < first) & (first <= last)
    above = np.where(lines.digits >= 2, CODE["dateline"], CODE["byline"])
    return Finding(found, np.where(near, above, NAVIGATION), 800)


def _slot_said(lines: Lines, line: int) -> str:
    pages = int(lines.evidence.slots.pages[:, lines.rows[line]].max())
    return f"{SLOT_SAYS} on {pages} pages of the site"


def _titles_of_series(lines: Lines, marks: Marks, slotted: Bools, above: Bools) -> Bools:
    """Titles of a series open alike ("Public notice: …"): the first unnamed line of a page that has no other title."""
    unnamed = lines.running(marks.silent & ~slotted)
    may = slotted & marks.silent & above & (unnamed == 0) & (lines.titles < 0) & (lines.words >= HEADLINE_WORDS)
    return np.asarray(may & (lines.running(may) == 1))


NAMED: tuple[Rule, ...] = (
    Rule(marker, _marker_said),
    Rule(phrase, _phrase_said),
    Rule(date, "nothing but a date"),
    Rule(byline, "a credit between the title and the text"),
    Rule(networks, "nothing but names of networks"),
    Rule(markup, "residue of markup"),
    Rule(ticker, "headlines in a row, four spaces between them"),
)
REPEATED: tuple[Rule, ...] = (Rule(template, _template_said), Rule(slot, _slot_said))


def judge_lines(lines: Lines) -> Marks:
    """The first pass over all lines, a person's rules before anything else.

    Repetition confirms what a phrase says; without a phrase it is the site's chrome.
    """
    marks = Marks(len(lines))
    marks.give(lines.given)
    for rule in NAMED:
        marks.apply(rule, lines)
    for rule in REPEATED:
        marks.apply(rule, lines, confirming=True)
    return marks


def _opens_title(lines: Lines, first: Ints) -> Bools:
    """Whether a teaser's word opens the headline: "شاهد.. …" above everything that could be the title."""
    opener = lines.evidence.fixed.opener
    label = lines.opener
    above = (lines.index < first) & ((lines.titles < 0) | (lines.index <= lines.titles))
    may = above & ~opener.bare[lines.text] & (lines.stories < 3)
    source = (label == CODE["source"]) & (lines.words >= HEADLINE_WORDS)  # "Sources: talks resume next week"
    return np.asarray(may & (source | ((label == CODE["read_also"]) & opener.dotted[lines.text])))


@lru_cache(maxsize=1)
def _unlike_sentences() -> Bools:
    """Classes (bool per label) whose lines are no sentences."""
    return np.array([label in _NO_SENTENCE for label in LABELS], np.bool_)


def _holds(lines: Lines, first: Ints, last: Ints) -> Bools:
    """Whether a phrase at the start of a line means what its class says."""
    opener = lines.evidence.fixed.opener
    label, kind, bare = lines.opener, opener.kind[lines.text], opener.bare[lines.text]
    inside = (first <= lines.index) & (lines.index <= last)
    # "all rights are the citizen's by the constitution, …", "sign up for the exam by May": sentences of an article
    wordy = (label == CODE["legal"]) & (lines.words > 6) & (lines.digits == 0)
    sentence = lines.stop & (lines.stories < 3) & (inside | wordy)
    starts = (lines.words <= 45) & ~sentence
    lists = ((label == CODE["read_also"]) | (label == CODE["related_links"])) & (lines.words > 20)
    stopped = lines.stop & (_unlike_sentences()[label] | lists)
    valued = bare | (~stopped & (lines.words <= _LONGEST_OF[label]))
    # a date within an order or a letter
    ordered = (label == CODE["dateline"]) & inside & ~lines.slot & (lines.stories < 3)
    path = ~inside & (lines.words <= _LONGEST["breadcrumb"]) & ~lines.stop
    held = np.where(label == CODE["breadcrumb"], path, valued) & ~ordered
    return np.asarray(np.where(kind == _STARTS, starts, held))


def _amidst(lines: Lines) -> Bools:
    """Whether a line stands in the midst of most articles: "Background" is theirs, whatever repeats it."""
    return np.asarray((lines.before < 0.2) & (lines.after < 0.2) & (lines.ends < 0.5) & (lines.rest < 0.9))


def _template_score(lines: Lines) -> NDArray[np.int64]:
    """How surely repetition on the site alone makes a line template (thousandths, 0: not at all)."""
    n, paragraph = lines.stories, lines.paragraph
    # a promoted article's body: its heading takes it along, its own page keeps it
    may = (n >= 3) & ~(lines.promoted & (paragraph | lines.titled))
    share = n / np.maximum(lines.site_stories, 1)
    steady = np.maximum(np.maximum(lines.before, lines.after), lines.ends) >= 0.85
    spoken = (n >= 4) & (share >= 0.2) & (np.maximum(lines.before, lines.ends) >= 0.8)
    common = (share >= 0.2) & (steady | (n >= 5))
    often = np.where(steady, 950, np.where(_amidst(lines), AMIDST, 800))
    seldom = np.where((n >= 8) & (share >= 0.02) & steady & (lines.words <= 14), 850, 0)
    short = np.where(common, often, seldom)
    return np.where(may, np.where(paragraph, np.where(spoken, 900, 0), short), 0)
