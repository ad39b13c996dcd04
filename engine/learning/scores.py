"""How good a model's predictions came out, and how far its features have moved: plain figures of plain rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .fitted import Numbers

BINS = 10
"""Of calibration: predictions from 0 to 10 %, 10 to 20 %, and so on."""
_SHARES = 10
"""Equal shares of a training window that drift is measured by."""
_LEAST = 1e-4
"""A share that is empty counts as this: no logarithm of zero."""


@dataclass(slots=True)
class Score:
    """Predictions whose outcome is known by now, made before it was: sums, so that they never grow.

    `error` and `plain` are sums of squares: of what was predicted, and of the training rows' mean in its place.
    """

    rows: int = 0
    error: float = 0.0
    plain: float = 0.0
    bins: list[list[float]] = field(default_factory=lambda: [[0.0, 0.0, 0.0] for _ in range(BINS)])
    """Of a yes or no: predictions, their sum, and how many came true."""

    def add(self, predicted: Numbers, outcome: Numbers, base: float, yes_or_no: bool) -> None:
        """`base`: the mean outcome of the rows that the model was trained on."""
        for p, y in zip(predicted.tolist(), outcome.tolist(), strict=True):
            self.rows += 1
            self.error += (p - y) * (p - y)
            self.plain += (base - y) * (base - y)
            if yes_or_no:
                found = self.bins[min(BINS - 1, max(0, int(p * BINS)))]
                found[0] += 1.0
                found[1] += p
                found[2] += y

    @property
    def mean_error(self) -> float | None:
        """The mean squared error; of a yes or no, the Brier score."""
        return self.error / self.rows if self.rows else None

    @property
    def skill(self) -> float | None:
        """How much of the plain guess's error is gone: 0 for none, below 0 where the guess was better."""
        return 1.0 - self.error / self.plain if self.plain > 0.0 else None


def drift(before: Numbers, after: Numbers) -> list[float]:
    """Each feature's population stability index between two windows (rows, features): above 0.25 it has moved far."""
    found = []
    for k in range(before.shape[1]):
        edges = np.unique(np.quantile(before[:, k], np.arange(1, _SHARES) / _SHARES))
        a, b = (_shares_within(edges, window[:, k]) for window in (before, after))
        found.append(float(((b - a) * np.log(b / a)).sum()))
    return found


def _shares_within(edges: Numbers, values: Numbers) -> Numbers:
    counts = np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)
    shares: Numbers = np.maximum(counts / len(values), _LEAST)
    return shares


def furthest(names: Sequence[str], moved: Sequence[float]) -> tuple[str, float]:
    """The feature that moved furthest, and how far."""
    at = max(range(len(moved)), key=moved.__getitem__)
    return names[at], moved[at]
