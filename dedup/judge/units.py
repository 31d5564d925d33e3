"""Long lines cut into units, so that a flattened page is judged as if its lines were still there.

A unit is a sentence, a passage that the site repeats, a date, a phrase that opens boilerplate, an item of a list. The
judge sees units in the place of long lines, by the same rules; what goes is then a part of the line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.corpus import Corpus, Lines
from dedup.judge.bounds import bounds
from dedup.judge.markers import MarkerList
from dedup.near.distinct import Distinct
from dedup.text.folded import Folded, positions, ramp, same_texts, starts

LONG = 300
"""Lines of so many folded code points, on a page of few lines, may hold more than a paragraph."""
FEW_LINES = 6
ENDLESS = 1500
"""Lines so long may on any page."""


@dataclass(frozen=True, slots=True)
class Units:
    """A corpus whose long lines are units, and where they come from.

    `corpus` has a row per unit or uncut line; `row` (int64) is the row of the line it belongs to, `begin` and `end`
    (int32) its folded code points in that line; `cut` (bool per unit) says that it is a part of its line.
    """

    corpus: Corpus
    row: NDArray[np.int64]
    begin: NDArray[np.int32]
    end: NDArray[np.int32]
    cut: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Pieces:
    """The units of the texts that are cut: of the k-th text those from `first[k]` on (int64).

    `begin`, `end` (int64): code points of the corpus's texts, spaces between units in neither; `next` is after them.
    """

    text: NDArray[np.int64]
    first: NDArray[np.int64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]
    next: NDArray[np.int64]


def units(corpus: Corpus, markers: MarkerList, spared: NDArray[np.bool_]) -> Units | None:
    """The corpus in units; null where no line needs cutting. Texts that are `spared` (bool per text) stay whole."""
    chosen = _candidates(corpus)
    chosen = chosen[~spared[chosen]]
    if not chosen.size:
        return None
    rows = np.flatnonzero(np.isin(corpus.lines.text, chosen))
    of = np.searchsorted(chosen, corpus.lines.text[rows])
    site = _sites(corpus)[corpus.lines.doc[rows]]
    cuts = bounds(corpus.texts.take(chosen), corpus.hashes[chosen, 0], site, of, markers)
    if not cuts:
        return None
    return _divided(corpus, _pieces(corpus.texts, {int(chosen[index]): places for index, places in cuts.items()}))


def _candidates(corpus: Corpus) -> NDArray[np.int64]:
    """Ids of texts that may be flattened: long lines of pages that have few, and lines longer than a paragraph."""
    lines = corpus.lines
    live = np.flatnonzero(lines.text >= 0)
    count = np.bincount(lines.doc[live], minlength=len(corpus.pages))
    length = corpus.texts.lengths[lines.text[live]]
    few = count[lines.doc[live]] <= FEW_LINES
    return np.unique(lines.text[live[(few & (length >= LONG)) | (length >= ENDLESS)]]).astype(np.int64)


def _sites(corpus: Corpus) -> NDArray[np.int64]:
    """A number per page: of its named site; all nameless pages have one."""
    names: dict[str | None, int] = {}
    return np.array([names.setdefault(page.site, len(names)) for page in corpus.pages], np.int64)


def _pieces(texts: Folded, cuts: dict[int, list[int]]) -> _Pieces:
    """Units from the places of cuts by text id."""
    text = np.array(sorted(cuts), np.int64)
    counts = np.array([len(cuts[each]) + 1 for each in text.tolist()], np.int64)
    first = starts(counts)
    inner = [place for each in text.tolist() for place in (0, *cuts[each])]
    begin = np.array(inner, np.int64) + np.repeat(texts.offsets[text], counts)
    following = np.append(begin[1:], 0)
    following[first[1:] - 1] = texts.offsets[text + 1]
    end = np.where(texts.codes[following - 1] == 0x20, following - 1, following)
    return _Pieces(text, first, begin, end, following)


def _divided(corpus: Corpus, pieces: _Pieces) -> Units:
    """The corpus with units in the place of the texts that are cut."""
    lines, texts = corpus.lines, corpus.texts
    place = np.full(len(texts) + 1, -1, np.int64)  # of the texts that are cut; the last entry is the blank line's
    place[pieces.text] = np.arange(pieces.text.size)
    k = place[lines.text]
    copies = np.where(k >= 0, np.diff(pieces.first)[k], 1)
    row = np.repeat(np.arange(lines.text.size), copies)
    cut = k[row] >= 0
    piece = np.where(cut, pieces.first[k[row]] + ramp(copies), 0)
    size = _visible(texts.codes, pieces)
    base = texts.offsets[lines.text[row]]
    folded, hashes, kept, ids = _retexted(corpus, pieces)
    new = Lines(
        lines.doc[row],
        lines.start[row],
        lines.end[row],
        lines.next[row],
        np.where(cut, size[piece], lines.size[row]).astype(np.int32),
        np.where(cut, ids[piece], kept[lines.text[row]]).astype(np.int32),
        np.where(cut, 0, lines.gaps[row]).astype(np.int32),
    )
    first = np.searchsorted(new.doc, np.arange(len(corpus.pages) + 1)).astype(np.int64)
    begin, end = (np.where(cut, column[piece] - base, 0).astype(np.int32) for column in (pieces.begin, pieces.next))
    return Units(Corpus(corpus.pages, new, first, folded, hashes), row, begin, end, cut)


def _retexted(
    corpus: Corpus, pieces: _Pieces
) -> tuple[Folded, NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64]]:
    """The texts without those that are cut but with their units, their hashes, and where either went.

    The new id of each old text comes with an entry more, for the blank line's -1; then the id of each unit.
    """
    texts = corpus.texts
    stays = np.ones(len(texts), np.bool_)
    stays[pieces.text] = False
    kept = np.append(np.cumsum(stays) - 1, -1)
    lengths = pieces.end - pieces.begin
    distinct = Distinct()
    ids = distinct.add(Folded(texts.codes[positions(pieces.begin, lengths)], starts(lengths))).astype(np.int64)
    known = _known(corpus, distinct, stays)
    fresh = known < 0
    of = np.where(fresh, int(stays.sum()) + np.cumsum(fresh) - 1, kept[known])
    gaps = zip([0, *(pieces.text + 1).tolist()], [*pieces.text.tolist(), len(texts)], strict=True)
    codes = [texts.codes[texts.offsets[a] : texts.offsets[b]] for a, b in gaps]
    more = distinct.folded().where(fresh)
    size = np.concatenate([texts.lengths[stays], more.lengths])
    hashes = np.concatenate([corpus.hashes[stays], distinct.hashes[fresh]])
    return Folded(np.concatenate([*codes, more.codes]), starts(size)), hashes, kept, of[ids]


def _known(corpus: Corpus, distinct: Distinct, stays: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The text of the corpus that each unit equals, -1 for none."""
    order = np.flatnonzero(stays)
    order = order[np.argsort(corpus.hashes[order, 0], kind="stable")]
    found = np.full(len(distinct), -1, np.int64)
    if not order.size:
        return found
    keys = corpus.hashes[order, 0]
    at = np.minimum(np.searchsorted(keys, distinct.hashes[:, 0]), order.size - 1)
    same = np.flatnonzero(keys[at] == distinct.hashes[:, 0])
    same = same[same_texts(distinct.folded(), same, corpus.texts, order[at[same]])]
    found[same] = order[at[same]]
    return found


def _visible(codes: NDArray[np.uint32], pieces: _Pieces) -> NDArray[np.int64]:
    """Code points of each unit that are no space."""
    counts = starts(pieces.end - pieces.begin)
    spaces = starts((codes[positions(pieces.begin, pieces.end - pieces.begin)] == 0x20).astype(np.int64))
    return np.asarray(np.diff(counts) - np.diff(spaces[counts]))
