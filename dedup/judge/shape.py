"""What a distinct folded line looks like: columns of counts, computed once per distinct text.

Shape never deletes by itself; it confirms or extends what markers and repetition say.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dedup.near.compiled import kernels
from dedup.text.fold import Folded

_STOPS = ".!?。।…"
_SPACE = 0x20
_CHUNK = 1 << 17
"""Code points counted at a time: the temporaries stay in the processor's cache."""

_CLOSERS = "\"')]}*»"


@dataclass(frozen=True, slots=True)
class Shapes:
    """Columns with a row per distinct text, all int32 counts of folded code points unless said otherwise.

    chars: non-space. words: runs of letters and digits; for Chinese and Japanese a word per two letters, for Thai and
    its kin a word per two consonants.
    letters, digits. commas: `, ; :` and inner stops followed by a space. stop: bool, ends like a sentence.
    colon: bool, ends with a colon. bullet: bool, starts with a bullet or dash.
    """

    chars: NDArray[np.int32]
    words: NDArray[np.int32]
    letters: NDArray[np.int32]
    digits: NDArray[np.int32]
    commas: NDArray[np.int32]
    stop: NDArray[np.bool_]
    colon: NDArray[np.bool_]
    bullet: NDArray[np.bool_]

    @property
    def paragraph(self) -> NDArray[np.bool_]:
        """Lines that read like running text: a sentence of eight words and more, or twenty words."""
        return np.asarray((self.stop & (self.words >= 8)) | (self.words >= 20))


_WORD, _UNSPACED, _DIGIT, _MARK = 1, 2, 4, 8
"""Bits of a code point's class: see `Shapes` for what is counted."""

COUNTED = ("chars", "starts", "unspaced", "letters", "digits", "commas")
"""Columns of the counts per text; `starts` are words of scripts that write spaces, `unspaced` letters of the others."""


def shapes(texts: Folded) -> Shapes:
    """The shape of every distinct text."""
    compiled = kernels(len(texts.codes))
    counts = np.zeros((len(texts), len(COUNTED)), np.int32)
    if compiled is None:
        parts = [_counts(part) for part in texts.parts(_CHUNK)]
        counts = np.concatenate([counts[:0], *parts])
    else:
        compiled.count_shapes(texts.codes, texts.offsets, _class_table(), counts)
    chars, starts, unspaced, letters, digits, commas = (np.ascontiguousarray(column) for column in counts.T)
    last = _last_telling(texts)
    return Shapes(
        chars,
        starts + (unspaced + 1) // 2,
        letters,
        digits,
        commas,
        np.isin(last, _codes(_STOPS)),
        last == ord(":"),
        np.isin(_at(texts, texts.offsets[:-1]), _codes("*-•>–")),
    )


def _counts(texts: Folded) -> NDArray[np.int32]:
    """The columns `COUNTED` (int32, shape (texts, 6))."""
    codes, offsets = texts.codes, texts.offsets
    bits = _classes(codes)
    word, unspaced, digit = (bits & bit > 0 for bit in (_WORD, _UNSPACED, _DIGIT))
    space = codes == _SPACE
    starts = word.copy()
    starts[1:] &= ~word[:-1]
    first = offsets[:-1][np.diff(offsets) > 0]
    starts[first] = word[first]
    commas = bits & _MARK > 0
    commas[:-1] &= space[1:]  # a folded text does not begin with a space
    commas[-1:] = False
    flags = (~space, starts & ~unspaced, unspaced, word & ~digit, digit, commas)
    return np.stack([_count(each, offsets) for each in flags], axis=1)


def _classes(codes: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Bits of each code point (uint8, same shape)."""
    digit = (codes >= 0x30) & (codes <= 0x39)
    kinds = (
        (word_codes(codes), _WORD),
        (unspaced(codes), _UNSPACED),
        (digit, _DIGIT),
        (np.isin(codes, _codes(",;:.!?")), _MARK),
    )
    bits = np.zeros(codes.shape, np.uint8)
    for flags, bit in kinds:
        bits |= flags * np.uint8(bit)
    return bits


@cache
def _class_table() -> NDArray[np.uint8]:
    return _classes(np.arange(0x110000, dtype=np.uint32))


def word_codes(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Letters and digits, by blocks of code points; good enough to count words of any script."""
    ascii_word = (
        ((codes >= 0x30) & (codes <= 0x39)) | ((codes >= 0x61) & (codes <= 0x7A)) | ((codes >= 0x41) & (codes <= 0x5A))
    )
    other = (codes >= 0xC0) & (codes != 0xD7) & (codes != 0xF7) & ~((codes >= 0x2000) & (codes < 0x2C00))
    other &= ~((codes >= 0x3000) & (codes < 0x3040)) & ~((codes >= 0xE000) & (codes < 0xF900)) & (codes < 0x1F000)
    other &= ~((codes >= 0x600) & (codes < 0x620)) & (codes != 0x66A) & (codes != 0x6D4)
    return np.asarray((ascii_word | other) & (codes < 0xFE00) | (codes >= 0x10000) & (codes < 0x1F000))


def unspaced(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Letters of scripts that write no spaces between words, two of them to a word.

    Han and kana; of Thai, Lao, Khmer and Burmese only consonants, for a word there has about two, and marks besides.
    """
    return np.asarray(
        ((codes >= 0xE01) & (codes <= 0xE2E))
        | ((codes >= 0xE81) & (codes <= 0xEAE))
        | ((codes >= 0x1000) & (codes <= 0x1021))
        | ((codes >= 0x1780) & (codes <= 0x17A2))
        | ((codes >= 0x3040) & (codes < 0x3100))
        | ((codes >= 0x3400) & (codes < 0xA000))
    )


def _last_telling(texts: Folded) -> NDArray[np.uint32]:
    """The last code point of each text that is no closing quote or bracket (0 where there is none)."""
    closers = _codes(_CLOSERS + " ")
    at = texts.offsets[1:] - 1
    last = _at(texts, at)
    while True:
        closed = np.flatnonzero(np.isin(last, closers))
        if closed.size == 0:
            return last
        at[closed] -= 1
        last[closed] = np.where(at[closed] >= texts.offsets[:-1][closed], _at(texts, at)[closed], 0)


def _at(texts: Folded, place: NDArray[np.int64]) -> NDArray[np.uint32]:
    """The code point at a place per text; 0 for an empty text."""
    if texts.codes.size == 0:
        return np.zeros(len(texts), np.uint32)
    codes = texts.codes[np.clip(place, 0, texts.codes.size - 1)]
    return np.where(texts.lengths > 0, codes, np.uint32(0))


def _codes(text: str) -> NDArray[np.uint32]:
    return np.array([ord(c) for c in text], np.uint32)


def _count(flags: NDArray[np.bool_], offsets: NDArray[np.int64]) -> NDArray[np.int32]:
    total = np.zeros(flags.size + 1, np.int64)
    np.cumsum(flags, out=total[1:])
    return np.diff(total[offsets]).astype(np.int32)
