"""The probability that a Sharpe ratio is no luck."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.report import returns


@given(st.integers(30, 400), st.integers(0, 2**32), st.floats(-0.01, 0.01))
def test_the_probability_agrees_with_the_interval(count: int, seed: int, drift: float) -> None:
    """The probability above the lower end of the 95 % interval is 97.5 %, above the ratio itself one half."""
    daily = np.random.default_rng(seed).standard_t(4, count) * 0.01 + drift
    low, high = returns.sharpe_interval(daily, 1) or (0.0, 0.0)
    assert returns.sharpe_probability(daily, low) == pytest.approx(0.975)
    assert returns.sharpe_probability(daily, high) == pytest.approx(0.025)
    assert returns.sharpe_probability(daily, returns.sharpe(daily, 1) or 0.0) == pytest.approx(0.5)


def test_the_probability_of_normal_returns() -> None:
    """With the moments of a normal distribution it is the textbook's: Phi(SR sqrt(T - 1) / sqrt(1 + SR^2 / 2))."""
    points = np.array([NormalDist(0.001, 0.02).inv_cdf((k + 0.5) / 4_000) for k in range(4_000)])
    ratio = 0.05
    expected = NormalDist().cdf(ratio * np.sqrt(3_999) / np.sqrt(1 + ratio**2 / 2))
    assert returns.sharpe_probability(points) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("daily", [np.zeros(29), np.ones(29) * 0.01, np.ones(50) * 0.01])
def test_the_probability_is_undefined(daily: np.ndarray) -> None:
    """Too few days, or days that are all alike, have none."""
    assert returns.sharpe_probability(daily) is None
