"""Gaps of real and made-up candles."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stratrun.engine.market.candles import Candles
from stratrun.engine.market.gaps import Gaps
from stratrun.engine.market.load import load_candles
from stratrun.engine.market.timeframe import Timeframe

HOUR = Timeframe.parse("1h")


def at(*hours: int) -> Candles:
    time = np.array(hours, np.int64) * HOUR.ms
    ones = np.ones(len(hours))
    return Candles("A/B", HOUR, time, ones, ones, ones, ones, ones)


def test_gaps_are_counted_between_the_first_and_the_last_candle() -> None:
    """Stretches, candles in them and the longest stretch are told apart."""
    gaps = Gaps.of(at(10, 11, 13, 14, 18, 19))
    assert (gaps.count, gaps.missing, gaps.longest) == (2, 4, 3)
    assert gaps.longest_time == 15 * HOUR.ms
    assert (gaps.first, gaps.last) == (10 * HOUR.ms, 19 * HOUR.ms)


def test_unbroken_or_no_candles_have_no_gap() -> None:
    """A whole series and an empty one are summarised, not refused."""
    assert Gaps.of(at(1, 2, 3)) == Gaps(0, 0, 0, None, HOUR.ms, 3 * HOUR.ms)
    assert Gaps.of(at()) == Gaps(0, 0, 0, None, None, None)


@pytest.mark.parametrize(
    ("name", "symbol", "timeframe", "count", "missing"),
    [("BTCUSDT-1h", "BTC/USDT", "1h", 27, 122), ("ADAUSDT_gappy-1m", "ADA/USDT", "1m", 99, 79_299)],
)
def test_gaps_of_real_candles_are_the_known_ones(
    candles_dir: Path, name: str, symbol: str, timeframe: str, count: int, missing: int
) -> None:
    """The README beside the candles states how many are missing."""
    frame = Timeframe.parse(timeframe)
    gaps = Gaps.of(load_candles([str(candles_dir / f"{name}.parquet")], [symbol], frame)[symbol])
    assert (gaps.count, gaps.missing) == (count, missing)
