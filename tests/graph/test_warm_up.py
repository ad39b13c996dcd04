"""The warm-up a plan states is the first row on which its value is known."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from stratrun.engine.market.candles import Candles
from stratrun.engine.market.timeframe import Timeframe

from .bench import MONDAY, candles, column, plan

PROOF = settings(derandomize=True, deadline=None, database=None, phases=[Phase.generate])
ROWS = 420


@pytest.fixture(scope="module")
def lively() -> Candles:
    """Candles without gaps that always move and trade, from a Monday's midnight on."""
    rng = np.random.default_rng(5)
    close = 100.0 * np.exp(np.cumsum(0.01 * rng.standard_normal(ROWS)))
    opened = close * (1.0 + 0.004 * rng.standard_normal(ROWS))
    high = np.maximum(opened, close) * (1.0 + 0.005 * rng.random(ROWS) + 1e-4)
    low = np.minimum(opened, close) * (1.0 - 0.005 * rng.random(ROWS) - 1e-4)
    frame = Timeframe.parse("1h")
    time = MONDAY + frame.ms * np.arange(ROWS, dtype=np.int64)
    return Candles("A/USDT", frame, time, opened, high, low, close, 1.0 + rng.random(ROWS))


def known_from(text: str, own: Candles) -> int:
    values = column(text, own)
    return next((k for k, value in enumerate(values) if value is not None), len(values))


EXACT = {
    "close": 0, "sma(close, 5)": 4, "ema(close, 5)": 4, "rma(close, 5)": 4, "wma(close, 5)": 4, "rsi(close, 5)": 5,
    "macd(close, 3, 6, 4).macd": 5, "macd(close, 3, 6, 4).hist": 8, "atr(5)": 4, "stdev(close, 5)": 4,
    "highest(high, 7)": 6, "sma(ema(close, 4), 3)": 5, "sma(close, 5)[3]": 7, "roc(close, 5)": 5, "change(close)": 1,
    "sma(close, 5) + ema(close, 8)": 7, "close > sma(close, 5)": 4, "sma(close, 5) is rising": 5,
    "4h.close": 3, "4h.sma(close, 3)": 11, "1d.close": 23, "1d.sma(close, 2)[1]": 71, "close - 4h.close": 3,
    "4h.sma(close, 3)[1]": 15, "4h.close is rising": 7, "1w.close": 167,
}  # fmt: skip


@pytest.mark.parametrize(("text", "first"), EXACT.items())
def test_first_known_row(text: str, first: int, lively: Candles) -> None:
    """The plan says it and the column shows it."""
    assert plan(text).columns[plan(text).roots["x"]].first == first
    assert known_from(text, lively) == first


LEAVES = ("close", "hl2", "volume", "high", "ohlc4")
CALLS = (
    "sma({}, {n})", "ema({}, {n})", "rma({}, {n})", "wma({}, {n})", "hma({}, {n})", "rsi({}, {n})", "stdev({}, {n})",
    "highest({}, {n})", "median({}, {n})", "linreg({}, {n})", "macd({}, 2, {n}, 3).signal", "bb({}, {n}, 2).upper",
    "cmo({}, {n})", "change({}, {n})", "zscore({}, {n})", "percentrank({}, {n})",
)  # fmt: skip
CANDLE_CALLS = (
    "atr({n})", "stoch({n}, 2, 3).d", "adx({n}, {n}).adx", "supertrend(2, {n}).line", "aroon({n}).up",
    "keltner(close, {n}, 2).lower", "donchian({n}).basis", "williams({n})", "mfi(hlc3, {n})", "cci(close, {n})",
    "vwma(close, {n})", "obv(close)", "tr(0)", "sar()", "ao(3, {n})", "natr({n})", "trix(close, {n})",
)  # fmt: skip


def drawn_series(rng: random.Random) -> str:
    """A number on every candle: an indicator, nested, shifted or on a slower clock."""
    n = 3 + rng.randrange(6)
    prefix = ("", "", "", "4h.")[rng.randrange(4)]
    shift = f"[{1 + rng.randrange(3)}]" if rng.randrange(3) == 2 else ""
    if rng.randrange(3) == 2:
        return prefix + CANDLE_CALLS[rng.randrange(len(CANDLE_CALLS))].format(n=n) + shift
    inner = LEAVES[rng.randrange(len(LEAVES))]
    if rng.randrange(3) == 2:
        inner = f"ema({inner}, {2 + rng.randrange(4)})"
    return prefix + CALLS[rng.randrange(len(CALLS))].format(inner, n=n) + shift


@given(st.randoms(use_true_random=False).map(drawn_series))
@settings(PROOF, max_examples=200)
def test_first_is_exact_where_all_candles_exist(lively: Candles, text: str) -> None:
    """For drawn series on candles without gaps the stated warm-up is the observed one."""
    assert plan(text).columns[plan(text).roots["x"]].first == known_from(text, lively), text


@given(st.randoms(use_true_random=False).map(drawn_series), st.randoms(use_true_random=False).map(drawn_series))
@settings(PROOF, max_examples=100)
def test_a_condition_is_known_no_later(lively: Candles, one: str, other: str) -> None:
    """Conditions are known from their warm-up on at the latest: a false half may decide earlier."""
    text = f"({one} > 1 and {other} < 3) within 2 candles"
    assert known_from(text, lively) <= plan(text).first


def test_a_slower_clock_that_begins_inside_a_candle_is_known_no_later() -> None:
    """Candles that begin in the middle of a slower one bring its first close sooner, never later."""
    own = candles([float(k) for k in range(40)], start=MONDAY + 2 * 3_600_000)
    assert known_from("4h.sma(close, 3)", own) <= plan("4h.sma(close, 3)").first


def test_settle_is_where_the_seed_no_longer_matters(lively: Candles) -> None:
    """From `settle` rows of history on, an average of twice as much history is the same to a millionth."""
    for text in ("ema(close, 5)", "rma(close, 5)", "rsi(close, 5)", "4h.ema(close, 3)", "macd(close, 3, 6, 4).hist"):
        settle = plan(text).settle
        assert settle is not None
        begin = (ROWS - 1 - settle) // 24 * 24
        whole, late = column(text, lively)[-1], column(text, lively.rows(begin, ROWS))[-1]
        assert late == pytest.approx(whole, rel=1e-5, abs=1e-4)
    assert plan("obv(close)").settle is None
    assert plan("obv(close)").anchored
