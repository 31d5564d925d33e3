"""What every command has besides its own options: `--config`, and values from files and the environment.

`dedup.console.answers` adds `OPTIONS` to every command, so a new command, and a new option of any command, can be
configured without a line of code.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Protocol, cast

import typer

from dedup.config import COMMON, Config, Keys, load
from dedup.settings import Settings


class Command(Protocol):
    """What is read of a command; typer brings its own copy of click, so its classes are not named here."""

    @property
    def params(self) -> Sequence[Any]:
        """Options and arguments."""


SHARED = (*(field.name for field in fields(Settings)), "keep", "preset")
"""Keys at the top of the file: they mean the same to every command that has them; its own table may have them too."""

NEVER = ("config", "help", "version", "quiet", "verbose", "log_json")


def keys(context: typer.Context) -> Keys:
    """Every key that may be configured, by section, as the commands have them."""
    sections = {name: tuple(options) for name, each in commands(context) if (options := options_of(each))}
    found = {name for options in sections.values() for name in options}
    return {COMMON: tuple(key for key in SHARED if key in found), **sections}


def commands(context: typer.Context) -> Iterator[tuple[str, Command]]:
    """Every command with its words, such as `rules list`."""
    yield from _below(context.find_root().command, "")


def _below(command: Command, words: str) -> Iterator[tuple[str, Command]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield words, command
    for name, each in (inner or {}).items():
        yield from _below(each, f"{words} {name}".strip())


def options_of(command: Command) -> dict[str, tuple[str, object]]:
    """The options of a command as keys (`_` for `-`), each with its parameter's name and default."""
    named = {each.opts[0]: each for each in command.params if each.opts[0].startswith("--")}
    found = {name[2:].replace("-", "_"): (str(each.name), each.default) for name, each in named.items()}
    return {name: option for name, option in found.items() if name not in NEVER}


def configuration(context: typer.Context, file: Path | None = None) -> Config:
    """What files and the environment say, read once per process."""
    root = context.find_root()
    if file is not None or not isinstance(root.obj, Config):
        root.obj = load(keys(context), os.environ, Path.cwd(), file)
    return cast(Config, root.obj)


def typed(context: typer.Context) -> set[str]:
    """The names of the parameters that were typed, rather than configured or left at their default."""
    sources = ((name, context.get_parameter_source(name)) for name in context.params)
    return {name for name, source in sources if source is not None and source.name == "COMMANDLINE"}


def _configure(context: typer.Context, file: Path | None) -> None:
    """Let files and the environment give the defaults of the options that are read after this one."""
    values = configuration(context, file).of(context.command_path.partition(" ")[2])
    options = options_of(context.command)
    context.default_map = {options[key][0]: value.value for key, value in values.items() if key in options}


def _flag(name: str, about: str) -> inspect.Parameter:
    annotation = Annotated[bool, typer.Option(f"--{name.replace('_', '-')}", help=about)]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=annotation)


OPTIONS = (
    inspect.Parameter(
        "config",
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[
            Path | None,
            typer.Option(
                metavar="FILE",
                is_eager=True,
                callback=_configure,
                help="Configuration to read instead of dedup.toml or [tool.dedup].",
            ),
        ],
    ),
    _flag("quiet", "Say only what is wrong; print no table."),
    _flag("verbose", "Say more: progress also without a terminal, time and memory."),
    _flag("log_json", "Write what is said, and progress, as JSON rows on stderr."),
)
"""Options that every command takes; eager ones are read before the command's own."""
