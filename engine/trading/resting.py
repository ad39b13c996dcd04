"""How long an entry order waits: it ends, or becomes a market order."""

from __future__ import annotations

from ..kernel import rare
from .book import Book
from .candle import cancel_order
from .codes import Decision
from .columns import Tape
from .rules import Policy, Rules

ORDER_EXPIRED = int(Decision.ORDER_EXPIRED)


@rare
def grow_old(policy: Policy, rules: Rules, book: Book, tape: Tape, symbol: int) -> None:
    """Count the closed candle of a waiting limit or stop order, and end it where its time is over."""
    order = book.orders[symbol]
    order.age += 1
    time = book.positions[symbol].time + policy.candle_ms
    old = policy.cancel_candles > 0 and order.age >= policy.cancel_candles
    if old or (policy.cancel_ms > 0 and time - order.placed >= policy.cancel_ms):
        if policy.fallback == 1:
            order.kind = 0
            order.resting = 0
        else:
            cancel_order(rules, book, tape, symbol, ORDER_EXPIRED, time)
