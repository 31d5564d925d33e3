"""One writer per output folder, held by the operating system: a lock ends with its process, however that dies.

The lock is a hidden file beside the folder, because the folder itself is exchanged as a whole. Where the file system
knows no locks nothing is written at all.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dedup import atomic
from dedup.errors import StoppedError, UsageError

HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
FAR = 1 << 30
"""The byte that Windows locks: out of the way of the process number, which others read."""


@contextmanager
def lock(out: Path) -> Iterator[None]:
    """Hold `out` against other runs; what a killed run left half-done beside it is put right or removed.

    Folders above `out` are made, and go again when nothing came to be in them. StoppedError where another run holds
    it, UsageError where nothing can be written.
    """
    out = out.absolute()
    missing = [parent for parent in out.parents if not parent.exists()]
    handle, path = _acquire(out)
    try:
        atomic.tidy(out)
        yield
    finally:
        _release(handle, path)
        for parent in missing:
            with suppress(OSError):  # something came to be in it
                parent.rmdir()


def _acquire(out: Path) -> tuple[int, Path]:
    path = out.parent / f".{out.name}.lock"
    while True:
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        except OSError as error:
            raise UsageError(f"{out}: no folder can be made there ({error.strerror}); choose another place") from None
        try:
            _take(handle)
        except OSError as error:
            holder = _holder(handle)
            os.close(handle)
            raise _refusal(out, error, holder) from None
        if _is_there(handle, path):
            os.truncate(handle, 0)
            os.write(handle, str(os.getpid()).encode())
            return handle, path
        os.close(handle)  # its holder removed it just now


def _refusal(out: Path, error: OSError, holder: str) -> StoppedError:
    if error.errno in HELD:
        return StoppedError(f"{out}: another run{holder} writes to it; wait for its end, or choose another --out")
    return StoppedError(f"{out}: the file system there has no locks ({error.strerror}); choose another --out")


def _holder(handle: int) -> str:
    with suppress(OSError):
        if pid := os.read(handle, 20):
            return f" (process {pid.decode('ascii', 'replace')})"
    return ""


def _is_there(handle: int, path: Path) -> bool:
    """Whether the name still stands for the file that we hold: its last holder may have removed it."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        os.lseek(handle, FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(handle, 0, os.SEEK_SET)

    def _release(handle: int, path: Path) -> None:
        os.close(handle)
        with suppress(OSError):  # the next run has it open already
            path.unlink()

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _release(handle: int, path: Path) -> None:
        with suppress(OSError):
            path.unlink()
        os.close(handle)
