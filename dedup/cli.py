"""The command `dedup`: what was typed becomes settings, the work starts, its answer is shown.

Nothing is decided here. Every room is imported by the command that needs it, because `--help` answers
at once and a command pays only for what it runs.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dedup.commands.check import check
from dedup.commands.clean import clean
from dedup.commands.config import config
from dedup.commands.examples import epilog
from dedup.commands.index import app as index_app
from dedup.commands.rules import app as rules_app
from dedup.commands.showing import outcome, show
from dedup.common import SHARED, typed
from dedup.console import DONE, FAILED, PARTLY, answers, exit_code, has_colour, heed_signals, say, use_utf8
from dedup.errors import UsageError
from dedup.options import (
    DEFAULT,
    Baseline,
    IdField,
    Out,
    RepairEncoding,
    RulesFile,
    RunDir,
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
    pass

app = typer.Typer(
    help="Tell boilerplate from content in scraped text, keep one copy of each paragraph, and undo any of it.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(epilog=epilog("clean"))(clean)
app.command(epilog=epilog("check"))(check)
app.add_typer(index_app, name="index")
app.add_typer(rules_app, name="rules")
app.add_typer(config, name="config")


@app.callback(invoke_without_command=True)
def dedup(version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False) -> None:
    """Options before the command."""
    if version:
        from dedup.commands.versions import versions

        typer.echo("\n".join(versions()))
        raise typer.Exit


@app.command(epilog=epilog("report"))
@answers
def report(
    context: typer.Context,
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT...|RUN_DIR", help="What to score, or a finished run.")],
    json: Annotated[str, typer.Option(metavar="FILE", help="Write all figures as JSON; - is stdout.")] = "",
    csv: Annotated[str, typer.Option(metavar="FILE", help="Write a row per document as CSV; - is stdout.")] = "",
    markdown: Annotated[str, typer.Option(metavar="FILE", help="Write the tables as Markdown; - is stdout.")] = "",
    html: Annotated[str, typer.Option(metavar="FILE", help="Write a page to browse: every class, line, reason.")] = "",
    worst: Annotated[int, typer.Option(metavar="N", min=0, help="Documents to show, worst first.")] = 10,
    threshold: Threshold = DEFAULT.threshold,
    shingles: ShinglesOption = str(DEFAULT.shingles),
    text_field: TextField = DEFAULT.text_field,
    id_field: IdField = DEFAULT.id_field,
    site_field: SiteField = DEFAULT.site_field,
    title_field: TitleField = DEFAULT.title_field,
    url_field: UrlField = DEFAULT.url_field,
    rules_file: RulesFile = DEFAULT.rules_file,
    baseline: Baseline = DEFAULT.baseline,
    repair_encoding: RepairEncoding = DEFAULT.repair_encoding,
) -> int:
    """Score main content per file, site and class. Writes only what is asked for."""
    from dedup.commands.reports import admit, export, scored
    from dedup.report import run, terminal

    names = fields(text_field, id_field, site_field, title_field, url_field)
    settings = Settings(
        threshold=threshold,
        shingles=Shingles.parse(shingles),
        rules_file=rules_file,
        baseline=baseline,
        repair_encoding=repair_encoding,
        **names,
    )
    if run.is_run(inputs):
        _refuse_settings(context)
    targets = {"json": json, "csv": csv, "markdown": markdown}
    admit((*targets.values(), html))
    summary = scored(inputs, settings, html)
    to_stdout = export(summary, targets) or html == "-"
    if not to_stdout:
        show(terminal.report(summary, worst))
    code = outcome(summary)
    return DONE if run.is_run(inputs) else code  # a finished run could be read, whatever it could not read


@app.command(epilog=epilog("explain"))
@answers
def explain(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FILE|RUN_DIR", help="A file, or a finished run.")],
    doc: Annotated[str | None, typer.Argument(metavar="DOC", help="Only this document.")] = None,
    text_field: TextField = DEFAULT.text_field,
    id_field: IdField = DEFAULT.id_field,
    site_field: SiteField = DEFAULT.site_field,
    title_field: TitleField = DEFAULT.title_field,
    url_field: UrlField = DEFAULT.url_field,
    rules_file: RulesFile = DEFAULT.rules_file,
    baseline: Baseline = DEFAULT.baseline,
    repair_encoding: RepairEncoding = DEFAULT.repair_encoding,
) -> int:
    """Show every line with its label and the evidence. A file is judged on its own."""
    from dedup.report import run, terminal
    from dedup.report.explain import explain as lay_out

    names = fields(text_field, id_field, site_field, title_field, url_field)
    settings = Settings(rules_file=rules_file, baseline=baseline, repair_encoding=repair_encoding, **names)
    lost: list[str] = []
    if run.is_run([source]):
        _refuse_settings(context)
        documents = run.explain(Path(source), doc)
    else:
        from dedup import pipeline

        documents = pipeline.explain([source], settings, doc=doc, unreadable=lost)
    shown, width, colour = 0, _width(), has_colour(sys.stdout)
    for shown, (row, text, verdicts) in enumerate(documents, 1):  # noqa: B007 - counts
        terminal.write(lay_out(row, text, verdicts, width), sys.stdout, colour=colour)
    for message in lost:
        say(message)
    if not shown and doc is not None:
        raise UsageError(f"{source}: no document {doc!r} in it; ids are the field `doc` of documents.jsonl")
    return PARTLY if lost else DONE


@app.command(epilog=epilog("restore"))
@answers
def restore(run_dir: RunDir, out: Out) -> int:
    """Undo a run: write its input to DIR, byte for byte."""
    from dedup.report.terminal import count
    from dedup.restore import restore as undo

    typer.echo(f"{count(undo(run_dir, out), 'file')} restored to {out}")
    return DONE


@app.command(epilog=epilog("verify"))
@answers
def verify(run_dir: RunDir) -> int:
    """Prove that cleaned + removed = original. Exit code 1 where it is not."""
    from dedup.restore import verify as prove
    from dedup.runfolder import read_run

    read_run(run_dir)  # a folder that is no run at all is wrong usage, not a failed proof
    problems = prove(run_dir)
    for problem in problems:
        typer.echo(problem)
    if not problems:
        typer.echo(f"{run_dir}: cleaned + removed = original")
    return FAILED if problems else DONE


def main() -> None:
    """Entry point of the command."""
    use_utf8()
    heed_signals()
    sys.exit(exit_code(_run))


def _run() -> int:
    app(prog_name="dedup")
    return DONE


def _refuse_settings(context: typer.Context) -> None:
    """A finished run has its own settings; ours would change nothing, so say so."""
    if typed(context).intersection(SHARED):
        raise UsageError("RUN_DIR was already analysed with the settings in its run.json; give INPUT to use other ones")


def _width() -> int | None:
    """Cells per line on a terminal, or as COLUMNS says; None (nothing is cut) for a pipe or a file."""
    from shutil import get_terminal_size

    columns = get_terminal_size(fallback=(0, 0)).columns if sys.stdout.isatty() or "COLUMNS" in os.environ else 0
    return columns or None
