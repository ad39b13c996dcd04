"""The core's records as OKX writes them, and its orders as the core reads them.

Contracts are counted in pieces of `contract_size`. A stop waits as an algo order, in a list of its own; the order that
it becomes has another id, `ACTUAL` further on, and no client id but the algo order's.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ...brokers.words import Status
from ...ledger.values import OrderType, Side
from ..accounts import Account, Holding, Wallet
from ..exchange import Exchange, is_stop
from ..market import Market
from ..orders import Fill, Order, Request
from ..refusal import Refusal, RefusedError
from ..spec import ZERO, Spec
from .numbers import number, shown, text

Row = dict[str, Any]
ACTUAL = 5_000_000_000
_TYPES = {"market": (OrderType.MARKET, False), "limit": (OrderType.LIMIT, False), "post_only": (OrderType.LIMIT, True),
          "ioc": (OrderType.LIMIT, False), "fok": (OrderType.LIMIT, False)}  # fmt: skip


def market_id(spec: Spec) -> str:
    return f"{spec.base}-{spec.quote}" + ("-SWAP" if spec.settle else "")


def market_type(spec: Spec) -> str:
    return "SWAP" if spec.settle else "SPOT"


def market_of(exchange: Exchange, identifier: str) -> Market:
    for market in exchange.markets.values():
        if market_id(market.spec) == identifier:
            return market
    raise RefusedError(Refusal.UNKNOWN_SYMBOL, f"no market {identifier}")


def contract_size(spec: Spec) -> Decimal:
    """Base units in one contract; a hundred steps, so that a lot is 0.01."""
    return spec.step * 100 if spec.settle else Decimal(1)


def pieces(spec: Spec, quantity: Decimal) -> str:
    """A quantity as OKX counts it."""
    return text((quantity / contract_size(spec)).normalize())


def is_algo(order: Order) -> bool:
    """Whether it is known in the list of algo orders alone."""
    return is_stop(order) and not order.triggered


def actual_id(order: Order) -> int:
    return order.order_id + ACTUAL if is_stop(order) else order.order_id


def request_of(market: Market, params: Mapping[str, str]) -> Request:
    """A new order. Raises RefusedError for parameters that make none."""
    try:
        kind, maker = _TYPES[params["ordType"]]
        side = Side(params["side"])
    except (KeyError, ValueError):
        raise RefusedError(Refusal.BAD_REQUEST, "ordType or side is missing or unknown") from None
    price = number(params, "px") if kind is OrderType.LIMIT else None
    return Request(
        market.spec.symbol, side, kind, _quantity(market, params), price, None, params.get("clOrdId"),
        params.get("reduceOnly") == "true", maker, params["ordType"] in ("ioc", "fok"), lenient=True,
    )  # fmt: skip


def algo_request_of(market: Market, params: Mapping[str, str]) -> Request:
    """A new trigger order: it triggers when the price comes to its trigger, from whichever side."""
    trigger, price = number(params, "triggerPx"), number(params, "orderPx")
    if params.get("ordType") != "trigger" or trigger is None or price is None:
        raise RefusedError(Refusal.BAD_REQUEST, "only orders of the type trigger are known here")
    try:
        side = Side(params.get("side", ""))
    except ValueError:
        raise RefusedError(Refusal.BAD_REQUEST, "side is missing or unknown") from None
    limited = price != -1
    return Request(
        market.spec.symbol, side, OrderType.STOP_LIMIT if limited else OrderType.STOP, _quantity(market, params),
        price if limited else None, trigger, params.get("algoClOrdId"), params.get("reduceOnly") == "true",
        above=trigger >= market.price,
    )  # fmt: skip


def _quantity(market: Market, params: Mapping[str, str]) -> Decimal:
    size = number(params, "sz")
    if size is None:
        raise RefusedError(Refusal.BAD_REQUEST, "sz is missing")
    if not market.spec.settle and params.get("tgtCcy") == "quote_ccy":
        return size / market.ask // market.spec.step * market.spec.step
    return size * contract_size(market.spec)


def acknowledged(order: Order) -> Row:
    """The answer to a new, changed or canceled order."""
    if is_algo(order):
        return {"algoId": str(order.order_id), "algoClOrdId": order.client_id, "clOrdId": "", "sCode": "0", "sMsg": ""}
    return {"ordId": str(actual_id(order)), "clOrdId": order.client_id, "tag": "", "sCode": "0", "sMsg": ""}


def order_row(owner: Account, spec: Spec, order: Order) -> Row:
    """Order details, lists of orders and the orders channel."""
    stop, market = is_stop(order), order.price is None
    fees = [fill for fill in owner.fills if fill.order_id == order.order_id] if order.filled else []
    return {
        "accFillSz": pieces(spec, order.filled),
        "algoClOrdId": order.client_id if stop else "",
        "algoId": str(order.order_id) if stop else "",
        "avgPx": shown(order.average),
        "cTime": str(order.triggered or order.created),
        "category": "normal",
        "ccy": "",
        "clOrdId": "" if stop else order.client_id,
        "fee": text(-sum((fill.fee for fill in fees), ZERO)),
        "feeCcy": fees[-1].fee_currency if fees else spec.quote,
        "fillPx": "",
        "fillSz": "0",
        "fillTime": str(fees[-1].time) if fees else "",
        "instId": market_id(spec),
        "instType": market_type(spec),
        "lever": text(owner.leverage(spec.symbol)) if spec.settle else "",
        "ordId": str(actual_id(order)),
        "ordType": "market" if market else "post_only" if order.post_only else "ioc" if order.immediate else "limit",
        "pnl": "0",
        "posSide": "net" if spec.settle else "",
        "px": shown(order.price),
        "reduceOnly": "true" if order.reduce_only else "false",
        "side": str(order.side),
        "state": state_of(order),
        "sz": pieces(spec, order.quantity),
        "tag": "",
        "tdMode": mode_of(owner, spec),
        "tgtCcy": "base_ccy" if market and not spec.settle else "",
        "tradeId": "",
        "uTime": str(order.updated),
    }  # fmt: skip


def state_of(order: Order) -> str:
    if order.status is Status.OPEN:
        return "partially_filled" if order.filled else "live"
    return "filled" if order.status is Status.CLOSED else "canceled"


def algo_row(owner: Account, spec: Spec, order: Order) -> Row:
    """Algo orders: it stays effective once it triggered, whatever became of its order."""
    return {
        "actualPx": shown(order.average),
        "actualSide": str(order.side) if order.triggered else "",
        "actualSz": pieces(spec, order.filled),
        "algoClOrdId": order.client_id,
        "algoId": str(order.order_id),
        "cTime": str(order.created),
        "clOrdId": "",
        "instId": market_id(spec),
        "instType": market_type(spec),
        "ordId": str(actual_id(order)) if order.triggered else "",
        "ordPx": "-1" if order.price is None else text(order.price),
        "ordType": "trigger",
        "posSide": "net" if spec.settle else "",
        "reduceOnly": "true" if order.reduce_only else "false",
        "side": str(order.side),
        "state": "effective" if order.triggered else "live" if order.status is Status.OPEN else "canceled",
        "sz": pieces(spec, order.quantity),
        "tdMode": mode_of(owner, spec),
        "tgtCcy": "",
        "triggerPx": text(order.trigger),
        "triggerPxType": "last",
        "triggerTime": str(order.triggered or ""),
        "uTime": str(order.updated),
    }


def mode_of(owner: Account, spec: Spec) -> str:
    if not spec.settle:
        return "cash"
    return "cross" if spec.symbol in owner.cross else "isolated"


def fill_row(spec: Spec, fill: Fill, order: Order) -> Row:
    """fills and fills-history; a fee that was paid is below zero."""
    return {
        "billId": str(fill.fill_id + 10**9),
        "clOrdId": "" if is_stop(order) else fill.client_id,
        "execType": "M" if fill.maker else "T",
        "fee": text(-fill.fee),
        "feeCcy": fill.fee_currency,
        "fillPx": text(fill.price),
        "fillSz": pieces(spec, fill.quantity),
        "fillTime": str(fill.time),
        "instId": market_id(spec),
        "instType": market_type(spec),
        "ordId": str(actual_id(order)),
        "posSide": "net" if spec.settle else "",
        "side": str(fill.side),
        "tag": "",
        "tradeId": str(fill.fill_id),
        "ts": str(fill.time),
    }


def stream_row(owner: Account, spec: Spec, order: Order, fill: Fill | None) -> Row:
    """The orders channel: an order with the fill that changed it."""
    told = order_row(owner, spec, order)
    if fill is None:
        return told
    return {
        **told, "fillPx": text(fill.price), "fillSz": pieces(spec, fill.quantity), "tradeId": str(fill.fill_id),
        "fillTime": str(fill.time), "fillFee": text(-fill.fee), "fillFeeCcy": fill.fee_currency,
        "execType": "M" if fill.maker else "T",
    }  # fmt: skip


def position_row(owner: Account, market: Market, holding: Holding) -> Row:
    spec = market.spec
    value = holding.quantity * market.price
    gain = (market.price - holding.entry) * holding.quantity if holding.quantity else ZERO
    isolated = spec.symbol not in owner.cross
    return {
        "avgPx": text(holding.entry) if holding.quantity else "",
        "cTime": str(market.time),
        "ccy": spec.settle,
        "imr": "" if isolated else text(holding.margin),
        "instId": market_id(spec),
        "instType": "SWAP",
        "last": text(market.price),
        "lever": text(owner.leverage(spec.symbol)),
        "liqPx": shown(holding.liquidation(spec.maintenance)),
        "margin": text(holding.margin) if isolated else "",
        "markPx": text(market.price),
        "mgnMode": "isolated" if isolated else "cross",
        "mmr": text(abs(value) * spec.maintenance),
        "notionalUsd": text(abs(value)),
        "pos": pieces(spec, holding.quantity),
        "posId": str(2_000_000 + sum(map(ord, spec.symbol))),
        "posSide": "net",
        "uTime": str(market.time),
        "upl": text(gain),
        "uplRatio": "0",
    }


def balance_row(name: str, wallet: Wallet, time: int) -> Row:
    return {
        "ccy": name, "cashBal": text(wallet.total), "eq": text(wallet.total), "availBal": text(wallet.free),
        "availEq": text(wallet.free), "frozenBal": text(wallet.locked), "ordFrozen": text(wallet.locked),
        "uTime": str(time), "upl": "0",
    }  # fmt: skip


def without_ids(result: Any) -> Any:
    """An answer that names no order."""
    names = ("ordId", "clOrdId", "algoId", "algoClOrdId")
    rows = [{name: value for name, value in row.items() if name not in names} for row in result["data"]]
    return {**result, "data": rows}
