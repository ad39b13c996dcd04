"""The page of a study: parameter maps, trials, folds, fans and the verdict, in one file that needs no network."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from ..grids import Grid
from ..wording import percent, ratio
from .page import render
from .research_data import Study, TrialPoint
from .research_maps import columns_of, label, parameter_maps

LIBRARY = "echarts.js"
SCRIPTS = ("base.js", "research.js", "research_trials.js", "research_paths.js")
MOST_TRIALS = 5_000
"""Trials drawn as points and lines: the best; maps count them all."""
LISTED = 20


def research_page(study: Study) -> bytes:
    """The study as a file for a browser."""
    study = replace(study, trials=[_known(trial) for trial in study.trials])
    drawn = _best(study, MOST_TRIALS)
    front = set(study.front)
    data = {
        "goals": [asdict(goal) for goal in study.goals],
        "trials": {
            "numbers": [trial.number for trial in drawn],
            "params": columns_of(drawn),
            "goals": [[trial.goals[k] for trial in drawn] for k in range(len(study.goals))],
            "front": [trial.number in front for trial in drawn],
        },
        "chosen": study.chosen,
        "maps": parameter_maps(study),
        "importance": sorted(study.importance.items(), key=lambda item: item[1]),
        "folds": [asdict(fold) for fold in study.folds],
        "fans": [asdict(fan) for fan in study.fans],
        "histograms": [asdict(histogram) for histogram in study.histograms],
    }
    return render(
        "research.html", study.title, _plain(data), SCRIPTS, library=LIBRARY, study=study, maps=data["maps"],
        trials=_table(study), folds=_folds(study), left_out=len(study.trials) - len(drawn), drawn=len(drawn),
        figure=lambda value: "unknown" if value is None else f"{value:.2f}",
    )  # fmt: skip


def _known(trial: TrialPoint) -> TrialPoint:
    """With None for goals that are no finite numbers."""
    return replace(trial, goals=[_plain(value) for value in trial.goals])


def _plain(value: Any) -> Any:
    """The same with None for numbers that JSON does not know."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _best(study: Study, most: int) -> Sequence[TrialPoint]:
    """The best trials by the first goal, in their own order; those of the front and the chosen one before all."""
    if len(study.trials) <= most:
        return study.trials
    sign = -1.0 if not study.goals or study.goals[0].maximise else 1.0
    first = {*study.front, *([] if study.chosen is None else [study.chosen])}
    ranked = sorted(study.trials, key=lambda trial: (trial.number not in first, _rank(trial, sign)))
    return sorted(ranked[:most], key=lambda trial: trial.number)


def _rank(trial: TrialPoint, sign: float) -> float:
    value = trial.goals[0] if trial.goals else None
    return float("inf") if value is None else sign * value


def _table(study: Study) -> Grid | None:
    """The best trials, for readers without scripts."""
    if not study.trials or not study.goals:
        return None
    names = list(columns_of(study.trials))
    sign = -1.0 if study.goals[0].maximise else 1.0
    rows = [
        (f"{trial.number}{' (chosen)' if trial.number == study.chosen else ''}",
         *(ratio(value) for value in trial.goals),
         *(label(trial.params[name]) if name in trial.params else "-" for name in names))
        for trial in sorted(study.trials, key=lambda trial: _rank(trial, sign))[:LISTED]
    ]  # fmt: skip
    return Grid("Best trials", [*(goal.name for goal in study.goals), *names], rows)


def _folds(study: Study) -> Grid | None:
    if not study.folds:
        return None
    rows: list[Sequence[Any]] = [
        (fold.name, *(percent(value, signed=True, places=1) for value in (fold.in_sample, fold.out_of_sample)))
        for fold in study.folds
    ]
    return Grid("Folds, return a year", ["Where chosen", "Unseen"], rows)
