"""`dedup --version`: ours, Python's, and those of what we stand on, for a report of a fault."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

_NAME = re.compile(r"[A-Za-z0-9._-]+")


def versions() -> Iterator[str]:
    """A line per package: ours first, then Python, then those that we require, by name."""
    yield f"dedup {version('dedup')}"
    yield f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    for name in sorted({_NAME.match(each)[0] for each in requires("dedup") or () if "extra ==" not in each}):  # type: ignore[index]
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name} missing"
