"""Rows of the logs as they are written."""

from __future__ import annotations

import json
from collections.abc import Mapping

from dedup.formats.jsonrow import dumps, loads
from dedup.formats.values import Cut
from dedup.types import Removal


def removed_row(doc: str, removal: Removal, cut: Cut) -> dict[str, object]:
    """A row of `removed.jsonl`."""
    leader = removal.leader
    row: dict[str, object] = {
        "doc": doc,
        "start": removal.start,
        "end": removal.end,
        "label": removal.label,
        "evidence": removal.evidence,
        "score": removal.score,
        "cluster": removal.cluster,
        "leader": None if leader is None else {"doc": leader.doc, "start": leader.start, "end": leader.end},
        "text": cut.text,
    }
    if cut.raw is not None:
        row["raw"] = cut.raw
    return row


def as_read(value: Mapping[str, object]) -> object:
    """A value as it comes back from JSON."""
    return loads(dumps(value))


def pretty(value: Mapping[str, object]) -> bytes:
    """JSON for people to read."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"
    except UnicodeEncodeError:  # a file name that is not Unicode
        return json.dumps(value, indent=2).encode() + b"\n"


def repaired_row(removal: Removal, cut: Cut) -> dict[str, object]:
    """A repaired line, as documents.jsonl has it: its place, what stood there, and what stands there now."""
    row: dict[str, object] = {"start": removal.start, "end": removal.end, "text": cut.text, "now": removal.now}
    return row if cut.raw is None else {**row, "raw": cut.raw}
