"""Which line of a page is its title, and what else repeats titles: "Site - Section - Title"."""

from __future__ import annotations

from collections import Counter

import numpy as np
import regex
from numpy.typing import NDArray

from dedup.corpus import Corpus
from dedup.judge.cohesion import stems, union
from dedup.judge.shape import Shapes

TITLE_LINES = 4
"""So many lines from the first paragraph on say what the article is about."""
TITLE_OPTIONS = 12

_BETWEEN_PARTS = regex.compile(r"\s[-|*>/:]+\s|\|")


def title_lines(
    corpus: Corpus, shape: Shapes, ruled_out: NDArray[np.bool_], core: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """The line of each page that looks like its title (int64 per page, -1 for none).

    A short line above the first paragraph. `ruled_out` and `core` are bool per line: lines that evidence speaks
    against, and paragraphs that may be the article.
    """
    lines, text = corpus.lines, corpus.lines.text
    candidate = (text >= 0) & ~ruled_out
    if len(corpus.texts):
        words = shape.words[text]
        candidate &= (words >= 3) & (words <= 40) & ~shape.stop[text]
    rows = np.flatnonzero(core)[::-1]
    first_core = np.full(len(corpus.pages), -1, np.int64)
    first_core[lines.doc[rows]] = rows
    found = np.full(len(corpus.pages), -1, np.int64)
    options = np.flatnonzero(candidate & (np.arange(text.size) < first_core[lines.doc]))
    pages, begin, counts = np.unique(lines.doc[options], return_index=True, return_counts=True)
    found[pages] = options[begin + counts - 1]
    for page, start, count in zip(*(a[counts > 1].tolist() for a in (pages, begin, counts)), strict=True):
        found[page] = _best_title(corpus, options[start : start + count].tolist(), int(first_core[page]))
    return found


def _best_title(corpus: Corpus, options: list[int], core: int) -> int:
    """Of several lines above the first paragraph, the one that the page's first line repeats, or that tells most of it.

    Of equals the last: what stands next to the text.
    """
    lines, texts = corpus.lines, corpus.texts
    page = int(lines.doc[core])
    top = next(row for row in range(int(corpus.first[page]), core + 1) if lines.text[row] >= 0)
    first = texts.text(int(lines.text[top]))
    opening = range(core, min(core + TITLE_LINES, int(corpus.first[page + 1])))
    told = union(stems(texts.text(int(lines.text[row]))) for row in opening if lines.text[row] >= 0)

    def worth(row: int) -> tuple[bool, int, int]:
        text = texts.text(int(lines.text[row]))
        return row != top and text in first, len(stems(text) & told), row

    return max(options[-TITLE_OPTIONS:], key=worth)


def segments(corpus: Corpus, site: NDArray[np.int32]) -> dict[tuple[int, str], int]:
    """How many pages of a site have a part (between dashes or bars) in their first line."""
    lines = corpus.lines
    live = np.flatnonzero(lines.text >= 0)
    pages, at = np.unique(lines.doc[live], return_index=True)
    counts: Counter[tuple[int, str]] = Counter()
    first = corpus.texts.strings(lines.text[live[at]])
    for number, line in zip(site[pages].tolist(), first, strict=True):
        counts.update((number, part) for part in parts_of(line))
    return {key: count for key, count in counts.items() if count >= 3}


def parts_of(line: str) -> set[str]:
    """The parts of a line between dashes, bars or arrows; none where it has only one.

    >>> sorted(parts_of("some site - sports - the team wins"))
    ['some site', 'sports', 'the team wins']
    """
    if " - " not in line and "|" not in line and " > " not in line and " : " not in line and " / " not in line:
        return set()
    parts = {part.strip() for part in _BETWEEN_PARTS.split(line)}
    return parts if len(parts) > 1 else set()
