"""A strategy, its instruments and the account in; the decision core's tables out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..kernel import table
from ..language.portfolio import Conflict, Portfolio
from ..language.strategy import (
    Addition,
    Distance,
    Exit,
    Fallback,
    Fire,
    Market,
    Opposite,
    OrderType,
    Risk,
    Side,
    Size,
    SizeMethod,
    Strategy,
)
from ..market.instrument import Instrument
from .account import Account
from .book import RUNGS
from .limit_rules import LimitRules, limit_rules, protection_rules
from .rules import (
    AGAINST,
    ATR,
    BY_DISTANCE,
    BY_R,
    CLOSE,
    COST,
    EQUITY,
    IGNORE,
    IN_FAVOUR,
    KELLY,
    LIMIT,
    MARKET,
    NEVER,
    NONE,
    QUANTITY,
    REVERSE,
    RISK,
    STOP,
    STOP_LIMIT,
    VOLATILITY,
    WHEN,
    InstrumentRules,
    Policy,
    Rules,
    SideRules,
)

_METHODS = {
    SizeMethod.QUANTITY: QUANTITY, SizeMethod.COST: COST, SizeMethod.EQUITY: EQUITY, SizeMethod.RISK: RISK,
    SizeMethod.VOLATILITY: VOLATILITY, SizeMethod.ATR: ATR, SizeMethod.KELLY: KELLY, SizeMethod.EQUAL: EQUITY,
}  # fmt: skip
_OPPOSITES = {Opposite.IGNORE: IGNORE, Opposite.CLOSE: CLOSE, Opposite.REVERSE: REVERSE}
_ORDERS = {
    OrderType.MARKET: MARKET, OrderType.LIMIT: LIMIT, OrderType.STOP: STOP, OrderType.STOP_LIMIT: STOP_LIMIT,
}  # fmt: skip


def rules_of(
    strategy: Strategy,
    instruments: Sequence[Instrument],
    account: Account,
    programs: Sequence[Sequence[tuple[int, float]]],
    machine_code: bool,
    funded: bool = False,
    detailed: bool = False,
    portfolio: Portfolio | None = None,
) -> Rules:
    """The rules of `strategy` on `instruments` (in the order of its symbols); `programs` per side, empty = a column.

    `portfolio`: the one it belongs to, for the account's limits.
    """
    longest = max((len(p) for p in programs), default=0)
    code, value = np.zeros((2, longest + 1), np.int64), np.zeros((2, longest + 1))
    for k, program in enumerate(programs):
        for at, (op, number) in enumerate(program):
            code[k, at], value[k, at] = op, number
    both = (strategy.long, strategy.short)
    return Rules(
        table([_policy(strategy, account, funded, detailed)], machine_code),
        table([_side(s, bool(programs[k])) for k, s in enumerate(both)], machine_code),
        table([_instrument(i) for i in instruments], machine_code),
        code,
        value,
        _rungs(both),
        _additions(both),
        table([limit_rules(strategy)], machine_code),
        table(protection_rules(strategy), machine_code),
        table([account_limits(strategy, portfolio)], machine_code),
    )


def account_limits(strategy: Strategy, portfolio: Portfolio | None) -> LimitRules:
    """A portfolio's own limits, for candles like those of `strategy`; none without one."""
    plain, risk = Size(SizeMethod.EQUITY, 1.0), portfolio.risk if portfolio else Risk()
    limits = limit_rules(replace(strategy, risk=risk, protections=(), schedule=None, size=plain))
    limits.max_leverage = math.inf if portfolio is None or portfolio.leverage is None else portfolio.leverage
    limits.conflicts = int(portfolio is not None and portfolio.conflicts is Conflict.DENY)
    return limits


def _policy(strategy: Strategy, account: Account, funded: bool, detailed: bool) -> Policy:
    perp = strategy.market is Market.PERP
    ms = strategy.timeframe.ms
    orders = strategy.orders
    cancel = orders.cancel_after
    return Policy(
        perp=int(perp),
        leverage=float(strategy.risk.max_leverage) if perp else 1.0,
        sizing=_METHODS[strategy.size.method],
        size=float(strategy.size.value),
        size_max=math.inf if strategy.size.max is None else float(strategy.size.max),
        kelly_window=strategy.size.window or 1,
        kelly_fallback=float(strategy.size.fallback or 0.0),
        kelly_most=1.0 if strategy.size.at_risk is None else float(strategy.size.at_risk),
        max_open=NEVER if strategy.risk.max_open is None else strategy.risk.max_open,
        opposite=_OPPOSITES[strategy.opposite],
        buffer=float(account.buffer),
        slippage=float(account.slippage) + float(account.spread) / 2.0,
        impact=float(account.impact),
        volume_share=float(account.volume_share),
        touch=int(account.touch),
        optimistic=int(account.optimistic),
        candle_ms=ms,
        gap_ms=NEVER if strategy.gaps is None else (strategy.gaps.max + 1) * ms,
        filtered=int(strategy.filters is not None),
        ranked=int(strategy.priority is not None),
        entry=_ORDERS[orders.type],
        offset=_kind(orders.offset),
        limit_offset=_kind(orders.limit),
        cancel_candles=(cancel.candles or 0) if cancel else 0,
        cancel_ms=(cancel.ms or 0) if cancel else 0,
        fallback=int(orders.fallback is Fallback.MARKET),
        post_only=int(orders.post_only),
        funded=int(funded and perp),
        detailed=int(detailed),
        rotates=int(strategy.rotates),
    )


def _instrument(i: Instrument) -> InstrumentRules:
    return InstrumentRules(
        quantity_step=i.quantity_step,
        min_quantity=i.min_quantity,
        max_quantity=i.max_quantity,
        min_cost=i.min_cost,
        price_tick=i.price_tick,
        maker=i.maker,
        taker=i.taker,
        fee_in_base=int(i.fee_in_base),
        maintenance=i.maintenance,
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
    first = out.ladder[0].at if out.ladder else out.target
    return SideRules(
        program=int(program),
        stop=_kind(out.stop or initial_trail(out)),
        target=_kind(first),
        target_r=_multiple(first),
        trail=int(out.trail is not None),
        trail_after=_kind(after),
        trail_after_r=_multiple(after),
        breakeven=_kind(out.breakeven),
        breakeven_r=_multiple(out.breakeven),
        time_candles=(out.time.candles or 0) if out.time else 0,
        time_ms=(out.time.ms or 0) if out.time else 0,
        rungs=len(out.ladder),
        additions=len(side.add),
    )


def _rungs(sides: Sequence[Side | None]) -> NDArray[np.float64]:
    table_ = np.zeros((3, 2 * RUNGS))
    for k, side in enumerate(sides):
        for r, rung in enumerate(side.exit.ladder if side else ()):
            table_[:, 2 * r + k] = _kind(rung.at), _multiple(rung.at), rung.share or 0.0
    return table_


def _additions(sides: Sequence[Side | None]) -> NDArray[np.float64]:
    table_ = np.zeros((3, 2 * RUNGS))
    for k, side in enumerate(sides):
        for r, addition in enumerate(side.add if side else ()):
            table_[:, 2 * r + k] = _trigger(addition), _multiple(addition_distance(addition)), addition.share
    return table_


def _trigger(addition: Addition) -> int:
    if addition.against is not None:
        return AGAINST
    return IN_FAVOUR if addition.in_favour is not None else WHEN


def addition_distance(addition: Addition) -> Distance | None:
    return addition.against or addition.in_favour


def initial_trail(exit: Exit) -> Distance | None:
    """A trail that follows from the start is the stop, where none is declared."""
    return exit.trail.by if exit.trail is not None and exit.trail.after is None else None


def fires_once(side: Side) -> bool:
    return side.fire is Fire.ONCE
