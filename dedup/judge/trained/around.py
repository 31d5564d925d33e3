"""Columns that say what stands around a line on its page: means over neighbours, distances, shares of words.

All numbers are whole, so that every machine computes the same. `begin` holds the first line of each page and the
number of lines (int64, shape (pages + 1,)); a column has a value per line.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.judge.trained.compiled import loops
from dedup.judge.trained.tokens import Tokens

Column = NDArray[np.int64]

NONE = -1
"""The value where there is nothing to measure."""
FAR = 999
WORD_SLOTS = 1 << 16
"""Words of one page are told apart by so many slots."""


def pages_of(begin: Column) -> Column:
    """The page of each line."""
    return np.repeat(np.arange(begin.size - 1), np.diff(begin))


def means(begin: Column, values: Column, reach: int) -> tuple[Column, Column]:
    """Sixteenths of the mean over up to `reach` lines before each line, and after it; NONE where there is no line.

    >>> [side.tolist() for side in means(np.array([0, 3]), np.array([1, 2, 4]), 2)]
    [[-1, 16, 24], [48, 64, -1]]
    """
    compiled = loops(0)
    if compiled is not None:
        sides = np.empty(values.size, np.int64), np.empty(values.size, np.int64)
        compiled.mean_around(begin, values, reach, *sides)
        return sides
    page, index = pages_of(begin), np.arange(values.size)
    through = np.concatenate([[0], np.cumsum(values)])
    low = np.maximum(begin[:-1][page], index - reach)
    high = np.minimum(begin[1:][page], index + 1 + reach)
    before = 16 * (through[index] - through[low]) // np.maximum(index - low, 1)
    after = 16 * (through[high] - through[index + 1]) // np.maximum(high - index - 1, 1)
    return np.where(index > low, before, NONE), np.where(high > index + 1, after, NONE)


def shifted(begin: Column, values: Column, by: int) -> Column:
    """The value `by` lines further down the page; NONE beyond its ends."""
    page, at = pages_of(begin), np.arange(values.size) + by
    inside = (at >= begin[:-1][page]) & (at < begin[1:][page])
    return np.where(inside, values[np.clip(at, 0, max(values.size - 1, 0))], NONE)


def totals(begin: Column, values: Column) -> Column:
    """The sum over each line's page."""
    through = np.concatenate([[0], np.cumsum(values)])
    return np.asarray((through[begin[1:]] - through[begin[:-1]])[pages_of(begin)])


def running(begin: Column, values: Column) -> Column:
    """The sum over the lines of the page above each line."""
    through = np.concatenate([[0], np.cumsum(values)])
    return np.asarray(through[:-1] - through[begin[:-1]][pages_of(begin)])


def distances(begin: Column, chosen: NDArray[np.bool_], width: Column) -> dict[str, Column]:
    """How far the chosen lines are from each line.

    up, down: lines to the nearest above and below; up_width, down_width: text between. share: per cent of the chosen
    text that stands above. since_first, since_last: lines since the page's first and last chosen line. whole: chosen
    text of the page.
    """
    page, index = pages_of(begin), np.arange(width.size)
    first, last = begin[:-1][page], begin[1:][page]
    through = np.concatenate([[0], np.cumsum(width)])
    latest = np.maximum.accumulate(np.where(chosen, index, -1)) if index.size else index
    up = np.concatenate([[-1], latest[:-1]])[: index.size]
    has_up = up >= first
    coming = np.where(chosen, index, index.size)
    coming = np.minimum.accumulate(coming[::-1])[::-1] if index.size else index
    down = np.concatenate([coming[1:], [index.size]])[: index.size]
    has_down = down < last
    own = np.where(chosen, width, 0)
    whole = totals(begin, own)
    none = totals(begin, chosen.astype(np.int64)) == 0
    head, tail = coming[np.minimum(first, max(index.size - 1, 0))], latest[last - 1] if index.size else latest
    return {
        "up": np.where(has_up, index - up, NONE),
        "up_width": np.where(has_up, through[index] - through[np.maximum(up, 0) + 1], NONE),
        "down": np.where(has_down, down - index, NONE),
        "down_width": np.where(has_down, through[np.minimum(down, index.size)] - through[index + 1], NONE),
        "share": np.where(whole > 0, 100 * running(begin, own) // np.maximum(whole, 1), NONE),
        "since_first": np.where(none, FAR, index - head),
        "since_last": np.where(none, FAR, index - tail),
        "whole": whole,
    }


def copies(begin: Column, text: Column) -> tuple[Column, Column]:
    """How many lines of the page have this text, and how many of them stand above."""
    page = pages_of(begin)
    span = int(text.max(initial=0)) + 1
    key = page * span + text
    order = np.argsort(key, kind="stable")
    _, start, inverse = np.unique(key[order], return_index=True, return_inverse=True)
    count = np.diff(np.append(start, key.size))
    above, whole = np.empty(key.size, np.int64), np.empty(key.size, np.int64)
    above[order] = np.arange(key.size) - start[inverse]
    whole[order] = count[inverse]
    return whole, above


def shared_words(begin: Column, text: Column, words: Tokens, chosen: NDArray[np.bool_]) -> tuple[Column, Column]:
    """Per cent of a line's words, by weight, that stand on another chosen line of the page, and on two others.

    NONE where a line has no words.

    >>> slot, weight = np.array([1, 2, 1], np.int32), np.array([4, 4, 4], np.uint8)
    >>> words = Tokens(slot, weight, np.array([0, 2, 3]), np.zeros((2, 0)))
    >>> every = np.ones(2, bool)
    >>> [part.tolist() for part in shared_words(np.array([0, 2]), np.array([0, 1]), words, every)]
    [[50, 100], [0, 0]]
    """
    compiled = loops(0)
    if compiled is not None:
        one, two = np.empty(text.size, np.int64), np.empty(text.size, np.int64)
        compiled.share_words(begin, text, words.offsets, words.slot, words.weight, chosen, one, two)
        return one, two
    count = words.offsets[text + 1] - words.offsets[text]
    line = np.repeat(np.arange(text.size), count)
    ends = np.cumsum(count)
    at = np.arange(line.size) - np.repeat(ends - count, count) + np.repeat(words.offsets[text], count)
    slot, weight = words.slot[at].astype(np.int64) & (WORD_SLOTS - 1), words.weight[at].astype(np.int64)
    key = pages_of(begin)[line] * WORD_SLOTS + slot
    own = np.unique(np.stack([key, line], axis=1)[chosen[line]], axis=0)
    keys, holders = np.unique(own[:, 0], return_counts=True)
    place = np.minimum(np.searchsorted(keys, key), max(keys.size - 1, 0))
    met = keys[place] == key if keys.size else np.zeros(key.size, np.bool_)
    others = np.where(met, holders[place] if keys.size else 0, 0) - chosen[line]
    whole = np.bincount(line, weights=weight, minlength=text.size).astype(np.int64)
    found = [np.bincount(line, weights=weight * (others >= n), minlength=text.size).astype(np.int64) for n in (1, 2)]
    one, two = (np.where(whole > 0, 100 * each // np.maximum(whole, 1), NONE) for each in found)
    return one, two
