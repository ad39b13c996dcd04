"""Closed candles from streams that lag, break, repeat and lie: each close once, in order, and what is late as late."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from stratrun.engine.brokers.clock import LoopClock
from stratrun.engine.brokers.outcome import ReadError
from stratrun.engine.brokers.words import CandleReport
from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.language.deployment import DataRules
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.run.live.feed import Closed, Feed
from stratrun.engine.run.live.series import Series, sound

M = 60_000
START = 1_700_000_040_000 // M * M
ONE = Timeframe.parse("1m")


def candle(k: int, price: float = 100.0, closed: bool | None = None) -> CandleReport:
    return CandleReport(START + k * M, price, price + 1, price - 1, price, 5.0, closed)


@dataclass
class Script:
    """A venue of which only candles are asked: (ms after START, report) by symbol, and what REST knows by then."""

    clock: LoopClock
    streams: dict[str, list[tuple[int, CandleReport]]]
    rest: dict[str, list[tuple[int, CandleReport]]] = field(default_factory=dict)
    broken: bool = False
    asked: int = 0

    def now(self) -> int:
        return self.clock.now()

    async def watch_candles(self, symbol: str, timeframe: str) -> AsyncIterator[CandleReport]:
        for at, report in self.streams.get(symbol, []):
            await self.clock.sleep(max(0, START + at - self.now()) / 1_000)
            yield report
        await asyncio.Event().wait()

    async def candles(self, symbol: str, timeframe: str, since: int, limit: int) -> list[CandleReport]:
        self.asked += 1
        if self.broken:
            raise ReadError("no answer")
        return [r for at, r in self.rest.get(symbol, []) if START + at <= self.now() and r.time >= since][:limit]


def play(closes: int, make: Any) -> tuple[list[Closed], Script, list[str]]:
    async def main(clock: LoopClock) -> tuple[list[Closed], Script, list[str]]:
        script, words = make(clock), []
        feed = Feed(script, clock, [Series(s, ONE, START - M) for s in ("A", "B")], DataRules(), words.append)
        feed.start()
        found = []
        async for closed in feed.closes():
            found.append(closed)
            if len([one for one in found if not one.late]) == closes:
                break
        await feed.stop()
        return found, script, words

    return run_virtual(main, START + 1_000)


def times(found: list[Closed]) -> list[tuple[int, bool, dict[str, list[int]]]]:
    """Minutes after START: the close, whether it is late, and which candles of which symbol it brings."""

    def minutes(rows: tuple[CandleReport, ...]) -> list[int]:
        return [(one.time - START) // M for one in rows]

    return [((c.time - START) // M, c.late, {key[0]: minutes(rows) for key, rows in c.candles.items()}) for c in found]


def test_a_newer_candle_closes_the_one_before() -> None:
    """Both streams bring the next candle just after the close: the decision comes then and not later."""
    heard = [(k * M + 100, candle(k)) for k in range(4)]
    found, script, _ = play(2, lambda clock: Script(clock, {"A": heard, "B": heard}))
    assert times(found) == [(1, False, {"A": [0], "B": [0]}), (2, False, {"A": [1], "B": [1]})]
    assert script.asked == 0


def test_a_silent_stream_is_asked_for() -> None:
    """A stream that is silent does not hold up the close: the venue is asked."""
    heard = [(k * M + 100, candle(k)) for k in range(4)]
    rest = [((k + 1) * M + 50, candle(k)) for k in range(4)]
    found, script, _ = play(2, lambda clock: Script(clock, {"A": heard}, {"B": rest}))
    assert times(found)[0] == (1, False, {"A": [0], "B": [0]})
    assert script.asked > 0


def test_what_comes_too_late_decides_nothing() -> None:
    """After `wait` the close goes on without it; later it is given out as late, before the next close."""
    heard = [(k * M + 100, candle(k)) for k in range(4)]
    slow = [(M + 30_000, candle(0, closed=True)), (2 * M + 100, candle(1, closed=True))]
    found, _, _ = play(2, lambda clock: Script(clock, {"A": heard, "B": slow}))
    assert times(found) == [
        (1, False, {"A": [0]}),
        (2, True, {"B": [0]}),
        (2, False, {"A": [1], "B": [1]}),
    ]
    assert found[0].missing == (("B", "1m"),)


def test_a_gap_is_filled_before_what_follows() -> None:
    """A stream that skipped candles is not believed: the gap is asked for first."""
    jumped = [(100, candle(0)), (3 * M + 100, candle(3))]
    heard = [(k * M + 100, candle(k)) for k in range(5)]
    rest = [((k + 1) * M, candle(k)) for k in range(5)]
    found, _, _ = play(3, lambda clock: Script(clock, {"A": heard, "B": jumped}, {"B": rest}))
    seen = [k for _, _, rows in times(found) for k in rows.get("B", [])]
    assert seen == [0, 1, 2]


def test_a_venue_that_does_not_answer_is_told_of() -> None:
    """No stream and no answer: the close comes without the candle, and somebody hears of it."""
    heard = [(k * M + 100, candle(k)) for k in range(4)]

    def make(clock: LoopClock) -> Script:
        return Script(clock, {"A": heard}, broken=True)

    found, _, words = play(1, make)
    assert times(found) == [(1, False, {"A": [0]})]
    assert any("candles of B" in said for said in words)


@pytest.mark.parametrize(
    "report",
    [
        candle(0, float("nan")), candle(0, 0.0), candle(0, -1.0), candle(0, float("inf")),
        CandleReport(START + 1, 1, 1, 1, 1, 1), CandleReport(START, 1, 0.5, 1, 1, 1),
        CandleReport(START, 1, 1, 1.5, 1, 1), CandleReport(START, 1, 1, 1, 1, -1),
        CandleReport(START, 1, 1, 1, 1, float("nan")),
    ],
)  # fmt: skip
def test_what_is_no_candle_is_refused(report: CandleReport) -> None:
    """NaN, zero, off the grid, high below low, negative volume: nothing of it reaches the graph."""
    series = Series("A", ONE, START - M)
    assert not sound(report, ONE)
    assert not series.take(report)
    assert series.refused == 1


def test_each_candle_is_given_out_once() -> None:
    """Duplicates and revisions of a candle that was given out change nothing; they are counted."""
    series = Series("A", ONE, START - M)
    assert [one.time for one in series.take(candle(0, closed=True))] == [START]
    assert not series.take(candle(0, closed=True))
    assert not series.take(candle(0, 101.0, closed=True))
    assert not series.confirm([candle(0, 102.0)], START + 5 * M)
    assert series.revised == 1
