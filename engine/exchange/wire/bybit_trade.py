"""Bybit's orders: placed, changed, canceled, found and listed, and executions."""

from __future__ import annotations

from collections.abc import Callable

from ...brokers.words import Status
from ..exchange import Exchange, is_stop
from ..faults import Call
from ..market import Market
from ..orders import Order
from ..refusal import Refusal, RefusedError
from .bybit_public import Answers
from .bybit_words import Row, category_of, fill_row, market_of, order_row, request_of
from .gateway import Ask, Route
from .numbers import integer, number

_REMEMBERED = 500
"""So many ended orders are still found among the current ones."""


class Trade:
    """Signed routes below `/order` and `/execution`."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange, self._answers = exchange, Answers(exchange)

    def routes(self) -> dict[tuple[str, str], Route]:
        table: dict[tuple[str, str], tuple[Call, Callable[[Ask], Row], Callable[[Ask], None] | None]] = {
            ("POST", "order/create"): (Call.SUBMIT, self._place, None),
            ("POST", "order/amend"): (Call.AMEND, self._amend, self._seek),
            ("POST", "order/cancel"): (Call.CANCEL, self._cancel, self._seek),
            ("GET", "order/history"): (Call.ENDED_ORDERS, self._history, None),
            ("GET", "execution/list"): (Call.FILLS, self._fills, None),
        }
        found = {
            (method, f"/v5/{path}"): self._answers.route(call, work, True, seek)
            for (method, path), (call, work, seek) in table.items()
        }
        realtime = self._answers.route(Call.OPEN_ORDERS, self._realtime, True)
        return {**found, ("GET", "/v5/order/realtime"): realtime}

    def _market(self, ask: Ask) -> Market:
        return market_of(self._exchange, ask.params.get("category", ""), ask.params.get("symbol", ""))

    def _own(self, ask: Ask) -> Order:
        """The order that parameters name; an `orderId` counts more than an `orderLinkId`."""
        number, client = integer(ask.params, "orderId"), ask.params.get("orderLinkId") or None
        if number is None and client is None:
            raise RefusedError(Refusal.BAD_REQUEST, "orderId or orderLinkId must be sent")
        order = self._exchange.find(ask.owner, number, None if number is not None else client)
        if order.symbol != self._market(ask).spec.symbol or not _fits(order, ask):
            raise RefusedError(Refusal.NO_ORDER, "no such order")
        return order

    def _seek(self, ask: Ask) -> None:
        ask.order = self._own(ask)

    def _place(self, ask: Ask) -> Row:
        ask.order = self._exchange.place(ask.owner, request_of(self._market(ask), ask.params))
        return _named(ask.order)

    def _amend(self, ask: Ask) -> Row:
        order, quantity, price = self._own(ask), number(ask.params, "qty"), number(ask.params, "price")
        if order.price is None or (quantity is None and price is None):
            raise RefusedError(Refusal.BAD_REQUEST, "qty or price must be sent, for an order with a price")
        ask.order = self._exchange.modify(
            ask.owner, order, order.quantity if quantity is None else quantity, order.price if price is None else price
        )
        return _named(ask.order)

    def _cancel(self, ask: Ask) -> Row:
        ask.order = self._exchange.cancel(ask.owner, self._own(ask))
        return _named(ask.order)

    def _realtime(self, ask: Ask) -> Row:
        """Open orders; named, also one of those that ended lately."""
        owner, params = ask.owner, ask.params
        if params.get("orderId") or params.get("orderLinkId"):
            late = [*owner.orders.values()][-_REMEMBERED:]
            return self._listed(ask, [order for order in late if _is_named(order, ask)], 50)
        return self._listed(ask, [*owner.open.values()], 50)

    def _history(self, ask: Ask) -> Row:
        start, end = integer(ask.params, "startTime"), integer(ask.params, "endTime")
        wanted = ask.params.get("orderStatus")
        ended = [
            order for order in ask.owner.orders.values()
            if order.status is not Status.OPEN and _is_named(order, ask)
            and (start is None or order.created >= start) and (end is None or order.created <= end)
        ]  # fmt: skip
        told = self._listed(ask, ended, 50)
        return {**told, "list": [row for row in told["list"] if not wanted or row["orderStatus"] == wanted]}

    def _listed(self, ask: Ask, orders: list[Order], most: int) -> Row:
        """Those of the category and symbol that are asked for, newest first."""
        category, symbol = ask.params.get("category"), self._symbol(ask)
        rows = []
        for order in reversed(orders):
            spec = self._exchange.market(order.symbol).spec
            if category_of(spec) == category and symbol in (None, order.symbol) and _fits(order, ask):
                rows.append(order_row(spec, order))
        limit = min(integer(ask.params, "limit") or 20, most)
        return {"category": category, "list": rows[:limit], "nextPageCursor": ""}

    def _symbol(self, ask: Ask) -> str | None:
        return self._market(ask).spec.symbol if ask.params.get("symbol") else None

    def _fills(self, ask: Ask) -> Row:
        """Newest first. Funding is not listed."""
        params, owner, symbol = ask.params, ask.owner, self._symbol(ask)
        start, end = integer(params, "startTime"), integer(params, "endTime")
        found = [
            fill for fill in reversed(owner.fills)
            if symbol in (None, fill.symbol) and _is_named(owner.orders[fill.order_id], ask)
            and (start is None or fill.time >= start) and (end is None or fill.time <= end)
        ]  # fmt: skip
        rows = [fill_row(self._exchange.market(one.symbol).spec, one, owner.orders[one.order_id]) for one in found]
        kept = [row for row in rows if row["category"] == params.get("category")]
        limit = min(integer(params, "limit") or 50, 100)
        return {"category": params.get("category"), "nextPageCursor": "",
                "list": kept[:limit] if params.get("execType", "Trade") == "Trade" else []}  # fmt: skip


def _named(order: Order) -> Row:
    return {"orderId": str(order.order_id), "orderLinkId": order.client_id}


def _is_named(order: Order, ask: Ask) -> bool:
    """Whether it is the one that parameters name, or they name none."""
    number, client = ask.params.get("orderId"), ask.params.get("orderLinkId")
    if number:
        return number == str(order.order_id)
    return not client or client == order.client_id


def _fits(order: Order, ask: Ask) -> bool:
    """Whether it is of the kind of orders that are asked for; all are where nothing is said."""
    wanted = ask.params.get("orderFilter")
    return wanted is None or (wanted == "StopOrder") is (order.waiting or (is_stop(order) and not order.triggered))
