"""The kill switch against the simulated exchange, whose own books tell what is left."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest

from stratrun.engine.brokers.words import Ticket
from stratrun.engine.exchange.clocks import HandClock
from stratrun.engine.exchange.direct import DirectBroker
from stratrun.engine.exchange.exchange import Exchange
from stratrun.engine.exchange.faults import Faults, parse
from stratrun.engine.exchange.market_data import Print
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.ledger.values import OrderType, Side
from stratrun.engine.market.venue import Kind
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
