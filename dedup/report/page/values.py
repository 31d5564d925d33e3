"""What the page shows, as values: chosen parts of a run, and how much was left out.

Offsets count code points of the original text. Sizes count characters without white space, as everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dedup.judge.markers import Marker
from dedup.report.score import DocumentRow, Summary

Row = Mapping[str, Any]
"""A row of one of the run folder's files, as the contract has it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a run the page holds; what is beyond is counted, not shown.

    `documents` are listed, `views` of them with their lines as long as these have no more than `view_chars`
    characters together; of one document `document_chars` code points are shown, of one sample `sample_chars`. The texts
    that rules for `clusters` would name have up to `rule_chars` code points together.
    """

    documents: int = 5000
    views: int = 400
    view_chars: int = 2_000_000
    document_chars: int = 60_000
    clusters: int = 1500
    rule_chars: int = 1_000_000
    phrases: int = 300
    sites: int = 500
    samples: int = 6
    sample_chars: int = 400


@dataclass(frozen=True, slots=True)
class Sample:
    """A removed span, named by where it begins."""

    doc: str
    start: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the evidence (`kind` phrase: it stands in the line; heading: the line stands below it).

    `removed` and `chars` count the spans that it speaks for, `alone` and `alone_chars` those for which nothing else
    speaks; `samples` are of the latter where there are any. `score` is the least of them all. `listed` is the phrase of
    the packaged list; null for a phrase of one's own rules or a site's own heading.
    """

    kind: str
    label: str
    text: str
    removed: int
    chars: int
    documents: int
    alone: int
    alone_chars: int
    score: float
    samples: tuple[Sample, ...]
    listed: Marker | None = None


@dataclass(frozen=True, slots=True)
class Repeated:
    """A cluster of repeated text.

    `pieces` is its leader's text, each with whether it varies among the members; `variants` are the leader's line and
    lines that differ from it in folded form, as written (`more`: there may be others). `removed` and `chars` count
    removed spans. `position` is the median place of the places looked at, 0 (a document's start) to 1. `score` is the
    least of the removed spans; null where nothing was removed.
    """

    cluster: int
    label: str
    pieces: tuple[tuple[str, bool], ...]
    variants: tuple[str, ...]
    more: bool
    lines: int
    documents: int
    sites: int
    site_names: tuple[str, ...]
    removed: int
    chars: int
    evidence: tuple[str, ...]
    score: float | None
    position: float | None
    leader: Sample
    examples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A kept line, or a removed span with the reasons for it; `leader` is the document where the copy is kept."""

    label: str
    text: str
    removed: bool = False
    score: float = 1.0
    evidence: tuple[str, ...] = ()
    cluster: int | None = None
    leader: str | None = None
    leader_start: int = 0


@dataclass(frozen=True, slots=True)
class View:
    """A document with its spans in order; `left_out` code points at its end are not among them."""

    spans: tuple[Span, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A document of the list. `margin` is how far the least sure removal is above what would have kept it."""

    row: DocumentRow
    margin: float | None
    view: View | None


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything that the page shows, in the order in which it shows it.

    `cluster_chars` and `phrase_count` are of the whole run, so that the page can say how much it leaves out.
    """

    summary: Summary
    run: Row
    documents: tuple[Listed, ...]
    clusters: tuple[Repeated, ...]
    phrases: tuple[Phrase, ...]
    cluster_chars: int
    phrase_count: int
    limits: Limits
