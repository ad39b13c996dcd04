"""The account's rows of the risk gate, for a strategy that shares the account with others: after its own rows, in the
same order, with the figures of all strategies together."""

from __future__ import annotations

import math

from ..kernel import kernel, rare
from .book import Book
from .codes import Decision, State
from .correlation import alike, alike_beside
from .exposure import at_stop, gross_of, heat_of, net_of, others_open
from .guard import Guard, denied
from .limit_rules import LimitRules
from .pool import DAY_LOST, EQUITY, FALLEN, GROSS, HEAT, MOST_OPEN, NET, OPEN, STATE
from .rules import Rules

APPROVED = int(Decision.APPROVED)
CONFLICT = int(Decision.CONFLICT)
TRADING_HALTED = int(Decision.TRADING_HALTED)
TRADING_REDUCING = int(Decision.TRADING_REDUCING)
STOP_REQUIRED = int(Decision.STOP_REQUIRED)
LEVERAGE_MAX = int(Decision.LEVERAGE_MAX)
MAX_COST_PER_ORDER = int(Decision.MAX_COST_PER_ORDER)
MAX_POSITION = int(Decision.MAX_POSITION)
MAX_OPEN = int(Decision.MAX_OPEN)
MAX_EXPOSURE = int(Decision.MAX_EXPOSURE)
MAX_NET_EXPOSURE = int(Decision.MAX_NET_EXPOSURE)
MAX_CORRELATED = int(Decision.MAX_CORRELATED)
RISK_PER_TRADE = int(Decision.RISK_PER_TRADE)
PORTFOLIO_HEAT = int(Decision.PORTFOLIO_HEAT)
DAILY_LOSS = int(Decision.DAILY_LOSS)
DRAWDOWN = int(Decision.DRAWDOWN)
_ACTIVE, _HALTED = int(State.ACTIVE), int(State.HALTED)
_ROUNDING = 1.0 + 1e-12


@rare
def check_account(rules: Rules, book: Book, s: int, side: int, quantity: float, price: float, distance: float) -> int:
    """The code for an order that the strategy's own rows approved."""
    limits, pool, guard = rules.account[0], book.pool, book.guards.rows[0]
    if pool[STATE] != _ACTIVE:
        return denied(guard, TRADING_HALTED if pool[STATE] == _HALTED else TRADING_REDUCING, 0.0, pool[STATE])
    against = book.beside[1 if side > 0 else 0, s]
    if limits.conflicts == 1 and against > 0.0:
        return denied(guard, CONFLICT, 0.0, against)
    if limits.stop_required == 1 and not distance > 0.0:
        return denied(guard, STOP_REQUIRED, 0.0, distance)
    code = check_sizes(limits, book, guard, s, side, quantity, price)
    if code == APPROVED:
        code = check_risks(limits, book, guard, s, side, quantity, distance)
    if code == APPROVED and not pool[DAY_LOST] < limits.daily_loss:
        return denied(guard, DAILY_LOSS, limits.daily_loss, pool[DAY_LOST])
    if code == APPROVED and not pool[FALLEN] < limits.drawdown:
        return denied(guard, DRAWDOWN, limits.drawdown, pool[FALLEN])
    return code


@kernel
def check_sizes(limits: LimitRules, book: Book, guard: Guard, s: int, side: int, quantity: float, price: float) -> int:
    """Limits of leverage, cost, position, count and exposure."""
    pool, positions, orders, position = book.pool, book.positions, book.orders, book.positions[s]
    equity, cost = pool[EQUITY], quantity * price
    gross = (gross_of(positions, orders, s, side) + pool[GROSS] + cost) / equity
    if not gross <= limits.max_leverage * _ROUNDING:
        return denied(guard, LEVERAGE_MAX, limits.max_leverage, gross)
    if not cost <= limits.max_cost * _ROUNDING:
        return denied(guard, MAX_COST_PER_ORDER, limits.max_cost, cost)
    held = abs(position.quantity) * price if side * position.quantity > 0.0 else 0.0
    share = (held + book.beside[0 if side > 0 else 1, s] + cost) / equity
    if not share <= limits.max_position * _ROUNDING:
        return denied(guard, MAX_POSITION, limits.max_position, share)
    others = others_open(positions, orders, s, len(positions), 0) + pool[OPEN]
    if others >= pool[MOST_OPEN]:
        return denied(guard, MAX_OPEN, pool[MOST_OPEN], others)
    if not gross <= limits.max_exposure * _ROUNDING:
        return denied(guard, MAX_EXPOSURE, limits.max_exposure, gross)
    before = net_of(positions, orders, s, side) + pool[NET]
    net = before + side * cost
    if not abs(net) <= abs(before) and not abs(net) / equity <= limits.max_net_exposure * _ROUNDING:
        return denied(guard, MAX_NET_EXPOSURE, limits.max_net_exposure, abs(net) / equity)
    return APPROVED


@kernel
def check_risks(
    limits: LimitRules, book: Book, guard: Guard, s: int, side: int, quantity: float, distance: float
) -> int:
    """Limits of what moves together and of what is lost at the stops."""
    pool, position, places = book.pool, book.positions[s], book.places
    if limits.correlated > 0:
        together = alike(limits, book.moves, places, 1, book.positions, book.orders, s, side)
        together += alike_beside(limits, book.moves, book.sides, places[1, s], side)
        if together >= limits.correlated:
            return denied(guard, MAX_CORRELATED, limits.correlated, together)
    if limits.risk_per_trade < math.inf:
        held = at_stop(position) if side * position.quantity > 0.0 else 0.0
        risk = (held + quantity * distance) / pool[EQUITY]
        if not risk <= limits.risk_per_trade * _ROUNDING:
            return denied(guard, RISK_PER_TRADE, limits.risk_per_trade, risk)
    if limits.heat < math.inf:
        heat = (heat_of(book.positions, book.orders, s, side) + pool[HEAT] + quantity * distance) / pool[EQUITY]
        if not heat <= limits.heat * _ROUNDING:
            return denied(guard, PORTFOLIO_HEAT, limits.heat, heat)
    return APPROVED
