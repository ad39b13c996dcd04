"""What the order path itself asks of an order before it is sent, and what the order reserves."""

from __future__ import annotations

from decimal import Decimal

from ..ledger.exact import ZERO, add, multiply, subtract
from ..ledger.rows import OrderRow
from ..ledger.values import Amounts, OrderType, Role, Side
from .evidence import closes
from .parts import STOPS, Parts
from .rounding import exact, unsuited
from .state import State
from .wanted import Denial, Wanted


def denial_of(parts: Parts, state: State, wanted: Wanted) -> Denial | None:
    """The first reason against it, with the numbers compared."""
    abilities = parts.broker.abilities
    if wanted.type not in abilities.types or (wanted.type in STOPS and wanted.type not in abilities.stops):
        return Denial("ORDER_TYPE_UNSUPPORTED")
    if closes(wanted.role, wanted.reduce_only):
        denial = _not_reducing(state, wanted)
    else:
        denial = _not_increasing(parts, wanted)
    return denial or unsuited(wanted, parts.broker.instrument(wanted.symbol))


def room(state: State, wanted: Wanted) -> Decimal:
    """Base units that an order of this role and side may still take off the position; 0 where it would add."""
    position = state.position(wanted.symbol, wanted.strategy)
    if not position or (position > 0) == (wanted.side is Side.BUY):
        return ZERO
    partner = {Role.STOP: Role.TARGET, Role.TARGET: Role.STOP}.get(wanted.role)
    return max(subtract(abs(position), state.reducing(wanted.symbol, wanted.strategy, partner)), ZERO)


def _not_reducing(state: State, wanted: Wanted) -> Denial | None:
    left = room(state, wanted)
    if wanted.role is Role.EMERGENCY:  # what rests there is in doubt: only the position bounds it
        left = abs(state.position(wanted.symbol, wanted.strategy)) if left or _opposes(state, wanted) else ZERO
    if wanted.quantity <= left:
        return None
    return Denial("REDUCE_ONLY_INCREASES", (("quantity", wanted.quantity), ("room", left)))


def _opposes(state: State, wanted: Wanted) -> bool:
    position = state.position(wanted.symbol, wanted.strategy)
    return bool(position) and (position > 0) == (wanted.side is Side.SELL)


def _not_increasing(parts: Parts, wanted: Wanted) -> Denial | None:
    if blocked := parts.blocked(wanted.symbol):
        return Denial(f"ORDER_UNKNOWN: {blocked}"[:200])
    if ":" not in wanted.symbol and wanted.side is Side.SELL:
        return Denial("FUNDS", (("held", ZERO), ("quantity", wanted.quantity)))
    if (wanted.price or wanted.trigger or wanted.reference) is None:
        return Denial("PRICE_UNKNOWN")
    return None


def reserved(parts: Parts, state: State, wanted: Wanted) -> Amounts:
    """What an order that adds exposure may cost at most, with its fee; the position bounds those that close."""
    at = wanted.price or wanted.trigger or wanted.reference
    if closes(wanted.role, wanted.reduce_only) or at is None:
        return ()
    instrument = parts.broker.instrument(wanted.symbol)
    cost = multiply(wanted.quantity, at)
    if wanted.type is not OrderType.LIMIT:
        cost = multiply(cost, add(Decimal(1), parts.settings.buffer))
    fee = multiply(cost, exact(max(instrument.taker, instrument.maker, 0.0)))
    margin = cost if instrument.settle is None else (cost / wanted.leverage).quantize(_PLACES)
    amount = add(margin, fee)
    return ((instrument.settle or instrument.quote, amount),) if amount > 0 else ()


def remaining(row: OrderRow) -> Decimal:
    """What of an order has not filled."""
    return max(subtract(row.quantity, row.filled), ZERO)


_PLACES = Decimal("1e-12")
