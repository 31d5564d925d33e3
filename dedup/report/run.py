"""Reading a finished run: its figures, and each document's original text with what was said of it.

The texts come from an undo into a temporary folder, so RUN_DIR alone is enough. What was kept is
shown as `main`: RUN_DIR holds reasons for what was removed only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dedup.formats import sources
from dedup.report.score import DocumentRow, Summary
from dedup.restore import restore
from dedup.runfolder import read_rows, read_run
from dedup.settings import Settings
from dedup.types import Document, Verdict

Row = Mapping[str, Any]


def is_run(inputs: Sequence[str]) -> bool:
    """Whether the inputs are one finished run rather than texts."""
    return len(inputs) == 1 and (Path(inputs[0]) / "run.json").is_file()


def summary(run_dir: Path) -> Summary:
    """The figures that `clean` wrote."""
    run = read_run(run_dir)
    rows = tuple(DocumentRow.of(row) for row in read_rows(run_dir, "documents.jsonl"))
    counts = run["counts"]
    return Summary(
        documents=rows,
        clusters=counts["clusters"],
        removed=counts["removed"],
        unreadable=tuple(run["unreadable"]),
        seconds=run["seconds"],
    )


def explain(run_dir: Path, doc: str | None = None) -> Iterator[tuple[DocumentRow, str, list[Verdict]]]:
    """Each document of the run (or the one called `doc`), its original text, and a verdict per span and kept line."""
    settings = _settings(read_run(run_dir))
    known = {(row["file"], row["row"]): row for row in read_rows(run_dir, "documents.jsonl")}
    wanted = {key: row for key, row in known.items() if doc in (None, row["doc"])}
    removed = _removed(run_dir, {row["doc"] for row in wanted.values()}) if wanted else {}
    with TemporaryDirectory(prefix="dedup-") as folder:
        original = Path(folder) / "original"
        restore(run_dir, original)
        for item in sources([str(original)]).read(settings):
            if isinstance(item, Document) and (item.file, item.row) in wanted:
                row = DocumentRow.of(wanted[item.file, item.row])
                yield row, item.text, verdicts(item.text, removed.get(row.doc, []))


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


def _removed(run_dir: Path, docs: set[str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in read_rows(run_dir, "removed.jsonl"):
        if row["doc"] in docs:
            found.setdefault(row["doc"], []).append(row)
    return found


def _settings(run: Row) -> Settings:
    """The run's own field names, for they say where the texts are."""
    names = ("text_field", "id_field", "site_field", "title_field", "url_field")
    return Settings(**{name: run["settings"][name] for name in names})
