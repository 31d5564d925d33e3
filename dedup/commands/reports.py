"""What `dedup report` scores, and the files that it writes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from dedup.atomic import whole_file
from dedup.console import Progress
from dedup.errors import UsageError
from dedup.report import run
from dedup.report.score import Summary
from dedup.settings import Settings


def admit(targets: Iterable[str]) -> None:
    """UsageError, before the long work, where a report file has no folder to lie in."""
    for target in targets:
        if target not in ("", "-") and not Path(target).absolute().parent.is_dir():
            raise UsageError(f"{target}: there is no folder {Path(target).parent}; make it first, or name another one")


def scored(inputs: Sequence[str], settings: Settings, html: str) -> Summary:
    """The figures of the inputs, or of the finished run that they are; the page too, where `html` names a file.

    The page needs every removal with its reason, so inputs are cleaned into a folder that is gone afterwards.
    """
    if run.is_run(inputs):
        summary = run.summary(Path(inputs[0]))
        if html:
            _page(Path(inputs[0]), summary, html)
        return summary
    from dedup import pipeline

    if not html:
        with Progress() as progress:
            return pipeline.report(inputs, settings, progress=progress)
    with TemporaryDirectory(prefix="dedup-report-") as room:
        with Progress() as progress:
            summary = pipeline.clean(inputs, Path(room) / "run", settings, progress=progress)
        _page(Path(room) / "run", summary, html)
    return summary


def export(summary: Summary, targets: Mapping[str, str]) -> bool:
    """Write the report files that are asked for, by format; tell whether one of them went to stdout."""
    from dedup.report.export import RENDERERS

    for renderer, target in targets.items():
        if target:
            with opened(target) as file:
                RENDERERS[renderer](summary, file)
    return "-" in targets.values()


def _page(run_dir: Path, summary: Summary, target: str) -> None:
    from dedup.report.page.audit import audit
    from dedup.report.page.render import write_html

    found = audit(run_dir, summary)
    with opened(target) as file:
        write_html(found, file)


@contextmanager
def opened(target: str) -> Iterator[TextIO]:
    """A report file, which appears whole or not at all; `-` is stdout."""
    if target == "-":
        yield sys.stdout
    else:
        with whole_file(Path(target), "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            yield file
