"""Functions across symbols against plain Python, by hand and on real candles."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import stratrun
from stratrun.engine.graph.across import FUNCTIONS, Rows, rank
from stratrun.engine.graph.time_parts import month_count
from stratrun.engine.language.across import ACROSS
from stratrun.engine.language.document import loads
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.instrument import make_instrument
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.research.backtest import Result, backtest
from stratrun.engine.research.evaluate import universe_of

HOUR = 3_600_000
START = 1_703_980_800_000
"""2023-12-31T00:00Z, a Sunday."""
NAN = math.nan
HEAD = {"stratrun": 2, "name": "x", "timeframe": "1h", "size": {"quantity": 0.001}}
ROWS = st.lists(st.one_of(st.just(NAN), st.integers(-3, 3).map(float), st.floats(-1e9, 1e9)), min_size=1, max_size=9)


def ranked(values: Mapping[str, float]) -> dict[str, float]:
    """By hand: known values, the highest first, the earlier symbol on a tie."""
    known = sorted((-value, k, name) for k, (name, value) in enumerate(values.items()) if value == value)
    return {name: float(place) for place, (_, _, name) in enumerate(known, 1)}


def flat(symbol: str, closes: Sequence[float | None], start: int = START, ms: int = HOUR) -> Candles:
    """Flat candles; None is a missing one."""
    kept = [k for k, close in enumerate(closes) if close is not None]
    price = np.array([closes[k] for k in kept], np.float64)
    time = start + np.array(kept, np.int64) * ms
    return Candles(symbol, Timeframe.parse(f"{ms // HOUR}h"), time, price, price, price, price, np.ones(len(kept)))


def rows_of(values: Sequence[float]) -> Rows:
    return Rows(np.array([values]), np.ones((1, len(values)), np.bool_), np.zeros(2))


def evaluated(expression: str, candles: Mapping[str, Candles], **more: Any) -> dict[str, list[Any]]:
    """The column of an expression for every symbol."""
    document = {**HEAD, "symbols": list(candles), "long": {"enter": "close > open"}, **more}
    strategy = loads(json.dumps(document))
    return {
        symbol: stratrun.evaluate([expression], own, strategy=strategy, universe=candles).columns[expression].tolist()
        for symbol, own in candles.items()
    }


@given(ROWS)
def test_a_rank_is_a_place_among_known_values(values: list[float]) -> None:
    """Any row of numbers, equal and unknown ones among them, is ranked as by hand."""
    names = {str(k): value for k, value in enumerate(values)}
    found = dict(zip(names, rank(rows_of(values))[0].tolist(), strict=True))
    assert {name: place for name, place in found.items() if place == place} == ranked(names)


@given(ROWS.filter(lambda values: len(set(values)) == len(values)), st.randoms())
def test_the_order_of_symbols_only_breaks_ties(values: list[float], rng: Any) -> None:
    """Without equal values, every symbol keeps its rank in whatever order the symbols are listed."""
    order = list(range(len(values)))
    rng.shuffle(order)
    found, moved = rank(rows_of(values))[0], rank(rows_of([values[k] for k in order]))[0]
    np.testing.assert_array_equal(found[order], moved)


def test_every_function_of_the_language_is_computed() -> None:
    """The language's table and the graph's hold the same names."""
    assert set(FUNCTIONS) == set(ACROSS)


def test_shares_means_and_counts_by_hand() -> None:
    """Four symbols, of which one lacks a candle and one is not known yet."""
    candles = {
        "A/USDT": flat("A/USDT", [1.0, 2.0, 3.0, 4.0]), "B/USDT": flat("B/USDT", [5.0, None, 4.0, 5.0]),
        "C/USDT": flat("C/USDT", [7.0, 6.0, 6.0, 9.0]), "D/USDT": flat("D/USDT", [None, None, None, 2.0]),
    }  # fmt: skip
    mean = evaluated("universe_mean(close)", candles)
    assert mean["A/USDT"] == [13 / 3, 4.0, 13 / 3, 5.0]
    assert mean["B/USDT"] == [13 / 3, 13 / 3, 5.0]
    assert evaluated("universe_count(close > 4)", candles)["C/USDT"] == [2.0, 1.0, 1.0, 2.0]
    assert evaluated("universe_share(close is rising)", candles)["A/USDT"][1:] == [0.5, 1 / 3, 1.0]
    np.testing.assert_array_equal(evaluated("universe_count(close is rising)", candles)["D/USDT"], [3.0])
    np.testing.assert_array_equal(evaluated("rank(change(close, 1))", candles)["A/USDT"], [NAN, 1.0, 1.0, 2.0])
    np.testing.assert_array_equal(evaluated("rank(change(close, 1))", candles)["D/USDT"], [NAN])


def test_only_members_take_part() -> None:
    """A symbol is ranked, counted and averaged from the close its span begins at, and not at the one it ends at."""
    closes = {"A/USDT": [3.0] * 5, "B/USDT": [2.0] * 5, "C/USDT": [1.0] * 5}
    candles = {symbol: flat(symbol, values) for symbol, values in closes.items()}
    spans = [{"symbol": "A/USDT", "from": "2023-12-31T02:00Z", "to": "2023-12-31T04:00Z"}]
    spans += [{"symbol": "B/USDT"}, {"symbol": "C/USDT", "to": "2023-12-31T05:00Z"}]
    more = {"universe": {"members": spans}}
    found = evaluated("rank(close)", candles, **more)
    np.testing.assert_array_equal(found["A/USDT"], [NAN, 1, 1, NAN, NAN])
    np.testing.assert_array_equal(found["B/USDT"], [1, 2, 2, 1, 1])
    np.testing.assert_array_equal(found["C/USDT"], [2, 3, 3, 2, NAN])
    assert evaluated("universe_mean(close)", candles, **more)["C/USDT"] == [1.5, 2.0, 2.0, 1.5, 2.0]
    assert evaluated("member()", candles, **more)["A/USDT"] == [0, 1, 1, 0, 0]
    assert evaluated("member()", candles)["A/USDT"] == [1] * 5


def test_a_period_begins_for_all_when_it_begins_for_one() -> None:
    """The first close of a new day is that of whichever symbol has a candle then, and there is only one."""
    first = [1.0] * 23 + [None, None, 1.0] + [1.0] * 22
    second = [1.0] * 24 + [None, 1.0] + [1.0] * 22
    candles = {"A/USDT": flat("A/USDT", first), "B/USDT": flat("B/USDT", second)}
    found = evaluated("new_day()", candles)
    days = {s: {int(candles[s].time[k]) for k, begins in enumerate(column) if begins} for s, column in found.items()}
    assert days == {"A/USDT": {START + 47 * HOUR}, "B/USDT": {START + 23 * HOUR, START + 47 * HOUR}}


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Tokyo"])
@pytest.mark.parametrize("period", ["day", "week", "month", "quarter"])
def test_periods_begin_by_the_calendar(period: str, zone: str) -> None:
    """Every close of two years of 6h candles, daylight saving among them, against the standard library's calendar."""
    step = 6 * HOUR
    candles = {"A/USDT": flat("A/USDT", [1.0] * (4 * 730), ms=step)}
    found = evaluated(f"new_{period}()", candles, timeframe="6h", schedule={"timezone": zone})["A/USDT"]

    def number(close: int) -> tuple[int, ...]:
        there = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=close)).astimezone(ZoneInfo(zone))
        return {
            "day": (there.toordinal(),), "week": there.isocalendar()[:2], "month": (there.year, there.month),
            "quarter": (there.year, (there.month - 1) // 3),
        }[period]  # fmt: skip

    numbers = [number(START + (k + 1) * step) for k in range(len(found))]
    assert found == [0] + [int(a != b) for a, b in pairwise(numbers)]


@given(st.dates())
def test_months_are_counted_by_the_calendar(day: Any) -> None:
    """The number of every month the calendar has."""
    days = day.toordinal() - 719_163
    assert month_count(days) == (day.year - 1970) * 12 + day.month - 1


def real(folder: Path, hours: int) -> dict[str, Candles]:
    """Hours of three coins, the last of which is listed after the first 400."""
    names = ("BTC", "ETH", "SOL")
    strategy = loads(json.dumps({**HEAD, "symbols": [f"{n}/USDT" for n in names], "long": {"enter": "close > open"}}))
    files = [f"{n}/USDT={folder / f'{n}USDT-1h.parquet'}" for n in names]
    found = dict(stratrun.load_candles(files, strategy))
    start = int(found["SOL/USDT"].time[0]) - 400 * HOUR
    cuts = {s: np.searchsorted(c.time, [start, start + hours * HOUR]).tolist() for s, c in found.items()}
    return {symbol: c.rows(*cuts[symbol]) for symbol, c in found.items()}


def test_real_candles_are_ranked_as_by_hand(candles_dir: Path) -> None:
    """Three coins' hours: momentum computed and ranked in plain Python at every close."""
    candles = real(candles_dir, 3_000)
    found = evaluated("rank(roc(close, 24))", candles)
    by_time: dict[int, dict[str, float]] = {}
    for symbol, c in candles.items():
        close = c.close.tolist()
        for k, time in enumerate(c.time.tolist()):
            value = NAN if k < 24 else (close[k] - close[k - 24]) / close[k - 24] * 100
            by_time.setdefault(time, {})[symbol] = value
    places = {time: ranked(values) for time, values in by_time.items()}
    for symbol, c in candles.items():
        wanted = [places[time].get(symbol, NAN) for time in c.time.tolist()]
        np.testing.assert_array_equal(found[symbol], wanted)


def rotated(candles: Mapping[str, Candles], **more: Any) -> Result:
    select = {"score": "roc(close, 168)", "top": 2, "every": "week"}
    strategy = loads(json.dumps({**HEAD, "symbols": list(candles), "select": select, **more}))
    return backtest(strategy, candles, instruments={s: make_instrument(s, {"taker": 0.0}) for s in candles})


def test_a_rotation_holds_what_a_hand_would_choose(candles_dir: Path) -> None:
    """Every entry and exit of a weekly rotation over real candles, chosen again in plain Python."""
    candles = real(candles_dir, 6_000)
    closes = {s: dict(zip(c.time.tolist(), c.close.tolist(), strict=True)) for s, c in candles.items()}
    rows = {s: {t: k for k, t in enumerate(c.time.tolist())} for s, c in candles.items()}
    times = sorted(set().union(*closes.values()))
    held: set[str] = set()
    wanted: list[tuple[str, int, str]] = []
    for before, time in pairwise(times):
        weeks = [(datetime.fromtimestamp((t + HOUR) / 1000, UTC)).isocalendar()[:2] for t in (before, time)]
        if weeks[0] == weeks[1]:
            continue
        scores = {}
        for symbol, c in candles.items():
            k = rows[symbol].get(time, -1)
            if k >= 168:
                scores[symbol] = float(c.close[k]) / float(c.close[k - 168])
        places = ranked(scores)
        for symbol, place in places.items():
            if (place <= 2) != (symbol in held):
                following = rows[symbol][time] + 1
                if following < len(candles[symbol]):
                    wanted.append((symbol, int(candles[symbol].time[following]), "in" if place <= 2 else "out"))
                held ^= {symbol}
    trades = rotated(candles).trades
    found = []
    for k in range(len(trades)):
        symbol = trades.symbols[int(trades.symbol[k])]
        found.append((symbol, int(trades.entry_time[k]), "in"))
        found += [(symbol, int(trades.exit_time[k]), "out")] if int(trades.reason[k]) else []
    assert len(wanted) > 20
    assert sorted(found) == sorted(wanted)


def test_listing_symbols_otherwise_changes_nothing(candles_dir: Path) -> None:
    """The trades of a rotation do not depend on the order of `symbols`."""
    candles = real(candles_dir, 3_000)

    def told(result: Result) -> set[tuple[Any, ...]]:
        t = result.trades
        return {(t.symbols[int(t.symbol[k])], int(t.entry_time[k]), int(t.exit_time[k])) for k in range(len(t))}

    assert told(rotated(candles)) == told(rotated(dict(reversed(candles.items())))) != set()


def test_what_compares_symbols_needs_them_all() -> None:
    """An expression that ranks is not evaluated over one of several symbols in silence."""
    candles = {s: flat(s, [1.0, 2.0]) for s in ("A/USDT", "B/USDT")}
    strategy = loads(json.dumps({**HEAD, "symbols": list(candles), "long": {"enter": "close > open"}}))
    with pytest.raises(stratrun.InputError, match="compares"):
        stratrun.evaluate(["rank(close)"], candles["A/USDT"], strategy=strategy)
    assert len(universe_of(strategy, candles).own) == 2
