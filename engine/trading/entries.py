"""What a close means for entries: signals in order of priority, each refused with a code or ordered."""

from __future__ import annotations

import math

from ..kernel import Column, kernel, rare
from ..market.steps import on_step
from .book import Order, Position
from .codes import Decision
from .columns import ALLOWED, BREAKEVEN, ENTER, LADDER, LIMIT, OFFSET, STOP, TARGET, TRAIL_AFTER, Tally
from .guard import Guard
from .rules import InstrumentRules, Policy, Rules, SideRules

APPROVED = int(Decision.APPROVED)
UNKNOWN_SIGNAL = int(Decision.UNKNOWN_SIGNAL)
FILTERED = int(Decision.FILTERED)
FILTER_UNKNOWN = int(Decision.FILTER_UNKNOWN)
DATA_GAP = int(Decision.DATA_GAP)
POSITION_OPEN = int(Decision.POSITION_OPEN)
OPPOSITE_OPEN = int(Decision.OPPOSITE_OPEN)
NEITHER, BOTH = 0, 2
"""`signalled_side` also gives 1 (long) and -1 (short)."""


@kernel
def record_decision(
    tally: Tally, decisions: Column, counts: Column, symbol: int, side: int, code: int, quantity: float,
    price: float, time: int,
) -> None:  # fmt: skip
    """Append a decision (DECISION_FIELDS, nothing compared) and count it."""
    k = tally.decided
    decisions[k, 0] = time
    decisions[k, 1] = symbol
    decisions[k, 2] = side
    decisions[k, 3] = code
    decisions[k, 4] = quantity
    decisions[k, 5] = price
    decisions[k, 6] = math.nan
    decisions[k, 7] = math.nan
    tally.decided = k + 1
    counts[code] += 1


@kernel
def record_compared(tally: Tally, decisions: Column, guard: Guard) -> None:
    """Put what the gate compared beside the last decision."""
    k = tally.decided - 1
    decisions[k, 6] = guard.limit
    decisions[k, 7] = guard.actual
    guard.limit = math.nan
    guard.actual = math.nan


@kernel
def signalled_side(conditions: Column, at: int, counts: Column) -> int:
    """Which side signals at this close; an unknown entry condition is counted."""
    long, short = conditions[ENTER, at], conditions[ENTER + 1, at]
    if long == 2 or short == 2:
        counts[UNKNOWN_SIGNAL] += 1
    if long == 1:
        return BOTH if short == 1 else 1
    return -1 if short == 1 else NEITHER


@kernel
def refusal(policy: Policy, position: Position, order: Order, conditions: Column, side: int) -> int:
    """Why the signal may not even be sized, or APPROVED."""
    if policy.filtered == 1:
        allowed = conditions[ALLOWED, position.at]
        if allowed != 1:
            return FILTERED if allowed == 0 else FILTER_UNKNOWN
    if position.gap == 1:
        return DATA_GAP
    if order.side == side or side * position.quantity > 0.0:
        return POSITION_OPEN
    if (position.quantity != 0.0 or order.side != 0) and policy.opposite == 0:
        return OPPOSITE_OPEN
    return APPROVED


@kernel
def distance_of(kind: int, numbers: Column, row: int, at: int, multiple: float, stop: float) -> float:
    """A declared distance in quote units: its column, or a multiple of the stop's; unset is NaN."""
    if kind == 0:
        return math.nan
    if kind == 1:
        distance: float = numbers[row, at]
        return distance
    return multiple * stop


@kernel
def set_distances(rules: SideRules, order: Order, numbers: Column, k: int, at: int) -> bool:
    """Write the order's distances, fixed at this close; False when a declared one is unknown or not positive."""
    stop = distance_of(rules.stop, numbers, STOP + k, at, 0.0, math.nan)
    target = distance_of(rules.target, numbers, TARGET + k, at, rules.target_r, stop)
    trail = distance_of(rules.trail_after, numbers, TRAIL_AFTER + k, at, rules.trail_after_r, stop)
    breakeven = distance_of(rules.breakeven, numbers, BREAKEVEN + k, at, rules.breakeven_r, stop)
    order.distance = stop
    order.target = target
    order.trail_after = trail
    order.breakeven_after = breakeven
    known = rules.stop == 0 or stop > 0.0
    known = known and (rules.target == 0 or target > 0.0)
    known = known and (rules.trail_after == 0 or trail >= 0.0)
    return known and (rules.breakeven == 0 or breakeven >= 0.0)


@rare
def set_ladder(rules: Rules, ladders: Column, symbol: int, numbers: Column, k: int, at: int, stop: float) -> bool:
    """Write how far side `k`'s targets are from the entry; False when one is unknown or not positive."""
    known = True
    for r in range(rules.sides[k].rungs):
        row = 2 * r + k
        distance = distance_of(int(rules.rungs[0, row]), numbers, LADDER + row, at, rules.rungs[1, row], stop)
        ladders[symbol, r] = distance
        known = known and distance > 0.0
    return known


@rare
def set_prices(policy: Policy, instrument: InstrumentRules, order: Order, numbers: Column, side: int, at: int) -> bool:
    """Write at which price the order waits; False when a distance is unknown or negative.

    A limit lies on the passive side of the close, a stop on the other; both round to their earlier trigger or better
    price, which is the same way.
    """
    close = numbers[3, at]
    offset = distance_of(policy.offset, numbers, OFFSET, at, 0.0, math.nan) if policy.offset != 0 else 0.0
    further = distance_of(policy.limit_offset, numbers, LIMIT, at, 0.0, math.nan) if policy.limit_offset != 0 else 0.0
    towards = -side if policy.entry == 1 else side
    order.kind = policy.entry
    order.price = on_step(close + towards * offset, instrument.price_tick, -side)
    order.limit = on_step(order.price + side * further, instrument.price_tick, -side)
    return offset >= 0.0 and further >= 0.0 and order.price > 0.0
