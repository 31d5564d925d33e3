"""Folding whole batches: one table look-up per code point, then white space, all lines at once.

Most characters fold to the same thing wherever they stand (`normal.alone`); a line of such
characters is *easy* and never becomes a Python string. A line that holds any other character (a mark
that may compose, Hangul jamo, a ligature that expands) is *hard* and goes through `normal.fold`, each
distinct one once. Tables fill as characters are met: a corpus uses some hundreds of the 1.1 million.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dedup.text.folded import Folded, positions, starts
from dedup.text.normal import PUNCTUATION, alone, fold, steps

_UTF32 = "utf-32-le"
_UNKNOWN, _SPACE, _NEWLINE = 0, 0x20, 0x0A
_DELETED, _HARD = 0xFFFFFFFF, 0xFFFFFFFE
_CHUNK = 1 << 18
"""Code points folded at a time: the temporaries stay in the processor's cache."""


@cache
def _table(_profile: str) -> NDArray[np.uint32]:
    """What each code point folds to (uint32, shape (0x110000,)); `_UNKNOWN` until it is met."""
    return np.zeros(0x110000, dtype=np.uint32)


@cache
def _punctuation() -> NDArray[np.bool_]:
    """Whether a space before this code point goes: punctuation, another space, the line's end."""
    flags = np.zeros(0x80, dtype=bool)
    flags[[ord(mark) for mark in PUNCTUATION] + [_SPACE, _NEWLINE]] = True
    return flags


def _target(code: int, profile: str) -> int:
    answer = alone(chr(code), profile)
    if answer is None or len(answer) > 1 or answer == "\0":
        return _HARD
    return ord(answer) if answer else _DELETED


def fold_table(met: NDArray[np.integer], profile: str) -> NDArray[np.uint32]:
    """What each code point folds to, for those met (any others may be unknown); hard and deleted ones have marks."""
    table = _table(profile)
    for code in met[table[met] == _UNKNOWN].tolist():
        table[code] = _target(code, profile)
    return table


def space_goes_before() -> NDArray[np.uint8]:
    """Whether a space before this folded code point goes (uint8, shape (128,)); above there is none."""
    return _punctuation().astype(np.uint8)


def _look_up(codes: NDArray[np.uint32], profile: str) -> NDArray[np.uint32]:
    table = _table(profile)
    mapped = table[codes]
    if not mapped.all():
        mapped = fold_table(np.unique(codes[mapped == _UNKNOWN]), profile)[codes]
    return mapped


def _replace_hard(
    codes: NDArray[np.uint32], mapped: NDArray[np.uint32], line_ends: NDArray[np.int64], profile: str
) -> NDArray[np.uint32]:
    """`mapped` with the normal form of each hard line in the place of that line."""
    at = np.flatnonzero(mapped == _HARD)
    if not len(at):
        return mapped
    hard = np.unique(np.searchsorted(line_ends, at))
    pieces, done = [], 0
    seen: dict[bytes, NDArray[np.uint32]] = {}
    for line in hard.tolist():
        begin, end = int(line_ends[line - 1]) + 1 if line else 0, int(line_ends[line])
        raw = codes[begin:end].astype("<u4", copy=False).tobytes()
        if raw not in seen:
            seen[raw] = Folded.of([fold(raw.decode("utf-32-le", "surrogatepass"), profile)]).codes
        pieces += [mapped[done:begin], seen[raw]]
        done = end
    return np.concatenate([*pieces, mapped[done:]])


def fold_places(text: str, profile: str) -> tuple[str, list[int]]:
    """`fold_map` of a text: all characters that fold on their own at once, the runs of the others one by one."""
    codes = np.frombuffer(text.encode(_UTF32, "surrogatepass"), dtype="<u4").astype(np.uint32, copy=False)
    mapped = _look_up(codes, profile)
    kept, places = _spelled_out(text, codes, mapped, profile)
    space = kept == _SPACE
    first = ~(space & np.concatenate(([True], space[:-1])))  # of several spaces the first stays, none at the start
    places, kept = places[first], kept[first]
    following = np.concatenate((kept[1:], np.full(min(len(kept), 1), _NEWLINE, np.uint32)))
    last = ~((kept == _SPACE) & _punctuation()[np.minimum(following, 0x7F)])
    return Folded(kept[last], np.zeros(1, np.int64)).text_of_all(), [*places[last].tolist(), len(text)]


def _spelled_out(
    text: str, codes: NDArray[np.uint32], mapped: NDArray[np.uint32], profile: str
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """What the characters fold to before white space collapses, and where each came from: the start of its run."""
    easy = (mapped != _DELETED) & (mapped != _HARD)
    hard = np.flatnonzero(mapped == _HARD)
    if not len(hard):
        places = np.flatnonzero(easy)
        return mapped[places], places
    opens = easy.copy()
    opens[hard] = [bool(alone(chr(code), profile)) for code in codes[hard].tolist()]
    starts_at = np.append(np.flatnonzero(opens), len(text))
    run = np.unique(np.searchsorted(starts_at, hard, side="right") - 1)
    pieces, at = [], 0
    for begin, end in zip(np.where(run < 0, 0, starts_at[run]).tolist(), starts_at[run + 1].tolist(), strict=True):
        places = at + np.flatnonzero(easy[at:begin])
        pieces.append((mapped[places], places))
        folded = "".join(" " if c.isspace() else c for c in steps(text[begin:end], profile)[-1])
        spelled = np.frombuffer(folded.encode(_UTF32, "surrogatepass"), dtype="<u4").astype(np.uint32, copy=False)
        pieces.append((spelled, np.full(len(spelled), begin)))
        at = end
    places = at + np.flatnonzero(easy[at:])
    pieces.append((mapped[places], places))
    return np.concatenate([codes for codes, _ in pieces]), np.concatenate([places for _, places in pieces])


def _collapse(mapped: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Drop deleted characters and all spaces but single ones between two words; every line ends in a newline."""
    kept = mapped[mapped != _DELETED]
    spaces = np.flatnonzero(kept == _SPACE)
    following = kept[spaces + 1]
    last = ~_punctuation()[np.minimum(following, 0x7F)]
    return np.delete(kept, spaces[~last]) if not last.all() else kept


def _drop_leading(kept: NDArray[np.uint32]) -> NDArray[np.uint32]:
    spaces = np.flatnonzero(kept == _SPACE)
    before = kept[spaces - 1]
    leading = before == _NEWLINE  # the first character looks back at the last, which is a newline
    return np.delete(kept, spaces[leading]) if leading.any() else kept


def _fold_chunk(
    codes: NDArray[np.uint32], start: NDArray[np.int64], lengths: NDArray[np.int64], profile: str
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Folded code points of some lines and the length of each."""
    place = positions(start, lengths + 1)
    line_ends = np.cumsum(lengths + 1) - 1
    place[line_ends] = 0  # the newline may lie past the end of the array; it is overwritten below
    gathered = codes[place]
    mapped = _look_up(gathered, profile)
    mapped[line_ends] = _NEWLINE
    kept = _drop_leading(_collapse(_replace_hard(gathered, mapped, line_ends, profile)))
    newline = kept == _NEWLINE
    ends = np.flatnonzero(newline)
    return kept[~newline], np.diff(ends, prepend=-1) - 1


def _chunks(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Bounds of runs of lines that hold about `_CHUNK` code points each (a longer line is a run of its own)."""
    ends = np.cumsum(lengths + 1)
    steps = np.arange(_CHUNK, int(ends[-1]) + _CHUNK, _CHUNK)
    return np.unique(np.concatenate(([0], np.searchsorted(ends, steps, side="right"), [len(lengths)])))


def fold_lines(
    codes: NDArray[np.uint32], start: NDArray[np.int64], end: NDArray[np.int64], profile: str = "ar"
) -> Folded:
    r"""The normal form of each line `codes[start[i] : end[i]]`, equal to `fold` of each.

    >>> from dedup.text.lines import encode, split
    >>> codes, doc_starts = encode(["  إقرأ  أيضاً :\nﻻ"])
    >>> bounds = split(codes, doc_starts)
    >>> folded = fold_lines(codes, bounds.start, bounds.end)
    >>> folded.text(0), folded.text(1)
    ('اقرا ايضا:', 'لا')
    """
    lengths = end - start
    if not len(lengths) or not len(codes):
        return Folded(np.zeros(0, dtype=np.uint32), np.zeros(len(lengths) + 1, dtype=np.int64))
    bounds = _chunks(lengths).tolist()
    parts = [_fold_chunk(codes, start[first:last], lengths[first:last], profile) for first, last in pairwise(bounds)]
    return Folded(np.concatenate([part[0] for part in parts]), starts(np.concatenate([part[1] for part in parts])))
