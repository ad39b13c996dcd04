"""A strategy's trading rules and instruments as numbers the decision core reads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..kernel import table
from ..language.strategy import Distance, Exit, Fire, Market, Opposite, Side, SizeMethod, Strategy
from ..market.instrument import Instrument
from .account import Account

NONE, BY_DISTANCE, BY_R = 0, 1, 2
QUANTITY, COST, EQUITY, RISK = 0, 1, 2, 3
IGNORE, CLOSE, REVERSE = 0, 1, 2
NEVER = 2**62

_METHODS = {
    SizeMethod.QUANTITY: QUANTITY, SizeMethod.COST: COST, SizeMethod.EQUITY: EQUITY, SizeMethod.RISK: RISK,
}  # fmt: skip
_OPPOSITES = {Opposite.IGNORE: IGNORE, Opposite.CLOSE: CLOSE, Opposite.REVERSE: REVERSE}


@dataclass(slots=True)
class Policy:
    """What holds for the whole account; flags are 0 or 1."""

    perp: int
    leverage: float
    sizing: int
    size: float
    size_max: float
    """Largest cost as a fraction of equity; infinity where not given."""
    max_open: int
    opposite: int
    buffer: float
    """Share of the cost reserved beyond it, for the move to the next open."""
    slippage: float
    candle_ms: int
    gap_ms: int
    """A step of more than this from one candle to the next denies entries."""
    filtered: int
    ranked: int


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


class Rules(NamedTuple):
    """Tables of one Policy, two SideRules (long, short) and an InstrumentRules per symbol; then the exit programs:
    (2, n) opcodes of each side and the numbers that go with them."""

    policies: Any
    sides: Any
    instruments: Any
    program_code: Any
    program_value: Any


def rules_of(
    strategy: Strategy,
    instruments: Sequence[Instrument],
    account: Account,
    programs: Sequence[Sequence[tuple[int, float]]],
    machine_code: bool,
) -> Rules:
    """The rules of `strategy` on `instruments` (in the order of its symbols); `programs` per side, empty = a column."""
    longest = max((len(p) for p in programs), default=0)
    code, value = np.zeros((2, longest + 1), np.int64), np.zeros((2, longest + 1))
    for k, program in enumerate(programs):
        for at, (op, number) in enumerate(program):
            code[k, at], value[k, at] = op, number
    sides = [_side(s, bool(programs[k])) for k, s in enumerate((strategy.long, strategy.short))]
    listed = [
        InstrumentRules(i.quantity_step, i.min_quantity, i.max_quantity, i.min_cost, i.price_tick, i.maker, i.taker)
        for i in instruments
    ]
    return Rules(
        table([_policy(strategy, account)], machine_code),
        table(sides, machine_code),
        table(listed, machine_code),
        code,
        value,
    )


def _policy(strategy: Strategy, account: Account) -> Policy:
    perp = strategy.market is Market.PERP
    ms = strategy.timeframe.ms
    return Policy(
        perp=int(perp),
        leverage=float(strategy.risk.max_leverage) if perp else 1.0,
        sizing=_METHODS[strategy.size.method],
        size=float(strategy.size.value),
        size_max=math.inf if strategy.size.max is None else float(strategy.size.max),
        max_open=NEVER if strategy.risk.max_open is None else strategy.risk.max_open,
        opposite=_OPPOSITES[strategy.opposite],
        buffer=float(account.buffer),
        slippage=float(account.slippage),
        candle_ms=ms,
        gap_ms=NEVER if strategy.gaps is None else (strategy.gaps.max + 1) * ms,
        filtered=int(strategy.filters is not None),
        ranked=int(strategy.priority is not None),
    )


def _kind(distance: Distance | None) -> int:
    if distance is None:
        return NONE
    return BY_R if distance.r is not None else BY_DISTANCE


def _multiple(distance: Distance | None) -> float:
    return float(distance.r) if distance is not None and distance.r is not None else 0.0


def _side(side: Side | None, program: bool) -> SideRules:
    if side is None:
        return SideRules()
    out = side.exit
    after = out.trail.after if out.trail else None
    return SideRules(
        program=int(program),
        stop=_kind(out.stop or initial_trail(out)),
        target=_kind(out.target),
        target_r=_multiple(out.target),
        trail=int(out.trail is not None),
        trail_after=_kind(after),
        trail_after_r=_multiple(after),
        breakeven=_kind(out.breakeven),
        breakeven_r=_multiple(out.breakeven),
        time_candles=(out.time.candles or 0) if out.time else 0,
        time_ms=(out.time.ms or 0) if out.time else 0,
    )


def initial_trail(exit: Exit) -> Distance | None:  # noqa: A002 - the language's word
    """A trail that follows from the start is the stop, where none is declared."""
    return exit.trail.by if exit.trail is not None and exit.trail.after is None else None


def fires_once(side: Side) -> bool:
    return side.fire is Fire.ONCE
