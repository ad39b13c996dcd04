"""What ccxt reads wrongly out of a venue's orders and fills, put right before it is parsed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..ledger.values import Source
from .instruments import number
from .outcome import ReadError

Row = Mapping[str, Any]


def repaired(exchange: str, row: object, source: Source) -> Row:
    """An order or fill of ccxt's as the venue meant it. Raises ReadError for what is none."""
    if not isinstance(row, Mapping):
        raise ReadError(f"the venue answered {type(row).__name__} where an order or fill was due")
    repair = _REPAIRS.get(exchange)
    return row if repair is None else repair(row, source)


def _okx(row: Row, source: Source) -> Row:
    """ccxt names an order that a stop became by the stop, and not by our name at all; fees of its streams have their
    sign the other way round than those that are asked for."""
    info = row.get("info")
    if not isinstance(info, Mapping):
        return row
    told = dict(row)
    if info.get("ordId"):
        told["order" if "order" in row else "id"] = info["ordId"]
    if not row.get("clientOrderId") and info.get("algoClOrdId"):
        told["clientOrderId"] = info["algoClOrdId"]
    if source is Source.STREAM and info.get("fillFee") and "takerOrMaker" in row:
        paid = str(info["fillFee"])
        cost = paid[1:] if paid.startswith("-") else f"-{paid}"
        told["fee"] = {"cost": cost, "currency": info.get("fillFeeCcy")}
        told["fees"] = [told["fee"]]
    return told


def _krakenfutures(row: Row, source: Source) -> Row:
    """ccxt leaves out the price of limit orders, since that of others would be wrong."""
    info = row.get("info")
    if row.get("price") is not None or not isinstance(info, Mapping):
        return row
    limited = str(info.get("orderType")).lower() in ("lmt", "limit", "post")
    return {**row, "price": info["limitPrice"]} if limited and info.get("limitPrice") else row


def _gate(row: Row, source: Source) -> Row:
    """ccxt passes on what ended an order in the venue's words; those it does not know are ends all the same."""
    info = row.get("info")
    if row.get("status") in _GATE or "order" in row or not isinstance(info, Mapping):
        return row
    state = str(info.get("status"))
    if state == "open":
        return {**row, "status": "open"}
    left = number(row.get("remaining"))
    if left is None or state not in ("finished", "closed", "cancelled"):
        return row
    return {**row, "status": "canceled" if left else "closed"}


_GATE = ("open", "closed", "canceled", "rejected", None)
_REPAIRS: Mapping[str, Callable[[Row, Source], Row]] = {"gate": _gate, "krakenfutures": _krakenfutures, "okx": _okx}
