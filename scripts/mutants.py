"""Plant small bugs, one at a time, and see whether the tests notice.

    python scripts/mutants.py                    a sample of 20 from each room
    python scripts/mutants.py strip --sample 0   every mutant of one room

A mutant turns a comparison, an `and`, an arithmetic operator, a `not` or a number into its neighbour. It is killed when
a test of its room fails, or does not end. Survivors are printed with their line: kill them with a test, or see why
they change nothing. The score is killed over tried.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ROOMS = {
    "strip": ("dedup/strip.py", ["tests/test_strip.py", "dedup/strip.py"]),
    "clusters": ("dedup/near/clusters.py", ["tests/test_near.py", "tests/test_duplicates.py"]),
    "stars": ("dedup/near/stars.py", ["tests/test_near.py", "tests/test_duplicates.py"]),
    "parts": ("dedup/judge/parts.py", ["dedup/judge/parts.py", "tests/test_judge.py", "tests/test_cases.py"]),
    "journal": ("dedup/journal.py", ["tests/test_resume.py"]),
    "originals": ("dedup/originals.py", ["tests/test_restore.py"]),
}
"""Per room its module and the tests that ought to notice."""

NEIGHBOURS: dict[type[ast.AST], Any] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
PATIENCE = 180


def mutants(source: str) -> Iterator[tuple[int, str]]:
    """Every mutant of a module: its line and its source."""
    tree = ast.parse(source)
    for number, node in enumerate(ast.walk(tree)):
        for change in changes(node):
            other = copy.deepcopy(tree)
            twin = next(each for at, each in enumerate(ast.walk(other)) if at == number)
            change(twin)
            yield getattr(node, "lineno", 0), ast.unparse(ast.fix_missing_locations(other))


def changes(node: ast.AST) -> Iterator[Change]:
    """What can be done to a node."""
    if isinstance(node, ast.Compare):
        yield from (Change("ops", at) for at, each in enumerate(node.ops) if type(each) in NEIGHBOURS)
    elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in NEIGHBOURS:
        yield Change("op")
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield Change("not")
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool | int):
        yield Change("value")


class Change:
    """One change to a node, in place."""

    def __init__(self, what: str, at: int = 0) -> None:
        self.what, self.at = what, at

    def __call__(self, node: ast.AST) -> None:
        if isinstance(node, ast.Compare):
            node.ops[self.at] = NEIGHBOURS[type(node.ops[self.at])]()
        elif isinstance(node, ast.BoolOp | ast.BinOp):
            node.op = NEIGHBOURS[type(node.op)]()
        elif isinstance(node, ast.UnaryOp):
            node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool | int):
            node.value = not node.value if isinstance(node.value, bool) else node.value + 1


def survives(copy_of: Path, module: str, source: str, tests: list[str]) -> bool:
    """Whether the tests pass with the mutant in the module's place."""
    (copy_of / module).write_text(source, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": str(copy_of), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=copy_of, env=environment, check=False, capture_output=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rooms", nargs="*", help=", ".join(ROOMS))
    parser.add_argument("--sample", type=int, default=20, help="mutants per room; 0: all")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder) / "repository"
        shutil.copytree(ROOT, room, ignore=shutil.ignore_patterns(".git", ".venv", "build", "__pycache__", ".*_cache"))
        for name in options.rooms or ROOMS:
            module, tests = ROOMS[name]
            whole = (ROOT / module).read_text(encoding="utf-8")
            some = list(mutants(whole))
            if options.sample and options.sample < len(some):
                some = random.Random(options.seed).sample(some, options.sample)
            survivors = [line for line, source in sorted(some) if survives(room, module, source, tests)]
            (room / module).write_text(whole, encoding="utf-8")
            print(f"{name:<10}{len(some) - len(survivors):>4} of {len(some)} killed", flush=True)
            for line in survivors:
                print(f"    {module}:{line}: {whole.splitlines()[line - 1].strip()}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
