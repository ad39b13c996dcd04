"""Open orders of an account in, those that the switch cancels out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...brokers.words import OrderReport
from ...ledger.values import Role, Side
from ...market.venue import Kind
from ...orders.client_id import is_ours
from .known import Known

_SHAPE = re.compile(r"s[0-9a-z]{17}")
"""Of every client id we make."""
_ENTRIES = frozenset({Role.ENTRY, Role.ADJUST})


def ours(orders: Iterable[OrderReport], known: Known, everything: bool) -> list[OrderReport]:
    """By our prefixes; by the shape of our ids where the ledger does not tell them; all of them with `everything`."""
    return [order for order in orders if everything or _is_ours(order.client_id, known)]


def is_entry(order: OrderReport, known: Known, kind: Kind) -> bool:
    """Whether it may make a position larger: as the ledger says; else, on spot what buys, on contracts what may."""
    role = known.roles.get(order.client_id or "")
    if role is not None:
        return role in _ENTRIES
    return order.side is Side.BUY if kind is Kind.SPOT else not order.reduce_only


def _is_ours(client_id: str | None, known: Known) -> bool:
    if known.prefixes:
        return is_ours(client_id, known.prefixes)
    return client_id is not None and _SHAPE.fullmatch(client_id) is not None
