r"""From texts to one flat array of code points, and from there to the bounds of its lines.

Text splits on "\n" only; a "\r" before it belongs to the line end. Nothing here copies a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dedup.text.folded import starts

_NEWLINE, _RETURN = 0x0A, 0x0D


@dataclass(frozen=True, slots=True, eq=False)
class LineBounds:
    """One row per line, in reading order; all offsets count code points of the flat array.

    `doc` is int32, the others int64, all of shape (lines,). `end` lies before the line end, `next`
    after it; the last line of a document has `next` at the document's end.
    """

    doc: NDArray[np.int32]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    next: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.doc)


def encode(texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    r"""All texts joined by "\n" as code points (uint32), and the start of each text (int64, shape (texts + 1,)).

    The last start is where a further text would begin: one past the end. Lone surrogates pass.

    >>> codes, doc_starts = encode(["خبر", "", "ثان"])
    >>> len(codes), doc_starts.tolist()
    (8, [0, 4, 5, 9])
    """
    raw = "\n".join(texts).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(raw, dtype="<u4").astype(np.uint32, copy=False)
    return codes, starts(np.array([len(text) + 1 for text in texts], dtype=np.int64))


def split(codes: NDArray[np.uint32], doc_starts: NDArray[np.int64]) -> LineBounds:
    r"""The lines of all documents; a document with an empty text has one empty line.

    >>> bounds = split(*encode(["سطر\r\nآخر", ""]))
    >>> [column.tolist() for column in (bounds.doc, bounds.start, bounds.end, bounds.next)]
    [[0, 0, 1], [0, 5, 9], [3, 8, 9], [5, 8, 9]]
    """
    if len(doc_starts) < 2:
        none = np.zeros(0, dtype=np.int64)
        return LineBounds(none.astype(np.int32), none, none, none)
    breaks = np.append(np.flatnonzero(codes == _NEWLINE), len(codes))
    start = np.concatenate(([0], breaks[:-1] + 1))
    last = np.searchsorted(breaks, doc_starts[1:] - 1)
    between = np.ones(len(breaks), dtype=bool)
    between[last] = False
    doc = np.repeat(np.arange(len(last), dtype=np.int32), np.diff(last, prepend=-1))
    returned = between & (breaks > start)
    returned[returned] = codes[breaks[returned] - 1] == _RETURN
    return LineBounds(doc, start, breaks - returned, breaks + between)
