"""The commands `dedup rules …`: the phrases of the list, and rule files of one's own."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from dedup.commands.examples import epilog
from dedup.console import DONE, PARTLY, answers, has_colour, say
from dedup.errors import UsageError
from dedup.options import DEFAULT, IdField, Inputs, SiteField, TextField, TitleField, UrlField, fields
from dedup.settings import Settings

app = typer.Typer(
    help="Show the phrases that open boilerplate; learn and test rules of your own.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("list", epilog=epilog("rules list"))
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


@app.command("test", epilog=epilog("rules test"))
@answers
def rules_test(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The rule file.")],
    inputs: Inputs,
    text_field: TextField = DEFAULT.text_field,
    id_field: IdField = DEFAULT.id_field,
    site_field: SiteField = DEFAULT.site_field,
    title_field: TitleField = DEFAULT.title_field,
    url_field: UrlField = DEFAULT.url_field,
) -> int:
    """Show what a rule file would change in a corpus, rule by rule, with samples. Writes nothing."""
    from dedup.judge.rulefile import load
    from dedup.report import rulefile, terminal
    from dedup.rulebook import trial

    rules = load(file)
    settings = Settings(**fields(text_field, id_field, site_field, title_field, url_field))
    found = trial(inputs, rules, settings)
    terminal.write(rulefile.table(found), sys.stdout, colour=has_colour(sys.stdout))
    return _told(found.unreadable)


@app.command("learn", epilog=epilog("rules learn"))
@answers
def rules_learn(
    inputs: Inputs,
    out: Annotated[str, typer.Option("--out", "-o", metavar="FILE", help="Where to write; - is stdout.")] = "-",
    text_field: TextField = DEFAULT.text_field,
    id_field: IdField = DEFAULT.id_field,
    site_field: SiteField = DEFAULT.site_field,
    title_field: TitleField = DEFAULT.title_field,
    url_field: UrlField = DEFAULT.url_field,
) -> int:
    """Write what a corpus teaches of each site's template as a rule file to read, change and use."""
    from dedup.report.rulefile import toml
    from dedup.report.terminal import count
    from dedup.rulebook import learn

    if out != "-" and Path(out).exists():
        raise UsageError(f"{out}: exists already, perhaps with changes by hand; choose another --out")
    lesson = learn(inputs, Settings(**fields(text_field, id_field, site_field, title_field, url_field)))
    text = "\n".join(toml(lesson.rules, lesson.documents)) + "\n"
    if out == "-":
        sys.stdout.write(text)
    else:
        Path(out).write_text(text, encoding="utf-8", newline="\n")
        typer.echo(
            f"{count(len(lesson.rules), 'rule')} written to {out}; read them, then `dedup rules test {out} INPUT`"
        )
    return _told(lesson.unreadable)


def _told(unreadable: Sequence[str]) -> int:
    """Say what could not be read."""
    for message in unreadable:
        say(message)
    return PARTLY if unreadable else DONE
