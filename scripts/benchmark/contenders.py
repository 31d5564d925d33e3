"""Who runs, on what, and what is unfair about it. The order is the order of the table."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmark.corpus import Corpus

HERE = Path(__file__).parent
OURS = "dedup near"


@dataclass(frozen=True, slots=True)
class Contender:
    """`command` gives the words to run for an input; `inputs` are fields of Corpus; `package` is what must be there.

    The first run of a round is on `start`, and its CPU time is taken off.
    """

    name: str
    inputs: tuple[str, ...]
    command: Callable[[Path, Path], list[str]]
    unfair: str
    package: str | None = None
    piped: bool = False
    start: str = "one"


def contenders(peers: Path | None) -> tuple[Contender, ...]:
    """All that could run; `peers` is the Python that has the peers' packages."""
    return (
        Contender("dedup clean", ("documents",), _clean, "the whole job: read, judged, logged, written, proof kept"),
        Contender(
            OURS, ("lines", "distinct", "part"), _near, "folds, collapses equal lines, verifies every pair, stars"
        ),
        *(
            Contender(name, inputs, _peer(name, peers), unfair, name)
            for name, inputs, unfair in PEERS
            if peers is not None
        ),
        *(Contender(" ".join(words), ("lines",), _tool(words), unfair, None, True) for words, unfair in FLOORS),
    )


_RENSA = (
    "in its disfavour: the sets of shingles are made in Python; in its favour: no folding, nothing verified, no stars, "
    "flags only"
)
_DATATROVE = (
    "made for documents over many machines: here a line is a document, with word 5-grams, its own normalising and "
    "files between its steps; nothing verified"
)

PEERS = (
    ("rensa", ("lines", "distinct"), _RENSA),
    ("gaoya", ("part",), "in its favour: no folding, verified by estimate; its own idea of 5-grams"),
    ("datasketch", ("part",), "in its favour: no folding, nothing verified; it does not collapse equal lines first"),
    ("datatrove", ("part",), _DATATROVE),
    ("polars", ("lines",), "exact only: no folding, no near-duplicates"),
    ("duckdb", ("lines",), "exact only, and only counted"),
)
"""Name, inputs, what is unfair. `part` is the slow ones' smaller input."""

FLOORS = (
    (("sort",), "exact only, in the order of bytes; `uniq -c` after it is cheap beside it"),
    (("wc", "-m"), "a floor: decodes and counts characters"),
)


def _clean(source: Path, out: Path) -> list[str]:
    return [sys.executable, "-m", "dedup", "clean", str(source), "--out", str(out / "cleaned"), "--overwrite"]


def _near(source: Path, _: Path) -> list[str]:
    return [sys.executable, str(HERE / "near.py"), str(source)]


def _peer(name: str, python: Path | None) -> Callable[[Path, Path], list[str]]:
    return lambda source, _: [str(python), str(HERE / "peers.py"), name, str(source)]


def _tool(words: tuple[str, ...]) -> Callable[[Path, Path], list[str]]:
    return lambda _source, _out: list(words)


def absent(contender: Contender, peers: Path | None) -> str:
    """Why a contender cannot run here; empty where it can."""
    if contender.package:
        looked = subprocess.run([str(peers), "-c", f"import {contender.package}"], capture_output=True, check=False)
        return "" if looked.returncode == 0 else "not installed"
    return "" if not contender.piped or shutil.which(contender.name.split()[0]) else "no such tool here"


def version(contender: Contender, peers: Path | None) -> str:
    """The version of a peer's package."""
    if not contender.package:
        return ""
    code = f"from importlib.metadata import version; print(version({contender.package!r}))"
    return subprocess.run([str(peers), "-c", code], capture_output=True, text=True, check=False).stdout.strip()


def paths(corpus: Corpus, contender: Contender) -> list[tuple[str, Path]]:
    """The inputs of a contender, by name."""
    return [(name, getattr(corpus, name)) for name in contender.inputs]
