"""Binance spot: its REST routes, market streams, and the user stream over the websocket API."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ...brokers.words import Status
from ...market.venue import Kind
from ..accounts import Account, Event, HoldingEvent, OrderEvent
from ..exchange import Exchange
from ..faults import Call, Faults
from ..market import Market
from ..orders import Order
from ..refusal import Refusal, RefusedError
from .binance_codes import SPOT, Code, code_of, error_answer, refuser
from .binance_lists import orders_between, own_order, rows_of
from .binance_public import Public
from .binance_sign import KEY_HEADER, Identity
from .binance_streams import Streams
from .binance_words import (
    market_id,
    market_of,
    request_of,
    spot_fill,
    spot_order,
    spot_placed,
    status_of,
    type_of,
    without_ids,
)
from .gateway import Ask, Gateway, Route
from .numbers import text

PREFIX = "/api/v3"


class BinanceSpot:
    """`stamps` False ignores the age of requests, for an exchange whose clock runs faster than its clients'."""

    hosts = ("api.binance.com", "stream.binance.com:9443", "ws-api.binance.com:443", "ws-api.binance.com")

    def __init__(self, faults: Faults | None = None, stamps: bool = True) -> None:
        self.faults, self._stamps = faults or Faults(), stamps

    def application(self, exchange: Exchange) -> web.Application:
        self._exchange = exchange
        identity = Identity(exchange, self._stamps)
        self._gateway = Gateway(
            exchange, self.faults, identity.of_request, lambda call, refused, params: refuser(SPOT, call, refused),
            error_answer, without_ids, KEY_HEADER,
        )  # fmt: skip
        self._streams = Streams(exchange, Kind.SPOT, self.faults, self._tell, identity.of_message)
        application = web.Application()
        for (method, path), route in {**Public(exchange, Kind.SPOT, PREFIX).routes(), **self._routes()}.items():
            application.router.add_route(method, path, self._gateway.handler(route))
        application.router.add_get("/ws-api/v3", self._streams.calls)
        application.router.add_get("/{path:(ws|stream).*}", self._streams.public)
        return application

    async def close(self) -> None:
        self._gateway.close()
        self._streams.close()

    def _routes(self) -> dict[tuple[str, str], Route]:
        return {
            ("POST", f"{PREFIX}/order"): Route(Call.SUBMIT, self._place),
            ("DELETE", f"{PREFIX}/order"): Route(Call.CANCEL, self._cancel, seek=self._seek),
            ("DELETE", f"{PREFIX}/openOrders"): Route(Call.CANCEL, self._cancel_all),
            ("POST", f"{PREFIX}/order/cancelReplace"): Route(Call.AMEND, self._replace, seek=self._seek_replaced),
            ("GET", f"{PREFIX}/order"): Route(Call.FIND, lambda ask: spot_order(self._own(ask))),
            ("GET", f"{PREFIX}/openOrders"): Route(Call.OPEN_ORDERS, self._open),
            ("GET", f"{PREFIX}/allOrders"): Route(Call.ENDED_ORDERS, self._all),
            ("GET", f"{PREFIX}/myTrades"): Route(Call.FILLS, self._fills),
            ("GET", f"{PREFIX}/account"): Route(Call.BALANCES, self._account),
            ("GET", f"{PREFIX}/account/commission"): Route(Call.PERMISSIONS, lambda ask: {}),
            ("GET", "/sapi/v1/account/apiRestrictions"): Route(Call.PERMISSIONS, self._restrictions),
            ("GET", "/sapi/v1/system/status"): Route(Call.TIME, self._status, signed=False),
        }

    def _status(self, ask: Ask) -> dict[str, Any]:
        return {"status": 0, "msg": "normal"}

    def _restrictions(self, ask: Ask) -> dict[str, Any]:
        owner = ask.owner
        return {
            "ipRestrict": False, "createTime": 0, "enableReading": True, "enableWithdrawals": owner.may_withdraw,
            "enableSpotAndMarginTrading": owner.may_trade, "enableFutures": owner.may_trade,
        }  # fmt: skip

    def _market(self, ask: Ask) -> Market:
        return market_of(self._exchange, Kind.SPOT, ask.params.get("symbol", ""))

    def _own(self, ask: Ask, number: str = "orderId", client: str = "origClientOrderId") -> Order:
        return own_order(self._exchange, ask.owner, self._market(ask), ask.params, number, client)

    def _seek(self, ask: Ask) -> None:
        ask.order = self._own(ask)

    def _seek_replaced(self, ask: Ask) -> None:
        ask.order = self._own(ask, "cancelOrderId", "cancelOrigClientOrderId")

    def _placed(self, owner: Account, order: Order) -> dict[str, Any]:
        return spot_placed(order, [fill for fill in owner.fills[-40:] if fill.order_id == order.order_id])

    def _place(self, ask: Ask) -> dict[str, Any]:
        ask.order = self._exchange.place(ask.owner, request_of(self._market(ask), ask.params))
        return self._placed(ask.owner, ask.order)

    def _cancel(self, ask: Ask) -> dict[str, Any]:
        ask.order = self._exchange.cancel(ask.owner, self._own(ask))
        return _canceled(ask.order)

    def _cancel_all(self, ask: Ask) -> list[dict[str, Any]]:
        symbol = self._market(ask).spec.symbol
        mine = [order for order in ask.owner.open.values() if order.symbol == symbol]
        if not mine:
            raise RefusedError(Refusal.NO_ORDER, "no open orders")
        return [_canceled(self._exchange.cancel(ask.owner, order)) for order in mine]

    def _replace(self, ask: Ask) -> dict[str, Any]:
        old = self._own(ask, "cancelOrderId", "cancelOrigClientOrderId")
        request = request_of(self._market(ask), ask.params)
        try:
            ask.order = self._exchange.replace(ask.owner, old, request)
        except RefusedError as refused:
            code = code_of(SPOT, Call.SUBMIT, refused)
            if old.status is Status.CANCELED and refused.refusal is not Refusal.NO_ORDER:
                return _half_replaced(old, code)
            raise
        return {
            "cancelResult": "SUCCESS", "newOrderResult": "SUCCESS", "cancelResponse": _canceled(old),
            "newOrderResponse": self._placed(ask.owner, ask.order),
        }  # fmt: skip

    def _open(self, ask: Ask) -> list[dict[str, Any]]:
        symbol = self._market(ask).spec.symbol if "symbol" in ask.params else None
        mine = [order for order in ask.owner.open.values() if symbol is None or order.symbol == symbol]
        return [spot_order(order) for order in mine if ":" not in order.symbol]

    def _all(self, ask: Ask) -> list[dict[str, Any]]:
        return [spot_order(order) for order in orders_between(ask.owner, self._market(ask), ask.params)]

    def _fills(self, ask: Ask) -> list[dict[str, Any]]:
        return [spot_fill(fill) for fill in rows_of(ask.owner.fills, self._market(ask), ask.params)]

    def _account(self, ask: Ask) -> dict[str, Any]:
        owner = ask.owner
        return {
            "makerCommission": 10, "takerCommission": 10, "canTrade": owner.may_trade,
            "canWithdraw": owner.may_withdraw, "canDeposit": True, "updateTime": self._exchange.now(),
            "accountType": "SPOT", "permissions": ["SPOT"], "uid": 1,
            "balances": [
                {"asset": name, "free": text(wallet.free), "locked": text(wallet.locked)}
                for name, wallet in owner.wallets.items()
            ],
        }  # fmt: skip

    def _tell(self, account: Account, event: Event) -> list[dict[str, Any]]:
        body = event.body
        if isinstance(body, HoldingEvent):
            return []
        if isinstance(body, OrderEvent):
            return [_report(event, body)] if ":" not in body.order.symbol else []
        rows = [{"a": name, "f": text(one.free), "l": text(one.locked)} for name, one in body.wallets.items()]
        return [{"e": "outboundAccountPosition", "E": event.time, "u": event.time, "B": rows}]


def _canceled(order: Order) -> dict[str, Any]:
    return {**spot_order(order), "origClientOrderId": order.client_id, "transactTime": order.updated}


def _half_replaced(old: Order, code: Code) -> dict[str, Any]:
    return {
        "code": -2021, "msg": "Order cancel-replace partially failed.",
        "data": {
            "cancelResult": "SUCCESS", "newOrderResult": "FAILURE", "cancelResponse": _canceled(old),
            "newOrderResponse": {"code": code[1], "msg": code[2]},
        },
    }  # fmt: skip


def _report(event: Event, body: OrderEvent) -> dict[str, Any]:
    order, fill = body.order, body.fill
    happened = "TRADE" if fill else ("NEW" if order.status is Status.OPEN else status_of(order))
    return {
        "e": "executionReport", "E": event.time, "s": market_id(order.symbol), "c": order.client_id,
        "S": order.side.upper(), "o": type_of(order, contract=False), "f": "IOC" if order.immediate else "GTC",
        "q": text(order.quantity), "p": text(order.price), "P": text(order.trigger), "F": "0", "g": -1,
        "C": order.client_id if order.status is Status.CANCELED else "", "x": happened, "X": status_of(order),
        "r": "NONE", "i": order.order_id, "l": text(fill.quantity if fill else None), "z": text(order.filled),
        "L": text(fill.price if fill else None), "n": text(fill.fee if fill else None),
        "N": fill.fee_currency if fill else None, "T": order.updated, "t": fill.fill_id if fill else -1,
        "I": event.seq, "w": not order.waiting, "m": bool(fill and fill.maker), "M": False, "O": order.created,
        "Z": text(order.cost), "Y": text(fill.price * fill.quantity if fill else None), "Q": "0",
    }  # fmt: skip
