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

LEAST = 1_000_000
"""Code points from which one call is worth loading the kernels (half a second, once per process)."""

_loaded: list[Kernels] = []


def kernels(elements: int) -> Kernels | None:
    """The kernels, if they are loaded or worth loading for a call on so many code points; else null."""
    if _loaded:
        return _loaded[0]
    if elements < LEAST or os.environ.get("DEDUP_KERNELS") == "0":
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
