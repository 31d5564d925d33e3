"""The compiled loops: what the NumPy path computes, value for value, in one pass each.

Only `compiled` imports this file, and only when there is enough work: importing numba and loading its cache costs
about half a second. Signatures are explicit, so all is compiled (or loaded) at import and nothing later. Unsigned
and signed 64-bit integers never meet in one expression: numba would make floats of them.
"""
# mypy: disable-error-code="untyped-decorator, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201, ANN401 -- the decorator's signature is the type

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

DELETED, HARD = np.uint32(0xFFFFFFFF), np.uint32(0xFFFFFFFE)
SPACE = np.uint32(0x20)
EMPTY = np.uint32(0xFFFFFFFF)
SLOTS = 128

_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_KEY_LOW, _KEY_HIGH = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_BASE, _PLACE = np.uint64(0x9FB21C651E98DF25), np.uint64(0xD6E8FEB86659FD93)
_PADDING = np.uint64(0xFFFFFFFFFFFFFFFF)
_U0, _U1, _U21, _U25, _U27, _U29 = (np.uint64(number) for number in (0, 1, 21, 25, 27, 29))
_U30, _U31, _U32, _U57 = (np.uint64(number) for number in (30, 31, 32, 57))

caching = {"misses": 0}
"""How many kernels had to be compiled in this process."""


def _missed(count: int) -> None:
    """Count compilations; the first one is said, because a first run waits for it."""
    if count and not caching["misses"] and sys.stderr is not None:
        sys.stderr.write("dedup: compiling its kernels, once on this machine (about 5 s)\n")
    caching["misses"] += count


def kernel(signature: str) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function for the types of its signature, or load it from the cache."""

    def compile_it(function: Callable[..., Any]) -> Any:
        try:
            compiled = njit(signature, cache=True, nogil=True)(function)
        except RuntimeError:  # neither the package's folder nor the user's cache folder can be written
            _missed(1)
            return njit(signature, nogil=True)(function)
        _missed(sum(compiled.stats.cache_misses.values()))
        return compiled

    return compile_it


@kernel("uint64(uint64)")
def mix(value):
    """`hashing.mix` of one value."""
    value ^= value >> _U30
    value *= _MIX_1
    value ^= value >> _U27
    value *= _MIX_2
    return value ^ (value >> _U31)


@kernel("void(uint32[::1], int64, int64, uint64[:,::1], int64)")
def hash_text(codes, begin, end, hashes, row):
    """`hashing.hash_lines` of `codes[begin:end]` into a row of `hashes`."""
    low, high = _U0, _U0
    for at in range(begin, end):
        one = mix(((np.uint64(at - begin) << _U21) | np.uint64(codes[at])) + _KEY_LOW)
        two = (one ^ (one >> _U29)) * _KEY_HIGH
        low += one
        high += two ^ (two >> _U32)
    size = np.uint64(end - begin)
    hashes[row, 0] = mix(low + size * _KEY_HIGH)
    hashes[row, 1] = mix(high + size * _KEY_LOW)


@kernel(
    "void(Array(uint32, 1, 'C', readonly=True), int64[::1], int64[::1], uint8[::1],"
    " int32[::1], int32[::1], uint32[::1], uint8[::1])"
)
def survey(codes, start, end, classes, size, gaps, own, met):
    """Per line: code points that are no space, wide gaps, bits of the classes above 1; notes all code points met.

    Class 1 is white space. A gap is a run of four and more spaces with something after it on the line.
    """
    for line in range(start.size):
        count, wide, run, bits = 0, 0, 0, np.uint32(0)
        for at in range(start[line], end[line]):
            code = codes[at]
            met[code] = 1
            kind = classes[code]
            if kind == 1:
                run += 1
                continue
            wide += run >= 4
            run = 0
            count += 1
            if kind:
                bits |= np.uint32(1) << np.uint32(kind)
        size[line], gaps[line], own[line] = count, wide, bits


@kernel(
    "int64(Array(uint32, 1, 'C', readonly=True), int64[::1], int64[::1], uint32[::1], uint8[::1],"
    " uint32[::1], int64[::1], int64[::1], uint64[:,::1])"
)
def fold_hash(codes, start, end, table, glued, out, first, length, hashes):
    """Fold each line into `out` (at `first`, `length` code points) and hash it; length -1 for a line that is hard.

    `table` holds what a code point folds to, `glued` (per code point below 128) whether the space before it goes.
    Gives the number of code points written.
    """
    written = 0
    for line in range(start.size):
        begin, pending, hard = written, False, False
        for at in range(start[line], end[line]):
            target = table[codes[at]]
            if target == SPACE:
                pending = written > begin
            elif target == HARD:
                hard = True
                break
            elif target != DELETED:
                if pending:
                    if target >= 128 or not glued[target]:
                        out[written] = SPACE
                        written += 1
                    pending = False
                out[written] = target
                written += 1
        first[line] = begin
        if hard:
            length[line] = -1
            written = begin
            continue
        length[line] = written - begin
        hash_text(out, begin, written, hashes, line)
    return written


@kernel(
    "int64(uint32[::1], int64[::1], int64[::1], uint64[:,::1], int64,"
    " int32[::1], uint32[::1], int64[::1], uint64[:,::1], int64[::1], int32[::1])"
)
def add_texts(codes, first, length, hashes, begin, slots, texts, offsets, keys, count, ids):
    """Give texts `begin` and on their ids, appending those that are new (`count[0]` texts are known).

    `slots` is `distinct.Slots`' table with room for all of them. Gives the row where it stopped: the number of texts,
    or the first one whose key belongs to another text.
    """
    known, mask = count[0], np.uint64(slots.size - 1)
    for row in range(begin, length.size):
        size, ids[row] = length[row], -1
        if size <= 0:
            continue
        slot = hashes[row, 0] & mask
        while slots[slot] >= 0 and keys[slots[slot], 0] != hashes[row, 0]:
            slot = (slot + _U1) & mask
        there = np.int64(slots[slot])
        if there < 0:
            there, base = known, offsets[known]
            slots[slot] = there
            for at in range(size):
                texts[base + at] = codes[first[row] + at]
            keys[there, 0], keys[there, 1] = hashes[row, 0], hashes[row, 1]
            offsets[there + 1] = base + size
            known += 1
            count[0] = known
        else:
            base = offsets[there]
            same = offsets[there + 1] - base == size
            at = 0
            while same and at < size:
                same = texts[base + at] == codes[first[row] + at]
                at += 1
            if not same:
                return row
        ids[row] = there
    return length.size


@kernel("int64(uint32[::1], int64, int64, int64, uint64[::1])")
def shingle(codes, begin, end, size, out):
    """Hashes of the runs of `size` code points of `codes[begin:end]` (`signatures.shingle_lines`); how many."""
    length = end - begin
    if length < size:
        total = _U0
        for at in range(length):
            total += mix(np.uint64(codes[begin + at]) + np.uint64(at) * _PLACE)
        out[0] = mix(total + np.uint64(length))
        if out[0] == _PADDING:
            out[0] = _U0
        return min(length, 1)
    rolling, leaving = _U0, np.uint64(1)
    for at in range(size):
        rolling = rolling * _BASE + np.uint64(codes[begin + at])
        leaving *= _BASE
    for at in range(length - size + 1):
        if at:
            rolling = rolling * _BASE + np.uint64(codes[begin + at + size - 1])
            rolling -= np.uint64(codes[begin + at - 1]) * leaving
        value = mix(rolling)
        out[at] = value if value != _PADDING else _U0
    return length - size + 1


@kernel("void(uint32[::1], int64[::1], int64[::1], int64, uint8[:,::1], uint64[::1], uint32[:,::1])")
def sign(codes, offsets, ids, size, probes, room, out):
    """`signatures.sign` of the texts `ids` over code points; `room` holds the shingles of the longest text."""
    slots = np.empty(SLOTS, np.uint32)
    for row in range(ids.size):
        text = ids[row]
        count = shingle(codes, offsets[text], offsets[text + 1], size, room)
        slots[:] = EMPTY
        for at in range(count):
            value = min(np.uint32(room[at] >> _U25), np.uint32(0xFFFFFFFE))
            into = room[at] >> _U57
            slots[into] = min(slots[into], value)
        for into in range(SLOTS):
            value, attempt = slots[into], 0
            while value == EMPTY and count and attempt < SLOTS:
                value = slots[probes[attempt, into]]
                attempt += 1
            out[row, into] = value


@kernel("uint64(int64)")
def spread(count):
    """The mask of a hash table for so many values: small ones stay in the nearest cache."""
    slots = 4
    while slots < 2 * count:
        slots *= 2
    return np.uint64(slots - 1)


@kernel(
    "void(uint32[::1], int64[::1], int64[::1], int64[::1], int64,"
    " uint64[::1], uint64[:,::1], int64[:,::1], int64[::1], int64[::1])"
)
def overlaps(codes, offsets, a, b, size, room, keys, stamps, shared, union):
    """Shingles in both of the texts `a[k]` and `b[k]`, and in either; quick where equal `a` follow each other.

    `room` holds the shingles of the longest text, `keys` and `stamps` (zeros) two hash tables of twice as many slots.
    A slot with an older stamp is free, so the tables are never cleared. Look-ups stand here twice because calls would
    double the time.
    """
    keys_a, keys_b, stamps_a, stamps_b = keys[0], keys[1], stamps[0], stamps[1]
    left, stamp, mask = 0, 0, _U0
    for pair in range(a.size):
        now = pair + 1
        if pair == 0 or a[pair] != a[pair - 1]:
            left, stamp = 0, now
            count = shingle(codes, offsets[a[pair]], offsets[a[pair] + 1], size, room)
            mask = spread(count)
            for at in range(count):
                slot = room[at] & mask
                while stamps_a[slot] == now and keys_a[slot] != room[at]:
                    slot = (slot + _U1) & mask
                left += stamps_a[slot] != now
                keys_a[slot], stamps_a[slot] = room[at], now
        right, both = 0, 0
        count = shingle(codes, offsets[b[pair]], offsets[b[pair] + 1], size, room)
        own = spread(count)
        for at in range(count):
            slot = room[at] & own
            while stamps_b[slot] == now and keys_b[slot] != room[at]:
                slot = (slot + _U1) & own
            fresh = stamps_b[slot] != now
            keys_b[slot], stamps_b[slot] = room[at], now
            slot = room[at] & mask
            while stamps_a[slot] == stamp and keys_a[slot] != room[at]:
                slot = (slot + _U1) & mask
            right += fresh
            both += fresh and stamps_a[slot] == stamp
        shared[pair], union[pair] = both, left + right - both


@kernel("void(uint32[:,::1], int64[::1], int64, uint64[::1], uint64[:,::1])")
def band_keys(signatures, ids, rows, first, out):
    """`bands.band_keys` of some signatures, a row of `out` per band; `first` is what each band's hash begins with."""
    for place in range(ids.size):
        for band in range(first.size):
            key = first[band]
            for at in range(band * rows, band * rows + rows):
                key = mix(key + np.uint64(signatures[ids[place], at]))
            out[band, place] = key
