"""Run the whole suite: make `.venv` where there is none, install the `test` extra, call pytest.

python3 scripts/test.py [arguments of pytest]
"""

from __future__ import annotations

import subprocess
import sys

from _venv import ROOT, ensure


def main() -> int:
    return subprocess.run([ensure("test"), "-m", "pytest", *sys.argv[1:]], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
