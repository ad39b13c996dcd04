"""Regimes: planted ones are found, at their time, without flicker, and nothing poisons them for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

Columns = dict[str, Any]
Run = Callable[..., Columns]
WARM = 300


def market(returns: Any, fill_columns: Run, spread: float = 0.001) -> Columns:
    """Candles whose closes make these log returns."""
    close = 100.0 * np.exp(np.cumsum(returns))
    opened = np.concatenate([[100.0], close[:-1]])
    high, low = np.maximum(opened, close) * (1 + spread), np.minimum(opened, close) * (1 - spread)
    return fill_columns(opened, high, low, close, np.ones(len(close)))


def planted(fill_columns: Run, means: list[float], deviations: list[float], lasts: int, seed: int) -> tuple[Any, ...]:
    """(Columns, hidden state of each candle): states take turns, each `lasts` candles."""
    rng = np.random.default_rng(seed)
    hidden = np.tile(np.repeat(np.arange(len(means)), lasts), 6)
    returns = rng.normal(np.array(means)[hidden], np.array(deviations)[hidden])
    return market(returns, fill_columns), hidden


def settled(hidden: Any, lasts: int, delay: int) -> Any:
    """Rows at which the hidden state has held for `delay` candles."""
    return np.arange(len(hidden)) % lasts >= delay


def test_a_planted_trend_is_found_and_ends(run: Run, fill_columns: Run) -> None:
    """Up, sideways, down, sideways: each is the state from soon after it begins."""
    rng = np.random.default_rng(3)
    drift = np.repeat([0.0, 0.004, 0.0, -0.004, 0.0], 200)
    columns = market(drift + np.diff(rng.normal(0.0, 0.004, 1001)), fill_columns)
    for name, values in (
        ("regime", {"length": 50, "enter": 0.4, "leave": 0.25}),
        ("regime_adx", {}),
        ("regime_slope", {}),
    ):
        found = run(name, columns, values)
        assert (found["state"][280:400] == 1.0).mean() > 0.9
        assert (found["state"][680:800] == -1.0).mean() > 0.9
        assert (found["state"][480:600] == 0.0).mean() > 0.7
        for condition, state in (("bull", 1.0), ("bear", -1.0), ("range", 0.0)):
            known = ~np.isnan(found["state"])
            assert np.array_equal(found[condition][known] == 1, found["state"][known] == state)


def test_hysteresis_ends_flicker(run: Run, fill_columns: Run) -> None:
    """With room between entering and leaving, a state changes far more seldom than at a bare limit."""
    rng = np.random.default_rng(5)
    columns = market(rng.normal(0.0, 0.01, 3000), fill_columns)

    def changes(name: str, output: str, values: dict[str, float]) -> int:
        column = run(name, columns, values)[output]
        return int((np.diff(column[WARM:]) != 0).sum())

    assert changes("regime", "state", {"leave": 0.15}) < 0.6 * changes("regime", "state", {"leave": 0.3})
    assert changes("regime", "wild", {"gap": 15.0}) < 0.8 * changes("regime", "wild", {"gap": 0.0})
    assert changes("volatility_regime", "state", {}) < 0.8 * changes("volatility_regime", "state", {"gap": 0.0})
    assert changes("regime_adx", "state", {"leave": 15.0}) < 0.9 * changes("regime_adx", "state", {"leave": 25.0})


def test_volatility_is_ranked_among_its_own_past(run: Run, fill_columns: Run) -> None:
    """A quiet stretch after a usual one is calm, a stormy one is wild, by both measures."""
    rng = np.random.default_rng(7)
    columns = market(rng.normal(0.0, 1.0, 900) * np.repeat([0.01, 0.002, 0.03], 300), fill_columns)
    for name in ("regime", "volatility_regime"):
        found = run(name, columns)
        assert (found["calm"][330:400] == 1).all()
        assert (found["wild"][625:700] == 1).all()


def test_rank_is_the_share_of_smaller_ones(run: Run, make_candles: Run) -> None:
    """The rank equals a plain count over the window, and lies in 0 to 100."""
    columns = make_candles(400)
    found = run("volatility_regime", columns, {"length": 10, "memory": 50})["rank"]
    returns = np.diff(np.log(columns["close"]))
    spreads = np.array([returns[k - 10 : k].std() for k in range(10, len(returns) + 1)])
    for row in range(59, 400):
        window = spreads[row - 59 : row - 9]
        assert found[row] == pytest.approx(100.0 * (window < window[-1]).sum() / 49)


def test_slope_is_the_correlation_with_time(run: Run, make_candles: Run) -> None:
    """The slope equals NumPy's correlation of the window with 1, 2 ... n."""
    columns = make_candles(200)
    found = run("regime_slope", columns, {"length": 30})["slope"]
    for row in range(29, 200):
        expected = np.corrcoef(columns["close"][row - 29 : row + 1], np.arange(30))[0, 1]
        assert found[row] == pytest.approx(expected, abs=1e-9)


@pytest.mark.machine_code
@pytest.mark.parametrize(("means", "deviations"), [([-0.004, 0.003], [0.015, 0.007]), ([-0.002, 0.002], [0.02, 0.006])])
def test_the_model_recovers_planted_states(
    means: list[float], deviations: list[float], run: Run, fill_columns: Run
) -> None:
    """Of two planted states the filtered one is right on nine candles of ten, without labels that swap."""
    columns, hidden = planted(fill_columns, means, deviations, 200, seed=1)
    found = run("hmm_regime", columns, {"train": 400}, machine_code=True)
    rows = settled(hidden, 200, 15) & ~np.isnan(found["state"])
    assert rows.sum() > 1500
    assert (found["state"][rows] == 2.0 * hidden[rows] - 1.0).mean() > 0.9
    assert np.allclose((found["p_bull"] + found["p_bear"])[rows], 1.0)
    quiet, wild = (np.median(found["volatility"][rows & (hidden == k)]) for k in (1, 0))
    assert deviations[1] * 0.7 < quiet < wild < deviations[0] * 1.3


@pytest.mark.machine_code
def test_three_states_have_one_between(run: Run, fill_columns: Run) -> None:
    """With three hidden states the middle one is neither bull nor bear, and the chances leave room for it."""
    columns, hidden = planted(fill_columns, [-0.006, 0.0, 0.006], [0.008, 0.002, 0.008], 150, seed=2)
    found = run("hmm_regime", columns, {"states": 3, "train": 700}, machine_code=True)
    rows = settled(hidden, 150, 20) & ~np.isnan(found["state"])
    assert (found["state"][rows] == hidden[rows] - 1.0).mean() > 0.8
    between = rows & (hidden == 1)
    assert (found["bull"][between] == 0).mean() > 0.9
    assert np.median((found["p_bull"] + found["p_bear"])[between]) < 0.1


def test_the_model_never_sees_the_future(run: Run, make_candles: Run) -> None:
    """Whatever comes later, the values of the first candles are the same bits, at every length."""
    columns = make_candles(260)
    values = {"train": 60, "every": 20, "rounds": 4}
    whole = run("hmm_regime", columns, values)
    for rows in (61, 100, 101, 119, 120, 199):
        part = run("hmm_regime", {name: column[:rows] for name, column in columns.items()}, values)
        assert all(part[name].tobytes() == whole[name][:rows].tobytes() for name in part)


def test_fits_come_at_fixed_times_whatever_the_first_candle(run: Run, make_candles: Run) -> None:
    """Begun at another candle, the values are the same bits as soon as both have been fitted at a common time."""
    columns = make_candles(400)
    values = {"train": 60, "every": 25, "rounds": 4, "switch": 0.0}
    begun = run("hmm_regime", {name: column[37:] for name, column in columns.items()}, values)
    whole = run("hmm_regime", columns, values)
    assert all(begun[name][85:].tobytes() == whole[name][122:].tobytes() for name in whole)


def test_flat_prices_are_calm_or_unknown_and_do_not_stay_so(run: Run, make_candles: Run) -> None:
    """A market that stands still is a calm range (no model at all), and everything is known again once it moves."""
    usual = make_candles(1100)
    columns = {name: column.copy() for name, column in usual.items()}
    for name in ("open", "high", "low", "close"):
        columns[name][:400] = usual["open"][400]
    found = run("regime", columns)
    assert (found["range"][60:400] == 1).all()
    assert (found["calm"][WARM:400] == 1).all()
    assert (run("volatility_regime", columns)["calm"][WARM:400] == 1).all()
    model = run("hmm_regime", columns, {"train": 100, "rounds": 3})
    assert all(np.isnan(column[:400]).all() for column in model.values())
    for name, values in (("regime", {}), ("volatility_regime", {}), ("hmm_regime", {"train": 100, "rounds": 3})):
        assert not any(np.isnan(column[700:]).any() for column in run(name, columns, values).values())
