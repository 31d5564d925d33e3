"""The report for programs: one JSON document, or one CSV row per document."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any, TextIO

from dedup.report.markdown import write_markdown
from dedup.report.score import DocumentRow, Summary, Tally, by_class, by_site, total
from dedup.types import LABELS


def write_json(summary: Summary, file: TextIO) -> None:
    """Write all figures as one JSON object: `total`, then `sites`, `classes` and `documents`.

    A document row has the fields of documents.jsonl.
    """
    json.dump(figures(summary), file, ensure_ascii=False, indent=1)
    file.write("\n")


def write_csv(summary: Summary, file: TextIO) -> None:
    """Write a row per document, with a column of characters per label; several problems are joined by `; `."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*_CSV_FIELDS, *LABELS])
    writer.writerows(_csv_rows(summary))


RENDERERS: dict[str, Callable[[Summary, TextIO], None]] = {
    "json": write_json,
    "csv": write_csv,
    "markdown": write_markdown,
}
"""File formats of the report, by the name of their option of `dedup report`."""

_CSV_FIELDS = (
    *("doc", "site", "file", "chars", "main_chars", "main_share", "unique_share"),
    *("duplicate_of", "problems"),
)


def _csv_rows(summary: Summary) -> Iterator[list[object]]:
    for row in summary.documents:
        values = asdict(row) | {"problems": "; ".join(row.problems)}
        yield [values[field] for field in _CSV_FIELDS] + [row.labels.get(label, 0) for label in LABELS]


def figures(summary: Summary) -> dict[str, Any]:
    """All figures as plain values: the one source of every report that a program reads."""
    return {**sums(summary), "documents": [_document(row) for row in summary.documents]}


def sums(summary: Summary) -> dict[str, Any]:
    """The figures without the rows per document."""
    return {
        "total": _tally(total(summary.documents)),
        "clusters": summary.clusters,
        "removed": summary.removed,
        "unreadable": list(summary.unreadable),
        "sites": [{"site": tally.site, **_tally(tally)} for tally in by_site(summary.documents)],
        "classes": [asdict(tally) for tally in by_class(summary.documents)],
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "documents": tally.documents,
        "chars": tally.chars,
        "main_share": tally.main_share,
        "unique_share": tally.unique_share,
        "labels": dict(tally.labels),
    }


def _document(row: DocumentRow) -> dict[str, Any]:
    return asdict(row) | {"labels": dict(row.labels)}
