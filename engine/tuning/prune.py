"""Median pruning: a trial that is behind the middle of earlier trials at the end of a window is not run on.

What is compared is made of the trial's own daily equity up to fixed rows, so neither chunks nor threads decide, and
what a trial that is kept comes to is what it would have come to anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from ..report.curve import Curve

WINDOWS = 4
"""Parts of the range; trials are compared at the end of each but the last."""
FEWEST = 10
"""Earlier trials without which nothing is pruned."""

Bars = tuple[float | None, ...]
"""The score to reach at the end of each window but the last; None where every trial goes on."""
Steps = tuple[float | None, ...]
"""A trial's scores there, as far as it came; None where a score is undefined."""


def bars_of(steps: Sequence[Steps]) -> Bars:
    """The middle score of earlier trials at each window's end."""
    seen = ([s[k] for s in steps if len(s) > k] for k in range(WINDOWS - 1))
    known = ([score for score in scores if score is not None] for scores in seen)
    return tuple(median(scores) if len(scores) >= FEWEST else None for scores in known)


@dataclass(frozen=True)
class Pruning:
    """`score` of a curve, more is better, and the bars it is held to."""

    score: Callable[[Curve], float | None]
    bars: Bars


class Judge:
    """Follows one trial; `closes` are the close times of all rows of the run, `daily` the rows kept each day."""

    def __init__(
        self, pruning: Pruning, closes: NDArray[np.int64], daily: NDArray[np.int64], start: int, capital: float
    ) -> None:
        self._pruning, self._closes, self._daily = pruning, closes, daily
        self._start, self._capital = start, capital
        self.steps: list[float | None] = []

    def behind(self, done: int, rows: NDArray[np.int64], equity: NDArray[np.float64]) -> bool:
        """Whether the trial, `done` rows into the run, is behind at a window's end; `rows` and `equity` were kept."""
        for k in range(len(self.steps), WINDOWS - 1):
            end = len(self._closes) * (k + 1) // WINDOWS
            if end > done:
                return False
            own = np.isin(rows, self._daily[: np.searchsorted(self._daily, end)])
            curve = Curve(self._closes[rows[own]], equity[own], self._capital, self._start)
            score, bar = self._pruning.score(curve), self._pruning.bars[k]
            self.steps.append(score)
            if score is not None and bar is not None and score < bar:
                return True
        return False
