"""Keep the README true: run its commands again and compare, or write, their output.

A ```console block holds commands after `$ ` and what they print. Every `dedup …` is run, in the order of the
page, in an empty folder that holds only `samples/`; `… | head -n N` and `head -n N FILE` are understood on every
system. Other commands (pip, git) are left alone. Seconds differ from run to run and are not compared.

    python3 scripts/readme.py --check       exit code 1 where README.md and the commands differ
    python3 scripts/readme.py --write       put the real output in
"""

from __future__ import annotations

import difflib
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
HEAD = re.compile(r" \| head -n (\d+)$")


def rewritten(page: str, folder: Path) -> str:
    """Return the page with the output of every command as it is now."""
    return BLOCK.sub(lambda block: _block(block.group(), folder), page)


def _block(block: str, folder: Path) -> str:
    parts = []
    for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
        output = _output(command, folder)
        parts.append(f"$ {command}\n{shown if output is None else output}")
    return "".join(parts)


def _output(command: str, folder: Path) -> str | None:
    head = HEAD.search(command)
    words = shlex.split(HEAD.sub("", command))
    if words[:2] == ["head", "-n"]:
        lines = (folder / words[3]).read_text(encoding="utf-8").splitlines(keepends=True)[: int(words[2])]
    elif words[0] == "dedup":
        lines = _run(words, folder).splitlines(keepends=True)
    else:
        return None
    return "".join(lines[: int(head[1])] if head else lines)


def _run(words: list[str], folder: Path) -> str:
    """What a person sees: stdout and stderr in one."""
    # A page that is read anywhere shows the plain form of 80 columns.
    environment = os.environ | {"NO_COLOR": "1", "COLUMNS": "80", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", *words]
    done = subprocess.run(
        command, cwd=folder, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
    )
    return done.stdout.decode("utf-8").rstrip() + "\n"


def _steady(page: str) -> list[str]:
    return re.sub(r"\b\d+(\.\d+)? s\b", "… s", page).splitlines(keepends=True)


def main(arguments: list[str]) -> int:
    if arguments not in (["--check"], ["--write"]):
        print(__doc__, file=sys.stderr)
        return 2
    page = README.read_text(encoding="utf-8")
    with TemporaryDirectory() as name:
        shutil.copytree(ROOT / "samples", Path(name) / "samples")
        now = rewritten(page, Path(name))
    if arguments == ["--write"]:
        README.write_text(now, encoding="utf-8", newline="\n")
        return 0
    difference = list(difflib.unified_diff(_steady(page), _steady(now), "README.md", "what the commands print"))
    sys.stdout.writelines(difference)
    print("README.md differs: python3 scripts/readme.py --write" if difference else "README.md is true")
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
