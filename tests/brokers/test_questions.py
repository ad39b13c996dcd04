"""Questions to a venue: every page, the right list, the right name, and never a half answer."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.brokers.ccxt_broker import CcxtBroker
from stratrun.engine.brokers.outcome import NotFoundError, ReadError, RejectedError
from stratrun.engine.brokers.paging import everything
from stratrun.engine.brokers.words import Balance, Reference, Status
from stratrun.engine.ledger.values import OrderType, Side
from stratrun.engine.market.venue import Kind

from .scripted import Scripted, order_row, ticket

NONE = {"code": -2013, "msg": "Order does not exist."}
DAY = 86_400_000


@given(
    st.lists(st.integers(0, 5 * DAY), max_size=80),
    st.integers(2, 9),
    st.integers(0, 5 * DAY),
    st.booleans(),
    st.integers(1, 7),
)
def test_every_row_is_found_once(times: list[int], page: int, since: int, newest: bool, span: int) -> None:
    """Whatever order a venue answers in and however short its pages, no row from `since` on is missed or doubled."""
    near = {second: sum(at // 1000 - second in (0, 1) for at in times) for second in {at // 1000 for at in times}}
    crowded = {second for second, count in near.items() if count >= page}
    rows = [(number, at) for number, at in enumerate(times) if not {at // 1000, at // 1000 - 1} & crowded]

    async def fetch(start: int, end: int) -> list[tuple[int, int]]:
        assert end - start <= span * DAY
        inside = sorted((row for row in rows if start <= row[1] <= end), key=lambda row: row[1], reverse=newest)
        return inside[:page]

    found = asyncio.run(
        everything(fetch, since, 5 * DAY, page=page, span=span * DAY, key=lambda row: row[0], time=lambda row: row[1])
    )
    assert sorted(found) == sorted(row for row in rows if row[1] >= since)
    assert [at for _, at in found] == sorted(at for _, at in found)


def test_a_full_second_is_an_error() -> None:
    """More rows than can be shown are never taken for all."""

    async def fetch(start: int, end: int) -> list[int]:
        return [5_000] * 10

    with pytest.raises(ReadError):
        asyncio.run(everything(fetch, 0, 10_000, page=10, span=DAY, key=str, time=int))


def _trade(number: int, time: int, **changes: Any) -> dict[str, Any]:
    return {
        "symbol": "BTCUSDT", "id": number, "orderId": 28, "price": "100.10", "qty": "0.00100", "quoteQty": "0.1",
        "commission": "0.000001", "commissionAsset": "BTC", "time": time, "isBuyer": True, "isMaker": False,
    } | changes  # fmt: skip


def test_more_fills_than_a_page_are_all_told(at_venue: Any) -> None:
    """2,500 executions since the cursor, and pages of 1,000."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        start = broker.now() - 3_600_000
        trades = [_trade(number, start + number * 1_000) for number in range(2_500)]

        async def answer(request: web.Request, given: dict[str, str]) -> web.StreamResponse:
            first, last = int(given["startTime"]), int(given["endTime"])
            rows = [row for row in trades if first <= row["time"] <= last]
            return web.json_response(rows[: int(given["limit"])])

        venue.does("GET", "/api/v3/myTrades", answer)
        found = await broker.fills("BTC/USDT", start)
        assert [fill.fill_id for fill in found] == [str(number) for number in range(2_500)]
        assert found[0].fee == Decimal("0.000001")
        assert (found[0].fee_currency, found[0].maker, found[0].side) == ("BTC", False, Side.BUY)
        assert type(found[0].quantity) is Decimal

    at_venue(play)


def test_an_order_is_found_by_our_name_or_not_at_all(at_venue: Any) -> None:
    """`None` is only what the venue answers; a failed question is an error."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        path = ("GET", "/api/v3/order")
        venue.give(*path, order_row(status="PARTIALLY_FILLED", executedQty="0.2"))
        found = await broker.find(Reference("BTC/USDT", "abc123"))
        assert found is not None
        assert (found.filled, found.status, found.client_id) == (Decimal("0.2"), Status.OPEN, "abc123")
        assert venue.sent(*path)[0]["origClientOrderId"] == "abc123"
        venue.give(*path, NONE, 400)
        assert await broker.find(Reference("BTC/USDT", "abc123")) is None
        for body, status in (({}, 500), ("<html>", 200), ({}, 200), (order_row(status="ODD"), 200)):
            venue.give(*path, body, status)
            with pytest.raises(ReadError):
                await broker.find(Reference("BTC/USDT", None, "28"))

    at_venue(play)


def test_the_remainder_of_a_market_order_keeps_what_was_filled(at_venue: Any) -> None:
    """Expired is not filled: what counts is the filled quantity."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        row = order_row(type="MARKET", status="EXPIRED", executedQty="0.3", price="0.0")
        venue.give("POST", "/api/v3/order", row)
        answer = await broker.submit(broker.wire(ticket(type=OrderType.MARKET, price=None)))
        assert (answer.status, answer.filled, answer.type) == (Status.EXPIRED, Decimal("0.3"), OrderType.MARKET)
        assert "price" not in venue.sent("POST", "/api/v3/order")[0]
        assert "quoteOrderQty" not in venue.sent("POST", "/api/v3/order")[0]

    at_venue(play)


def test_balances_are_exact(at_venue: Any) -> None:
    """Decimals as the venue wrote them."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        report = await broker.balances()
        assert report.balances["USDT"] == Balance(Decimal("1000.0"), Decimal("900.5"))
        assert report.whole
        venue.give("GET", "/api/v3/account", {}, 500)
        with pytest.raises(ReadError):
            await broker.balances()

    at_venue(play)


def _algo(**changes: Any) -> dict[str, Any]:
    return {
        "algoId": 77, "clientAlgoId": "abc123", "algoType": "CONDITIONAL", "orderType": "STOP_MARKET",
        "symbol": "BTCUSDT", "side": "SELL", "positionSide": "BOTH", "quantity": "0.5", "algoStatus": "NEW",
        "triggerPrice": "90.10", "price": "0", "actualOrderId": "", "reduceOnly": True,
        "createTime": 1_700_000_000_000, "updateTime": 1_700_000_000_000,
    } | changes  # fmt: skip


def test_stops_in_a_list_of_their_own(at_venue: Any) -> None:
    """A contract's stop is found, listed and canceled where it waits, and followed to the order it becomes."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        symbol = "BTC/USDT:USDT"
        venue.give("GET", "/fapi/v1/openAlgoOrders", [_algo()])
        venue.give("GET", "/fapi/v1/openOrders", [order_row(clientOrderId="other", orderId=5)])
        assert {report.venue_id for report in await broker.open_orders()} == {"77", "5"}
        venue.give("GET", "/fapi/v1/algoOrder", _algo())
        waiting = await broker.find(Reference(symbol, "abc123", trigger=True))
        assert waiting is not None
        assert (waiting.status, waiting.trigger, waiting.type) == (Status.OPEN, Decimal("90.10"), OrderType.STOP)
        venue.give(
            "DELETE", "/fapi/v1/algoOrder", {"algoId": 77, "clientAlgoId": "abc123", "code": "200", "msg": "success"}
        )
        await broker.cancel(Reference(symbol, "abc123", trigger=True))
        assert venue.sent("DELETE", "/fapi/v1/algoOrder")[0]["clientAlgoId"] == "abc123"
        venue.give("GET", "/fapi/v1/algoOrder", _algo(algoStatus="FINISHED", actualOrderId="99"))
        venue.give(
            "GET", "/fapi/v1/order",
            order_row(orderId=99, clientOrderId="autoX", side="SELL", type="MARKET", price="0", executedQty="0.4",
                      status="PARTIALLY_FILLED", avgPrice="90.0", cumQuote="36"),
        )  # fmt: skip
        became = await broker.find(Reference(symbol, "abc123", "77", trigger=True))
        assert became is not None
        assert (became.venue_id, became.client_id, became.status) == ("99", "abc123", Status.OPEN)
        assert (became.filled, became.trigger, became.type) == (Decimal("0.4"), Decimal("90.10"), OrderType.STOP)

    at_venue(play, Kind.PERP)


def test_a_stop_is_sent_to_its_own_list(at_venue: Any) -> None:
    """The answer names our client id and its trigger."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        venue.give("POST", "/fapi/v1/algoOrder", _algo())
        stop = ticket(symbol="BTC/USDT:USDT", side=Side.SELL, type=OrderType.STOP, price=None, trigger=Decimal("90.10"),
                      reduce_only=True)  # fmt: skip
        answer = await broker.submit(broker.wire(stop))
        sent = venue.sent("POST", "/fapi/v1/algoOrder")[0]
        assert (sent["triggerPrice"], sent["quantity"], sent["reduceOnly"]) == ("90.1", "0.5", "true")
        assert (answer.venue_id, answer.type, answer.trigger) == ("77", OrderType.STOP, Decimal("90.10"))

    at_venue(play, Kind.PERP)


def test_a_spot_broker_asks_spot_hosts_only(at_venue: Any) -> None:
    """No question of a spot account goes to the contracts' side."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        await broker.open_orders()
        await broker.balances()
        assert venue.hosts == {"api.binance.com"}
        assert await broker.positions(["BTC/USDT"]) == []
        with pytest.raises(RejectedError):
            await broker.set_leverage("BTC/USDT", Decimal(2), True)

    at_venue(play)


def test_the_venues_clock_is_ours(at_venue: Any) -> None:
    """An hour ahead is an hour ahead in `now` and in what is signed."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        before = broker.now()
        venue.ahead = 3_600_000
        assert abs(await broker.sync() - 3_600_000) < 5_000
        assert abs(broker.now() - before - 3_600_000) < 20_000
        venue.asked.clear()
        await broker.open_orders()
        assert abs(int(venue.sent("GET", "/api/v3/openOrders")[0]["timestamp"]) - broker.now()) < 20_000

    at_venue(play)


def test_a_cancel_by_the_venues_id(at_venue: Any) -> None:
    """Its own id goes first, ours where it is not known."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        venue.give("DELETE", "/api/v3/order", order_row(status="CANCELED"))
        await broker.cancel(Reference("BTC/USDT", "abc123", "28"))
        assert venue.sent("DELETE", "/api/v3/order")[0]["orderId"] == "28"
        venue.give("DELETE", "/api/v3/order", {"code": -2011, "msg": "Unknown order sent."}, 400)
        with pytest.raises(NotFoundError):
            await broker.cancel(Reference("BTC/USDT", "abc123", "28"))

    at_venue(play)


@pytest.mark.parametrize("symbol", ["NOPE/USDT", "", "BTC/USDT:USDT"])
def test_an_unknown_symbol_is_refused(at_venue: Any, symbol: str) -> None:
    """It is neither opened nor sent."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        with pytest.raises(RejectedError):
            broker.wire(ticket(symbol=symbol))
        with pytest.raises(ReadError):
            await broker.open((symbol,))

    at_venue(play)


def test_candles_come_as_they_are(at_venue: Any) -> None:
    """Oldest first, the last perhaps open."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        row = [1_700_000_000_000, "1", "2", "0.5", "1.5", "10", 1_700_000_059_999, "15", 3, "5", "7", "0"]
        venue.give("GET", "/api/v3/klines", [row])
        (candle,) = await broker.candles("BTC/USDT", "1m", 1_700_000_000_000, 10)
        assert (candle.time, candle.high, candle.volume, candle.closed) == (1_700_000_000_000, 2.0, 10.0, None)

    at_venue(play)


def test_an_account_of_contracts(at_venue: Any) -> None:
    """Positions are signed, funding is told with its sign, what the keys allow is asked, leverage and mode are set."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        symbol = "BTC/USDT:USDT"
        position = {
            "symbol": "BTCUSDT", "positionAmt": "-0.500", "entryPrice": "100.5", "markPrice": "101.0",
            "notional": "-50.5", "unRealizedProfit": "-0.25", "liquidationPrice": "150", "positionSide": "BOTH",
            "isolatedMargin": "10", "isolatedWallet": "10", "marginType": "isolated", "leverage": "5",
            "initialMargin": "10", "maintMargin": "0.2", "marginAsset": "USDT", "updateTime": 1_700_000_000_000,
        }  # fmt: skip
        step = {"notionalFloor": 0, "notionalCap": 50_000, "maintMarginRatio": 0.004, "initialLeverage": 125, "cum": 0}
        bracket = [{"symbol": "BTCUSDT", "brackets": [{**step, "bracket": 1}]}]
        venue.give("GET", "/fapi/v1/leverageBracket", bracket)
        venue.give("GET", "/fapi/v2/positionRisk", [position])
        venue.give("GET", "/fapi/v3/positionRisk", [position])
        (found,) = await broker.positions([symbol])
        assert (found.quantity, found.entry_price) == (Decimal("-0.500"), Decimal("100.5"))
        assert (found.isolated, found.liquidation) == (True, Decimal(150))
        time = broker.now() - 60_000
        income = {
            "symbol": "BTCUSDT",
            "incomeType": "FUNDING_FEE",
            "income": "-0.0123",
            "asset": "USDT",
            "time": time,
            "tranId": 7,
        }
        venue.give("GET", "/fapi/v1/income", [income])
        (paid,) = await broker.funding(symbol, time - 1_000)
        assert (paid.amount, paid.currency, paid.time) == (Decimal("-0.0123"), "USDT", time)
        rights = {"enableReading": True, "enableFutures": True, "enableWithdrawals": False}
        venue.give("GET", "/sapi/v1/account/apiRestrictions", rights)
        allowed = await broker.permissions()
        assert (allowed.read, allowed.trade, allowed.withdraw) == (True, True, False)
        venue.give("POST", "/fapi/v1/marginType", {"code": -4046, "msg": "No need to change margin type."}, 400)
        venue.give("POST", "/fapi/v1/leverage", {"leverage": 5, "symbol": "BTCUSDT", "maxNotionalValue": "1"})
        await broker.set_leverage(symbol, Decimal(5), True)
        assert venue.sent("POST", "/fapi/v1/leverage")[0]["leverage"] == "5"
        venue.give("GET", "/sapi/v1/system/status", {"status": 1, "msg": "system_maintenance"})
        assert not await broker.normal()

    at_venue(play, Kind.PERP)


def test_a_quote_has_its_best_prices(at_venue: Any) -> None:
    """Out of the order book where the ticker has none."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        venue.give("GET", "/fapi/v1/ticker/24hr", {"symbol": "BTCUSDT", "lastPrice": "100.2", "closeTime": 5})
        venue.give("GET", "/fapi/v1/depth", {"lastUpdateId": 1, "bids": [["100.1", "2"]], "asks": [["100.3", "1"]]})
        found = await broker.quote("BTC/USDT:USDT")
        assert (found.bid, found.ask, found.last) == (Decimal("100.1"), Decimal("100.3"), Decimal("100.2"))

    at_venue(play, Kind.PERP)


def test_orders_that_ended_are_told_whole(at_venue: Any) -> None:
    """Filled, canceled, expired; the open ones are not among them."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        time = broker.now() - 60_000
        told = {"FILLED": "0.5", "CANCELED": "0.1", "EXPIRED": "0", "REJECTED": "0"}
        told |= dict.fromkeys(("NEW", "NEW_ADL", "NEW_INSURANCE"), "0")
        rows = [
            order_row(orderId=number, status=status, executedQty=filled, time=time + number, updateTime=time + number)
            for number, (status, filled) in enumerate(told.items())
        ]
        venue.give("GET", "/api/v3/allOrders", rows)
        found = await broker.ended_orders("BTC/USDT", time - 10)
        assert [(one.status, one.filled) for one in found] == [
            (Status.CLOSED, Decimal("0.5")), (Status.CANCELED, Decimal("0.1")), (Status.EXPIRED, Decimal(0)),
            (Status.REJECTED, Decimal(0)),
        ]  # fmt: skip

    at_venue(play)


def test_what_was_opened_is_asked_on(at_venue: Any) -> None:
    """Terms that are read again for some symbols leave the others among those whose orders are asked for."""

    async def play(_: Scripted, broker: CcxtBroker) -> None:
        await broker.open(())
        assert broker._orders.symbols() == ("BTC/USDT",)

    at_venue(play)
