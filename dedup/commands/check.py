"""The command `dedup check`: the gate."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.models import OptionInfo

from dedup.console import DONE, FAILED, PARTLY, Progress, answers, has_colour, say
from dedup.errors import UsageError
from dedup.gate.thresholds import Thresholds
from dedup.options import (
    DEFAULT,
    Baseline,
    IdField,
    Inputs,
    RulesFile,
    ShinglesOption,
    SiteField,
    TextField,
    Threshold,
    TitleField,
    UrlField,
    fields,
)
from dedup.settings import Settings, Shingles

if TYPE_CHECKING:
    from dedup.gate.values import Outcome

GATE = Thresholds()


def _share(text: str) -> OptionInfo:
    option: OptionInfo = typer.Option(metavar="X", help=text)
    return option


@answers
def check(
    inputs: Inputs,
    min_main_share: Annotated[float, _share("A document fails with less main content.")] = GATE.min_main_share,
    min_main_chars: Annotated[
        int, typer.Option(metavar="N", help="A document fails with fewer characters of main content.")
    ] = GATE.min_main_chars,
    max_boilerplate: Annotated[float, _share("A document fails with more boilerplate.")] = GATE.max_boilerplate,
    max_damage: Annotated[float, _share("A document fails with more damaged characters.")] = GATE.max_damage,
    max_failed: Annotated[float, _share("Documents that may fail.")] = GATE.max_failed,
    min_site_main_share: Annotated[float, _share("Least main content of a site.")] = GATE.min_site_main_share,
    max_site_failed: Annotated[float, _share("Documents of one site that may fail.")] = GATE.max_site_failed,
    min_run_main_share: Annotated[float, _share("Least main content of all documents.")] = GATE.min_run_main_share,
    max_duplicates: Annotated[float, _share("Most main content that stands here twice.")] = GATE.max_duplicates,
    max_known: Annotated[float, _share("Most main content that the baseline has.")] = GATE.max_known,
    max_empty: Annotated[float, _share("Most documents without text.")] = GATE.max_empty,
    max_unreadable: Annotated[float, _share("Most inputs that cannot be read.")] = GATE.max_unreadable,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Add the documents to the baseline when the gate is passed.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Fail when any input cannot be read.")] = False,
    json: Annotated[str, typer.Option(metavar="FILE", help="Write everything as JSON; - is stdout.")] = "",
    junit: Annotated[str, typer.Option(metavar="FILE", help="Write JUnit XML; - is stdout.")] = "",
    sarif: Annotated[str, typer.Option(metavar="FILE", help="Write SARIF 2.1.0; - is stdout.")] = "",
    github: Annotated[
        bool, typer.Option("--github", help="Print annotations; write $GITHUB_STEP_SUMMARY where it is set.")
    ] = False,
    threshold: Threshold = DEFAULT.threshold,
    shingles: ShinglesOption = str(DEFAULT.shingles),
    text_field: TextField = DEFAULT.text_field,
    id_field: IdField = DEFAULT.id_field,
    site_field: SiteField = DEFAULT.site_field,
    title_field: TitleField = DEFAULT.title_field,
    url_field: UrlField = DEFAULT.url_field,
    rules_file: RulesFile = DEFAULT.rules_file,
    baseline: Baseline = DEFAULT.baseline,
) -> int:
    """Fail when a scrape is bad, and say why. Exit code 1 is failed, 3 passed but some inputs could not be read.

    Without a single option it fails when more than a tenth of the documents have hardly any main content (less than
    10 %, or none) or are garbled (1 % of the characters); when a site has less than 20 % main content, or half of its
    documents fail; when all documents together have less than 25 %; when half of the main content stands here twice;
    when more than 5 % of the documents are empty, or of the inputs unreadable. With a baseline it also fails when a
    site has changed, or when 90 % of the main content was there before.
    """
    from dedup.checking import check as run

    if update_baseline and not baseline:
        raise UsageError("--update-baseline: says nothing without --baseline DIR")
    names = fields(text_field, id_field, site_field, title_field, url_field)
    settings = Settings(
        threshold=threshold, shingles=Shingles.parse(shingles), rules_file=rules_file, baseline=baseline, **names
    )
    thresholds = Thresholds(
        min_main_share=min_main_share,
        min_main_chars=min_main_chars,
        max_boilerplate=max_boilerplate,
        max_damage=max_damage,
        min_site_main_share=min_site_main_share,
        max_site_failed=max_site_failed,
        min_run_main_share=min_run_main_share,
        max_failed=max_failed,
        max_duplicates=max_duplicates,
        max_known=max_known,
        max_empty=max_empty,
        max_unreadable=max_unreadable,
    )
    with Progress() as progress:
        outcome = run(inputs, settings, thresholds, progress)
    _show(outcome, {"json": json, "junit": junit, "sarif": sarif}, github=github)
    if update_baseline and outcome.passed and not (strict and outcome.unreadable):
        from dedup.indexing import add

        say(f"{add(inputs, Path(baseline), settings).new:,} documents added to {baseline}")
    for message in (*outcome.notes, *outcome.unreadable):
        say(message)
    if not outcome.passed or (strict and outcome.unreadable):
        return FAILED
    return PARTLY if outcome.unreadable else DONE


def _show(outcome: Outcome, targets: dict[str, str], *, github: bool) -> None:
    """Write the reports that are asked for; the table, unless a report takes stdout."""
    from dedup.commands.reports import opened
    from dedup.gate import reports, table
    from dedup.report import terminal

    for name, target in targets.items():
        if target:
            with opened(target) as file:
                reports.RENDERERS[name](outcome, file)
    if "-" not in targets.values():
        terminal.write(table.table(outcome), sys.stdout, colour=has_colour(sys.stdout))
    if github:
        reports.write_github(outcome, sys.stdout)
        summary = os.environ.get("GITHUB_STEP_SUMMARY")
        if summary:
            with Path(summary).open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
                reports.write_summary(outcome, file)
