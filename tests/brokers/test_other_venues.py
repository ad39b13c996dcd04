"""Venues that nothing here speaks as: each order's life in requests and in the answers that their documents show."""

from __future__ import annotations

import time
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from stratrun.engine.brokers.ccxt_broker import CcxtBroker
from stratrun.engine.brokers.outcome import RejectedError
from stratrun.engine.brokers.words import Reference, Status, Terms, Ticket
from stratrun.engine.ledger.values import OrderType, Side
from stratrun.engine.market.venue import Kind

from .recorded import SYMBOLS, Recorder, good, play

ID, THEIRS, NOW = "ab12cd34ef56gh78ij", "7311", 1_700_000_000_000


@dataclass(frozen=True)
class Life:
    """`new`, `asked`, `cancel`: a request ("METHOD /path") and what of it names the order, each with its answer;
    `unknown`: that to a question for an order that it does not know."""

    venue: str
    kind: Kind
    new: tuple[str, dict[str, str]]
    placed: Any
    asked: tuple[str, dict[str, str]]
    row: Any
    unknown: Any
    cancel: tuple[str, dict[str, str]]
    canceled: Any

    def __str__(self) -> str:
        return f"{self.venue} {self.kind}"


def _kraken(*, known: bool) -> Any:
    row = {
        "cl_ord_id": ID, "userref": 0, "status": "open", "opentm": NOW / 1_000, "vol": "0.50000000",
        "vol_exec": "0.20000000", "cost": "20.0", "fee": "0", "price": "100.37", "stopprice": "0.0", "oflags": "fciq",
        "descr": {
            "pair": "BTCUSDT", "type": "sell", "ordertype": "limit", "price": "100.37", "price2": "0",
            "order": "sell 0.50000000 BTCUSDT @ limit 100.37", "close": "",
        },
    }  # fmt: skip
    return {"error": [], "result": {"open": {THEIRS: row} if known else {}}}


def _kraken_futures(*, known: bool) -> Any:
    row = {
        "order_id": THEIRS, "cliOrdId": ID, "symbol": "BTCUSDT", "side": "sell", "orderType": "lmt",
        "limitPrice": 100.37, "unfilledSize": 0.3, "filledSize": 0.2, "receivedTime": "2023-11-14T22:13:20.000Z",
        "lastUpdateTime": "2023-11-14T22:13:20.000Z", "status": "partiallyFilled", "reduceOnly": False,
    }  # fmt: skip
    return {"result": "success", "openOrders": [row] if known else []}


_KUCOIN = {
    "id": THEIRS, "symbol": "BTC-USDT", "clientOid": ID, "type": "limit", "side": "sell", "price": "100.37",
    "stop": "", "stopPrice": None, "isActive": True, "cancelExist": False, "createdAt": NOW,
}  # fmt: skip
_GATE = {
    "id": THEIRS, "text": f"t-{ID}", "create_time": str(NOW // 1_000), "create_time_ms": NOW, "status": "open",
    "price": "100.37", "fill_price": "0", "tif": "gtc", "time_in_force": "gtc",
}  # fmt: skip
_BITGET = {
    "symbol": "BTCUSDT", "orderId": THEIRS, "clientOid": ID, "size": "0.5", "price": "100.37", "orderType": "limit",
    "side": "sell", "priceAvg": "100.37", "baseVolume": "0.2", "quoteVolume": "20", "cTime": str(NOW),
    "uTime": str(NOW), "force": "gtc",
}  # fmt: skip


def _coinbase(*, known: bool) -> Any:
    row = {
        "order_id": THEIRS, "client_order_id": ID, "product_id": "BTC-USDT", "side": "SELL", "status": "OPEN",
        "order_configuration": {"limit_limit_gtc": {"base_size": "0.5", "limit_price": "100.37", "post_only": False}},
        "created_time": "2023-11-14T22:13:20.000Z", "filled_size": "0.2", "average_filled_price": "100.37",
        "total_fees": "0", "order_type": "LIMIT", "product_type": "SPOT", "time_in_force": "GOOD_UNTIL_CANCELLED",
    }  # fmt: skip
    return {"orders": [row] if known else [], "has_next": False, "cursor": ""}


LIVES = (
    Life(
        "kraken", Kind.SPOT, ("POST /0/private/AddOrder", {"cl_ord_id": ID}),
        {"error": [], "result": {"descr": {"order": "sell 0.5 BTCUSDT @ limit 100.37"}, "txid": [THEIRS]}},
        ("POST /0/private/OpenOrders", {}), _kraken(known=True), _kraken(known=False),
        ("POST /0/private/CancelOrder", {"cl_ord_id": ID}),
        {"error": [], "result": {"count": 1}},
    ),
    Life(
        "kraken", Kind.PERP, ("POST /derivatives/api/v3/sendorder", {"cliOrdId": ID}),
        {"result": "success", "sendStatus": {
            "order_id": THEIRS, "status": "placed", "receivedTime": "2023-11-14T22:13:20.000Z", "orderEvents": [{
                "type": "PLACE", "reducedQuantity": None, "order": {
                    "orderId": THEIRS, "cliOrdId": ID, "type": "lmt", "symbol": "BTCUSDT", "side": "sell",
                    "quantity": 0.5, "filled": 0, "limitPrice": 100.37, "reduceOnly": False,
                    "timestamp": "2023-11-14T22:13:20.000Z", "lastUpdateTimestamp": "2023-11-14T22:13:20.000Z",
                },
            }],
        }},
        ("GET /derivatives/api/v3/openorders", {}), _kraken_futures(known=True), _kraken_futures(known=False),
        ("POST /derivatives/api/v3/cancelorder", {"order_id": THEIRS}),
        {"result": "success", "cancelStatus": {"status": "cancelled", "order_id": THEIRS}},
    ),
    Life(
        "kucoin", Kind.SPOT, ("POST /api/v1/orders", {"clientOid": ID}), good({"orderId": THEIRS}),
        (f"GET /api/v1/order/client-order/{ID}", {}), good(_KUCOIN | {"size": "0.5", "dealSize": "0.2"}),
        {"code": "400100", "msg": "order not exist."},
        (f"DELETE /api/v1/order/client-order/{ID}", {}),
        good({"cancelledOrderId": THEIRS, "clientOid": ID}),
    ),
    Life(
        "kucoin", Kind.PERP,
        ("POST /api/v1/orders", {"clientOid": ID, "marginMode": "CROSS", "leverage": "3", "size": "500"}),
        good({"orderId": THEIRS}),
        ("GET /api/v1/orders/byClientOid", {"clientOid": ID}),
        good(_KUCOIN | {"size": 500, "dealSize": 200, "filledSize": 200, "status": "open"}),
        {"code": "100001", "msg": "error.getOrder.orderNotExist"},
        (f"DELETE /api/v1/orders/client-order/{ID}", {"symbol": "BTC-USDT"}),
        good({"clientOid": ID}),
    ),
    Life(
        "gate", Kind.SPOT, ("POST /api/v4/spot/orders", {"text": f"t-{ID}"}), _GATE | {
            "currency_pair": "BTC_USDT", "type": "limit", "side": "sell", "amount": "0.5", "left": "0.5",
        },
        (f"GET /api/v4/spot/orders/t-{ID}", {}), _GATE | {
            "currency_pair": "BTC_USDT", "type": "limit", "side": "sell", "amount": "0.5", "left": "0.3",
        },
        (404, {"label": "ORDER_NOT_FOUND", "message": "Order not found"}),
        (f"DELETE /api/v4/spot/orders/t-{ID}", {"currency_pair": "BTC_USDT"}),
        _GATE | {"currency_pair": "BTC_USDT", "side": "sell", "amount": "0.5", "left": "0.3"},
    ),
    Life(
        "gate", Kind.PERP, ("POST /api/v4/futures/usdt/orders", {"text": f"t-{ID}", "size": "-500"}),
        _GATE | {"contract": "BTC_USDT", "size": -500, "left": -500},
        (f"GET /api/v4/futures/usdt/orders/t-{ID}", {}), _GATE | {"contract": "BTC_USDT", "size": -500, "left": -300},
        (404, {"label": "ORDER_NOT_FOUND", "message": "order not found"}),
        (f"DELETE /api/v4/futures/usdt/orders/t-{ID}", {}),
        _GATE | {"contract": "BTC_USDT", "size": -500, "left": -300},
    ),
    Life(
        "coinbase", Kind.SPOT, ("POST /api/v3/brokerage/orders", {"client_order_id": ID}),
        {"success": True, "success_response": {
            "order_id": THEIRS, "product_id": "BTC-USDT", "side": "SELL", "client_order_id": ID,
        }},
        ("GET /api/v3/brokerage/orders/historical/batch", {}), _coinbase(known=True), _coinbase(known=False),
        ("POST /api/v3/brokerage/orders/batch_cancel", {"0": THEIRS}),
        {"results": [{"success": True, "order_id": THEIRS}]},
    ),
    Life(
        "bitget", Kind.SPOT, ("POST /api/v2/spot/trade/place-order", {"clientOid": ID}),
        good({"orderId": THEIRS, "clientOid": ID}, "00000"),
        ("GET /api/v2/spot/trade/orderInfo", {"clientOid": ID}), good([_BITGET | {"status": "live"}], "00000"),
        good([], "00000"),
        ("POST /api/v2/spot/trade/cancel-order", {"clientOid": ID}),
        good({"orderId": THEIRS, "clientOid": ID}, "00000"),
    ),
    Life(
        "bitget", Kind.PERP,
        ("POST /api/v2/mix/order/place-order", {"clientOid": ID, "marginMode": "crossed"}),
        good({"orderId": THEIRS, "clientOid": ID}, "00000"),
        ("GET /api/v2/mix/order/detail", {"clientOid": ID}),
        good(_BITGET | {"state": "live", "marginMode": "crossed", "posSide": "net"}, "00000"),
        (400, {"code": "40109", "msg": "The data of the order cannot be found", "data": None}),
        ("POST /api/v2/mix/order/cancel-order", {"clientOid": ID}),
        good({"orderId": THEIRS, "clientOid": ID}, "00000"),
    ),
)  # fmt: skip


def _said(recorder: Recorder, request: tuple[str, dict[str, str]]) -> None:
    """One request that left is this one, and names the order so."""
    path, names = request
    found = [recorder.request(number) for number in range(len(recorder.sent))]
    given = [said for left, said in found if left == path]
    assert given, [left for left, _ in found]
    assert any(names.items() <= {key: str(value) for key, value in said.items()}.items() for said in given), given


def _ticket(kind: Kind, **changes: Any) -> Ticket:
    return Ticket(**{
        "client_id": ID, "symbol": SYMBOLS[kind], "side": Side.SELL, "type": OrderType.LIMIT,
        "quantity": Decimal("0.5"), "price": Decimal("100.37"), **changes,
    })  # fmt: skip


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_a_new_order_bears_our_client_id(life: Life) -> None:
    """It leaves to the endpoint of live orders with our id in the venue's own field, and the answer is understood."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        report = await broker.submit(broker.wire(_ticket(life.kind)))
        _said(recorder, life.new)
        assert (report.venue_id, report.client_id, report.status) == (THEIRS, ID, Status.OPEN)
        assert (report.quantity, report.filled, report.price) == (Decimal("0.5"), 0, Decimal("100.37"))

    play(life.venue, life.kind, {life.new[0]: life.placed}, scene, Terms(isolated=False, leverage=Decimal(3)))


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_an_order_is_found_by_our_client_id(life: Life) -> None:
    """The order whose answer was lost is asked for by our id, or searched for, and read with what was filled."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        report = await broker.find(Reference(SYMBOLS[life.kind], ID))
        _said(recorder, life.asked)
        assert report is not None
        assert (report.venue_id, report.client_id, report.status) == (THEIRS, ID, Status.OPEN)
        assert (report.quantity, report.filled) == (Decimal("0.5"), Decimal("0.2"))

    play(life.venue, life.kind, {life.asked[0]: life.row}, scene)


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_an_unknown_order_is_an_answer(life: Life) -> None:
    """ "No such order" is told apart from a question that failed: absence can be proved."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        assert await broker.find(Reference(SYMBOLS[life.kind], ID)) is None
        _said(recorder, life.asked)

    play(life.venue, life.kind, {life.asked[0]: life.unknown}, scene)


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_an_order_is_canceled_by_our_client_id(life: Life) -> None:
    """One of which only our own id is known can be canceled, by it or by the id that it was found under."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        await broker.cancel(Reference(SYMBOLS[life.kind], ID))
        _said(recorder, life.cancel)

    play(life.venue, life.kind, {life.asked[0]: life.row, life.cancel[0]: life.canceled}, scene)


STOPS = {
    ("kraken", Kind.SPOT): "POST /0/private/AddOrder",
    ("kraken", Kind.PERP): "POST /derivatives/api/v3/sendorder",
    ("kucoin", Kind.PERP): "POST /api/v1/orders",
    ("gate", Kind.PERP): "POST /api/v4/futures/usdt/price_orders",
    ("coinbase", Kind.SPOT): "POST /api/v3/brokerage/orders",
    ("bitget", Kind.SPOT): "POST /api/v2/spot/trade/place-plan-order",
    ("bitget", Kind.PERP): "POST /api/v2/mix/order/place-plan-order",
}


@pytest.mark.parametrize(("venue", "kind"), STOPS)
def test_a_stop_goes_where_stops_wait(venue: str, kind: Kind) -> None:
    """A stop leaves to the endpoint that keeps it, never to one that would fill it at once."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        ticket = _ticket(kind, type=OrderType.STOP_LIMIT, trigger=Decimal("101.5"), reduce_only=kind is Kind.PERP)
        try:
            await broker.submit(broker.wire(ticket))
        except Exception:  # the answer is none; what left is looked at
            assert recorder.sent
        _said(recorder, (STOPS[venue, kind], {}))

    play(venue, kind, {"GET /api/v3/account/settings": good({}, "00000")}, scene)


@pytest.mark.parametrize("type_", [OrderType.STOP, OrderType.STOP_LIMIT])
def test_a_stop_that_nobody_would_see_again_is_not_sent(type_: OrderType) -> None:
    """KuCoin's spot stops become orders that do not name them: the engine watches these stops itself."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        price = None if type_ is OrderType.STOP else Decimal("100.37")
        assert not broker.abilities.stops
        with pytest.raises(RejectedError, match="keeps no"):
            broker.wire(_ticket(Kind.SPOT, type=type_, trigger=Decimal("101.5"), price=price))

    play("kucoin", Kind.SPOT, {}, scene)


def _history(event: str) -> Any:
    just_now = str(int(time.time() * 1_000) - 60_000)
    told = {
        "uid": THEIRS, "clientId": ID, "tradeable": "BTCUSDT", "direction": "Sell", "quantity": "0.5", "filled": "0",
        "timestamp": just_now, "lastUpdateTimestamp": just_now, "limitPrice": "100.37", "orderType": "Limit",
    }  # fmt: skip
    return {"elements": [{"uid": "1", "timestamp": just_now, "event": {event: {"order": told}}}]}


def test_a_resting_order_at_kraken_has_not_ended() -> None:
    """ccxt calls every order canceled that was ever placed at Kraken's contracts: one that is open is not listed."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        assert await broker.ended_orders(SYMBOLS[Kind.PERP], broker.now() - 3_600_000) == []

    told = {"GET /api/history/v2/orders": _history("OrderPlaced"), LIVES[1].asked[0]: LIVES[1].row}
    play("kraken", Kind.PERP, told, scene)


def test_an_order_that_kraken_forgot_is_in_its_history() -> None:
    """Kraken tells of one order while it is open; afterwards its end is read from the history, never as "none"."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        report = await broker.find(Reference(SYMBOLS[Kind.PERP], ID, THEIRS))
        assert report is not None
        assert report.status is Status.CANCELED

    told = {
        "GET /api/history/v2/orders": _history("OrderCancelled"), LIVES[1].asked[0]: LIVES[1].unknown,
        "GET /derivatives/api/v3/orders/status": {"result": "success", "orders": []},
    }  # fmt: skip
    play("kraken", Kind.PERP, told, scene)


def test_an_order_that_kucoin_forgot_is_in_its_lists() -> None:
    """KuCoin finds open orders alone by our id: what ended is searched for."""
    just_now = int(time.time() * 1_000) - 60_000
    ended = _KUCOIN | {"size": "0.5", "dealSize": "0.5", "isActive": False, "createdAt": just_now}

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        report = await broker.find(Reference(SYMBOLS[Kind.SPOT], ID))
        assert report is not None
        assert (report.status, report.filled) == (Status.CLOSED, Decimal("0.5"))
        recorder.told["GET /api/v1/orders"] = good({"items": []})
        assert await broker.find(Reference(SYMBOLS[Kind.SPOT], ID)) is None

    told = {
        f"GET /api/v1/order/client-order/{ID}": LIVES[2].unknown, "GET /api/v1/orders": good({"items": [ended]}),
    }  # fmt: skip
    play("kucoin", Kind.SPOT, told, scene)


NOTHING = {
    "kraken": {"error": [], "result": {}}, "kucoin": good({"items": []}), "gate": [],
    "coinbase": {"orders": [], "fills": [], "has_next": False}, "bitget": good([], "00000"),
}  # fmt: skip


@pytest.mark.parametrize("life", LIVES, ids=str)
def test_a_young_account_is_an_answer(life: Life) -> None:
    """Open orders, ended ones and fills can all be asked for, stops included: ccxt refuses none of the questions."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        symbol, since = SYMBOLS[life.kind], broker.now() - 3_600_000
        assert await broker.open_orders(symbol) == []
        assert await broker.ended_orders(symbol, since) == []
        assert await broker.fills(symbol, since) == []

    futures = {"result": "success", "openOrders": [], "fills": []}
    contracts = life.venue == "kraken" and life.kind is Kind.PERP
    play(life.venue, life.kind, {}, scene, otherwise=futures if contracts else NOTHING[life.venue])
