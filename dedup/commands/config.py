"""`dedup config show`: every value, and where it comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator

import typer

from dedup.commands.examples import epilog
from dedup.common import SHARED, commands, configuration, options_of
from dedup.config import COMMON, Config, variable
from dedup.console import DONE, answers, say

config = typer.Typer(help="Show the configuration.", no_args_is_help=True, rich_markup_mode=None)


@config.command("show", epilog=epilog("config show"))
@answers
def show(context: typer.Context) -> int:
    """Print every value with where it comes from. The output is itself a configuration file."""
    found = configuration(context)
    options = {words: options_of(command) for words, command in commands(context)}
    shared = {key: default for each in reversed(options.values()) for key, (_, default) in each.items()}
    typer.echo("\n".join(_table(found, COMMON, {key: shared[key] for key in SHARED if key in shared})))
    for words, named in options.items():
        told = found.sections.get(words, {})
        own = {key: default for key, (_, default) in named.items() if key not in SHARED or key in told}
        if own:
            typer.echo(f"\n[{words.replace(' ', '.')}]")
            typer.echo("\n".join(_table(found, words, own)))
    for name in found.ignored:
        say(f"{name}: means nothing to dedup and is ignored; `dedup config show` lists what can be set")
    return DONE


def _table(found: Config, section: str, defaults: dict[str, object]) -> Iterator[str]:
    """A line per key; one without a value cannot be spelt in TOML and stands as a comment."""
    for key, default in defaults.items():
        value = found.sections.get(section, {}).get(key)
        shown = default if value is None else value.value
        source = f"default; {variable(section, key)} sets it" if value is None else value.source
        line = f"# {key.replace('_', '-')}" if shown is None else f"{key.replace('_', '-')} = {_spelt(shown)}"
        yield f"{line:<34}  # {source}"


def _spelt(value: object) -> str:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else json.dumps(value)
