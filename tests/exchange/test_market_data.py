"""Prices along time, and the candles that they make."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from stratrun.engine.exchange.clocks import HandClock
from stratrun.engine.exchange.exchange import Exchange
from stratrun.engine.exchange.market_data import Candle, Print, tape, walk
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.timeframe import Timeframe

from .venue import SPOT, START, D


def test_tape_gives_back_its_candles(sample: Callable[..., Candles]) -> None:
    """Candles played as prices are those very candles again, the last one open."""
    candles = sample(count=50, timeframe="1h")
    exchange = Exchange(HandClock(int(candles.time[-1]) + 3_599_999))
    market = exchange.list(Spec(SPOT), tape(candles), base="1h")
    rows = market.candles(Timeframe.parse("1h")).rows()
    columns = zip(*(getattr(candles, name).tolist() for name in Candle.__slots__), strict=True)
    assert [tuple(getattr(row, name) for name in Candle.__slots__) for row in rows] == list(columns)


def test_longer_candles_add_up(sample: Callable[..., Candles]) -> None:
    """A longer timeframe asked for late is what it would have been from the start."""
    candles = sample(count=60, timeframe="1m")
    end = int(candles.time[-1]) + 60_000
    exchange, early = Exchange(HandClock(int(candles.time[0]))), Exchange(HandClock(int(candles.time[0])))
    late_market, early_market = exchange.list(Spec(SPOT), tape(candles)), early.list(Spec(SPOT), tape(candles))
    frame = Timeframe.parse("15m")
    early_market.candles(frame)
    for one in (exchange, early):
        one.clock.time = end  # type: ignore[attr-defined]
        one.advance()
    mine, theirs = late_market.candles(frame).rows(), early_market.candles(frame).rows()
    assert [(row.time, row.open, row.high, row.low, row.close) for row in mine] == [
        (row.time, row.open, row.high, row.low, row.close) for row in theirs
    ]
    assert len(mine) == 5


def test_minutes_without_prints_are_flat_or_missing() -> None:
    """A period in which nothing traded repeats the last price with no volume, or is left out where there are gaps."""
    prints = [Print(START, D(100)), Print(START + 180_000, D(110))]
    for gaps, count in ((False, 4), (True, 2)):
        exchange = Exchange(HandClock(START + 180_000))
        market = exchange.list(Spec(SPOT), prints, gaps=gaps)
        rows = market.books["1m"].rows()
        assert len(rows) == count
        assert [row.time for row in rows] == sorted({row.time for row in rows})
        assert all(row.volume == 0 and row.open == row.close for row in rows[1:-1])


def test_a_gap_is_not_shown_while_it_is_open() -> None:
    """Where minutes without trades are missing, the present one is, too, until a price comes."""
    exchange = Exchange(HandClock(START + 120_000))
    market = exchange.list(Spec(SPOT), [Print(START, D(100))], gaps=True)
    assert len(market.books["1m"].rows()) == 1
    exchange.print(SPOT, D(101))
    assert [row.close for row in market.books["1m"].rows()] == [100.0, 101.0]


def test_closed_candles_are_told_with_the_clock() -> None:
    """Somebody who listens hears each candle close once, in order, whether or not a price came."""
    exchange = Exchange(HandClock(START))
    market = exchange.list(Spec(SPOT), [Print(START, D(100))])
    heard: list[int] = []
    market.books["1m"].listeners.append(lambda row, closed: heard.append(row.time) if closed else None)
    assert exchange.next_time() == START // 60_000 * 60_000 + 60_000
    exchange.clock.time += 180_000  # type: ignore[attr-defined]
    exchange.advance()
    assert heard == [START // 60_000 * 60_000 + minute * 60_000 for minute in range(3)]


def test_walks_of_equal_seeds_are_equal() -> None:
    """A seed is all that a walk depends on."""
    one, other, third = (list(islice(walk(seed, START, D(100)), 500)) for seed in (1, 1, 2))
    assert one == other != third
