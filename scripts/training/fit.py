"""Two looks, learned: trees over the columns of lines, then trees over what the first said of the neighbours.

What the second look learns from is always an answer of trees that had not seen the line's site.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.judge.trained.again import second_columns
from dedup.judge.trained.columns import lexicon_columns, matrix
from dedup.judge.trained.forest import ONE, STEP_BITS, Forest
from training import words
from training.pages import FOLDS, Pages

TREES = 90
SETTINGS: Mapping[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.15,
    "num_leaves": 31,
    "min_data_in_leaf": 80,
    "feature_fraction": 0.25,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "max_bin": 63,
    "seed": 1,
    "num_threads": 1,
    "force_col_wise": True,
    "verbose": -1,
}

DOUBT_STEPS = 256

Rows = NDArray[np.int16]
Chosen = list[NDArray[np.bool_]]


def doubt_table() -> list[int]:
    """Thousandths by step of the margin: the logistic curve."""
    step = (1 << STEP_BITS) / ONE
    return [round(1000 / (1 + float(np.exp(-step * (n + 0.5 - DOUBT_STEPS // 2))))) for n in range(DOUBT_STEPS)]


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What was learned, as tables of the data file, and the margins of lines whose sites were held out."""

    weights: words.Weights
    first: dict[str, Any]
    second: dict[str, Any]
    held_out: list[NDArray[np.int32]]


class Trainer:
    """Learns from some sets; `leave` are beginnings of names of columns to do without."""

    def __init__(self, sets: Sequence[Pages], leave: tuple[str, ...] = ()) -> None:
        self.sets = sets
        self.leave = leave
        self.doubt = np.array(doubt_table(), np.int64)

    def run(self) -> Learned:
        """Both looks, each trained in folds by site, then on everything."""
        every = self._all()
        rows: list[Rows] = [np.zeros((0, 0), np.int16)] * len(self.sets)
        for fold in range(FOLDS):
            rows = self._fill(rows, fold, self._lines(self._weights(self._but(fold))))
        names = self._names
        answers = self._held_out(rows, names)
        first = self._fit(rows, names, every)
        second_names, second_rows = self._second(rows, names, answers)
        held_out = self._held_out(second_rows, second_names)
        second = self._fit(second_rows, second_names, every)
        return Learned(self._weights(every), first, second, held_out)

    def _all(self) -> Chosen:
        return [np.ones(len(pages), np.bool_) for pages in self.sets]

    def _but(self, fold: int) -> Chosen:
        return [pages.fold != fold for pages in self.sets]

    def _weights(self, chosen: Chosen) -> words.Weights:
        return words.learn(list(zip(self.sets, chosen, strict=True)))

    def _wanted(self, columns: Mapping[str, NDArray[np.integer]]) -> list[str]:
        return [name for name in columns if not name.startswith(self.leave or ("\0",))]

    def _lines(self, weights: words.Weights) -> list[Rows]:
        out = []
        for pages in self.sets:
            columns = pages.columns | dict(lexicon_columns(pages.found, weights))
            self._names = self._wanted(columns)
            out.append(matrix(columns, self._names))
        return out

    def _fill(self, rows: list[Rows], fold: int, fresh: list[Rows]) -> list[Rows]:
        """Rows of one fold replaced."""
        if fold == 0:
            return fresh
        chosen = [pages.fold == fold for pages in self.sets]
        return [np.where(mine[:, None], new, old) for mine, new, old in zip(chosen, fresh, rows, strict=True)]

    def _held_out(self, rows: list[Rows], names: list[str]) -> list[NDArray[np.int32]]:
        """Margins of all lines, from trees that had not seen their sites."""
        out = [np.zeros(len(pages), np.int32) for pages in self.sets]
        for fold in range(FOLDS):
            forest = Forest.of(self._fit(rows, names, self._but(fold)))
            for mine, pages, own in zip(out, self.sets, rows, strict=True):
                chosen = pages.fold == fold
                mine[chosen] = forest.margins(own[chosen][:, [names.index(name) for name in forest.names]])
        return out

    def _second(
        self, rows: list[Rows], names: list[str], answers: list[NDArray[np.int32]]
    ) -> tuple[list[str], list[Rows]]:
        """The rows of the second look: those of the first and what it said."""
        out: list[Rows] = []
        more: list[str] = []
        for pages, own, answer in zip(self.sets, rows, answers, strict=True):
            place = np.clip((answer >> STEP_BITS) + DOUBT_STEPS // 2, 0, DOUBT_STEPS - 1)
            count = pages.columns["words"].astype(np.int64)
            columns = dict(second_columns(pages.found, self.doubt[place], count))
            more = self._wanted(columns)
            out.append(np.concatenate([own, matrix(columns, more)], axis=1))
        return [*names, *more], out

    def _fit(self, rows: list[Rows], names: list[str], chosen: Chosen) -> dict[str, Any]:
        import lightgbm

        def joined(columns: Sequence[NDArray[Any]]) -> NDArray[Any]:
            kept = [mine & pages.taught for mine, pages in zip(chosen, self.sets, strict=True)]
            return np.concatenate([column[mine] for column, mine in zip(columns, kept, strict=True)])

        data = lightgbm.Dataset(
            joined(rows).astype(np.float32),
            label=joined([pages.boilerplate for pages in self.sets]),
            weight=joined([pages.weight for pages in self.sets]),
            free_raw_data=True,
        )
        return table(lightgbm.train(dict(SETTINGS), data, TREES).dump_model(), names)


def table(dumped: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """A forest as the data file holds it: whole numbers, and only the columns that it reads."""
    trees = [_tree(tree["tree_structure"]) for tree in dumped["tree_info"]]
    used = sorted({feature for tree in trees for feature in tree["feature"]})
    place = {feature: n for n, feature in enumerate(used)}
    for tree in trees:
        tree["feature"] = [place[feature] for feature in tree["feature"]]
    return {"columns": [names[feature] for feature in used], "trees": trees}


def _tree(root: Mapping[str, Any]) -> dict[str, list[int]]:
    tree: dict[str, list[int]] = {"feature": [], "limit": [], "left": [], "right": [], "leaf": []}

    def add(node: Mapping[str, Any]) -> int:
        if "leaf_value" in node:
            tree["leaf"].append(round(ONE * node["leaf_value"]))
            return ~(len(tree["leaf"]) - 1)
        at = len(tree["feature"])
        tree["feature"].append(int(node["split_feature"]))
        tree["limit"].append(int(np.floor(min(node["threshold"], 32767))))
        tree["left"].append(0)
        tree["right"].append(0)
        tree["left"][at] = add(node["left_child"])
        tree["right"][at] = add(node["right_child"])
        return at

    add(root)
    return tree
