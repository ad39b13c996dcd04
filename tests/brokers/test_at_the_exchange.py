"""The broker at the exchange simulator: ccxt's unmodified classes over real sockets, an account's whole life."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from stratrun.engine.brokers.classify import DUPLICATE
from stratrun.engine.brokers.outcome import NotFoundError, RejectedError, UnclearError
from stratrun.engine.brokers.words import FillReport, OrderReport, Reference, Report, Status, StreamReport
from stratrun.engine.ledger.values import OrderType, Side
from stratrun.engine.market.venue import Kind

from .served import MARKET, PERPS, PLACES, Place, Scene, at_exchange, stop, ticket

everywhere = pytest.mark.parametrize("place", PLACES, ids=str)
contracts = pytest.mark.parametrize("place", PERPS, ids=str)


@everywhere
def test_orders_live_and_end(place: Place) -> None:
    """Placed, found by our name, listed, filled, canceled, told afterwards; twice the same name is unclear."""

    async def play(scene: Scene) -> None:
        broker, symbol = scene.broker, scene.symbol
        start, reduce = broker.now() - 10_000, scene.place.kind is Kind.PERP
        resting = await broker.submit(broker.wire(ticket(symbol, "a1")))
        bought = await broker.submit(broker.wire(ticket(symbol, "a2", **MARKET)))
        placed = await broker.submit(
            broker.wire(ticket(symbol, "a3", **stop(95), quantity=Decimal("0.4"), reduce_only=reduce))
        )
        assert resting.status is Status.OPEN
        found = await broker.find(Reference(symbol, "a2", bought.venue_id))
        assert found is not None
        assert (found.status, found.filled, found.client_id) == (Status.CLOSED, Decimal("0.5"), "a2")
        assert {order.client_id: order.type for order in await broker.open_orders()} == {
            "a1": OrderType.LIMIT, "a3": OrderType.STOP,
        }  # fmt: skip
        for named in (Reference(symbol, "a3", trigger=True), Reference(symbol, "a3", placed.venue_id, True)):
            waiting = await broker.find(named)
            assert waiting is not None
            assert (waiting.venue_id, waiting.client_id) == (placed.venue_id, "a3")
            assert (waiting.trigger, waiting.reduce_only, waiting.filled) == (Decimal(95), reduce, 0)
        assert await broker.find(Reference(symbol, "never")) is None
        assert await broker.find(Reference(symbol, "never", trigger=True)) is None
        with pytest.raises(UnclearError, match=DUPLICATE):
            await broker.submit(broker.wire(ticket(symbol, "a1")))
        await broker.cancel(Reference(symbol, "a1"))
        await broker.cancel(Reference(symbol, "a3", trigger=True))
        for gone in (Reference(symbol, "a1"), Reference(symbol, "a3", trigger=True)):
            with pytest.raises(NotFoundError):
                await broker.cancel(gone)
        assert await broker.open_orders() == []
        ended = {order.client_id: order.status for order in await broker.ended_orders(symbol, start)}
        assert ended == {"a1": Status.CANCELED, "a2": Status.CLOSED, "a3": Status.CANCELED}
        (fill,) = await broker.fills(symbol, start)
        assert await broker.order_fills(Reference(symbol, "a2")) == [fill]
        assert (fill.quantity, fill.price, fill.fee) == (Decimal("0.5"), Decimal(100), Decimal("0.05"))

    at_exchange(place, play)


@everywhere
def test_a_fill_comes_over_the_stream(place: Place) -> None:
    """Without asking, once, and the same as when it is asked for."""

    async def play(scene: Scene) -> None:
        broker, symbol = scene.broker, scene.symbol
        found: list[Report] = []
        async for report in broker.reports():
            found.append(report)
            if isinstance(report, StreamReport) and report.up:
                await broker.submit(broker.wire(ticket(symbol, "b1", **MARKET)))
            if isinstance(report, FillReport):
                break
        (asked,) = await broker.fills(symbol, broker.now() - 10_000)
        told = found[-1]
        assert isinstance(told, FillReport)
        assert (told.fill_id, told.venue_id, told.quantity, told.price, told.fee, told.fee_currency) == (
            asked.fill_id, asked.venue_id, asked.quantity, asked.price, asked.fee, asked.fee_currency,
        )  # fmt: skip

    at_exchange(place, play)


@contracts
def test_a_contracts_account_is_told(place: Place) -> None:
    """Leverage is set and told, and a short position has its sign."""

    async def play(scene: Scene) -> None:
        broker, symbol = scene.broker, scene.symbol
        await broker.set_leverage(symbol, Decimal(3), True)
        await broker.set_leverage(symbol, Decimal(3), True)
        await broker.submit(broker.wire(ticket(symbol, "c1", side=Side.SELL, **MARKET)))
        (position,) = await broker.positions([symbol])
        assert (position.quantity, position.entry_price) == (Decimal("-0.5"), Decimal(100))
        assert position.isolated is not False
        assert position.leverage == 3
        assert scene.exchange.truth("me").holdings[symbol].margin == Decimal(50) / 3
        assert await broker.normal()
        with pytest.raises(RejectedError):
            await broker.set_leverage(symbol, Decimal(101), True)

    at_exchange(place, play)


@contracts
def test_what_only_reduces_never_opens(place: Place) -> None:
    """Without a position it is rejected; with one it closes no more than that."""

    async def play(scene: Scene) -> None:
        broker, symbol = scene.broker, scene.symbol
        sell = {"side": Side.SELL, "reduce_only": True, **MARKET}
        with pytest.raises(RejectedError):
            await broker.submit(broker.wire(ticket(symbol, "g1", **sell)))
        await broker.submit(broker.wire(ticket(symbol, "g2", **MARKET)))
        await broker.submit(broker.wire(ticket(symbol, "g3", **sell, quantity=Decimal(2))))
        assert scene.exchange.truth("me").holdings == {}
        assert [position.quantity for position in await broker.positions([symbol])] in ([], [Decimal(0)])

    at_exchange(place, play)


@everywhere
def test_money_is_told_as_it_is(place: Place) -> None:
    """Totals and what is free, while an order rests."""

    async def play(scene: Scene) -> None:
        broker = scene.broker
        await broker.submit(broker.wire(ticket(scene.symbol, "m1")))
        told, truth = (await broker.balances()).balances, scene.exchange.truth("me").wallets
        assert truth["USDT"].locked > 0
        for currency, wallet in truth.items():
            assert (told[currency].total, told[currency].free) == (wallet.total, wallet.free)
        permissions = await broker.permissions()
        assert permissions.read
        quote = await broker.quote(scene.symbol)
        assert (quote.bid, quote.last) == (Decimal(100), Decimal(100))

    at_exchange(place, play)


@everywhere
def test_what_the_account_cannot_pay_is_rejected(place: Place) -> None:
    """A refusal with a reason, for each reason."""

    async def play(scene: Scene) -> None:
        broker = scene.broker
        with pytest.raises(RejectedError):
            await broker.submit(broker.wire(ticket(scene.symbol, "d1", quantity=Decimal(500_000))))
        with pytest.raises(RejectedError):
            await broker.submit(broker.wire(ticket(scene.symbol, "d2", quantity=Decimal("0.01"))))
        scene.exchange.outside.respec(scene.symbol, tick=Decimal("0.05"))
        with pytest.raises(RejectedError):
            await broker.submit(broker.wire(ticket(scene.symbol, "d3", price=Decimal("90.01"))))
        scene.exchange.outside.revoke("me")
        with pytest.raises(RejectedError):
            await broker.submit(broker.wire(ticket(scene.symbol, "d4")))
        assert scene.exchange.truth("me").orders == ()

    at_exchange(place, play)


@everywhere
def test_an_order_is_changed_in_place(place: Place) -> None:
    """It keeps its id and our name; where that would be two steps, as with waiting stops, it is refused."""

    async def play(scene: Scene) -> None:
        broker, symbol = scene.broker, scene.symbol
        placed = await broker.submit(broker.wire(ticket(symbol, "e1")))
        if not broker.abilities.amend:
            with pytest.raises(RejectedError):
                await broker.amend(Reference(symbol, "e1"), ticket(symbol, "e1", price=Decimal(91)))
            return
        changed = await broker.amend(
            Reference(symbol, "e1"), ticket(symbol, "e1", price=Decimal(91), quantity=Decimal("0.6"))
        )
        found = await broker.find(Reference(symbol, "e1"))
        assert found is not None
        assert changed.venue_id == found.venue_id == placed.venue_id
        assert (changed.price, found.price, found.quantity) == (Decimal(91), Decimal(91), Decimal("0.6"))
        await broker.cancel(Reference(symbol, "e1"))
        with pytest.raises(NotFoundError):
            await broker.amend(Reference(symbol, "e1", placed.venue_id), ticket(symbol, "e1", price=Decimal(92)))

    at_exchange(place, play)


@everywhere
def test_a_stop_that_triggered_is_followed(place: Place) -> None:
    """What it became is told under our name, with its fills, however it is asked for."""

    async def play(scene: Scene) -> None:
        broker, symbol, perp = scene.broker, scene.symbol, scene.place.kind is Kind.PERP
        start = broker.now() - 10_000
        if perp:
            await broker.set_leverage(symbol, Decimal(2), True)
        await broker.submit(broker.wire(ticket(symbol, "f0", **MARKET)))
        placed = await broker.submit(broker.wire(ticket(symbol, "f1", **stop(95), reduce_only=perp)))
        scene.exchange.print(symbol, Decimal(94))
        (_, sold) = await broker.fills(symbol, start)
        for named in (Reference(symbol, "f1", trigger=True), Reference(symbol, "f1", placed.venue_id, True)):
            found = await broker.find(named)
            assert found is not None
            assert (found.client_id, found.status, found.filled) == ("f1", Status.CLOSED, Decimal("0.5"))
            assert found.venue_id == sold.venue_id
            assert await broker.order_fills(named) == [sold]
        ended = [order.client_id for order in await broker.ended_orders(symbol, start)]
        assert sorted(name for name in ended if name) == ["f0", "f1"]

    at_exchange(place, play)


@everywhere
def test_a_stop_beyond_the_price_is_rejected(place: Place) -> None:
    """Nowhere does it stay to wait for the price to come back."""

    async def play(scene: Scene) -> None:
        broker = scene.broker
        with pytest.raises(RejectedError):
            await broker.submit(broker.wire(ticket(scene.symbol, "h1", **stop(101))))
        assert scene.exchange.truth("me").orders == ()

    at_exchange(place, play)


@everywhere
def test_candles_are_told(place: Place) -> None:
    """The ones asked for, oldest first, and the open one as it changes."""

    async def play(scene: Scene) -> None:
        broker, symbol = scene.broker, scene.symbol
        now = broker.now()
        rows = await broker.candles(symbol, "1m", now - 300_000, 10)
        times = [row.time for row in rows]
        assert times == sorted(set(times))
        assert len(times) == 5 or len(times) == 6
        assert all(row.time >= now - 300_000 and row.close == 100.0 for row in rows)
        printing = asyncio.create_task(_print_for_ever(scene, Decimal(105)))
        async for candle in broker.watch_candles(symbol, "1m"):
            if candle.close == 105.0:
                break
        printing.cancel()

    at_exchange(place, play)


async def _print_for_ever(scene: Scene, price: Decimal) -> None:
    while True:
        scene.exchange.print(scene.symbol, price)
        await asyncio.sleep(0.01)  # the sockets get their turn


@everywhere
def test_the_stream_tells_what_a_stop_became(place: Place) -> None:
    """Nobody asks: its fill comes over the stream, and the order that it belongs to, by our name."""

    async def play(scene: Scene) -> None:
        broker, symbol, perp = scene.broker, scene.symbol, scene.place.kind is Kind.PERP
        fills: list[FillReport] = []
        orders: list[OrderReport] = []
        if perp:
            await broker.set_leverage(symbol, Decimal(2), True)
        async for report in broker.reports():
            if isinstance(report, StreamReport) and report.up:
                await broker.submit(broker.wire(ticket(symbol, "w0", **MARKET)))
                await broker.submit(broker.wire(ticket(symbol, "w1", **stop(95), reduce_only=perp)))
                scene.exchange.print(symbol, Decimal(94))
            if isinstance(report, FillReport):
                fills.append(report)
            if isinstance(report, OrderReport):
                orders.append(report)
            ended = {order.venue_id for order in orders if (order.client_id, order.status) == ("w1", Status.CLOSED)}
            if len(fills) == 2 and fills[1].venue_id in ended:
                break
        assert (fills[1].side, fills[1].quantity) == (Side.SELL, Decimal("0.5"))

    at_exchange(place, play)


@everywhere
def test_a_broken_stream_is_told_and_comes_back(place: Place) -> None:
    """That it broke is known, and what happens after its return is told."""

    async def play(scene: Scene) -> None:
        broker, symbol, seen = scene.broker, scene.symbol, list[bool]()
        async for report in broker.reports():
            if isinstance(report, StreamReport):
                seen.append(report.up)
                if seen in ([True], [True, False, True]):
                    await broker.submit(broker.wire(ticket(symbol, f"x{len(seen)}")))
            if isinstance(report, OrderReport) and report.client_id == "x3":
                break
        assert seen == [True, False, True]

    at_exchange(place, play, "user_stream 1 message break 0.1")
