"""The first pass: what each line says of itself, by phrases, closed word lists and repetition on its site.

A rule looks at one line in its place and returns a finding or nothing. `NAMED` rules go first, for they tell which
paragraphs may be the article; `REPEATED` rules then see where it stands. To add a rule: write the function, add its
name to one of the two tuples, and a case to tests/cases.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dedup.judge.evidence import Evidence
from dedup.judge.given import opener
from dedup.judge.lexicon import lexicon
from dedup.judge.markers import Hit
from dedup.judge.page import Line, PageView
from dedup.judge.parts import is_quoted
from dedup.judge.rulefile import KEEP

FOOT_LINES = 4
"""A date below the article is its dateline only so near to the page's end: a list of dates is content."""

AMIDST = 0.45
"""The score of a repeated line within articles that takes nothing along: kept by default."""

HEADLINE_WORDS = 5

END_MARK = 0.45
"""The score of "// end //" and its like: below the default of --keep-below, for many count it as the article's."""

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


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: a class, how sure it is (0–1), and why in a few words."""

    label: str
    score: float
    evidence: str


@dataclass(frozen=True, slots=True)
class Place:
    """A line in its page: `first` and `last` are the indexes of the outermost paragraphs that may be the article."""

    page: PageView
    evidence: Evidence
    index: int
    first: int
    last: int

    @property
    def line(self) -> Line:
        """The line itself."""
        return self.page.lines[self.index]

    @property
    def inside(self) -> bool:
        """Whether the line stands within the article."""
        return self.first <= self.index <= self.last

    @property
    def text(self) -> str:
        """The folded text of the line."""
        return self.page.text_of(self.evidence, self.index)


Rule = Callable[[Place], Finding | None]


def marker(place: Place) -> Finding | None:
    """A phrase at the start of the line."""
    hit = place.line.opener
    if hit is None or not _holds(hit, place.line, place.inside) or _opens_title(place, hit):
        return None
    score = 0.95 if hit.bare else 0.9
    if hit.marker.label == "byline" and hit.marker.kind == "whole":
        score = END_MARK
    return Finding(hit.marker.label, score, f"marker «{hit.marker.text}»")


def phrase(place: Place) -> Finding | None:
    """A phrase that nobody writes in an article, anywhere in the line, unless it is quoted."""
    line = place.line
    if line.words > 60 or line.parts:
        return None
    for hit in line.inner:
        if hit.marker.kind in ("anywhere", "rest") and not is_quoted(place.text, hit):
            return Finding(hit.marker.label, 0.92, f"phrase «{hit.marker.text}»")
    return None


def date(place: Place) -> Finding | None:
    """A line that is a date and nothing else, at either end of the article."""
    ends = place.index > place.last and len(place.page.lines) - place.index <= FOOT_LINES
    if place.line.date and (place.index <= place.first + 1 or ends):
        return Finding("dateline", 0.9, "nothing but a date")
    return None


def byline(place: Place) -> Finding | None:
    """Between the title and the first paragraph: "By …", "(site) - agency:"."""
    line = place.line
    if not place.page.title < place.index < place.first <= place.last or line.words > 8 or line.stop or line.label:
        return None
    text = place.text
    opened = text.partition(" ")[0] in lexicon().credits and line.words >= 2
    if opened or (text.startswith("(") and line.colon):
        return Finding("byline", 0.85, "a credit between the title and the text")
    return None


def networks(place: Place) -> Finding | None:
    """A row of sharing links."""
    line = place.line
    if line.networks and (line.words >= 2 or line.stories >= 3 or place.index > place.last):
        return Finding("share", 0.85, "nothing but names of networks")
    return None


def markup(place: Place) -> Finding | None:
    """Residue of a tag: `content="…" />`."""
    return Finding("technical", 0.9, "residue of markup") if place.line.markup else None


def ticker(place: Place) -> Finding | None:
    """Headlines in one line, runs of spaces between them."""
    if place.line.ticker:
        return Finding("related_links", 0.85, "headlines in a row, four spaces between them")
    return None


def template(place: Place) -> Finding | None:
    """A line that many stories of the site share."""
    line = place.line
    score = _template_score(line)
    said = f"on {line.stories} of {line.site_stories} pages of the site"
    return Finding("navigation", score, said) if score else None


def slot(place: Place) -> Finding | None:
    """A template line with a varying part."""
    line = place.line
    if not line.slot or line.paragraph or line.words > 14 or _template_score(line):
        return None
    if place.page.is_title(place.evidence, place.index) or _is_title_of_series(place):
        return None
    label = "navigation"
    if place.page.title - 2 <= place.index < place.first <= place.last:
        label = "dateline" if line.digits >= 2 else "byline"
    return Finding(label, 0.8, f"opens like a line at the same place on {line.slot_pages} pages of the site")


def _is_title_of_series(place: Place) -> bool:
    """Titles of a series open alike ("Public notice: …"): the first unnamed line of a page that has no other title."""
    above = place.page.lines[: place.index]
    first = all(line.label for line in above) and place.index < place.first <= place.last
    return first and place.page.title < 0 and place.line.words >= HEADLINE_WORDS


NAMED: tuple[Rule, ...] = (marker, phrase, date, byline, networks, markup, ticker)
REPEATED: tuple[Rule, ...] = (template, slot)


def judge_lines(page: PageView, evidence: Evidence) -> None:
    """The first pass over a page."""
    _give(page, evidence)
    for place in _places(page, evidence):
        for rule in NAMED:
            found = rule(place)
            if found is not None:
                place.line.mark(found.label, found.score, found.evidence)
    for place in _places(page, evidence):
        for rule in REPEATED:
            found = rule(place)
            if found is not None:
                _confirm(place.line, found)


def _give(page: PageView, evidence: Evidence) -> None:
    """A person's rules, before anything else."""
    given, site = evidence.fixed.given, evidence.corpus.pages[page.number].site
    for line in page.lines if given.of_text else ():
        rule = given.rule(line.text, site)
        if rule is not None:
            line.give("" if rule.label == KEEP else rule.label, f"rule: {rule.name}")
            line.opener = opener(rule, evidence.text(line.text)) if rule.heading else None


def _places(page: PageView, evidence: Evidence) -> list[Place]:
    core = page.core()
    first, last = (core[0], core[-1]) if core else (len(page.lines), -1)
    return [Place(page, evidence, index, first, last) for index in range(len(page.lines))]


def _confirm(line: Line, found: Finding) -> None:
    """Repetition confirms what a phrase says; without a phrase it is the site's chrome."""
    if line.label:
        line.mark(line.label, max(line.score, found.score) + 0.001, *line.evidence, found.evidence)
    else:
        line.mark(found.label, found.score, found.evidence)


def _opens_title(place: Place, hit: Hit) -> bool:
    """Whether a teaser's word opens the headline: "شاهد.. …" above everything that could be the title."""
    above = place.index < place.first and (place.page.title < 0 or place.index <= place.page.title)
    if hit.bare or not above or place.line.stories >= 3:
        return False
    if hit.marker.label == "source":  # "Sources: talks resume next week"
        return place.line.words >= HEADLINE_WORDS
    return hit.marker.label == "read_also" and place.text[hit.end :].startswith("..")


def _holds(hit: Hit, line: Line, inside: bool) -> bool:
    """Whether a phrase at the start of a line means what its class says."""
    label = hit.marker.label
    if hit.marker.kind == "starts":
        # "all rights are the citizen's by the constitution, …", "sign up for the exam by May": sentences of an article
        alone = line.stop and line.stories < 3
        sentence = alone and (inside or (label == "legal" and line.words > 6 and not line.digits))
        return line.words <= 45 and not sentence
    if label == "dateline" and inside and not line.slot and line.stories < 3:
        return False  # a date within an order or a letter
    if label == "breadcrumb":
        return not inside and line.words <= _LONGEST[label] and not line.stop
    if hit.bare:
        return True
    if line.stop and (label in _NO_SENTENCE or (label in ("read_also", "related_links") and line.words > 20)):
        return False
    return line.words <= _LONGEST.get(label, 30)


def _amidst(line: Line) -> bool:
    """Whether the line stands in the midst of most articles: "Background" is theirs, whatever repeats it."""
    return line.before < 0.2 and line.after < 0.2 and line.ends < 0.5 and line.rest < 0.9


def _template_score(line: Line) -> float:
    """How surely repetition on the site alone makes a line template (0: not at all)."""
    n = line.stories
    if n < 3 or (line.promoted and (line.paragraph or line.titled)):
        return 0.0  # a promoted article's body: its heading takes it along, its own page keeps it
    share = n / max(line.site_stories, 1)
    steady = max(line.before, line.after, line.ends) >= 0.85
    if line.paragraph:
        return 0.9 if n >= 4 and share >= 0.2 and max(line.before, line.ends) >= 0.8 else 0.0
    if share >= 0.2 and (steady or n >= 5):
        return 0.95 if steady else AMIDST if _amidst(line) else 0.8
    return 0.85 if n >= 8 and share >= 0.02 and steady and line.words <= 14 else 0.0
