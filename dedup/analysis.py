"""From documents to removals: scan, judge, duplicates. Nothing here reads or writes a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup import guard
from dedup.corpus import Corpus, scan
from dedup.duplicates import Clusters, clusters, copies, duplicates
from dedup.judge.flattened import LineJudge
from dedup.judge.nothing import emptiness
from dedup.judge.parts import Part
from dedup.judge.rulefile import Rules
from dedup.judge.trained.forest import Model
from dedup.settings import Settings
from dedup.strip import finish
from dedup.text.fold import fold_map
from dedup.types import CODE, LABELS, MAIN_LABELS, Document, Place, Removal, Verdict


@dataclass(frozen=True, slots=True)
class Figures:
    """What a document's row in documents.jsonl says; see the contract there. Shares have four decimals."""

    site: str | None
    chars: int
    main_chars: int
    main_share: float | None
    unique_share: float | None
    labels: Mapping[str, int]
    duplicate_of: str | None
    problems: tuple[str, ...]


_TOGETHER = 1 << 14
"""So many texts are decoded at a time."""


@dataclass(frozen=True, slots=True)
class _ClusterColumns:
    """A row per cluster, all int64: the leader's row, the commonest label (a duplicate is main content), and counts."""

    head: NDArray[np.int64]
    label: NDArray[np.int64]
    lines: NDArray[np.int64]
    documents: NDArray[np.int64]
    sites: NDArray[np.int64]


class Analysis:
    """What was found in one corpus; documents are numbered in reading order.

    The methods that take `text` want the document's own text, as first read. The first `known` documents are of an
    earlier crawl: they are judged along, and copies of what they hold are duplicates. `model` replaces ours.
    """

    def __init__(
        self, corpus: Corpus, settings: Settings, rules: Rules | None = None, known: int = 0, model: Model | None = None
    ) -> None:
        self.corpus = corpus
        self.settings = settings
        judge = LineJudge(corpus, rules, model)
        lines = corpus.lines
        self._judge = judge
        self._cuts = judge.sure_cuts(settings.keep_below)
        self._score = judge.score
        self._label = judge.label
        unsure = (self._score < round(100 * settings.keep_below)) & (self._label > CODE["title"])
        self._label[unsure & (lines.text >= 0)] = CODE["main"]
        main = self._label <= CODE["title"]
        self.clusters: Clusters = clusters(corpus, main, settings, known)
        self._kept = duplicates(corpus, self.clusters, main, settings).kept
        self._kept[judge.spared] = -1  # a person's rule keeps every copy
        self._label[self._kept >= 0] = CODE["duplicate"]
        self._copies = copies(corpus, np.flatnonzero(main), self._kept)
        self._cut = np.zeros(lines.text.size, np.bool_)
        self._cut[list(self._cuts)] = True
        stripped = np.array([CODE[label] for label in ("duplicate", *settings.strip)], np.uint8)
        self._goes = np.isin(self._label, stripped) | self._cut
        self._touched = np.zeros(len(corpus.pages), np.bool_)
        self._touched[lines.doc[self._goes]] = True
        self.sizes = _sizes(corpus, self._label)
        self._counted = set[int]()

    def untouched(self, number: int) -> bool:
        """Whether a document stays as it is: nothing of it goes, and its text is needed for nothing."""
        return not self._touched[number]

    def _rows(self, number: int) -> range:
        return range(int(self.corpus.first[number]), int(self.corpus.first[number + 1]))

    def verdicts(self, number: int, text: str) -> list[Verdict]:
        """Every line of a document, or part of a line, kept and removed, in order."""
        return [verdict for row in self._rows(number) for verdict in self._pieces(row, text)]

    def removals(self, number: int, text: str) -> list[Removal]:
        """What goes from a document, in order; blank lines are not among it yet."""
        out: list[Removal] = []
        first, last = self.corpus.first[number], self.corpus.first[number + 1]
        for row in (first + np.flatnonzero(self._goes[first:last])).tolist():
            cluster, leader = self._membership(row)
            gone = (v for v in self._pieces(row, text) if self._is_stripped(v))
            out += [Removal(v.start, v.end, v.label, v.evidence, v.score, cluster, leader) for v in gone]
        return out

    def _is_stripped(self, verdict: Verdict) -> bool:
        sure = verdict.label in self.settings.strip and verdict.score >= self.settings.keep_below
        return sure or verdict.label == "duplicate"

    def final(self, number: int, text: str) -> tuple[Removal, ...]:
        """What goes from a document, blank lines between removed lines included."""
        if self.untouched(number):
            return ()
        removals = finish(text, self.removals(number, text))
        return () if guard.is_doubtful(text, removals) else removals

    def _pieces(self, row: int, text: str) -> Iterator[Verdict]:
        """The verdict on a line: one, or several where only a part of the line is boilerplate."""
        start, end = int(self.corpus.lines.start[row]), int(self.corpus.lines.next[row])
        label = LABELS[self._label[row]]
        if label == "duplicate":
            yield Verdict(start, end, label, self._copy_evidence(row), round(self._similarity(row), 2))
        elif row in self._cuts:
            yield from self._parts(row, text, self._cuts[row])
        else:
            score = 1.0 if label in ("main", "blank") else int(self._score[row]) / 100
            yield Verdict(start, end, label, self._judge.reasons(row), score)

    def _parts(self, row: int, text: str, cuts: tuple[Part, ...]) -> Iterator[Verdict]:
        """Main text around the parts that are boilerplate; folded places are turned into places in the text."""
        lines = self.corpus.lines
        start, stop, end = int(lines.start[row]), int(lines.end[row]), int(lines.next[row])
        raw = text[start:stop]
        _, places = fold_map(raw, self.corpus.pages[int(lines.doc[row])].profile)
        at = start
        for cut in cuts:
            first, last = start + places[cut.start], start + places[min(cut.end, len(places) - 1)]
            if first > at:
                yield Verdict(at, first, "main", (), 1.0)
            yield Verdict(first, last, cut.label, cut.evidence, cut.score)
            at = last
        if at < end:
            yield Verdict(at, end, "main", (), 1.0)

    def _similarity(self, row: int) -> float:
        return float(self.clusters.similarity[self.corpus.lines.text[row]])

    def _copy_evidence(self, row: int) -> tuple[str, ...]:
        kept = int(self._kept[row])
        if self.settings.duplicates == "drop-all":
            return ("stands in several places; no copy is kept",)
        same = self.corpus.lines.text[row] == self.corpus.lines.text[kept]
        where = self.corpus.pages.doc(int(self.corpus.lines.doc[kept]))
        what = "the same text" if same else f"near-duplicate, similarity {self._similarity(row):.2f},"
        return (f"{what} is kept in {where}",)

    def _membership(self, row: int) -> tuple[int | None, Place | None]:
        """The cluster of a line and the place of its leader."""
        kept = int(self._kept[row])
        text = int(self.corpus.lines.text[row])
        number = int(self.clusters.number[text]) if text >= 0 else -1
        return (number if number >= 0 else None), (self._place(kept) if kept >= 0 else None)

    def _place(self, row: int) -> Place:
        lines = self.corpus.lines
        return Place(self.corpus.pages.doc(int(lines.doc[row])), int(lines.start[row]), int(lines.next[row]))

    def figures(self, number: int, text: str) -> Figures:
        """Characters per label and the shares made of them."""
        page = self.corpus.pages[number]
        sizes = self._sizes_of(number, text)
        labels = {LABELS[code]: size for code, size in enumerate(sizes) if size}
        main = sum(sizes[: len(MAIN_LABELS)])
        other = self._copies.get(number)
        problems = (*page.problems, *emptiness(labels, main))
        return Figures(
            page.site,
            page.chars,
            main,
            _share(main, page.chars),
            _share(main - labels.get("duplicate", 0), page.chars),
            labels,
            None if other is None else self.corpus.pages.doc(other),
            problems,
        )

    def _sizes_of(self, number: int, text: str) -> list[int]:
        """Characters per label; parts of lines are counted when the document's text is first at hand."""
        sizes: list[int] = self.sizes[number].tolist()
        if not self._touched[number] or number in self._counted:
            return sizes
        for row in self._rows(number):
            if self._cut[row] and self._label[row] != CODE["duplicate"]:
                self._counted.add(number)
                sizes[self._label[row]] -= int(self.corpus.lines.size[row])
                for part in self._pieces(row, text):
                    sizes[CODE[part.label]] += len("".join(text[part.start : part.end].split()))
        self.sizes[number] = sizes
        return sizes

    def cluster_rows(self) -> Iterator[dict[str, object]]:
        """Rows of clusters.jsonl, in order of first occurrence; `text` is the leader's folded text."""
        found = self._cluster_columns()
        for first in range(0, found.head.size, _TOGETHER):
            some = slice(first, first + _TOGETHER)
            texts = self.corpus.texts.strings(self.corpus.lines.text[found.head[some]])
            columns = (found.head, found.label, found.lines, found.documents, found.sites)
            rows = zip(*(column[some].tolist() for column in columns), texts, strict=True)
            for number, (head, label, lines, documents, sites, text) in enumerate(rows, first):
                yield {
                    "cluster": number,
                    "leader": _place_row(self._place(head)),
                    "label": LABELS[label],
                    "lines": lines,
                    "documents": documents,
                    "sites": sites,
                    "text": text,
                }

    def cluster_count(self) -> int:
        """How many rows clusters.jsonl has."""
        return int(self.clusters.number.max(initial=-1)) + 1

    def _cluster_columns(self) -> _ClusterColumns:
        rows, number = self._in_clusters()
        count = int(number[-1]) + 1 if number.size else 0
        texts, doc = self.corpus.lines.text[rows], self.corpus.lines.doc[rows].astype(np.int64)
        heads = np.flatnonzero(texts == self.clusters.leader[texts])
        head = rows[heads[np.unique(number[heads], return_index=True)[1]]]
        codes = np.where(self._label[rows] == CODE["duplicate"], CODE["main"], self._label[rows])
        label = np.bincount(number * len(LABELS) + codes, minlength=count * len(LABELS)).reshape(-1, len(LABELS))
        changes = np.diff(number * len(self.corpus.pages) + doc, prepend=-1) != 0
        names = self.corpus.pages.sites
        site = self.corpus.pages.site_numbers().astype(np.int64)
        is_name = np.array([name is not None for name in names], np.bool_)
        named = is_name[site[doc]] if doc.size else np.zeros(0, np.bool_)
        pairs = np.unique(number[named] * max(len(names), 1) + site[doc[named]])
        return _ClusterColumns(
            head,
            label.argmax(axis=1),
            np.bincount(number, minlength=count),
            np.bincount(number[changes], minlength=count),
            np.bincount(pairs // max(len(names), 1), minlength=count),
        )

    def member_rows(self) -> Iterator[dict[str, object]]:
        """Rows of members.jsonl: every occurrence, the leader first."""
        for number, rows in self._clustered():
            texts = self.corpus.lines.text[rows]
            leader = int(self.clusters.leader[texts[0]])
            head = int(np.argmax(texts == leader))
            for row in [int(rows[head]), *(int(r) for k, r in enumerate(rows) if k != head)]:
                similarity = round(self._similarity(row), 4)
                yield {"cluster": number, **_place_row(self._place(row)), "similarity": similarity}

    def _clustered(self) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """The rows of each cluster, in reading order."""
        rows, number = self._in_clusters()
        bounds = np.flatnonzero(np.diff(number, prepend=-1, append=-2))
        for first, last in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            yield int(number[first]), rows[first:last]

    def _in_clusters(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """All rows that stand in clusters, by cluster and then in reading order, and their clusters."""
        live = np.flatnonzero(self.corpus.lines.text >= 0)
        number = self.clusters.number[self.corpus.lines.text[live]]
        live, number = live[number >= 0], number[number >= 0]
        order = np.argsort(number, kind="stable")
        return live[order], number[order].astype(np.int64)


def _place_row(place: Place) -> dict[str, object]:
    return {"doc": place.doc, "start": place.start, "end": place.end}


def analyse(
    docs: Iterable[Document], settings: Settings, rules: Rules | None = None, known: int = 0, model: Model | None = None
) -> Analysis:
    """Judge a corpus that fits in memory."""
    return Analysis(scan(docs), settings, rules, known, model)


def _sizes(corpus: Corpus, label: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Characters per page and label (int32, shape (pages, labels))."""
    lines, shape = corpus.lines, (len(corpus.pages), len(LABELS))
    place = lines.doc.astype(np.int64) * len(LABELS) + label
    sizes = np.bincount(place, weights=lines.size, minlength=shape[0] * shape[1])
    return sizes.astype(np.int32).reshape(shape)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


__all__ = ["Analysis", "Figures", "analyse"]
