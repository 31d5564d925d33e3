"""Clean the sample scrapes: make `.venv` where there is none, install the project, run `dedup clean`.

python3 scripts/demo.py [further options of dedup clean]
"""

from __future__ import annotations

import subprocess
import sys

from _venv import ROOT, ensure

SCRAPES = "samples/scrapes"
OUT = "out/demo"


def main() -> int:
    python = ensure()
    command = ["dedup", "clean", SCRAPES, "--out", OUT, "--overwrite", *sys.argv[1:]]
    print("$", *command, flush=True)
    return subprocess.run([python, "-m", *command], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
