"""Trees of whole numbers, read from a data file: no floats, so that every machine says the same."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.judge.trained.columns import UNKNOWN
from dedup.judge.trained.compiled import loops
from dedup.judge.trained.tokens import SLOTS, slots_of

ONE = 256
"""Margins are log odds in parts of so many."""

_BLOCK = 1 << 14


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """Trees that are added up. `names` are the columns they read.

    Per node, all trees in one row: feature (int16, place in `names`), limit (int16: not above goes left), left, right
    (int32: a node, or ~leaf). roots: int32 per tree, as children are. leaves: int32, margins.
    """

    names: tuple[str, ...]
    feature: NDArray[np.int16]
    limit: NDArray[np.int16]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    roots: NDArray[np.int32]
    leaves: NDArray[np.int32]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Forest:
        """A forest from its part of the data file: `columns`, and per tree lists `feature`, `limit`, `left`, `right`,
        `leaf`.
        """
        parts: dict[str, list[int]] = {name: [] for name in ("feature", "limit", "left", "right", "roots", "leaf")}
        for tree in table["trees"]:
            nodes, ends = len(parts["feature"]), len(parts["leaf"])
            parts["roots"].append(nodes if tree["feature"] else ~ends)
            for name in ("left", "right"):
                parts[name] += [child + nodes if child >= 0 else child - ends for child in tree[name]]
            for name in ("feature", "limit", "leaf"):
                parts[name] += tree[name]
        feature, limit = (np.array(parts[name], np.int16) for name in ("feature", "limit"))
        left, right, roots, leaf = (np.array(parts[name], np.int32) for name in ("left", "right", "roots", "leaf"))
        return cls(tuple(table["columns"]), feature, limit, left, right, roots, leaf)

    def margins(self, rows: NDArray[np.int16]) -> NDArray[np.int32]:
        """The sum of all trees for each row (int32); `rows` is int16, shape (lines, len(names))."""
        compiled = loops(rows.size)
        sums = np.zeros(len(rows), np.int32)
        if compiled is not None:
            rows = np.ascontiguousarray(rows)
            compiled.add_trees(rows, self.feature, self.limit, self.left, self.right, self.roots, self.leaves, sums)
            return sums
        for first in range(0, len(rows), _BLOCK):
            sums[first : first + _BLOCK] = self._plainly(rows[first : first + _BLOCK])
        return sums

    def _plainly(self, rows: NDArray[np.int16]) -> NDArray[np.int32]:
        """All trees at once, a level at a time."""
        at = np.broadcast_to(self.roots, (len(rows), self.roots.size)).copy()
        row = np.broadcast_to(np.arange(len(rows))[:, None], at.shape)
        open_ = at >= 0
        while open_.any():
            node = at[open_]
            goes_left = rows[row[open_], self.feature[node]] <= self.limit[node]
            at[open_] = np.where(goes_left, self.left[node], self.right[node])
            open_ = at >= 0
        return np.asarray(self.leaves[~at].sum(axis=1, dtype=np.int32))


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """All that was learned. lexicon: int8 per slot. doubt: int16 per margin step, thousandths (see `steps`).

    limits, scores: int32, the margins from which a second look's answer is so sure (thousandths of being boilerplate,
    measured on sites left out).
    """

    lexicon: NDArray[np.int8]
    first: Forest
    second: Forest
    doubt: NDArray[np.int64]
    limits: NDArray[np.int32]
    scores: NDArray[np.int64]

    def doubts(self, margins: NDArray[np.int32]) -> NDArray[np.int64]:
        """What the first look says, in thousandths."""
        return np.asarray(self.doubt[np.clip((margins >> STEP_BITS) + self.doubt.size // 2, 0, self.doubt.size - 1)])

    def certainty(self, margins: NDArray[np.int32]) -> NDArray[np.int64]:
        """How surely a line is boilerplate, in thousandths."""
        return np.asarray(self.scores[np.searchsorted(self.limits, margins, side="right")])


STEP_BITS = 4
"""The first look's margins count in steps of 1 << STEP_BITS."""


def model_of(table: Mapping[str, Any]) -> Model:
    """The model of a data file's content."""
    lexicon = np.full(SLOTS, UNKNOWN, np.int8)
    words: Mapping[str, int] = table["lexicon"]
    lexicon[slots_of(list(words))] = np.array(list(words.values()), np.int8)
    doubt = np.array(table["doubt"], np.int64)
    limits, scores = (np.array(column, kind) for column, kind in zip(_steps(table["scores"]), _KINDS, strict=True))
    return Model(lexicon, Forest.of(table["first"]), Forest.of(table["second"]), doubt, limits, scores)


_KINDS = (np.int32, np.int64)


def _steps(scores: Sequence[Sequence[int]]) -> tuple[list[int], list[int]]:
    """Limits between the steps, and the score of each step; the first step has no limit below it."""
    return [limit for limit, _ in scores[1:]], [score for _, score in scores]


@lru_cache(maxsize=1)
def packaged_model() -> Model:
    """The model that ships with the package."""
    return model_of(json.loads(resources.files("dedup.judge.trained").joinpath("model.json").read_bytes()))


def read_model(path: Path) -> Model:
    """The model of a data file."""
    return model_of(json.loads(path.read_bytes()))
