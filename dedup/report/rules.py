"""Marker phrases as readable TOML that can be read back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby

from dedup.errors import UsageError
from dedup.judge.markers import Marker
from dedup.types import BOILERPLATE_LABELS


def choose(markers: list[Marker], language: str | None = None, label: str | None = None) -> list[Marker]:
    """The markers of a language, a class, or both; UsageError for a name that no marker has."""
    languages = sorted({marker.language for marker in markers})
    if language is not None and language not in languages:
        raise UsageError(f"--language {language}: choose one of {', '.join(languages)}")
    if label is not None and label not in BOILERPLATE_LABELS:
        raise UsageError(f"--class {label}: choose one of {', '.join(BOILERPLATE_LABELS)}")
    return [m for m in markers if language in (None, m.language) and label in (None, m.label)]


def toml(markers: Iterable[Marker]) -> Iterator[str]:
    r"""Lines of TOML: a table per language and class, a list per kind, a phrase per line.

    >>> print(*list(toml([Marker("اقرأ أيضا", "", "ar", "read_also", "label")]))[:-1], sep="\n")
    [ar.read_also]
    label = [
        "اقرأ أيضا",
    ]
    """
    for (language, label), table in groupby(markers, key=lambda marker: (marker.language, marker.label)):
        yield f"[{language}.{label}]"
        for kind, phrases in groupby(table, key=lambda marker: marker.kind):
            yield f"{kind} = ["
            yield from (f"    {json.dumps(phrase.text, ensure_ascii=False)}," for phrase in phrases)
            yield "]"
        yield ""
