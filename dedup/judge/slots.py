"""Template lines with a varying part: "آخر تحديث: …", "خاص - مراسلنا …", "القارئ العزيز، هناك المزيد عن …".

Lines of a site that open with the same words, at the same end of the page, are one template line with a slot.
Digits do not count, so that dates fall together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.corpus import Corpus
from dedup.judge.repetition import Repetition
from dedup.judge.shape import Shapes
from dedup.text.folded import Folded

OPENINGS = (2, 4)
"""Lines are compared by their first two and by their first four words."""
LONGEST = 24
_ONE = np.uint64(0x9E3779B97F4A7C15)
_TWO = np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True, slots=True)
class Slots:
    """Columns per line, shape (2, lines): for openings of two and of four words.

    pages: int32, pages of the site with a line that opens so. before, after: float32, how often such lines stand
    before the first or after the last paragraph.
    """

    pages: NDArray[np.int32]
    before: NDArray[np.float32]
    after: NDArray[np.float32]


def slots(corpus: Corpus, shapes: Shapes, repeated: Repetition) -> Slots:
    """Count the openings of short lines per site."""
    lines = corpus.lines
    size = lines.text.size
    found = Slots(np.zeros((2, size), np.int32), np.zeros((2, size), np.float32), np.zeros((2, size), np.float32))
    for level, words in enumerate(OPENINGS):
        keys = _opening_keys(corpus.texts, shapes, words)
        live = np.flatnonzero(lines.text >= 0)
        live = live[keys[lines.text[live]] != 0]
        if live.size == 0:
            continue
        site = repeated.site[lines.doc[live]].astype(np.uint64)
        groups, group = np.unique(keys[lines.text[live]] ^ (site * _TWO), return_inverse=True)
        pairs = np.unique(group.astype(np.int64) * len(corpus.pages) + lines.doc[live])
        pages = np.bincount(pairs // len(corpus.pages), minlength=groups.size)
        found.pages[level, live] = pages[group]
        counts = np.bincount(group, minlength=groups.size)
        for column, side in ((found.before, repeated.before), (found.after, repeated.after)):
            mean = np.bincount(group, weights=side[live], minlength=groups.size) / counts
            column[level, live] = mean[group]
    return found


def _opening_keys(texts: Folded, shapes: Shapes, words: int) -> NDArray[np.uint64]:
    """A hash of the first `words` words of each short text, digits left out; 0 for texts that have no more words."""
    keys = np.zeros(len(texts), np.uint64)
    chosen = np.flatnonzero((shapes.words > words) & (shapes.words <= LONGEST))
    if chosen.size == 0:
        return keys
    part = texts.take(chosen)
    codes, offsets = part.codes, part.offsets
    space = codes == 0x20
    through = np.cumsum(space)
    base = np.repeat(through[offsets[:-1]] - space[offsets[:-1]], np.diff(offsets))
    inside = through - base < words
    counted = inside & ~((codes >= 0x30) & (codes <= 0x39))
    rank = np.cumsum(counted)
    rank -= np.repeat(rank[offsets[:-1]] - counted[offsets[:-1]], np.diff(offsets))
    mixed = (codes.astype(np.uint64) + _ONE) * _TWO ^ (rank.astype(np.uint64) * _ONE)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * _ONE
    mixed[~counted] = 0
    keys[chosen] = np.add.reduceat(mixed, offsets[:-1]) | np.uint64(1)
    return keys
