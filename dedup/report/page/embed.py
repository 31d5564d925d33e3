r"""The page's data as JSON that cannot leave its script element, whatever the scrape holds.

`<`, `>` and `&` are written as escapes, so that no text can end the element or open another one; so are lone
surrogates, which have no UTF-8, and the two line ends that JavaScript once knew and JSON did not.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Hashable
from typing import Any

from dedup.report.export import sums
from dedup.report.page.values import Audit, Listed, Phrase, Repeated, Sample, Span, View
from dedup.types import BOILERPLATE_LABELS, CODE, LABELS

UNREADABLE = 50
"""So many messages about what could not be read are shown."""

_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


def embeddable(value: object) -> str:
    r"""JSON for a script element.

    >>> embeddable({"text": "</script> \ud800 خبر"})
    '{"text":"\\u003c/script\\u003e \\ud800 خبر"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class _Table:
    """Values that repeat, each written once and named by its number."""

    def __init__(self) -> None:
        self._number: dict[Hashable, int] = {}

    def number(self, value: Hashable) -> int:
        return self._number.setdefault(value, len(self._number))

    def values(self) -> list[Hashable]:
        return list(self._number)


def overview(audit: Audit) -> dict[str, Any]:
    """The figures of `--json`, without the rows per document; of sites and messages only the first."""
    found = sums(audit.summary)
    return found | {"sites": found["sites"][: audit.limits.sites], "unreadable": found["unreadable"][:UNREADABLE]}


def data(audit: Audit) -> dict[str, Any]:
    """Everything that the page's views are made of, as plain values; short rows, as there are many of them."""
    sites, problems, evidence = _Table(), _Table(), _Table()
    views = [each.view for each in audit.documents if each.view is not None]
    numbers = iter(range(len(views)))
    documents = [_document(each, sites, problems, next(numbers) if each.view else None) for each in audit.documents]
    return {
        "run": _run(audit),
        "labels": list(LABELS),
        "classes": list(BOILERPLATE_LABELS),
        "figures": overview(audit),
        "documents": documents,
        "views": [_view(view, evidence) for view in views],
        "clusters": [_cluster(each, sites, evidence) for each in audit.clusters],
        "phrases": [_phrase(each) for each in audit.phrases],
        "sites": sites.values(),
        "problems": problems.values(),
        "evidence": evidence.values(),
    }


def _run(audit: Audit) -> dict[str, Any]:
    """What names the run: `key` tells its decisions from those of another one."""
    digest = hashlib.sha256(json.dumps(audit.run["settings"], sort_keys=True).encode())
    for row in audit.summary.documents:
        digest.update(f"{row.doc}\0{row.sha256}\0".encode("utf-8", "surrogatepass"))
    settings = audit.run["settings"]
    names = ("keep_below", "threshold", "duplicates")
    return {"key": digest.hexdigest()[:16], **{name: settings[name] for name in names}}


def _document(each: Listed, sites: _Table, problems: _Table, view: int | None) -> list[Any]:
    row = each.row
    site = None if row.site is None else sites.number(row.site)
    labels = {CODE[label]: chars for label, chars in row.labels.items() if label in CODE}
    found = [problems.number(problem) for problem in row.problems]
    shares = (row.main_share, row.unique_share)
    return [row.doc, site, row.chars, *shares, labels, row.duplicate_of, found, each.margin, view]


def _view(view: View, evidence: _Table) -> list[Any]:
    return [[_span(span, evidence) for span in view.spans], view.left_out]


def _span(span: Span, evidence: _Table) -> list[Any]:
    head = [CODE[span.label], span.text]
    if not span.removed:
        return head
    return [*head, span.score, evidence.number(span.evidence), span.cluster, span.leader, span.leader_start]


def _cluster(each: Repeated, sites: _Table, evidence: _Table) -> dict[str, Any]:
    return {
        "id": each.cluster,
        "label": CODE[each.label],
        "pieces": [[text, int(varies)] for text, varies in each.pieces],
        "variants": list(each.variants),
        "more": each.more,
        "lines": each.lines,
        "documents": each.documents,
        "sites": each.sites,
        "at": [sites.number(name) for name in each.site_names],
        "removed": each.removed,
        "chars": each.chars,
        "evidence": evidence.number(each.evidence),
        "score": each.score,
        "position": each.position,
        "leader": _sample(each.leader),
        "examples": [_sample(sample) for sample in each.examples],
    }


def _phrase(each: Phrase) -> dict[str, Any]:
    names = ("kind", "text", "removed", "chars", "documents", "alone", "alone_chars", "score")
    samples = [[*_sample(sample), sample.text] for sample in each.samples]
    listed = each.listed
    stands = None if listed is None else {"text": listed.text, "language": listed.language, "stand": listed.kind}
    more = {"label": CODE[each.label], "samples": samples, "listed": stands, "relabels": listed is not None}
    return {name: getattr(each, name) for name in names} | more


def _sample(sample: Sample) -> list[Any]:
    return [sample.doc, sample.start]
