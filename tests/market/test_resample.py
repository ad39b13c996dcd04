"""Resampling against separately downloaded candles, and its promises about chunks and machine code."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.kernel import bind
from stratrun.engine.market.candles import Candles, Floats, Times
from stratrun.engine.market.load import load_candles
from stratrun.engine.market.resample import STATE, resample
from stratrun.engine.market.timeframe import Timeframe


class Slow(NamedTuple):
    """Slower candles as columns, and how many are closed as of each base row."""

    time: Times
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    closed: Times

    def equals(self, other: Slow) -> bool:
        return all(mine.tobytes() == theirs.tobytes() for mine, theirs in zip(self, other, strict=True))


def slower(candles: Candles, to: Timeframe, cuts: tuple[int, ...] = (), machine_code: bool = False) -> Slow:
    """Resample in the chunks that `cuts` make."""
    rows, base = len(candles), candles.timeframe
    state = np.zeros(STATE)
    visible = np.zeros(rows, np.int64)
    parts: list[list[np.ndarray]] = [[] for _ in range(6)]
    done = 0
    edges = [0, *sorted(cuts), rows]
    for lo, hi in pairwise(edges):
        out = [np.zeros(hi - lo + 1, np.int64), *(np.zeros(hi - lo + 1) for _ in range(5))]
        columns = (candles.time, candles.open, candles.high, candles.low, candles.close, candles.volume)
        call = bind(resample, (*columns, *out, visible, to.ms, to.anchor, base.ms, state), machine_code)
        closed = call(lo, hi)
        for part, column in zip(parts, out, strict=True):
            part.append(column[:closed])
        visible[lo:hi] += done
        done += closed
    return Slow(*(np.concatenate(part) for part in parts), visible)


def made_up(minutes: list[int]) -> Candles:
    """1m candles at these minutes; prices tell which candle they belong to."""
    time = np.array(minutes, np.int64)
    price = 100.0 + (time * 37 % 11)
    return Candles(
        "A/B", Timeframe.parse("1m"), time * 60_000, price, price + time % 3, price - time % 5,
        price + time % 2, time % 7 * 0.1,
    )  # fmt: skip


MINUTES = st.sets(st.integers(0, 90), min_size=1, max_size=60).map(sorted)


@pytest.mark.machine_code
@pytest.mark.parametrize("timeframe", ["5m", "15m"])
@pytest.mark.parametrize("base", ["BTC", "ETH"])
def test_resampled_minutes_equal_the_candles_of_the_exchange(candles_dir: Path, base: str, timeframe: str) -> None:
    """1m candles resampled are the 5m and 15m candles that were downloaded separately."""
    symbol, to = f"{base}/USDT", Timeframe.parse(timeframe)
    folder = [str(candles_dir / "2025q3")]
    fast = load_candles(folder, [symbol], Timeframe.parse("1m"))[symbol]
    whole = load_candles(folder, [symbol], to)[symbol]
    ours = slower(fast, to, machine_code=True)
    first = int(np.searchsorted(whole.time, ours.time[0]))
    theirs = whole.rows(first, first + len(ours.time))
    for name in ("time", "open", "high", "low", "close"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name), err_msg=name)
    np.testing.assert_allclose(ours.volume, theirs.volume, rtol=1e-9, atol=1e-9)
    assert len(ours.time) >= len(whole) - 1


@given(minutes=MINUTES, cuts=st.sets(st.integers(0, 60)), timeframe=st.sampled_from(["5m", "7m", "1h", "1w"]))
def test_any_chunking_gives_the_same_bytes(minutes: list[int], cuts: set[int], timeframe: str) -> None:
    """Where the rows are cut into calls changes nothing, gaps included."""
    candles, to = made_up(minutes), Timeframe.parse(timeframe)
    inside = tuple(cut for cut in cuts if cut < len(candles))
    assert slower(candles, to, inside).equals(slower(candles, to))


@pytest.mark.machine_code
@given(minutes=MINUTES, cuts=st.sets(st.integers(0, 60)), timeframe=st.sampled_from(["5m", "7m", "1h", "1w"]))
def test_machine_code_gives_the_bytes_of_the_source(minutes: list[int], cuts: set[int], timeframe: str) -> None:
    """Compiled and interpreted resampling agree to the bit."""
    candles, to = made_up(minutes), Timeframe.parse(timeframe)
    inside = tuple(cut for cut in cuts if cut < len(candles))
    assert slower(candles, to, inside, machine_code=True).equals(slower(candles, to, inside))


@given(minutes=MINUTES)
def test_a_slow_candle_is_made_of_the_parts_that_exist_and_never_seen_early(minutes: list[int]) -> None:
    """Each closed candle is its parts' open, extremes, close and volume; none shows before its boundary passed."""
    candles, to = made_up(minutes), Timeframe.parse("5m")
    slow = slower(candles, to)
    for k, start in enumerate(slow.time):
        rows = np.flatnonzero((candles.time >= start) & (candles.time < start + to.ms))
        volume = 0.0
        for row in rows:
            volume += candles.volume[row]
        expected = (
            candles.open[rows[0]], candles.high[rows].max(), candles.low[rows].min(), candles.close[rows[-1]], volume,
        )  # fmt: skip
        assert (slow.open[k], slow.high[k], slow.low[k], slow.close[k], slow.volume[k]) == expected
    close = candles.time + candles.timeframe.ms
    boundaries = np.unique(candles.time // to.ms * to.ms) + to.ms
    np.testing.assert_array_equal(slow.closed, np.searchsorted(boundaries, close, side="right"))


def test_one_row_may_close_two_candles() -> None:
    """A late last part closes its own candle and the one left under way before a gap."""
    slow = slower(made_up([0, 1, 9, 10]), Timeframe.parse("5m"))
    assert slow.time.tolist() == [0, 300_000]
    assert slow.closed.tolist() == [0, 0, 2, 2]
