"""What the decision core makes of a signal, as codes; the reference page is generated from their docstrings."""

from __future__ import annotations

from enum import IntEnum


class Decision(IntEnum):
    """The outcome of one entry signal (or of the order it became)."""

    APPROVED = 0
    UNKNOWN_SIGNAL = 1
    BOTH_SIDES = 2
    FILTERED = 3
    FILTER_UNKNOWN = 4
    DATA_GAP = 5
    POSITION_OPEN = 6
    OPPOSITE_OPEN = 7
    SIZE_UNKNOWN = 8
    QUANTITY_MIN = 9
    QUANTITY_MAX = 10
    COST_MIN = 11
    FUNDS = 12
    MAX_OPEN = 13
    FUNDS_REDUCED = 14
    FILL_REDUCED = 15
    FILL_DROPPED = 16
    CLOSED_OPPOSITE = 17
    ADDED = 18
    ORDER_EXPIRED = 19
    ORDER_CANCELED = 20
    POST_ONLY = 21


EXPLANATIONS: dict[Decision, str] = {
    Decision.APPROVED: "the signal became an order",
    Decision.UNKNOWN_SIGNAL: "the entry condition was unknown (warm-up, a missing feed, a division by zero)",
    Decision.BOTH_SIDES: "long and short fired on one candle: neither trades",
    Decision.FILTERED: "a filter was false",
    Decision.FILTER_UNKNOWN: "a filter was unknown",
    Decision.DATA_GAP: "the candle follows a gap longer than `gaps: max` allows",
    Decision.POSITION_OPEN: "a position or order on this side is already there",
    Decision.OPPOSITE_OPEN: "a position on the other side is open and `opposite` is `ignore`",
    Decision.SIZE_UNKNOWN: "the stop, the target or the size could not be computed (unknown, zero or negative)",
    Decision.QUANTITY_MIN: "the quantity rounds to less than the instrument's minimum",
    Decision.QUANTITY_MAX: "the quantity is above the instrument's maximum",
    Decision.COST_MIN: "the cost is below the instrument's minimum",
    Decision.FUNDS: "free funds do not cover cost, fee and buffer",
    Decision.MAX_OPEN: "`risk.max_open` positions are already open or ordered",
    Decision.FUNDS_REDUCED: "approved, with the size cut to free funds",
    Decision.FILL_REDUCED: "filled for less than ordered: the open cost more than was reserved",
    Decision.FILL_DROPPED: "not filled: what the reservation could buy was below the instrument's minimum",
    Decision.CLOSED_OPPOSITE: "closed the position on the other side (`opposite: close`)",
    Decision.ADDED: "an addition to the open position was ordered",
    Decision.ORDER_EXPIRED: "the entry order was not filled within `orders.cancel_after`",
    Decision.ORDER_CANCELED: "the entry order was canceled: its position closed, or the other side signalled",
    Decision.POST_ONLY: "the limit would have filled at once, which `orders.post_only` forbids",
}
