"""A ticket in, the exact texts that are sent out; and those texts as the arguments of ccxt's `create_order`.

Texts are `amount`, `price`, `side`, `symbol`, `type`, `protects` and `params.NAME`; yes is `true`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ..ledger.values import OrderType, Side, Texts
from ..market.venue import Kind
from .instruments import Contract
from .outcome import RejectedError
from .venue_facts import Facts
from .words import Abilities, Terms, Ticket

_LIMITED = (OrderType.LIMIT, OrderType.STOP_LIMIT)
_STOPS = (OrderType.STOP, OrderType.STOP_LIMIT)
_YES = "true"
_MODE, _LEVERAGE = "marginMode", "leverage"
OF_NEW_ORDERS = (_MODE, _LEVERAGE)
"""Parameters that an open order keeps: changing one does not say them."""
PROTECTS = "protects"
"""The text of a stop or a reduction, which may draw from the budget's reserve; it is not sent."""


def make_wire(
    ticket: Ticket, contract: Contract, kind: Kind, facts: Facts, abilities: Abilities, terms: Terms | None = None
) -> Texts:
    """Raises RejectedError where the order cannot be said to this venue exactly as it is meant."""
    _check(ticket, contract, kind, facts, abilities)
    texts = {
        "amount": text(contract.steps_of(ticket.quantity)),
        "side": str(ticket.side),
        "symbol": ticket.symbol,
        "type": "limit" if ticket.type in _LIMITED else "market",
        f"params.{facts.client_id}": facts.client_id_prefix + ticket.client_id,
    }
    if ticket.price is not None:
        texts["price"] = text(ticket.price)
    if ticket.trigger is not None:
        texts |= _trigger(ticket, ticket.trigger, facts)
    if ticket.reduce_only and kind is Kind.PERP:
        texts["params.reduceOnly"] = _YES
    if kind is Kind.PERP:
        texts |= _margin(ticket, terms or Terms(), facts)
    if ticket.reduce_only or ticket.type in _STOPS:
        texts[PROTECTS] = _YES
    if ticket.post_only:
        texts["params.postOnly"] = _YES
    return tuple(sorted(texts.items()))


def arguments(wire: Texts, facts: Facts) -> dict[str, Any]:
    """What `create_order` is called with."""
    given = dict(wire)
    params: dict[str, Any] = {
        name.removeprefix("params."): True if value == _YES else value
        for name, value in given.items()
        if name.startswith("params.")
    }
    if _LEVERAGE in params:
        params[_LEVERAGE] = _plain(Decimal(str(params[_LEVERAGE])))
    amount: str | Decimal = Decimal(given["amount"]) if facts.numbers else given["amount"]
    return {
        "symbol": given["symbol"],
        "type": given["type"],
        "side": given["side"],
        "amount": amount,
        "price": given.get("price"),
        "params": params,
    }


def text(value: Decimal) -> str:
    """A Decimal in full, without an exponent and without zeros at its end."""
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _margin(ticket: Ticket, terms: Terms, facts: Facts) -> dict[str, str]:
    if facts.leverage_said and terms.leverage is None and not ticket.reduce_only:
        raise _cannot("LEVERAGE", f"{facts.exchange} takes a leverage with each order, and none is named: 1 would hold")
    texts = {}
    if facts.margin_said:
        texts[f"params.{_MODE}"] = "isolated" if terms.isolated else "cross"
    if facts.leverage_said and terms.leverage is not None:
        texts[f"params.{_LEVERAGE}"] = text(terms.leverage)
    return texts


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _trigger(ticket: Ticket, trigger: Decimal, facts: Facts) -> dict[str, str]:
    texts = {f"params.{facts.trigger}": text(trigger)}
    if facts.trigger_direction:
        texts["params.triggerDirection"] = "ascending" if ticket.side is Side.BUY else "descending"
    if facts.trigger_by:
        name, value = facts.trigger_by
        texts[f"params.{name}"] = value
    if facts.trigger_client_id:
        texts[f"params.{facts.trigger_client_id}"] = facts.client_id_prefix + ticket.client_id
    return texts


def _check(ticket: Ticket, contract: Contract, kind: Kind, facts: Facts, abilities: Abilities) -> None:
    limited, stop = ticket.type in _LIMITED, ticket.type in _STOPS
    if limited is (ticket.price is None) or stop is (ticket.trigger is None):
        raise _cannot("TICKET", f"a {ticket.type} order takes {_needs(limited, stop)}")
    if stop and ticket.type not in abilities.stops:
        raise _cannot("STOP", f"{facts.exchange} keeps no {ticket.type} orders that can be relied on")
    if ticket.type not in abilities.types:
        raise _cannot("TYPE", f"{facts.exchange} takes no {ticket.type} orders")
    if ticket.side is Side.BUY and not limited and not facts.market_buy:
        raise _cannot("COST", f"{facts.exchange} takes market buys by cost only, so that no quantity can be said")
    if ticket.reduce_only and kind is Kind.PERP and not abilities.reduce_only:
        raise _cannot("REDUCE_ONLY", f"{facts.exchange} cannot be told to reduce only")
    if ticket.post_only and ticket.type is not OrderType.LIMIT:
        raise _cannot("POST_ONLY", "only a limit order can be post-only")
    if not ticket.client_id or len(ticket.client_id) > abilities.client_id_length:
        raise _cannot("CLIENT_ID", f"{facts.exchange} takes client ids of 1 to {abilities.client_id_length} characters")
    instrument = contract.instrument
    _on_step("quantity", ticket.quantity, instrument.quantity_step)
    for name, price in (("price", ticket.price), ("trigger", ticket.trigger)):
        if price is not None:
            _on_step(name, price, instrument.price_tick)


def _on_step(name: str, value: Decimal, step: float) -> None:
    if not value.is_finite() or value <= 0:
        raise _cannot("STEP", f"the {name} {value} is not above zero")
    if step and value % Decimal(repr(step)):
        raise _cannot("STEP", f"the {name} {text(value)} is not on the venue's steps of {text(Decimal(repr(step)))}")


def _needs(limited: bool, stop: bool) -> str:
    words = ["a price" if limited else "no price", "a trigger" if stop else "no trigger"]
    return " and ".join(words)


def _cannot(code: str, words: str) -> RejectedError:
    return RejectedError(code, words)
