"""The second reading of `removed.jsonl`: what is shown of the chosen clusters and documents."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from dedup.report.page.choose import Choice
from dedup.report.page.values import Row, Sample
from dedup.runfolder import read_rows

PLACES = 15
"""So many places of a cluster say where it typically stands."""
MEMBERS = 12
"""So many different texts of a cluster say which of its words vary, and can be named by a rule."""
LETTERS = 3000
"""Fewer texts are taken where they have more characters than this together."""
EXAMPLES = 3
SITES = 12
"""Sites of a cluster that the page can filter by."""
KINDS = 200
"""Different evidence of one cluster that is counted."""


@dataclass(slots=True)
class Gathered:
    """What was seen of one cluster: removed spans with their sites, different texts, and how often which evidence."""

    places: list[tuple[str, int]] = field(default_factory=list)
    shown: list[tuple[str, int]] = field(default_factory=list)
    texts: dict[str, None] = field(default_factory=dict)
    more: bool = False
    sites: dict[str, None] = field(default_factory=dict)
    evidence: Counter[tuple[str, ...]] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)

    def add(self, row: Row, site: str | None, *, viewed: bool) -> None:
        """Take up one removed member."""
        place = (row["doc"], row["start"])
        if len(self.places) < PLACES:
            self.places.append(place)
        if viewed and len(self.shown) < EXAMPLES:
            self.shown.append(place)
        self._take(row["text"].strip())
        if site is not None and len(self.sites) < SITES:
            self.sites[site] = None
        evidence = tuple(row["evidence"])
        if evidence in self.evidence or len(self.evidence) < KINDS:
            self.evidence[evidence] += 1
        self.labels[row["label"]] += 1

    def _take(self, text: str) -> None:
        if text in self.texts:
            return
        if len(self.texts) < MEMBERS and sum(map(len, self.texts)) + len(text) <= LETTERS:
            self.texts[text] = None
        else:
            self.more = True

    def examples(self) -> tuple[Sample, ...]:
        """Places to look at, those in documents that the page holds first."""
        places = dict.fromkeys([*self.shown, *self.places[:EXAMPLES]])
        return tuple(Sample(*place) for place in list(places)[:EXAMPLES])

    def usual_evidence(self) -> tuple[str, ...]:
        """The commonest evidence, the first in order among equals."""
        return min(self.evidence, key=lambda each: (-self.evidence[each], each)) if self.evidence else ()


def gather(
    run_dir: Path, choice: Choice, sites: dict[str, str | None]
) -> tuple[dict[int, Gathered], dict[str, list[Row]]]:
    """Members per chosen cluster, and the rows per document that is shown with its lines."""
    clusters = {number: Gathered() for number in choice.clusters}
    removed: dict[str, list[Row]] = {doc: [] for doc in choice.viewed}
    for row in read_rows(run_dir, "removed.jsonl"):
        number, doc = row["cluster"], row["doc"]
        if number in clusters:
            clusters[number].add(row, sites.get(doc), viewed=doc in choice.viewed)
        if doc in removed:
            removed[doc].append(row)
    return clusters, removed
