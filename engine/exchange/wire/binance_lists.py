"""Binance's lists of orders and trades: a symbol, a time span, a first id, and a page's length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from ..accounts import Account
from ..exchange import Exchange
from ..market import Market
from ..orders import Order
from ..refusal import Refusal, RefusedError
from .numbers import integer

MOST = 1_000


class _Row(Protocol):
    @property
    def symbol(self) -> str: ...
    @property
    def order_id(self) -> int: ...
    @property
    def time(self) -> int: ...
    @property
    def fill_id(self) -> int: ...


R = TypeVar("R", bound=_Row)


def own_order(
    exchange: Exchange, owner: Account, market: Market, params: Mapping[str, str], number: str, client: str
) -> Order:
    """The order that parameters name by either id. Raises RefusedError."""
    if number not in params and client not in params:
        raise RefusedError(Refusal.BAD_REQUEST, f"{number} or {client} must be sent")
    order = exchange.find(owner, integer(params, number), params.get(client))
    if order.symbol != market.spec.symbol:
        raise RefusedError(Refusal.NO_ORDER, "the order is of another symbol")
    return order


def orders_between(owner: Account, market: Market, params: Mapping[str, str]) -> list[Order]:
    """allOrders: with `orderId` from that one on, else by time; the newest page without either."""
    since, until, first = (integer(params, name) for name in ("startTime", "endTime", "orderId"))
    rows = [
        order
        for order in owner.orders.values()
        if order.symbol == market.spec.symbol
        and (first is None or order.order_id >= first)
        and (since is None or order.created >= since)
        and (until is None or order.created <= until)
    ]
    return _page(sorted(rows, key=lambda order: order.order_id), params, since is not None or first is not None)


def rows_of(fills: Sequence[R], market: Market, params: Mapping[str, str]) -> list[R]:
    """myTrades and userTrades."""
    since, until, first, order = (integer(params, name) for name in ("startTime", "endTime", "fromId", "orderId"))
    rows = [
        fill
        for fill in fills
        if fill.symbol == market.spec.symbol
        and (order is None or fill.order_id == order)
        and (first is None or fill.fill_id >= first)
        and (since is None or fill.time >= since)
        and (until is None or fill.time <= until)
    ]
    return _page(rows, params, since is not None or first is not None)


T = TypeVar("T")


def _page(rows: list[T], params: Mapping[str, str], forward: bool) -> list[T]:
    limit = min(integer(params, "limit") or 500, MOST)
    return rows[:limit] if forward else rows[-limit:]
