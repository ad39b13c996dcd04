"""The account as plain records: what every decision reads and every fill writes.

Kernels see them as tables (`kernel.table`): a row per symbol, one row for the wallet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..kernel import table
from .codes import Decision
from .guard import Guards, Moves, open_moves

AMBIGUOUS = len(Decision)
"""Slot of `Book.counts` for candles that held both stop and target."""
STACK_DEPTH = 64
POOL_SIZE = 10
RUNGS = 8
"""Most targets of a ladder, and most additions to a position."""


@dataclass(slots=True)
class Wallet:
    """Quote units. `cash`: all money on spot, the wallet balance on perps; `reserved`: promised to entry orders;
    `equity`: marked at the last close; `queued`: entry orders that wait for an open; `held`: open positions."""

    cash: float
    equity: float
    reserved: float = 0.0
    queued: int = 0
    held: int = 0


@dataclass(slots=True)
class Position:
    """One symbol's position (quantity 0.0 = flat; long > 0, base units) and its last candle. Unset prices are NaN."""

    quantity: float = 0.0
    entry_price: float = math.nan
    """Mean price of what is held."""
    entry_time: int = 0
    entry_fee: float = 0.0
    """Fees of all entries, in quote units."""
    first: float = 0.0
    """Base units the first entry brought: additions are shares of it."""
    last_entry: float = math.nan
    """Price of the last entry: additions are so far from it."""
    additions: int = 0
    """How many of the declared additions were ordered."""
    entered: float = 0.0
    """Base units of all entries, and their `cost` in quote units."""
    cost: float = 0.0
    left: float = 0.0
    """Base units of the partial exits so far, their `proceeds`, fees and profit before fees in quote units."""
    proceeds: float = 0.0
    exit_fee: float = 0.0
    gross: float = 0.0
    left_for: int = 0
    """ExitReason of the last of them, and the open time (ms UTC) of the candle `left_at` which it happened."""
    left_at: int = 0
    funding: float = 0.0
    """Quote units paid for funding (negative: received)."""
    rung: int = 0
    """Which target of the ladder is next, and the base units it has `sold` already."""
    sold: float = 0.0
    capped: int = -1
    """Time of the candle whose volume filled a target in part: it takes no more of that one."""
    liquidation: float = math.nan
    opened: float = math.nan
    """Price of the first fill: levels are measured from it."""
    inside: int = -1
    """Time of the candle inside which it was entered: of that one only the close came after."""
    distance: float = math.nan
    """Initial stop distance: R for the trade's life."""
    stop: float = math.nan
    stop_reason: int = 0
    """ExitReason the present stop level would give: stop, trail or breakeven."""
    target: float = math.nan
    best: float = math.nan
    """Most favourable price since the fill, up to the last close."""
    trail_after: float = math.nan
    breakeven_after: float = math.nan
    candles: int = 0
    """Closed candles since the fill, its own included."""
    exit_order: int = 0
    """ExitReason of a market exit waiting for the next open, 0 = none."""
    mark: float = math.nan
    """Last close."""
    time: int = -1
    """Open time of the symbol's last candle, ms UTC."""
    at: int = 0
    """Where the columns hold that candle."""
    closed: int = -1
    """Live: open time of the last candle that closed; what a venue does may come from a newer one."""
    gap: int = 0
    """1 where that candle followed a gap that denies entries."""
    fine: int = 0
    """The next finer candle, where finer ones are given."""


@dataclass(slots=True)
class Order:
    """One symbol's entry order (side 0 = none); distances as of the signal's close, in quote units."""

    side: int = 0
    kind: int = 0
    """MARKET, LIMIT, STOP or STOP_LIMIT of `rules`."""
    quantity: float = 0.0
    """Base units not filled yet."""
    reserved: float = 0.0
    price: float = math.nan
    """The limit, or a stop's trigger."""
    limit: float = math.nan
    """What a stop-limit's limit is once it was triggered."""
    placed: int = 0
    """Close it was decided at, ms UTC."""
    age: int = 0
    """Closed candles it has waited through."""
    resting: int = 0
    """1 once it waits at its limit: then it fills there, as a maker."""
    filled: int = -1
    """Time of the candle whose volume filled it in part: it takes no more of that one."""
    addition: int = 0
    """1 where it adds to an open position."""
    distance: float = math.nan
    target: float = math.nan
    trail_after: float = math.nan
    breakeven_after: float = math.nan


class Book(NamedTuple):
    """One account."""

    wallets: Any
    """Table of one Wallet."""
    positions: Any
    orders: Any
    ladders: Any
    """(symbols, RUNGS): how far each target of the ladder is from the entry, in quote units; fixed with the order."""
    queue: Any
    """int64: symbols with an entry order, in the order they were decided."""
    candidates: Any
    """Work space: symbols with an entry signal at this close, by priority, and their `scores`."""
    scores: Any
    stack: Any
    """Work space of exit programs."""
    guards: Guards
    pool: Any
    """float64, by the names in `pool`: what the account's other strategies hold at this close."""
    beside: Any
    """(2, symbols) float64: cost of what they hold or have ordered of each symbol, long and short."""
    moves: Moves
    """How the account's symbols moved, where several strategies share it and it limits them."""
    places: Any
    """(2, symbols) int64: each symbol's number in the strategy's own moves, and in the account's."""
    sides: Any
    """(2, the account's symbols) float64: how many positions and orders the others have of each, long and short."""
    counts: Any
    """int64: how often each Decision was made, by its number; the last slot counts ambiguous candles."""


def open_book(symbols: int, capital: float, machine_code: bool, guards: Guards) -> Book:
    """A flat account with `capital` in cash."""
    return Book(
        wallets=table([Wallet(capital, capital)], machine_code),
        positions=table([Position() for _ in range(symbols)], machine_code),
        orders=table([Order() for _ in range(symbols)], machine_code),
        ladders=np.zeros((symbols, RUNGS)),
        queue=np.zeros(symbols, np.int64),
        candidates=np.zeros(symbols, np.int64),
        scores=np.zeros(symbols),
        stack=np.zeros(STACK_DEPTH),
        guards=guards,
        pool=np.zeros(POOL_SIZE),
        beside=np.zeros((2, symbols)),
        moves=open_moves(1, 1),
        places=np.tile(np.arange(symbols), (2, 1)),
        sides=np.zeros((2, 1)),
        counts=np.zeros(AMBIGUOUS + 1, np.int64),
    )
