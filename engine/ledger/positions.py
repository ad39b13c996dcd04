"""Positions and trades: a change of what a strategy holds of a symbol, and the round trips it opens and closes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from .exact import ZERO, add, multiply, share, subtract
from .rows import PositionRow, TradeRow
from .values import Direction, Role
from .view import Draft


@dataclass(frozen=True, slots=True)
class Move:
    """`quantity`: signed change in base units; `cost`: its worth in quote units, not below zero; `time`: ms UTC."""

    account: str
    symbol: str
    strategy: str
    quantity: Decimal
    cost: Decimal
    time: int
    role: Role
    seq: int
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """The trade that it belongs to, and what a closed part earned in quote units, fees apart."""

    trade_id: int
    realised: Decimal = ZERO


def move(draft: Draft, it: Move) -> Moved:
    """Change a position: add to it, close (a part of) it, or close it and open the other side."""
    position = draft.get(PositionRow, it.account, it.symbol, it.strategy)
    if position is None:
        position = PositionRow(it.account, it.symbol, it.strategy, ZERO, ZERO, None, it.time)
    if not it.quantity:
        return Moved(position.trade_id or it.seq)
    if position.quantity == 0 or (position.quantity > 0) == (it.quantity > 0):
        return Moved(_enter(draft, position, it))
    part = min(abs(it.quantity), abs(position.quantity))
    cost = share(it.cost, part, abs(it.quantity))
    moved, position = _leave(draft, position, it, part, cost)
    rest = subtract(abs(it.quantity), part)
    if rest:
        signed = rest if it.quantity > 0 else -rest
        _enter(draft, position, replace(it, quantity=signed, cost=subtract(it.cost, cost)))
    return moved


def _enter(draft: Draft, position: PositionRow, it: Move) -> int:
    trade = draft.get(TradeRow, position.trade_id) if position.trade_id is not None else None
    if trade is None:
        direction = Direction.LONG if it.quantity > 0 else Direction.SHORT
        trade = TradeRow(
            it.seq, it.account, it.symbol, it.strategy, it.session_id, direction, it.time, ZERO, ZERO
        )  # fmt: skip
    draft.put(
        replace(
            trade,
            entry_quantity=add(trade.entry_quantity, abs(it.quantity)),
            entry_cost=add(trade.entry_cost, it.cost),
        )
    )
    draft.put(
        replace(
            position,
            quantity=add(position.quantity, it.quantity),
            cost=add(position.cost, it.cost),
            trade_id=trade.trade_id,
            updated=it.time,
        )
    )
    return trade.trade_id


def _leave(draft: Draft, position: PositionRow, it: Move, part: Decimal, cost: Decimal) -> tuple[Moved, PositionRow]:
    """Close `part` base units (above zero) for `cost`."""
    trade_id = position.trade_id
    trade = draft.get(TradeRow, trade_id) if trade_id is not None else None
    if trade is None:  # a position always has its trade; rows that say otherwise were tampered with
        raise LookupError(f"the position in {position.symbol} has no open trade")
    released = share(position.cost, part, abs(position.quantity))
    sign = 1 if position.quantity > 0 else -1
    left = subtract(position.quantity, multiply(part, Decimal(sign)))
    trade = replace(trade, exit_quantity=add(trade.exit_quantity, part), exit_cost=add(trade.exit_cost, cost))
    if not left:
        profit = multiply(subtract(trade.exit_cost, trade.entry_cost), Decimal(sign))
        trade = replace(trade, closed=it.time, reason=it.role, profit=profit)
    draft.put(trade)
    after = replace(
        position,
        quantity=left,
        cost=subtract(position.cost, released),
        trade_id=trade.trade_id if left else None,
        updated=it.time,
    )
    draft.put(after)
    return Moved(trade.trade_id, multiply(subtract(cost, released), Decimal(sign))), after
