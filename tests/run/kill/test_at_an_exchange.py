"""The kill switch against the simulated exchange, whose own books tell what is left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from stratrun.engine.brokers.words import Ticket
from stratrun.engine.exchange.clocks import HandClock
from stratrun.engine.exchange.direct import DirectBroker
from stratrun.engine.exchange.exchange import Exchange
from stratrun.engine.exchange.faults import Faults, parse
from stratrun.engine.exchange.market_data import Print
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.ledger.events_session import SessionOpened
from stratrun.engine.ledger.opening import open_writer
from stratrun.engine.ledger.values import Mode, OrderType, Role, Side
from stratrun.engine.ledger.verify import verify
from stratrun.engine.market.venue import Kind
from stratrun.engine.orders.desk import Desk
from stratrun.engine.orders.settings import Settings
from stratrun.engine.orders.wanted import Wanted
from stratrun.engine.run.halt_marker import HaltMarker
from stratrun.engine.run.kill.report import KillReport
from stratrun.engine.run.kill.switch import Kill, KillSwitch

START = 1_700_000_000_000
PERP = "ETH/USDT:USDT"
D = Decimal


async def _played(folder: Path, faults: str) -> tuple[Exchange, KillReport]:
    """A long of 2 with its stop, an entry of ours and one of somebody else's; then the switch."""
    exchange = Exchange(HandClock(START))
    exchange.list(Spec(PERP), [Print(START, D(100))])
    exchange.open_account("me", {"USDT": D(10_000)})
    session = DirectBroker(exchange, "me", Kind.PERP)
    await session.open([PERP])
    for ticket in (
        Ticket("sabcde000000000001", PERP, Side.BUY, OrderType.MARKET, D(2)),
        Ticket("sabcde000000000002", PERP, Side.SELL, OrderType.STOP, D(2), trigger=D(90), reduce_only=True),
        Ticket("sabcde000000000003", PERP, Side.BUY, OrderType.LIMIT, D(1), D(95)),
        Ticket("web1", PERP, Side.BUY, OrderType.LIMIT, D(1), D(80)),
    ):
        await session.submit(session.wire(ticket))
    kill = Kill("main", str(folder / "none.db"), "ann", "test", (PERP,), flatten=True, patience=2.0)
    own = DirectBroker(exchange, "me", Kind.PERP, Faults(parse(faults)))
    report = await KillSwitch(kill, HaltMarker(folder / "none.db.halt"), lambda: own).run()
    return exchange, report


@pytest.mark.parametrize("faults", ["", "cancel 1 after_accept cut", "open_orders 1 before_accept error 503"])
def test_the_venue_is_flat_and_only_others_orders_are_left(tmp_path: Path, faults: str) -> None:
    """Whatever fails once, the position is closed and all our orders are gone, by the venue's own books."""
    exchange, report = asyncio.run(_played(tmp_path, faults))
    truth = exchange.truth("me")
    assert [(fill.side, fill.quantity) for fill in truth.fills] == [(Side.BUY, D(2)), (Side.SELL, D(2))]
    assert not any(holding.quantity for holding in truth.holdings.values())
    assert [order.client_id for order in truth.open] == ["web1"]
    assert report.complete, report.as_text()


async def _begun(exchange: Exchange, clock: Any, folder: Path, symbol: str) -> tuple[Desk, Callable[[], Any]]:
    """A desk of two strategies on the ledger in the folder, and what ends it."""
    writer = open_writer(folder / "ledger.db", clock.now)
    broker = DirectBroker(exchange, "me", Kind.PERP if ":" in symbol else Kind.SPOT)
    await broker.open([symbol])
    for name in ("a", "b"):
        writer.append(
            SessionOpened(f"s-{name}", Mode.REHEARSAL, "me", name, "hash", "desk", (symbol,), "1m", START, "1")
        )
    desk = Desk(writer, broker, clock, "me", Settings(mode="rehearsal", inline=True))
    await desk.start()

    async def end() -> None:
        await desk.stop()
        await broker.close()
        writer.close()

    return desk, end


@pytest.mark.parametrize("symbol", ["ETH/USDT", PERP])
def test_what_two_strategies_hold_is_flat_for_both(
    tmp_path: Path, symbol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The switch closes a symbol that two strategies hold; the next process finds both flat, no drift, and no stop."""

    async def at_once(call: Callable[..., Any], *words: Any) -> Any:
        return call(*words)  # simulated time would not wait for a thread

    monkeypatch.setattr(asyncio, "to_thread", at_once)

    async def main(clock: Any) -> None:
        exchange = Exchange(clock)
        exchange.list(Spec(symbol))
        exchange.print(symbol, D(100))
        exchange.open_account("me", {"USDT": D(10_000)})
        desk, end = await _begun(exchange, clock, tmp_path, symbol)
        for name, quantity in (("a", "2"), ("b", "0.5")):
            await desk.place(Wanted(name, symbol, Role.ENTRY, Side.BUY, D(quantity), reference=D(100)))
            await desk.protect(name, symbol, D(90))
        await clock.sleep(5)
        assert len(exchange.truth("me").open) == 2
        await end()
        ledger = tmp_path / "ledger.db"
        kill = Kill("me", str(ledger), "ann", "test", (symbol,), flatten=True)
        own = DirectBroker(exchange, "me", Kind.PERP if ":" in symbol else Kind.SPOT)
        report = await KillSwitch(kill, HaltMarker(tmp_path / "ledger.db.halt"), lambda: own).run()
        assert report.complete, report.as_text()
        desk, end = await _begun(exchange, clock, tmp_path, symbol)
        await clock.sleep(30)
        await desk.reconcile("test")
        assert desk.state.positions(symbol) == []
        assert (desk.state.drift(), desk.state.live(), desk.violations()) == ([], [], [])
        reader = desk._parts.journal.writer.read
        assert [(trade.strategy, trade.exit_quantity) for trade in reader.trades(closed=True)] == [
            ("a", D(2)), ("b", D("0.5")),
        ]  # fmt: skip
        assert verify(reader).findings == ()
        await end()

    run_virtual(main, START)
