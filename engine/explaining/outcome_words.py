"""What to do about each decision, and what each exit reason means; `trading/codes.py` says what a decision means."""

from __future__ import annotations

from collections.abc import Mapping

from ..trading.codes import Decision
from ..trading.trades import ExitReason

NOTHING = "nothing: this is how it is meant to be"
_LIMIT = "if that is too strict, raise the limit in the file; else leave it: it did what it is for"
_LATER = "nothing, if you want the pause; else change it under `protections`"
_VENUE = "look at the market at the venue; `stratrun markets list VENUE` tells what was last known of it"

MENDS: Mapping[Decision, str] = {
    Decision.APPROVED: NOTHING,
    Decision.UNKNOWN_SIGNAL: "give more history, or say what an unknown value means; `stratrun trace` shows which is",
    Decision.BOTH_SIDES: "make the rules of long and short exclude each other",
    Decision.FILTERED: "nothing, if the filter is meant; `stratrun why-not` counts how often it alone was in the way",
    Decision.FILTER_UNKNOWN: "give more history; `stratrun trace` shows which value of the filter is unknown",
    Decision.DATA_GAP: "fill the gap (`stratrun data`), or allow longer ones with `gaps: max`",
    Decision.POSITION_OPEN: "nothing; to buy more into a position, declare `add`",
    Decision.OPPOSITE_OPEN: "set `opposite: close` or `opposite: reverse`, if a signal of the other side is to act",
    Decision.SIZE_UNKNOWN: "see with `stratrun trace` which of stop, target and size is unknown, zero or negative",
    Decision.QUANTITY_MIN: "use more capital, a larger size, or a market with smaller minimums",
    Decision.QUANTITY_MAX: "use a smaller size, or cut it with `size.max`",
    Decision.COST_MIN: "use more capital or a larger size",
    Decision.FUNDS: "use a smaller size, fewer positions at once, or more capital",
    Decision.MAX_OPEN: _LIMIT,
    Decision.FUNDS_REDUCED: "nothing, or use a smaller size so that each position gets its full share",
    Decision.FILL_REDUCED: "nothing: the price moved between decision and fill; a smaller size leaves a reserve",
    Decision.FILL_DROPPED: "use more capital or a larger size",
    Decision.CLOSED_OPPOSITE: NOTHING,
    Decision.ADDED: NOTHING,
    Decision.ORDER_EXPIRED: "nothing, or let orders wait longer with `orders.cancel_after`",
    Decision.ORDER_CANCELED: NOTHING,
    Decision.POST_ONLY: "place the limit further from the price, or take `orders.post_only` out",
    Decision.NO_EDGE: "nothing: the stake comes back with the trades; or size another way",
    Decision.TRADING_HALTED: "`stratrun status` tells the reason; `stratrun resume` when it is mended",
    Decision.TRADING_REDUCING: "`stratrun status` tells the reason; it ends with the day, or with `stratrun resume`",
    Decision.STOP_REQUIRED: "give the entry a stop",
    Decision.STOP_WRONG_SIDE: "mend the stop's rule: below the price of a long, above that of a short",
    Decision.STOP_BEYOND_LIQUIDATION: "use less leverage, or a nearer stop",
    Decision.LEVERAGE_MAX: _LIMIT,
    Decision.MAX_COST_PER_ORDER: _LIMIT,
    Decision.MAX_POSITION: _LIMIT,
    Decision.MAX_EXPOSURE: _LIMIT,
    Decision.MAX_NET_EXPOSURE: _LIMIT,
    Decision.MAX_CORRELATED: _LIMIT,
    Decision.RISK_PER_TRADE: _LIMIT,
    Decision.PORTFOLIO_HEAT: _LIMIT,
    Decision.DAILY_LOSS: "nothing today: entries are back tomorrow, unless the file says `then: halt`",
    Decision.DRAWDOWN: "look at what lost; `stratrun resume` lets it trade again",
    Decision.LOSS_STREAK: _LATER,
    Decision.PROTECTION_COOLDOWN: _LATER,
    Decision.PROTECTION_STOPS: _LATER,
    Decision.PROTECTION_LOW_PROFIT: _LATER,
    Decision.PROTECTION_DRAWDOWN: _LATER,
    Decision.SCHEDULE: "nothing, or widen `schedule.entries`",
    Decision.COST_MAX: "use a smaller size, or cut it with `size.max`",
    Decision.MODE_MISMATCH: "start with `--live` and confirm the account",
    Decision.INSTRUMENT_UNKNOWN: "mend the symbol's name; `stratrun markets list VENUE` has those of a venue",
    Decision.INSTRUMENT_INACTIVE: "wait, or take the symbol out",
    Decision.INSTRUMENT_UNTRADABLE: "allow it in the account or the key's permissions at the venue",
    Decision.INSTRUMENT_DELISTING: "take the symbol out",
    Decision.DATA_STALE: "look at the connection and `stratrun status`; `data.stale` says how old is too old",
    Decision.ORDER_UNKNOWN: "wait: the order is being looked for; if it lasts, look at `stratrun orders` and the venue",
    Decision.SIGNAL_EXPIRED: "nothing: the session was down or busy; `valid_for` says how long a signal counts",
    Decision.DUPLICATE_INTENT: NOTHING,
    Decision.PRECISION: _VENUE,
    Decision.PRICE_COLLAR: "mend the limit, or widen `orders.price_collar`",
    Decision.SPREAD_MAX: "nothing, or widen `orders.spread_max`; a market with such a spread is dear",
    Decision.ORDER_TYPE_UNSUPPORTED: "use another type; `stratrun venues NAME` tells what a venue takes",
    Decision.REDUCE_ONLY_INCREASES: "nothing: the position had gone already",
    Decision.RATE_LIMIT: "find out why there are so many orders; the limits are `orders.per_second` and `per_day`",
    Decision.MANUAL_HOLD: "`stratrun resume`, when entries may go on",
    Decision.CONFLICT: "nothing, or keep symbols of strategies apart",
    Decision.ORDER_REJECTED: "read the venue's words with `stratrun orders` or `stratrun ledger show ORDER`",
}

EXITS: Mapping[ExitReason, str] = {
    ExitReason.STOP: "the stop set at the entry; filled at its price, or at the open where that is already beyond it",
    ExitReason.TARGET: "the target: a resting limit order, filled when the price passes it, with the maker fee",
    ExitReason.TRAIL: "the stop, after `trail:` had moved it",
    ExitReason.BREAKEVEN: "the stop, after `breakeven:` had moved it to the entry",
    ExitReason.LIQUIDATION: "a contract's margin was used up; filled where only the maintenance margin was left",
    ExitReason.RULE: "`exit.when` was true at a close; filled at the next open",
    ExitReason.TIME: "`exit.time` had passed at a close; filled at the next open",
    ExitReason.OPPOSITE: "an entry of the other side closed or reversed the position; filled at the next open",
    ExitReason.EXTERNAL: "an operator closed it, or somebody at the venue: only live",
    ExitReason.HALT: "the account stopped with `flatten: true`; filled at the next open",
    ExitReason.OPEN: "not an exit: the position is still open and listed at the last close, without exit costs",
}
EXIT_MENDS: Mapping[ExitReason, str] = {
    ExitReason.LIQUIDATION: "use less leverage, or a stop that is nearer than the liquidation",
    ExitReason.EXTERNAL: "find out who did it: `stratrun ledger tail` names the order; a key may be in other hands",
    ExitReason.HALT: "look at what lost; `stratrun resume` lets the account trade again",
}
"""The others want nothing done."""
