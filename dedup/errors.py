"""Every error that `dedup` raises on purpose.

    DedupError
    ├── UsageError       the request itself makes no sense (exit 2)
    ├── InputError       an input cannot be read: what, where, what to do (the run goes on; exit 3)
    ├── RunFolderError   RUN_DIR is missing, incomplete or damaged
    │   └── PartlyError  a part of it is, and the rest was restored (exit 3)
    └── StoppedError     stopped half-way and resumable: disk full, lock held (exit 4)

A message says what went wrong, where, and what to do next.
"""

from __future__ import annotations


class DedupError(Exception):
    """Root of the tree; `str(error)` is fit to be shown to a person."""


class UsageError(DedupError):
    """The request makes no sense: a missing path, an output folder inside the input."""


class InputError(DedupError):
    """One input (a file or a row) cannot be read; others can."""


class RunFolderError(DedupError):
    """A run folder is missing, incomplete or damaged."""


class PartlyError(RunFolderError):
    """A part of a run folder is damaged; what is whole was restored."""


class StoppedError(DedupError):
    """The run stopped half-way and left nothing half-written under a final name."""
