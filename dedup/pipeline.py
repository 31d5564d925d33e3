"""The flow, read top to bottom: find, read, analyse, read again, write."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from dedup import guard, memory
from dedup.analysis import Analysis, analyse
from dedup.baseline.judged import judged
from dedup.errors import InputError, UsageError
from dedup.formats.bytewise import text_sha256
from dedup.formats.find import Sources, sources
from dedup.formats.source import Source
from dedup.formats.values import BadRow, Fate, Unreadable
from dedup.journal import corpus_digest
from dedup.judge import rulefile
from dedup.judge.rulefile import Rules
from dedup.locks import lock
from dedup.metadata import metadata
from dedup.report.rows import Rows, row_of
from dedup.report.run import finished
from dedup.report.score import DocumentRow, Summary
from dedup.runfolder import Plan, RunFolder, admit
from dedup.settings import Settings
from dedup.strip import left_out
from dedup.types import Document, Verdict

Progress = Callable[[str, int, int], None]
"""Called with a stage, what is done and what there is to do (documents; 0 where it is not known yet)."""

MESSAGES = 20
"""So many unreadable inputs are named one by one."""


class Reading:
    """The first read: documents go on, what cannot be read is remembered. A second read says nothing again."""

    def __init__(self, found: Sources, settings: Settings, progress: Progress | None) -> None:
        self.found = found
        self.settings = settings
        self.progress = progress
        self.unreadable = [str(each.message) for each in found.unreadable]
        self.lost_files = set[str]()
        self.documents = 0
        self._again = False

    def __iter__(self) -> Iterator[Document]:
        if self._again:
            return self._read_again()
        self._again = True
        return self._read()

    def _read_again(self) -> Iterator[Document]:
        items = (item for item in self.found.read(self.settings) if isinstance(item, Document))
        return (item for item in items if item.file not in self.lost_files)

    def _read(self) -> Iterator[Document]:
        for item in self.found.read(self.settings):
            if isinstance(item, Document):
                self.documents += 1
                if self.progress and self.documents % 100 == 0:
                    self.progress("reading", self.documents, 0)
                yield item
            elif isinstance(item, BadRow):
                self.unreadable.append(f"{item.file}, row {item.row + 1}: {item.message}")
            elif isinstance(item, Unreadable):
                self.unreadable.append(item.message)
                self.lost_files.add(item.file)


def clean(
    inputs: Sequence[str],
    out: Path,
    settings: Settings,
    *,
    overwrite: bool = False,
    resume: bool = False,
    dry_run: bool = False,
    yes: bool = False,
    memory_limit: int | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Strip boilerplate and keep one copy of duplicate content; write the cleaned files and the log to `out`.

    `memory_limit` is the most memory that is taken, in bytes; by default half of what is free. The output is the same.

    Raises UsageError where the request makes no sense or nothing could be read, StoppedError where the disk fails,
    another run writes to `out`, or nearly all would go and `yes` was not said; `out` is then as it was, and `resume`
    goes on with what was written.
    """
    began = time.perf_counter(), time.process_time()
    rules = _rules(settings)
    found = sources(inputs, out, settings)
    reading = Reading(found, settings, progress)
    if dry_run:
        with memory.kept_under(memory_limit, found.content_bytes()):
            return _clean(inputs, out, reading, rules, began, dry_run=True)
    with lock(out), memory.kept_under(memory_limit, found.content_bytes()):
        if resume and not overwrite and (done := finished(out, _settings(settings))):
            return done
        admit(out, overwrite, resume, _settings(settings))
        return _clean(inputs, out, reading, rules, began, overwrite=overwrite, resume=resume, yes=yes)


def _clean(
    inputs: Sequence[str],
    out: Path,
    reading: Reading,
    rules: Rules | None,
    began: tuple[float, float],
    *,
    overwrite: bool = False,
    resume: bool = False,
    dry_run: bool = False,
    yes: bool = False,
) -> Summary:
    settings, found = reading.settings, reading.found
    analysis, _ = judged(lambda: reading, settings, rules)
    something_was_read(reading)
    if not (dry_run or yes):
        guard.check(analysis.sizes, settings)
    files = tuple(source for source in found.files if source.file not in reading.lost_files)
    plan = Plan(files, _settings(settings), corpus_digest((_rules_sha256(settings), analysis.corpus.pages.digest())))
    with RunFolder.create(
        out, plan, overwrite=overwrite, resume=resume, dry_run=dry_run, members=settings.members
    ) as folder:
        rows, removed = _write(folder, plan.files, reading, analysis)
        count = 0
        for row in analysis.cluster_rows():
            folder.cluster(row)
            count += 1
        if settings.members:
            for row in analysis.member_rows():
                folder.member(row)
        folder.commit(_run(inputs, settings, reading, len(rows), began))
    taken_over = folder.taken_over
    resumed = (f"{out}: {taken_over} of {len(files)} files had been written already",) if taken_over else ()
    seconds = time.perf_counter() - began[0]
    return Summary(rows, count, removed, tuple(reading.unreadable), (*found.messages, *resumed), seconds)


def _rules(settings: Settings) -> Rules | None:
    """A person's rules, before the long work."""
    return rulefile.load(settings.rules_file) if settings.rules_file else None


def _rules_sha256(settings: Settings) -> str | None:
    return sha256(Path(settings.rules_file).read_bytes()).hexdigest() if settings.rules_file else None


def _write(folder: RunFolder, files: Sequence[Source], reading: Reading, analysis: Analysis) -> tuple[Rows, int]:
    """The second read: every file again, its documents judged, stripped and logged."""
    rows = Rows(analysis, [DocumentRow.of(row) for row in folder.written("documents.jsonl")])
    removed, progress = folder.row_count("removed.jsonl"), reading.progress
    pages = analysis.corpus.pages
    for source in files[folder.taken_over :]:
        before = len(rows)

        def fate(number: int, text: str) -> Fate:
            row = rows.add(number, text)
            if progress and len(rows) % 100 == 0:
                progress("writing", len(rows), len(pages))
            return _fate(analysis, number, text, row)

        def decide(row: int, text: str, file: str = source.file) -> Fate:
            return fate(pages.number_of(file, row), text)

        def known(row: int, file: str = source.file) -> tuple[str, Fate] | None:
            number = pages.number_of(file, row)
            return (pages.sha256(number), fate(number, "")) if number >= 0 and analysis.untouched(number) else None

        try:
            removed += folder.rewrite(source, reading.settings, decide, known).removed
        except InputError as error:
            rows.cut(before)
            reading.unreadable.append(str(error))
    return rows, removed


_FACTS = ("site", "chars", "main_chars", "main_share", "unique_share", "labels", "duplicate_of", "problems")


def _fate(analysis: Analysis, number: int, text: str, row: DocumentRow) -> Fate:
    facts = {name: getattr(row, name) for name in _FACTS}
    removals = analysis.final(number, text)
    if analysis.settings.metadata and (said := metadata(text, removals)):
        facts["metadata"] = said
    if text and not removals and analysis.removals(number, text):
        facts["problems"] = (*row.problems, guard.NOTE)
    return Fate(row.doc, removals, facts, left_out(analysis.settings, row.labels))


def something_was_read(reading: Reading) -> None:
    """Raise UsageError where nothing could be read at all."""
    if reading.documents == 0 and reading.unreadable:
        named = "\n".join(reading.unreadable[:MESSAGES])
        raise UsageError(f"nothing could be read:\n{named}")


def _run(
    inputs: Sequence[str], settings: Settings, reading: Reading, documents: int, began: tuple[float, float]
) -> dict[str, object]:
    """What run.json says of the run."""
    return {
        "inputs": list(inputs),
        "settings": _settings(settings),
        "engine": "local",
        "rules_sha256": _rules_sha256(settings),
        "versions": {"dedup": version("dedup"), "numpy": version("numpy"), "python": platform.python_version()},
        "documents": documents,
        "unreadable": reading.unreadable,
        "seconds": round(time.perf_counter() - began[0], 3),
        "cpu_seconds": round(time.process_time() - began[1], 3),
        "peak_memory_mb": memory.peak_memory_mb(),
    }


def _settings(settings: Settings) -> dict[str, object]:
    return {**asdict(settings), "shingles": str(settings.shingles)}


See = Callable[[Analysis, int, DocumentRow, str, Source | None], None]
"""Shown each document: its number in the analysis, its figures, its text and its file."""


def report(
    inputs: Sequence[str], settings: Settings, progress: Progress | None = None, see: See | None = None
) -> Summary:
    """Score a corpus without writing anything; `see` is shown every document.

    After the documents of the inputs come those of the baseline that stand for their sites, without a file.
    """
    began = time.perf_counter()
    rules = _rules(settings)
    found = sources(inputs, settings=settings)
    reading = Reading(found, settings, progress)
    analysis, context = judged(lambda: reading, settings, rules)
    something_was_read(reading)
    rows, removed = Rows(analysis), 0
    files = {source.file: source for source in found.files}
    for number, text in _again(found, reading, analysis):
        row = rows.add(number, text)
        removed += len(analysis.final(number, text))
        if see is not None:
            see(analysis, number, row, text, files.get(row.file))
    if see is not None:
        for number, document in enumerate(context.documents[: context.sample]):
            see(analysis, number, row_of(analysis, number, document.text), document.text, None)
    count = analysis.cluster_count()
    kept = rows.without(reading.lost_files)
    return Summary(kept, count, removed, tuple(reading.unreadable), found.messages, time.perf_counter() - began)


def _again(found: Sources, reading: Reading, analysis: Analysis) -> Iterator[tuple[int, str]]:
    """The documents once more, numbered; a file that is not what it was is said to be unreadable and left out."""
    pages = analysis.corpus.pages
    for item in found.read(reading.settings):
        if item.file in reading.lost_files or isinstance(item, BadRow):
            continue
        number = pages.number_of(item.file, item.row) if isinstance(item, Document) else -1
        if isinstance(item, Document) and number >= 0 and pages.sha256(number) == text_sha256(item.text):
            yield number, item.text
        else:
            changed = f"{item.file}: it changed during the run; run again when nobody writes to it"
            reading.unreadable.append(item.message if isinstance(item, Unreadable) else changed)
            reading.lost_files.add(item.file)


def explain(
    inputs: Sequence[str], settings: Settings, doc: str | None = None, unreadable: list[str] | None = None
) -> Iterator[tuple[DocumentRow, str, list[Verdict]]]:
    """Every line of every document (or of one) with its label and the evidence.

    When all have been given, `unreadable` gets a message for each input or row that could not be read.
    """
    rules = _rules(settings)
    found = sources(inputs, settings=settings)
    reading = Reading(found, settings, None)
    analysis, _ = judged(lambda: reading, settings, rules)
    something_was_read(reading)
    for number, text in _again(found, reading, analysis):
        if doc is None or analysis.corpus.pages[number].doc == doc:
            yield row_of(analysis, number, text), text, analysis.verdicts(number, text)
    if unreadable is not None:
        unreadable += reading.unreadable


__all__ = ["Analysis", "analyse", "clean", "explain", "report"]
