"""Contracts that are settled in USDC beside those in USDT: some venues list one kind only, unless both are named."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from stratrun.engine.brokers.ccxt_broker import CcxtBroker
from stratrun.engine.market.venue import Kind

from .recorded import Recorder, good, market, play

FIRST, OTHER = "BTC/USDT:USDT", "ETH/USDC:USDC"


def both(broker: CcxtBroker, venue: str) -> None:
    client = broker._link.client
    first = market(client, venue, Kind.PERP) | {"contractSize": 1}
    other = first | {
        "id": "ETHPERP", "symbol": OTHER, "base": "ETH", "quote": "USDC", "settle": "USDC", "baseId": "ETH",
        "quoteId": "USDC", "settleId": "USDC",
    }  # fmt: skip
    client.set_markets([first, other])
    broker._symbols = (FIRST, OTHER)


def _bybit(asked: dict[str, Any]) -> Any:
    """As the venue answers: of a market, or else of what is settled in a coin."""
    names = {"BTCUSDT": "USDT", "ETHPERP": "USDC"}
    rows = [
        {"orderId": f"7-{name}", "orderLinkId": f"a{coin.lower()}", "symbol": name, "side": "Buy", "price": "100",
         "orderType": "Limit", "qty": "0.5", "cumExecQty": "0", "orderStatus": "New", "createdTime": "1700000000000"}
        for name, coin in names.items()
        if asked.get("symbol", name) == name and asked.get("settleCoin", coin) == coin
    ]  # fmt: skip
    stops = asked.get("orderFilter") == "StopOrder"
    return {"retCode": 0, "retMsg": "OK", "result": {"list": [] if stops else rows}}


def _bitget(asked: dict[str, Any]) -> Any:
    names = {"BTCUSDT": "USDT-FUTURES", "ETHPERP": "USDC-FUTURES"}
    rows = [
        {"orderId": f"7-{name}", "clientOid": f"a{kind[:4].lower()}", "symbol": name, "side": "buy", "price": "100",
         "orderType": "limit", "size": "0.5", "baseVolume": "0", "status": "live", "cTime": "1700000000000"}
        for name, kind in names.items()
        if asked["productType"] == kind and asked.get("symbol", name) == name
    ]  # fmt: skip
    return good({"entrustedList": [] if "planType" in asked else rows}, "00000")


@pytest.mark.parametrize(("venue", "answer"), [("bybit", _bybit), ("bitget", _bitget)])
def test_open_orders_of_both_are_told(venue: str, answer: Any) -> None:
    """Whoever asks for all open orders, such as the kill switch, sees those of every market that is traded."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        both(broker, venue)
        lists = ("GET /order/realtime", "GET /order/orders-pending", "GET /order/orders-plan-pending")
        recorder.told |= dict.fromkeys(lists, answer)
        assert {order.client_id for order in await broker.open_orders()} == {"ausdt", "ausdc"}

    play(venue, Kind.PERP, {}, scene)


def test_positions_of_both_are_told() -> None:
    """A position is not taken for none because another contract was named first."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        both(broker, "bitget")
        names = {"USDT-FUTURES": "BTCUSDT", "USDC-FUTURES": "ETHPERP"}
        recorder.told["GET /position/all-position"] = lambda asked: good(
            [
                {
                    "symbol": names[asked["productType"]],
                    "holdSide": "long",
                    "total": "0.5",
                    "available": "0.5",
                    "locked": "0",
                    "marginMode": "isolated",
                }
            ],
            "00000",
        )
        found = await broker.positions([FIRST, OTHER])
        assert {(report.symbol, report.quantity) for report in found} == {
            (FIRST, Decimal("0.5")),
            (OTHER, Decimal("0.5")),
        }

    play("bitget", Kind.PERP, {}, scene)
