"""The commands `dedup rules …`: the phrases of the list, and rule files of one's own."""

from __future__ import annotations

from typing import Annotated

import typer

from dedup.console import DONE, answers

app = typer.Typer(
    help="Show the phrases that open boilerplate; learn and test rules of your own.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("list")
@answers
def rules_list(
    language: Annotated[str | None, typer.Option(metavar="CODE", help="Only this language, such as ar.")] = None,
    label: Annotated[str | None, typer.Option("--class", metavar="CLASS", help="Only this class.")] = None,
) -> int:
    """Print the marker phrases as TOML."""
    from dedup.judge.markers import packaged
    from dedup.report.rules import choose, toml

    for line in toml(choose(packaged(), language, label)):
        typer.echo(line)
    return DONE
