"""The house rules: registries are complete, everything is documented, the layers hold what the tree has."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from dataclasses import fields
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
import typer

from dedup.cli import app
from dedup.commands.examples import EXAMPLES
from dedup.judge import markers
from dedup.judge.markers import packaged as standard
from dedup.report.export import RENDERERS
from dedup.settings import DUPLICATE_MODES, Settings
from dedup.types import BOILERPLATE_LABELS, CODE, LABELS

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "dedup"
MODULES = sorted(PACKAGE.rglob("*.py"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LONGEST_MODULE = 300


@cache
def tree(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def label(module: Path) -> str:
    return str(module.relative_to(ROOT).as_posix())


every_module = pytest.mark.parametrize("module", MODULES, ids=label)


def commands(command, name="dedup"):
    """Every command with its full name."""
    yield name, command
    for word, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, f"{name} {word}")


COMMANDS = dict(commands(typer.main.get_command(app)))


def options(name: str) -> set[str]:
    return {option for parameter in COMMANDS[name].params for option in parameter.opts if option.startswith("--")}


def test_the_commands_are_those_of_the_contract():
    names = ("clean", "report", "explain", "restore", "verify", "rules", "config", "config show", "check")
    names += ("index", "index build", "index add", "index merge", "index info", "index export")
    names += ("rules list", "rules test", "rules learn")
    assert set(COMMANDS) == {"dedup", *(f"dedup {name}" for name in names)}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_is_in_the_readme_and_has_help(name):
    command = COMMANDS[name]
    assert name in README
    assert command.help
    assert [option for option in sorted(options(name) - {"--help"}) if f"{option}" not in README] == []
    assert [parameter.name for parameter in command.params if not parameter.help] == []


@pytest.mark.parametrize("name", sorted(name for name, command in COMMANDS.items() if not hasattr(command, "commands")))
def test_every_command_has_examples_with_options_that_it_has(name):
    examples = EXAMPLES[name.removeprefix("dedup ")]
    assert examples
    for example in examples:
        assert f"{name} " in f"{example} "
        assert set(re.findall(r"--[a-z-]+", example)) <= options(name)
        assert example in COMMANDS[name].epilog


def test_every_setting_is_an_option_of_clean():
    assert {field.name for field in fields(Settings)} <= {
        parameter.name for parameter in COMMANDS["dedup clean"].params
    }


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_every_setting_is_read_by_the_work(name):
    """An option that does nothing must not exist."""
    work = [module for module in MODULES if module.name not in ("settings.py", "cli.py", "options.py")]
    read = {node.attr for module in work for node in ast.walk(tree(module)) if isinstance(node, ast.Attribute)}
    assert name in read


@pytest.mark.parametrize("word", [*LABELS, *DUPLICATE_MODES])
def test_every_label_and_mode_is_in_the_readme(word):
    assert f"`{word}" in README


def test_the_exit_codes_in_the_readme_are_those_of_the_console():
    from dedup import console

    codes = (console.DONE, console.FAILED, console.USAGE, console.PARTLY, console.STOPPED, console.INTERRUPTED)
    assert re.findall(r"^\| (\d+) \|", README, re.MULTILINE) == [str(code) for code in codes]


def test_every_report_format_is_an_option_of_report():
    assert {f"--{name}" for name in (*RENDERERS, "html")} <= options("dedup report")
    assert {name for name in vars(import_module("dedup.report.export")) if name.startswith("write_")} == {
        f"write_{name}" for name in RENDERERS
    }


def test_every_format_is_registered():
    from dedup.formats import FORMATS
    from dedup.formats.source import Format

    defined = {
        id(value)
        for module in (PACKAGE / "formats").glob("*.py")
        for value in vars(import_module(f"dedup.formats.{module.stem}")).values()
        if isinstance(value, Format)
    }
    listed = FORMATS.values() if isinstance(FORMATS, dict) else FORMATS
    assert defined == {id(value) for value in listed}


def test_every_class_has_a_place_in_the_order_and_a_marker():
    assert sorted(markers.PRECEDENCE) == sorted(BOILERPLATE_LABELS)
    assert {marker.label for marker in standard()} == set(BOILERPLATE_LABELS)
    assert {marker.kind for marker in standard()} <= set(markers.KINDS)
    assert [CODE[name] for name in LABELS] == list(range(len(LABELS)))


@every_module
def test_no_module_is_too_long(module):
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@every_module
def test_every_module_and_public_function_says_what_it_does(module):
    body = tree(module)
    if body.body and module.name != "__init__.py":
        assert ast.get_docstring(body)
    public = [node for node in ast.walk(body) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    nested = {id(inner) for node in public if isinstance(node, ast.FunctionDef) for inner in ast.walk(node)} - {
        id(node) for node in public if node in body.body
    }
    silent = [
        node.name
        for node in public
        if not node.name.startswith("_") and id(node) not in nested and not ast.get_docstring(node)
        if not any(isinstance(each, ast.Name) and each.id == "overload" for each in node.decorator_list)
    ]
    assert silent == []


@every_module
def test_nothing_prints(module):
    """What is shown goes through the console and the renderers, which know whether they face a terminal."""
    calls = [node for node in ast.walk(tree(module)) if isinstance(node, ast.Call)]
    assert [node.lineno for node in calls if isinstance(node.func, ast.Name) and node.func.id == "print"] == []


@every_module
def test_nothing_depends_on_the_hash_seed(module):
    """`hash()` of a text differs from process to process."""
    calls = [node for node in ast.walk(tree(module)) if isinstance(node, ast.Call)]
    assert [node.lineno for node in calls if isinstance(node.func, ast.Name) and node.func.id == "hash"] == []


def imported(module: Path) -> set[str]:
    names = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").partition(".")[0])
    return names


def declared(requirements) -> set[str]:
    return {re.match(r"[\w-]+", requirement)[0].replace("-", "_") for requirement in requirements}


def test_every_import_is_declared():
    third_party = set().union(*map(imported, MODULES)) - sys.stdlib_module_names - {"dedup"}
    extras = PROJECT["project"]["optional-dependencies"]
    for_users = [name for name in extras if name not in ("test", "lint", "bench")]
    optional = set().union(*(declared(extras[name]) for name in for_users))
    assert third_party <= declared(PROJECT["project"]["dependencies"]) | optional


def test_scripts_that_set_up_need_nothing_installed():
    scripts = [ROOT / "scripts" / name for name in ("_venv.py", "demo.py", "test.py")]
    assert set().union(*map(imported, scripts)) <= sys.stdlib_module_names | {"_venv"}


def test_functions_of_the_library_are_not_hidden_by_rooms_of_their_name():
    """Importing a room sets its name on the package; the function of that name must win."""
    import dedup

    for name in ("report.score", "report.terminal", "pipeline", "library"):
        import_module(f"dedup.{name}")
    assert [name for name in dedup.__all__ if not callable(getattr(dedup, name))] == []


def test_the_layers_are_the_rooms_that_there_are():
    contract = next(c for c in PROJECT["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    layers = {room.strip() for layer in contract["layers"] for room in re.split("[|:]", layer)}
    rooms = {path.stem for path in PACKAGE.glob("*.py")} | {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert {room for room in layers if "(" not in room} <= rooms
    assert rooms - {"__init__", "__main__"} <= {room.strip("()") for room in layers}


def test_the_extras_are_those_that_the_documents_promise():
    assert {"test", "browser", "bench", "spark", "datasets"} <= set(PROJECT["project"]["optional-dependencies"])
    assert {"datasketch", "ftfy", "regex", "rich"} <= declared(PROJECT["project"]["dependencies"])
    assert "pytest" in declared(PROJECT["project"]["optional-dependencies"]["test"])
