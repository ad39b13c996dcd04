"""Events of Kraken's contracts in, the orders that ended out, as rows of ccxt's.

ccxt reads one page of these events, calls each order canceled that was ever placed, and takes what is left of an order
for all of it. Here they are walked back to the time that is asked for, and what came last of an order counts.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from . import parse
from .instruments import number
from .outcome import ReadError

Row = Mapping[str, Any]
Ask = Callable[[dict[str, Any]], Awaitable[Any]]


async def ended_orders(client: Any, symbol: str, since: int, page: int) -> list[Row]:
    """Orders and untriggered stops of a symbol whose last event since `since` (ms) ended them. Raises ReadError."""
    listed = client.market(symbol)["id"]
    found: dict[str, Row] = {}
    for ask in (client.history_get_orders, client.history_get_triggers):
        for event in await _events(ask, listed, since, page):
            order, status = _last(event)
            if order is not None and order.get("tradeable") == listed:
                found.setdefault(str(order.get("uid")), _row(client, order, status))
    return [row for row in found.values() if row["status"] != "open"]


async def _events(ask: Ask, listed: str, since: int, page: int) -> Iterable[Row]:
    """The newest first, each once."""
    found: dict[str, Row] = {}
    params: dict[str, Any] = {"tradeable": listed, "since": since, "sort": "desc", "count": page}
    while True:
        answer = await ask(dict(params))
        told: Row = answer if isinstance(answer, Mapping) else {}
        elements = parse.rows(told.get("elements"))
        known, times = len(found), [number(it.get("timestamp")) for it in elements if isinstance(it, Mapping)]
        for element in elements:
            if not isinstance(element, Mapping) or number(element.get("timestamp")) is None or not element.get("uid"):
                raise ReadError("the venue's history holds an event without an id or a time")
            found.setdefault(str(element["uid"]), element)
        oldest = min((int(time) for time in times if time is not None), default=0)
        more = told.get("continuationToken") and len(found) > known  # a page may be shorter than was asked for
        if (len(elements) < page and not more) or oldest < since:
            return (it["event"] for it in found.values() if isinstance(it.get("event"), Mapping))
        if len(found) == known:
            raise ReadError(f"more than {page} events within a millisecond: the venue does not show them all")
        params["before"] = oldest + 1  # that moment itself may hold more


def _last(event: Row) -> tuple[Row | None, str]:
    """The order that an event is about, and how it left it; None for an event that changed none."""
    for name, inner, status in _ENDINGS:
        body = event.get(name)
        if isinstance(body, Mapping) and isinstance(order := body.get(inner), Mapping):
            whole = not number(order.get("quantity")) and bool(number(order.get("filled")))
            filled = status == "open" and (whole or body.get("reason") == "full_fill")
            return order, "closed" if filled else status
    return None, ""


_ENDINGS = (
    ("OrderPlaced", "order", "open"),
    ("OrderUpdated", "newOrder", "open"),
    ("OrderCancelled", "order", "canceled"),
    ("OrderRejected", "order", "rejected"),
    ("OrderTriggerPlaced", "order", "open"),
    ("OrderTriggerUpdated", "newOrderTrigger", "open"),
    ("OrderTriggerCancelled", "order", "canceled"),
    ("OrderTriggerActivated", "order", "open"),
)
"""Kinds of events, where each has its order, and what that order is then; one that triggered goes on as an order."""


def _row(client: Any, order: Row, status: str) -> Row:
    row = dict(client.parse_order({**order, "status": status}))
    filled, left = number(order.get("filled")) or 0, number(order.get("quantity")) or 0
    trigger = order.get("triggerOptions")
    if isinstance(trigger, Mapping):
        row["triggerPrice"] = trigger.get("triggerPrice")
    return row | {
        "amount": str(filled if status == "closed" else filled + left),
        "filled": str(filled),
        "remaining": None,
    }
