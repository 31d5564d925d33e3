"""The commands `dedup index …`: the baseline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dedup.commands.examples import epilog
from dedup.console import DONE, PARTLY, Progress, answers, say
from dedup.options import (
    DEFAULT,
    IdField,
    Inputs,
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
    from dedup.indexing import Added

app = typer.Typer(
    help="Keep what was crawled before as a baseline for `check`, `clean`, `report` and `explain`.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

IndexDir = Annotated[Path, typer.Option("--index", metavar="DIR", help="The index.")]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to write; made new.")]


@app.command("build", epilog=epilog("index build"))
@answers
def index_build(
    inputs: Inputs,
    index: IndexDir,
    threshold: Threshold = DEFAULT.threshold,
    shingles: ShinglesOption = str(DEFAULT.shingles),
    text_field: TextField = DEFAULT.text_field,
    id_field: IdField = DEFAULT.id_field,
    site_field: SiteField = DEFAULT.site_field,
    title_field: TitleField = DEFAULT.title_field,
    url_field: UrlField = DEFAULT.url_field,
) -> int:
    """Make a new index of all documents."""
    from dedup.indexing import build

    names = fields(text_field, id_field, site_field, title_field, url_field)
    settings = Settings(threshold=threshold, shingles=Shingles.parse(shingles), **names)
    with Progress() as progress:
        added = build(inputs, index, settings, progress)
    return _told(added, index)


@app.command("add", epilog=epilog("index add"))
@answers
def index_add(
    inputs: Inputs,
    index: IndexDir,
    text_field: TextField = DEFAULT.text_field,
    id_field: IdField = DEFAULT.id_field,
    site_field: SiteField = DEFAULT.site_field,
    title_field: TitleField = DEFAULT.title_field,
    url_field: UrlField = DEFAULT.url_field,
) -> int:
    """Add documents to an index; those that it has already change nothing."""
    from dedup.indexing import add

    settings = Settings(**fields(text_field, id_field, site_field, title_field, url_field))
    with Progress() as progress:
        added = add(inputs, index, settings, progress)
    return _told(added, index)


@app.command("merge", epilog=epilog("index merge"))
@answers
def index_merge(
    indexes: Annotated[list[Path], typer.Argument(metavar="DIR...", help="The indexes to join.")],
    index: Annotated[Path, typer.Option("--index", metavar="DIR", help="The new index.")],
) -> int:
    """Join indexes into a new one."""
    from dedup.baseline.index import merge

    merge(indexes, index)
    return index_shown(index)


@app.command("info", epilog=epilog("index info"))
@answers
def index_info(index: Annotated[Path, typer.Argument(metavar="DIR", help="The index.")]) -> int:
    """Show what an index holds, check all of it, and list what was added when."""
    return index_shown(index, history=True)


@app.command("export", epilog=epilog("index export"))
@answers
def index_export(index: Annotated[Path, typer.Argument(metavar="DIR", help="The index.")], out: Out) -> int:
    """Write documents, texts and lines as Parquet."""
    from dedup.baseline.export import export
    from dedup.baseline.index import Index

    for name, rows in export(Index.open(index), out).items():
        typer.echo(f"{out / name}.parquet  {rows:,} rows")
    return DONE


def index_shown(folder: Path, *, history: bool = False) -> int:
    """Print the figures of an index."""
    from dedup.baseline.index import Index
    from dedup.report.index import lines

    for line in lines(Index.open(folder), history=history):
        typer.echo(line)
    return DONE


def _told(added: Added, index: Path) -> int:
    typer.echo(f"{added.new:,} of {added.read:,} documents are new in {index}")
    return _unreadable(added.unreadable)


def _unreadable(messages: Sequence[str]) -> int:
    for message in messages:
        say(message)
    return PARTLY if messages else DONE
