"""Documents judged together with what a baseline knows of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path

from dedup.analysis import Analysis, analyse
from dedup.baseline.context import Context, context
from dedup.baseline.index import Index
from dedup.corpus import scan
from dedup.judge.rulefile import Rules
from dedup.settings import Settings
from dedup.types import Document


def judged(
    read: Callable[[], Iterable[Document]], settings: Settings, rules: Rules | None = None
) -> tuple[Analysis, Context]:
    """Judge documents, which are read twice where there is a baseline; what is said of the baseline's is first."""
    if not settings.baseline:
        return analyse(read(), settings, rules), Context((), 0)
    index = Index.open(Path(settings.baseline))
    found = context(index, scan(read()), settings)
    return analyse(chain(found.documents, read()), settings, rules, len(found.documents)), found
