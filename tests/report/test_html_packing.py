"""Columns packed for a page, read back as its scripts read them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from stratrun.engine.market.candles import Candles
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.report.html import packing
from stratrun.engine.report.html.thinning import LADDER, slower, thinned

MINUTE = 60_000
START = 1_704_067_200_000
values = arrays.arrays(np.float64, st.integers(0, 40), elements=st.floats(-1e12, 1e12) | st.just(np.nan))


def read(steps: list[int | None], decimals: int) -> list[float]:
    """What `values` of base.js does."""
    at, found = 0, []
    for step in steps:
        at += step or 0
        found.append(np.nan if step is None else at / 10.0**decimals)
    return found


@given(values)
def test_packed_columns_read_back(column: np.ndarray) -> None:
    """Every value comes back within half a unit of its last decimal, and unknown ones as unknown."""
    decimals = packing.decimals_of(column, figures=8)
    back = np.array(read(packing.packed(column, decimals), decimals))
    assert np.array_equal(np.isnan(back), np.isnan(column))
    assert np.nanmax(np.abs(back - column), initial=0) <= 0.5000001 * 10.0**-decimals


def minutes(count: int, seed: int = 1) -> Candles:
    draw = np.random.default_rng(seed)
    time = START + MINUTE * np.sort(draw.choice(3 * count, count, replace=False)).astype(np.int64)
    close = 100 * np.exp(np.cumsum(draw.normal(0, 0.01, count)))
    opened = close * np.exp(draw.normal(0, 0.005, count))
    high, low = np.maximum(opened, close) * 1.001, np.minimum(opened, close) * 0.999
    return Candles("A/USDT", Timeframe.parse("1m"), time, opened, high, low, close, draw.random(count))


@given(st.integers(0, 60), st.integers(0, 2**32))
def test_packed_candles_read_back(count: int, seed: int) -> None:
    """Candles come back to eight figures, with high and low around the body whatever the rounding did."""
    candles = minutes(count, seed)
    decimals = packing.decimals_of(candles.high, figures=8)
    packed = packing.packed_candles(candles, decimals)
    assert (np.cumsum(packed["t"]) * 1000).tolist() == candles.time.tolist()
    close = 0
    for k in range(count):
        opened = close + packed["o"][k]
        close = opened + packed["c"][k]
        assert packed["h"][k] >= 0
        assert packed["l"][k] >= 0
        high, low = max(opened, close) + packed["h"][k], min(opened, close) - packed["l"][k]
        real = np.array([candles.open[k], candles.high[k], candles.low[k], candles.close[k]]) * 10.0**decimals
        assert [opened, high, low, close] == pytest.approx(real.tolist(), abs=1)


@given(st.integers(1, 300), st.sampled_from(LADDER[:6]))
def test_thinned_candles_hold_the_same_market(count: int, timeframe: Timeframe) -> None:
    """First open, last close, extremes and volume survive; each longer candle opens on its grid."""
    candles = minutes(count)
    made, ends = thinned(candles, timeframe)
    assert (made.open[0], made.close[-1]) == (candles.open[0], candles.close[-1])
    assert (made.high.max(), made.low.min()) == (candles.high.max(), candles.low.min())
    assert made.volume.sum() == pytest.approx(candles.volume.sum())
    assert np.array_equal(made.close, candles.close[ends])
    assert not (made.time % timeframe.ms).any()
    assert np.array_equal(np.unique(candles.time // timeframe.ms), made.time // timeframe.ms)


@pytest.mark.parametrize(("name", "most", "expected"), [("1m", 525_600, "1m"), ("1m", 9_000, "1h"), ("7m", 10, "7m")])
def test_a_longer_timeframe_is_made_of_the_own(name: str, most: int, expected: str) -> None:
    """A year is shown in the first longer timeframe with few enough candles; one that nothing is made of stays."""
    own = Timeframe.parse(name)
    span = 525_600 * MINUTE if most > 100 else 7 * MINUTE
    assert slower(own, span, most).name == expected
