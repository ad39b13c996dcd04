"""Risk and reward of a column of periodic returns (fractions) -> one number each, None where it is undefined.

Every function is pure; `periods` is how many returns make a year (365 daily ones where markets never close).
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

YEAR = 365
ENOUGH = 30
"""Fewer returns than this say nothing about a year or a tail."""

NOISE = 1e-14
"""Deviations below the rounding error of `e1 / e0 - 1` are zero."""

_NORMAL = NormalDist()


def cumulative(returns: Floats) -> float | None:
    """The growth of all returns together, as a fraction."""
    return float(np.prod(1 + returns) - 1) if len(returns) else None


def annual_growth(total: float | None, years: float) -> float | None:
    """CAGR: the yearly growth that makes `total` (a fraction) in `years`; None after ruin or under 30 days."""
    if total is None or total <= -1 or years < ENOUGH / YEAR:
        return None
    try:
        return float((1 + total) ** (1 / years) - 1)
    except OverflowError:
        return None


def volatility(returns: Floats, periods: int = YEAR) -> float | None:
    """The yearly standard deviation (ddof 1)."""
    if len(returns) < ENOUGH:
        return None
    return float(returns.std(ddof=1) * math.sqrt(periods))


def sharpe(returns: Floats, periods: int = YEAR) -> float | None:
    """Mean over standard deviation (ddof 1), times the root of `periods`."""
    ratio = _ratio(returns)
    return None if ratio is None else ratio * math.sqrt(periods)


def sharpe_interval(returns: Floats, periods: int = YEAR, level: float = 0.95) -> tuple[float, float] | None:
    """The confidence interval of `sharpe`, allowing for skew and fat tails (Mertens 2002)."""
    ratio, shape = _ratio(returns), moments(returns)
    if ratio is None or shape is None:
        return None
    skew, kurtosis = shape
    spread = (1 - skew * ratio + (kurtosis - 1) / 4 * ratio * ratio) / (len(returns) - 1)
    half = _NORMAL.inv_cdf(0.5 + level / 2) * math.sqrt(max(spread, 0.0))
    return (ratio - half) * math.sqrt(periods), (ratio + half) * math.sqrt(periods)


def sharpe_probability(returns: Floats, benchmark: float = 0.0) -> float | None:
    """PSR: the probability that the true Sharpe ratio is above `benchmark` (both per return, not per year).

    Allows for skew and fat tails (Bailey and Lopez de Prado 2012).
    """
    ratio, shape = _ratio(returns), moments(returns)
    if ratio is None or shape is None:
        return None
    return probability_above(benchmark, ratio, len(returns), *shape)


def probability_above(benchmark: float, ratio: float, count: int, skew: float, kurtosis: float) -> float | None:
    """`sharpe_probability` from figures: a ratio per return seen over `count` returns of such a shape."""
    spread = 1 - skew * ratio + (kurtosis - 1) / 4 * ratio * ratio
    return _NORMAL.cdf((ratio - benchmark) * math.sqrt((count - 1) / spread)) if spread > 0 and count > 1 else None


def sharpe_autocorrelated(returns: Floats, periods: int = YEAR) -> float | None:
    """`sharpe` scaled to a year as Lo (2002) does when returns follow each other.

    Autocorrelations beyond Newey and West's bandwidth 4 (n / 100)^(2/9) count as zero: a year of daily lags
    cannot be estimated from a few years of days.
    """
    ratio = _ratio(returns)
    if ratio is None:
        return None
    centred = returns - returns.mean()
    power = float(centred @ centred)
    lags = min(int(4 * (len(returns) / 100) ** (2 / 9)), periods - 1)
    carried = sum((periods - lag) * float(centred[lag:] @ centred[:-lag]) for lag in range(1, lags + 1))
    variance = periods + 2 * carried / power
    return ratio * periods / math.sqrt(variance) if variance > 0 else None


def downside(returns: Floats, periods: int = YEAR) -> float | None:
    """The yearly downside deviation: the root of the mean of min(r, 0)^2 over all returns."""
    if len(returns) < ENOUGH:
        return None
    losses = np.minimum(returns, 0)
    return math.sqrt(float(losses @ losses) / len(returns) * periods)


def sortino(returns: Floats, periods: int = YEAR) -> float | None:
    """Yearly mean over yearly downside deviation; None without a loss."""
    risk = downside(returns, periods)
    return None if risk is None or risk < NOISE else float(returns.mean()) * periods / risk


def omega(returns: Floats) -> float | None:
    """Gains over losses, both summed over all returns; None without a loss."""
    losses = -float(np.minimum(returns, 0).sum())
    return float(np.maximum(returns, 0).sum()) / losses if losses > NOISE else None


def value_at_risk(returns: Floats, level: float) -> float | None:
    """The return that the worst `1 - level` of returns do not exceed (linear percentile; < 0 is a loss)."""
    return float(np.percentile(returns, (1 - level) * 100)) if len(returns) >= ENOUGH else None


def expected_shortfall(returns: Floats, level: float) -> float | None:
    """CVaR: the mean of the returns at or below `value_at_risk`."""
    edge = value_at_risk(returns, level)
    return None if edge is None else float(returns[returns <= edge].mean())


def normal_value_at_risk(returns: Floats, level: float) -> float | None:
    """Value at risk of the normal distribution with the mean and deviation of the returns."""
    if len(returns) < ENOUGH:
        return None
    return float(returns.mean() + _NORMAL.inv_cdf(1 - level) * returns.std(ddof=1))


def normal_expected_shortfall(returns: Floats, level: float) -> float | None:
    """CVaR of the normal distribution with the mean and deviation of the returns."""
    if len(returns) < ENOUGH:
        return None
    density = _NORMAL.pdf(_NORMAL.inv_cdf(1 - level))
    return float(returns.mean() - density / (1 - level) * returns.std(ddof=1))


def moments(returns: Floats) -> tuple[float, float] | None:
    """Skew and raw kurtosis (3 for a normal distribution) of the sample."""
    if len(returns) < ENOUGH:
        return None
    centred = returns - returns.mean()
    square = centred * centred
    variance = float(square.mean())
    if math.sqrt(variance) < NOISE:
        return None
    return float((square * centred).mean()) / variance**1.5, float((square * square).mean()) / variance**2


def _ratio(returns: Floats) -> float | None:
    if len(returns) < ENOUGH:
        return None
    deviation = float(returns.std(ddof=1))
    return float(returns.mean()) / deviation if deviation > NOISE else None
