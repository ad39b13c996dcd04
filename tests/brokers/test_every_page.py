"""Histories that are longer than one answer: nothing between the ledger's last word and now may be missing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from stratrun.engine.brokers.ccxt_broker import CcxtBroker
from stratrun.engine.brokers.outcome import ReadError
from stratrun.engine.brokers.words import Reference, Status
from stratrun.engine.ledger.values import OrderType
from stratrun.engine.market.venue import Kind

from .recorded import SYMBOLS, Recorder, good, play

D, DAY = Decimal, 86_400_000
SPOT, PERP = SYMBOLS[Kind.SPOT], SYMBOLS[Kind.PERP]


STRETCHES = {
    ("binance", Kind.SPOT): ("startTime", "endTime", 1),
    ("binance", Kind.PERP): ("startTime", "endTime", 7),
    ("bybit", Kind.SPOT): ("startTime", "endTime", 7),
    ("bybit", Kind.PERP): ("startTime", "endTime", 7),
    ("kucoin", Kind.SPOT): ("startAt", "endAt", 7),
    ("kucoin", Kind.PERP): ("startAt", "endAt", 7),
    ("bitget", Kind.SPOT): ("startTime", "endTime", 7),
    ("bitget", Kind.PERP): ("startTime", "endTime", 7),
}
"""What begins and ends a question, and the days between that the venue takes, by its documents."""
NOTHING: dict[str, Any] = {
    "binance": [], "bybit": {"retCode": 0, "retMsg": "OK", "result": {"list": []}}, "kucoin": good({"items": []}),
    "bitget": good([], "00000"),
}  # fmt: skip


@pytest.mark.parametrize(("venue", "kind"), STRETCHES)
def test_no_question_is_longer_than_the_venue_takes(venue: str, kind: Kind) -> None:
    """After a fortnight's absence each stretch that is asked for is one that the venue does not refuse, and all are."""
    begins, ends, days = STRETCHES[venue, kind]

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        since = broker.now() - 14 * DAY
        asks: list[Callable[[str, int], Awaitable[list[Any]]]] = [broker.fills, broker.ended_orders]
        for ask in [*asks, broker.funding] if kind is Kind.PERP else asks:
            recorder.sent.clear()
            assert await ask(SYMBOLS[kind], since) == []
            said = [recorder.request(number)[1] for number in range(len(recorder.sent))]
            asked = [(int(it[begins]), int(it[ends])) for it in said if begins in it and ends in it]
            assert max(end - start for start, end in asked) <= days * DAY
            assert min(asked)[0] <= since
            assert max(end for _, end in asked) >= since + 14 * DAY

    play(venue, kind, {}, scene, otherwise=NOTHING[venue])


def _leaves(rows: dict[str, Any], name: str, asked: dict[str, Any]) -> Any:
    """Kraken's pages: 50 of the account's rows, the newest first, from an offset on."""
    kept = [key for key, row in rows.items() if row.get("closetm", row.get("time")) > int(asked["start"])]
    page = kept[int(asked["ofs"]) :][:50]
    return {"error": [], "result": {name: {key: rows[key] for key in page}, "count": len(kept)}}


def _pair(number: int) -> str:
    return "BTCUSDT" if number % 4 == 0 else "ETHUSDT"


def test_kraken_is_leafed_through_to_the_last_execution() -> None:
    """Of 230 executions, most in another market, none of ours is missing, though no page held more than a few."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        now = broker.now()
        rows = {
            f"T{number}": {
                "ordertxid": f"O{number}", "pair": _pair(number), "time": (now - number * 60_000) / 1_000,
                "type": "buy", "ordertype": "limit", "price": "100", "cost": "10", "fee": "0.01", "vol": "0.1",
            }
            for number in range(230)
        }  # fmt: skip
        recorder.told["POST /0/private/TradesHistory"] = lambda asked: _leaves(rows, "trades", asked)
        found = await broker.fills(SPOT, now - DAY)
        assert {report.fill_id for report in found} == {f"T{number}" for number in range(0, 230, 4)}

    play("kraken", Kind.SPOT, {}, scene)


def test_an_order_made_long_ago_that_ended_lately_is_seen_at_kraken() -> None:
    """An order counts by its end: ccxt would leave out those that were made before the time that is asked for."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        now = broker.now()
        rows = {
            f"O{number}": {
                "cl_ord_id": f"c{number}", "status": "canceled", "opentm": (now - 30 * DAY) / 1_000,
                "closetm": (now - number * 60_000) / 1_000, "vol": "0.5", "vol_exec": "0.2", "cost": "20", "fee": "0",
                "price": "100", "oflags": "fciq", "descr": {
                    "pair": _pair(number), "type": "sell", "ordertype": "limit", "price": "100", "price2": "0",
                },
            }
            for number in range(120)
        }  # fmt: skip
        recorder.told["POST /0/private/ClosedOrders"] = lambda asked: _leaves(rows, "closed", asked)
        found = await broker.ended_orders(SPOT, now - DAY)
        assert {report.venue_id for report in found} == {f"O{number}" for number in range(0, 120, 4)}

    play("kraken", Kind.SPOT, {}, scene)


def test_a_page_that_comes_again_is_no_answer() -> None:
    """A venue that turned no page is told, rather than asked for ever or taken at its word."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        row = {"ordertxid": "O", "pair": "BTCUSDT", "time": broker.now() / 1_000, "type": "buy", "price": "100",
               "cost": "10", "fee": "0", "vol": "0.1", "ordertype": "limit"}  # fmt: skip
        page = {"error": [], "result": {"trades": {f"T{number}": row for number in range(50)}, "count": 60}}
        recorder.told["POST /0/private/TradesHistory"] = lambda asked: page
        with pytest.raises(ReadError, match="the same page"):
            await broker.fills(SPOT, broker.now() - DAY)

    play("kraken", Kind.SPOT, {}, scene)


def _order(number: int, now: int, **changes: Any) -> dict[str, Any]:
    return {
        "uid": f"O{number}", "clientId": f"c{number}", "tradeable": "BTCUSDT", "direction": "Sell", "quantity": "0.5",
        "filled": "0", "timestamp": str(now), "lastUpdateTimestamp": str(now), "limitPrice": "100.37",
        "orderType": "Limit",
    } | changes  # fmt: skip


def _events(events: list[tuple[int, str, dict[str, Any]]], asked: dict[str, Any]) -> Any:
    """Kraken's events: the newest first, as many as are asked for."""
    since, before = int(asked["since"]), int(asked.get("before", 2**60))
    kept = [
        {"uid": f"E{number}", "timestamp": time, "event": {name: body}}
        for number, (time, name, body) in enumerate(events)
        if since <= time < before
    ]
    assert asked["sort"] == "desc"
    return {"elements": sorted(kept, key=lambda it: -it["timestamp"])[: int(asked["count"])]}


def test_events_of_kraken_are_walked_back_to_the_last_word() -> None:
    """Of 150 orders with two events each, each that ended is told once, by its last event, and no other."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        now, events = broker.now(), []
        for number in range(150):
            time = now - number * 60_000
            events.append((time - 30_000, "OrderPlaced", {"order": _order(number, time)}))
            if number % 3 == 0:
                left = {"quantity": "0.3", "filled": "0.2"}
                events.append((time - 1, "OrderCancelled", {"order": _order(number, time, **left)}))
            elif number % 3 == 1:
                filled = {"quantity": "0", "filled": "0.5"}
                body = {"newOrder": _order(number, time, **filled), "reason": "full_fill"}
                events.append((time - 1, "OrderUpdated", body))
        recorder.told["GET /api/history/v2/orders"] = lambda asked: _events(events, asked)
        found = {report.venue_id: report for report in await broker.ended_orders(PERP, now - DAY)}
        assert set(found) == {f"O{number}" for number in range(150) if number % 3 != 2}
        for number in range(0, 150, 3):
            report = found[f"O{number}"]
            assert (report.status, report.quantity, report.filled) == (Status.CANCELED, D("0.5"), D("0.2"))
            assert (report.type, report.price, report.client_id) == (OrderType.LIMIT, D("100.37"), f"c{number}")
        for number in range(1, 150, 3):
            report = found[f"O{number}"]
            assert (report.status, report.quantity, report.filled) == (Status.CLOSED, D("0.5"), D("0.5"))

    play("kraken", Kind.PERP, {"GET /derivatives/api/v3/openorders": NO_ORDERS}, scene)


NO_ORDERS = {"result": "success", "openOrders": []}


def test_stops_that_ended_at_kraken_are_told() -> None:
    """One that was canceled before it triggered has ended; one that triggered is the order that bears its name."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        time = broker.now() - 60_000
        waiting = {"triggerOptions": {"triggerPrice": "99.5"}, "orderType": "Stop", "limitPrice": None}
        triggers = [
            (time, "OrderTriggerCancelled", {"order": _order(1, time, **waiting)}),
            (time, "OrderTriggerActivated", {"order": _order(2, time, **waiting)}),
        ]
        became = _order(2, time, uid="X2", quantity="0", filled="0.5", orderType="IoC")
        orders = [(time + 1, "OrderPlaced", {"order": became})]
        recorder.told["GET /api/history/v2/triggers"] = lambda asked: _events(triggers, asked)
        recorder.told["GET /api/history/v2/orders"] = lambda asked: _events(orders, asked)
        found = {report.client_id: report for report in await broker.ended_orders(PERP, time - DAY)}
        assert (found["c1"].status, found["c1"].filled, found["c1"].trigger) == (Status.CANCELED, 0, D("99.5"))
        assert (found["c2"].status, found["c2"].filled, found["c2"].venue_id) == (Status.CLOSED, D("0.5"), "X2")
        followed = await broker.find(Reference(PERP, "c2", "O2", trigger=True))
        assert followed is not None
        assert followed.venue_id == "X2"

    unknown = {"result": "success", "orders": []}
    told = {"GET /derivatives/api/v3/openorders": NO_ORDERS, "GET /derivatives/api/v3/orders/status": unknown}
    play("kraken", Kind.PERP, told, scene)


@pytest.mark.parametrize("kind", [Kind.SPOT, Kind.PERP])
def test_kucoin_is_told_how_long_a_page_is(kind: Kind) -> None:
    """KuCoin answers 50 rows where ccxt does not say how many: a page of 50 would be taken for the last."""
    row = {"symbol": "BTC-USDT", "side": "buy", "price": "100", "size": "1", "liquidity": "taker", "fee": "0.1",
           "feeCurrency": "USDT", "value": "1", "feeRate": "0.001"}  # fmt: skip

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        now = broker.now()
        rows = [
            row | {"tradeId": f"T{number}", "orderId": f"O{number}", "createdAt": now - number * 60_000}
            for number in range(70)
        ]  # fmt: skip
        filled = [
            row | {"id": f"O{number}", "clientOid": f"c{number}", "dealSize": "1", "filledSize": "1", "isActive": False,
                   "type": "limit", "status": "done", "createdAt": now - number * 60_000} for number in range(70)
        ]  # fmt: skip

        def page(of: list[dict[str, Any]], asked: dict[str, Any]) -> Any:
            kept = [it for it in of if int(asked["startAt"]) <= it["createdAt"] <= int(asked["endAt"])]
            return good({"items": kept[: int(asked.get("pageSize", 50))]})

        recorder.told["GET /api/v1/fills"] = lambda asked: page(rows, asked)
        assert len(await broker.fills(SYMBOLS[kind], now - DAY)) == 70
        recorder.told["GET /api/v1/orders"] = lambda asked: (
            page(filled, asked) if asked["status"] == "done" else good({"items": []})
        )
        assert len(await broker.ended_orders(SYMBOLS[kind], now - DAY)) == 70

    play("kucoin", kind, {}, scene)


def test_an_order_of_many_executions_has_them_all() -> None:
    """Where the executions of one order fill the page, what stands behind them is fetched, too."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        now = broker.now()
        rows = [
            {"id": str(number), "create_time_ms": str(now - number * 60_000), "currency_pair": "BTC_USDT",
             "side": "sell", "role": "taker", "amount": "0.1", "price": "100", "order_id": "7311", "fee": "0.01",
             "fee_currency": "USDT"}
            for number in range(130)
        ]  # fmt: skip

        def page(asked: dict[str, Any]) -> Any:
            start, end = int(asked.get("from", 0)) * 1_000, int(asked.get("to", 2**40)) * 1_000
            return [it for it in rows if start <= int(it["create_time_ms"]) <= end][: int(asked.get("limit", 100))]

        recorder.told["GET /api/v4/spot/my_trades"] = page
        found = await broker.order_fills(Reference(SPOT, "c", "7311"))
        assert {report.fill_id for report in found} == {str(number) for number in range(130)}

    play("gate", Kind.SPOT, {}, scene)


def test_ended_stops_of_gate_are_leafed_through() -> None:
    """Gate lists its stops by offset alone: one that was canceled is found behind a hundred others."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        now = broker.now() // 1_000
        rows = [
            {"id": number, "create_time": now - number * 60, "finish_time": now, "status": "finished",
             "finish_as": "cancelled", "trade_id": 0, "trigger": {"price": "99", "rule": 2},
             "initial": {"contract": "BTC_USDT", "size": -500, "price": "0", "tif": "ioc", "text": f"t-c{number}"}}
            for number in range(1, 150)
        ]  # fmt: skip

        def page(asked: dict[str, Any]) -> Any:
            offset = int(asked.get("offset", 0))
            return rows[offset : offset + int(asked["limit"])] if asked["status"] == "finished" else []

        recorder.told["GET /api/v4/futures/usdt/price_orders"] = page
        found = {report.venue_id: report for report in await broker.ended_orders(PERP, (now - 86_400) * 1_000)}
        assert len(found) == 149
        assert (found["149"].status, found["149"].client_id) == (Status.CANCELED, "c149")

    play("gate", Kind.PERP, {}, scene, otherwise=[])


def test_coinbase_is_asked_for_all_markets() -> None:
    """Where a page is full of another market's executions, ours behind them are found all the same."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        now = broker.now()
        rows = [
            {"trade_id": f"T{number}", "order_id": f"O{number}", "trade_time": iso(now - number * 60_000),
             "product_id": "BTC-USDT" if number % 10 == 0 else "ETH-USDT", "side": "BUY", "price": "100",
             "size": "0.1", "commission": "0.01", "liquidity_indicator": "TAKER"}
            for number in range(300)
        ]  # fmt: skip

        def page(asked: dict[str, Any]) -> Any:
            start, end = asked["start_sequence_timestamp"], asked["end_sequence_timestamp"]
            kept = [it for it in rows if start <= it["trade_time"] <= end]
            return {"fills": kept[: int(asked["limit"])], "cursor": "c" if kept else ""}

        recorder.told["GET /api/v3/brokerage/orders/historical/fills"] = page
        found = await broker.fills(SPOT, now - DAY)
        assert {report.fill_id for report in found} == {f"T{number}" for number in range(0, 300, 10)}

    play("coinbase", Kind.SPOT, {}, scene)


PAYMENTS = {
    "okx": ("GET /api/v5/account/bills-archive", "begin", "end", 1, "instId", "BTC-USDT"),
    "gate": ("GET /api/v4/futures/usdt/account_book", "from", "to", 1_000, "contract", "BTC_USDT"),
}


@pytest.mark.parametrize("venue", PAYMENTS)
def test_every_payment_of_funding_is_told(venue: str) -> None:
    """Of 130 payments among those of other markets, none is missing, though an answer holds a hundred."""
    path, begins, ends, unit, named, ours = PAYMENTS[venue]

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        now = broker.now()
        times = [now - number * 3_600_000 for number in range(260)]
        rows = [
            {"billId": f"B{number}", "ts": str(time), "instId": ours if number % 2 else "ETH-USDT", "ccy": "USDT",
             "balChg": "-0.1", "time": time // 1_000, "change": "-0.1", "text": "BTC_USDT", "type": "fund",
             "contract": ours if number % 2 else "ETH_USDT"}
            for number, time in enumerate(times)
        ]  # fmt: skip

        def page(asked: dict[str, Any]) -> Any:
            start, end = int(asked[begins]) * unit, int(asked[ends]) * unit
            kept = [it for it in rows if it[named] == asked.get(named, it[named]) and start <= int(it["ts"]) <= end]
            return {"code": "0", "data": kept[:100]} if venue == "okx" else kept[:100]

        recorder.told[path] = page
        found = await broker.funding(PERP, now - 20 * DAY)
        assert len({report.time // 1_000 for report in found}) == 130
        assert all(report.amount == D("-0.1") for report in found)

    play(venue, Kind.PERP, {}, scene)


def iso(time: int) -> str:
    return f"{datetime.fromtimestamp(time / 1_000, UTC):%Y-%m-%dT%H:%M:%S}.{time % 1_000:03d}Z"


def test_open_orders_that_are_not_all_shown_are_no_answer() -> None:
    """A hundred open orders at Coinbase are as many as one answer holds: there may be more."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        order = {
            "product_id": "BTC-USDT", "side": "SELL", "status": "OPEN", "created_time": iso(broker.now()),
            "order_configuration": {"limit_limit_gtc": {"base_size": "0.5", "limit_price": "100"}}, "filled_size": "0",
        }  # fmt: skip
        orders = [order | {"order_id": f"O{number}"} for number in range(100)]
        path = "GET /api/v3/brokerage/orders/historical/batch"
        recorder.told[path] = {"orders": orders[:99], "has_next": False}
        assert len(await broker.open_orders(SPOT)) == 99
        recorder.told[path] = {"orders": orders, "has_next": True}
        with pytest.raises(ReadError, match="does not show them all"):
            await broker.open_orders(SPOT)

    play("coinbase", Kind.SPOT, {}, scene)
