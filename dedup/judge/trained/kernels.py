"""The compiled loops of the learned judgement: what the NumPy ways of this room compute, value for value."""
# mypy: disable-error-code="untyped-decorator, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201, C901 -- the decorator's signature is the type

from __future__ import annotations

import numpy as np

from dedup.near.kernels import kernel, mix

_WORD, _UNSPACED, _DIGIT, _FIRST_SIGN = 1, 2, 4, 3
_PLACES, _SHORT, _LONGEST_WEIGHT, _PAIR_WEIGHT = 32, 3, 9, 4
_SLOT_MASK = np.uint64((1 << 20) - 1)
_PAGE_MASK = (1 << 16) - 1
_U0, _U1 = np.uint64(0), np.uint64(1)


@kernel("void(uint32[::1], int64[::1], uint8[::1], uint64[::1], int32[::1], uint8[::1], int64[::1], int32[:,::1])")
def read_texts(codes, offsets, classes, powers, slot, weight, first, counts):
    """`tokens._plainly`: words into `slot` and `weight`, their offsets into `first`, counts into `counts`."""
    word = 0
    for text in range(offsets.size - 1):
        first[text] = word
        at, end = offsets[text], offsets[text + 1]
        while at < end:
            bits = classes[codes[at]]
            if bits & _UNSPACED:
                value = (np.uint64(codes[at]) + _U1) * powers[0]
                if at + 1 < end and classes[codes[at + 1]] & _UNSPACED:
                    value += (np.uint64(codes[at + 1]) + _U1) * powers[1]
                slot[word], weight[word] = np.int32(mix(value) & _SLOT_MASK), _PAIR_WEIGHT
                word += 1
                counts[text, 4] += 1
                at += 1
            elif bits & _WORD:
                value, length, digits = _U0, 0, 0
                while at < end and classes[codes[at]] & 3 == _WORD:
                    value += (np.uint64(codes[at]) + _U1) * powers[min(length, _PLACES - 1)]
                    digits += classes[codes[at]] & _DIGIT != 0
                    length += 1
                    at += 1
                slot[word] = np.int32(mix(value) & _SLOT_MASK)
                weight[word] = 1 if digits == length else min(length, _LONGEST_WEIGHT)
                word += 1
                counts[text, 0] = max(counts[text, 0], length)
                counts[text, 1] += length <= _SHORT
                counts[text, 2] += digits == length
            else:
                sign = bits >> _FIRST_SIGN
                if sign:
                    counts[text, 4 + sign] += 1
                code = codes[at]
                if (code == 46 or code == 33 or code == 63) and at + 1 < end and codes[at + 1] == 32:
                    counts[text, 3] += 1
                at += 1
    first[offsets.size - 1] = word


@kernel("void(int64[::1], int64[::1], int64[::1], int32[::1], uint8[::1], boolean[::1], int64[::1], int64[::1])")
def share_words(begin, text, offsets, slot, weight, chosen, one, two):
    """`around.shared_words`, into `one` and `two`."""
    holders = np.zeros(_PAGE_MASK + 1, np.int32)
    latest = np.full(_PAGE_MASK + 1, -1, np.int64)
    for page in range(begin.size - 1):
        for line in range(begin[page], begin[page + 1]):
            if chosen[line]:
                for word in range(offsets[text[line]], offsets[text[line] + 1]):
                    at = slot[word] & _PAGE_MASK
                    if latest[at] != line:
                        latest[at] = line
                        holders[at] += 1
        for line in range(begin[page], begin[page + 1]):
            whole, once, twice = np.int64(0), np.int64(0), np.int64(0)
            own = np.int32(chosen[line])
            for word in range(offsets[text[line]], offsets[text[line] + 1]):
                others = holders[slot[word] & _PAGE_MASK] - own
                size = np.int64(weight[word])
                whole += size
                once += size * (others >= 1)
                twice += size * (others >= 2)
            one[line] = 100 * once // whole if whole else -1
            two[line] = 100 * twice // whole if whole else -1
        for line in range(begin[page], begin[page + 1]):
            if chosen[line]:
                for word in range(offsets[text[line]], offsets[text[line] + 1]):
                    at = slot[word] & _PAGE_MASK
                    holders[at], latest[at] = 0, -1


@kernel("void(int64[::1], int64[::1], int64, int64[::1], int64[::1])")
def mean_around(begin, values, reach, before, after):
    """`around.means`, into `before` and `after`."""
    for page in range(begin.size - 1):
        first, last = begin[page], begin[page + 1]
        above, below = np.int64(0), np.int64(0)
        for line in range(first + 1, min(first + reach + 1, last)):
            below += values[line]
        for line in range(first, last):
            some, more = min(line - first, reach), min(last - line - 1, reach)
            before[line] = 16 * above // some if some else -1
            after[line] = 16 * below // more if more else -1
            above += values[line]
            if line - reach >= first:
                above -= values[line - reach]
            if line + 1 < last:
                below -= values[line + 1]
            if line + 1 + reach < last:
                below += values[line + 1 + reach]


@kernel("void(int16[:,::1], int16[::1], int16[::1], int32[::1], int32[::1], int32[::1], int32[::1], int32[::1])")
def add_trees(rows, feature, limit, left, right, roots, leaves, sums):
    """`Forest.margins` of some rows, added to `sums`."""
    block = 256
    for start in range(0, rows.shape[0], block):
        stop = min(start + block, rows.shape[0])
        for tree in range(roots.size):
            for row in range(start, stop):
                node = roots[tree]
                while node >= 0:
                    node = left[node] if rows[row, feature[node]] <= limit[node] else right[node]
                sums[row] += leaves[~node]
