"""Where a long line may be cut into units: at a sentence's end, a passage's edge, a date, a phrase, an item.

Never inside a word, and only in lines that may hold more than a paragraph: those where a passage of the site's
begins or ends, or where a phrase stands as a label does.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from functools import cache

import numpy as np
import regex
from numpy.typing import NDArray

from dedup.judge.lexicon import lexicon
from dedup.judge.markers import Marker, MarkerList
from dedup.judge.openers import HEADINGS
from dedup.judge.passages import Edges, passage_edges, telling_sites
from dedup.judge.shape import word_codes
from dedup.text.folded import Folded, starts

HEADLINE = 14
"""A heading keeps so many words after its colon; more are a block of their own."""
USUAL, USUAL_TEXTS = 0.2, 4
"""A phrase of two words and more is a label on a site where so many texts hold it."""

_SPACE = 0x20
_MARKUP = regex.compile(r"(?:(?<=^| )(?:content|alt|title|src|href|class|style)=(?:\"[^\"]*\"|'[^']*') ?)+(?:/?> ?)?")

_Hit = tuple[int, int, int, Marker]
"""Start, end, number and marker of a phrase."""


def bounds(
    texts: Folded, keys: NDArray[np.uint64], site: NDArray[np.int64], of: NDArray[np.int64], markers: MarkerList
) -> dict[int, list[int]]:
    """Places (folded code points, ascending, without both ends) where texts are cut, by text.

    `keys` are hashes of the texts; `site` and `of` (equal shapes) say which texts stand on which site.
    """
    passages = _passages(texts, keys, site, of)
    phrases = _phrases(texts, markers)
    usual = _usual(phrases, site, of)
    edges = passages.place
    edges = edges[passages.telling[np.searchsorted(texts.offsets, edges, side="right") - 1]]
    places = np.union1d(edges, _sentences(texts))
    first = np.searchsorted(places, texts.offsets)
    found: dict[int, list[int]] = {}
    for text in range(len(texts)):
        hits = phrases.get(text, [])
        if passages.telling[text] or hits:
            own = (places[first[text] : first[text + 1]] - texts.offsets[text]).tolist()
            cuts = _cuts(texts.text(text), own, hits, usual[text], bool(passages.telling[text]))
            if cuts:
                found[text] = cuts
    return found


def _passages(texts: Folded, keys: NDArray[np.uint64], site: NDArray[np.int64], of: NDArray[np.int64]) -> Edges:
    """The passages of the sites that have any."""
    asked = telling_sites(texts, site, of, keys)[site]
    ids, place = np.unique(of[asked], return_inverse=True)
    if ids.size == len(texts):
        return passage_edges(texts, site, of)
    found = passage_edges(texts.take(ids), site[asked], place)
    telling = np.zeros(len(texts), np.bool_)
    telling[ids] = found.telling
    offsets = starts(texts.lengths[ids])
    text = np.searchsorted(offsets, found.place, side="right") - 1
    return Edges(texts.offsets[ids[text]] + found.place - offsets[text], telling)


def _sentences(texts: Folded) -> NDArray[np.int64]:
    """Places (int64, code points of the column) after sentences, and before the items of a list."""
    codes = texts.codes
    if codes.size < 4:
        return np.zeros(0, np.int64)
    at = np.flatnonzero(codes == _SPACE)
    at = at[at >= 3]
    last = at - 1
    last = last - np.isin(codes[last], _codes("\"')]»”"))
    stop = np.isin(codes[last], _codes(".!?…。")) & word_codes(codes[last - 1]) & word_codes(codes[last - 2])
    item = np.isin(codes[np.minimum(at + 1, codes.size - 1)], _codes("•·●▪"))
    wide = np.flatnonzero(np.isin(codes[:-1], _codes("。!?")) & (codes[1:] >= 0x2E80) & (codes[1:] < 0xE000))
    return np.union1d(at[stop | item] + 1, wide + 1)


def _codes(text: str) -> NDArray[np.uint32]:
    return np.array([ord(c) for c in text], np.uint32)


def _phrases(texts: Folded, markers: MarkerList) -> dict[int, list[_Hit]]:
    """Phrases by text, the longest first of those that begin at one place."""
    found: dict[int, list[_Hit]] = {}
    for text, start, end, index in markers.phrases(texts):
        marker = markers.markers[index]
        if marker.kind not in ("anywhere", "rest", "span"):
            found.setdefault(text, []).append((start, end, index, marker))
    return found


def _usual(phrases: dict[int, list[_Hit]], site: NDArray[np.int64], of: NDArray[np.int64]) -> dict[int, set[int]]:
    """Phrases that many texts of a text's sites hold, by text."""
    pairs = sorted(set(zip(site.tolist(), of.tolist(), strict=True)))
    texts = Counter(number for number, _ in pairs)
    in_text = {text: {hit[2] for hit in hits if " " in hit[3].folded} for text, hits in phrases.items()}
    holders = Counter((number, index) for number, text in pairs for index in sorted(in_text.get(text, ())))
    often = {key for key, n in holders.items() if n >= USUAL_TEXTS and n >= USUAL * texts[key[0]]}
    found: dict[int, set[int]] = {}
    for number, text in pairs:
        found.setdefault(text, set()).update(i for i in in_text.get(text, ()) if (number, i) in often)
    return found


def _cuts(text: str, places: list[int], hits: list[_Hit], usual: set[int], telling: bool) -> list[int]:
    """All places where a text is cut, ascending; none where it has no passage and no label."""
    cuts = {0, len(text), *places}
    if telling:
        for begin, end in _dates(text):
            if begin in cuts or (end in cuts and text[begin:end].rstrip()[-1] not in ".!?"):
                cuts -= set(range(begin + 1, end))
                cuts |= {begin, end}
    if "=" in text:
        for match in _MARKUP.finditer(text):
            cuts |= {match.start(), match.end()}
    labels = _labels(text, hits, usual, cuts)
    if not (labels or telling):
        return []
    ordered = sorted(cuts)
    for start, stop, label in labels:
        nearest = ordered[bisect_right(ordered, start)]
        unit = text[start:nearest].rstrip()
        if label in HEADINGS and nearest > stop and (unit[-1] in ".!?" or unit.count(" ") > HEADLINE):
            cuts.add(stop)
    return sorted(cuts - {0, len(text)})


def _labels(text: str, hits: list[_Hit], usual: set[int], cuts: set[int]) -> list[tuple[int, int, str]]:
    """Phrases used as labels: start, end with what separates it, class. Adds their places to the cuts."""
    reached = 0
    found: list[tuple[int, int, str]] = []
    for start, end, index, marker in sorted(hits, key=lambda hit: (hit[0], -hit[1], hit[2])):
        if start < reached:
            continue
        stop = end
        while stop < len(text) and text[stop] in " :*|-":
            stop += 1
        if not (index in usual or _opens(text, start, end, stop, cuts, marker.kind)):
            continue
        cuts.add(start)
        if ":" not in text[end:stop]:
            cuts.add(stop)
        reached = end
        found.append((start, stop, marker.label))
    return found


def _opens(text: str, start: int, end: int, stop: int, cuts: set[int], kind: str) -> bool:
    """Whether a phrase amid a text is used there as a label is, not as the words that it is made of."""
    words = text.count(" ", start, end) + 1
    if kind == "starts":
        return start in cuts and words >= 3
    if ":" in text[end:stop]:
        return start in cuts or words >= 2
    return start in cuts and stop in cuts


def _dates(text: str) -> list[tuple[int, int]]:
    """Runs of tokens that are a date and nothing else: start, and start of what follows."""
    found: list[tuple[int, int]] = []
    at, begin, count = 0, 0, 0
    for token in (*text.split(" "), "\0"):
        if _of_date(token):
            begin = begin if count else at
            count += 1
        else:
            if count >= 2 and lexicon().is_date(text[begin : at - 1]):
                found.append((begin, min(at, len(text))))
            count = 0
        at += len(token) + 1
    return found


_LETTERS = regex.compile(r"[^\W\d_]+")


@cache
def _date_words() -> frozenset[str]:
    words = lexicon()
    return words.months | words.weekdays | words.time


_TOKENS: dict[str, bool] = {}


def _of_date(token: str) -> bool:
    """Whether a token may be a part of a date."""
    if token not in _TOKENS:
        if len(_TOKENS) > 1 << 17:
            _TOKENS.clear()
        letters = _LETTERS.findall(token)
        named = any(c.isdigit() for c in token) or bool(letters)
        _TOKENS[token] = named and all(each in _date_words() for each in letters)
    return _TOKENS[token]
