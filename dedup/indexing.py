"""From inputs to an index: read, scan, add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dedup.analysis import Analysis
from dedup.baseline import index as store
from dedup.baseline.history import entry
from dedup.baseline.part import of_corpus
from dedup.corpus import scan
from dedup.formats.find import sources
from dedup.pipeline import Progress, Reading, something_was_read
from dedup.settings import Settings


@dataclass(frozen=True, slots=True)
class Added:
    """What an addition did: documents read, those that were new, and messages for what could not be read."""

    read: int
    new: int
    unreadable: tuple[str, ...]


def build(inputs: Sequence[str], folder: Path, settings: Settings, progress: Progress | None = None) -> Added:
    """Make a new index of all documents of the inputs; UsageError where there is something already."""
    store.create(folder, settings.shingles, settings.threshold)
    return add(inputs, folder, settings, progress)


def add(inputs: Sequence[str], folder: Path, settings: Settings, progress: Progress | None = None) -> Added:
    """Add the documents of the inputs to an index, in one step; those that it has already change nothing."""
    store.Index.open(folder)
    reading = Reading(sources(inputs, settings=settings), settings, progress)
    corpus = scan(reading)
    something_was_read(reading)
    figures = entry(Analysis(corpus, settings), (document.text for document in reading))
    new = store.add(folder, of_corpus(corpus), figures)
    return Added(len(corpus.pages), new, tuple(reading.unreadable))
