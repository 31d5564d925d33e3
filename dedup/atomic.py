"""A folder that appears whole or not at all: built next to its place under a hidden name, then renamed."""

from __future__ import annotations

import errno
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dedup.errors import StoppedError, UsageError


def hidden_sibling(out: Path, kind: str) -> Path:
    """A name next to `out` that nobody has; on the same file system, so that a rename is one step."""
    return out.parent / f".{out.name}.{uuid.uuid4().hex[:12]}.{kind}"


def make_room(out: Path) -> Path:
    """Create the hidden folder in which the content of `out` is built."""
    try:
        room = hidden_sibling(out.absolute(), "partial")
        room.mkdir(parents=True)
    except OSError as error:
        raise UsageError(f"{out}: no folder can be made there ({error.strerror}); choose another place") from None
    return room


def publish(room: Path, out: Path) -> None:
    """Give the finished folder its name; what had the name before goes only when the new one stands."""
    out = out.absolute()
    old = hidden_sibling(out, "old")
    replaced = out.exists()
    if replaced:
        out.rename(old)
    try:
        room.rename(out)
    except BaseException:
        if replaced:
            old.rename(out)
        raise
    if replaced:
        shutil.rmtree(old)


def clear(room: Path) -> None:
    """Remove an unfinished folder."""
    shutil.rmtree(room, ignore_errors=True)


@contextmanager
def stopping(what: str) -> Iterator[None]:
    """Turn failures of the disk we write to into StoppedError."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None))
        reason = "the disk is full; make room and run again" if full else f"{error.strerror or error}"
        raise StoppedError(f"{what}: writing stopped: {reason}") from error
