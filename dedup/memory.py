"""A limit on memory: what does not fit under it lies in a file, and the system moves it in and out.

Everything that grows with a corpus is a NumPy array, and NumPy lets a program choose where the data of arrays lie
(NEP 49). While a `limit` holds, blocks of a megabyte and more go to a sparse, unnamed file in the folder for temporary
files once the budget is used up: mapped pages that the system writes out when it needs the room. Values do not change,
so neither does the output. Freed blocks give their room on the disk back at once; a full disk is a MemoryError before
anything is written into the block.

Needs Linux and numba; elsewhere `limit` says so and changes nothing. The four functions run compiled, under the GIL.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

BASE = 220 << 20
"""The interpreter, its packages, the compiled kernels and all small values."""

REGION = 1 << 43
"""Addresses that are put aside; each block gets its own, for none is used twice."""

_SET_HANDLER = 304
"""Place of PyDataMem_SetHandler in NumPy's table of functions."""

_kept: list[object] = []
"""What NumPy points to and must never go away."""


class _Allocator(ctypes.Structure):
    _fields_ = (("ctx", ctypes.c_void_p), *((name, ctypes.c_void_p) for name in ("malloc", "calloc", "realloc", "free")))


class _Handler(ctypes.Structure):
    _fields_ = (("name", ctypes.c_char * 127), ("version", ctypes.c_uint8), ("allocator", _Allocator))


def default_limit() -> int | None:
    """Half of the memory that is free now, in bytes; null where the system does not tell."""
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, OSError, ValueError):
        return None


@contextmanager
def limit(size: int) -> Iterator[bool]:
    """Keep the process under about `size` bytes of memory of its own; whether that can be done here."""
    if not sys.platform.startswith("linux") or _functions() is None:
        yield False
        return
    with tempfile.TemporaryFile(prefix="dedup-") as file:
        os.truncate(file.fileno(), REGION)
        region = mmap.mmap(file.fileno(), REGION)
        before = _set(_capsule(region, os.dup(file.fileno()), max(size - BASE, 0)))
        _kept.append(region)  # arrays may outlive the limit; the file itself goes with the process
    try:
        yield True
    finally:
        _set(before)


def _capsule(region: mmap.mmap, descriptor: int, budget: int) -> Any:
    """The four functions and what they know, as NumPy wants them."""
    base = ctypes.addressof(ctypes.c_char.from_buffer(region))
    state = (ctypes.c_int64 * 5)(base, base + REGION, base, budget, descriptor)
    functions = [each.address for each in _functions() or ()]
    handler = _Handler(b"dedup", 1, _Allocator(ctypes.addressof(state), *functions))
    new = ctypes.pythonapi.PyCapsule_New
    new.restype, new.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    name = b"mem_handler"
    _kept.extend((state, handler, name))
    return new(ctypes.addressof(handler), name, None)


def _set(capsule: Any) -> Any:
    """Let NumPy use a handler from now on in this context; the one before."""
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
    table = ctypes.cast(pointer(np._core._multiarray_umath._ARRAY_API, None), ctypes.POINTER(ctypes.c_void_p))
    return ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object)(table[_SET_HANDLER])(capsule)


@cache
def _functions() -> tuple[Any, ...] | None:
    """malloc, calloc, realloc and free, compiled; null without numba."""
    try:
        from dedup.near import allocate
    except ImportError:
        return None
    return allocate.FUNCTIONS
