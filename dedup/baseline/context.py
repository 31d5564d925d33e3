"""What a baseline has to say to new documents: pages of their sites, and pages that hold their lines already.

These pages are judged together with the new ones, so that one new page is judged by the template of its site. They
come back as documents of folded lines under ids that begin with `baseline:`, and are never written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.baseline.columns import Column
from dedup.baseline.index import Index
from dedup.baseline.part import Key, Known, known, texts_at
from dedup.corpus import Corpus
from dedup.errors import UsageError
from dedup.near import jaccard
from dedup.near.bands import band_keys, exact, plan
from dedup.near.clusters import long_lines
from dedup.near.signatures import EMPTY, sign
from dedup.settings import Settings
from dedup.text.folded import Folded
from dedup.types import Document

PREFIX = "baseline:"
"""How the ids of a baseline's documents begin."""

PAGES = 240
"""Pages of the baseline that are judged along, over all sites; a site has its share of them,"""
MOST, LEAST = 160, 24
"""at most and at least so many."""

HOLDERS = 80
"""So many pages that hold lines of the new documents."""

_BUCKET = 32
"""Texts of one band that are compared; a band that more share tells nothing."""


@dataclass(frozen=True, slots=True)
class Context:
    """Documents of the baseline; the first `sample` of them stand for their sites, whatever the new ones hold."""

    documents: tuple[Document, ...]
    sample: int


@dataclass(frozen=True, slots=True)
class _Place:
    """A document of the index: its segment's columns, its number there, its key."""

    columns: Mapping[str, Column]
    number: int
    key: Key


def context(index: Index, corpus: Corpus, settings: Settings) -> Context:
    """The pages of the baseline that matter to a corpus of new documents."""
    if str(settings.shingles) != index.manifest.shingles or settings.threshold < index.manifest.threshold:
        told = f"--shingles {index.manifest.shingles} and --threshold {index.manifest.threshold} or more"
        raise UsageError(f"{index.folder}: was built for {told}; use these, or build the index with other ones")
    sites = sorted({page.site for page in corpus.pages}, key=lambda site: site or "")
    share = min(max(PAGES // max(len(sites), 1), LEAST), MOST)
    sampled = [place for site in sites for place in _sample(index, site, share)]
    taken = {place.key for place in sampled}
    holders = [place for place in _holders(index, corpus, settings) if place.key not in taken]
    documents = [_document(place, number) for number, place in enumerate((*sampled, *holders))]
    return Context(tuple(documents), len(sampled))


def _sample(index: Index, site: str | None, count: int) -> list[_Place]:
    """The documents of a site with the smallest keys: a random choice that depends on nothing but the documents."""
    found: dict[Key, _Place] = {}
    for columns in index.segments:
        first = _first_of(columns, site)
        for number in range(first, min(first + count, len(columns["doc_start"]) - 1)):
            each = known(columns, number)
            if each.site != site:
                break
            found[each.key] = _Place(columns, number, each.key)
    return [found[key] for key in sorted(found)[:count]]


def _first_of(columns: Mapping[str, Column], site: str | None) -> int:
    """The first document of a site: they are ordered by site."""
    low, high = 0, len(columns["doc_start"]) - 1
    while low < high:
        middle = (low + high) // 2
        if (known(columns, middle).site or "") < (site or ""):
            low = middle + 1
        else:
            high = middle
    return low


def _holders(index: Index, corpus: Corpus, settings: Settings) -> list[_Place]:
    """Documents that hold long lines of the new ones, or lines that resemble them; those with most of them first."""
    long = np.flatnonzero(long_lines(corpus.texts)).astype(np.int64)
    best: dict[int, _Place] = {}
    for columns in index.segments:
        equal = _equal(columns, corpus.hashes[long])
        found = {int(long[n]): int(equal[n]) for n in np.flatnonzero(equal >= 0).tolist()}
        rest = long[equal < 0]
        found |= _near(columns, corpus.texts, rest, settings, index.manifest.threshold)
        if found:
            leaders = columns["text_doc"].take(np.array(list(found.values()), np.int64)).tolist()
            for text, number in zip(found, leaders, strict=True):
                place = _Place(columns, number, columns["key"].part(2 * number, 2 * number + 2).astype(">u8").tobytes())
                if text not in best or place.key < best[text].key:
                    best[text] = place
    held = Counter(place.key for place in best.values())
    places = {place.key: place for place in best.values()}
    return [places[key] for key in sorted(held, key=lambda key: (-held[key], key))[:HOLDERS]]


def _equal(columns: Mapping[str, Column], hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The place of each text, -1 for one that is not there."""
    one, two = columns["hash_one"].all(), columns["hash_two"]
    if not len(one) or not len(hashes):
        return np.full(len(hashes), -1, np.int64)
    place = np.minimum(np.searchsorted(one, hashes[:, 0]), len(one) - 1).astype(np.int64)
    same = (one[place] == hashes[:, 0]) & (two.take(place) == hashes[:, 1])
    return np.where(same, place, -1)


def _near(
    columns: Mapping[str, Column], texts: Folded, ids: NDArray[np.int64], settings: Settings, planned: float
) -> dict[int, int]:
    """For each text the place of one that is verified to be near, the most similar; none for most."""
    keys = columns["band_key"]
    signatures = sign(texts, settings.shingles, ids)
    filled = np.flatnonzero(signatures[:, 0] != EMPTY)
    if not len(filled) or not len(keys):
        return {}
    wanted = (band_keys(signatures, plan(planned), filled) >> np.uint64(32)).astype(np.uint32)
    asked, place = np.unique(wanted, return_inverse=True)
    begin, end = (bound[place].reshape(wanted.shape) for bound in keys.bounds(asked))
    pairs: set[tuple[int, int]] = set()
    for row, band in np.argwhere((end > begin) & (end - begin <= _BUCKET)).tolist():
        there = columns["band_text"].part(int(begin[row, band]), int(end[row, band])).tolist()
        pairs.update((int(ids[filled[row]]), place) for place in there)
    return _verified(columns, texts, sorted(pairs), settings)


def _verified(
    columns: Mapping[str, Column], texts: Folded, pairs: Sequence[tuple[int, int]], settings: Settings
) -> dict[int, int]:
    """The most similar of the pairs that reach the threshold, by exact similarity."""
    if not pairs:
        return {}
    mine, theirs = (np.unique(np.array(side, np.int64)) for side in zip(*pairs, strict=True))
    own, other = texts.take(mine), texts_at(columns, theirs)
    both = Folded(np.concatenate([own.codes, other.codes]), np.append(own.offsets, other.offsets[1:] + own.offsets[-1]))
    left = np.searchsorted(mine, np.array([a for a, _ in pairs]))
    right = np.searchsorted(theirs, np.array([b for _, b in pairs])) + len(mine)
    near, similarity = jaccard.verify(both, settings.shingles, exact(settings.threshold), left, right)
    ranked = sorted((-float(similarity[n]), pairs[n]) for n in np.flatnonzero(near).tolist())
    found: dict[int, int] = {}
    for _, (text, place) in ranked:
        found.setdefault(text, place)
    return found


def _document(place: _Place, number: int) -> Document:
    """A document of the index, as folded lines."""
    columns = place.columns
    first, last = columns["first"].part(place.number, place.number + 2).tolist()
    line = columns["line"].part(first, last)
    ids, where = np.unique(line[line >= 0], return_inverse=True)
    texts = texts_at(columns, ids.astype(np.int64))
    strings = iter([texts.text(n) for n in where.tolist()])
    text = "\n".join(next(strings) if each >= 0 else "" for each in line.tolist())
    each: Known = known(columns, place.number)
    return Document(PREFIX + each.doc, each.site, "", number, text)


__all__ = ["PREFIX", "Context", "context"]
