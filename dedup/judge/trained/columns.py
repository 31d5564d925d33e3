"""The columns that the learned judgement reads of each line, by name: of its text, its place and its neighbours.

Nothing here knows another page: a page alone and the same page in a crawl have the same columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.judge.lines import Lines
from dedup.judge.trained.around import (
    FAR,
    NONE,
    Column,
    copies,
    distances,
    means,
    pages_of,
    running,
    shared_words,
    shifted,
    totals,
)
from dedup.judge.trained.tokens import COUNTED, SIGNS, Tokens, tokens

REACHES = (1, 2, 4, 8, 16)
LEXICON_REACHES = (1, 4, 16)
LONG_WORDS, SHORT_WORDS = 25, 4
UNKNOWN = -128
"""The weight of a word that the lexicon does not have."""

_CAP = np.iinfo(np.int16).max
_LOGS = np.array([0] + [16 * (n.bit_length() - 1) + (16 * n >> (n.bit_length() - 1)) - 16 for n in range(1, 4097)])
"""Sixteenths of the binary logarithm, by straight lines between powers of two."""

Named = Iterator[tuple[str, NDArray[np.integer]]]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What the columns are made of: pages by their first lines, lines by texts, texts by their words.

    begin: int64 per page and one more. text: int64 per line, place in the columns of texts. width: int64 per line,
    non-space code points, those of scripts without spaces between words counted two and a half times.
    """

    begin: Column
    text: Column
    width: Column
    words: Tokens


def scene(lines: Lines) -> tuple[Scene, dict[str, NDArray[np.integer]]]:
    """The scene of some lines, and their columns that need no lexicon."""
    ids, text = np.unique(lines.text, return_inverse=True)
    texts = lines.evidence.corpus.texts.take(ids)
    words = tokens(texts)
    of_text = dict(_of_texts(lines, ids, words))
    found = Scene(lines.begin, text, of_text["width"][text].astype(np.int64), words)
    columns = {name: column[text] for name, column in of_text.items()}
    columns |= dict(_of_places(lines, found, columns))
    columns |= dict(_of_neighbours(found, columns))
    return found, columns


def matrix(columns: Mapping[str, NDArray[np.integer]], names: Sequence[str]) -> NDArray[np.int16]:
    """The columns asked for side by side (int16, shape (lines, names)); what is larger is cut off."""
    return np.stack([np.clip(columns[name], -_CAP, _CAP).astype(np.int16) for name in names], axis=1)


def logarithm(values: Column) -> Column:
    """Sixteenths of the binary logarithm of one more than each value."""
    return _LOGS[np.minimum(values + 1, 4096)]


def _of_texts(lines: Lines, ids: Column, words: Tokens) -> Named:
    """Columns per text: counts, shares and signs, what markers and closed lists say."""
    fixed = lines.evidence.fixed
    shape = fixed.shapes
    counts = dict(zip(COUNTED, words.counts.T.astype(np.int64), strict=True))
    chars, letters, digits, some = (
        column[ids].astype(np.int64) for column in (shape.chars, shape.letters, shape.digits, shape.words)
    )
    pairs = counts["pairs"]
    whole, each = np.maximum(chars, 1), np.maximum(some, 1)
    commas = shape.commas[ids].astype(np.int64)
    yield "width", chars + 3 * pairs // 2
    yield "words", some
    yield "letters", 100 * letters // whole
    yield "digits", 100 * digits // whole
    yield "word_length", 4 * (letters - pairs + 5 * ((pairs + 1) // 2)) // each
    yield "longest", counts["longest"]
    yield "short_words", 100 * counts["short_words"] // each
    yield "numbers", 100 * counts["numbers"] // each
    yield "commas", commas
    yield "comma_share", 100 * commas // each
    yield "inner_stops", counts["inner_stops"]
    for name in ("stop", "colon", "bullet"):
        yield name, getattr(shape, name)[ids].astype(np.int64)
    for name, _ in SIGNS:
        yield name, counts[name]
    for name in ("paragraph", "date", "networks", "markup"):
        yield name, getattr(fixed, name)[ids].astype(np.int64)
    yield "opener", fixed.opener.label[ids].astype(np.int64)
    yield "bare", fixed.opener.bare[ids].astype(np.int64)
    yield "phrase", fixed.phrase_label[ids].astype(np.int64)


def _of_places(lines: Lines, found: Scene, columns: dict[str, NDArray[np.integer]]) -> Named:
    """Columns of the place on the page, and of the page."""
    begin, width = found.begin, found.width
    page = pages_of(begin)
    count, index = np.diff(begin)[page], np.arange(page.size) - begin[:-1][page]
    whole, above = totals(begin, width), running(begin, width)
    paragraph = columns["paragraph"].astype(np.int64)
    yield "line", index
    yield "from_end", count - 1 - index
    yield "place", 1000 * index // np.maximum(count, 1)
    yield "text_place", 1000 * above // np.maximum(whole, 1)
    yield "page_lines", count
    yield "page_width", whole
    yield "gap", lines.gap.astype(np.int64)
    yield "above", above
    yield "below", whole - above - width
    yield "page_paragraphs", totals(begin, paragraph)
    yield "page_paragraph_share", 100 * totals(begin, width * paragraph) // np.maximum(whole, 1)
    yield "page_mean", whole // np.maximum(count, 1)
    yield from zip(("copies", "copies_above"), copies(begin, found.text), strict=True)
    heads = np.where((columns["bare"] > 0) & (columns["opener"] > 0), np.arange(page.size), -1)
    latest = np.concatenate([[-1], np.maximum.accumulate(heads)[:-1]])[: page.size] if page.size else heads
    under = latest >= begin[:-1][page]
    yield "under", np.where(under, columns["opener"][np.maximum(latest, 0)], NONE)
    yield "under_lines", np.where(under, np.arange(page.size) - latest, FAR)


def _of_neighbours(found: Scene, columns: dict[str, NDArray[np.integer]]) -> Named:
    """Columns of what stands around a line."""
    begin = found.begin
    words = columns["words"].astype(np.int64)
    signals = {
        "size": logarithm(found.width),
        "words": np.minimum(words, 60),
        "paragraph": columns["paragraph"].astype(np.int64),
        "stop": columns["stop"].astype(np.int64),
        "commas": np.minimum(columns["commas"], 5).astype(np.int64),
        "named": (columns["opener"] > 0).astype(np.int64),
        "short": (words <= SHORT_WORDS).astype(np.int64),
        "copied": (columns["copies"] > 1).astype(np.int64),
    }
    yield "size", signals["size"]
    for name, values in signals.items():
        for reach in REACHES:
            yield from zip((f"{name}_before{reach}", f"{name}_after{reach}"), means(begin, values, reach), strict=True)
    for name in ("opener", "width", "stop"):
        for by in (-2, -1, 1, 2):
            yield f"{name}{by:+}", shifted(begin, columns[name].astype(np.int64), by)
    long = words >= LONG_WORDS
    for name, chosen in (("paragraph", columns["paragraph"] > 0), ("long", long)):
        yield from ((f"{name}_{kind}", column) for kind, column in distances(begin, chosen, found.width).items())
    every = np.ones(words.size, np.bool_)
    for name, chosen in (("page", every), ("paragraphs", columns["paragraph"] > 0)):
        shared = shared_words(begin, found.text, found.words, chosen)
        yield from zip((f"shared_{name}", f"shared_{name}_twice"), shared, strict=True)


def lexicon_columns(found: Scene, weights: NDArray[np.int8]) -> Named:
    """Columns of what the lexicon says of a line's words; `weights` is int8 per slot, UNKNOWN for most.

    Eighths of log odds: above zero a word stands in boilerplate more often than in main content.
    """
    words, count = found.words, found.words.offsets.size - 1
    weight = weights[words.slot].astype(np.int64)
    known = weight != UNKNOWN
    text = np.repeat(np.arange(count), np.diff(words.offsets))[known]
    total = np.bincount(text, weights=weight[known], minlength=count).astype(np.int64)
    number = np.bincount(text, minlength=count)
    most, least = np.full(count, UNKNOWN), np.full(count, -UNKNOWN)
    np.maximum.at(most, text, weight[known])
    np.minimum.at(least, text, weight[known])
    mean = 4 * total // np.maximum(number, 1)
    share = 100 * number // np.maximum(np.diff(words.offsets), 1)
    of_text = {"sum": total, "mean": mean, "known": share, "most": most, "least": least}
    yield from ((f"lexicon_{name}", column[found.text]) for name, column in of_text.items())
    for reach in LEXICON_REACHES:
        sides = means(found.begin, mean[found.text], reach)
        yield from zip((f"lexicon_before{reach}", f"lexicon_after{reach}"), sides, strict=True)


FAMILIES = {
    "shape": ("width", "words", "letters", "digits", "word_length", "longest", "short_words", "numbers", "paragraph"),
    "punctuation": ("commas", "comma_share", "inner_stops", "stop", "colon", "bullet", *(name for name, _ in SIGNS)),
    "markers": ("date", "networks", "markup", "opener", "bare", "phrase", "under", "under_lines", "named_", "opener"),
    "lexicon": ("lexicon_",),
}
"""Families of columns by name or beginning of a name."""
