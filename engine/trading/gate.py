"""The risk gate: every order that opens or adds passes it; the first failure denies, with a code and what it compared.

The rows stand in one order, everywhere: state, instrument, stop, funds, limits, losses, protections, hours. A figure
that is unknown denies. An order of the side that is held adds to the position; one of the other side counts it as
closed, as the exit goes first.
"""

from __future__ import annotations

import math

from ..kernel import kernel, rare
from .account_gate import check_account
from .book import Book
from .codes import Decision, State
from .columns import HOURS, Signals
from .correlation import alike
from .exposure import at_stop, gross_of, heat_of, net_of, others_open
from .guard import Guard, denied
from .limit_rules import LimitRules
from .matching import liquidation_price
from .pool import SHARED
from .protections import paused_by
from .rules import InstrumentRules, Policy, Rules
from .sizing import unit_funds
from .states import ACTIVE, day_loss, fall

APPROVED = int(Decision.APPROVED)
QUANTITY_MIN = int(Decision.QUANTITY_MIN)
QUANTITY_MAX = int(Decision.QUANTITY_MAX)
COST_MIN = int(Decision.COST_MIN)
FUNDS = int(Decision.FUNDS)
MAX_OPEN = int(Decision.MAX_OPEN)
SIZE_UNKNOWN = int(Decision.SIZE_UNKNOWN)
TRADING_HALTED = int(Decision.TRADING_HALTED)
TRADING_REDUCING = int(Decision.TRADING_REDUCING)
STOP_REQUIRED = int(Decision.STOP_REQUIRED)
STOP_BEYOND_LIQUIDATION = int(Decision.STOP_BEYOND_LIQUIDATION)
MAX_COST_PER_ORDER = int(Decision.MAX_COST_PER_ORDER)
MAX_POSITION = int(Decision.MAX_POSITION)
MAX_EXPOSURE = int(Decision.MAX_EXPOSURE)
MAX_NET_EXPOSURE = int(Decision.MAX_NET_EXPOSURE)
MAX_CORRELATED = int(Decision.MAX_CORRELATED)
RISK_PER_TRADE = int(Decision.RISK_PER_TRADE)
PORTFOLIO_HEAT = int(Decision.PORTFOLIO_HEAT)
DAILY_LOSS = int(Decision.DAILY_LOSS)
DRAWDOWN = int(Decision.DRAWDOWN)
SCHEDULE = int(Decision.SCHEDULE)
_HALTED = int(State.HALTED)
_ROUNDING = 1.0 + 1e-12
"""Roundings of a product may stand between a size cut to a limit and that limit."""


@kernel
def check_state(guard: Guard) -> int:
    """Whether the account may enter at all."""
    if guard.state == ACTIVE:
        return APPROVED
    return denied(guard, TRADING_HALTED if guard.state == _HALTED else TRADING_REDUCING, 0.0, guard.state)


@kernel
def check_instrument(guard: Guard, instrument: InstrumentRules, quantity: float, price: float, free: float) -> int:
    """Minimums and maximums of one order."""
    if quantity != quantity:
        return SIZE_UNKNOWN
    if quantity <= 0.0 and free <= 0.0:
        return denied(guard, FUNDS, free, price)
    if quantity <= 0.0 or quantity < instrument.min_quantity:
        return denied(guard, QUANTITY_MIN, instrument.min_quantity, quantity)
    if quantity > instrument.max_quantity:
        return denied(guard, QUANTITY_MAX, instrument.max_quantity, quantity)
    if quantity * price < instrument.min_cost:
        return denied(guard, COST_MIN, instrument.min_cost, quantity * price)
    return APPROVED


@kernel
def check_stop(
    policy: Policy, limits: LimitRules, guard: Guard, instrument: InstrumentRules, side: int, price: float,
    distance: float,
) -> int:  # fmt: skip
    """Whether there is a stop where one must be, and whether it is reached before the margin is used up."""
    if limits.stop_required == 1 and not distance > 0.0:
        return denied(guard, STOP_REQUIRED, 0.0, distance)
    if policy.perp == 1:
        furthest = side * (price - liquidation_price(policy, side, price, instrument.maintenance))
        if distance >= furthest:
            return denied(guard, STOP_BEYOND_LIQUIDATION, furthest, distance)
    return APPROVED


@kernel
def check_funds(
    policy: Policy, guard: Guard, instrument: InstrumentRules, quantity: float, price: float, free: float
) -> int:
    """Whether free funds cover cost, fee and buffer."""
    needed = quantity * unit_funds(policy, instrument, price)
    return APPROVED if needed <= free * _ROUNDING else denied(guard, FUNDS, free, needed)


@kernel
def check_sizes(
    limits: LimitRules, book: Book, s: int, side: int, quantity: float, price: float, others: int, most: int
) -> int:
    """Limits of cost, position, count and exposure."""
    guard, equity, position = book.guards.rows[0], book.wallets[0].equity, book.positions[s]
    cost = quantity * price
    if not cost <= limits.max_cost * _ROUNDING:
        return denied(guard, MAX_COST_PER_ORDER, limits.max_cost, cost)
    held = abs(position.quantity) * price if side * position.quantity > 0.0 else 0.0
    if not (held + cost) / equity <= limits.max_position * _ROUNDING:
        return denied(guard, MAX_POSITION, limits.max_position, (held + cost) / equity)
    if others >= most:
        return denied(guard, MAX_OPEN, most, others)
    gross = (gross_of(book.positions, book.orders, s, side) + cost) / equity
    if not gross <= limits.max_exposure * _ROUNDING:
        return denied(guard, MAX_EXPOSURE, limits.max_exposure, gross)
    before = net_of(book.positions, book.orders, s, side)
    net = before + side * cost
    if not abs(net) <= abs(before) and not abs(net) / equity <= limits.max_net_exposure * _ROUNDING:
        return denied(guard, MAX_NET_EXPOSURE, limits.max_net_exposure, abs(net) / equity)
    return APPROVED


@kernel
def check_risks(limits: LimitRules, book: Book, s: int, side: int, quantity: float, distance: float) -> int:
    """Limits of what moves together and of what is lost at stops."""
    guard, equity, position = book.guards.rows[0], book.wallets[0].equity, book.positions[s]
    if limits.correlated > 0:
        together = alike(limits, book.guards.moves, book.places, 0, book.positions, book.orders, s, side)
        if together >= limits.correlated:
            return denied(guard, MAX_CORRELATED, limits.correlated, together)
    if limits.risk_per_trade < math.inf:
        held = at_stop(position) if side * position.quantity > 0.0 else 0.0
        risk = (held + quantity * distance) / equity
        if not risk <= limits.risk_per_trade * _ROUNDING:
            return denied(guard, RISK_PER_TRADE, limits.risk_per_trade, risk)
    if limits.heat < math.inf:
        heat = (heat_of(book.positions, book.orders, s, side) + quantity * distance) / equity
        if not heat <= limits.heat * _ROUNDING:
            return denied(guard, PORTFOLIO_HEAT, limits.heat, heat)
    return APPROVED


@kernel
def check_losses(limits: LimitRules, guard: Guard, equity: float) -> int:
    """Limits of what the day and the account have lost at this close."""
    if limits.daily_then != ACTIVE:
        lost = day_loss(guard, equity)
        if not lost < limits.daily_loss:
            return denied(guard, DAILY_LOSS, limits.daily_loss, lost)
    if limits.drawdown_then != ACTIVE:
        fallen = fall(guard, equity)
        if not fallen < limits.drawdown:
            return denied(guard, DRAWDOWN, limits.drawdown, fallen)
    return APPROVED


@kernel
def check_entry(
    signals: Signals, rules: Rules, book: Book, s: int, side: int, quantity: float, price: float, distance: float,
    free: float,
) -> int:  # fmt: skip
    """The code for an order of `quantity` at about `price` with a stop `distance` away (NaN: none); `free`: funds."""
    code = check_strategy(signals, rules, book, s, side, quantity, price, distance, free)
    if code == APPROVED and book.pool[SHARED] == 1.0:
        return check_account(rules, book, s, side, quantity, price, distance)
    return code


@kernel
def check_strategy(
    signals: Signals, rules: Rules, book: Book, s: int, side: int, quantity: float, price: float, distance: float,
    free: float,
) -> int:  # fmt: skip
    """The strategy's own rows."""
    policy, limits, instrument = rules.policies[0], rules.limits[0], rules.instruments[s]
    guard = book.guards.rows[0]
    code = check_state(guard)
    if code == APPROVED:
        code = check_instrument(guard, instrument, quantity, price, free)
    if code == APPROVED:
        code = check_stop(policy, limits, guard, instrument, side, price, distance)
    if code == APPROVED:
        code = check_funds(policy, guard, instrument, quantity, price, free)
    if code != APPROVED:
        return code
    others = others_open(book.positions, book.orders, s, len(book.positions), policy.rotates)
    if limits.guarded == 0:
        return APPROVED if others < policy.max_open else denied(guard, MAX_OPEN, policy.max_open, others)
    return check_limits(signals, rules, book, s, side, quantity, price, distance, others)


@rare
def check_limits(
    signals: Signals, rules: Rules, book: Book, s: int, side: int, quantity: float, price: float, distance: float,
    others: int,
) -> int:  # fmt: skip
    """The rows that only some strategies have: sizes, risks, losses, protections, hours."""
    policy, limits, guard = rules.policies[0], rules.limits[0], book.guards.rows[0]
    code = check_sizes(limits, book, s, side, quantity, price, others, policy.max_open)
    if code == APPROVED:
        code = check_risks(limits, book, s, side, quantity, distance)
    if code == APPROVED:
        code = check_losses(limits, guard, book.wallets[0].equity)
    at, now = book.positions[s].at, book.positions[s].time + policy.candle_ms
    if code == APPROVED:
        code = paused_by(limits, rules.protections, guard, book.guards, s, now)
    if code == APPROVED and limits.scheduled == 1 and signals.conditions[HOURS, at] != 1:
        return denied(guard, SCHEDULE, 1.0, signals.conditions[HOURS, at])
    return code
