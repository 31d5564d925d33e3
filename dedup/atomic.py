"""What appears whole or not at all: built next to its place under a hidden name, then renamed.

A folder's room is `.NAME.partial` where the work can be resumed, else `.NAME.<random>.partial`; what had the name
before is `.NAME.<random>.old` for the moment of the exchange. Rooms of killed runs go
with `tidy`, which wants the lock.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from dedup.errors import StoppedError, UsageError


def hidden_sibling(out: Path, kind: str) -> Path:
    """A name next to `out` that nobody has; on the same file system, so that a rename is one step."""
    return out.parent / f".{out.name}.{uuid.uuid4().hex[:12]}.{kind}"


def resumable_room(out: Path) -> Path:
    """Where a run that can be resumed builds the content of `out`."""
    out = out.absolute()
    return out.parent / f".{out.name}.partial"


def make_room(out: Path, room: Path | None = None) -> Path:
    """Create the hidden folder in which the content of `out` is built; open to its owner only, until it is known
    who may read it.
    """
    try:
        room = room or hidden_sibling(out.absolute(), "partial")
        room.parent.mkdir(parents=True, exist_ok=True)
        room.mkdir(0o700)
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


def tidy(out: Path) -> None:
    """Put right what killed processes left beside `out`: the caller holds its lock, so nobody works there."""
    ours = re.compile(re.escape(f".{out.name}.") + r"[0-9a-f]{12}\.(partial|old)")
    with suppress(OSError):
        for path in sorted(out.parent.iterdir()):
            kind = ours.fullmatch(path.name)
            if kind is None:
                continue
            if kind[1] == "old" and not os.path.lexists(out):  # killed between the two renames of `publish`
                path.rename(out)
            else:
                clear(path)


def clear(room: Path) -> None:
    """Remove an unfinished folder."""
    shutil.rmtree(room, ignore_errors=True)


@contextmanager
def whole_file(path: Path, mode: str = "wb", **how: Any) -> Iterator[Any]:  # noqa: ANN401 - as `open` has it
    """Write a file that takes the name when it is whole; `how` goes to `open`. Pipes and devices are written straight.

    A link is followed: the file it names is replaced.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        with target.open(mode, **how) as file:
            yield file
        return
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=".partial", dir=target.parent)
    room = Path(name)
    try:
        with os.fdopen(handle, mode, **how) as file:
            yield file
        room.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~umask())
        room.replace(target)
    except BaseException:
        room.unlink(missing_ok=True)
        raise


def folder_mode(mode: int) -> int:
    """Permissions of a folder of files with `mode`: who may read them may open it; the umask narrows both."""
    return (mode | (mode & 0o444) >> 2) & ~umask() | 0o700


def umask() -> int:
    """The process's mask of permissions; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


@contextmanager
def stopping(what: str, again: str = "run again") -> Iterator[None]:
    """Turn failures of the disk we write to into StoppedError; `again` says what to do."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None))
        reason = f"the disk is full; make room and {again}" if full else f"{error.strerror or error}"
        raise StoppedError(f"{what}: writing stopped: {reason}") from error
