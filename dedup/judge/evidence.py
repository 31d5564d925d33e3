"""Everything that is known about the lines of a corpus before any line is judged.

Evidence per distinct text (markers, dates, shape) is computed once however often the text occurs; evidence per
line (repetition, place) comes as columns.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import regex
from numpy.typing import NDArray

from dedup.corpus import Corpus
from dedup.judge.cohesion import stems, union
from dedup.judge.lexicon import is_markup, lexicon
from dedup.judge.markers import Hit, MarkerList
from dedup.judge.parts import Part, parts
from dedup.judge.repetition import Repetition, repetition
from dedup.judge.shape import Shapes, shapes
from dedup.judge.sites import site_numbers
from dedup.judge.slots import Slots, slots

if TYPE_CHECKING:
    from dedup.judge.page import PageView


TITLE_LINES = 4
TITLE_OPTIONS = 12

_BETWEEN_PARTS = regex.compile(r"\s[-|*>/:]+\s|\|")


@dataclass(frozen=True, slots=True)
class Evidence:
    """All evidence of one corpus.

    opener: the marker at the start of a text, by text id. inner: markers further in, by text id.
    date, networks, markup: bool per text. titles: how many pages have this text as their title, by text id.
    title_line: int64 per page, the line that looks like its title, -1 for none.
    """

    corpus: Corpus
    shapes: Shapes
    paragraph: NDArray[np.bool_]
    repetition: Repetition
    opener: dict[int, Hit]
    inner: dict[int, tuple[Hit, ...]]
    parts: dict[int, tuple[Part, ...]]
    date: NDArray[np.bool_]
    networks: NDArray[np.bool_]
    markup: NDArray[np.bool_]
    slots: Slots
    slot_lines: NDArray[np.bool_]
    promoted: NDArray[np.bool_]
    titles: dict[int, int]
    title_line: NDArray[np.int64]
    segments: dict[tuple[int, str], int]

    def sitewide(self, page: PageView, text: int) -> bool:
        """Whether two or more parts of a line (its site's name, a section) stand at the top of other pages too."""
        site = int(self.repetition.site[page.number])
        parts = _parts(self.corpus.texts.text(text))
        return sum(self.segments.get((site, part), 0) >= 3 for part in parts) >= 2


def gather(corpus: Corpus, markers: MarkerList) -> Evidence:
    """Collect the evidence of a corpus."""
    shape = shapes(corpus.texts)
    opener, inner = _hits(corpus, markers)
    date, networks, markup = _closed_lines(corpus, shape)
    paragraph = shape.paragraph & ~markup
    repeated = repetition(corpus, shape, paragraph, site_numbers(corpus, shape))
    slot = slots(corpus, shape, repeated)
    promoted = _promoted(corpus, opener)
    title_line = _title_lines(corpus, shape, repeated, slot, opener, date | markup, promoted, paragraph)
    texts = corpus.lines.text[title_line[title_line >= 0]]
    ids, counts = np.unique(texts, return_counts=True)
    titles = dict(zip(ids.tolist(), counts.tolist(), strict=True))
    return Evidence(
        corpus,
        shape,
        paragraph,
        repeated,
        opener,
        inner,
        parts(corpus.texts, inner),
        date,
        networks,
        markup,
        slot,
        in_slot(slot, repeated, corpus.lines.doc),
        promoted,
        titles,
        title_line,
        _segments(corpus, repeated.site),
    )


def in_slot(slot: Slots, repeated: Repetition, doc: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether a line opens like lines at the same end of most pages of its site."""
    stories = np.maximum(repeated.site_stories[repeated.site[doc]], 1)
    steady = np.maximum(slot.before, slot.after) >= 0.85
    share = slot.pages / stories
    enough = slot.pages >= 3
    return np.asarray(((steady & enough)[0] & (share[0] >= 0.6)) | ((steady & enough)[1] & (share[1] >= 0.25)))


def _promoted(corpus: Corpus, opener: dict[int, Hit]) -> NDArray[np.bool_]:
    """Texts that stand below a "read also" heading in at least half of their places."""
    text = corpus.lines.text
    heads = [t for t, hit in opener.items() if hit.bare and hit.marker.label in ("read_also", "related_links")]
    is_head = np.isin(text, np.array(heads, np.int64)) & (text >= 0)
    passed = np.cumsum(is_head)
    at_start = passed[corpus.first[:-1]] - is_head[corpus.first[:-1]] if text.size else passed
    below = (passed - at_start[corpus.lines.doc]) > 0
    live = text >= 0
    count = np.bincount(text[live], minlength=len(corpus.texts))
    under = np.bincount(text[live & below], minlength=len(corpus.texts))
    return np.asarray((2 * under >= count) & (under > 0))


def _segments(corpus: Corpus, site: NDArray[np.int32]) -> dict[tuple[int, str], int]:
    """How many pages of a site have a part (between dashes or bars) in their first line."""
    lines = corpus.lines
    live = np.flatnonzero(lines.text >= 0)
    pages, at = np.unique(lines.doc[live], return_index=True)
    counts: Counter[tuple[int, str]] = Counter()
    for page, row in zip(pages.tolist(), live[at].tolist(), strict=True):
        counts.update((int(site[page]), part) for part in _parts(corpus.texts.text(int(lines.text[row]))))
    return {key: count for key, count in counts.items() if count >= 3}


def _parts(line: str) -> set[str]:
    parts = {part.strip() for part in _BETWEEN_PARTS.split(line)}
    return parts if len(parts) > 1 else set()


def _hits(corpus: Corpus, markers: MarkerList) -> tuple[dict[int, Hit], dict[int, tuple[Hit, ...]]]:
    """Markers by text: the one that opens it, and those that stand anywhere in it."""
    found = markers.find(corpus.texts)
    opener: dict[int, Hit] = {}
    inner: dict[int, list[Hit]] = {}
    rows = (found.line.tolist(), found.start.tolist(), found.end.tolist(), found.marker.tolist(), found.bare.tolist())
    for text, start, end, index, bare in zip(*rows, strict=True):
        hit = Hit(markers.markers[index], start, end, bare)
        if hit.marker.kind in ("anywhere", "rest", "span") or (start > 3 and hit.marker.label == "source"):
            inner.setdefault(text, []).append(hit)
        else:
            opener.setdefault(text, hit)
    return opener, {text: tuple(hits) for text, hits in inner.items()}


def _closed_lines(corpus: Corpus, shape: Shapes) -> tuple[NDArray[np.bool_], ...]:
    """Texts that are only a date, only networks, only markup."""
    words = lexicon()
    count = len(corpus.texts)
    date, networks, markup = (np.zeros(count, np.bool_) for _ in range(3))
    for text in np.flatnonzero((shape.digits > 0) & (shape.words <= 22) & (shape.chars <= 90)).tolist():
        date[text] = words.is_date(corpus.texts.text(text))
    for text in np.flatnonzero((shape.words <= 16) & (shape.words > 0) & (shape.chars <= 120) & ~shape.stop).tolist():
        networks[text] = words.is_networks(corpus.texts.text(text))
    marks = np.isin(corpus.texts.codes, np.array([ord(c) for c in "=<>"], np.uint32))
    total = np.concatenate([[0], np.cumsum(marks)])
    for text in np.flatnonzero(np.diff(total[corpus.texts.offsets]) > 0).tolist():
        markup[text] = is_markup(corpus.texts.text(text))
    return date, networks, markup


def _title_lines(
    corpus: Corpus,
    shape: Shapes,
    repeated: Repetition,
    slot: Slots,
    opener: dict[int, Hit],
    closed: NDArray[np.bool_],
    promoted: NDArray[np.bool_],
    paragraph: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """The line of each page that looks like its title: the last short, unrepeated line before the first paragraph."""
    lines = corpus.lines
    text = lines.text
    live = text >= 0
    marked = np.zeros(len(corpus.texts), np.bool_)
    marked[list(opener)] = True
    words = shape.words[text]
    often = ((repeated.stories >= 3) & ~promoted[text]) | in_slot(slot, repeated, lines.doc)
    candidate = live & (words >= 3) & (words <= 40) & ~often & ~closed[text] & ~marked[text] & ~shape.stop[text]
    core = live & paragraph[text] & (repeated.stories < 3)
    rows = np.flatnonzero(core)[::-1]
    first_core = np.full(len(corpus.pages), -1, np.int64)
    first_core[lines.doc[rows]] = rows
    found = np.full(len(corpus.pages), -1, np.int64)
    options = np.flatnonzero(candidate & (np.arange(text.size) < first_core[lines.doc]))
    pages, begin, counts = np.unique(lines.doc[options], return_index=True, return_counts=True)
    found[pages] = options[begin + counts - 1]
    for page, start, count in zip(*(a[counts > 1].tolist() for a in (pages, begin, counts)), strict=True):
        found[page] = _best_title(corpus, options[start : start + count].tolist(), int(first_core[page]))
    return found


def _best_title(corpus: Corpus, options: list[int], core: int) -> int:
    """Of several lines above the first paragraph, the one that the page's first line repeats, or that tells most of it.

    Of equals the last: what stands next to the text.
    """
    lines, texts = corpus.lines, corpus.texts
    page = int(lines.doc[core])
    top = next(row for row in range(int(corpus.first[page]), core + 1) if lines.text[row] >= 0)
    first = texts.text(int(lines.text[top]))
    opening = range(core, min(core + TITLE_LINES, int(corpus.first[page + 1])))
    told = union(stems(texts.text(int(lines.text[row]))) for row in opening if lines.text[row] >= 0)

    def worth(row: int) -> tuple[bool, int, int]:
        text = texts.text(int(lines.text[row]))
        return row != top and text in first, len(stems(text) & told), row

    return max(options[-TITLE_OPTIONS:], key=worth)
