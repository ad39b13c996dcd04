"""What the account wants to be ordered at a venue, read from the Book after a close or a fill.

Quantities in base units, prices in quote units, times ms UTC; NaN where there is none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..kernel import unpacked
from .book import Book, Order, Position
from .follow import sold_by_target
from .rules import MARKET, STOP_LIMIT, Rules
from .trades import ExitReason


@dataclass(frozen=True, slots=True)
class EntryWanted:
    """An entry order (`kind` of `rules`) decided at the close `placed`; `quantity` is what is not filled yet.

    `price`: of a limit, or a stop's trigger; `limit`: what a triggered stop-limit waits at; `distance`: R.
    """

    symbol: str
    side: int
    kind: int
    quantity: float
    price: float
    limit: float
    placed: int
    addition: bool
    post_only: bool
    distance: float
    reserved: float


@dataclass(frozen=True, slots=True)
class ExitWanted:
    """The whole position is to be closed at the market; `side` is the position's."""

    symbol: str
    side: int
    quantity: float
    reason: ExitReason
    decided: int
    """The close it was decided at."""


@dataclass(frozen=True, slots=True)
class LevelsWanted:
    """A position that stays, and the levels at which it is to leave: a stop for all of it, a target for a part."""

    symbol: str
    side: int
    quantity: float
    stop: float
    stop_reason: ExitReason
    target: float
    target_quantity: float
    entry_time: int
    rung: int


@dataclass(frozen=True, slots=True)
class Wants:
    """Entries in the order they were decided; exits and levels by the symbols' order."""

    entries: tuple[EntryWanted, ...] = ()
    exits: tuple[ExitWanted, ...] = ()
    levels: tuple[LevelsWanted, ...] = ()


def wants_of(book: Book, rules: Rules, symbols: Sequence[str]) -> Wants:
    """Everything that should be at the venue now; what is there and not wanted is to be canceled."""
    positions: list[Position] = unpacked(book.positions, Position)
    orders: list[Order] = unpacked(book.orders, Order)
    policy = rules.policies[0]
    entries = [
        EntryWanted(
            symbols[s], orders[s].side, int(orders[s].kind), orders[s].quantity,
            orders[s].price if orders[s].kind != MARKET else math.nan,
            orders[s].limit if orders[s].kind == STOP_LIMIT else math.nan,
            orders[s].placed, orders[s].addition == 1, policy.post_only == 1 and orders[s].kind != MARKET,
            orders[s].distance, orders[s].reserved,
        )
        for s in (int(s) for s in book.queue[: book.wallets[0].queued])
    ]  # fmt: skip
    exits, levels = [], []
    for s, position in enumerate(positions):
        if position.quantity == 0.0:
            continue
        side, quantity = (1 if position.quantity > 0.0 else -1), abs(position.quantity)
        if position.exit_order:
            decided = position.time + policy.candle_ms
            exits.append(ExitWanted(symbols[s], side, quantity, ExitReason(position.exit_order), decided))
        else:
            target = math.nan if math.isnan(position.target) else sold_by_target(rules, book, s, position.target)
            reason = ExitReason(position.stop_reason)
            levels.append(
                LevelsWanted(
                    symbols[s],
                    side,
                    quantity,
                    position.stop,
                    reason,
                    position.target,
                    target,
                    position.entry_time,
                    position.rung,
                )
            )
    return Wants(tuple(entries), tuple(exits), tuple(levels))
