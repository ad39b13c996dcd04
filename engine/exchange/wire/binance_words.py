"""The core's records as Binance writes them, and its orders as the core reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...brokers.words import Status
from ...ledger.values import OrderType, Side
from ...market.venue import Kind
from ..exchange import Exchange
from ..market import Market
from ..orders import Fill, Order, Request
from ..refusal import Refusal, RefusedError
from .numbers import number, text

TYPES: Mapping[str, tuple[OrderType, bool]] = {
    "MARKET": (OrderType.MARKET, False),
    "LIMIT": (OrderType.LIMIT, False),
    "LIMIT_MAKER": (OrderType.LIMIT, False),
    "STOP_LOSS": (OrderType.STOP, False),
    "STOP_LOSS_LIMIT": (OrderType.STOP_LIMIT, False),
    "TAKE_PROFIT": (OrderType.STOP, True),
    "TAKE_PROFIT_LIMIT": (OrderType.STOP_LIMIT, True),
}
"""Spot's types with whether they take a profit (trigger on the other side)."""
CONTRACT_TYPES: Mapping[str, tuple[OrderType, bool]] = {
    "MARKET": (OrderType.MARKET, False),
    "LIMIT": (OrderType.LIMIT, False),
    "STOP_MARKET": (OrderType.STOP, False),
    "STOP": (OrderType.STOP_LIMIT, False),
    "TAKE_PROFIT_MARKET": (OrderType.STOP, True),
    "TAKE_PROFIT": (OrderType.STOP_LIMIT, True),
}
_STATUS = {
    Status.CLOSED: "FILLED",
    Status.CANCELED: "CANCELED",
    Status.EXPIRED: "EXPIRED",
    Status.REJECTED: "REJECTED",
}


def market_id(symbol: str) -> str:
    return symbol.partition(":")[0].replace("/", "")


def market_of(exchange: Exchange, kind: Kind, identifier: str) -> Market:
    for market in exchange.markets.values():
        if market.spec.kind is kind and market_id(market.spec.symbol) == identifier:
            return market
    raise RefusedError(Refusal.UNKNOWN_SYMBOL, f"no market {identifier}")


def request_of(market: Market, params: Mapping[str, str]) -> Request:
    """A new order of either kind of market. Raises RefusedError for parameters that make none."""
    contract = bool(market.spec.settle)
    try:
        kind, profit = (CONTRACT_TYPES if contract else TYPES)[params["type"]]
        side = Side(params["side"].lower())
    except (KeyError, ValueError):
        raise RefusedError(Refusal.BAD_REQUEST, "type or side is missing or unknown") from None
    cost = number(params, "quoteOrderQty")
    step = market.spec.step
    quantity = cost / market.ask // step * step if cost is not None else number(params, "quantity")
    if quantity is None:
        raise RefusedError(Refusal.BAD_REQUEST, "quantity is missing")
    force = params.get("timeInForce")
    priced = kind in (OrderType.LIMIT, OrderType.STOP_LIMIT)
    stopped = kind in (OrderType.STOP, OrderType.STOP_LIMIT)
    return Request(
        market.spec.symbol, side, kind, quantity, number(params, "price") if priced else None,
        (number(params, "triggerPrice") or number(params, "stopPrice")) if stopped else None,
        params.get("newClientOrderId") or params.get("clientAlgoId"), params.get("reduceOnly", "").lower() == "true",
        params["type"] == "LIMIT_MAKER" or force == "GTX", force in ("IOC", "FOK"),
        (side is Side.BUY) is not profit,
    )  # fmt: skip


def type_of(order: Order, contract: bool) -> str:
    if order.post_only and not contract:
        return "LIMIT_MAKER"
    profit = order.trigger is not None and order.above is not (order.side is Side.BUY)
    names = CONTRACT_TYPES if contract else TYPES
    return next(name for name, kind in names.items() if kind == (order.type, profit))


def force_of(order: Order) -> str:
    return "IOC" if order.immediate else ("GTX" if order.post_only else "GTC")


def status_of(order: Order) -> str:
    if order.status is Status.OPEN:
        return "PARTIALLY_FILLED" if order.filled else "NEW"
    return _STATUS[order.status]


def spot_order(order: Order) -> dict[str, Any]:
    """GET order, openOrders, allOrders."""
    return {
        "symbol": market_id(order.symbol),
        "orderId": order.order_id,
        "orderListId": -1,
        "clientOrderId": order.client_id,
        "price": text(order.price),
        "origQty": text(order.quantity),
        "executedQty": text(order.filled),
        "cummulativeQuoteQty": text(order.cost),
        "status": status_of(order),
        "timeInForce": force_of(order) if not order.post_only else "GTC",
        "type": type_of(order, contract=False),
        "side": order.side.upper(),
        "stopPrice": text(order.trigger),
        "icebergQty": "0",
        "time": order.created,
        "updateTime": order.updated,
        "isWorking": not order.waiting,
        "workingTime": order.created,
        "origQuoteOrderQty": "0",
        "selfTradePreventionMode": "NONE",
    }


def spot_placed(order: Order, fills: Iterable[Fill]) -> dict[str, Any]:
    """POST order with `newOrderRespType=FULL`."""
    made = [
        {"price": text(fill.price), "qty": text(fill.quantity), "commission": text(fill.fee),
         "commissionAsset": fill.fee_currency, "tradeId": fill.fill_id}
        for fill in fills
    ]  # fmt: skip
    return {**spot_order(order), "transactTime": order.updated, "fills": made}


def spot_fill(fill: Fill) -> dict[str, Any]:
    """myTrades."""
    return {
        "symbol": market_id(fill.symbol),
        "id": fill.fill_id,
        "orderId": fill.order_id,
        "orderListId": -1,
        "price": text(fill.price),
        "qty": text(fill.quantity),
        "quoteQty": text(fill.quantity * fill.price),
        "commission": text(fill.fee),
        "commissionAsset": fill.fee_currency,
        "time": fill.time,
        "isBuyer": fill.side is Side.BUY,
        "isMaker": fill.maker,
        "isBestMatch": True,
    }


def without_ids(result: Any) -> Any:
    """An answer that names no order."""
    if not isinstance(result, dict):
        return result
    names = ("orderId", "clientOrderId", "algoId", "clientAlgoId", "newOrderResponse")
    return {name: value for name, value in result.items() if name not in names}
