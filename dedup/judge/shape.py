"""What a distinct folded line looks like: columns of counts, computed once per distinct text.

Shape never deletes by itself; it confirms or extends what markers and repetition say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.text.fold import Folded

_STOPS = "".join((".", "!", "?", "。", "।", "…"))
_CLOSERS = "\"')]}*»"


@dataclass(frozen=True, slots=True)
class Shapes:
    """Columns with a row per distinct text, all int32 counts of folded code points unless said otherwise.

    chars: non-space. words: runs of letters and digits (for Chinese, Japanese and Thai, a word per two letters).
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


def shapes(texts: Folded) -> Shapes:
    """The shape of every distinct text."""
    codes, offsets = texts.codes, texts.offsets
    wordish = word_codes(codes)
    unspaced = _unspaced(codes)
    digit = (codes >= 0x30) & (codes <= 0x39)
    starts = wordish.copy()
    starts[1:] &= ~wordish[:-1]
    first = offsets[:-1][np.diff(offsets) > 0]
    starts[first] = wordish[first]
    words = _count(starts & ~unspaced, offsets) + (_count(unspaced, offsets) + 1) // 2
    last = _last_telling(codes, offsets)
    space = codes == 0x20
    inner = np.isin(codes, _codes(",;:.!?"))
    inner[:-1] &= space[1:]
    head = (
        codes[np.minimum(offsets[:-1], max(codes.size - 1, 0))] if codes.size else np.zeros(len(offsets) - 1, np.uint32)
    )
    return Shapes(
        _count(~space, offsets),
        words.astype(np.int32),
        _count(wordish & ~digit, offsets),
        _count(digit, offsets),
        _count(inner, offsets),
        np.isin(last, _codes(_STOPS)),
        last == ord(":"),
        np.isin(head, _codes("*-•>–")),
    )


def word_codes(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Letters and digits, by blocks of code points; good enough to count words of any script."""
    ascii_word = (
        ((codes >= 0x30) & (codes <= 0x39)) | ((codes >= 0x61) & (codes <= 0x7A)) | ((codes >= 0x41) & (codes <= 0x5A))
    )
    other = (codes >= 0xC0) & (codes != 0xD7) & (codes != 0xF7) & ~((codes >= 0x2000) & (codes < 0x2C00))
    other &= ~((codes >= 0x3000) & (codes < 0x3040)) & ~((codes >= 0xE000) & (codes < 0xF900)) & (codes < 0x1F000)
    other &= ~((codes >= 0x600) & (codes < 0x620)) & (codes != 0x66A) & (codes != 0x6D4)
    return np.asarray((ascii_word | other) & (codes < 0xFE00) | (codes >= 0x10000) & (codes < 0x1F000))


def _unspaced(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Letters of scripts that write no spaces between words: Thai, Lao, Khmer, Burmese, kana, Han."""
    return np.asarray(
        ((codes >= 0xE00) & (codes < 0x1000))
        | ((codes >= 0x1000) & (codes < 0x10A0))
        | ((codes >= 0x1780) & (codes < 0x1800))
        | ((codes >= 0x3040) & (codes < 0x3100))
        | ((codes >= 0x3400) & (codes < 0xA000))
    )


def _last_telling(codes: NDArray[np.uint32], offsets: NDArray[np.int64]) -> NDArray[np.uint32]:
    """The last code point of each text that is no closing quote or bracket (0 where there is none)."""
    telling = np.flatnonzero(~np.isin(codes, _codes(_CLOSERS + " ")))
    if telling.size == 0:
        return np.zeros(offsets.size - 1, np.uint32)
    at = np.searchsorted(telling, offsets[1:]) - 1
    place = telling[np.maximum(at, 0)]
    return np.where((at >= 0) & (place >= offsets[:-1]), codes[place], 0).astype(np.uint32)


def _codes(text: str) -> NDArray[np.uint32]:
    return np.array([ord(c) for c in text], np.uint32)


def _count(flags: NDArray[np.bool_], offsets: NDArray[np.int64]) -> NDArray[np.int32]:
    total = np.zeros(flags.size + 1, np.int64)
    np.cumsum(flags, out=total[1:])
    return np.diff(total[offsets]).astype(np.int32)
