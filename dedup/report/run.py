"""Reading a finished run: its figures, and each document's original text with what was said of it.

The texts are put together again from what was kept and what was removed, so RUN_DIR alone is enough.
What was kept is shown as `main`: RUN_DIR holds reasons for what was removed only.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from dedup import atomic
from dedup.errors import UsageError
from dedup.originals import originals
from dedup.report.score import DocumentRow, Summary
from dedup.rows import as_read
from dedup.runfolder import read_rows, read_run
from dedup.types import Verdict

Row = Mapping[str, Any]


def is_run(inputs: Sequence[str]) -> bool:
    """Whether the inputs are one finished run rather than texts."""
    return len(inputs) == 1 and (Path(inputs[0]) / "run.json").is_file()


def summary(run_dir: Path) -> Summary:
    """The figures that `clean` wrote."""
    run = read_run(run_dir)
    rows = tuple(DocumentRow.of(row) for row in read_rows(run_dir, "documents.jsonl"))
    return Summary(
        documents=rows,
        clusters=run["rows"]["clusters.jsonl"],
        removed=run["rows"]["removed.jsonl"],
        unreadable=tuple(run["unreadable"]),
        seconds=run["seconds"],
    )


def finished(run_dir: Path, settings: Mapping[str, object]) -> Summary | None:
    """The figures of a run that is complete, null where there is none; UsageError where it has other settings."""
    if atomic.resumable_room(run_dir).exists() or not is_run([str(run_dir)]):
        return None
    if read_run(run_dir).get("settings") != as_read(settings):
        raise UsageError(
            f"{run_dir}: a finished run with other settings; choose another --out, or --overwrite to replace it"
        )
    told = f"{run_dir}: this run is complete; nothing is left to resume"
    return replace(summary(run_dir), notes=(told,))


def explain(run_dir: Path, doc: str | None = None) -> Iterator[tuple[DocumentRow, str, list[Verdict]]]:
    """Each document of the run (or the one called `doc`), its original text, and a verdict per span and kept line."""
    rows = {
        row["doc"]: DocumentRow.of(row) for row in read_rows(run_dir, "documents.jsonl") if doc in (None, row["doc"])
    }
    removed = _removed(run_dir, rows)
    for _, mended in originals(run_dir) if rows else ():
        for item in mended:
            if item.entry is not None and item.text is not None and item.entry.doc in rows:
                name = item.entry.doc
                yield rows[name], item.text, verdicts(item.text, removed.get(name, []))


def verdicts(text: str, removed: Sequence[Row]) -> list[Verdict]:
    r"""A verdict per removed span (rows of removed.jsonl, in order) and per kept line between them.

    >>> [(v.start, v.end, v.label) for v in verdicts("a\nx\nb", [{"start": 2, "end": 4, "label": "share"}])]
    [(0, 2, 'main'), (2, 4, 'share'), (4, 5, 'main')]
    """
    found: list[Verdict] = []
    done = 0
    for row in removed:
        found += _kept_lines(text, done, row["start"])
        evidence, score = tuple(row.get("evidence", ())), row.get("score", 1.0)
        found.append(Verdict(row["start"], row["end"], row["label"], evidence, score))
        done = row["end"]
    return [*found, *_kept_lines(text, done, len(text))]


def _kept_lines(text: str, start: int, end: int) -> Iterator[Verdict]:
    while start < end:
        stop = min((text.find("\n", start, end) + 1) or end, end)
        yield Verdict(start, stop, "main", (), 1.0)
        start = stop


def _removed(run_dir: Path, docs: Container[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in read_rows(run_dir, "removed.jsonl"):
        if row["doc"] in docs:
            found.setdefault(row["doc"], []).append(row)
    return found
