"""Trading rules and instruments as tables of plain numbers: what the decision core reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

NONE, BY_DISTANCE, BY_R = 0, 1, 2
QUANTITY, COST, EQUITY, RISK, VOLATILITY, ATR, KELLY = range(7)
IGNORE, CLOSE, REVERSE = 0, 1, 2
AGAINST, IN_FAVOUR, WHEN = 0, 1, 2
MARKET, LIMIT, STOP, STOP_LIMIT = 0, 1, 2, 3
NEVER = 2**62


@dataclass(slots=True)
class Policy:
    """What holds for the whole account; flags are 0 or 1."""

    perp: int
    leverage: float
    sizing: int
    size: float
    size_max: float
    """Largest cost as a fraction of equity; infinity where not given."""
    kelly_window: int
    """Trades that the Kelly stake looks back on, the stake until there are so many, and the largest."""
    kelly_fallback: float
    kelly_most: float
    max_open: int
    opposite: int
    buffer: float
    """Share of the cost reserved beyond it, for the move to the next open."""
    slippage: float
    """Fixed slippage and half the spread, as a fraction of the price."""
    impact: float
    """Further slippage when an order is as large as the candle's volume; it grows with the share squared."""
    volume_share: float
    """Most of a candle's volume that a limit order fills for; 0 = all it wants."""
    touch: int
    """1 where a limit fills when the price only touches it."""
    optimistic: int
    """1 where an ambiguous candle is taken for the target instead of the stop."""
    candle_ms: int
    gap_ms: int
    """A step of more than this from one candle to the next denies entries."""
    filtered: int
    ranked: int
    entry: int
    """How entries are sent: MARKET, LIMIT, STOP or STOP_LIMIT."""
    offset: int
    """Kind of the distance from the close to the order's price, and from a trigger to its limit."""
    limit_offset: int
    cancel_candles: int
    """When an unfilled entry ends: after so many candles, or ms; 0 = never."""
    cancel_ms: int
    fallback: int
    """1 where it then becomes a market order."""
    post_only: int
    funded: int
    """1 where funding rates are given."""
    detailed: int
    """1 where finer candles say what came first inside a candle."""
    rotates: int = 0
    """1 where positions that leave at the next open make room, and pay, for entries at the same open."""


@dataclass(slots=True)
class SideRules:
    """One side's rules. Kinds: 0 none, 1 a distance column, 2 a multiple (`…_r`) of the stop distance."""

    program: int = 0
    """1 where the exit condition is a program with position values (else it is a column)."""
    stop: int = 0
    target: int = 0
    target_r: float = 0.0
    trail: int = 0
    trail_after: int = 0
    trail_after_r: float = 0.0
    breakeven: int = 0
    breakeven_r: float = 0.0
    time_candles: int = 0
    time_ms: int = 0
    rungs: int = 0
    """How many targets the ladder has; 0 = one target, for all of the position."""
    additions: int = 0


@dataclass(slots=True)
class InstrumentRules:
    """One symbol's steps (0 = none), limits and fee fractions."""

    quantity_step: float
    min_quantity: float
    max_quantity: float
    min_cost: float
    price_tick: float
    maker: float
    taker: float
    fee_in_base: int
    """1 where a buyer pays the fee in what is bought."""
    maintenance: float
    """Share of a contract's value below which its margin is liquidated."""


class Rules(NamedTuple):
    """Tables of one Policy, two SideRules (long, short) and an InstrumentRules per symbol; then arrays, and tables of
    one LimitRules and of ProtectionRules, and one more LimitRules."""

    policies: Any
    sides: Any
    instruments: Any
    program_code: Any
    """(2, n): opcodes of each side's exit program, and the numbers that go with them."""
    program_value: Any
    rungs: Any
    """(3, 2 x RUNGS), side k's in columns k, k + 2, ...: a target's kind of distance, its multiple of the stop's, the
    share it closes (0 = the rest)."""
    additions: Any
    """(3, 2 x RUNGS) likewise: AGAINST, IN_FAVOUR or WHEN; the multiple of the stop's distance (0 = a column); the
    share of the first entry."""
    limits: Any
    protections: Any
    account: Any
    """Table of the account's own LimitRules, where the strategy is one of a portfolio."""
