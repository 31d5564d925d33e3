"""The report as Markdown, for a pull request or a wiki: totals, classes, sites, worst documents, problems."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from dedup.report.cells import percent, visible
from dedup.report.score import (
    DocumentRow,
    Summary,
    boilerplate_share,
    by_class,
    by_site,
    concerns,
    mostly,
    total,
    worst,
)

SITES = 20
WORST = 10
EXAMPLES = 3
_ACTIVE = re.compile(r"([\\`*_{}\[\]()#+!|~<>&:@.-])")


def write_markdown(summary: Summary, file: TextIO) -> None:
    """Write the tables; names from the scrape are escaped, so that none of them becomes markup or a link."""
    file.writelines(line + "\n" for line in _lines(summary))


def plain(text: str) -> str:
    r"""Foreign text that Markdown shows as it is.

    >>> print(plain("a|b <i>*c*"))
    a\|b \<i\>\*c\*
    """
    return _ACTIVE.sub(r"\\\1", visible(text))


def _lines(summary: Summary) -> Iterator[str]:
    whole = total(summary.documents)
    sites = len({row.site for row in summary.documents} - {None})
    yield "## Corpus audit"
    yield ""
    yield f"{whole.documents:,} documents · {sites:,} sites · {whole.chars:,} characters"
    yield ""
    if not whole.chars:
        yield "No text in them."
        return
    shares = (whole.main_share, whole.unique_share, boilerplate_share(whole))
    main, once, boilerplate = (percent(share).strip() for share in shares)
    yield f"**Main content {main}** (each text counted once: {once}) · boilerplate {boilerplate}"
    yield ""
    yield from _classes(summary.documents)
    yield from _sites(summary.documents)
    yield from _worst(summary.documents)
    yield from _problems(summary)


def _table(head: Sequence[str], align: str, rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table; `align` has an `l` or `r` per column."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'|'.join('---:' if side == 'r' else '---' for side in align)}|"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _classes(rows: Sequence[DocumentRow]) -> Iterator[str]:
    found = ((f"`{t.label}`", percent(t.share).strip(), f"{t.chars:,}", f"{t.documents:,}") for t in by_class(rows))
    yield from _table(("What the text is", "share", "characters", "documents"), "lrrr", found)


def _sites(rows: Sequence[DocumentRow]) -> Iterator[str]:
    tallies = by_site(rows)
    if len(tallies) < 2:
        return
    found = (
        (
            plain(t.site) if t.site else "(no site)",
            *(percent(share).strip() for share in (t.main_share, t.unique_share)),
            f"{t.documents:,}",
        )
        for t in tallies[:SITES]
    )
    yield from _table(("Site, worst first", "main", "once", "documents"), "lrrr", found)
    if len(tallies) > SITES:
        yield f"… and {len(tallies) - SITES:,} more sites"
        yield ""


def _worst(rows: Sequence[DocumentRow]) -> Iterator[str]:
    found = (
        (plain(row.doc), percent(row.main_share).strip(), f"{row.chars:,}", f"`{mostly(row)}`")
        for row in worst(rows, WORST)
    )
    yield from _table(("Document, worst first", "main", "characters", "mostly"), "lrrl", found)


def _problems(summary: Summary) -> Iterator[str]:
    found = concerns(summary.documents)
    if not found and not summary.unreadable:
        return
    yield "**Worth a look**"
    yield ""
    if summary.unreadable:
        yield f"- could not be read: {len(summary.unreadable):,}"
    for problem, docs in found.items():
        named = ", ".join(plain(doc) for doc in docs[:EXAMPLES]) + (", …" if len(docs) > EXAMPLES else "")
        yield f"- {plain(problem)}: {len(docs):,} ({named})"
    yield ""
