"""Whether there is enough work for the compiled loops of this room."""

from __future__ import annotations

from importlib import import_module

from dedup.near.compiled import Kernels, kernels


def loops(elements: int) -> Kernels | None:
    """The module of compiled loops, where so many more elements make them worth loading; else null."""
    if kernels(elements) is None:
        return None
    return import_module("dedup.judge.trained.kernels")
