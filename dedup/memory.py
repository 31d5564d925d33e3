"""A limit on memory: what does not fit under it lies in a file, and the system moves it in and out.

Nearly everything that grows with a corpus is a NumPy array, and NumPy lets a program choose where the data of arrays
lie (NEP 49). While a `limit` holds, blocks of a megabyte and more go to a sparse, unnamed file in the folder for
temporary files once the budget is used up: mapped pages that the system writes out when it needs the room. Values do
not change, so neither does the output. Freed blocks give their room on the disk back at once; a full disk is a
MemoryError before anything is written into the block. Small blocks and Python's own values are not held back.

Needs Linux and numba; elsewhere `limit` says so and changes nothing. The four functions run compiled, under the GIL.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import platform
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any, NewType

from dedup.errors import StoppedError, UsageError

BASE = 290 << 20
"""The interpreter, its packages, the compiled kernels and all small values."""

NEED = 8
"""Bytes of memory that a byte of content may take."""

LEAST = 400 << 20
"""Less than this no run gets by with."""

REGION = 1 << 43
"""Addresses that are put aside; each block gets its own, for none is used twice."""

_SET_HANDLER = 304
"""Place of PyDataMem_SetHandler in NumPy's table of functions."""

_kept: list[object] = []
"""What NumPy points to and must never go away."""


Capsule = NewType("Capsule", object)
"""A PyCapsule that holds a handler."""


class _Allocator(ctypes.Structure):
    _fields_ = (
        ("ctx", ctypes.c_void_p),
        *((name, ctypes.c_void_p) for name in ("malloc", "calloc", "realloc", "free")),
    )


class _Handler(ctypes.Structure):
    _fields_ = (("name", ctypes.c_char * 127), ("version", ctypes.c_uint8), ("allocator", _Allocator))


_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def parse_size(text: str) -> int:
    """Bytes of a size as people write it; UsageError where it is none.

    >>> parse_size("1.5GB") == 3 << 29, parse_size("800M"), parse_size("500000000")
    (True, 838860800, 500000000)
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(?:I?B)?", text.strip().upper())
    if match is None:
        raise UsageError(f"--memory {text}: no size; write it as 4GB, 800MB or in bytes")
    size = int(float(match[1]) * _UNITS[match[2]])
    if size < LEAST:
        raise UsageError(f"--memory {text}: too little to work in; the least is {LEAST >> 20}MB")
    return size


def default_limit() -> int | None:
    """Half of the memory that is free now, in bytes; null where the system does not tell."""
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, OSError, ValueError):
        return None


@contextmanager
def kept_under(size: int | None, content: int) -> Iterator[None]:
    """Keep to a limit (null: the default) where so many bytes of content may need more than it allows.

    UsageError where a limit that was asked for cannot be kept here, StoppedError where the disk has no room for what
    does not fit.
    """
    most = size or default_limit()
    if most is None or NEED * content < most:
        yield
        return
    try:
        with limit(most) as kept:
            if size is not None and not kept:
                raise UsageError("--memory: a limit is kept on Linux with numba only; leave it out here")
            yield
    except MemoryError:
        raise StoppedError("no room is left in memory, nor on the disk of the folder for temporary files") from None


@contextmanager
def limit(size: int) -> Iterator[bool]:
    """Keep large arrays where the process stays under about `size` bytes; whether that can be done here."""
    if not sys.platform.startswith("linux") or _functions() is None:
        yield False
        return
    try:
        before = _set(_capsule(*_region(), max(size - BASE, 0)))
    except (OSError, ValueError):  # the folder for temporary files takes no sparse file of that size
        yield False
        return
    try:
        yield True
    finally:
        _set(before)


def _region() -> tuple[mmap.mmap, int]:
    """Addresses with a file behind them that has no name any more, and that file; both stay as long as the process."""
    with tempfile.TemporaryFile(prefix="dedup-") as file:
        os.truncate(file.fileno(), REGION)
        region = mmap.mmap(file.fileno(), REGION)
        _kept.append(region)  # arrays may outlive the limit
        return region, os.dup(file.fileno())


def _capsule(region: mmap.mmap, descriptor: int, budget: int) -> Capsule:
    """The four functions and what they know, as NumPy wants them."""
    base = ctypes.addressof(ctypes.c_char.from_buffer(region))
    state = (ctypes.c_int64 * 5)(base, base + REGION, base, budget, descriptor)
    functions = [each.address for each in _functions() or ()]
    handler = _Handler(b"dedup", 1, _Allocator(ctypes.addressof(state), *functions))
    new = ctypes.pythonapi.PyCapsule_New
    new.restype, new.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    name = b"mem_handler"
    _kept.extend((state, handler, name))
    capsule: Capsule = new(ctypes.addressof(handler), name, None)
    return capsule


def _set(capsule: Capsule) -> Capsule:
    """Let NumPy use a handler from now on in this context; the one before."""
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
    interface = vars(import_module("numpy._core._multiarray_umath"))["_ARRAY_API"]
    table = ctypes.cast(pointer(interface, None), ctypes.POINTER(ctypes.c_void_p))
    before: Capsule = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object)(table[_SET_HANDLER])(capsule)
    return before


@cache
def _functions() -> tuple[Any, ...] | None:
    """malloc, calloc, realloc and free, compiled; null without numba."""
    try:
        from dedup.near import allocate
    except ImportError:
        return None
    return allocate.FUNCTIONS


def peak_memory_mb() -> int | None:
    """Peak resident memory of this process in MB; null where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1 << 20 if platform.system() == "Darwin" else 1 << 10))
