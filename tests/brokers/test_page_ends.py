"""Where a page ends: venues that show fewer rows than asked for, or the same again, are not taken at their word."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from stratrun.engine.brokers.ccxt_broker import CcxtBroker
from stratrun.engine.brokers.outcome import ReadError
from stratrun.engine.market.venue import Kind

from .recorded import SYMBOLS, Recorder, play

DAY, HOUR = 86_400_000, 3_600_000
PERP = SYMBOLS[Kind.PERP]


def test_every_payment_of_bybit_is_told() -> None:
    """Bybit answers 50 rows unless its own word for a page's length is used, and ccxt uses another."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        now = broker.now()
        rows = [
            {"execId": f"F{number}", "symbol": "BTCUSDT", "execTime": str(now - number * HOUR), "execFee": "0.1",
             "feeRate": "0.0001", "execType": "Funding", "feeCurrency": "USDT"}
            for number in range(150)
        ]  # fmt: skip

        def page(asked: dict[str, Any]) -> Any:
            start, end = int(asked["startTime"]), int(asked["endTime"])
            kept = [it for it in rows if start <= int(it["execTime"]) <= end]
            return {"retCode": 0, "retMsg": "OK", "result": {"list": kept[: int(asked.get("limit", 50))]}}

        recorder.told["GET /v5/execution/list"] = page
        assert len(await broker.funding(PERP, now - 7 * DAY)) == 150

    play("bybit", Kind.PERP, {}, scene)


def test_payments_of_kraken_are_told_among_those_of_others() -> None:
    """A page of Kraken's account log may be full of other contracts' payments: ours behind them are told, too."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        now = broker.now()
        rows = [
            {"id": number, "date": iso(now - number * HOUR // 12), "asset": "usd", "realized_funding": 0.1,
             "contract": "btcusdt" if number % 12 == 0 else f"other{number % 12}", "info": "funding rate change"}
            for number in range(1_900)
        ]  # fmt: skip

        def page(asked: dict[str, Any]) -> Any:
            since, before = iso(int(asked["since"])), iso(int(asked["before"]))
            kept = sorted((it for it in rows if since <= it["date"] < before), key=lambda it: it["date"])
            return {"accountUid": "a", "logs": kept[: int(asked.get("count", 500))]}

        recorder.told["GET /account-log"] = page
        found = await broker.funding(PERP, now - 7 * DAY)
        assert len(found) == len({report.funding_id for report in found}) == 159
        assert {(report.symbol, report.amount) for report in found} == {(PERP, Decimal("0.1"))}

    play("kraken", Kind.PERP, {}, scene)


@pytest.mark.parametrize("always", [True, False], ids=["a token always", "a token while there are more"])
def test_events_of_kraken_are_walked_on_from_a_short_page(always: bool) -> None:
    """Kraken may answer fewer events than it was asked for: that there may be more is said by its token."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        now = broker.now()
        orders = [
            {"uid": f"O{number}", "clientId": f"c{number}", "tradeable": "BTCUSDT", "direction": "Sell",
             "quantity": "0.5", "filled": "0", "timestamp": now - number * 60_000, "limitPrice": "100",
             "lastUpdateTimestamp": now - number * 60_000, "orderType": "Limit"}
            for number in range(70)
        ]  # fmt: skip

        def page(asked: dict[str, Any]) -> Any:
            kept = [it for it in orders if it["timestamp"] < int(asked.get("before", 2**60))]
            events = [
                {"uid": f"E{it['uid']}", "timestamp": it["timestamp"], "event": {"OrderCancelled": {"order": it}}}
                for it in kept[:20]
            ]
            return {"elements": events} | ({"continuationToken": "bW9yZQ=="} if len(kept) > 20 or always else {})

        recorder.told["GET /api/history/v2/orders"] = page
        assert len(await broker.ended_orders(PERP, now - DAY)) == 70

    play("kraken", Kind.PERP, {"GET /derivatives/api/v3/openorders": {"result": "success", "openOrders": []}}, scene)


def iso(time: int) -> str:
    return f"{datetime.fromtimestamp(time / 1_000, UTC):%Y-%m-%dT%H:%M:%S}.{time % 1_000:03d}Z"


def _gate(now: int) -> tuple[str, Any]:
    rows = [
        {"id": number, "create_time": now // 1_000, "finish_time": now // 1_000, "status": "finished",
         "finish_as": "cancelled", "trade_id": 0, "trigger": {"price": "99", "rule": 2},
         "initial": {"contract": "BTC_USDT", "size": -500, "price": "0", "tif": "ioc", "text": f"t-c{number}"}}
        for number in range(100)
    ]  # fmt: skip
    return "GET /api/v4/futures/usdt/price_orders", rows


def _okx(now: int) -> tuple[str, Any]:
    rows = [
        {"algoId": str(number), "algoClOrdId": f"c{number}", "instId": "BTC-USDT", "side": "sell", "sz": "1",
         "state": "canceled", "ordType": "trigger", "triggerPx": "99", "ordPx": "-1", "cTime": str(now),
         "uTime": str(now), "instType": "SWAP", "actualSz": "0"}
        for number in range(100, 200)
    ]  # fmt: skip
    return "GET /api/v5/trade/orders-algo-history", {"code": "0", "data": rows}


@pytest.mark.parametrize(("venue", "told"), [("gate", _gate), ("okx", _okx)])
def test_stops_that_come_again_are_no_answer(venue: str, told: Any) -> None:
    """A venue that does not turn the page of its stops is told, rather than asked for ever."""
    asked = 0

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        path, answer = told(broker.now())

        def page(given: dict[str, Any]) -> Any:
            nonlocal asked
            asked += 1
            assert asked < 50, "asked for ever"
            return answer

        recorder.told[path] = page
        with pytest.raises(ReadError, match="the same page"):
            await broker.ended_orders(PERP, broker.now() - DAY)

    play(venue, Kind.PERP, {}, scene, otherwise=[] if venue == "gate" else {"code": "0", "data": []})
