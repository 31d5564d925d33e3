"""Words and signs of folded texts as numbers: what the learned judgement reads of a text.

A word is known by its slot, the low bits of a hash; two words may share a slot, on every machine the same two. Where
a script writes no spaces, each two letters that stand side by side are a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dedup.judge.shape import unspaced, word_codes
from dedup.judge.trained.compiled import loops
from dedup.near.hashing import mix
from dedup.text.fold import Folded
from dedup.text.folded import ramp

SLOTS = 1 << 20
PLACES = 32
"""So many letters of a word count."""

PAIR_WEIGHT, LONGEST_WEIGHT = 4, 9
SHORT = 3
"""Letters of a short word."""

SIGNS = (
    ("bar", "|/"),
    ("arrow", ">"),
    ("copyright", "©"),
    ("at", "@"),
    ("hash", "#"),
    ("ampersand", "&"),
    ("money", "$€£"),
    ("percent", "%"),
    ("question", "?"),
    ("exclamation", "!"),
    ("colons", ":"),
    ("brackets", "()"),
    ("quotes", "\"'"),
    ("stars", "*"),
    ("dashes", "-"),
    ("plus", "+=_"),
)
"""Signs that are counted, by name; variants are folded already."""

COUNTED = ("longest", "short_words", "numbers", "inner_stops", "pairs", *(name for name, _ in SIGNS))
"""Columns of `Tokens.counts`."""

_WORD, _UNSPACED, _DIGIT = 1, 2, 4
_FIRST_SIGN = 3
"""A code point's class has the sign's number, from 1, above so many bits."""
_STOPS = (ord("."), ord("!"), ord("?"))


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """The words of some texts: text `i` has the words `offsets[i]` to `offsets[i + 1]` (int64, shape (texts + 1,)).

    slot: int32 per word. weight: uint8 per word, more for longer ones. counts: int32, shape (texts, len(COUNTED)).
    """

    slot: NDArray[np.int32]
    weight: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    counts: NDArray[np.int32]


@cache
def powers() -> NDArray[np.uint64]:
    """An odd multiplier for each place in a word (uint64, shape (PLACES,))."""
    return mix(np.arange(1, PLACES + 1, dtype=np.uint64)) | np.uint64(1)


@cache
def code_classes() -> NDArray[np.uint8]:
    """The class of each code point: bits for words, and the number of the sign."""
    codes = np.arange(0x110000, dtype=np.uint32)
    bits = word_codes(codes) * np.uint8(_WORD)
    bits |= unspaced(codes) * np.uint8(_UNSPACED)
    bits[ord("0") : ord("9") + 1] |= _DIGIT
    for number, (_, signs) in enumerate(SIGNS, 1):
        bits[[ord(sign) for sign in signs]] = number << _FIRST_SIGN
    return np.asarray(bits, np.uint8)


def tokens(texts: Folded) -> Tokens:
    """The words and counts of some texts.

    >>> found = tokens(Folded.of(["read also: 12 men", "記事を"]))
    >>> found.offsets.tolist(), found.weight.tolist()
    ([0, 4, 7], [4, 4, 1, 3, 4, 4, 4])
    """
    compiled = loops(len(texts.codes))
    if compiled is None:
        return _plainly(texts)
    slot, weight = np.empty(len(texts.codes), np.int32), np.empty(len(texts.codes), np.uint8)
    offsets = np.zeros(len(texts) + 1, np.int64)
    counts = np.zeros((len(texts), len(COUNTED)), np.int32)
    compiled.read_texts(texts.codes, texts.offsets, code_classes(), powers(), slot, weight, offsets, counts)
    last = int(offsets[-1])
    return Tokens(slot[:last], weight[:last], offsets, counts)


def slots_of(words: list[str]) -> NDArray[np.int32]:
    """The slot of each word in folded form (int32); of a script without spaces, a letter or two."""
    found = tokens(Folded.of(words))
    return found.slot[found.offsets[:-1]]


def _plainly(texts: Folded) -> Tokens:
    codes = texts.codes
    text_of = np.repeat(np.arange(len(texts)), texts.lengths)
    bits = code_classes()[codes]
    pairs, letters = bits & _UNSPACED > 0, (bits & _WORD > 0) & (bits & _UNSPACED == 0)
    first = _begins(letters, text_of)
    word = np.cumsum(first) - 1
    length = np.bincount(word[letters], minlength=int(first.sum()))
    numbers = np.bincount(word[letters], weights=bits[letters] & _DIGIT > 0, minlength=length.size) == length
    place = np.minimum(ramp(length), PLACES - 1)
    sums = np.zeros(length.size + 1, np.uint64)
    parts = (codes[letters].astype(np.uint64) + np.uint64(1)) * powers()[place]
    through = np.concatenate([np.zeros(1, np.uint64), np.cumsum(parts, dtype=np.uint64)])
    ends = np.cumsum(length)
    sums = through[ends] - through[ends - length]
    at = np.concatenate([np.flatnonzero(first), np.flatnonzero(pairs)])
    order = np.argsort(at, kind="stable")
    hashes = np.concatenate([sums, _pairs(codes, pairs, text_of)])[order]
    own = np.where(numbers, 1, np.minimum(length, LONGEST_WEIGHT))
    weight = np.concatenate([own, np.full(int(pairs.sum()), PAIR_WEIGHT)])[order]
    slot = (mix(hashes) & np.uint64(SLOTS - 1)).astype(np.int32)
    offsets = np.searchsorted(at[order], texts.offsets).astype(np.int64)
    words = (text_of[np.flatnonzero(first)], length, numbers)
    return Tokens(slot, weight.astype(np.uint8), offsets, _counts(texts, bits, text_of, words))


def _begins(inside: NDArray[np.bool_], text_of: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Where a run within one text begins."""
    first = inside.copy()
    first[1:] &= ~(inside[:-1] & (text_of[1:] == text_of[:-1]))
    return first


def _pairs(codes: NDArray[np.uint32], pairs: NDArray[np.bool_], text_of: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The hash of each letter of a script without spaces, and of the one after it."""
    at = np.flatnonzero(pairs)
    after = np.minimum(at + 1, max(len(codes) - 1, 0))
    followed = pairs[after] & (text_of[after] == text_of[at]) & (after > at)
    values = (codes[at].astype(np.uint64) + np.uint64(1)) * powers()[0]
    second = (codes[after].astype(np.uint64) + np.uint64(1)) * powers()[1]
    return np.asarray(values + np.where(followed, second, np.uint64(0)))


def _counts(
    texts: Folded,
    bits: NDArray[np.uint8],
    text_of: NDArray[np.int64],
    words: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]],
) -> NDArray[np.int32]:
    counts = np.zeros((len(texts), len(COUNTED)), np.int32)
    text, length, numbers = words
    np.maximum.at(counts[:, 0], text, length.astype(np.int32))
    counts[:, 1] = np.bincount(text[length <= SHORT], minlength=len(texts))
    counts[:, 2] = np.bincount(text[numbers], minlength=len(texts))
    codes = texts.codes
    stops = np.isin(codes, np.array(_STOPS, np.uint32))
    stops[:-1] &= (codes[1:] == ord(" ")) & (text_of[1:] == text_of[:-1])
    stops[-1:] = False
    counts[:, 3] = np.bincount(text_of[stops], minlength=len(texts))
    counts[:, 4] = np.bincount(text_of[bits & _UNSPACED > 0], minlength=len(texts))
    sign = bits >> _FIRST_SIGN
    at = np.flatnonzero(sign)
    cells = text_of[at] * len(SIGNS) + sign[at] - 1
    counts[:, 5:] = np.bincount(cells, minlength=len(texts) * len(SIGNS)).reshape(-1, len(SIGNS))
    return counts
