"""Sets in, figures out: the library face of the evaluation."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from dedup.settings import Settings
from evaluation import metrics
from evaluation.baselines import run_baseline
from evaluation.data import DATA, LabelledSet, load
from evaluation.trials import Analyse, Outcome, Trial, run, together

JUDGED = Settings(duplicates="keep-all")
"""The judge is scored without duplicate removal: a second copy of a main paragraph is main in the gold."""
OURS = "dedup"


@dataclass(frozen=True, slots=True)
class Result:
    """The figures of one judge on one trial; `name` is the set's."""

    name: str
    mode: str
    judge: str
    docs: int
    sites: int
    seconds: float
    figures: metrics.Figures
    intervals: Mapping[str, tuple[float, float]]
    outcome: Outcome

    def plain(self) -> dict[str, Any]:
        """What goes into JSON: everything but the outcome."""
        names = ("name", "mode", "judge", "docs", "sites", "seconds", "figures", "intervals")
        return {name: getattr(self, name) for name in names}


def evaluate(trial: Trial, judging: Callable[[Trial], Outcome], judge: str = OURS) -> Result:
    """Judge one trial and compute its figures; `judge` names who judged."""
    started = time.perf_counter()
    outcome = judging(trial)
    seconds = time.perf_counter() - started
    figures, pages = metrics.figures(outcome), trial.pages.pages
    if judge != OURS:
        figures["class_accuracy"] = None
    return Result(
        name=trial.pages.name,
        mode=trial.mode,
        judge=judge,
        docs=len(pages),
        sites=len({page.site for page in pages}),
        seconds=round(seconds, 2),
        figures=figures,
        intervals=metrics.intervals(outcome),
        outcome=outcome,
    )


def baseline(trial: Trial, name: str) -> Result:
    """The figures of a baseline."""
    return evaluate(trial, partial(run_baseline, name=name), name)


def evaluate_sets(
    names: Iterable[str],
    analyse: Analyse | None = None,
    data: Path = DATA,
    plan: Callable[[LabelledSet], Trial] = together,
    settings: Settings = JUDGED,
) -> dict[str, dict[str, Any]]:
    """Figures by set name, ready for JSON; `analyse` is the product's judge unless another is given."""
    judging = partial(run, analyse=analyse or product(), settings=settings)
    return {name: evaluate(plan(load(name, data)), judging).plain() for name in names}


def product(model: Path | None = None) -> Analyse:
    """The product's own judge, imported when it is needed; with the packaged model, or one of a file."""
    from dedup.judge.trained.forest import read_model
    from dedup.pipeline import analyse

    return partial(analyse, model=read_model(model)) if model else analyse
