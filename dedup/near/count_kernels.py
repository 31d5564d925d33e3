"""Compiled loops that count code points per text; see `kernels` for what holds of all of them."""
# mypy: disable-error-code="untyped-decorator, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201 -- the decorator's signature is the type

from __future__ import annotations

from dedup.near.kernels import SPACE, kernel


@kernel("int64(uint32[::1], int64[::1], int64[::1], int64, uint8[::1], uint8, int32[::1], int32[::1])")
def count_runs(codes, offsets, ids, begin, classes, bit, runs, spaces):
    """Per text of `ids[begin:]`: runs of code points whose class has the bit, and spaces.

    Gives the row where it stopped: all of them, or the first one with a code point whose class is 0, not yet known.
    """
    for row in range(begin, ids.size):
        inside, found, blank = False, 0, 0
        for at in range(offsets[ids[row]], offsets[ids[row] + 1]):
            kind = classes[codes[at]]
            if kind == 0:
                return row
            now = kind & bit != 0
            found += now and not inside
            blank += codes[at] == SPACE
            inside = now
        runs[row], spaces[row] = found, blank
    return ids.size


@kernel("void(uint32[::1], int64[::1], uint8[::1], int32[:,::1])")
def count_shapes(codes, offsets, classes, out):
    """Counts of `shape.shapes` per text: see `shape.COUNTED` for the columns and the bits of `classes`."""
    for text in range(offsets.size - 1):
        size, starts, unspaced, letters, digits, commas = 0, 0, 0, 0, 0, 0
        before, mark_before = False, False
        for at in range(offsets[text], offsets[text + 1]):
            bits = classes[codes[at]]
            space = codes[at] == SPACE
            word = bits & 1 != 0
            apart = bits & 2 != 0
            digit = bits & 4 != 0
            size += not space
            starts += word and not before and not apart
            unspaced += apart
            letters += word and not digit
            digits += digit
            commas += space and mark_before
            before, mark_before = word, bits & 8 != 0
        out[text, 0], out[text, 1], out[text, 2] = size, starts, unspaced
        out[text, 3], out[text, 4], out[text, 5] = letters, digits, commas
