"""Strategies run again: over disturbed candles, and entered at random."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.api import load
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.luck.simulated import Method, simulated_text
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.instrument import make_instrument
from stratrun.engine.market.sample import sample_candles
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.research import perturb
from stratrun.engine.research.baselines import random_entries
from stratrun.engine.research.chance import Wanted, simulate
from stratrun.engine.research.inputs import Inputs
from stratrun.engine.research.perturb import disturbed, disturbed_runs, grid_of, on_grid
from stratrun.engine.trading.venue import Venue

STRATEGY = """stratrun: 2
name: both ways
symbols: [BTC/USDT]
timeframe: 1h
market: perp
long:
  enter: close > ema(close, 10)
  exit: {stop: 2%, time: 12 candles}
short:
  enter: close < ema(close, 40)
  exit: {stop: 2%, time: 12 candles}
size: {equity: 50%}
"""


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory, sample: Callable[..., Candles]) -> Inputs:
    path = tmp_path_factory.mktemp("again") / "both.yaml"
    path.write_text(STRATEGY.replace("BTC/USDT", "BTC/USDT:USDT"))
    candles = replace(sample(count=1_500), symbol="BTC/USDT:USDT")
    return Inputs(load(path), {"BTC/USDT:USDT": candles}, {"BTC/USDT:USDT": make_instrument("BTC/USDT:USDT", {})})


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.floats(0, 1), st.sampled_from([0.0, 0.01, 0.5, 25.0, 0.0025]))
def test_disturbed_candles_are_candles(seed: int, amount: float, tick: float) -> None:
    """Prices stay positive, in order and on the grid; times and volumes are untouched."""
    candles = sample_candles("ETH/USDT", Timeframe.parse("1h"), 1_700_000_000_000 // 3_600_000 * 3_600_000, 200)
    found = disturbed(candles, amount, tick, np.random.default_rng(seed))
    assert (found.low > 0).all()
    assert (found.low <= np.minimum(found.open, found.close)).all()
    assert (found.high >= np.maximum(found.open, found.close)).all()
    np.testing.assert_array_equal(found.time, candles.time)
    np.testing.assert_array_equal(found.volume, candles.volume)
    step = tick or grid_of(candles.close)
    for column in (found.open, found.high, found.low, found.close):
        np.testing.assert_allclose(column / step, np.rint(column / step), atol=1e-6)


def test_no_noise_changes_nothing(sample: Callable[..., Candles]) -> None:
    """With an amount of zero, candles on their grid come back as they were."""
    candles = sample(count=300)
    found = disturbed(candles, 0.0, 0.0, np.random.default_rng(1))
    for name in ("open", "high", "low", "close"):
        np.testing.assert_array_equal(getattr(found, name), getattr(candles, name))


def test_noise_is_as_large_as_asked(sample: Callable[..., Candles]) -> None:
    """Closes move by the amount times the usual range of a candle."""
    candles = sample(count=4_000)
    usual = np.mean((candles.high - candles.low) / candles.close)
    found = disturbed(candles, 0.3, 0.0, np.random.default_rng(1))
    assert np.log(found.close / candles.close).std() == pytest.approx(0.3 * usual, rel=0.05)


@pytest.mark.parametrize(("tick", "shown"), [(0.1, 0.3), (0.01, 0.29), (0.0025, 0.2900), (0.05, 0.3)])
def test_prices_read_as_their_decimals(tick: float, shown: float) -> None:
    """A price on the grid is the very float its decimals mean."""
    assert on_grid(np.array([0.2901]), tick)[0] == shown


def test_runs_again_are_the_same_for_a_seed(inputs: Inputs) -> None:
    """Both kinds of runs repeat exactly with their seed and differ from run to run."""
    result = inputs.run()
    for make in (
        lambda seed: random_entries(inputs, result, 3, seed),
        lambda seed: disturbed_runs(inputs, 0.1, 3, seed),
    ):
        one, same, other = ([(path.tolist(), count) for path, count in make(seed)] for seed in (1, 1, 2))
        assert one == same != other
        assert one[0] != one[1]


def test_random_entries_are_as_many_on_average(inputs: Inputs) -> None:
    """The mean number of trades of random runs is near that of the strategy, and every path has every day."""
    result = inputs.run()
    assert len(result.trades) > 60
    found = list(random_entries(inputs, result, 12, 5))
    assert np.mean([count for _, count in found]) == pytest.approx(len(result.trades), rel=0.2)
    assert {len(path) for path, _ in found} == {len(result.metrics.curve.daily_equity)}


def test_nothing_is_drawn_before_the_rules_are_known(inputs: Inputs, tmp_path: Path) -> None:
    """Random entries have the time that the strategy had, and no more."""
    path = tmp_path / "late.yaml"
    path.write_text(
        STRATEGY.replace("BTC/USDT", "BTC/USDT:USDT").replace("40", "400").replace("ema(close, 10)", "1 > 2")
    )
    late = inputs.of(load(path))
    result = late.run()
    days = result.plan.first // 24
    assert days >= 16
    for growth, count in random_entries(late, result, 8, 3):
        assert count
        assert (growth[:days] == 1.0).all()


def test_symbols_are_disturbed_each_for_itself(inputs: Inputs) -> None:
    """One noise for all would keep symbols moving together that do not."""
    (own,) = inputs.candles.values()
    both = replace(inputs, candles={**inputs.candles, "ETH/USDT:USDT": replace(own, symbol="ETH/USDT:USDT")})
    with patch.object(perturb, "disturbed", wraps=disturbed) as spy:
        next(disturbed_runs(both, 0.1, 1, 1))
    one, other = (call.args[-1].random() for call in spy.call_args_list)
    assert one != other


def test_finer_candles_cannot_be_disturbed(inputs: Inputs) -> None:
    """Noise on candles that finer ones should make up is refused."""
    finer = replace(inputs, venue=Venue(detail=dict(inputs.candles)))
    with pytest.raises(InputError, match="--detail"):
        list(disturbed_runs(finer, 0.1, 1, 0))


@pytest.mark.parametrize("method", list(Method))
def test_every_method_tells_what_it_found(inputs: Inputs, method: Method) -> None:
    """Figures are plain, in range, and said in words; the run itself counts as one of the pasts."""
    found = simulate(inputs, inputs.run(), Wanted(method, 6, seed=1))
    told = found.to_json()
    assert told["runs"] == 6
    assert 0 < told["as_good"] <= 1
    assert 0 <= told["ruin"]["probability"] <= 1
    assert list(told["max_drawdown"]) == ["5", "25", "50", "75", "95"]
    assert "Deepest fall" in simulated_text(found)


def test_too_little_is_refused(inputs: Inputs, tmp_path: Path) -> None:
    """A run without trades, or of a few days, has no other pasts."""
    short = replace(inputs, end=int(inputs.candles["BTC/USDT:USDT"].time[60]))
    for method in Method:
        with pytest.raises(InputError, match="too few"):
            simulate(short, short.run(), Wanted(method, 5))
