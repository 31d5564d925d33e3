"""Everything that is known about the lines of a corpus before any line is judged.

Evidence per distinct text (markers, dates, shape) is computed once however often the text occurs; evidence per
line (repetition, place) comes as columns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.corpus import Corpus
from dedup.judge.given import Given, look_up
from dedup.judge.lexicon import is_markup, lexicon
from dedup.judge.markers import MarkerList
from dedup.judge.openers import HEADINGS, Openers, hits, phrases
from dedup.judge.parts import Part, parts
from dedup.judge.repetition import Repetition, repetition
from dedup.judge.rulefile import LineRule
from dedup.judge.shape import Shapes, shapes
from dedup.judge.sites import site_numbers
from dedup.judge.slots import Slots, slots
from dedup.judge.titles import parts_of, segments, title_lines
from dedup.text.folded import Folded
from dedup.types import CODE

_TOGETHER = 1 << 14
"""So many texts are decoded at a time."""

TEASERS = frozenset({"read_also", "related_links"})

HOUSE_STORIES = 4
HOUSE_SHARE = 8
"""A heading of a site's own wording stands on at least one in so many of its stories."""
HOUSE_WORDS = 8


@dataclass(frozen=True, slots=True)
class Fixed:
    """Evidence that texts carry wherever they stand.

    site: int32 per page. opener: the marker at the start of each text. parts: pieces of a text that are boilerplate,
    by text id. phrase_label: uint8 per text, the class of a phrase that nobody writes in an article (0: none), which
    `phrases` names by text id. told: bool per text, a marker, a phrase or a part speaks. paragraph, date, networks,
    markup: bool per text. segments: pages per (site, part of a first line).
    given: what a person's rules say of texts.
    """

    corpus: Corpus
    shapes: Shapes
    paragraph: NDArray[np.bool_]
    site: NDArray[np.int32]
    opener: Openers
    parts: dict[int, tuple[Part, ...]]
    phrase_label: NDArray[np.uint8]
    phrases: dict[int, str]
    told: NDArray[np.bool_]
    date: NDArray[np.bool_]
    networks: NDArray[np.bool_]
    markup: NDArray[np.bool_]
    segments: dict[tuple[int, str], int]
    given: Given


@dataclass(frozen=True, slots=True)
class Evidence:
    """All evidence of one corpus: what texts carry (`fixed`), and what their places add.

    slot_lines: bool per line, a template line with a varying part. promoted: bool per text, it stands below a heading
    in most places. titles: how many pages have this text as their
    title, by text id. title_line: int64 per page, the line that looks like its title, -1 for none.
    """

    fixed: Fixed
    repetition: Repetition
    slots: Slots
    slot_lines: NDArray[np.bool_]
    promoted: NDArray[np.bool_]
    titles: dict[int, int]
    title_line: NDArray[np.int64]

    @property
    def corpus(self) -> Corpus:
        """The corpus that the evidence is about."""
        return self.fixed.corpus

    @property
    def named(self) -> NDArray[np.bool_]:
        """Texts (bool) that say what they are: by a phrase, as a date, as names of networks, as markup."""
        fixed = self.fixed
        return np.asarray(fixed.told | fixed.date | fixed.networks | fixed.markup)

    def text(self, text: int) -> str:
        """A folded text by its id."""
        return self.fixed.corpus.texts.text(text)

    def without(self, below: NDArray[np.bool_]) -> Evidence:
        """The evidence again, lines `below` (bool per line) known not to be the article."""
        return _placed(self.fixed, below)

    def open_pages(self) -> NDArray[np.int64]:
        """Numbers of the pages with a line that anything speaks about; the others are main content throughout."""
        fixed = self.fixed
        told = fixed.told | fixed.date | fixed.networks | fixed.markup | fixed.given.texts(len(fixed.corpus.texts))
        lines = self.corpus.lines
        rows = (lines.text >= 0) & (lines.gaps >= 3) | (self.repetition.stories >= 3) | self.slot_lines
        rows |= _of_lines(told, self.corpus)
        return np.unique(lines.doc[rows]).astype(np.int64)

    def pages_with_headings(self) -> NDArray[np.int64]:
        """Numbers of the pages with a line that may take others along: a bare marker, or a short line of the site."""
        rows = _headings(self.fixed, self.repetition, HEADINGS)
        rows |= _of_lines(self.fixed.given.texts(len(self.corpus.texts)), self.corpus)
        return np.unique(self.corpus.lines.doc[rows]).astype(np.int64)

    def sitewide(self, page: int, text: int) -> bool:
        """Whether two or more parts of a line (its site's name, a section) stand at the top of other pages too."""
        site = int(self.repetition.site[page])
        parts = parts_of(self.text(text))
        return sum(self.fixed.segments.get((site, part), 0) >= 3 for part in parts) >= 2


def gather(corpus: Corpus, markers: MarkerList, lines: tuple[LineRule, ...] = ()) -> Evidence:
    """Collect the evidence of a corpus; `lines` are a person's rules."""
    shape = shapes(corpus.texts)
    opener, inner = hits(corpus.texts, markers)
    pieces = parts(corpus.texts, inner)
    phrase_label, named = phrases(corpus.texts, {text: some for text, some in inner.items() if text not in pieces})
    told = opener.marker >= 0
    told[[*inner, *pieces]] = True
    date, networks, markup = _closed_lines(corpus, shape)
    paragraph = shape.paragraph & ~markup
    site = site_numbers(corpus, shape)
    return _placed(
        Fixed(
            corpus,
            shape,
            paragraph,
            site,
            opener,
            pieces,
            phrase_label,
            named,
            told,
            date,
            networks,
            markup,
            segments(corpus, site),
            look_up(corpus, lines),
        ),
        np.zeros(corpus.lines.text.size, np.bool_),
    )


def _placed(fixed: Fixed, below: NDArray[np.bool_]) -> Evidence:
    """Evidence that depends on where the article ends: repetition by place, slots, titles."""
    corpus, shape = fixed.corpus, fixed.shapes
    core = _of_lines(fixed.paragraph, corpus) & ~below
    repeated = repetition(corpus, shape, core, fixed.site)
    slot = slots(corpus, shape, repeated)
    slot_lines = _in_slot(slot, repeated, corpus.lines.doc)
    promoted = _promoted(corpus, _headings(fixed, repeated, TEASERS))
    named = fixed.date | fixed.markup | (fixed.opener.marker >= 0)
    # a promoted article's own page: what repeats below teasers elsewhere is its title and text here
    repeats = (repeated.stories >= 3) & ~_of_lines(_promoted(corpus, _marked(fixed, TEASERS)), corpus)
    often = repeats | slot_lines
    title_line = title_lines(corpus, shape, often | _of_lines(named, corpus), core & ~repeats)
    ids, counts = np.unique(corpus.lines.text[title_line[title_line >= 0]], return_counts=True)
    titles = dict(zip(ids.tolist(), counts.tolist(), strict=True))
    return Evidence(fixed, repeated, slot, slot_lines, promoted, titles, title_line)


def _of_lines(flags: NDArray[np.bool_], corpus: Corpus) -> NDArray[np.bool_]:
    """Flags of texts as flags of lines; false for blank lines."""
    text = corpus.lines.text
    return flags[text] & (text >= 0) if flags.size else np.zeros(text.size, np.bool_)


def _in_slot(slot: Slots, repeated: Repetition, doc: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether a line opens like lines at the same end of most pages of its site."""
    stories = np.maximum(repeated.site_stories[repeated.site[doc]], 1)
    steady = np.maximum(slot.before, slot.after) >= 0.85
    share = slot.pages / stories
    enough = slot.pages >= 3
    return np.asarray(((steady & enough)[0] & (share[0] >= 0.6)) | ((steady & enough)[1] & (share[1] >= 0.25)))


def _headings(fixed: Fixed, repeated: Repetition, labels: frozenset[str]) -> NDArray[np.bool_]:
    """Lines that may take others along: bare markers of some classes, and short lines that recur below the lead."""
    corpus = fixed.corpus
    often = HOUSE_SHARE * repeated.stories >= repeated.site_stories[repeated.site[corpus.lines.doc]]
    short = _of_lines((fixed.shapes.words <= HOUSE_WORDS) & ~fixed.paragraph, corpus)
    house = short & often & (repeated.stories >= HOUSE_STORIES) & (repeated.before < 0.5)
    return house | _marked(fixed, labels)


def _marked(fixed: Fixed, labels: frozenset[str]) -> NDArray[np.bool_]:
    """Lines that are bare markers of some classes."""
    codes = np.array([CODE[label] for label in sorted(labels)], np.uint8)
    return _of_lines(fixed.opener.bare & np.isin(fixed.opener.label, codes), fixed.corpus)


def _promoted(corpus: Corpus, is_head: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Texts that stand below a heading in at least half of their places: the promoted article's own page is one."""
    text = corpus.lines.text
    passed = np.cumsum(is_head)
    at_start = passed[corpus.first[:-1]] - is_head[corpus.first[:-1]] if text.size else passed
    below = (passed - at_start[corpus.lines.doc]) > 0
    live = text >= 0
    count = np.bincount(text[live], minlength=len(corpus.texts))
    under = np.bincount(text[live & below], minlength=len(corpus.texts))
    return np.asarray((2 * under >= count) & (under > 0))


def _closed_lines(corpus: Corpus, shape: Shapes) -> tuple[NDArray[np.bool_], ...]:
    """Texts that are only a date, only networks, only markup."""
    words, texts = lexicon(), corpus.texts
    marks = np.flatnonzero((texts.codes >= ord("<")) & (texts.codes <= ord(">")))
    tagged = np.unique(np.searchsorted(texts.offsets, marks, side="right") - 1)
    numbered = np.flatnonzero((shape.digits > 0) & (shape.words <= 22) & (shape.chars <= 90))
    short = np.flatnonzero((shape.words <= 16) & (shape.words > 0) & (shape.chars <= 120) & ~shape.stop)
    options = ((numbered, words.is_date), (short, words.is_networks), (tagged, is_markup))
    return tuple(_those(texts, ids, test) for ids, test in options)


def _those(texts: Folded, ids: NDArray[np.int64], test: Callable[[str], bool]) -> NDArray[np.bool_]:
    """Which texts (bool per text) are among `ids` and pass a test."""
    found = np.zeros(len(texts), np.bool_)
    for first in range(0, ids.size, _TOGETHER):
        some = ids[first : first + _TOGETHER]
        found[some] = [test(line) for line in texts.strings(some)]
    return found
