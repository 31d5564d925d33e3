"""Cases of the judge as data: `cases/*.json` hold texts and the label of every line; here they become documents.

A case has a `name`, its `language`, `why` it exists, and `documents`. A document has a `site` (or none) and `lines`:
`[label, text]`, or `["main", text, {"cut": part, "label": label}, …]` where only parts of a line are boilerplate, or
`{"article": "ar/ponds"}` for an article of `articles.json`. `main` also admits `title`; `boilerplate` admits any
class of it. `above` and `below` of a case are lines that stand around each document but those with `"frame": false`;
`{name}` in them is filled from a document's `values`. `settings` are those of a run; `duplicates` is `keep-all` unless
they say otherwise.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dedup.analysis import Analysis, analyse
from dedup.settings import Settings
from dedup.types import BOILERPLATE_LABELS, LABELS, Document

CASES = Path(__file__).parent / "cases"
KINDS = ("wild", "synthetic", "negative", "known_failures")


@dataclass(frozen=True)
class Wanted:
    """What a line is to become: a label, and the parts of it that go."""

    label: str
    text: str
    cuts: tuple[tuple[str, str], ...] = ()

    def pieces(self) -> list[tuple[str, str]]:
        """The line as (label, text) pieces."""
        found, rest = [], self.text
        for part, label in self.cuts:
            before, _, rest = rest.partition(part)
            found += [("main", before), (label, part)]
        return [piece for piece in (*found, ("main" if self.cuts else self.label, rest)) if piece[1]]


@dataclass(frozen=True)
class Case:
    name: str
    kind: str
    language: str
    why: str
    documents: tuple[tuple[Document, tuple[Wanted, ...]], ...]
    settings: Settings

    def __str__(self) -> str:
        return self.name


@cache
def articles() -> dict[str, list[str]]:
    return json.loads((CASES / "articles.json").read_text(encoding="utf-8"))


@cache
def cases(kind: str) -> tuple[Case, ...]:
    raw = json.loads((CASES / f"{kind}.json").read_text(encoding="utf-8"))
    return tuple(_case(each, kind) for each in raw)


def all_cases() -> list[Case]:
    return [case for kind in KINDS for case in cases(kind)]


def _case(raw: dict[str, Any], kind: str) -> Case:
    documents = tuple(_document(raw, each, number) for number, each in enumerate(raw["documents"]))
    settings = Settings(**{"duplicates": "keep-all", **raw.get("settings", {})})
    return Case(raw["name"], kind, raw["language"], raw["why"], documents, settings)


def _document(case: dict[str, Any], raw: dict[str, Any], number: int) -> tuple[Document, tuple[Wanted, ...]]:
    framed = raw.get("frame", True)
    above, below = (case.get(side, []) if framed else [] for side in ("above", "below"))
    values = raw.get("values", {})
    frame = [[_wanted(line, values) for line in lines] for lines in (above, below)]
    lines = [wanted for line in raw["lines"] for wanted in _lines(line)]
    whole = (*frame[0], *lines, *frame[1])
    text = "\n".join(wanted.text for wanted in whole)
    site = raw.get("site", case.get("site"))
    return Document(f"{number}", site, f"{number}.txt", 0, text, raw.get("title")), whole


def _lines(line: Any) -> list[Wanted]:
    if isinstance(line, dict):
        return [Wanted("main", text) for text in articles()[line["article"]]]
    return [_wanted(line, {})]


def _wanted(line: list[Any], values: dict[str, str]) -> Wanted:
    label, text, *cuts = line
    assert label in (*LABELS, "boilerplate"), label
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    assert all(cut["cut"] in text and cut["label"] in BOILERPLATE_LABELS for cut in cuts), line
    return Wanted("blank" if not text.strip() else label, text, tuple((cut["cut"], cut["label"]) for cut in cuts))


def judge(case: Case) -> Analysis:
    return analyse([document for document, _ in case.documents], case.settings)


def differences(case: Case) -> list[str]:
    """Every line that came out otherwise than wanted: document, wanted, found, text and evidence."""
    analysis = judge(case)
    found = []
    for number, (document, lines) in enumerate(case.documents):
        verdicts = analysis.verdicts(number, document.text)
        assert "".join(document.text[v.start : v.end] for v in verdicts) == document.text
        at = 0
        for wanted in lines:
            end = at + len(wanted.text) + 1
            own = [v for v in verdicts if at <= v.start < end]
            pieces = [(v.label, document.text[v.start : v.end].rstrip("\n")) for v in own]
            pieces = [piece for piece in pieces if piece[1]] or [("blank", "")]
            if not _agree(wanted.pieces() or [("blank", "")], pieces):
                evidence = "; ".join(e for v in own for e in v.evidence)
                found.append(f"{number}: wanted {wanted.pieces()}, found {pieces} ({evidence})")
            at = end
    return found


def _agree(wanted: list[tuple[str, str]], found: list[tuple[str, str]]) -> bool:
    return len(wanted) == len(found) and all(
        w[1] == f[1] and (w[0] == f[0] or f[0] in _ALSO.get(w[0], ())) for w, f in zip(wanted, found, strict=True)
    )


_ALSO = {"main": ("title", "blank"), "boilerplate": BOILERPLATE_LABELS}
