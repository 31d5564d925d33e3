"""Whether there is enough work for the compiled kernels; both ways compute the same values.

A run on a few files never imports numba. `DEDUP_KERNELS=0` in the environment keeps to NumPy.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any

Kernels = Any
"""The compiled functions of `kernels` and `count_kernels`, by name."""

LEAST = 4_000_000
"""Code points of work in this process from which loading the kernels (half a second) pays."""

_loaded: list[Kernels] = []
_work = [0]


def kernels(elements: int) -> Kernels | None:
    """The kernels, if they are loaded, or worth loading now that so many more code points come; else null."""
    if _loaded:
        return _loaded[0]
    _work[0] += elements
    if _work[0] < LEAST or os.environ.get("DEDUP_KERNELS") == "0":
        return None
    return _load()


@cache
def _load() -> Kernels | None:
    try:
        modules = [import_module(f"dedup.near.{name}") for name in ("kernels", "count_kernels")]
    except ImportError:  # no numba for this Python yet
        return None
    found = SimpleNamespace(**{name: value for module in modules for name, value in vars(module).items()})
    _loaded.append(found)
    return found
