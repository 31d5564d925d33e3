"""Labelled sets as the model sees them: columns per line, and who is held out."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from evaluation.data import LabelledSet, load
from numpy.typing import NDArray

from dedup.corpus import scan
from dedup.judge.evidence import gather
from dedup.judge.lines import Lines
from dedup.judge.markers import MarkerList
from dedup.judge.trained.columns import Scene, scene
from dedup.types import Document

FOLDS = 2
FEW_SITES = 8
"""Below so many sites pages are held out, else sites."""
LONGEST = 400
"""Code points from which a longer line counts no more."""

SHORT, TAUGHT = 25, 3
"""Of lines so short, one in so many is learned from, and counts for all."""

SHARES = {"clean_ar": 0.5, "wikinews": 0.4, "semi_dev": 0.7, "wcxb": 2.0}
"""How much a set counts beside its number of pages: composed and clean ones less, the most varied one more."""


@dataclass(frozen=True, slots=True, eq=False)
class Pages:
    """A set, a value per non-blank line in each column.

    texts: the folded text of each text id. boilerplate: bool. page, site: int64. fold: int64, the part that the line's
    site belongs to. weight: float64, how much the line counts in training. taught: bool, false for some short lines:
    there are more of them than trees need.
    """

    name: str
    found: Scene
    columns: dict[str, NDArray[np.integer]]
    texts: list[str]
    boilerplate: NDArray[np.bool_]
    size: NDArray[np.int64]
    page: NDArray[np.int64]
    site: NDArray[np.int64]
    fold: NDArray[np.int64]
    weight: NDArray[np.float64]
    taught: NDArray[np.bool_]

    def __len__(self) -> int:
        return self.page.size


def read(names: Iterable[str], data: Path) -> list[Pages]:
    """The sets with their columns."""
    return [_pages(load(name, data)) for name in names]


def _pages(labelled: LabelledSet) -> Pages:
    documents = [Document(p.doc, p.site, labelled.name, n, p.text) for n, p in enumerate(labelled.pages)]
    corpus = scan(documents)
    lines = Lines(gather(corpus, MarkerList.standard()), np.arange(len(corpus.pages)))
    found, columns = scene(lines)
    ids = np.unique(lines.text)
    site_of, fold_of = _sites(labelled)
    size = lines.size
    short = size <= SHORT
    taught = ~short | (np.arange(size.size) % TAUGHT == 0)
    weight = _weights(labelled.name, lines.page, size, len(labelled.pages)) * np.where(short, TAUGHT, 1)
    return Pages(
        labelled.name,
        found,
        columns,
        [corpus.texts.text(int(text)) for text in ids],
        ~labelled.columns.line_main[lines.rows],
        size,
        lines.page,
        site_of[lines.page],
        fold_of[lines.page],
        weight,
        taught,
    )


def _sites(labelled: LabelledSet) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A number for the site of each page, and its fold."""
    names = [page.site or page.doc for page in labelled.pages]
    known = sorted(set(names))
    held = names if len(known) >= FEW_SITES else [page.doc for page in labelled.pages]
    folds = [zlib.crc32(name.encode()) % FOLDS for name in held]
    number = {name: n for n, name in enumerate(known)}
    return np.array([number[name] for name in names]), np.array(folds)


def _weights(name: str, page: NDArray[np.int64], size: NDArray[np.int64], pages: int) -> NDArray[np.float64]:
    """Long lines count more than short ones, pages nearly alike, large sets more than small ones."""
    weight = np.sqrt(np.minimum(size, LONGEST))
    weight = weight / np.sqrt(np.bincount(page, weights=weight, minlength=pages))[page]
    return np.asarray(weight / weight.sum() * SHARES.get(name, 1.0) * 100 * np.sqrt(pages))
