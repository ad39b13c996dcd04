"""What is told or asked for again: fills that were booked long ago, stops that take each other's place."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from stratrun.engine.brokers.clock import SystemClock
from stratrun.engine.exchange.orders import Request
from stratrun.engine.ledger.events_session import SessionOpened
from stratrun.engine.ledger.opening import open_writer
from stratrun.engine.ledger.place import Place
from stratrun.engine.ledger.rows import FillRow
from stratrun.engine.ledger.values import Command, Mode, OrderState, OrderType, Side
from stratrun.engine.orders.journal import Journal
from stratrun.engine.orders.state import State

from .stage import NOW, PERP, SETTINGS, SPOT, D, Stage, play
from .test_dividing import told, two_hold

SYMBOLS = pytest.mark.parametrize("symbol", [SPOT, PERP])
FORGETFUL = replace(SETTINGS, kept=1)


def by_hand(stage: Stage, side: Side, quantity: str) -> None:
    stage.exchange.outside.order("main", Request(stage.symbol, side, OrderType.MARKET, D(quantity)))


def shown(stage: Stage) -> list[tuple[str, Decimal]]:
    return sorted((row.strategy, row.quantity) for row in stage.desk.state.positions(stage.symbol))


def test_a_strangers_fill_told_again_long_after_moves_nothing() -> None:
    """A stream may begin with old fills: one that memory has let go is not divided over those who hold now."""

    async def scenario(stage: Stage) -> None:
        stage.exchange.outside.deposit("main", "BTC", D(5))
        await stage.wait(120)
        by_hand(stage, Side.SELL, "5")
        await stage.wait(120)
        (old,) = await stage.broker.fills(SPOT, 0)
        by_hand(stage, Side.BUY, "1")
        await stage.wait(120)
        await two_hold(stage)
        before, count = shown(stage), len(stage.writer.read.rows(FillRow))
        assert ("dip", D(2)) in before
        assert ("other", D(3)) in before
        await stage.desk._resolver.intake.fills([old])
        assert shown(stage) == before
        assert len(stage.writer.read.rows(FillRow)) == count

    play(scenario, settings=FORGETFUL)


@pytest.mark.parametrize("name", ["a#1", "a"])
def test_a_fill_that_cannot_be_booked_is_told_once(name: str) -> None:
    """Whatever its name: it is a difference that somebody has to look at, and those beside it are booked."""

    async def scenario(stage: Stage) -> None:
        bad = replace(told(name, Side.BUY, D(1), D(2), SPOT), fee_currency="BTC", venue_id="99")
        good = replace(told("b", Side.BUY, D(1), symbol=SPOT), venue_id="99")
        async with asyncio.timeout(60):
            await stage.desk._resolver.intake.fills([bad, good])
        assert [row.fill_id for row in stage.writer.read.rows(FillRow)] == ["b"]
        assert len([alert for alert in stage.desk.alerts if alert.code == "FILL_REFUSED"]) == 1

    play(scenario, check=False)


@SYMBOLS
def test_a_stop_is_replaced_without_a_pause(symbol: str) -> None:
    """As soon as the old one is gone the new one is sent, not at the next look at the price."""

    async def scenario(stage: Stage) -> None:
        await stage.enter()
        await stage.desk.protect("dip", symbol, D(90))
        await stage.wait(30)
        await stage.desk.protect("dip", symbol, D(95))

        def resting() -> list[object]:
            return [row.trigger for row in stage.desk.state.live() if row.state is OrderState.OPEN]

        assert await stage.until(lambda: resting() == [], 5)
        gone = asyncio.get_running_loop().time()
        assert await stage.until(lambda: resting() == [D(95)], 5)
        assert asyncio.get_running_loop().time() - gone < 0.1

    play(scenario, symbol=symbol)


def test_rows_are_only_changed_in_the_loops_thread(tmp_path: Path) -> None:
    """An order of a server's ledger is read beside the loop, and remembered in it; what is newer stays."""
    import threading

    from .test_recall import placed

    threads: list[int] = []

    class Watched(State):
        def take(self, rows: Any) -> None:
            threads.append(threading.get_ident())
            super().take(rows)

    writer = open_writer(tmp_path / "ledger.db", lambda: 1)
    try:
        writer.append(SessionOpened("s", Mode.REHEARSAL, "main", "s", "h", "d", (SPOT,), "1m", NOW, "1"))
        writer.append(*placed(SPOT))

        class Served:
            read, place = writer.read, Place()

        state = Watched("main")
        journal = Journal(Served(), SystemClock(), state, inline=False)  # type: ignore[arg-type]
        found = asyncio.run(journal.recall(f"o-{SPOT}"))
        assert found is not None
        assert state.order(found.order_id) == found
        assert set(threads) == {threading.get_ident()}
    finally:
        writer.close()


def test_the_stop_is_watched_while_a_target_waits_for_it() -> None:
    """A target takes the stop out of its way, the venue does not say that it is gone, and the price falls beyond it:
    the position is closed within seconds, once."""

    async def scenario(stage: Stage) -> None:
        await stage.enter()
        await stage.until(lambda: stage.position == D(1))
        await stage.desk.protect("dip", SPOT, D(90), D(110))
        await stage.wait(10)
        stage.print("111")
        assert await stage.until(lambda: any(row.command is not Command.NONE for row in stage.desk.state.live()), 20)
        await stage.wait(0.5)
        stage.print("80")
        await stage.wait(15)
        sold = [fill.quantity for fill in stage.truth().fills if fill.side is Side.SELL]
        assert sum(sold, D(0)) == D(1)

    calls = ("find", "open_orders", "ended_orders")
    silent = [f"{call} 2.. before_response drop" for call in calls]
    play(scenario, "\n".join(["cancel 1.. after_accept drop", *silent, "user_stream 1.. message drop"]), SPOT)
