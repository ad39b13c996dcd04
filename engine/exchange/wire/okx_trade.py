"""OKX's orders: placed, changed, canceled, found and listed, trigger orders in a list of their own, and fills."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...brokers.words import Status
from ..accounts import Account
from ..exchange import Exchange, is_stop
from ..faults import Call
from ..market import Market
from ..orders import Order
from ..refusal import Refusal, RefusedError
from .gateway import Ask, Route
from .numbers import integer, number
from .okx_public import PREFIX, answered
from .okx_words import (
    ACTUAL,
    Row,
    acknowledged,
    algo_request_of,
    algo_row,
    contract_size,
    fill_row,
    is_algo,
    market_of,
    market_type,
    mode_of,
    order_row,
    request_of,
)

_MOST = 100


class Trade:
    """Signed routes below `/trade`."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def routes(self) -> dict[tuple[str, str], Route]:
        table: dict[tuple[str, str], tuple[Call, Callable[[Ask], list[Any]], Callable[[Ask], None] | None]] = {
            ("POST", "order"): (Call.SUBMIT, self._place, None),
            ("POST", "batch-orders"): (Call.SUBMIT, self._place, None),
            ("POST", "order-algo"): (Call.SUBMIT, self._place_algo, None),
            ("POST", "amend-order"): (Call.AMEND, self._amend, self._seek),
            ("POST", "cancel-order"): (Call.CANCEL, self._cancel, self._seek),
            ("POST", "cancel-batch-orders"): (Call.CANCEL, self._cancel, self._seek),
            ("POST", "cancel-algos"): (Call.CANCEL, self._cancel_algo, self._seek_algo),
            ("GET", "order"): (Call.FIND, lambda ask: [self._told(ask, self._own(ask))], None),
            ("GET", "order-algo"): (Call.FIND, lambda ask: [self._told_algo(ask, self._own_algo(ask))], None),
            ("GET", "orders-pending"): (Call.OPEN_ORDERS, self._pending, None),
            ("GET", "orders-algo-pending"): (Call.OPEN_ORDERS, self._pending_algos, None),
            ("GET", "orders-history"): (Call.ENDED_ORDERS, self._history, None),
            ("GET", "orders-history-archive"): (Call.ENDED_ORDERS, self._history, None),
            ("GET", "orders-algo-history"): (Call.ENDED_ORDERS, self._algo_history, None),
            ("GET", "fills"): (Call.FILLS, self._fills, None),
            ("GET", "fills-history"): (Call.FILLS, self._fills, None),
        }
        return {
            (method, f"{PREFIX}/trade/{path}"): _route(call, work, seek)
            for (method, path), (call, work, seek) in table.items()
        }

    def _market(self, ask: Ask) -> Market:
        return market_of(self._exchange, ask.params.get("instId", ""))

    def _told(self, ask: Ask, order: Order) -> Row:
        return order_row(ask.owner, self._exchange.market(order.symbol).spec, order)

    def _told_algo(self, ask: Ask, order: Order) -> Row:
        return algo_row(ask.owner, self._exchange.market(order.symbol).spec, order)

    def _own(self, ask: Ask) -> Order:
        """The order that parameters name; one out of a stop has no client id of its own."""
        params = ask.params
        number, client = integer(params, "ordId"), params.get("clOrdId") or None
        if number is None and client is None:
            raise RefusedError(Refusal.BAD_REQUEST, "ordId or clOrdId must be sent")
        order = self._exchange.find(ask.owner, None if number is None else number % ACTUAL, client)
        named = number is None and is_stop(order)
        if named or is_algo(order) or order.symbol != self._market(ask).spec.symbol:
            raise RefusedError(Refusal.NO_ORDER, "no such order")
        return order

    def _own_algo(self, ask: Ask) -> Order:
        number, client = integer(ask.params, "algoId"), ask.params.get("algoClOrdId") or None
        if number is None and client is None:
            raise RefusedError(Refusal.BAD_REQUEST, "algoId or algoClOrdId must be sent")
        order = self._exchange.find(ask.owner, number, client)
        if not is_stop(order):
            raise RefusedError(Refusal.NO_ORDER, "no algo order")
        return order

    def _seek(self, ask: Ask) -> None:
        ask.order = self._own(ask)

    def _seek_algo(self, ask: Ask) -> None:
        ask.order = self._own_algo(ask)

    def _place(self, ask: Ask) -> list[Row]:
        market = self._market(ask)
        if "attachAlgoOrds" in ask.params:
            raise RefusedError(Refusal.BAD_REQUEST, "attached orders are not known here")
        self._take_mode(ask.owner, market, ask.params)
        ask.order = self._exchange.place(ask.owner, request_of(market, ask.params))
        return [acknowledged(ask.order)]

    def _place_algo(self, ask: Ask) -> list[Row]:
        market = self._market(ask)
        self._take_mode(ask.owner, market, ask.params)
        ask.order = self._exchange.place(ask.owner, algo_request_of(market, ask.params))
        return [acknowledged(ask.order)]

    def _take_mode(self, owner: Account, market: Market, params: Mapping[str, str]) -> None:
        """Each order says its margin mode. A position in each mode at once is not known here."""
        spec, mode = market.spec, params.get("tdMode")
        if mode == mode_of(owner, spec):
            return
        if not spec.settle or mode not in ("cross", "isolated") or owner.holding(spec.symbol).quantity:
            raise RefusedError(Refusal.BAD_REQUEST, "tdMode is missing or another than the position's")
        self._exchange.set_leverage(owner, spec.symbol, owner.leverage(spec.symbol), mode == "isolated")

    def _amend(self, ask: Ask) -> list[Row]:
        order, spec = self._own(ask), self._market(ask).spec
        size, price = number(ask.params, "newSz"), number(ask.params, "newPx")
        quantity = order.quantity if size is None else size * contract_size(spec)
        if order.price is None or (size is None and price is None):
            raise RefusedError(Refusal.BAD_REQUEST, "newSz or newPx must be sent, for an order with a price")
        ask.order = self._exchange.modify(ask.owner, order, quantity, order.price if price is None else price)
        return [acknowledged(ask.order)]

    def _cancel(self, ask: Ask) -> list[Row]:
        ask.order = self._exchange.cancel(ask.owner, self._own(ask))
        return [acknowledged(ask.order)]

    def _cancel_algo(self, ask: Ask) -> list[Row]:
        order = self._own_algo(ask)
        if not is_algo(order):
            raise RefusedError(Refusal.NO_ORDER, "it has triggered")
        ask.order = self._exchange.cancel(ask.owner, order)
        return [acknowledged(ask.order)]

    def _pending(self, ask: Ask) -> list[Row]:
        return [self._told(ask, order) for order in self._open(ask) if not is_algo(order)]

    def _pending_algos(self, ask: Ask) -> list[Row]:
        found = [order for order in self._open(ask) if is_algo(order)] if ask.params.get("ordType") == "trigger" else []
        return [self._told_algo(ask, order) for order in found]

    def _open(self, ask: Ask) -> list[Order]:
        return self._asked(ask, reversed(ask.owner.open.values()))[:_MOST]

    def _asked(self, ask: Ask, orders: Iterable[Order]) -> list[Order]:
        """Those of the instrument and kind of instrument that parameters name."""
        symbol = self._market(ask).spec.symbol if ask.params.get("instId") else None
        kind = ask.params.get("instType")
        return [
            order for order in orders
            if (symbol is None or order.symbol == symbol)
            and (not kind or market_type(self._exchange.market(order.symbol).spec) == kind)
        ]  # fmt: skip

    def _history(self, ask: Ask) -> list[Row]:
        """Orders that ended, newest first; `begin` and `end` mean when they were made."""
        state, begin, end = ask.params.get("state"), integer(ask.params, "begin"), integer(ask.params, "end")
        rows = [
            self._told(ask, order) for order in self._ended(ask)
            if order.status is not Status.OPEN and not is_algo(order)
            and (begin is None or order.created >= begin) and (end is None or order.created <= end)
        ]  # fmt: skip
        return _page(ask, [row for row in rows if not state or row["state"] == state])

    def _algo_history(self, ask: Ask) -> list[Row]:
        """Newest first, from `after` (an id) back; no times can be asked for."""
        state, after = ask.params.get("state"), integer(ask.params, "after")
        if not state and not ask.params.get("algoId"):
            raise RefusedError(Refusal.BAD_REQUEST, "state or algoId must be sent")
        rows = [
            self._told_algo(ask, order) for order in self._ended(ask)
            if is_stop(order) and (after is None or order.order_id < after)
        ]  # fmt: skip
        return _page(ask, [row for row in rows if row["state"] == state])

    def _ended(self, ask: Ask) -> list[Order]:
        gone = [order for number, order in ask.owner.orders.items() if number not in ask.owner.open or order.triggered]
        return self._asked(ask, sorted(gone, key=lambda order: -order.order_id))

    def _fills(self, ask: Ask) -> list[Row]:
        """Newest first."""
        params, owner = ask.params, ask.owner
        begin, end, number = (integer(params, name) for name in ("begin", "end", "ordId"))
        symbol = self._market(ask).spec.symbol if params.get("instId") else None
        found = [
            fill for fill in reversed(owner.fills)
            if (symbol is None or fill.symbol == symbol) and (number is None or fill.order_id == number % ACTUAL)
            and (begin is None or fill.time >= begin) and (end is None or fill.time <= end)
        ]  # fmt: skip
        rows = [fill_row(self._exchange.market(one.symbol).spec, one, owner.orders[one.order_id]) for one in found]
        kind = params.get("instType")
        return _page(ask, [row for row in rows if not kind or row["instType"] == kind])


def _route(call: Call, work: Callable[[Ask], list[Any]], seek: Callable[[Ask], None] | None) -> Route:
    return Route(call, lambda ask: answered(work(ask)), seek=seek)


def _page(ask: Ask, rows: list[Row]) -> list[Row]:
    return rows[: min(integer(ask.params, "limit") or _MOST, _MOST)]
