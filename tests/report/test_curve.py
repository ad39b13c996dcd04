"""Daily and monthly returns of an equity curve, and what they leave undefined."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.report import returns as r
from stratrun.engine.report.curve import DAY, Curve
from stratrun.engine.report.metrics import curve_figures, tail_figures

HOUR = 3_600_000


def at(*when: int) -> int:
    return int(datetime(*when, tzinfo=UTC).timestamp() * 1000)  # type: ignore[arg-type]


def test_days_end_at_midnight_utc() -> None:
    """A day's equity is that of the last close at or before 00:00; part days at both ends count as days."""
    start = at(2024, 1, 1, 12)
    time = np.array([at(2024, 1, 1, 18), at(2024, 1, 2), at(2024, 1, 2, 12), at(2024, 1, 3, 6)])
    curve = Curve(time, np.array([101.0, 110, 99, 132]), 100.0, start)
    assert curve.daily_equity.tolist() == [110, 99, 132]
    assert curve.daily_returns.tolist() == pytest.approx([0.1, -0.1, 1 / 3])


def test_days_without_candles_return_nothing() -> None:
    """Midnights inside a gap repeat the last equity: their return is zero, they stay in the sample."""
    time = np.array([at(2024, 1, 1, 12), at(2024, 1, 5)])
    curve = Curve(time, np.array([110.0, 121.0]), 100.0, at(2024, 1, 1))
    assert curve.daily_returns.tolist() == pytest.approx([0.1, 0, 0, 0.1])


@given(
    seed=st.integers(0, 2**32 - 1), rows=st.integers(1, 400), step=st.integers(1, 40), start=st.integers(0, 10**6)
)  # fmt: skip
def test_returns_compound_to_the_result(seed: int, rows: int, step: int, start: int) -> None:
    """Daily returns, and monthly ones, multiply to the run's whole return."""
    equity = 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.01, rows)))
    curve = Curve(start * HOUR + step * HOUR * np.arange(1, rows + 1), equity, 100.0, start * HOUR)
    assert np.prod(1 + curve.daily_returns) == pytest.approx(1 + curve.total_return, rel=1e-12)
    months = np.array(list(curve.monthly_returns.values()))
    assert np.prod(1 + months) == pytest.approx(1 + curve.total_return, rel=1e-12)


def test_months_by_name() -> None:
    """Months are calendar months in UTC; a close at the month's end belongs to that month."""
    time = np.array([at(2024, 1, 15), at(2024, 2, 1), at(2024, 2, 20), at(2024, 3, 1)])
    curve = Curve(time, np.array([105.0, 110.0, 120.0, 99.0]), 100.0, at(2024, 1, 1))
    assert curve.monthly_returns == {"2024-01": pytest.approx(0.1), "2024-02": pytest.approx(-0.1)}


def daily(equity: list[float]) -> Curve:
    return Curve(DAY * np.arange(1, len(equity) + 1), np.array(equity), 100.0, 0)


def test_under_thirty_days_a_year_is_undefined() -> None:
    """29 days give no yearly figure and no tail, 30 do."""
    rows = [100.0 + (i % 3) for i in range(30)]
    names = {"cagr", "volatility", "sharpe", "sortino", "calmar"}
    few, enough = curve_figures(daily(rows[:29])), curve_figures(daily(rows))
    assert {name for name, value in few.items() if value is None} >= names
    assert all(enough[name] is not None for name in names)
    tails = tail_figures(daily(rows[:29]))
    assert [name for name, value in tails.items() if value is not None] == ["omega"]


def test_a_flat_curve_has_no_ratios() -> None:
    """Without deviation, loss or drawdown a ratio is None, never zero or infinity."""
    figures = {**curve_figures(daily([100.0] * 60)), **tail_figures(daily([100.0] * 60))}
    assert all(figures[name] is None for name in ("sharpe", "sharpe_low", "sortino", "calmar", "omega"))
    assert figures["return"] == 0
    assert figures["max_drawdown"] == 0
    assert figures["recovery_days"] is None


def test_steady_growth_has_no_sharpe() -> None:
    """Rounding noise of equal returns is not a deviation."""
    curve = daily([100 * 1.001**i for i in range(1, 61)])
    assert curve.sharpe is None
    assert curve.sortino is None
    assert curve.cagr == pytest.approx(1.001**365 - 1)


def test_ruin_leaves_ratios_undefined() -> None:
    """From equity of zero there is no return: ratios and CAGR are None, the loss itself is told."""
    curve = daily([100.0] * 20 + [0.0] * 20)
    assert curve.total_return == -1
    assert curve.max_drawdown == 1
    assert (curve.cagr, curve.sharpe, curve.volatility) == (None, None, None)


def test_no_points() -> None:
    """A run without a single candle has its capital and nothing else."""
    curve = Curve(np.empty(0, np.int64), np.empty(0), 100.0, 0)
    assert (curve.final, curve.total_return, curve.monthly_returns) == (100.0, 0.0, {})
    assert (curve.sharpe, curve.cagr, curve.drawdown_days) == (None, None, None)


def test_drawdown_is_measured_in_days() -> None:
    """A fall lasts from its peak to its recovery, or to the end while there is none."""
    curve = daily([110.0, 99.0, 105.0, 110.0, 110.0])
    assert (curve.drawdown_days, curve.recovery_days) == (3, 2)
    assert (daily([110.0, 99.0, 105.0]).drawdown_days, daily([110.0, 99.0]).recovery_days) == (2, None)


def test_sharpe_interval_holds_the_ratio() -> None:
    """The interval is centred on the Sharpe ratio and narrows with the root of the sample."""
    sample = np.random.default_rng(3).normal(0.001, 0.01, 4000)
    low, high = r.sharpe_interval(sample) or (0, 0)
    assert (low + high) / 2 == pytest.approx(r.sharpe(sample))
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(365 / 4000), rel=0.02)


def test_autocorrelation_lowers_a_trending_sharpe() -> None:
    """A first-order moving average scales to a year by its autocorrelation's closed form (Lo 2002)."""
    noise = np.random.default_rng(5).normal(0, 0.01, 200_000)
    trending = 0.0005 + noise + 0.2 * np.concatenate(([0], noise[:-1]))
    plain, corrected = r.sharpe(trending), r.sharpe_autocorrelated(trending)
    rho = 0.2 / (1 + 0.2**2)
    assert plain is not None
    assert corrected == pytest.approx(plain / np.sqrt(1 + 2 * rho * 364 / 365), rel=0.03)
