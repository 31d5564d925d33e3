"""What an index holds, for a person."""

from __future__ import annotations

from collections.abc import Iterator

from dedup.baseline.index import Index
from dedup.report.cells import column, visible


def lines(index: Index, *, history: bool) -> Iterator[str]:
    """The figures of an index. All of it is read, so that a damaged one is an error."""
    segments = index.manifest.segments
    for each in index.segments:
        for one in each.values():
            one.all()
    texts, size = sum(s.texts for s in segments), sum(s.bytes for s in segments)
    documents, count = sum(s.documents for s in segments), sum(s.lines for s in segments)
    yield f"{documents:,} documents · {count:,} lines · {texts:,} texts · {len(segments)} segments"
    per = f" ({size / texts:.0f} per text)" if texts else ""
    yield f"{size:,} bytes{per} · near-duplicates from {index.manifest.threshold:g} over {index.manifest.shingles}"
    for addition in index.manifest.history if history else ():
        yield f"\nadded {addition['date']}"
        for name, site in addition["sites"].items():
            middle = site["main_share"][1]
            share = "" if middle is None else f", main content {middle:.1%} in the middle"
            yield f"  {column(visible(name) or '(no site)', 32)} {site['documents']:>8,} documents{share}"
