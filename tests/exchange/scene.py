"""A scene on the simulated exchange in simulated time: what plays it, and the orders it begins with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from stratrun.engine.brokers.clock import LoopClock
from stratrun.engine.brokers.protocol import Broker
from stratrun.engine.brokers.words import OrderReport, Report, Ticket
from stratrun.engine.exchange.direct import DirectBroker
from stratrun.engine.exchange.exchange import Exchange
from stratrun.engine.exchange.faults import Faults, parse
from stratrun.engine.exchange.market_data import Print
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.ledger.values import OrderType, Side
from stratrun.engine.market.venue import Kind

from .venue import PERP, SPOT, START, D

Scene = Callable[[Exchange, DirectBroker, LoopClock], Awaitable[None]]


def play(scene: Scene, faults: str = "", kind: Kind = Kind.SPOT, skew: int = 0) -> None:
    """Run a scene against an exchange whose prices stand still at 100."""

    async def main(clock: LoopClock) -> None:
        exchange = Exchange(clock, skew)
        symbol = SPOT if kind is Kind.SPOT else PERP
        exchange.list(Spec(symbol), [Print(START, D(100))])
        exchange.open_account("me", {"USDT": D(10_000), "BTC": D(10)})
        broker: Broker = DirectBroker(exchange, "me", kind, Faults(parse(faults)))
        assert isinstance(broker, DirectBroker)
        await broker.open([symbol])
        await scene(exchange, broker, clock)
        await broker.close()

    run_virtual(main, START)


def limit(client_id: str = "a1", price: str = "90", quantity: str = "1", symbol: str = SPOT) -> Ticket:
    return Ticket(client_id, symbol, Side.BUY, OrderType.LIMIT, D(quantity), D(price))


async def submit(broker: DirectBroker, ticket: Ticket) -> OrderReport:
    return await broker.submit(broker.wire(ticket))


async def listen(broker: DirectBroker) -> list[Report]:
    heard: list[Report] = []

    async def hear() -> None:
        async for report in broker.reports():
            heard.append(report)

    task = asyncio.get_running_loop().create_task(hear())
    task.add_done_callback(lambda done: done.exception())
    await asyncio.sleep(0)
    return heard
