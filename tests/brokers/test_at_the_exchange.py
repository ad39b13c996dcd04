"""The broker at the exchange simulator: ccxt's unmodified class over real sockets, an account's whole life."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest

from stratrun.engine.brokers.budget import Budget
from stratrun.engine.brokers.ccxt_broker import CcxtBroker
from stratrun.engine.brokers.classify import DUPLICATE
from stratrun.engine.brokers.connect import connect
from stratrun.engine.brokers.keys import Keys
from stratrun.engine.brokers.local_session import Endpoint
from stratrun.engine.brokers.outcome import NotFoundError, RejectedError, UnclearError
from stratrun.engine.brokers.secret import Secret
from stratrun.engine.brokers.words import FillReport, Reference, Report, Status, StreamReport, Ticket
from stratrun.engine.exchange.clocks import SpeedClock
from stratrun.engine.exchange.exchange import Exchange
from stratrun.engine.exchange.market_data import Print
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.exchange.wire.binance_spot import BinanceSpot
from stratrun.engine.exchange.wire.binance_usdm import BinanceUsdm
from stratrun.engine.exchange.wire.serve import serve
from stratrun.engine.ledger.values import OrderType, Side
from stratrun.engine.market.venue import Kind

SYMBOLS = {Kind.SPOT: "BTC/USDT", Kind.PERP: "BTC/USDT:USDT"}
Play = Callable[[Exchange, CcxtBroker, str], Awaitable[None]]


def at_exchange(kind: Kind, play: Play) -> None:
    async def main() -> None:
        now, symbol = int(time.time() * 1_000), SYMBOLS[kind]
        exchange = Exchange(SpeedClock(now))
        exchange.list(Spec(symbol), [Print(now, Decimal(100))])
        exchange.open_account("me", {"USDT": Decimal(100_000), "BTC": Decimal(10)}, "key", "secret")
        served = await serve(exchange, [BinanceSpot() if kind is Kind.SPOT else BinanceUsdm()])
        keys = Keys("me", Secret("key"), Secret("secret"), None, "a test")
        endpoint = Endpoint.parse(dict(served.urls))
        broker = CcxtBroker(connect("binance", kind, keys, endpoint=endpoint, budget=Budget(1e5, 1e5)))
        try:
            await broker.open([symbol])
            await play(exchange, broker, symbol)
        finally:
            await broker.close()
            await served.close()

    asyncio.run(asyncio.wait_for(main(), 60))


def _ticket(symbol: str, client_id: str, **changes: Any) -> Ticket:
    given = {
        "client_id": client_id, "symbol": symbol, "side": Side.BUY, "type": OrderType.LIMIT,
        "quantity": Decimal("0.5"), "price": Decimal(90),
    } | changes  # fmt: skip
    return Ticket(**given)


@pytest.mark.parametrize("kind", SYMBOLS)
def test_orders_live_and_end(kind: Kind) -> None:
    """Placed, found by our name, listed, filled, canceled, told afterwards; twice the same name is unclear."""

    async def play(exchange: Exchange, broker: CcxtBroker, symbol: str) -> None:
        start = broker.now() - 10_000
        resting = await broker.submit(broker.wire(_ticket(symbol, "a1")))
        market = {"type": OrderType.MARKET, "price": None}
        bought = await broker.submit(broker.wire(_ticket(symbol, "a2", **market)))
        stop = {"type": OrderType.STOP, "price": None, "side": Side.SELL, "trigger": Decimal(95)}
        reduce = kind is Kind.PERP
        await broker.submit(broker.wire(_ticket(symbol, "a3", **stop, quantity=Decimal("0.4"), reduce_only=reduce)))
        assert (resting.status, bought.status, bought.filled) == (Status.OPEN, Status.CLOSED, Decimal("0.5"))
        assert {order.client_id: order.type for order in await broker.open_orders()} == {
            "a1": OrderType.LIMIT, "a3": OrderType.STOP,
        }  # fmt: skip
        waiting = await broker.find(Reference(symbol, "a3", trigger=True))
        assert waiting is not None
        assert (waiting.trigger, waiting.reduce_only) == (Decimal(95), reduce)
        assert await broker.find(Reference(symbol, "never")) is None
        with pytest.raises(UnclearError, match=DUPLICATE):
            await broker.submit(broker.wire(_ticket(symbol, "a1")))
        await broker.cancel(Reference(symbol, "a1"))
        await broker.cancel(Reference(symbol, "a3", trigger=True))
        with pytest.raises(NotFoundError):
            await broker.cancel(Reference(symbol, "a1"))
        assert await broker.open_orders() == []
        ended = {order.client_id: order.status for order in await broker.ended_orders(symbol, start)}
        assert ended["a1"] is Status.CANCELED
        assert ended["a2"] is Status.CLOSED
        (fill,) = await broker.fills(symbol, start)
        assert await broker.order_fills(Reference(symbol, "a2")) == [fill]
        assert (fill.quantity, fill.price, fill.fee) == (Decimal("0.5"), Decimal(100), Decimal("0.05"))

    at_exchange(kind, play)


@pytest.mark.parametrize("kind", SYMBOLS)
def test_a_fill_comes_over_the_stream(kind: Kind) -> None:
    """Without asking, once, and the same as when it is asked for."""

    async def play(exchange: Exchange, broker: CcxtBroker, symbol: str) -> None:
        found: list[Report] = []
        async for report in broker.reports():
            found.append(report)
            if isinstance(report, StreamReport) and report.up:
                order = _ticket(symbol, "b1", type=OrderType.MARKET, price=None)
                await broker.submit(broker.wire(order))
            if isinstance(report, FillReport):
                break
        (asked,) = await broker.fills(symbol, broker.now() - 10_000)
        told = found[-1]
        assert isinstance(told, FillReport)
        assert (told.fill_id, told.venue_id, told.quantity, told.price, told.fee) == (
            asked.fill_id, asked.venue_id, asked.quantity, asked.price, asked.fee,
        )  # fmt: skip

    at_exchange(kind, play)


def test_a_contracts_account_is_told() -> None:
    """Leverage is set and a short position has its sign."""

    async def play(exchange: Exchange, broker: CcxtBroker, symbol: str) -> None:
        await broker.set_leverage(symbol, Decimal(3), True)
        sold = _ticket(symbol, "c1", side=Side.SELL, type=OrderType.MARKET, price=None)
        await broker.submit(broker.wire(sold))
        (position,) = await broker.positions([symbol])
        assert (position.quantity, position.entry_price, position.isolated) == (Decimal("-0.5"), Decimal(100), True)
        assert await broker.normal()

    at_exchange(Kind.PERP, play)


def test_what_the_account_cannot_pay_is_rejected() -> None:
    """A refusal with a reason."""

    async def play(exchange: Exchange, broker: CcxtBroker, symbol: str) -> None:
        with pytest.raises(RejectedError):
            await broker.submit(broker.wire(_ticket(symbol, "d1", quantity=Decimal(50_000))))

    at_exchange(Kind.SPOT, play)


def test_an_order_is_changed_in_place() -> None:
    """Contracts keep their id and our name; spot orders and waiting stops are refused, for that would be two steps."""

    async def contracts(exchange: Exchange, broker: CcxtBroker, symbol: str) -> None:
        placed = await broker.submit(broker.wire(_ticket(symbol, "e1")))
        changed = await broker.amend(Reference(symbol, "e1"), _ticket(symbol, "e1", price=Decimal(91)))
        found = await broker.find(Reference(symbol, "e1"))
        assert found is not None
        assert changed.venue_id == found.venue_id == placed.venue_id
        assert changed.price == found.price == Decimal(91)
        with pytest.raises(RejectedError):
            await broker.amend(Reference(symbol, "e2", trigger=True), _ticket(symbol, "e2"))

    async def spot(exchange: Exchange, broker: CcxtBroker, symbol: str) -> None:
        with pytest.raises(RejectedError):
            await broker.amend(Reference(symbol, "e1"), _ticket(symbol, "e1"))

    at_exchange(Kind.PERP, contracts)
    at_exchange(Kind.SPOT, spot)


@pytest.mark.parametrize("kind", SYMBOLS)
def test_a_stop_that_triggered_is_followed(kind: Kind) -> None:
    """What it became is told under our name, with its trigger, and its fills are found."""

    async def play(exchange: Exchange, broker: CcxtBroker, symbol: str) -> None:
        if kind is Kind.PERP:
            await broker.set_leverage(symbol, Decimal(2), True)
        await broker.submit(broker.wire(_ticket(symbol, "f0", type=OrderType.MARKET, price=None)))
        stop = {"type": OrderType.STOP, "price": None, "side": Side.SELL, "trigger": Decimal(95)}
        await broker.submit(broker.wire(_ticket(symbol, "f1", **stop, reduce_only=kind is Kind.PERP)))
        exchange.print(symbol, Decimal(94))
        found = await broker.find(Reference(symbol, "f1", trigger=True))
        assert found is not None
        assert (found.client_id, found.status, found.filled) == ("f1", Status.CLOSED, Decimal("0.5"))
        (fill,) = await broker.order_fills(Reference(symbol, "f1", trigger=True))
        assert fill.venue_id == found.venue_id

    at_exchange(kind, play)
