"""The gate's answer for a person: a short table, worst first, and what shows more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from dedup.gate.values import Finding, Outcome
from dedup.report.cells import isolate, name, percent, visible
from dedup.report.terminal import Line, count

SHOWN = 10
"""Findings shown for one level; the other ones are in the JSON and the reports."""

LEVELS = {"drift": "Changed since the baseline", "run": "All documents", "site": "Sites", "file": "Documents"}
"""Levels of findings, in the order in which a person wants to know, with their headings."""


def table(outcome: Outcome) -> Iterator[Line]:
    """The whole answer, line by line."""
    verdict = ("passed", "bold green") if outcome.passed else ("FAILED", "bold red")
    sums = f" · {count(outcome.documents, 'document')} · {count(outcome.sites, 'site')} · {outcome.seconds:.1f} s"
    yield [("gate ", "bold"), verdict, (sums, "")]
    yield [(_figures(outcome), "")]
    for level, heading in LEVELS.items():
        found = [finding for finding in outcome.findings if finding.level == level]
        if found:
            yield from _level(heading, found, outcome)
    if outcome.findings:
        yield [("\nNext", "bold")]
        for command, times in Counter(finding.command for finding in _shown(outcome.findings)).most_common(3):
            yield [(f"  {visible(command)}", "bold"), (f"   explains {count(times, 'finding')}", "dim")]


def _figures(outcome: Outcome) -> str:
    told = ((key.replace("_", " "), value) for key, value in outcome.figures.items())
    return " · ".join(f"{key} {percent(value).strip()}" for key, value in told if value is not None)


def _level(heading: str, found: Sequence[Finding], outcome: Outcome) -> Iterator[Line]:
    many = f" ({len(found)} of {outcome.documents})" if found[0].level == "file" else ""
    yield [(f"\n{heading}{many}", "bold")]
    for finding in found[:SHOWN]:
        style = "red" if finding.fails or not outcome.passed else "yellow"
        if finding.level != "run":
            yield [(f"  {name(finding.subject, 76).rstrip()}", "")]
        yield [(f"    {isolate(visible(finding.says))}", style)]
        if finding.evidence:
            yield [(f"    {isolate('↳ ' + visible(finding.evidence))}", "dim")]
    if len(found) > SHOWN:
        yield [(f"  … and {len(found) - SHOWN} more", "dim")]


def _shown(findings: Sequence[Finding]) -> Iterator[Finding]:
    for level in LEVELS:
        yield from [finding for finding in findings if finding.level == level][:1]
