"""Who is judged with whom, and with what knowledge: the modes of an evaluation.

A trial holds the pages that are scored and the corpora that the judge sees, one after the other.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dedup.settings import Settings
from dedup.types import CODE, LABELS, Document, Removal, Verdict
from evaluation.data import LabelledSet, Page, labelled_set, subset
from evaluation.reworded import reworded

SEED = 7
PAGES_WANTED = 300
"""About so many pages of each site are judged in samples of a few pages; one sample of 3 says nothing."""


class Analysis(Protocol):
    """What the judge hands back for a corpus; `i` is the page's place in reading order."""

    def removals(self, i: int, text: str, /) -> Sequence[Removal]: ...
    def verdicts(self, i: int, text: str, /) -> Sequence[Verdict]: ...


Analyse = Callable[[Iterable[Document], Settings], Analysis]


@dataclass(frozen=True, slots=True)
class Trial:
    """Pages, and the corpora (lists of places in `pages`) that partition them; `blind` hides site and ids."""

    mode: str
    pages: LabelledSet
    corpora: tuple[tuple[int, ...], ...]
    blind: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was removed: per code point of the columns, the label's code + 1, or 0 where it is kept (uint8).

    `verdicts` has one list per page, empty unless asked for; their offsets are those of the page.
    """

    trial: Trial
    removed: NDArray[np.uint8]
    verdicts: tuple[tuple[Verdict, ...], ...] = ()


def together(pages: LabelledSet) -> Trial:
    """A crawl: all pages of the set at once."""
    return Trial("together", pages, (tuple(range(len(pages.pages))),))


def alone(pages: LabelledSet) -> Trial:
    """Each page is its own corpus."""
    return Trial("alone", pages, tuple((i,) for i in range(len(pages.pages))))


def blind(pages: LabelledSet) -> Trial:
    """A crawl without site, address or telling ids, in shuffled order."""
    order = list(range(len(pages.pages)))
    random.Random(SEED).shuffle(order)
    return Trial("blind", pages, (tuple(order),), blind=True)


LONG_LINES = 3
"""Every second page of a flattened set keeps so many long lines, the others one."""


def flattened(pages: LabelledSet) -> Trial:
    """A crawl whose pages lost their line ends: every second page is one line, the others are a few long ones."""
    whole = [_flat(page, LONG_LINES if i % 2 else 1) for i, page in enumerate(pages.pages)]
    return replace(together(labelled_set(pages.name, whole)), mode="flattened")


def _flat(page: Page, joined: int) -> Page:
    """A page without line ends, blank lines, and spaces at the ends of lines: they would tell where lines ended."""
    kept = [k for k, line in enumerate(page.lines()) if line.strip()]
    lines = page.lines()
    return replace(
        page,
        text="\n".join(lines[k].strip() for k in kept),
        labels="".join(page.labels[k] for k in kept) or "0",
        kinds=tuple(page.kinds[k] for k in kept) if page.kinds and kept else None,
        joined=joined,
    )


def house_words(pages: LabelledSet) -> Trial:
    """A crawl whose sites word their headings in their own way."""
    return replace(together(reworded(pages)), mode="reworded")


def small_sites(pages: LabelledSet, size: int) -> Trial:
    """Crawls of `size` pages of every site that has so many: disjoint samples, each its own corpus."""
    corpora: list[list[int]] = []
    for places in by_site(pages.pages):
        random.Random(SEED).shuffle(places)
        rounds = min(len(places) // size, max(1, PAGES_WANTED // size))
        corpora += [[] for _ in range(rounds - len(corpora))]
        for n in range(rounds):
            corpora[n] += places[n * size : (n + 1) * size]
    chosen = sorted(i for corpus in corpora for i in corpus)
    place = {old: new for new, old in enumerate(chosen)}
    return Trial(
        f"pages{size}", subset(pages, chosen), tuple(tuple(sorted(place[i] for i in corpus)) for corpus in corpora)
    )


def by_site(pages: Sequence[Page]) -> list[list[int]]:
    """The places of the pages of each site, sites in order of first occurrence."""
    groups: dict[str | None, list[int]] = {}
    for i, page in enumerate(pages):
        groups.setdefault(page.site, []).append(i)
    return list(groups.values())


def thinned(pages: LabelledSet, limit: int) -> LabelledSet:
    """At most `limit` pages, evenly spaced over the set."""
    count = len(pages.pages)
    return pages if count <= limit else subset(pages, [i * count // limit for i in range(limit)])


def documents(trial: Trial, corpus: Sequence[int]) -> list[Document]:
    """The documents of one corpus as the judge sees them."""
    if trial.blind:
        return [Document(str(n), None, "input.jsonl", n, trial.pages.pages[i].seen) for n, i in enumerate(corpus)]
    file, pages = f"{trial.pages.name}.jsonl", [trial.pages.pages[i] for i in corpus]
    return [Document(page.doc, page.site, file, n, page.seen) for n, page in enumerate(pages)]


def run(trial: Trial, analyse: Analyse, settings: Settings, explain: bool = False) -> Outcome:
    """Judge every corpus of a trial.

    Raises ValueError where a removal lies outside its document.
    """
    columns = trial.pages.columns
    removed = np.zeros(len(columns.visible), dtype=np.uint8)
    verdicts: list[tuple[Verdict, ...]] = [()] * len(trial.pages.pages)
    for corpus in trial.corpora:
        analysis = analyse(documents(trial, corpus), settings)
        for n, i in enumerate(corpus):
            paint(removed, trial.pages, i, analysis.removals(n, trial.pages.pages[i].seen))
            if explain:
                verdicts[i] = tuple(analysis.verdicts(n, trial.pages.pages[i].seen))
    return Outcome(trial, removed, tuple(verdicts) if explain else ())


def paint(removed: NDArray[np.uint8], pages: LabelledSet, i: int, removals: Sequence[Removal]) -> None:
    """Write the labels of a page's removals into the column."""
    base, length = int(pages.columns.doc_start[i]), len(pages.pages[i].text)
    for removal in removals:
        if not 0 <= removal.start <= removal.end <= length:
            raise ValueError(f"{pages.pages[i].doc}: removal {removal.start}-{removal.end} outside 0-{length}")
        removed[base + removal.start : base + removal.end] = CODE[removal.label] + 1


def label_name(code: int) -> str:
    """The label of a value of `Outcome.removed`; an empty string where text is kept."""
    return LABELS[code - 1] if code else ""
