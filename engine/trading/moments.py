"""A recorded decision in, the moment its time names out: a close, or the inside of the candle that opens then."""

from __future__ import annotations

from .codes import Decision
from .trades import ExitReason, Trades

_AT_THE_FILL = frozenset({Decision.FILL_REDUCED, Decision.FILL_DROPPED, Decision.POST_ONLY})
_INSIDE = frozenset({
    ExitReason.STOP, ExitReason.TARGET, ExitReason.TRAIL, ExitReason.BREAKEVEN, ExitReason.LIQUIDATION,
})  # fmt: skip
"""Exits that no close decided."""


def made_inside(code: Decision, time: int, symbol: int, side: int, trades: Trades) -> bool:
    """Whether a decision was made inside the candle that opens at `time` (ms UTC), and not at the close before it.

    An order is canceled at a close by the other side's signal, and inside a candle by the end of its position.
    """
    if code is not Decision.ORDER_CANCELED:
        return code in _AT_THE_FILL
    ended = (trades.exit_time == time) & (trades.symbol == symbol) & (trades.side == side)
    return any(ExitReason(reason) in _INSIDE for reason in trades.reason[ended].tolist())
