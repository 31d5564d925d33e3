"""`dedup clean`: what was typed becomes settings, the flow runs, its figures are shown."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from dedup.commands.pipes import Target
from dedup.commands.showing import outcome, show
from dedup.console import Progress, answers, has_colour
from dedup.options import (
    DEFAULT,
    Attributes,
    Baseline,
    IdField,
    Inputs,
    KeepBelow,
    Log,
    Memory,
    Metadata,
    NoLog,
    Preset,
    RepairEncoding,
    RulesFile,
    ShinglesOption,
    SiteField,
    TextField,
    Threshold,
    TitleField,
    UrlField,
    classes_to_strip,
    fields,
    least_score,
)
from dedup.settings import DUPLICATE_MODES, Settings, Shingles
from dedup.talk import manner


@answers
def clean(
    inputs: Inputs,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Where to write; made new.")] = None,
    log: Log = None,
    no_log: NoLog = False,
    duplicates: Annotated[
        str, typer.Option(metavar="MODE", help=f"Repeated content: {', '.join(DUPLICATE_MODES)}.")
    ] = DEFAULT.duplicates,
    keep: Annotated[str, typer.Option(metavar="CLASS,...", help="Boilerplate classes to leave in.")] = "",
    strip: Annotated[str, typer.Option(metavar="CLASS,...", help="Strip these classes only (default: all).")] = "",
    preset: Preset = "balanced",
    keep_below: KeepBelow = None,
    threshold: Threshold = DEFAULT.threshold,
    shingles: ShinglesOption = str(DEFAULT.shingles),
    text_field: TextField = DEFAULT.text_field,
    id_field: IdField = DEFAULT.id_field,
    site_field: SiteField = DEFAULT.site_field,
    title_field: TitleField = DEFAULT.title_field,
    url_field: UrlField = DEFAULT.url_field,
    drop_empty: Annotated[bool, typer.Option("--drop-empty", help="Leave out documents that become empty.")] = False,
    min_chars: Annotated[
        int, typer.Option(metavar="N", help="Leave out documents with fewer characters left.")
    ] = DEFAULT.min_chars,
    members: Annotated[
        bool, typer.Option("--members", help="Also write members.jsonl: each occurrence of repeated text.")
    ] = False,
    rules_file: RulesFile = DEFAULT.rules_file,
    baseline: Baseline = DEFAULT.baseline,
    repair_encoding: RepairEncoding = DEFAULT.repair_encoding,
    metadata: Metadata = DEFAULT.metadata,
    attributes: Attributes = None,
    memory: Memory = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would come out; write nothing.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace DIR if it is there.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a stopped run; without one, begin.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Go on though nearly all text would go.")] = False,
) -> int:
    """Strip boilerplate, keep one copy of repeated content. DIR gets the text and a log of every removal."""
    settings = Settings(
        duplicates=duplicates,
        strip=classes_to_strip(strip, keep),
        keep_below=least_score(preset, keep_below),
        threshold=threshold,
        shingles=Shingles.parse(shingles),
        drop_empty=drop_empty,
        min_chars=min_chars,
        members=members,
        rules_file=rules_file,
        baseline=baseline,
        repair_encoding=repair_encoding,
        metadata=metadata,
        **fields(text_field, id_field, site_field, title_field, url_field),
    )
    from dedup import pipeline
    from dedup.commands import pipes
    from dedup.memory import parse_size
    from dedup.report import terminal

    pipes.admit_attributes(attributes, dry_run)
    with pipes.target(inputs, out, log, no_log) as target:
        with Progress() as progress, resumable(target, dry_run):
            how = {"overwrite": overwrite, "resume": resume, "dry_run": dry_run, "yes": yes}
            most = parse_size(memory) if memory else None
            summary = pipeline.clean(inputs, target.folder, settings, **how, memory_limit=most, progress=progress)
        pipes.write_attributes(target.folder, attributes)
        if target.to_stdout and not dry_run:
            pipes.pour(target.folder)
            if not manner().quiet:
                terminal.write(islice(terminal.report(summary, 0), 2), sys.stderr, colour=has_colour(sys.stderr))
            return outcome(summary)
    if not manner().quiet:
        show(terminal.report(summary, worst_count=5))
    if not dry_run and summary.documents and not manner().quiet:
        show(terminal.whereabouts(str(out), summary))
    return outcome(summary)


@contextmanager
def resumable(target: Target, dry_run: bool) -> Iterator[None]:
    """Say on Ctrl-C how to go on, where something may be left to go on with."""
    try:
        yield
    except KeyboardInterrupt:
        if dry_run or target.to_stdout:
            raise
        raise KeyboardInterrupt("interrupted; the same command with --resume goes on") from None
