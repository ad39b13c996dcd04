"""The core's contract orders, fills and positions as Binance USD-M writes them.

A stop waits as an algo order, in a list of its own; the order that it becomes has another id, `ACTUAL` further on.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ...brokers.words import Status
from ...ledger.values import Side
from ..accounts import Account, Event, HoldingEvent, OrderEvent, WalletEvent
from ..exchange import Exchange, is_stop
from ..market import Market
from ..orders import Fill, Order
from ..spec import ZERO
from .binance_words import force_of, market_id, status_of, type_of
from .numbers import text

ACTUAL = 5_000_000_000


def actual_id(order: Order) -> int:
    return order.order_id + ACTUAL if is_stop(order) else order.order_id


def is_algo(order: Order) -> bool:
    """Whether it is known in the list of algo orders alone."""
    return is_stop(order) and not order.triggered


def contract_order(order: Order) -> dict[str, Any]:
    kind = ("MARKET" if order.price is None else "LIMIT") if is_stop(order) else type_of(order, contract=True)
    return {
        "orderId": actual_id(order),
        "symbol": market_id(order.symbol),
        "status": status_of(order),
        "clientOrderId": order.client_id,
        "price": text(order.price),
        "avgPrice": text(order.average),
        "origQty": text(order.quantity),
        "executedQty": text(order.filled),
        "cumQuote": text(order.cost),
        "timeInForce": force_of(order),
        "type": kind,
        "reduceOnly": order.reduce_only,
        "closePosition": False,
        "side": order.side.upper(),
        "positionSide": "BOTH",
        "stopPrice": "0",
        "workingType": "CONTRACT_PRICE",
        "priceProtect": False,
        "origType": kind,
        "time": order.created,
        "updateTime": order.updated,
    }


def algo_order(order: Order) -> dict[str, Any]:
    return {
        "algoId": order.order_id,
        "clientAlgoId": order.client_id,
        "algoType": "CONDITIONAL",
        "orderType": type_of(order, contract=True),
        "symbol": market_id(order.symbol),
        "side": order.side.upper(),
        "positionSide": "BOTH",
        "timeInForce": force_of(order),
        "quantity": text(order.quantity),
        "algoStatus": algo_status(order),
        "actualOrderId": str(actual_id(order)) if order.triggered else "",
        "actualPrice": text(order.average),
        "triggerPrice": text(order.trigger),
        "price": text(order.price),
        "reduceOnly": order.reduce_only,
        "closePosition": False,
        "workingType": "CONTRACT_PRICE",
        "createTime": order.created,
        "updateTime": order.updated,
        "triggerTime": order.triggered,
    }


def algo_status(order: Order) -> str:
    if not order.triggered:
        return status_of(order)
    return "TRIGGERED" if order.status is Status.OPEN else "FINISHED"


def contract_fill(fill: Fill, order: Order) -> dict[str, Any]:
    """userTrades."""
    return {
        "symbol": market_id(fill.symbol),
        "id": fill.fill_id,
        "orderId": actual_id(order),
        "side": fill.side.upper(),
        "price": text(fill.price),
        "qty": text(fill.quantity),
        "realizedPnl": text(fill.realized),
        "quoteQty": text(fill.quantity * fill.price),
        "commission": text(fill.fee),
        "commissionAsset": fill.fee_currency,
        "time": fill.time,
        "positionSide": "BOTH",
        "buyer": fill.side is Side.BUY,
        "maker": fill.maker,
    }


def unrealized(account: Account, market: Market) -> Decimal:
    holding = account.holding(market.spec.symbol)
    return (market.price - holding.entry) * holding.quantity if holding.quantity else ZERO


def position(account: Account, market: Market, version: int) -> dict[str, Any]:
    """positionRisk; version 2 tells leverage and margin mode, too."""
    spec, holding = market.spec, account.holding(market.spec.symbol)
    isolated = spec.symbol not in account.cross
    value = holding.quantity * market.price
    told = {
        "symbol": market_id(spec.symbol),
        "positionSide": "BOTH",
        "positionAmt": text(holding.quantity),
        "entryPrice": text(holding.entry),
        "breakEvenPrice": text(holding.entry),
        "markPrice": text(market.price),
        "unRealizedProfit": text(unrealized(account, market)),
        "liquidationPrice": text(holding.liquidation(spec.maintenance)),
        "isolatedMargin": text(holding.margin if isolated else ZERO),
        "isolatedWallet": text(holding.margin if isolated else ZERO),
        "notional": text(value),
        "marginAsset": spec.settle,
        "initialMargin": text(holding.margin),
        "maintMargin": text(abs(value) * spec.maintenance),
        "positionInitialMargin": text(holding.margin),
        "openOrderInitialMargin": "0",
        "adl": 1,
        "updateTime": market.time,
    }
    if version == 2:
        told |= {"leverage": text(account.leverage(spec.symbol)), "marginType": "isolated" if isolated else "cross"}
    return told


def event_messages(exchange: Exchange, account: Account, event: Event) -> list[dict[str, Any]]:
    """What the user stream says of an event, about contracts only."""
    body, head = event.body, {"E": event.time, "T": event.time}
    if isinstance(body, WalletEvent):
        rows = [
            {"a": name, "wb": text(one.total), "cw": text(one.free), "bc": "0"} for name, one in body.wallets.items()
        ]
        return [{"e": "ACCOUNT_UPDATE", **head, "a": {"m": "ORDER", "B": rows, "P": []}}]
    if isinstance(body, HoldingEvent):
        return [{"e": "ACCOUNT_UPDATE", **head, "a": {"m": "ORDER", "B": [], "P": [_held(exchange, account, body)]}}]
    if ":" not in body.order.symbol:
        return []
    told = []
    if is_stop(body.order) and body.fill is None:
        told.append({"e": "ALGO_UPDATE", **head, "o": _algo_update(body.order)})
    if not is_algo(body.order):
        told.append({"e": "ORDER_TRADE_UPDATE", **head, "o": _trade_update(body)})
    return told


def _held(exchange: Exchange, account: Account, body: HoldingEvent) -> dict[str, Any]:
    market, holding = exchange.market(body.symbol), body.holding
    return {
        "s": market_id(body.symbol), "pa": text(holding.quantity), "ep": text(holding.entry), "bep": "0", "cr": "0",
        "up": text(unrealized(account, market)), "mt": "cross" if body.symbol in account.cross else "isolated",
        "iw": text(holding.margin), "ps": "BOTH", "ma": market.spec.settle,
    }  # fmt: skip


def _algo_update(order: Order) -> dict[str, Any]:
    return {
        "caid": order.client_id, "aid": order.order_id, "at": "CONDITIONAL", "o": type_of(order, contract=True),
        "s": market_id(order.symbol), "S": order.side.upper(), "ps": "BOTH", "f": force_of(order),
        "q": text(order.quantity), "X": algo_status(order), "ai": str(actual_id(order)) if order.triggered else "",
        "ap": text(order.average), "aq": text(order.filled), "tp": text(order.trigger), "p": text(order.price),
        "wt": "CONTRACT_PRICE", "R": order.reduce_only, "cp": False, "tt": order.triggered,
    }  # fmt: skip


def _trade_update(body: OrderEvent) -> dict[str, Any]:
    order, fill, told = body.order, body.fill, contract_order(body.order)
    happened = "TRADE" if fill else ("NEW" if order.status is Status.OPEN else told["status"])
    return {
        "s": told["symbol"], "c": order.client_id, "S": told["side"], "o": told["type"], "f": told["timeInForce"],
        "q": told["origQty"], "p": told["price"], "ap": told["avgPrice"], "sp": "0", "x": happened, "X": told["status"],
        "i": told["orderId"], "l": text(fill.quantity if fill else None), "z": told["executedQty"],
        "L": text(fill.price if fill else None), "N": fill.fee_currency if fill else None,
        "n": text(fill.fee if fill else None), "T": order.updated, "t": fill.fill_id if fill else 0, "b": "0", "a": "0",
        "m": bool(fill and fill.maker), "R": order.reduce_only, "wt": "CONTRACT_PRICE", "ot": told["origType"],
        "ps": "BOTH", "cp": False, "rp": text(fill.realized if fill else None),
    }  # fmt: skip
