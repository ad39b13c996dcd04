"""How an order is named to a venue: by the venue's own id where it is known, by ours where the venue takes it."""

from __future__ import annotations

from typing import Any

from .venue_facts import IN_PLACE, Facts
from .words import Reference

Named = tuple[str | None, dict[str, Any]]
"""The `id` and `params` of a call of ccxt's."""


def to_find(order: Reference, facts: Facts, in_list: bool) -> Named | None:
    """For `fetch_order`; `in_list`: in the separate list of stops. None: it can only be searched for."""
    return _named(order, facts, facts.find_by, in_list)


def to_cancel(order: Reference, facts: Facts, in_list: bool) -> Named | None:
    """For `cancel_order`. None: the venue's id has to be found first."""
    return _named(order, facts, facts.cancel_by, in_list and facts.cancel_in_list)


def _named(order: Reference, facts: Facts, parameter: str | None, in_list: bool) -> Named | None:
    params: dict[str, Any] = {"trigger": True} if in_list else {}
    if order.venue_id is not None:
        return order.venue_id, params
    if parameter is None or order.client_id is None or (in_list and not facts.stops_named):
        return None
    named = facts.client_id_prefix + order.client_id
    if parameter == IN_PLACE:
        return named, params
    return facts.no_id, params | {parameter: named}


def matches(order: Reference, client_id: str | None, venue_id: str) -> bool:
    """Whether an order found in a list is the one that is meant; a stop may go on under another id of the venue's."""
    if order.venue_id is not None and (order.venue_id == venue_id or not order.trigger):
        return order.venue_id == venue_id
    return order.client_id is not None and order.client_id == client_id
