"""jusText's two passes on plain lines: without link density, with stop words computed from the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from evaluation.data import Page

COVERAGE = 0.5
"""Share of the running words that the stop list covers; jusText's own English list covers about as much."""
SHORT, LONG = 70, 200
"""Characters; with the densities below, jusText's defaults."""
DENSITY_LOW, DENSITY_HIGH = 0.30, 0.32
RUNNING_WORDS = 10
"""Stop words are counted in lines of at least so many words, lest menus supply them."""


def justext_keeps(pages: Sequence[Page]) -> list[list[bool]]:
    """For every line of every page whether jusText calls it good."""
    stop = stop_words(pages)
    passes = (second_pass([first_pass(line, stop[page.lang]) for line in page.lines()]) for page in pages)
    return [[kind == "good" for kind in kinds] for kinds in passes]


def stop_words(pages: Sequence[Page]) -> dict[str, frozenset[str]]:
    """The most frequent words of each language that together make up `COVERAGE` of its running text."""
    counts: dict[str, Counter[str]] = {page.lang: Counter() for page in pages}
    for page in pages:
        for words in (line.lower().split() for line in page.lines()):
            if len(words) >= RUNNING_WORDS:
                counts[page.lang].update(words)
    return {lang: frozenset(most_frequent(count)) for lang, count in counts.items()}


def most_frequent(counts: Counter[str]) -> Iterator[str]:
    """Words from the most frequent on, until they cover enough."""
    covered, enough = 0, COVERAGE * counts.total()
    for word, count in counts.most_common():
        if covered < enough:
            yield word
        covered += count


def first_pass(line: str, stop: frozenset[str]) -> str:
    """jusText's first pass: good, neargood, short or bad, by length and density of stop words."""
    words = line.lower().split()
    if len(line) < SHORT:
        return "short" if words else "blank"
    density = sum(word in stop for word in words) / len(words) if words else 0
    if density >= DENSITY_HIGH:
        return "good" if len(line) > LONG else "neargood"
    return "neargood" if density >= DENSITY_LOW else "bad"


def second_pass(first: Sequence[str]) -> list[str]:
    """jusText's second pass: short lines follow their neighbours, then neargood ones."""
    second = list(first)
    for i, kind in enumerate(first):
        if kind == "short":
            second[i] = "good" if short_is_good(first, i) else "bad"
    for i, kind in enumerate(second):
        if kind == "neargood":
            around = (neighbour(second, i, -1), neighbour(second, i, 1))
            second[i] = "bad" if around == ("bad", "bad") else "good"
    return second


def short_is_good(kinds: Sequence[str], i: int) -> bool:
    """Between two good lines, or between a good one and one that is bad only beyond a neargood one."""
    around = {side: neighbour(kinds, i, side) for side in (-1, 1)}
    if around[-1] == around[1]:
        return around[1] == "good"
    bad = -1 if around[-1] == "bad" else 1
    return neighbour(kinds, i, bad, ("good", "bad", "neargood")) == "neargood"


def neighbour(kinds: Sequence[str], i: int, step: int, wanted: tuple[str, ...] = ("good", "bad")) -> str:
    """The nearest kind on one side that is wanted; outside the page all is bad."""
    i += step
    while 0 <= i < len(kinds):
        if kinds[i] in wanted:
            return kinds[i]
        i += step
    return "bad"
