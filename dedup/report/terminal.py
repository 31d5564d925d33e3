"""The report as a person reads it: totals, what the text is made of, sites, worst files, problems.

Lines are made as (text, style) pieces first, 80 cells wide, and only then written, so that colour
is a matter of where they go: a terminal gets it, a pipe gets the same lines plain.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from dedup.report.cells import bar, column, name, percent, visible
from dedup.report.score import (
    DocumentRow,
    Summary,
    Tally,
    boilerplate_share,
    by_class,
    by_site,
    concerns,
    mostly,
    total,
    worst,
)

Line = Sequence[tuple[str, str]]
"""One line in pieces of (text, style); the styles are rich's."""

WIDTH = 80
SITES = 12
"""Sites shown; the other ones are in the JSON and CSV reports."""
EXAMPLES = 3
"""Examples shown for one problem."""

STYLES = {"main": "green", "title": "bold green", "duplicate": "cyan", "blank": "dim"}
BOILERPLATE_STYLE = "red"


def style(label: str) -> str:
    """The colour of a label: green is kept, cyan is kept elsewhere, red is boilerplate."""
    return STYLES.get(label, BOILERPLATE_STYLE)


def report(summary: Summary, worst_count: int = 10) -> Iterator[Line]:
    """The whole report, line by line."""
    whole = total(summary.documents)
    yield from _totals(summary, whole)
    if not whole.chars:
        return
    yield from _classes(summary.documents)
    yield from _sites(summary.documents)
    yield from _worst(summary.documents, worst_count)
    yield from _problems(summary)


def whereabouts(out: str, summary: Summary) -> Iterator[Line]:
    """What `clean` wrote and what to do with it next."""
    yield _heading(f"Written to {visible(out)}")
    yield [("  clean/           the cleaned text, under the names of the input", "")]
    yield [(f"  removed.jsonl    {count(summary.removed, 'removal')}: place, class, evidence, text", "")]
    yield [("  documents.jsonl  the figures of each document", "")]
    yield [(f"  clusters.jsonl   {count(summary.clusters, 'cluster')} of repeated text", "")]
    yield [("  run.json         settings, versions, counts, and what could not be read", "")]
    yield _heading("Next")
    where = shlex.quote(visible(out))
    commands = [
        (f"dedup explain {where} DOC", "every line of a document, and why"),
        (f"dedup verify {where}", "prove that nothing else was changed"),
        (f"dedup restore {where} --out DIR", "undo"),
    ]
    width = max(len(command) for command, _ in commands)
    for command, purpose in commands:
        yield [(f"  {command:<{width}}", "bold"), (f"   {purpose}", "")]


def write(lines: Iterable[Line], file: TextIO, *, colour: bool) -> None:
    """Write lines to `file`, in colour where `colour` says so. rich is loaded for colour only."""
    if not colour:
        file.writelines("".join(text for text, _ in line).rstrip() + "\n" for line in lines)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=file, highlight=False, emoji=False, markup=False)
    for line in lines:
        console.print(Text.assemble(*line), soft_wrap=True)


def count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "file"), count(12345, "file")
    ('1 file', '12,345 files')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _heading(text: str) -> Line:
    return [(f"\n{text}", "bold")]


def _totals(summary: Summary, whole: Tally) -> Iterator[Line]:
    sites = len({row.site for row in summary.documents} - {None})
    yield [
        (count(whole.documents, "document"), "bold"),
        (f" · {count(sites, 'site')} · {count(whole.chars, 'character')} · {summary.seconds:.1f} s", ""),
    ]
    if not whole.chars:
        yield [("No text in them.", "")]
        return
    pieces = [("main content ", ""), (percent(whole.main_share).strip(), "bold green")]
    if whole.unique_share != whole.main_share:
        pieces += [(" (each text counted once: ", ""), (percent(whole.unique_share).strip(), "cyan"), (")", "")]
    yield [*pieces, (" · boilerplate ", ""), (percent(boilerplate_share(whole)).strip(), "bold red")]


def _classes(rows: Sequence[DocumentRow]) -> Iterator[Line]:
    yield _heading(f"{'What the text is':<16}{'share':>8}  {'':<24}{'characters':>14}{'documents':>14}")
    for tally in by_class(rows):
        colour = style(tally.label)
        yield [
            (f"  {tally.label:<14}", ""),
            (f"{percent(tally.share):>8}  ", colour),
            (bar(tally.share, 24), colour),
            (f"{tally.chars:>14,}{tally.documents:>14,}", ""),
        ]


def _sites(rows: Sequence[DocumentRow]) -> Iterator[Line]:
    tallies = by_site(rows)
    if len(tallies) < 2:
        return
    yield _heading(f"{'Site, worst first':<32}{'main':>7}  {'':<16}{'once':>7}{'documents':>12}")
    for tally in tallies[:SITES]:
        yield [
            (f"  {column(tally.site or '(no site)', 29)} ", ""),
            (f"{percent(tally.main_share):>7}  ", "green"),
            (bar(tally.main_share, 16), "green"),
            (f"{percent(tally.unique_share):>7}{tally.documents:>12,}", ""),
        ]
    if len(tallies) > SITES:
        yield [(f"  … and {count(len(tallies) - SITES, 'site')} more", "dim")]


def _worst(rows: Sequence[DocumentRow], number: int) -> Iterator[Line]:
    chosen = worst(rows, number)
    if not chosen:
        return
    yield _heading(f"{'Document, worst first':<46}{'main':>7}{'characters':>13}  mostly")
    for row in chosen:
        yield [
            (f"  {name(row.doc, 43)} ", ""),
            (f"{percent(row.main_share):>7}", "red"),
            (f"{row.chars:>13,}  ", ""),
            (mostly(row), ""),
        ]


def _problems(summary: Summary) -> Iterator[Line]:
    found = concerns(summary.documents)
    if not found and not summary.unreadable:
        return
    yield _heading("Worth a look")
    if summary.unreadable:
        yield [(f"  {count(len(summary.unreadable), 'input')} could not be read (see the messages)", "yellow")]
    for problem, docs in found.items():
        yield [(f"  {column(problem, 58).rstrip()}: ", "yellow"), (count(len(docs), "document"), "")]
        for doc in docs[:EXAMPLES]:
            yield [(f"    {name(doc, WIDTH - 4).rstrip()}", "dim")]
