"""Simple methods on the same lines, for comparison: each says for every line of every page whether it goes.

nothing    keeps everything
ccnet      drops every line that occurs more than once (CCNet's line hashing)
six_docs   drops lines that occur in more than 6 documents
onion      drops a line when half of its 7-grams were seen before (onion)
c4         keeps lines of at least 5 words that end in terminal punctuation (C4)
justext    jusText's two passes without link density, with stop words computed from the data
markers    drops lines that open with a phrase of our own marker list
markers_3  the same, and lines that occur in 3 or more documents of a site
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from dedup.types import CODE
from evaluation.data import ROOT, Page
from evaluation.justext import justext_keeps
from evaluation.trials import Outcome, Trial

Flags = list[list[bool]]
Baseline = Callable[[Sequence[Page]], Flags]

MARKERS = ROOT / "dedup" / "judge" / "markers.toml"
TERMINAL = (".", "!", "?", "؟", "۔", "。", "…", '"', "”", "»")
LEAST_WORDS = 5
MANY_DOCUMENTS = 6
SITE_DOCUMENTS = 3
GRAM = 7


def nothing(pages: Sequence[Page]) -> Flags:
    return [[False] * len(page.labels) for page in pages]


def ccnet(pages: Sequence[Page]) -> Flags:
    """All copies of a line that two documents share go: none is the original."""
    return in_documents(pages, 2)


def six_docs(pages: Sequence[Page]) -> Flags:
    return in_documents(pages, MANY_DOCUMENTS + 1)


def in_documents(pages: Sequence[Page], least: int) -> Flags:
    counts = Counter(key for page in pages for key in set(keys(page)))
    return [[counts[key] >= least for key in keys(page)] for page in pages]


def keys(page: Page) -> list[str]:
    return [line_hash_text(line) for line in page.lines()]


@cache
def line_hash_text(line: str) -> str:
    """CCNet's normal form: lower case, digits to 0, neither marks nor punctuation.

    >>> line_hash_text("  Café, 12 May ")
    'cafe 00 may'
    """
    letters = unicodedata.normalize("NFD", line.lower().strip())
    kept = ("0" if c.isdigit() else c for c in letters if unicodedata.category(c)[0] not in "MPC")
    return unicodedata.normalize("NFC", "".join(kept))


def onion(pages: Sequence[Page]) -> Flags:
    """The first copy stays; a line shorter than a 7-gram is one gram."""
    seen: set[str] = set()
    flags: Flags = []
    for page in pages:
        flags.append([])
        for line in page.lines():
            found = grams(line)
            old = sum(gram in seen for gram in found)
            flags[-1].append(bool(found) and 2 * old >= len(found))
            seen.update(found)
    return flags


def grams(line: str) -> list[str]:
    words = line.split()
    if not words:
        return []
    return [" ".join(words[i : i + GRAM]) for i in range(max(1, len(words) - GRAM + 1))]


def c4(pages: Sequence[Page]) -> Flags:
    return [
        [not (line.rstrip().endswith(TERMINAL) and len(line.split()) >= LEAST_WORDS) for line in page.lines()]
        for page in pages
    ]


def justext(pages: Sequence[Page]) -> Flags:
    return [[not keep for keep in page] for page in justext_keeps(pages)]


def markers(pages: Sequence[Page]) -> Flags:
    return [marked(page.lines()) for page in pages]


def markers_3(pages: Sequence[Page]) -> Flags:
    counts = Counter((page.site, key) for page in pages for key in set(keys(page)))
    flags = markers(pages)
    return [
        [flag or counts[page.site, key] >= SITE_DOCUMENTS for flag, key in zip(flags[i], keys(page), strict=True)]
        for i, page in enumerate(pages)
    ]


def marked(lines: Sequence[str]) -> list[bool]:
    """Lines that open with a marker, and after a bare heading of links or tags the list-like lines that follow it."""
    flags, running = [], False
    for line in lines:
        found = marker_of(line)
        running = found[1] if found else running and list_like(line)
        flags.append(found is not None or running)
    return flags


def list_like(line: str) -> bool:
    return len(line) <= 160 and len(line.split()) <= 20 and not line.rstrip().endswith((".", "!", "?", "؟", "۔", "。"))


@cache
def marker_of(line: str) -> tuple[str, bool] | None:
    """(phrase, whether it opens a list) of the longest marker at the start of a line.

    A label must be followed by the line's end, a colon, a dash, a bar or dots; a call to action by anything.
    """
    key = marker_key(line).lstrip(" *-•|>\"'#«»()[]{}.,")
    lengths, phrases = marker_phrases()
    for length in lengths:
        found, rest = phrases.get(key[:length]), key[length:].strip()
        if found and re.match(r"$|\W" if found.free else r"$|\s*[:|.…–-]", key[length:]):
            return key[:length], found.opens_list and not rest.strip(" :.-…")
    return None


@dataclass(frozen=True, slots=True)
class Phrase:
    """How a phrase of the list is used: `free` ones may be followed by any word."""

    free: bool
    opens_list: bool


@cache
def marker_phrases() -> tuple[tuple[int, ...], dict[str, Phrase]]:
    """(the lengths that occur, longest first; the phrases in the form that is compared)."""
    tables = tomllib.loads(MARKERS.read_text(encoding="utf-8"))
    phrases: dict[str, Phrase] = {}
    for kind, label, text in listed(tables):
        if kind not in ("rest", "span") and (key := marker_key(text).rstrip(" :.")):
            phrases[key] = Phrase(kind in ("starts", "anywhere"), label in ("read_also", "related_links", "keywords"))
    return tuple(sorted({len(phrase) for phrase in phrases}, reverse=True)), phrases


def listed(tables: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(kind, label, text) of every phrase of `[language.label]` tables."""
    for labels in tables.values():
        for label, kinds in labels.items():
            yield from ((kind, label, text) for kind, texts in kinds.items() for text in texts)


FOLDED = str.maketrans("أإآٱىیةکھہ", "ااااييهكهه", "ـ")


def marker_key(text: str) -> str:
    """A small folding, enough to find the usual spellings.

    >>> marker_key("إقرأ أيضاً:")
    'اقرا ايضا:'
    """
    letters = unicodedata.normalize("NFKC", text).translate(FOLDED).casefold()
    return " ".join("".join(c for c in letters if unicodedata.category(c) not in ("Mn", "Cf")).split())


BASELINES: dict[str, Baseline] = {
    "nothing": nothing,
    "ccnet": ccnet,
    "six_docs": six_docs,
    "onion": onion,
    "c4": c4,
    "justext": justext,
    "markers": markers,
    "markers_3": markers_3,
}


def run_baseline(trial: Trial, name: str) -> Outcome:
    """The outcome of a baseline on every corpus of a trial; baselines name no classes."""
    pages = trial.pages
    flags: Flags = [[] for _ in pages.pages]
    for corpus in trial.corpora:
        for i, found in zip(corpus, BASELINES[name]([pages.pages[i] for i in corpus]), strict=True):
            flags[i] = found
    lines = np.array([flag for page in flags for flag in page], dtype=np.bool_)
    sizes = np.diff(pages.columns.line_start)
    return Outcome(trial, np.repeat(lines, sizes).astype(np.uint8) * np.uint8(CODE["navigation"] + 1))
