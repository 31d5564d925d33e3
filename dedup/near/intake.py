"""From the lines of a batch to the ids of their distinct folded texts, with what is counted on the way.

Two ways to the same values: NumPy over the whole batch, or compiled passes that touch each code point twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dedup.near.compiled import Kernels, kernels
from dedup.near.distinct import Distinct
from dedup.near.hashing import hash_lines
from dedup.text.columns import fold_table, space_goes_before
from dedup.text.fold import Folded, fold, fold_lines, profile_of
from dedup.text.folded import starts
from dedup.text.lines import encode, split
from dedup.text.profile import OWN_LETTERS

_NEWLINE, _SPACES_END = 0x0A, 0x3001
_WIDE = 4


@dataclass(frozen=True, slots=True, eq=False)
class Intake:
    """The lines of a batch; `doc`, `start`, `end`, `next` as in `LineBounds`, but counted within each document.

    size: int32, code points that are no space. gaps: int32, runs of four and more spaces with something after them on
    the line. text: int32, id of the folded text, -1 where it is empty. profiles: one per document.
    """

    doc: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    next: NDArray[np.int32]
    size: NDArray[np.int32]
    gaps: NDArray[np.int32]
    text: NDArray[np.int32]
    profiles: tuple[str, ...]


def take_in(texts: Sequence[str], distinct: Distinct) -> Intake:
    r"""Split, measure and fold some documents; new texts are added to `distinct`.

    >>> found = take_in(["خبرٌ\n\nخبر", "مقال"], Distinct())
    >>> found.text.tolist(), found.size.tolist(), found.profiles
    ([0, -1, 0, 1], [4, 0, 3, 4], ('ar', 'ar'))
    """
    codes, doc_starts = encode(texts)
    bounds = split(codes, doc_starts)
    columns = (codes, bounds.doc, bounds.start, bounds.end)
    compiled = kernels(len(codes))
    if compiled is None:
        size, gaps, text, profiles = _plainly(texts, *columns, distinct)
    else:
        size, gaps, text, profiles = _compiled(compiled, texts, *columns, distinct)
    base = doc_starts[bounds.doc]
    start, end, following = ((column - base).astype(np.int32) for column in (bounds.start, bounds.end, bounds.next))
    return Intake(bounds.doc, start, end, following, size, gaps, text, profiles)


Columns = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], tuple[str, ...]]


def _plainly(
    texts: Sequence[str],
    codes: NDArray[np.uint32],
    doc: NDArray[np.int32],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    distinct: Distinct,
) -> Columns:
    spaces = _spaces()[np.minimum(codes, _SPACES_END)] == 1
    size = (end - start - _sums(spaces, start, end)).astype(np.int32)
    gaps = _gaps(spaces, codes == _NEWLINE, start, end)
    profiles = tuple(map(profile_of, texts))
    parts = [(rows, fold_lines(codes, start[rows], end[rows], profile)) for profile, rows in _by_profile(profiles, doc)]
    folded = parts[0][1]
    if len(parts) > 1:
        offsets = starts(np.concatenate([part.lengths for _, part in parts]))
        folded = Folded(np.concatenate([part.codes for _, part in parts]), offsets)
        folded = folded.take(np.argsort(np.concatenate([rows for rows, _ in parts])))
    return size, gaps, distinct.add(folded), profiles


def _by_profile(profiles: Sequence[str], doc: NDArray[np.int32]) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """The lines of each profile."""
    of_line = np.array(profiles)[doc]
    for profile in sorted(set(profiles)):
        yield profile, np.flatnonzero(of_line == profile)


def _compiled(
    compiled: Kernels,
    texts: Sequence[str],
    codes: NDArray[np.uint32],
    doc: NDArray[np.int32],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    distinct: Distinct,
) -> Columns:
    lines = len(start)
    size, gaps, own = np.empty(lines, np.int32), np.empty(lines, np.int32), np.empty(lines, np.uint32)
    seen = np.zeros(0x110000, np.uint8)
    compiled.survey(codes, start, end, _classes(), size, gaps, own, seen)
    met = np.flatnonzero(seen)
    profiles = _profiles(texts, np.bitwise_or.reduceat(own, np.searchsorted(doc, np.arange(len(texts)))))
    out = np.empty(len(codes), np.uint32)
    first, length = np.zeros(lines, np.int64), np.zeros(lines, np.int64)
    hashes = np.zeros((lines, 2), np.uint64)
    written = 0
    for profile, rows in _by_profile(profiles, doc):
        part = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64), np.empty((len(rows), 2), np.uint64)
        table, glued = fold_table(met, profile), space_goes_before()
        done = compiled.fold_hash(codes, start[rows], end[rows], table, glued, out[written:], *part)
        first[rows], length[rows], hashes[rows] = part[0] + written, part[1], part[2]
        written += done
    hard = np.flatnonzero(length < 0)
    folded = _fold_hard(codes, start[hard], end[hard], [profiles[each] for each in doc[hard].tolist()])
    first[hard], length[hard] = written + folded.offsets[:-1], folded.lengths
    hashes[hard] = hash_lines(folded)
    pieces = np.concatenate([out[:written], folded.codes]) if len(hard) else out
    return size, gaps, distinct.add_pieces(compiled, pieces, first, length, hashes), profiles


def _fold_hard(
    codes: NDArray[np.uint32], start: NDArray[np.int64], end: NDArray[np.int64], profiles: Sequence[str]
) -> Folded:
    """The lines that only the scalar definition can fold, each distinct one once."""
    seen: dict[tuple[bytes, str], str] = {}
    folded = []
    for begin, stop, profile in zip(start.tolist(), end.tolist(), profiles, strict=True):
        raw = codes[begin:stop].astype("<u4", copy=False).tobytes()
        if (raw, profile) not in seen:
            seen[raw, profile] = fold(raw.decode("utf-32-le", "surrogatepass"), profile)
        folded.append(seen[raw, profile])
    return Folded.of(folded)


def _profiles(texts: Sequence[str], own: NDArray[np.uint32]) -> tuple[str, ...]:
    """`profile_of` each text; `own` says which languages' letters it holds, and one letter decides nothing."""
    asked = np.zeros(len(texts), bool)
    for bits in _letter_bits():
        asked |= np.bitwise_count(own & np.uint32(bits)) >= 2
    return tuple(profile_of(text) if ask else "ar" for text, ask in zip(texts, asked.tolist(), strict=True))


@cache
def _letter_bits() -> tuple[int, ...]:
    """Per profile, the bits of its letters' classes."""
    classes = _classes()
    return tuple(sum(1 << int(classes[ord(letter)]) for letter in letters) for letters in OWN_LETTERS.values())


@cache
def _classes() -> NDArray[np.uint8]:
    """Per code point: 1 for white space, 2 and more for the letters that tell languages apart, else 0."""
    table = np.zeros(0x110000, np.uint8)
    table[:_SPACES_END] = _spaces()[:_SPACES_END]
    for kind, letter in enumerate("".join(OWN_LETTERS.values()), 2):
        table[ord(letter)] = kind
    return table


@cache
def _spaces() -> NDArray[np.uint8]:
    """The code points for which `str.isspace` is true; there is none from the last entry on."""
    return np.array([chr(code).isspace() for code in range(_SPACES_END)] + [False], np.uint8)


def _sums(flags: NDArray[np.bool_], start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many flags are set in each half-open range."""
    total = np.zeros(len(flags) + 1, np.int64)
    np.cumsum(flags, out=total[1:])
    sums: NDArray[np.int64] = total[end] - total[start]
    return sums


def _gaps(
    spaces: NDArray[np.bool_], breaks: NDArray[np.bool_], start: NDArray[np.int64], end: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Runs of at least four spaces, each followed by something else on the line."""
    blank = spaces & ~breaks
    wide = blank.copy()
    for shift in range(1, _WIDE):
        wide[shift:] &= blank[:-shift]
        wide[:shift] = False
    wide[:-1] &= ~spaces[1:]
    wide[-1:] = False
    return _sums(wide, start, end).astype(np.int32)
