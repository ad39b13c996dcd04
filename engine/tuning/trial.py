"""What is remembered of one trial, and how it is judged: plain values that another process or machine can make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..diagnostics.diagnostic import DocumentError
from ..research.inputs import AnyInputs, Inputs
from .draft import Drafted
from .goal import Goal
from .portfolio_trials import run_portfolios
from .prune import Bars, Pruning, Steps
from .samplers import WORST
from .space import Point
from .trials import Told, run_trials


@dataclass(frozen=True)
class Trial:
    """One point that was tried. `values` are the goal's figures; `failed` says why it does not count, if it does not;
    `returns` are daily, empty where it did not run to its end; `steps` are its scores on the way, if it was watched."""

    number: int
    point: Point
    values: tuple[float | None, ...]
    trades: int
    failed: str
    returns: NDArray[np.float64]
    steps: Steps = ()
    pruned: bool = False

    @property
    def counts(self) -> bool:
        return not self.failed

    def score(self, goal: Goal, which: int = 0) -> float | None:
        """The goal's figure so that more is better; None where the trial does not count."""
        value = self.values[which]
        return None if value is None or self.failed else value * goal.targets[which].sign

    def losses(self, goal: Goal) -> tuple[float, ...]:
        """What a sampler is told: less is better, and a trial that does not count is worse than any that does."""
        if self.failed or None in self.values:
            lacking = max(0.0, 1.0 - self.trades / goal.min_trades) if goal.min_trades else 1.0
            return (WORST * (1.0 + lacking),) * len(self.values)
        return tuple(-t.sign * float(v or 0.0) for t, v in zip(goal.targets, self.values, strict=True))


def run_points(
    draft: Drafted[Any], inputs: AnyInputs, goal: Goal, points: Sequence[Point], first: int, bars: Bars | None = None,
    *, threads: int | None = None, told: Told | None = None,
) -> list[Trial]:  # fmt: skip
    """Run points, which fulfil what the file requires, as trials numbered from `first` on.

    `bars` prune trials that are behind them. A pure function of the file, the data, the points and the bars: whatever
    computes it, the trials are the same.
    """
    built: list[tuple[int, Any]] = []
    found: dict[int, Trial] = {}
    for place, point in enumerate(points):
        try:
            built.append((place, draft.at(point)))
        except DocumentError as error:
            words = error.diagnostics[0].message
            found[place] = Trial(first + place, point, (None,) * len(goal.targets), 0, words, np.zeros(0))
    pruning = None if bars is None else Pruning(goal.score, bars)
    subjects = [subject for _, subject in built]
    if isinstance(inputs, Inputs):
        runs = run_trials(inputs, subjects, goal.keep(), threads=threads, told=told, pruning=pruning)
    else:
        runs = run_portfolios(inputs, subjects, goal.keep(), told)
    for (place, _), ran in zip(built, runs, strict=True):
        values = goal.values(ran)
        whole = not (ran.stopped or ran.refused)
        returns = ran.curve.daily_returns if whole else np.zeros(0)
        found[place] = Trial(first + place, points[place], values, ran.closed, goal.fails(ran, values), returns,
                             ran.steps, ran.pruned)  # fmt: skip
    return [found[place] for place in range(len(points))]
