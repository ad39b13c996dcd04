"""A ticket as the texts that go over the wire of the direct broker, and back to what the core understands."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from ..brokers.outcome import RejectedError
from ..brokers.words import Ticket
from ..ledger.values import OrderType, Side, Texts
from .orders import Request
from .refusal import Refusal


def wire_of(ticket: Ticket) -> Texts:
    """Raises RejectedError for a price or trigger too many or too few."""
    priced = ticket.type in (OrderType.LIMIT, OrderType.STOP_LIMIT)
    triggered = ticket.type in (OrderType.STOP, OrderType.STOP_LIMIT)
    if priced is (ticket.price is None) or triggered is (ticket.trigger is None):
        words = f"a {ticket.type} order with price {ticket.price} and trigger {ticket.trigger}"
        raise RejectedError(Refusal.BAD_REQUEST, words)
    texts = {
        "clientId": ticket.client_id,
        "postOnly": "true" if ticket.post_only else None,
        "price": _text(ticket.price),
        "quantity": _text(ticket.quantity),
        "reduceOnly": "true" if ticket.reduce_only else None,
        "side": str(ticket.side),
        "symbol": ticket.symbol,
        "triggerPrice": _text(ticket.trigger),
        "type": str(ticket.type),
    }
    return tuple((name, text) for name, text in texts.items() if text is not None)


def request_of(wire: Texts) -> Request:
    """Raises RejectedError for texts that `wire_of` does not make."""
    texts = dict(wire)
    try:
        price, trigger = (_number(texts.get(name)) for name in ("price", "triggerPrice"))
        return Request(
            texts["symbol"], Side(texts["side"]), OrderType(texts["type"]), Decimal(texts["quantity"]), price, trigger,
            texts["clientId"], texts.get("reduceOnly") == "true", texts.get("postOnly") == "true",
        )  # fmt: skip
    except (KeyError, ValueError, InvalidOperation) as error:
        raise RejectedError(Refusal.BAD_REQUEST, f"not an order: {error!r}") from None


def _text(number: Decimal | None) -> str | None:
    return None if number is None else format(number, "f")


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
