"""What SECURITY.md promises of the code itself."""

from __future__ import annotations

import ast
import socket
from pathlib import Path

import pytest
from corpora import scrape, written

from dedup import pipeline
from dedup.restore import restore, verify
from dedup.settings import Settings

PACKAGE = Path(__file__).parent.parent / "dedup"
MODULES = sorted(PACKAGE.rglob("*.py"))
RUNNING = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "subprocess", "ctypes", "code", "runpy"}
CONNECTING = {"socket", "http", "urllib", "requests", "httpx", "aiohttp", "ftplib", "smtplib"}
ALLOWED = {"memory.py": {"ctypes"}}
"""Asking the C library to give memory back."""
CALLS = {"eval", "exec", "compile", "__import__"}


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.relative_to(PACKAGE).as_posix())
def test_nothing_runs_what_it_reads_or_connects(module):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    found = {name for name in imports(tree) if name.partition(".")[0] in RUNNING | CONNECTING}
    assert found - {"urllib.parse"} - ALLOWED.get(module.name, set()) == set()
    calls = [node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    assert CALLS.intersection(calls) == set()
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    of_os = [node for node in attributes if isinstance(node.value, ast.Name) and node.value.id == "os"]
    assert [node.lineno for node in of_os if node.attr in ("system", "popen", "execv", "spawnv")] == []
    keywords = [word for node in ast.walk(tree) if isinstance(node, ast.Call) for word in node.keywords]
    assert [word.arg for word in keywords if word.arg == "allow_pickle" and getattr(word.value, "value", 1)] == []


def test_a_run_opens_no_connection(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    source = written(tmp_path / "source", scrape(2, sites=2, pages=3), seed=2)
    pipeline.clean([str(source)], tmp_path / "out", Settings())
    pipeline.report([str(source)], Settings())
    assert verify(tmp_path / "out") == []
    restore(tmp_path / "out", tmp_path / "back")
