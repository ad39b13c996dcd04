"""What the decision core makes of a signal, as codes; the reference page is generated from their explanations."""

from __future__ import annotations

from enum import IntEnum


class State(IntEnum):
    """What the account may still do."""

    ACTIVE = 0
    REDUCING = 1
    HALTED = 2


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
    NO_EDGE = 22
    TRADING_HALTED = 23
    TRADING_REDUCING = 24
    STOP_REQUIRED = 25
    STOP_WRONG_SIDE = 26
    STOP_BEYOND_LIQUIDATION = 27
    LEVERAGE_MAX = 28
    MAX_COST_PER_ORDER = 29
    MAX_POSITION = 30
    MAX_EXPOSURE = 31
    MAX_NET_EXPOSURE = 32
    MAX_CORRELATED = 33
    RISK_PER_TRADE = 34
    PORTFOLIO_HEAT = 35
    DAILY_LOSS = 36
    DRAWDOWN = 37
    LOSS_STREAK = 38
    PROTECTION_COOLDOWN = 39
    PROTECTION_STOPS = 40
    PROTECTION_LOW_PROFIT = 41
    PROTECTION_DRAWDOWN = 42
    SCHEDULE = 43
    COST_MAX = 44
    MODE_MISMATCH = 45
    INSTRUMENT_UNKNOWN = 46
    INSTRUMENT_INACTIVE = 47
    INSTRUMENT_UNTRADABLE = 48
    INSTRUMENT_DELISTING = 49
    DATA_STALE = 50
    ORDER_UNKNOWN = 51
    SIGNAL_EXPIRED = 52
    DUPLICATE_INTENT = 53
    PRECISION = 54
    PRICE_COLLAR = 55
    SPREAD_MAX = 56
    ORDER_TYPE_UNSUPPORTED = 57
    REDUCE_ONLY_INCREASES = 58
    RATE_LIMIT = 59
    MANUAL_HOLD = 60
    CONFLICT = 61
    ORDER_REJECTED = 62


LIVE_ONLY = frozenset(
    {
        Decision.STOP_WRONG_SIDE, Decision.COST_MAX, Decision.MODE_MISMATCH,
        Decision.INSTRUMENT_UNKNOWN,
        Decision.INSTRUMENT_INACTIVE, Decision.INSTRUMENT_UNTRADABLE, Decision.INSTRUMENT_DELISTING,
        Decision.DATA_STALE, Decision.ORDER_UNKNOWN, Decision.SIGNAL_EXPIRED, Decision.DUPLICATE_INTENT,
        Decision.PRECISION, Decision.PRICE_COLLAR, Decision.SPREAD_MAX, Decision.ORDER_TYPE_UNSUPPORTED,
        Decision.REDUCE_ONLY_INCREASES, Decision.RATE_LIMIT, Decision.MANUAL_HOLD,
        Decision.ORDER_REJECTED,
    }
)  # fmt: skip
"""What a simulated venue never meets."""

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
    Decision.NO_EDGE: "the last trades made nothing on average: the Kelly stake is zero or less",
    Decision.TRADING_HALTED: "trading is halted (`drawdown` or `daily_loss` with `then: halt`, or an operator)",
    Decision.TRADING_REDUCING: "only positions may be reduced (after `daily_loss` or `drawdown`, or by an operator)",
    Decision.STOP_REQUIRED: "`risk.stop_required`, and the entry has no stop",
    Decision.STOP_WRONG_SIDE: "the stop lies on the wrong side of the price",
    Decision.STOP_BEYOND_LIQUIDATION: "the position would be liquidated before its stop is reached",
    Decision.LEVERAGE_MAX: "all positions of the account would be larger than `risk.max_leverage` times its equity",
    Decision.MAX_COST_PER_ORDER: "the order costs more than `risk.max_cost`",
    Decision.MAX_POSITION: "the position would be larger than `risk.max_position` (`size.max` cuts a size instead)",
    Decision.MAX_EXPOSURE: "all positions together would be larger than `risk.max_exposure`",
    Decision.MAX_NET_EXPOSURE: "longs less shorts would be larger than `risk.max_net_exposure`",
    Decision.MAX_CORRELATED: "`risk.max_correlated` positions that move together are already open or ordered",
    Decision.RISK_PER_TRADE: "the trade could lose more than `risk.risk_per_trade` at its stop",
    Decision.PORTFOLIO_HEAT: "all trades together could lose more than `risk.heat` at their stops",
    Decision.DAILY_LOSS: "`risk.daily_loss` is reached at this close",
    Decision.DRAWDOWN: "`risk.drawdown` is reached at this close",
    Decision.LOSS_STREAK: "`protections: losses` pauses entries after losses in a row",
    Decision.PROTECTION_COOLDOWN: "`protections: cooldown` pauses entries after an exit",
    Decision.PROTECTION_STOPS: "`protections: stops` pauses entries after losing stops",
    Decision.PROTECTION_LOW_PROFIT: "`protections: low_profit` pauses entries where trades earned too little",
    Decision.PROTECTION_DRAWDOWN: "`protections: drawdown` pauses entries after a fall of the equity",
    Decision.SCHEDULE: "the close is outside the hours of `schedule.entries`",
    Decision.COST_MAX: "the cost is above the instrument's maximum",
    Decision.MODE_MISMATCH: "a live order without live mode and a confirmed account",
    Decision.INSTRUMENT_UNKNOWN: "the venue does not list the instrument",
    Decision.INSTRUMENT_INACTIVE: "the venue does not trade the instrument now",
    Decision.INSTRUMENT_UNTRADABLE: "the account may not trade the instrument",
    Decision.INSTRUMENT_DELISTING: "the venue is about to delist the instrument",
    Decision.DATA_STALE: "the last closed candle or quote is older than allowed",
    Decision.ORDER_UNKNOWN: "an order of the symbol has an unknown fate, or the account differs from the book",
    Decision.SIGNAL_EXPIRED: "the signal is older than it is valid for",
    Decision.DUPLICATE_INTENT: "the same intent was decided before",
    Decision.PRECISION: "price or quantity are off the instrument's steps",
    Decision.PRICE_COLLAR: "the limit is too far from the market",
    Decision.SPREAD_MAX: "the spread is wider than allowed",
    Decision.ORDER_TYPE_UNSUPPORTED: "the venue does not take this type of order",
    Decision.REDUCE_ONLY_INCREASES: "a reduce-only order would not reduce",
    Decision.RATE_LIMIT: "too many orders in this second or day",
    Decision.MANUAL_HOLD: "an operator holds entries back",
    Decision.CONFLICT: "another strategy of the portfolio holds or has ordered the other side of the symbol",
    Decision.ORDER_REJECTED: "the venue refused the order, or never got it",
}
