"""Environments for the frameworks that dedup works beside, whose requirements exclude each other or ours.

Makes `.venv-NAME` once per framework and runs the tests of the examples in it; `tests/test_neighbours.py` finds the
environments by these names, and skips what is not there.

    python3 scripts/neighbours.py                 all of them
    python3 scripts/neighbours.py dolma           one
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEEDS = {
    "datatrove": ("datatrove>=0.5", "xxhash<4", "orjson"),  # datatrove 0.10 does not work with xxhash 4
    "dolma": ("dolma>=1.2",),  # holds NumPy below 2
    "datasets": ("datasets>=3.0",),
}


def python_of(name: str) -> Path:
    """The Python of an environment, made or not."""
    return ROOT / f".venv-{name}" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make(name: str) -> None:
    if not python_of(name).exists():
        subprocess.run([sys.executable, "-m", "venv", ROOT / f".venv-{name}"], check=True)
    install = [str(python_of(name)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "--editable", str(ROOT), *NEEDS[name]], check=True)


def main(names: list[str]) -> int:
    if unknown := [name for name in names if name not in NEEDS]:
        print(f"unknown: {', '.join(unknown)}; there are {', '.join(NEEDS)}", file=sys.stderr)
        return 2
    for name in names or NEEDS:
        make(name)
    tests = [sys.executable, str(ROOT / "scripts" / "test.py"), "tests/test_neighbours.py"]
    return subprocess.run(tests, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
