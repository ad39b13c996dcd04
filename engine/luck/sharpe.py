"""A Sharpe ratio against chance: how likely it is real, what luck alone reaches, how long a record must be.

All ratios here are per period, not per year. Bailey and Lopez de Prado: The Sharpe Ratio Efficient Frontier (2012),
The Deflated Sharpe Ratio (2014).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from ..report.returns import NOISE, Floats, moments, probability_above, sharpe
from .trials import Trials

EULER = 0.5772156649015329
CONFIDENCE = 0.95

_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Observed:
    """What was seen of one column of returns: its ratio, how many returns, skew and raw kurtosis (3 when normal)."""

    ratio: float
    count: int
    skew: float = 0.0
    kurtosis: float = 3.0

    @classmethod
    def of(cls, returns: Floats) -> Observed | None:
        """None for fewer than 30 returns, or such that do not move."""
        ratio, shape = sharpe(returns, 1), moments(returns)
        return None if ratio is None or shape is None else cls(ratio, len(returns), *shape)

    def probability(self, benchmark: float = 0.0) -> float | None:
        """PSR: the probability that the true ratio is above `benchmark`."""
        return probability_above(benchmark, self.ratio, self.count, self.skew, self.kurtosis)

    def shortest_record(self, benchmark: float = 0.0, confidence: float = CONFIDENCE) -> float | None:
        """MinTRL: how many returns it takes to be so sure that the true ratio is above `benchmark`.

        None when the ratio seen is not above it: no length would do.
        """
        spread = 1 - self.skew * self.ratio + (self.kurtosis - 1) / 4 * self.ratio**2
        if self.ratio - benchmark < NOISE or spread <= 0:
            return None
        return 1 + spread * (_NORMAL.inv_cdf(confidence) / (self.ratio - benchmark)) ** 2


@dataclass(frozen=True, slots=True)
class Deflated:
    """A chosen trial's ratio beside what luck alone would show as the best of so many tries."""

    observed: Observed
    independent: float
    """Independent trials that all those counted are worth."""
    lucky: float
    """SR0: the best ratio expected of that many trials without any skill."""
    probability: float | None
    """DSR: the probability that the true ratio is above `lucky`."""


def deflated(trials: Trials) -> Deflated | None:
    """None for fewer than two trials, for trials with equal ratios, and where the chosen ratio is undefined."""
    observed = Observed.of(trials.picked)
    known = trials.ratios[np.isfinite(trials.ratios)]
    if observed is None or len(known) < 2:
        return None
    deviation = float(known.std(ddof=1))
    if deviation <= NOISE:
        return None
    lucky = best_of_luck(deviation, trials.independent)
    return Deflated(observed, trials.independent, lucky, observed.probability(lucky))


def best_of_luck(deviation: float, independent: float) -> float:
    """SR0: the expected largest of so many ratios with mean 0 and this standard deviation; 0 for a single one."""
    if independent <= 1:
        return 0.0
    first = _quantile(1 / independent)
    second = _quantile(1 / (independent * math.e))
    return deviation * max((1 - EULER) * first + EULER * second, 0.0)


def _quantile(above: float) -> float:
    """The normal value that this share lies above (exact also where 1 - share would round to 1)."""
    return -_NORMAL.inv_cdf(above)
