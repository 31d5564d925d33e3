"""One trial each: a run with a fault, the run after it, and what must be true then."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHILD = Path(__file__).with_name("child.py")
UNEQUAL = ("run.json", "SHA256SUMS")
"""What tells the seconds a run took, and its checksum."""
SIGNALLED = 130


@dataclass
class Place:
    """A folder to try faults in: `source` is cleaned to `out`; `whole` is how that looks without a fault."""

    root: Path
    source: Path
    options: tuple[str, ...] = ("--members",)
    before: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.before = contents(self.source)

    @property
    def out(self) -> Path:
        return self.root / "out"

    @cached_property
    def whole(self) -> dict[str, bytes]:
        """What an uninterrupted run writes."""
        done = self.run("--out", str(self.root / "whole"))
        if done.returncode not in (0, 3):
            raise RuntimeError(done.stderr)
        return contents(self.root / "whole")

    @cached_property
    def steps(self) -> int:
        """How many steps a run takes."""
        self.clear()
        done = self.run(fault="count", resume=False)
        self.clear()
        return int(re.findall(r"steps (\d+)", done.stderr)[-1])

    def clear(self) -> None:
        """Remove what a trial left."""
        for path in self.root.iterdir():
            if path != self.source and path.name != "whole":
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def command(self, *arguments: str, fault: str = "none", step: int = 0, resume: bool = True) -> list[str]:
        """The command line of a run with a fault."""
        where = () if "--out" in arguments else ("--out", str(self.out), *(("--resume",) if resume else ()))
        planted = [sys.executable, str(CHILD), fault, str(step), str(self.root)]
        return [*planted, "clean", str(self.source), *self.options, *where, *arguments]

    def run(
        self, *arguments: str, fault: str = "none", step: int = 0, resume: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run the command to its end."""
        command = self.command(*arguments, fault=fault, step=step, resume=resume)
        return subprocess.run(command, check=False, capture_output=True, text=True, env=environment())

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the command."""
        command = self.command(*arguments)
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=pipe, text=True, env=environment())


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def contents(folder: Path) -> dict[str, bytes]:
    """Every file's bytes but those that tell the time."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    named = ((path.relative_to(folder).as_posix(), path) for path in files)
    return {name: path.read_bytes() for name, path in named if name not in UNEQUAL}


def loss(place: Place, half: bool = True) -> str:
    """What is wrong while a run is unfinished: the input is touched, or something stands under the final name."""
    if contents(place.source) != place.before:
        return "the input was changed"
    if half and place.out.exists() and contents(place.out) != place.whole:
        return "half a run under the final name"
    return ""


def resumed(place: Place) -> str:
    """Go on with the run, and say what is wrong with the end of it."""
    wrong = loss(place)
    done = place.run()
    if done.returncode not in (0, 3):
        return wrong or f"--resume ended with {done.returncode}: {done.stderr[-500:]}"
    if contents(place.out) != place.whole:
        return wrong or "the resumed run differs from an uninterrupted one"
    left = [path.name for path in place.root.iterdir() if path.name.startswith(".")]
    return wrong or loss(place) or (f"left behind: {left}" if left else "")


def killed_at_step(place: Place, step: int) -> str:
    """The process dies at one of its operations on files."""
    killed = place.run(fault="kill", step=step)
    if killed.returncode != -signal.SIGKILL:
        return f"was not killed: {killed.returncode} {killed.stderr[-500:]}"
    return resumed(place)


def signalled(place: Place, moment: float, what: signal.Signals) -> str:
    """A signal comes after so many seconds."""
    process = place.start()
    time.sleep(moment)
    process.send_signal(what)
    _, told = process.communicate()
    if what != signal.SIGKILL and process.returncode not in (SIGNALLED, -what, 0, 3):
        return f"ended with {process.returncode}: {told[-500:]}"
    return resumed(place)


def killed_often(place: Place, chance: random.Random, seconds: float) -> str:
    """Killed and resumed and killed again, at steps or at moments."""
    for _ in range(5):
        if chance.random() < 0.5:
            place.run(fault="kill", step=chance.randint(1, place.steps))
        elif wrong := signalled_once(place, chance.uniform(0, seconds)):
            return wrong
    return resumed(place)


def signalled_once(place: Place, moment: float) -> str:
    process = place.start()
    time.sleep(moment)
    process.kill()
    process.communicate()
    return loss(place)


def full_disk(place: Place, megabytes: float) -> str:
    """The output lies on a file system that is too small; then there is room, and the run goes on."""
    disk = place.root / "out-disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={int(megabytes * 1024)}k", "none", str(disk)], check=True)
    try:
        full = place.run("--out", str(disk / "run"), "--resume")
        if full.returncode != 4 or "disk is full" not in full.stderr or (disk / "run").exists():
            return f"a full disk: {full.returncode} {full.stderr[-500:]}"
        subprocess.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)
        done = place.run("--out", str(disk / "run"), "--resume")
        same = done.returncode in (0, 3) and contents(disk / "run") == place.whole
        return loss(place) or ("" if same else f"after the full disk: {done.returncode} {done.stderr[-500:]}")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def changed_input(place: Place, victim: str, action: str, opening: int) -> str:
    """An input changes or vanishes at one of its openings; the run goes on without it and says so."""
    path = place.source / victim
    kept = path.read_bytes(), path.stat()
    try:
        if opening < 0:  # from the last one, which is the second read
            told = place.run(fault=f"at:source/{victim}:count", resume=False).stderr
            opening += 1 + int(re.findall(r"steps (\d+)", told)[-1])
            place.clear()
        done = place.run(fault=f"at:source/{victim}:{action}", step=opening, resume=False)
        if done.returncode != 3 or f"{victim}: " not in done.stderr or "Traceback" in done.stderr:
            return f"{action} at opening {opening}: {done.returncode} {done.stderr[-500:]}"
        if (place.out / "clean" / victim).exists():
            return f"{action} at opening {opening}: it is in the output"
        return verified(place.out)
    finally:
        path.write_bytes(kept[0])
        os.utime(path, ns=(kept[1].st_atime_ns, kept[1].st_mtime_ns))


def verified(run_dir: Path) -> str:
    """What `dedup verify` says, where it finds something."""
    command = [sys.executable, "-m", "dedup", "verify", str(run_dir)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment())
    return "" if done.returncode == 0 else f"verify: {done.stdout[-500:]}"


def second_run(place: Place, moment: float) -> str:
    """While one run works, another one is refused and harms nothing."""
    process = place.start()
    try:
        time.sleep(moment)
        second = place.run()
        alive = process.poll() is None and not place.out.exists()
    finally:
        process.communicate()
    refused = second.returncode == 4 and "another run" in second.stderr
    if alive and not refused:
        return f"the second run ended with {second.returncode}: {second.stderr[-500:]}"
    return resumed(place)


def read_only(place: Place) -> str:
    """The output folder cannot be made."""
    if os.geteuid() == 0:  # permissions do not hold root back; a file system does
        disk = place.root / "out-disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", str(disk)], check=True)
        try:
            done = place.run("--out", str(disk / "run"))
        finally:
            subprocess.run(["umount", str(disk)], check=True)
    else:
        disk = place.root / "out-disk"
        disk.mkdir(mode=0o500)
        done = place.run("--out", str(disk / "run"))
    named = done.returncode == 2 and "choose another place" in done.stderr and "Traceback" not in done.stderr
    return loss(place) or ("" if named else f"{done.returncode}: {done.stderr[-500:]}")


Trial = Callable[[], str]


@dataclass
class Tally:
    """Of one kind of fault: how often it was tried, and what was wrong."""

    kind: str
    tried: int = 0
    wrong: list[str] = field(default_factory=list)

    def run(self, place: Place, trials: Sequence[Trial]) -> Tally:
        """Try all of them, each from the beginning."""
        for trial in trials:
            place.clear()
            self.tried += 1
            if wrong := trial():
                self.wrong.append(wrong)
        place.clear()
        return self
