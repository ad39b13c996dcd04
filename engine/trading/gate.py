"""The risk gate: every order passes it; the first failure denies, with a code."""

from __future__ import annotations

from ..kernel import Column, kernel
from .codes import Decision
from .rules import InstrumentRules, Policy
from .sizing import unit_funds

APPROVED = int(Decision.APPROVED)
QUANTITY_MIN = int(Decision.QUANTITY_MIN)
QUANTITY_MAX = int(Decision.QUANTITY_MAX)
COST_MIN = int(Decision.COST_MIN)
FUNDS = int(Decision.FUNDS)
MAX_OPEN = int(Decision.MAX_OPEN)
SIZE_UNKNOWN = int(Decision.SIZE_UNKNOWN)


@kernel
def others_open(positions: Column, orders: Column, s: int, symbols: int) -> int:
    """How many symbols besides `s` hold a position or an entry order."""
    count = 0
    for other in range(symbols):
        if other != s and (positions[other].quantity != 0.0 or orders[other].side != 0):
            count += 1
    return count


@kernel
def check_entry(
    policy: Policy, instrument: InstrumentRules, quantity: float, price: float, free: float, others: int
) -> int:
    """The code for an entry of `quantity` at about `price`; anything that is not plainly allowed denies."""
    if quantity != quantity:
        return SIZE_UNKNOWN
    if quantity <= 0.0:
        return FUNDS if free <= 0.0 else QUANTITY_MIN
    if quantity < instrument.min_quantity:
        return QUANTITY_MIN
    if quantity > instrument.max_quantity:
        return QUANTITY_MAX
    if quantity * price < instrument.min_cost:
        return COST_MIN
    # Roundings of the product may stand between a size cut to free funds and those funds.
    if not quantity * unit_funds(policy, instrument, price) <= free * (1.0 + 1e-12):
        return FUNDS
    if others >= policy.max_open:
        return MAX_OPEN
    return APPROVED
