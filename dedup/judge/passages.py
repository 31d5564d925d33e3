"""Where repeated passages begin and end inside long lines: the edges of a template that lost its line ends.

Runs of tokens are counted by the texts of one site that hold them. Where the count of the next run falls, the next
token is not part of the passage; where it rises, a passage begins. The edges only say where a line may be cut into
units: what a unit is, the judge says, by the same evidence as for lines, and it compares whole texts. The time is
linear in the text, but for a sort of the runs that are met often.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.near.hashing import mix
from dedup.text.folded import Folded, positions

RUNS = ((3, 4, 0.6), (4, 4, 0.3), (6, 3, 0.03), (8, 3, 0.0))
"""Tokens per run, and the texts of the site (at least, and as a share) that must hold a run: short runs are common."""
TELLING = 0.1
"""On so many of a site's texts at least, a passage may be its template; rarer ones say nothing by themselves."""
SAMPLE = 200
"""So many texts of a large site show whether it has such passages at all."""
FALLS = 2
"""A count that falls to the half or less ends a passage."""
_CELLS = 22
_SPACE, _BRACKET = 0x20, 0x28
_SITE = np.uint64(0x9E3779B97F4A7C15)
_BASE = 0x9FB21C651E98DF25
_UNBASE = pow(_BASE, -1, 1 << 64)


Sites = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of some texts: `start` (code points of the column) and `text`, int64, shape (tokens,).

    `first` (int64, shape (texts + 1,)) is the number of each text's first token. A token ends where the next begins: at
    a space, and in scripts without spaces at punctuation.
    """

    start: NDArray[np.int64]
    text: NDArray[np.int64]
    first: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Edges:
    """Places where passages begin or end (int64, code points of the column, ascending).

    `telling` (bool per text): some passage of it may be template.
    """

    place: NDArray[np.int64]
    telling: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Holders:
    """Which texts stand on which sites: int64 pairs, each once; `texts` (int64 per site) counts them."""

    site: NDArray[np.int64]
    text: NDArray[np.int64]
    texts: NDArray[np.int64]


def tokens(texts: Folded) -> Tokens:
    """The tokens of every text, in order.

    >>> tokens(Folded.of(["خبر عاجل", "新闻,体育"])).start.tolist()
    [0, 4, 8, 11]
    """
    codes = texts.codes
    begins = np.zeros(codes.size, np.bool_)
    begins[1:] = codes[:-1] == _SPACE
    wide = np.flatnonzero((codes[1:] >= 0x2E80) & (codes[1:] < 0xE000)) + 1
    before = codes[wide - 1]
    begins[wide[((before < 0x80) & (before != _BRACKET)) | ((before >= 0x3001) & (before <= 0x3002))]] = True
    first = texts.offsets[:-1]
    begins[first[first < codes.size]] = True
    start = np.flatnonzero(begins)
    number = np.searchsorted(start, texts.offsets)
    return Tokens(start, np.repeat(np.arange(len(texts)), np.diff(number)), number)


def passage_edges(
    texts: Folded, site: NDArray[np.integer], of: NDArray[np.integer], telling_share: float = TELLING
) -> Edges:
    """Where passages that a site repeats begin and end.

    `site` and `of` (equal shapes) say which texts stand on which site.
    """
    found, count = tokens(texts), max(len(texts), 1)
    pairs = np.unique(site.astype(np.int64) * count + of)
    holders = _Holders(pairs // count, pairs % count, np.bincount(pairs // count))
    edges, telling = np.zeros(found.start.size, np.bool_), np.zeros(len(texts), np.bool_)
    sums = _sums(texts.codes)
    alive = np.ones(found.start.size, np.bool_)
    for length, least, share in RUNS:
        if found.start.size < length:
            break
        runs = _runs(found, sums, texts.codes.size, length)
        alive = alive[: runs.size] & (found.text[: runs.size] == found.text[length - 1 :])
        held, shares = _held(runs, alive, found, holders, least)
        held[shares < share] = 0
        edges |= _edges(held, length, found.start.size)
        telling[found.text[: runs.size][(held > 0) & (shares >= telling_share)]] = True
    return Edges(found.start[edges], telling)


def telling_sites(texts: Folded, site: NDArray[np.int64], of: NDArray[np.int64], keys: NDArray[np.uint64]) -> Sites:
    """Sites (bool per site) where passages may be template: what so many texts hold shows in a sample of them.

    The texts of a site with the smallest `keys` (uint64 per text, their hashes) are its sample, so that their order
    does not matter. Small sites are not sampled.
    """
    pairs = np.unique(site * max(len(texts), 1) + of)
    site, of = pairs // max(len(texts), 1), pairs % max(len(texts), 1)
    counts = np.bincount(site)
    small = counts <= 2 * SAMPLE
    order = np.lexsort((keys[of], site))
    rank = np.arange(order.size) - np.repeat(np.cumsum(counts) - counts, counts)
    chosen = order[(rank < SAMPLE) & ~small[site[order]]]
    if not chosen.size:
        return small
    ids, place = np.unique(of[chosen], return_inverse=True)
    found = passage_edges(texts.take(ids), site[chosen], place, TELLING / 2)
    small[site[chosen][found.telling[place]]] = True
    return small


def _sums(codes: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Sums of code * base ** place (uint64, shape (2, code points + 1)), and base ** -place; a space counts nothing."""
    out = np.zeros((2, codes.size + 1), np.uint64)
    power = np.full(codes.size, _BASE, np.uint64)
    np.cumprod(power, out=power)
    power *= codes.astype(np.uint64) * _SITE ^ (codes >> np.uint32(5))
    power[codes == _SPACE] = 0
    np.cumsum(power, out=out[0, 1:])
    out[1] = _UNBASE
    np.cumprod(out[1], out=out[1])
    return out


def _runs(found: Tokens, sums: NDArray[np.uint64], size: int, length: int) -> NDArray[np.uint64]:
    """A hash of the run of tokens that begins at each token; the last ones have none."""
    begin = found.start[: found.start.size - length + 1]
    end = np.append(found.start[length:], size)
    return mix((sums[0, end] - sums[0, begin]) * sums[1, begin])


def _held(
    runs: NDArray[np.uint64], alive: NDArray[np.bool_], found: Tokens, holders: _Holders, least: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """How many texts of a site hold each run, and which share; of a text's sites the one with most.

    Runs that stand too rarely lose their place in `alive`: longer ones that begin there stand more rarely still.
    """
    held, shares = np.zeros(runs.size, np.int64), np.zeros(runs.size, np.float64)
    begin = np.minimum(found.first[holders.text], runs.size)
    lengths = np.minimum(found.first[holders.text + 1], runs.size) - begin
    at, site = positions(begin, lengths), np.repeat(holders.site, lengths)
    at, site = at[alive[at]], site[alive[at]]
    key = mix(runs[at] ^ (site.astype(np.uint64) * _SITE))
    for shift in (0, 64 - _CELLS):  # most runs stand once: two coarse counts leave few to sort
        cell = ((key >> np.uint64(shift)) & np.uint64((1 << _CELLS) - 1)).astype(np.int64)
        often = np.bincount(cell, minlength=1 << _CELLS)[cell] >= least
        at, site, key = at[often], site[often], key[often]
    count = _distinct_texts(key, found.text[at])
    kept = count >= least
    at, site, count = at[kept], site[kept], count[kept]
    alive[:] = False
    alive[at] = True
    np.maximum.at(held, at, count)
    np.maximum.at(shares, at, count / holders.texts[site])
    return held, shares


def _distinct_texts(key: NDArray[np.uint64], text: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many different texts have the key of each row."""
    order = np.lexsort((text, key))
    key, text = key[order], text[order]
    new = np.ones(key.size, np.bool_)
    new[1:] = key[1:] != key[:-1]
    fresh = new.copy()
    fresh[1:] |= text[1:] != text[:-1]
    group = np.cumsum(new) - 1
    out = np.zeros(key.size, np.int64)
    if key.size:
        out[order] = np.bincount(group[fresh])[group]
    return out


def _edges(held: NDArray[np.int64], length: int, size: int) -> NDArray[np.bool_]:
    """Tokens (bool) before which a passage of runs of one length begins or ends."""
    edges = np.zeros(size + 1, np.bool_)
    counts = np.append(held, np.zeros(size - held.size, np.int64))
    before = np.concatenate([np.zeros(1, np.int64), counts[:-1]])  # the run that begins a token earlier
    falls = np.flatnonzero((before > 0) & (FALLS * counts <= before))
    edges[np.minimum(falls + length - 1, size)] = True  # up to there the run before is the passage's
    edges[:-1] |= (counts > 0) & (FALLS * before <= counts)
    return edges[:-1]
