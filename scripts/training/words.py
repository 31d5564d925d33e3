"""The lexicon: words that stand in boilerplate more often than in main content, or less often, on several sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dedup.judge.trained.columns import UNKNOWN
from dedup.judge.trained.tokens import SLOTS, code_classes
from dedup.text.folded import positions
from training.pages import Pages

LEAST_SITES = 8
OFTEN = 3
"""One site counts a word so many times at most, on either side."""
TELLING = 5
"""Words that say less are left out."""
BOUND = 32
"""Weights lie between minus and plus so much (eighths of log odds)."""

Weights = NDArray[np.int8]
Part = tuple[Pages, NDArray[np.bool_]]
"""A set, and which of its lines take part."""


def learn(parts: Sequence[Part], least_sites: int = LEAST_SITES) -> Weights:
    """Weights of words by slot (int8), UNKNOWN where a word is met on too few sites."""
    columns = [_counted(pages, chosen, number) for number, (pages, chosen) in enumerate(parts)]
    slot, site, side = (np.concatenate(each) for each in zip(*columns, strict=True))
    rows, times = np.unique(np.stack([slot, site, side], axis=1), axis=0, return_counts=True)
    times = np.minimum(times, OFTEN)
    slots, word = np.unique(rows[:, 0], return_inverse=True)
    sites = np.bincount(word)
    chrome = np.bincount(word, weights=times * rows[:, 2])
    main = np.bincount(word, weights=times * (1 - rows[:, 2]))
    odds = np.clip(np.rint(8 * np.log((chrome + 1) / (main + 1))), -BOUND, BOUND)
    weights = np.full(SLOTS, UNKNOWN, np.int8)
    known = (sites >= least_sites) & (np.abs(odds) >= TELLING)
    weights[slots[known]] = odds[known].astype(np.int8)
    return weights


def _counted(pages: Pages, chosen: NDArray[np.bool_], number: int) -> tuple[NDArray[np.int64], ...]:
    """Slot, site and side of every word of the distinct lines of each site."""
    key = np.stack([pages.found.text, pages.site, pages.boilerplate], axis=1)[chosen]
    text, site, side = np.unique(key, axis=0).T
    words = pages.found.words
    count = words.offsets[text + 1] - words.offsets[text]
    slot = words.slot[positions(words.offsets[text], count)].astype(np.int64)
    return slot, np.repeat(site + number * 100_000, count), np.repeat(side, count)


def named(weights: Weights, sets: Sequence[Pages]) -> Mapping[str, int]:
    """The weights by word, in the order of the alphabet; two words in one slot go by the one met first."""
    spelled: dict[int, str] = {}
    for pages in sets:
        words = pages.found.words
        slots, at = np.unique(words.slot, return_index=True)
        text = np.searchsorted(words.offsets, at, side="right") - 1
        wanted = weights[slots] != UNKNOWN
        for slot, word, place in zip(slots[wanted].tolist(), at[wanted].tolist(), text[wanted].tolist(), strict=True):
            if slot not in spelled:
                spelled[slot] = spell(pages.texts[place])[word - int(words.offsets[place])]
    return {word: int(weights[slot]) for slot, word in sorted(spelled.items(), key=lambda item: item[1])}


def spell(text: str) -> list[str]:
    """The words of a folded text, cut as `tokens` cuts them."""
    classes = code_classes()
    out, start = [], 0
    kinds = [classes[ord(c)] & 3 for c in text]
    for at, kind in enumerate([*kinds, 0]):
        if kind == 1:
            continue
        if at > start:
            out.append(text[start:at])
        if kind & 2:
            out.append(text[at : at + 2] if at + 1 < len(kinds) and kinds[at + 1] & 2 else text[at])
        start = at + 1
    return out
