"""From a run folder to what the page shows: count, choose, gather, read the texts, put together.

Read top to bottom. Only the run folder's files are read, by the names and fields that the README gives them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

from dedup.report.page.choose import Choice, choose
from dedup.report.page.gather import Gathered, gather
from dedup.report.page.tally import Tally, tally
from dedup.report.page.texts import Texts, Wanted, places, read_texts
from dedup.report.page.values import Audit, Limits, Listed, Repeated, Row, Sample
from dedup.report.page.varying import pieces
from dedup.report.score import Summary
from dedup.runfolder import read_run
from dedup.text.fold import fold
from dedup.types import MAIN_LABELS

DEFAULT = Limits()


def audit(run_dir: Path, summary: Summary, limits: Limits = DEFAULT) -> Audit:
    """Gather what the page shows of a finished run; `summary` is of the same run.

    Raises RunFolderError where the folder is incomplete or damaged.
    """
    run = read_run(run_dir)
    rows = {row.doc: row for row in summary.documents}
    sums = tally(run_dir, run, limits)
    phrases = sums.phrases()
    choice = choose(run_dir, summary.documents, sums, phrases, limits)
    members, removed = gather(run_dir, choice, {row.doc: row.site for row in summary.documents})
    spans = _grouped(places(choice.clusters))
    measured = frozenset(doc for each in members.values() for doc, _ in each.places)
    texts = read_texts(run_dir, rows, Wanted(removed, spans, measured, limits.document_chars))
    return Audit(
        summary=summary,
        run=run,
        documents=tuple(
            Listed(row, sums.margins.get(row.doc), texts.views.get(row.doc))
            for row in summary.documents
            if row.doc in choice.listed
        ),
        clusters=tuple(
            _within((_repeated(number, choice, members[number], sums, texts) for number in choice.clusters), limits)
        ),
        phrases=phrases,
        cluster_chars=sum(sums.chars.values()),
        phrase_count=sums.phrase_count,
        limits=limits,
    )


def _grouped(found: Iterable[tuple[str, tuple[int, int]]]) -> dict[str, list[tuple[int, int]]]:
    groups: dict[str, list[tuple[int, int]]] = {}
    for doc, span in found:
        groups.setdefault(doc, []).append(span)
    return groups


def _repeated(number: int, choice: Choice, seen: Gathered, sums: Tally, texts: Texts) -> Repeated:
    row = choice.clusters[number]
    leader = row["leader"]
    text = texts.spans.get((leader["doc"], leader["start"]), str(row["text"]))
    return Repeated(
        cluster=number,
        label=_label(row, seen),
        pieces=pieces(text, seen.texts),
        variants=_variants(text, seen.texts),
        more=seen.more,
        lines=row["lines"],
        documents=row["documents"],
        sites=row["sites"],
        site_names=tuple(seen.sites),
        removed=sums.removed[number],
        chars=sums.chars[number],
        evidence=seen.usual_evidence(),
        score=sums.least.get(number),
        position=_position(seen, texts),
        leader=Sample(leader["doc"], leader["start"]),
        examples=seen.examples(),
    )


def _within(clusters: Iterable[Repeated], limits: Limits) -> Iterator[Repeated]:
    """The clusters, without the texts that a rule would name where these are too long to be carried along."""
    room = limits.rule_chars
    for each in clusters:
        weight = sum(map(len, each.variants))
        if weight <= room:
            room -= weight
            yield each
        else:
            yield replace(each, variants=())


def _variants(leader: str, members: Iterable[str]) -> tuple[str, ...]:
    """Lines that a rule for the cluster names: one per folded form, the leader's first."""
    found: dict[str, str] = {}
    for text in (leader.strip(), *members):
        found.setdefault(fold(text), text)
    return tuple(text for folded, text in found.items() if folded)


def _label(row: Row, seen: Gathered) -> str:
    """The cluster's class; content of which copies were removed is `duplicate`."""
    label: str = row["label"]
    return "duplicate" if label in MAIN_LABELS and seen.labels["duplicate"] else label


def _position(seen: Gathered, texts: Texts) -> float | None:
    found = [start / texts.lengths[doc] for doc, start in seen.places if texts.lengths.get(doc)]
    return round(median(found), 2) if found else None
