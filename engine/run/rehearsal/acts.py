"""What the three kinds of actions share: their form, and what they look for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from ...exchange.orders import Order
from .stage import Stage
from .words import seconds

Act = Callable[[Stage, Sequence[str]], Awaitable[None]]
"""Named as scripts name it; takes the words that follow. Raises LookupError, ArithmeticError or RefusedError where
there is nothing that it could happen to."""


def mine(stage: Stage, role: str) -> list[Order]:
    """Open orders at the venue that the ledger has in a role."""
    names = {row.order_id for row in stage.session.desk.state.live() if row.role.value == role}
    return [order for order in stage.truth().open if order.client_id in names]


def length(words: Sequence[str], default: float) -> float:
    """Seconds: the first word, or so many."""
    return seconds(words[0]) if words else default
