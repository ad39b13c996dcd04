"""Metrics of five years of daily returns against empyrical, quantstats and plain NumPy."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stratrun.engine.report import returns as r
from stratrun.engine.report.curve import DAY, Curve

Figures = dict[str, float | None]
SERIES = ["btc", "eth", "btc_2022"]


@pytest.fixture(scope="module")
def expected(golden_dir: Path) -> dict[str, dict[str, dict[str, float]]]:
    text = (golden_dir / "metrics" / "metrics.json").read_text()
    return json.loads(text)


@pytest.fixture(scope="module")
def series(golden_dir: Path) -> Callable[[str], np.ndarray]:
    with (golden_dir / "metrics" / "returns_daily_2020_2025.csv").open() as file:
        rows = list(csv.DictReader(file))

    def column(name: str) -> np.ndarray:
        coin, _, year = name.partition("_")
        return np.array([float(row[coin]) for row in rows if row["date"].startswith(year)])

    return column


def curve_of(daily: np.ndarray, periods: int) -> Curve:
    days = DAY * np.arange(1, len(daily) + 1, dtype=np.int64)
    return Curve(days, 1000.0 * np.cumprod(1 + daily), 1000.0, 0, periods)


def ours(daily: np.ndarray, periods: int) -> Figures:
    """Our figures under the oracles' names and signs."""
    curve = curve_of(daily, periods)
    growth = r.annual_growth(r.cumulative(daily), len(daily) / periods)
    return {
        "sharpe": r.sharpe(daily, periods),
        "sortino": r.sortino(daily, periods),
        "annual_return": growth,
        "cagr": growth,
        "calmar": growth / curve.max_drawdown if growth is not None else None,
        "annual_volatility": r.volatility(daily, periods),
        "volatility": r.volatility(daily, periods),
        "downside_risk": r.downside(daily, periods),
        "omega": r.omega(daily),
    }


def ours_whatever_the_year(daily: np.ndarray) -> Figures:
    curve, count = curve_of(daily, 365), len(daily)
    skew, kurtosis = r.moments(daily) or (math.nan, math.nan)
    excess = (count - 1) / ((count - 2) * (count - 3)) * ((count + 1) * (kurtosis - 3) + 6)
    return {
        "max_drawdown": -curve.max_drawdown,
        "maxdd_from_initial_1": -curve.max_drawdown,
        "cum_return": r.cumulative(daily),
        "comp": curve.total_return,
        "value_at_risk_5": r.value_at_risk(daily, 0.95),
        "hist_var_5_linear": r.value_at_risk(daily, 0.95),
        "cvar_5": r.expected_shortfall(daily, 0.95),
        "hist_cvar_5": r.expected_shortfall(daily, 0.95),
        "var_95": r.normal_value_at_risk(daily, 0.95),
        "param_var_5": r.normal_value_at_risk(daily, 0.95),
        "ulcer_index": curve.ulcer,
        "profit_factor": r.omega(daily),
        "skew": skew * math.sqrt(count * (count - 1)) / (count - 2),
        "kurtosis": excess,
        "sharpe_365_ddof1": r.sharpe(daily),
        "sortino_365": r.sortino(daily),
        "cagr_365": curve.cagr,
    }


def agrees(found: Figures, wanted: dict[str, float]) -> list[str]:
    """The names both know whose values differ by more than 1e-9, relative."""
    both = found.keys() & wanted.keys()
    assert both
    return sorted(name for name in both if found[name] != pytest.approx(wanted[name], rel=1e-9, abs=0))


@pytest.mark.parametrize("periods", [252, 365])
@pytest.mark.parametrize("oracle", ["empyrical", "quantstats"])
@pytest.mark.parametrize("name", SERIES)
def test_yearly_figures(expected: Any, series: Any, name: str, oracle: str, periods: int) -> None:
    """Ratios scaled to a year of 252 and of 365 days are those of the common packages."""
    assert agrees(ours(series(name), periods), expected[name][f"{oracle}_{periods}"]) == []


@pytest.mark.parametrize("oracle", ["empyrical", "quantstats", "numpy_definition"])
@pytest.mark.parametrize("name", SERIES)
def test_other_figures(expected: Any, series: Any, name: str, oracle: str) -> None:
    """Drawdown, tails, Ulcer and moments are those of the common packages and of the definitions."""
    assert agrees(ours_whatever_the_year(series(name)), expected[name][oracle]) == []


def test_one_changed_return_is_noticed(expected: Any, series: Any) -> None:
    """The comparison is not vacuous: a worst day made worse by 1e-4 breaks every figure that depends on it."""
    daily = series("btc").copy()
    daily[daily.argmin()] -= 1e-4
    broken = agrees(ours(daily, 365), expected["btc"]["empyrical_365"])
    assert broken == sorted(expected["btc"]["empyrical_365"])
    assert agrees(ours_whatever_the_year(daily), expected["btc"]["numpy_definition"]) != []


def test_curve_gives_the_returns_back(series: Any) -> None:
    """Daily returns taken from an equity curve are the returns the curve was made of."""
    daily = series("eth")
    curve = curve_of(daily, 365)
    np.testing.assert_allclose(curve.daily_returns, daily, rtol=0, atol=1e-14)
    assert curve.sharpe == pytest.approx(r.sharpe(daily), rel=1e-9)
