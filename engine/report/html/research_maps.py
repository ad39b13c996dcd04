"""Trials -> heat maps: the goal over two parameters, so that a plateau and a spike can be told apart."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from statistics import median
from typing import Any

import numpy as np

from .research_data import Study, TrialPoint, Value

MOST_VALUES = 24
"""Values of a parameter that have a row or column of their own; more are put together in ranges."""
RANGES = 16
MOST_PARAMS = 5
"""Parameters whose pairs have a map: the most important ones."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One parameter: a label per cell, and each trial's cell."""

    name: str
    labels: Sequence[str]
    cells: Sequence[int]


def parameter_maps(study: Study) -> list[dict[str, Any]]:
    """A map per goal and pair of parameters: their names and labels, and cells [column, row, median, trials, best]."""
    axes = [axis for axis in (_axis(study.trials, name) for name in _names(study)) if axis is not None]
    return [
        {"goal": goal.name, "x": x.name, "y": y.name, "columns": x.labels, "rows": y.labels,
         "cells": _cells(study.trials, x, y, number, goal.maximise)}
        for number, goal in enumerate(study.goals)
        for x, y in combinations(axes, 2)
    ]  # fmt: skip


def _names(study: Study) -> list[str]:
    names = list(dict.fromkeys(name for trial in study.trials for name in trial.params))
    return sorted(names, key=lambda name: -study.importance.get(name, 0.0))[:MOST_PARAMS]


def _axis(trials: Sequence[TrialPoint], name: str) -> Axis | None:
    """None for a parameter with one value, or that some trials lack."""
    if any(name not in trial.params for trial in trials):
        return None
    values = [trial.params[name] for trial in trials]
    known = set(values)
    if len(known) < 2:
        return None
    if len(known) <= MOST_VALUES or any(isinstance(v, str | bool) for v in known):
        order = sorted(known, key=lambda v: (isinstance(v, str), v if isinstance(v, str) else float(v), str(v)))
        place = {value: k for k, value in enumerate(order)}
        return Axis(name, [label(value) for value in order], [place[value] for value in values])
    return _ranges(name, values)


def _ranges(name: str, values: Sequence[Value]) -> Axis:
    """Many numbers put together: whole numbers in ranges of equally many, others in ranges of equal width."""
    numbers = np.array(values, np.float64)
    low, high = float(numbers.min()), float(numbers.max())
    if all(isinstance(value, int) for value in values):
        width = math.ceil((high - low + 1) / RANGES)
        cells = ((numbers - low) // width).astype(np.int64)
        firsts = [int(low) + width * k for k in range(int(cells.max()) + 1)]
        return Axis(name, [f"{first} to {min(first + width - 1, int(high))}" for first in firsts], cells.tolist())
    edges = np.linspace(low, high, RANGES + 1)
    cells = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, RANGES - 1)
    return Axis(name, [f"{label(float(a))} to {label(float(b))}" for a, b in pairwise(edges)], cells.tolist())


def _cells(trials: Sequence[TrialPoint], x: Axis, y: Axis, goal: int, maximise: bool) -> list[list[float | int]]:
    found: dict[tuple[int, int], list[float]] = {}
    for trial, column, row in zip(trials, x.cells, y.cells, strict=True):
        value = trial.goals[goal]
        if value is not None:
            found.setdefault((column, row), []).append(value)
    best = max if maximise else min
    return [[*place, median(values), len(values), best(values)] for place, values in sorted(found.items())]


def label(value: Value) -> str:
    """A parameter's value in few characters."""
    return f"{value:.5g}" if isinstance(value, float) else str(value)


def columns_of(trials: Sequence[TrialPoint]) -> Mapping[str, list[Value | None]]:
    """Each parameter as a column, in the order of the trials."""
    names = dict.fromkeys(name for trial in trials for name in trial.params)
    return {name: [trial.params.get(name) for trial in trials] for name in names}
