"""The marker at the start of each text, as columns, and the markers further in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.judge.markers import KINDS, Hit, Hits, Marker, MarkerList
from dedup.judge.parts import is_quoted
from dedup.judge.rulefile import HEADING_LABELS
from dedup.text.fold import Folded
from dedup.types import CODE

HEADINGS = frozenset(HEADING_LABELS)
"""Classes whose markers, standing alone, open a block."""

_INNER = ("anywhere", "rest", "span")
_ALONE = np.array([kind in ("label", "colon") for kind in KINDS], np.bool_)
_HEADED = np.array([kind in ("label", "colon", "whole") for kind in KINDS], np.bool_)


@dataclass(frozen=True, slots=True)
class Openers:
    """Columns per text; zeros and false where no marker opens it.

    marker: int32, index into `markers`, -1 for none. label: uint8 code of its class. kind: uint8, index into KINDS.
    bare: bool, nothing but punctuation follows. dotted: bool, two dots follow. heads: bool, it stands as a heading
    that may take lines along.
    """

    markers: tuple[Marker, ...]
    marker: NDArray[np.int32]
    label: NDArray[np.uint8]
    kind: NDArray[np.uint8]
    bare: NDArray[np.bool_]
    dotted: NDArray[np.bool_]
    heads: NDArray[np.bool_]

    def phrase(self, text: int) -> str:
        """The phrase that opens a text, as it is written in the list."""
        return self.markers[int(self.marker[text])].text


def hits(texts: Folded, markers: MarkerList) -> tuple[Openers, dict[int, tuple[Hit, ...]]]:
    """Markers of the texts: the one that opens each, and by text id those that stand anywhere in it."""
    found = markers.find(texts)
    label, kind = _classes(markers.markers)
    source = (found.start > 3) & (label[found.marker] == CODE["source"])
    within = np.isin(kind[found.marker], [KINDS.index(name) for name in _INNER]) | source
    inner: dict[int, list[Hit]] = {}
    for row in np.flatnonzero(within).tolist():
        hit = Hit(markers.markers[found.marker[row]], int(found.start[row]), int(found.end[row]), bool(found.bare[row]))
        inner.setdefault(int(found.line[row]), []).append(hit)
    opening = np.flatnonzero(~within)
    return _openers(texts, found, opening, markers.markers), {text: tuple(some) for text, some in inner.items()}


def _classes(markers: tuple[Marker, ...]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Class and kind per marker, as codes."""
    label = np.array([CODE[each.label] for each in markers], np.uint8)
    return label, np.array([KINDS.index(each.kind) for each in markers], np.uint8)


def _openers(texts: Folded, found: Hits, rows: NDArray[np.int64], markers: tuple[Marker, ...]) -> Openers:
    """Columns of the first of the rows of each text."""
    count = len(texts)
    text, first = np.unique(found.line[rows], return_index=True)
    row = rows[first]
    marker, label, kind = np.full(count, -1, np.int32), np.zeros(count, np.uint8), np.zeros(count, np.uint8)
    bare, dotted, heads = (np.zeros(count, np.bool_) for _ in range(3))
    marker[text] = found.marker[row]
    label[text], kind[text] = (column[found.marker[row]] for column in _classes(markers))
    bare[text] = found.bare[row]
    after = texts.offsets[text] + found.end[row]
    last = max(len(texts.codes) - 1, 0)
    dots = [(after + n < texts.offsets[text + 1]) & (texts.codes[np.minimum(after + n, last)] == 0x2E) for n in (0, 1)]
    dotted[text] = dots[0] & dots[1]
    of_heading = np.isin(label, np.array([CODE[name] for name in sorted(HEADINGS)], np.uint8))
    heads[:] = bare & of_heading & np.where(label == CODE["comment_form"], _ALONE[kind], _HEADED[kind])
    return Openers(markers, marker, label, kind, bare, dotted, heads)


def phrases(texts: Folded, inner: Mapping[int, tuple[Hit, ...]]) -> tuple[NDArray[np.uint8], dict[int, str]]:
    """Per text the class of the first phrase that nobody writes in an article, unless quoted; the phrase by text id."""
    label, named = np.zeros(len(texts), np.uint8), {}
    for text, some in inner.items():
        line = texts.text(text)
        for hit in some:
            if hit.marker.kind in ("anywhere", "rest") and not is_quoted(line, hit):
                label[text], named[text] = CODE[hit.marker.label], hit.marker.text
                break
    return label, named
