"""Which clusters and documents of a run the page holds: those where a person's minute is best spent.

The order never depends on anything but the run folder's rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path

from dedup.report.page.tally import Tally
from dedup.report.page.values import Limits, Phrase, Row
from dedup.report.score import DocumentRow, copies, worst
from dedup.runfolder import read_rows
from dedup.types import MAIN_LABELS

CONTENT_PART = 3
"""Copies of content get this part of the clusters shown (a third), more only where boilerplate needs less."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the page holds: rows of clusters.jsonl by cluster, ids of documents listed and of those with their lines."""

    clusters: Mapping[int, Row]
    listed: frozenset[str]
    viewed: frozenset[str]


def choose(
    run_dir: Path, rows: Sequence[DocumentRow], tally: Tally, phrases: Iterable[Phrase], limits: Limits
) -> Choice:
    """Take the clusters that most was removed of, and documents by turns from several orders."""
    clusters = _clusters(run_dir, tally, limits.clusters)
    known = {row.doc: row for row in rows}
    samples = list(_by_turns([[sample.doc for sample in phrase.samples] for phrase in phrases]))
    leaders = [clusters[number]["leader"]["doc"] for number in clusters]
    orders = [
        [row.doc for row in worst(rows, limits.documents)],
        _doubtful(tally, limits.documents),
        samples,
        [doc for doc in leaders if doc in known],
        [doc for row in copies(rows) for doc in (row.doc, row.duplicate_of) if doc in known],
        [row.doc for row in rows if row.problems],
        _spread(rows, limits.documents),
    ]
    listed = _first(_by_turns(orders), limits.documents)
    viewed = _viewed(listed, known, limits)
    return Choice(clusters, frozenset(listed), frozenset(viewed))


def _clusters(run_dir: Path, tally: Tally, limit: int) -> dict[int, Row]:
    """Those that most was removed of; copies of content leave most of the room to boilerplate."""
    labels = {row["cluster"]: row["label"] for row in read_rows(run_dir, "clusters.jsonl")}
    order = sorted(labels, key=lambda number: (-tally.chars[number], number))
    boilerplate = [number for number in order if labels[number] not in MAIN_LABELS]
    copied = [number for number in order if labels[number] in MAIN_LABELS]
    few = max(limit // CONTENT_PART, limit - len(boilerplate))
    taken = copied[:few] + boilerplate[: limit - min(few, len(copied))]
    rank = {number: place for place, number in enumerate(sorted(taken, key=lambda n: (-tally.chars[n], n)))}
    rows = [row for row in read_rows(run_dir, "clusters.jsonl") if row["cluster"] in rank]
    return {row["cluster"]: row for row in sorted(rows, key=lambda row: rank[row["cluster"]])}


def _doubtful(tally: Tally, limit: int) -> list[str]:
    return sorted(tally.margins, key=lambda doc: (tally.margins[doc], doc))[:limit]


def _spread(rows: Sequence[DocumentRow], limit: int) -> list[str]:
    """Documents at even distances, coarse steps first, so that any beginning of the list is spread."""
    step = 1 << max(len(rows).bit_length() - 1, 0)
    found: dict[str, None] = {}
    while step and len(found) < limit:
        found |= dict.fromkeys(row.doc for row in rows[::step])
        step //= 2
    return list(found)


def _by_turns(orders: Sequence[Sequence[str]]) -> Iterator[str]:
    return (doc for doc in chain.from_iterable(zip_longest(*orders)) if doc is not None)


def _first(docs: Iterable[str], limit: int) -> list[str]:
    found: dict[str, None] = {}
    for doc in docs:
        if len(found) >= limit:
            break
        found[doc] = None
    return list(found)


def _viewed(listed: Iterable[str], known: Mapping[str, DocumentRow], limits: Limits) -> list[str]:
    """The first of the listed documents whose lines fit; one document weighs no more than what is shown of it."""
    found: list[str] = []
    room = limits.view_chars
    for doc in listed:
        weight = min(known[doc].chars, limits.document_chars)
        if len(found) < limits.views and weight <= room:
            found.append(doc)
            room -= weight
    return found
