"""The columns of the second look: what the first look said of a line, its neighbours and its page.

`doubt` is the first look's answer per line: thousandths, high for boilerplate.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from dedup.judge.trained.around import FAR, NONE, Column, distances, means, pages_of, shared_words, shifted, totals
from dedup.judge.trained.columns import Scene, logarithm

REACHES = (1, 2, 3, 5, 10, 20, 40)
TITLE_LINES, TITLE_WORDS = 15, (3, 40)
"""So many lines above the first main line may be the title, of so many words."""
BODY_WIDTH, BODY_DOUBT = 120, 300
"""A line so long, and so little in doubt, is the article's."""

Named = Iterator[tuple[str, Column]]


def second_columns(found: Scene, doubt: Column, words: Column) -> Named:
    """The columns by name; `words` is the number of words of each line."""
    begin, width = found.begin, found.width
    size = logarithm(width)
    yield "doubt", doubt
    for reach in REACHES:
        yield from zip((f"doubt_before{reach}", f"doubt_after{reach}"), means(begin, doubt, reach), strict=True)
        weighed, sizes = means(begin, doubt * size, reach), means(begin, size, reach)
        for side, name in enumerate(("before", "after")):
            mean = np.where(sizes[side] == NONE, NONE, weighed[side] // np.maximum(sizes[side], 1))
            yield f"weighed_doubt_{name}{reach}", mean
    for by in (-3, -2, -1, 1, 2, 3):
        yield f"doubt{by:+}", shifted(begin, doubt, by)
    chosen = {
        "sure": doubt < 200,
        "main": (doubt < 500) & (width > 30),
        "body": (doubt < BODY_DOUBT) & (width > BODY_WIDTH),
        "chrome": (doubt > 900) & (width > 30),
        "surest": doubt > 985,
    }
    for name, lines in chosen.items():
        yield from ((f"{name}_{kind}", column) for kind, column in distances(begin, lines, width).items())
    with_main = shared_words(begin, found.text, found.words, doubt < 400)
    yield from zip(("shared_main", "shared_main_twice"), with_main, strict=True)
    with_chrome = shared_words(begin, found.text, found.words, doubt > 800)
    yield from zip(("shared_chrome", "shared_chrome_twice"), with_chrome, strict=True)
    whole = np.maximum(totals(begin, width), 1)
    yield "page_main", totals(begin, width * (1000 - doubt)) // whole
    yield "page_body", totals(begin, np.where(doubt < BODY_DOUBT, width, 0))
    yield from _titles(found, chosen["body"], words, with_main[0])
    yield "least_doubt", _least(found, doubt)


def _titles(found: Scene, body: NDArray[np.bool_], words: Column, shared: Column) -> Named:
    """Lines from the likely title, whether a line repeats it, and lines from the first line of the body.

    The likely title is the line above the body that shares most words with it, long ones more.
    """
    begin, index = found.begin, np.arange(found.text.size)
    page = pages_of(begin)
    first = np.full(begin.size - 1, FAR + index.size)
    rows = np.flatnonzero(body)[::-1]
    first[page[rows]] = rows
    has = first < FAR + index.size
    start = first[page]
    above = has[page] & (index < start) & (index >= start - TITLE_LINES)
    may = above & (words >= TITLE_WORDS[0]) & (words <= TITLE_WORDS[1]) & (shared > 0)
    worth = np.where(may, shared * shared * np.minimum(words, 10), 0)  # shared * sqrt(words), squared
    options = np.flatnonzero(may)
    best = options[np.lexsort((-options, worth[options], -page[options]))][
        ::-1
    ]  # per page the best, of equals the first
    title = np.full(begin.size - 1, -1)
    title[page[best][::-1]] = best[::-1]
    known = title[page] >= 0
    same = found.text == found.text[np.maximum(title, 0)][page] if index.size else known
    yield "title_lines", np.where(known, index - title[page], NONE)
    yield "is_title", np.where(known, same.astype(np.int64), NONE)
    yield "body_lines", np.where(has[page], index - start, NONE)


def _least(found: Scene, doubt: Column) -> Column:
    """The least doubt of all lines of the page with the same text."""
    page = pages_of(found.begin)
    key = page * (int(found.text.max(initial=0)) + 1) + found.text
    keys, group = np.unique(key, return_inverse=True)
    least = np.full(keys.size, 1000)
    np.minimum.at(least, group, doubt)
    return least[group]
