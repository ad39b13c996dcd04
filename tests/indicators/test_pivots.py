"""Pivots, swings, levels, fractals and ZigZags against plain definitions over whole columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

Columns = dict[str, Any]
Run = Callable[..., Columns]


@pytest.fixture(scope="module")
def columns(make_candles: Run, fill_columns: Run) -> Columns:
    """A walk on a coarse grid, so that equal highs and lows meet."""
    usual = make_candles(600)
    return fill_columns(*(np.round(usual[name] * 2.0) / 2.0 for name in ("open", "high", "low", "close", "volume")))


def pivots(values: Any, left: int, right: int) -> dict[int, float]:
    """(Confirming row: value) of every pivot high."""
    found = {}
    for at in range(left, len(values) - right):
        older, newer = values[at - left : at], values[at + 1 : at + right + 1]
        if older.max() <= values[at] and newer.max() < values[at]:
            found[at + right] = float(values[at])
    return found


@pytest.mark.parametrize(("left", "right"), [(1, 1), (5, 5), (2, 7), (9, 1)])
def test_a_pivot_is_known_when_its_last_candle_closes(left: int, right: int, columns: Columns, run: Run) -> None:
    """`fresh` is true `right` candles after each pivot and never else; price and age are those of the last."""
    for name, sign in (("pivot_high", 1.0), ("pivot_low", -1.0)):
        values = sign * columns[name[6:]]
        found = run(name, {**columns, "source": sign * values}, {"left": left, "right": right})
        expected = pivots(values, left, right)
        assert np.flatnonzero(found["fresh"] == 1).tolist() == list(expected) != []
        price, age = np.nan, np.nan
        for row in range(len(values)):
            age = float(right) if row in expected else age + 1.0
            price = sign * expected[row] if row in expected else price
            assert np.array_equal([found["price"][row], found["age"][row]], [price, age], equal_nan=True)


def test_swings_compare_the_last_two_pivots(columns: Columns, run: Run) -> None:
    """Each state says how the last confirmed high and low compare with the ones before them."""
    found = run("swings", columns, {"left": 3, "right": 2})
    tops, lows = pivots(columns["high"], 3, 2), pivots(-columns["low"], 3, 2)
    for row in range(len(columns["high"])):
        highs = [value for at, value in tops.items() if at <= row][-2:]
        bottoms = [-value for at, value in lows.items() if at <= row][-2:]
        higher = highs[1] > highs[0] if len(highs) == 2 else np.nan
        lower = bottoms[1] < bottoms[0] if len(bottoms) == 2 else np.nan
        assert np.array_equal([found["higher_high"][row], found["lower_low"][row]], [higher, lower], equal_nan=True)
        if len(highs) == len(bottoms) == 2:
            assert found["up"][row] == (highs[1] > highs[0] and bottoms[1] > bottoms[0])
            assert found["down"][row] == (highs[1] < highs[0] and bottoms[1] < bottoms[0])


def test_levels_are_the_nearest_pivots(columns: Columns, run: Run) -> None:
    """Resistance is the nearest remembered pivot at or above the close, support the nearest below it."""
    found = run("levels", columns, {"left": 3, "right": 3, "keep": 4})
    tops, lows = pivots(columns["high"], 3, 3), pivots(-columns["low"], 3, 3)
    for row, close in enumerate(columns["close"]):
        seen = sorted([(at, 0, v) for at, v in tops.items()] + [(at, 1, -v) for at, v in lows.items()])
        prices = [value for at, _, value in seen if at <= row][-4:]
        above = min((p for p in prices if p >= close), default=np.nan)
        below = max((p for p in prices if p < close), default=np.nan)
        assert np.array_equal([found["resistance"][row], found["support"][row]], [above, below], equal_nan=True)


def is_fractal(values: Sequence[float], at: int, n: int) -> bool:
    """As TradingView's script says it: up to four older candles may equal the extreme before n lower ones."""
    x = values[at]
    if any(values[at + k] >= x for k in range(1, n + 1)):
        return False
    for equal in range(5):
        older = [values[at - k] for k in range(1, equal + n + 1) if at >= k]
        if len(older) == equal + n and all(v <= x for v in older[:equal]) and all(v < x for v in older[equal:]):
            return True
    return False


@pytest.mark.parametrize("n", [1, 2, 4])
def test_fractals_allow_equal_neighbours_before(n: int, columns: Columns, run: Run) -> None:
    """Fractals are those of TradingView's definition, n candles late."""
    found = run("fractals", columns, {"length": n})
    for output, sign, source in (("fresh_high", 1.0, "high"), ("fresh_low", -1.0, "low")):
        values = [float(sign * v) for v in columns[source]]
        expected = [at + n for at in range(n, len(values) - n) if is_fractal(values, at, n)]
        assert np.flatnonzero(found[output] == 1).tolist() == expected != []


def test_zigzag_confirms_each_swing_once_and_in_turn(columns: Columns, run: Run) -> None:
    """Highs and lows alternate; each is the extreme since the one before, the percentage away from a close."""
    found = run("zigzag", columns, {"percent": 4.0})
    turns = [(int(row), output) for output in ("fresh_high", "fresh_low") for row in np.flatnonzero(found[output] == 1)]
    turns.sort()
    assert len(turns) > 5
    assert all(a[1] != b[1] for a, b in pairwise(turns))
    extreme_at, before, last = 0, 0, 0
    for row, output in turns:
        side, sign = ("high", 1.0) if output == "fresh_high" else ("low", -1.0)
        begin = max(extreme_at, before)
        leg = sign * columns[side][begin : row + 1]
        assert found[side][row] == sign * leg.max()
        assert found["direction"][row] == -sign
        assert sign * columns["close"][row] <= leg.max() - 0.04 * abs(leg.max()) + 1e-9
        extreme_at, before, last = begin + int(leg.argmax()), last, row


def test_zigzag_by_ranges_waits_for_its_distance(columns: Columns, run: Run) -> None:
    """With a larger factor fewer swings are confirmed, and none while the average range is unknown."""
    few, many = (run("zigzag_atr", columns, {"factor": f, "length": 10}) for f in (6.0, 2.0))
    assert 0 < (few["fresh_high"] == 1).sum() < (many["fresh_high"] == 1).sum()
    assert np.isnan(many["fresh_high"][:9]).all()


@pytest.mark.parametrize(("hours", "offset"), [(24, 0), (24, 9), (168, 96)])
def test_pivot_points_come_from_the_whole_session_before(hours: int, offset: int, make_candles: Run, run: Run) -> None:
    """Each session's levels are made of the one before, and none of a session that began before the candles did."""
    usual = {name: column[5:] for name, column in make_candles(900).items()}
    found = run("pivot_points", usual, {"hours": hours, "offset": offset})
    others = [
        run(f"pivot_points_{kind}", usual, {"hours": hours, "offset": offset}) for kind in ("fibonacci", "camarilla")
    ]
    numbers = (usual["time"] - offset * 3_600_000) // (hours * 3_600_000)
    whole = list(dict.fromkeys(numbers.tolist()))[1:]
    assert len(whole) > 3
    assert np.isnan(found["pivot"][numbers <= whole[0]]).all()
    for before, now in pairwise(whole):
        rows = numbers == before
        high, low, close = usual["high"][rows].max(), usual["low"][rows].min(), usual["close"][rows][-1]
        middle, span = (high + low + close) / 3, high - low
        expected = {"pivot": middle, "r1": 2 * middle - low, "r2": middle + span, "r3": 2 * middle + high - 2 * low}
        expected |= {"s1": 2 * middle - high, "s2": middle - span, "s3": 2 * middle - 2 * high + low}
        for name, value in expected.items():
            assert found[name][numbers == now] == pytest.approx(value)
        assert others[0]["s2"][numbers == now] == pytest.approx(middle - 0.618 * span)
        assert others[1]["r4"][numbers == now] == pytest.approx(close + 0.55 * span)
