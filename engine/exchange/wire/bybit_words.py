"""The core's records as Bybit writes them, and its orders as the core reads them.

A stop is one order all its life: it waits untriggered, and keeps its id and name when it triggers.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ...brokers.words import Status
from ...ledger.values import OrderType, Side
from ..accounts import Account, Holding
from ..exchange import Exchange, is_stop
from ..market import Market
from ..orders import Fill, Order, Request
from ..refusal import Refusal, RefusedError
from ..spec import ZERO, Spec
from .numbers import number, shown, text

Row = dict[str, Any]


def category_of(spec: Spec) -> str:
    return "linear" if spec.settle else "spot"


def market_id(spec: Spec) -> str:
    return f"{spec.base}{spec.quote}"


def market_of(exchange: Exchange, category: str, identifier: str) -> Market:
    for market in exchange.markets.values():
        if category_of(market.spec) == category and market_id(market.spec) == identifier:
            return market
    raise RefusedError(Refusal.UNKNOWN_SYMBOL, f"no {category} market {identifier}")


def request_of(market: Market, params: Mapping[str, str]) -> Request:
    """A new order. Raises RefusedError for parameters that make none."""
    try:
        side, limited = Side(params["side"].lower()), {"Market": False, "Limit": True}[params["orderType"]]
    except (KeyError, ValueError):
        raise RefusedError(Refusal.BAD_REQUEST, "side or orderType is missing or unknown") from None
    quantity, trigger, force = number(params, "qty"), number(params, "triggerPrice"), params.get("timeInForce")
    if quantity is None:
        raise RefusedError(Refusal.BAD_REQUEST, "qty is missing")
    if not (limited or market.spec.settle) and side is Side.BUY and params.get("marketUnit") != "baseCoin":
        quantity = quantity / market.ask // market.spec.step * market.spec.step
    names = (OrderType.LIMIT, OrderType.STOP_LIMIT) if limited else (OrderType.MARKET, OrderType.STOP)
    return Request(
        market.spec.symbol, side, names[trigger is not None], quantity, number(params, "price") if limited else None,
        trigger, params.get("orderLinkId") or None, params.get("reduceOnly") == "true", force == "PostOnly",
        force in ("IOC", "FOK"), _above(market, params, trigger), lenient=True,
    )  # fmt: skip


def _above(market: Market, params: Mapping[str, str], trigger: Decimal | None) -> bool | None:
    """Contracts say on which side a stop triggers; spot takes the side that the price is not on."""
    if trigger is None:
        return None
    if not market.spec.settle:
        return trigger >= market.price
    if params.get("triggerDirection") not in ("1", "2"):
        raise RefusedError(Refusal.BAD_REQUEST, "triggerDirection is missing")
    return params["triggerDirection"] == "1"


def status_of(order: Order) -> str:
    if order.status is Status.OPEN:
        return "Untriggered" if order.waiting else "PartiallyFilled" if order.filled else "New"
    if order.status in (Status.CLOSED, Status.REJECTED):
        return "Filled" if order.status is Status.CLOSED else "Rejected"
    if is_stop(order) and not order.triggered:
        return "Deactivated"
    return "PartiallyFilledCanceled" if order.filled and ":" not in order.symbol else "Cancelled"


def order_row(spec: Spec, order: Order) -> Row:
    """Lists of orders and the order topic."""
    stop, contract = is_stop(order), bool(spec.settle)
    told = {
        "avgPrice": shown(order.average),
        "cancelType": "UNKNOWN",
        "category": category_of(spec),
        "createdTime": str(order.created),
        "cumExecFee": "0",
        "cumExecQty": text(order.filled),
        "cumExecValue": text(order.cost),
        "leavesQty": text(order.remaining if order.status is Status.OPEN else ZERO),
        "marketUnit": "" if contract or order.price is not None else "baseCoin",
        "orderId": str(order.order_id),
        "orderLinkId": order.client_id,
        "orderStatus": status_of(order),
        "orderType": "Market" if order.price is None else "Limit",
        "positionIdx": 0,
        "price": text(order.price),
        "qty": text(order.quantity),
        "reduceOnly": order.reduce_only,
        "rejectReason": "EC_NoError",
        "side": order.side.capitalize(),
        "stopOrderType": "Stop" if stop else "",
        "symbol": market_id(spec),
        "timeInForce": "IOC" if order.immediate or order.price is None else "PostOnly" if order.post_only else "GTC",
        "triggerBy": "LastPrice" if stop else "",
        "triggerDirection": (1 if order.above else 2) if stop else 0,
        "triggerPrice": shown(order.trigger),
        "updatedTime": str(order.updated),
    }
    return {**told, "tpslMode": ""} if contract else told


def fill_row(spec: Spec, fill: Fill, order: Order) -> Row:
    """execution/list and the execution topic."""
    return {
        "category": category_of(spec),
        "execFee": text(fill.fee),
        "execId": str(fill.fill_id),
        "execPrice": text(fill.price),
        "execQty": text(fill.quantity),
        "execTime": str(fill.time),
        "execType": "Trade",
        "execValue": text(fill.quantity * fill.price),
        "feeCurrency": fill.fee_currency,
        "feeRate": "0.001",
        "isMaker": fill.maker,
        "leavesQty": text(order.remaining),
        "orderId": str(fill.order_id),
        "orderLinkId": fill.client_id,
        "orderQty": text(order.quantity),
        "orderType": "Market" if order.price is None else "Limit",
        "side": fill.side.capitalize(),
        "symbol": market_id(spec),
    }


def position_row(owner: Account, market: Market, holding: Holding) -> Row:
    spec, size = market.spec, holding.quantity
    value = abs(size) * holding.entry
    return {
        "avgPrice": text(holding.entry),
        "category": "linear",
        "createdTime": str(market.time),
        "entryPrice": text(holding.entry),
        "leverage": text(owner.leverage(spec.symbol)),
        "liqPrice": shown(holding.liquidation(spec.maintenance)),
        "markPrice": text(market.price),
        "positionBalance": text(holding.margin),
        "positionIM": text(holding.margin),
        "positionIdx": 0,
        "positionMM": text(value * spec.maintenance),
        "positionStatus": "Normal",
        "positionValue": text(value),
        "side": "" if not size else "Buy" if size > 0 else "Sell",
        "size": text(abs(size)),
        "symbol": market_id(spec),
        "tradeMode": 0 if spec.symbol in owner.cross else 1,
        "unrealisedPnl": text((market.price - holding.entry) * size if size else ZERO),
        "updatedTime": str(market.time),
    }


def coin_row(owner: Account, name: str) -> Row:
    """One currency of the wallet: what spot orders lock, and what contracts bind, come apart."""
    wallet = owner.wallet(name)
    waiting = [order for order in owner.open.values() if order.currency == name and ":" not in order.symbol]
    spot = sum((order.held for order in waiting), ZERO)
    return {
        "coin": name, "walletBalance": text(wallet.total), "equity": text(wallet.total), "locked": text(spot),
        "totalOrderIM": text(wallet.locked - spot), "totalPositionIM": "0", "availableToWithdraw": "",
        "borrowAmount": "0", "accruedInterest": "0",
    }  # fmt: skip


def without_ids(result: Any) -> Any:
    """An answer that names no order."""
    inner = {name: value for name, value in result["result"].items() if name not in ("orderId", "orderLinkId")}
    return {**result, "result": inner}
