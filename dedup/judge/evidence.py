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
from dedup.judge.lexicon import is_markup, lexicon
from dedup.judge.markers import Hit, MarkerList
from dedup.judge.parts import Part, parts
from dedup.judge.repetition import Repetition, repetition
from dedup.judge.shape import Shapes, shapes
from dedup.judge.sites import site_numbers

if TYPE_CHECKING:
    from dedup.judge.page import PageView


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
    title_line = _title_lines(corpus, shape, repeated, opener, date | markup, paragraph)
    texts = corpus.lines.text[title_line[title_line >= 0]]
    ids, counts = np.unique(texts, return_counts=True)
    titles = dict(zip(ids.tolist(), counts.tolist(), strict=True))
    return Evidence(
        corpus, shape, paragraph, repeated, opener, inner, parts(corpus.texts, inner), date, networks, markup, titles, title_line,
        _segments(corpus, repeated.site),
    )


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
    marks = np.isin(corpus.texts.codes, np.array([ord(c) for c in '=<>'], np.uint32))
    total = np.concatenate([[0], np.cumsum(marks)])
    for text in np.flatnonzero(np.diff(total[corpus.texts.offsets]) > 0).tolist():
        markup[text] = is_markup(corpus.texts.text(text))
    return date, networks, markup


def _title_lines(
    corpus: Corpus,
    shape: Shapes,
    repeated: Repetition,
    opener: dict[int, Hit],
    closed: NDArray[np.bool_],
    paragraph: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """The line of each page that looks like its title: the last short, unrepeated line before the first paragraph."""
    lines = corpus.lines
    text = lines.text
    live = text >= 0
    marked = np.zeros(len(corpus.texts), np.bool_)
    marked[list(opener)] = True
    words = shape.words[text]
    often = repeated.stories >= 3
    candidate = live & (words >= 3) & (words <= 40) & ~often & ~closed[text] & ~marked[text] & ~shape.stop[text]
    core = live & paragraph[text] & ~often
    found = np.full(len(corpus.pages), -1, np.int64)
    rows = np.flatnonzero(core)[::-1]
    first_core = np.full(len(corpus.pages), -1, np.int64)
    first_core[lines.doc[rows]] = rows
    options = np.flatnonzero(candidate)
    at = np.searchsorted(options, np.where(first_core >= 0, first_core, corpus.first[:-1])) - 1
    usable = (at >= 0) & (first_core >= 0)
    line = options[np.maximum(at, 0)] if options.size else np.zeros(len(corpus.pages), np.int64)
    usable &= line >= corpus.first[:-1]
    found[usable] = line[usable]
    return found
