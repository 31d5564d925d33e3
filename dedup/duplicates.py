"""Which main content is a copy of main content kept elsewhere. Decided last, among lines judged main or title.

Repeated lines that are boilerplate never make the article's own page a duplicate, because they are no longer here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.corpus import Corpus
from dedup.near.clusters import cluster, long_lines
from dedup.near.numbers import same_digits
from dedup.settings import Settings

PAIRS = 1 << 13
"""Pairs whose numbers are compared at a time."""

COPY_SHARE = (4, 5)
"""A document is a copy when at least this share of its main content (4/5) is kept in one other document."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """Near-duplicates among all distinct texts of a corpus; main and boilerplate texts are never joined.

    leader: int32 per text, the text that leads its cluster (itself for a singleton). similarity: float32 per text,
    to the leader. number: int32 per text, the cluster's number from 0, in order of first occurrence, -1 for a text
    that occurs once and is near no other. main: bool per text, it occurs as main content.
    """

    leader: NDArray[np.int32]
    similarity: NDArray[np.float32]
    number: NDArray[np.int32]
    main: NDArray[np.bool_]


BEFORE = 1 << 40
"""Counts more than any number of occurrences: texts of an earlier crawl lead."""


def clusters(corpus: Corpus, main_line: NDArray[np.bool_], settings: Settings, known: int = 0) -> Clusters:
    """Cluster the distinct texts; `main_line` (bool per line) says which lines are main content.

    The first `known` pages are of an earlier crawl: their texts lead.
    """
    count = len(corpus.texts)
    text = corpus.lines.text
    live = text >= 0
    occurrences = np.bincount(text[live], minlength=count)
    main_occurrences = np.bincount(text[live & main_line], minlength=count)
    main_occurrences[text[live & main_line & (corpus.lines.doc < known)]] += BEFORE
    leader = np.arange(count, dtype=np.int32)
    similarity = np.ones(count, np.float32)
    is_main = main_occurrences > 0
    for chosen, weight in ((np.flatnonzero(is_main), main_occurrences), (np.flatnonzero(~is_main), occurrences)):
        if chosen.size > 1:
            found = cluster(corpus.texts, corpus.hashes, weight, settings, chosen)
            leader[chosen] = found.leader[chosen]
            similarity[chosen] = found.similarity[chosen]
    members = np.bincount(leader, weights=occurrences, minlength=count)
    number = np.full(count, -1, np.int32)
    led = np.flatnonzero(live)
    heads, first = np.unique(leader[text[led]], return_index=True)
    heads = heads[np.argsort(first, kind="stable")]
    heads = heads[members[heads] >= 2]
    number[heads] = np.arange(heads.size)
    return Clusters(leader, similarity, number[leader], is_main)


@dataclass(frozen=True, slots=True)
class Duplicates:
    """kept: int64 per line, the row of the copy that is kept in its place; -1 for a line that is no duplicate."""

    kept: NDArray[np.int64]


def duplicates(corpus: Corpus, found: Clusters, main_line: NDArray[np.bool_], settings: Settings) -> Duplicates:
    """Decide which main lines go because another copy stays.

    Long lines go by themselves; a short one (a title, "Yes.") goes only where the lines around it go to the same
    document. A text whose numbers differ from its leader's says something else and stays.
    """
    rows = np.flatnonzero(main_line & (corpus.lines.text >= 0))
    kept = np.full(corpus.lines.text.size, -1, np.int64)
    if settings.duplicates == "keep-all" or rows.size == 0:
        return Duplicates(kept)
    text = corpus.lines.text[rows]
    leader = found.leader[text]
    first = np.full(len(corpus.texts), -1, np.int64)
    first[text[::-1]] = rows[::-1]
    copy = first[leader]
    is_long = long_lines(corpus.texts)[text]
    same = text == leader
    near = np.flatnonzero(~same)
    for begin in range(0, near.size, PAIRS):
        some = near[begin : begin + PAIRS]
        same[some] = same_digits(corpus.texts, text[some].astype(np.int64), leader[some].astype(np.int64))
    elsewhere = (copy >= 0) & (copy != rows)
    goes = elsewhere & same & is_long
    kept[rows[goes]] = copy[goes]
    _short_lines(corpus, rows, kept, is_long)
    _repeated_titles(corpus, rows, kept)
    chained = np.flatnonzero(kept >= 0)
    kept[chained[kept[kept[chained]] >= 0]] = -1  # a copy that goes itself keeps nothing
    if settings.duplicates == "documents":
        _whole_copies_only(corpus, rows, kept)
    elif settings.duplicates == "drop-all":
        originals = np.unique(kept[kept >= 0])
        kept[originals] = originals
    return Duplicates(kept)


def _short_lines(corpus: Corpus, rows: NDArray[np.int64], kept: NDArray[np.int64], is_long: NDArray[np.bool_]) -> None:
    """Short lines between duplicates of one document that holds them too; a page's ends count as agreeing."""
    doc = corpus.lines.doc
    touched = np.unique(doc[kept >= 0])
    if touched.size == 0:
        return
    copied_from = np.zeros(len(corpus.pages), np.bool_)
    copied_from[doc[kept[kept >= 0]]] = True
    holders = _holders(corpus, rows[copied_from[doc[rows]] & ~is_long])
    bounds = np.searchsorted(doc[rows], np.stack([touched, touched + 1]))
    for page, first, last in zip(touched.tolist(), *bounds.tolist(), strict=True):
        own = rows[first:last].tolist()
        targets = [int(doc[kept[row]]) if kept[row] >= 0 else -1 for row in own]
        for k, row in enumerate(own):
            if is_long[first + k] or targets[k] >= 0:
                continue
            around = {targets[n] for n in (k - 1, k + 1) if 0 <= n < len(own)}
            if len(around) != 1 or around <= {-1, page}:
                continue
            copy = holders.get((int(corpus.lines.text[row]), next(iter(around))), -1)
            if copy >= 0 and kept[copy] < 0:
                kept[row] = copy
                targets[k] = int(doc[copy])


def _holders(corpus: Corpus, rows: NDArray[np.int64]) -> dict[tuple[int, int], int]:
    """The first of the rows of each (text, document)."""
    holders: dict[tuple[int, int], int] = {}
    columns = (rows.tolist(), corpus.lines.text[rows].tolist(), corpus.lines.doc[rows].tolist())
    for row, text, doc in zip(*columns, strict=True):
        holders.setdefault((text, doc), row)
    return holders


def _repeated_titles(corpus: Corpus, rows: NDArray[np.int64], kept: NDArray[np.int64]) -> None:
    """The headline printed twice: a page's first main line again, directly after it."""
    doc, text = corpus.lines.doc[rows], corpus.lines.text[rows]
    starts = np.flatnonzero(np.diff(doc, prepend=-1) != 0)
    second = starts + 1
    usable = second < rows.size
    starts, second = starts[usable], second[usable]
    again = (doc[starts] == doc[second]) & (text[starts] == text[second]) & (kept[rows[starts]] < 0)
    kept[rows[second[again]]] = rows[starts[again]]


def _whole_copies_only(corpus: Corpus, rows: NDArray[np.int64], kept: NDArray[np.int64]) -> None:
    """Keep what is marked only in documents that are copies of one other document."""
    copied = copies(corpus, rows, kept)
    stays = ~np.isin(corpus.lines.doc, np.array(sorted(copied), np.int64))
    kept[stays] = -1


def copies(corpus: Corpus, rows: NDArray[np.int64], kept: NDArray[np.int64]) -> dict[int, int]:
    """Documents at least four fifths of whose main content is kept in one other document, and that document."""
    doc, size = corpus.lines.doc, corpus.lines.size
    gone = rows[kept[rows] >= 0]
    if gone.size == 0:
        return {}
    total = np.bincount(doc[rows], weights=size[rows], minlength=len(corpus.pages)).astype(np.int64)
    pairs = doc[gone].astype(np.int64) * len(corpus.pages) + doc[kept[gone]]
    keys, inverse = np.unique(pairs, return_inverse=True)
    shared = np.bincount(inverse, weights=size[gone]).astype(np.int64)
    out: dict[int, int] = {}
    for key, chars in zip(keys.tolist(), shared.tolist(), strict=True):
        page, other = divmod(key, len(corpus.pages))
        if page != other and COPY_SHARE[1] * chars >= COPY_SHARE[0] * total[page]:
            out.setdefault(page, other)
    return out
