"""The sample venue: always the same candles, whatever is asked for, and a market worth trading in a test."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.gaps import Gaps
from stratrun.engine.market.sample import sample_candles
from stratrun.engine.market.timeframe import Timeframe

HOUR, MINUTE = Timeframe.parse("1h"), Timeframe.parse("1m")
START = 1_704_067_200_000
YEAR = 8_766
COLUMNS = ("time", "open", "high", "low", "close", "volume")


def digest(candles: Candles) -> str:
    return hashlib.sha256(b"".join(getattr(candles, name).tobytes() for name in COLUMNS)).hexdigest()[:16]


def returns(candles: Candles) -> np.ndarray:
    return np.diff(np.log(candles.close))


@pytest.fixture(scope="module")
def years() -> Candles:
    """Eight years of 1h."""
    return sample_candles("BTC/USDT", HOUR, START, 8 * YEAR)


@pytest.mark.parametrize(
    ("symbol", "timeframe", "expected"),
    [
        ("BTC/USDT", "1h", "2b94064d5227e67c"),
        ("ETH/BTC", "1m", "6270ac89a1e6dcb8"),
        ("FOO/EUR:EUR", "1w", "fec1b859dd055a62"),
    ],
)
def test_the_bytes_are_the_same_on_every_platform(symbol: str, timeframe: str, expected: str) -> None:
    """Scenarios and examples count on these very candles; a change of them is a change of the product."""
    candles = sample_candles(symbol, Timeframe.parse(timeframe), START, 500)
    assert len(candles) == 500
    assert digest(candles) == expected


@settings(max_examples=40, deadline=None)
@given(
    offset=st.integers(0, 3_000),
    count=st.integers(1, 300),
    more=st.integers(1, 300),
    timeframe=st.sampled_from(["1m", "7m", "15m", "1h", "90m", "4h", "1d", "1w"]),
)
def test_a_candle_does_not_depend_on_the_range(offset: int, count: int, more: int, timeframe: str) -> None:
    """Asked for with more before and after it, a stretch of candles is the same to the bit."""
    frame = Timeframe.parse(timeframe)
    begin = frame.floor(START + offset * frame.ms)
    short = sample_candles("SOL/USDT", frame, begin, count)
    long = sample_candles("SOL/USDT", frame, begin - 100 * frame.ms, count + 100 + more)
    at = int(np.searchsorted(long.time, short.time[0]))
    assert digest(long.rows(at, at + count)) == digest(short)


@pytest.mark.parametrize(("fast", "slow"), [("1m", "5m"), ("1m", "1h"), ("1m", "1d"), ("1h", "4h"), ("1h", "1w")])
def test_slower_candles_are_made_of_faster_ones(fast: str, slow: str) -> None:
    """First open, extremes, last close and summed volume of the parts that exist."""
    to = Timeframe.parse(slow)
    begin = to.floor(START) + to.ms
    whole = sample_candles("ETH/USDT", to, begin, 12)
    rows = 12 * to.ms // Timeframe.parse(fast).ms
    parts = sample_candles("ETH/USDT", Timeframe.parse(fast), begin, rows)
    for k, time in enumerate(whole.time):
        lo, hi = np.searchsorted(parts.time, [time, time + to.ms])
        assert (parts.open[lo], parts.close[hi - 1]) == (whole.open[k], whole.close[k])
        assert (parts.high[lo:hi].max(), parts.low[lo:hi].min()) == (whole.high[k], whole.low[k])
        assert parts.volume[lo:hi].sum() == pytest.approx(whole.volume[k], rel=1e-12)


@pytest.mark.parametrize("timeframe", ["1m", "15m", "1h", "1d"])
@pytest.mark.parametrize("symbol", ["BTC/USDT", "SHIB/USDT", "ETH/BTC", "USDC/USDT", "NOBODY/KNOWS", "SHIB/BTC"])
def test_every_candle_keeps_the_promises_of_candles(symbol: str, timeframe: str) -> None:
    """On the grid, in order, consistent and positive, for known and unknown symbols."""
    frame = Timeframe.parse(timeframe)
    candles = sample_candles(symbol, frame, START + 1, 3_000)
    assert candles.time[0] > START
    assert (np.diff(candles.time) > 0).all()
    assert not ((candles.time - frame.anchor) % frame.ms).any()
    assert (candles.low > 0).all()
    assert (candles.low <= np.minimum(candles.open, candles.close)).all()
    assert (candles.high >= np.maximum(candles.open, candles.close)).all()
    assert (candles.volume >= 0).all()
    for name in COLUMNS:
        column = getattr(candles, name)
        assert column.flags.c_contiguous
        assert column.flags.writeable


def test_the_market_has_what_a_strategy_meets(years: Candles) -> None:
    """Missing candles, empty candles, gaps at opens, crashes, clustered moves; and no drift over years."""
    gaps = Gaps.of(years)
    assert 40 <= gaps.count <= 400
    assert 2 <= gaps.longest <= 20
    assert 50 <= np.count_nonzero(years.volume == 0) <= 1_000
    jumps = np.abs(years.open[1:] / years.close[:-1] - 1)
    assert 0.005 < (jumps > 0.003).mean() < 0.05
    moves = returns(years)
    days = moves[: len(moves) // 24 * 24].reshape(-1, 24).sum(axis=1)
    assert -0.5 < days.min() < -0.12
    assert np.corrcoef(np.abs(moves[1:]), np.abs(moves[:-1]))[0, 1] > 0.15
    assert 0.002 < moves.std() < 0.009
    assert 0.25 < years.close.mean() / 40_000 < 4


def test_symbols_move_partly_together() -> None:
    """Two currencies share the market's moves and keep their own; a cross rate follows from both."""
    btc, eth, cross = (sample_candles(s, HOUR, START, 4_000) for s in ("BTC/USDT", "ETH/USDT", "ETH/BTC"))
    common = np.intersect1d(btc.time, eth.time)
    a, b = (c.close[np.isin(c.time, common)] for c in (btc, eth))
    assert 0.4 < np.corrcoef(np.diff(np.log(a)), np.diff(np.log(b)))[0, 1] < 0.95
    assert np.median(cross.close) == pytest.approx(np.median(b / a), rel=0.02)


def test_a_contract_has_the_candles_of_its_spot_market() -> None:
    """The settlement currency and the case of letters change nothing."""
    spot = sample_candles("BTC/USDT", HOUR, START, 100)
    assert digest(sample_candles("btc/usdt:usdt", HOUR, START, 100)) == digest(spot)


def test_no_candles_and_wrong_requests() -> None:
    """A count of zero is an empty series; a name without a quote currency is an input error."""
    assert len(sample_candles("BTC/USDT", HOUR, START, 0)) == 0
    assert sample_candles("BTC/USDT", HOUR, 0, 10).time[0] < 10 * HOUR.ms
    with pytest.raises(InputError, match="not a symbol"):
        sample_candles("BTC", HOUR, START, 1)
    with pytest.raises(ValueError, match="count"):
        sample_candles("BTC/USDT", HOUR, START, -1)
