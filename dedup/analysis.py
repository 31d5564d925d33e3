"""From documents to removals: scan, judge, duplicates. Nothing here reads or writes a file."""

from __future__ import annotations

from collections.abc import Iterable

from dedup.corpus import Corpus, scan
from dedup.judge.verdict import Decision, Judge
from dedup.settings import Settings
from dedup.types import Document, Removal, Verdict


class Analysis:
    """What was found in one corpus; documents are numbered in reading order."""

    def __init__(self, corpus: Corpus, settings: Settings) -> None:
        self.corpus = corpus
        self.settings = settings
        self._judge = Judge(corpus)
        self._decisions: dict[int, list[Decision]] = {}

    def decisions(self, number: int) -> list[Decision]:
        if number not in self._decisions:
            self._decisions[number] = self._judge.page(number)
        return self._decisions[number]

    def verdicts(self, number: int) -> list[Verdict]:
        """Every line of a document, kept and removed."""
        lines = self.corpus.lines
        by_row = {d.row: d for d in self.decisions(number)}
        out = []
        for row in range(int(self.corpus.first[number]), int(self.corpus.first[number + 1])):
            start, end = int(lines.start[row]), int(lines.next[row])
            decision = by_row.get(row)
            if decision is not None:
                out.append(Verdict(start, end, decision.label, decision.evidence, decision.score))
            elif lines.text[row] < 0:
                out.append(Verdict(start, end, "blank", (), 1.0))
            else:
                out.append(Verdict(start, end, "main", (), 1.0))
        return out

    def removals(self, number: int) -> list[Removal]:
        """What goes from a document, in order."""
        lines = self.corpus.lines
        return [
            Removal(int(lines.start[d.row]), int(lines.next[d.row]), d.label, d.evidence, d.score)
            for d in self.decisions(number)
            if d.label in self.settings.strip and d.score >= self.settings.keep_below
        ]


def analyse(documents: Iterable[Document], settings: Settings) -> Analysis:
    """Judge a corpus that fits in memory."""
    return Analysis(scan(documents), settings)
