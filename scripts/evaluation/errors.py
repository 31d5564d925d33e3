"""Wrong lines, their causes and the worst documents: what to read after a run.

A line of main content that was removed is `lost`, a line of boilerplate that was kept is `kept`;
a line judged in parts counts only with the wrong part.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dedup.types import MAIN_LABELS, Verdict
from evaluation.data import Page
from evaluation.metrics import gone_per_line
from evaluation.trials import Outcome, Trial

CUT = 400
"""Longer texts are cut in lists of errors, so that one can read on."""


@dataclass(frozen=True, slots=True)
class WrongLine:
    """One wrong line. `chars` are its wrong non-space characters out of `size`; `line` counts from 0.

    `zone` says where in the document, seen from the gold: head, inside, tail, no_main, and for main lines
    first, inside, last. `in_docs` is the number of documents of the set with the same line.
    """

    error: str
    set: str
    mode: str
    doc: str
    site: str
    lang: str
    kind: str
    label: str
    score: float
    evidence: tuple[str, ...]
    zone: str
    chars: int
    size: int
    line: int
    lines: int
    in_docs: int
    text: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Cause:
    """Wrong lines with the same error, label of ours, gold kind, zone and first evidence, largest lines first."""

    error: str
    label: str
    kind: str
    zone: str
    evidence: str
    lines: tuple[WrongLine, ...]

    @property
    def chars(self) -> int:
        return sum(line.chars for line in self.lines)

    def samples(self, count: int) -> list[WrongLine]:
        """Lines evenly spaced from the largest to the smallest."""
        found = len(self.lines)
        return [self.lines[i * found // count] for i in range(count)] if found > count else list(self.lines)


def wrong_lines(outcome: Outcome, only: str | None = None) -> list[WrongLine]:
    """All wrong lines of an outcome that was explained, those with most wrong characters first."""
    columns, gone = outcome.trial.pages.columns, gone_per_line(outcome)
    repeats = documents_per_line(outcome.trial.pages.pages)
    wrong = gone * columns.line_main + (columns.line_size - gone) * ~columns.line_main
    found: list[WrongLine] = []
    first = 0
    for i, page in enumerate(outcome.trial.pages.pages):
        sizes = wrong[first : first + len(page.labels)]
        if sizes.any():
            verdicts = outcome.verdicts[i] if outcome.verdicts else ()
            found += page_errors(outcome.trial, page, sizes.tolist(), verdicts, repeats)
        first += len(page.labels)
    kept = [line for line in found if only in (None, line.error)]
    return sorted(kept, key=lambda line: (-line.chars, line.doc, line.line))


def documents_per_line(pages: Sequence[Page]) -> Counter[str]:
    """In how many documents each stripped line occurs."""
    return Counter(line for page in pages for line in {text.strip(): None for text in page.lines()})


def page_errors(
    trial: Trial, page: Page, wrong: Sequence[int], verdicts: Sequence[Verdict], repeats: Counter[str]
) -> list[WrongLine]:
    """The wrong lines of a page, given the wrong characters of each of its lines."""
    lines, spans = page.lines(), line_spans(page)
    found: list[WrongLine] = []
    for k in (k for k, chars in enumerate(wrong) if chars):
        error = "lost" if page.labels[k] == "1" else "kept"
        verdict = deciding(verdicts, spans[k], error)
        found.append(
            WrongLine(
                error=error,
                set=trial.pages.name,
                mode=trial.mode,
                doc=page.doc,
                site=page.site or "",
                lang=page.lang,
                kind=page.kind(k),
                label=verdict.label if verdict else "?",
                score=verdict.score if verdict else 0.0,
                evidence=verdict.evidence if verdict else (),
                zone=zone(page.labels, k),
                chars=wrong[k],
                size=len("".join(lines[k].split())),
                line=k,
                lines=len(lines),
                in_docs=repeats[lines[k].strip()],
                text=cut(lines[k]),
                before=cut(next((text for text in reversed(lines[:k]) if text.strip()), "")),
                after=cut(next((text for text in lines[k + 1 :] if text.strip()), "")),
            )
        )
    return found


def line_spans(page: Page) -> list[tuple[int, int]]:
    """The span of each line without its line end."""
    spans, start = [], 0
    for line in page.lines():
        spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def deciding(verdicts: Sequence[Verdict], span: tuple[int, int], error: str) -> Verdict | None:
    """The verdict that explains an error on a line: the one that covers most of it, wrongly labelled ones first."""
    best, best_rank = None, (False, 0)
    for verdict in verdicts:
        overlap = min(verdict.end, span[1]) - max(verdict.start, span[0])
        if overlap > 0:
            rank = ((verdict.label in MAIN_LABELS) == (error == "kept"), overlap)
            if best is None or rank > best_rank:
                best, best_rank = verdict, rank
    return best


def zone(labels: str, k: int) -> str:
    """Where line `k` stands in a document with these gold labels.

    >>> [zone("01010", k) for k in range(5)], zone("00", 1)
    (['head', 'first', 'inside', 'last', 'tail'], 'no_main')
    """
    first, last = labels.find("1"), labels.rfind("1")
    if first < 0:
        return "no_main"
    if k < first:
        return "head"
    if k > last:
        return "tail"
    return "first" if k == first else "last" if k == last else "inside"


def cut(text: str) -> str:
    return text if len(text) <= CUT else text[: CUT - 1] + "…"


def causes(lines: Iterable[WrongLine]) -> list[Cause]:
    """Wrong lines grouped by cause, the cause with most characters first, losses before kept boilerplate."""
    groups: dict[tuple[str, str, str, str, str], list[WrongLine]] = defaultdict(list)
    for line in lines:
        evidence = line.evidence[0] if line.evidence else "no evidence"
        groups[(line.error, line.label, line.kind, line.zone, masked(evidence))].append(line)
    found = [Cause(*key, tuple(members)) for key, members in groups.items()]
    return sorted(found, key=lambda cause: (cause.error != "lost", -cause.chars, cause.label, cause.kind, cause.zone))


def masked(evidence: str) -> str:
    """Evidence without its numbers and long quotations, so that like reasons group together.

    >>> masked('in 12 of 30 documents, "a quotation that is really rather long"')
    'in # of # documents, "…"'
    """
    return re.sub(r'(["«“])[^"»”]{25,}(["»”])', r"\1…\2", re.sub(r"\d+([.,]\d+)?", "#", evidence))


def worst_documents(outcome: Outcome, count: int, error: str) -> list[int]:
    """The places of the documents with most wrong characters of one kind of error, the worst first."""
    columns, gone = outcome.trial.pages.columns, gone_per_line(outcome)
    wrong = gone * columns.line_main if error == "lost" else (columns.line_size - gone) * ~columns.line_main
    total: Counter[int] = Counter()
    for doc, chars in zip(columns.line_doc.tolist(), wrong.tolist(), strict=True):
        if chars:
            total[doc] += chars
    ranked = [doc for doc, _ in sorted(total.items(), key=lambda item: (-item[1], item[0]))]
    return unlike(outcome.trial.pages.pages, ranked, count)


def unlike(pages: Sequence[Page], ranked: Sequence[int], count: int) -> list[int]:
    """The first `count` documents that are not mostly made of lines of one already taken."""
    taken: list[int] = []
    seen = set[str]()
    for doc in ranked:
        lines = {line for line in pages[doc].lines() if line.strip()}
        if len(taken) < count and 2 * len(lines & seen) <= len(lines):
            taken.append(doc)
            seen |= lines
    return taken
