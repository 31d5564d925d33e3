"""The project's `.venv`: made on first use, reused as it is, installed into only when something changed.

Needs nothing but the standard library, on Linux, macOS and Windows. The project is installed in
editable form, so a changed source file needs no new install; a changed pyproject.toml or another
Python does. What was installed is remembered in a stamp file per extra inside `.venv`.

    python3 scripts/_venv.py            install the project
    python3 scripts/_venv.py lint       install the project with that extra
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LEAST = (3, 11)


def ensure(extra: str = "") -> Path:
    """Return the Python of `.venv`, with the project and `extra` installed."""
    if sys.version_info < LEAST:
        sys.exit(f"dedup needs Python 3.11 or newer; this is {sys.version.split()[0]} ({sys.executable})")
    python = _python()
    if not _runs(python, "sys"):
        _say(f"making {VENV}")
        _call([sys.executable, "-m", "venv", "--clear", str(VENV)], _NO_VENV)
    elif not _runs(python, f"sys; sys.exit(sys.version_info < {LEAST})"):
        sys.exit(f"{VENV} holds a Python older than 3.11: move it away and run this again")
    if not _runs(python, "pip"):
        _call([str(python), "-m", "ensurepip"], _NO_VENV)
    stamp = VENV / f".dedup-{extra or 'core'}.stamp"
    wanted = _state(python)
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        _install(python, extra)
        stamp.write_text(wanted, encoding="utf-8")
    return python


_NO_VENV = (
    "could not make .venv. On Debian and Ubuntu the module for it is a package of its own: "
    "`sudo apt install python3-venv`, then run this again."
)
_NO_INSTALL = "the install failed; pip says why above. Run this again when it is mended."


def _python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _runs(python: Path, module: str) -> bool:
    """Whether `.venv` holds a Python that starts (a moved or half-made one does not) and imports `module`."""
    try:
        return subprocess.run([python, "-c", f"import {module}"], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def _state(python: Path) -> str:
    """What an install depends on: where the project is, its pyproject.toml and the Python of `.venv`."""
    version = subprocess.run([python, "-VV"], check=True, capture_output=True, text=True).stdout.strip()
    digest = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    return f"{ROOT}\n{version}\n{digest}\n"


def _install(python: Path, extra: str) -> None:
    start = time.perf_counter()
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    _say(f"installing dedup{f' with the {extra} extra' if extra else ''} into {VENV} (once)")
    quiet = ["--quiet", "--disable-pip-version-check"]
    _call([str(python), "-m", "pip", "install", *quiet, "--editable", target], _NO_INSTALL)
    _say(f"installed in {time.perf_counter() - start:.0f} s")


def _call(command: list[str], message: str) -> None:
    # stdout is for the caller: with `python3 scripts/_venv.py`, the path of the Python and nothing else.
    if subprocess.run(command, check=False, stdout=sys.stderr).returncode:
        sys.exit(message)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    print(ensure(*sys.argv[1:2]))
