"""Which pages come from one site: named by the input, else grouped by the short lines that they share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.corpus import Corpus
from dedup.judge.shape import Shapes

SHORT_WORDS = 8
LINKING_LINES = 2
"""Two pages belong together when they share this many short lines that are not on most pages of the corpus."""


def site_numbers(corpus: Corpus, shapes: Shapes) -> NDArray[np.int32]:
    """A site number per page (int32), in order of first appearance."""
    named = [number for number, name in enumerate(corpus.pages.sites) if name is not None]
    number_of = np.full(len(corpus.pages.sites) + 1, -1, np.int32)
    number_of[named] = np.arange(len(named))
    numbers = number_of[corpus.pages.site_numbers()]
    # in the order of their content, so that the order of the files does not matter
    nameless = np.array(sorted(np.flatnonzero(numbers < 0).tolist(), key=corpus.pages.sha256), np.int64)
    if nameless.size:
        numbers[nameless] = len(named) + _grouped(corpus, shapes, nameless)
    return numbers


def _grouped(corpus: Corpus, shapes: Shapes, pages: NDArray[np.int64]) -> NDArray[np.int32]:
    """Group pages that share short lines; pages that share none stay alone.

    Lines are taken from the most to the least common. A page joins the group of the pages with which it shares
    its most common short lines: a star around each line, joined where two lines hold mostly the same pages.
    """
    lines = corpus.lines
    place = np.full(len(corpus.pages), -1, np.int64)
    place[pages] = np.arange(pages.size)
    live = np.flatnonzero((lines.text >= 0) & (place[lines.doc] >= 0))
    live = live[shapes.words[lines.text[live]] <= SHORT_WORDS]
    pairs = np.unique(lines.text[live].astype(np.int64) * pages.size + place[lines.doc[live]])
    text, page = pairs // max(pages.size, 1), pairs % max(pages.size, 1)
    ids, begin, counts = np.unique(text, return_index=True, return_counts=True)
    order = np.lexsort((corpus.hashes[ids, 0], -counts))
    parent = list(range(pages.size))
    shared: dict[tuple[int, int], int] = {}
    for k in order.tolist():
        if counts[k] < 2:
            break
        members = page[begin[k] : begin[k] + counts[k]].tolist()
        _vote(parent, shared, members)
    roots = np.array([_find(parent, i) for i in range(pages.size)])
    return np.unique(roots, return_inverse=True)[1].astype(np.int32)


def _vote(parent: list[int], shared: dict[tuple[int, int], int], members: list[int]) -> None:
    """Count one shared line between a group's hub and its members; join on the second."""
    hub = members[0]
    for member in members[1:]:
        a, b = _find(parent, hub), _find(parent, member)
        if a == b:
            continue
        key = (min(a, b), max(a, b))
        shared[key] = shared.get(key, 0) + 1
        if shared[key] >= LINKING_LINES:
            parent[key[1]] = key[0]


def _find(parent: list[int], i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i
