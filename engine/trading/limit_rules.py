"""A strategy's limits and protections as numbers the risk gate reads; infinity or zero where there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..language.strategy import (
    Duration,
    ExitFilter,
    LossLimit,
    OnLoss,
    Protection,
    ProtectionKind,
    Reach,
    Risk,
    SizeMethod,
    Strategy,
)
from .codes import State

COOLDOWN, STOPS, LOW_PROFIT, FALL, STREAK = range(5)
ANY_EXIT, LOSS, STOP = range(3)
_KINDS = {
    ProtectionKind.COOLDOWN: COOLDOWN, ProtectionKind.STOPS: STOPS, ProtectionKind.LOW_PROFIT: LOW_PROFIT,
    ProtectionKind.DRAWDOWN: FALL, ProtectionKind.LOSSES: STREAK,
}  # fmt: skip
_FILTERS = {ExitFilter.ANY_EXIT: ANY_EXIT, ExitFilter.LOSS: LOSS, ExitFilter.STOP: STOP}
_STATES = {
    OnLoss.STOP_UNTIL_NEXT_DAY: State.REDUCING, OnLoss.REDUCE: State.REDUCING, OnLoss.HALT: State.HALTED,
}  # fmt: skip
LONGEST = 2**61
"""Milliseconds: longer than any run; added to a time it is still a whole number of 64 bits."""


@dataclass(slots=True)
class LimitRules:
    """The account's limits; fractions are of equity, flags are 0 or 1."""

    guarded: int
    """Whether any limit stands here: the gate's further rows."""
    observed: int
    """Whether something is noted at every mark or closed trade."""
    continuous: int
    """Whether candles may not be passed over while nothing is held."""
    stop_required: int
    max_cost: float
    max_position: float
    max_exposure: float
    max_net_exposure: float
    risk_per_trade: float
    heat: float
    daily_loss: float
    daily_then: int
    """State at the limit; `daily_only`: 1 where it lasts until the next day."""
    daily_only: int
    drawdown: float
    drawdown_then: int
    drawdown_halt: float
    """The second level, which halts; `flatten`: 1 where positions leave then."""
    flatten: int
    correlated: int
    """Most positions that move together; 0 where there is no such limit."""
    correlation: float
    correlation_window: int
    protections: int
    profit_ms: int
    """How long a closed trade's profit is remembered; 0 not at all."""
    fall_ms: int
    """How long a mark of the equity is remembered."""
    results: int
    """How many trades' R is remembered."""
    scheduled: int
    max_leverage: float = math.inf
    """Of an account: all positions together, as a multiple of equity."""
    conflicts: int = 0
    """1 where another strategy of the account keeps its other side out of a symbol."""


@dataclass(slots=True)
class ProtectionRules:
    """One protection; times in ms."""

    kind: int = COOLDOWN
    by_symbol: int = 0
    count: int = 1
    within: int = 0
    pause: int = 0
    threshold: float = 0.0
    after: int = ANY_EXIT
    first: int = 0
    """Where its counted stops begin in `Guards.stops`."""


def limit_rules(strategy: Strategy) -> LimitRules:
    """The limits of `strategy`."""
    risk, kinds = strategy.risk, {p.kind for p in strategy.protections}
    daily, fall, ms = risk.daily_loss, risk.drawdown, strategy.timeframe.ms
    results = (strategy.size.window or 0) if strategy.size.method is SizeMethod.KELLY else 0
    remembered = {kind: max((_ms(p.within, ms) for p in strategy.protections if p.kind is kind), default=0)
                  for kind in (ProtectionKind.LOW_PROFIT, ProtectionKind.DRAWDOWN)}  # fmt: skip
    correlated = risk.max_correlated
    guarded = risk != Risk(risk.max_open, risk.max_leverage) or bool(kinds) or strategy.schedule is not None
    # The first mark of a day must be seen on that day, also where nothing is held.
    continuous = correlated is not None or ProtectionKind.DRAWDOWN in kinds or daily is not None
    return LimitRules(
        guarded=int(guarded),
        observed=int(continuous or bool(kinds) or daily is not None or fall is not None or results > 0),
        continuous=int(continuous),
        stop_required=int(risk.stop_required),
        max_cost=_most(risk.max_cost),
        max_position=_most(risk.max_position),
        max_exposure=_most(risk.max_exposure),
        max_net_exposure=_most(risk.max_net_exposure),
        risk_per_trade=_most(risk.risk_per_trade),
        heat=_most(risk.heat),
        daily_loss=_most(daily.limit if daily else None),
        daily_then=_state(daily),
        daily_only=int(daily is not None and daily.then is OnLoss.STOP_UNTIL_NEXT_DAY),
        drawdown=_most(fall.limit if fall else None),
        drawdown_then=_state(fall),
        drawdown_halt=_most(fall.halt if fall else None),
        flatten=int(fall is not None and fall.flatten),
        correlated=correlated.most if correlated else 0,
        correlation=float(correlated.above) if correlated else 1.0,
        correlation_window=correlated.window if correlated else 1,
        protections=len(strategy.protections),
        profit_ms=remembered[ProtectionKind.LOW_PROFIT],
        fall_ms=remembered[ProtectionKind.DRAWDOWN],
        results=results,
        scheduled=int(strategy.schedule is not None),
    )


def protection_rules(strategy: Strategy) -> list[ProtectionRules]:
    """The protections of `strategy`, one of no effect where it has none."""
    found, first = [], 0
    for protection in strategy.protections:
        found.append(_protection(protection, strategy.timeframe.ms, first))
        first += stop_slots(found[-1], len(strategy.symbols))
    return found or [ProtectionRules()]


def stop_slots(rule: ProtectionRules, symbols: int) -> int:
    """How many times of stops a protection remembers."""
    return rule.count * (symbols if rule.by_symbol else 1) if rule.kind == STOPS else 0


def _protection(protection: Protection, candle_ms: int, first: int) -> ProtectionRules:
    return ProtectionRules(
        kind=_KINDS[protection.kind],
        by_symbol=int(protection.reach is Reach.SYMBOL),
        count=protection.count,
        within=_ms(protection.within, candle_ms),
        pause=_ms(protection.pause, candle_ms),
        threshold=float(protection.threshold),
        after=_FILTERS[protection.after],
        first=first,
    )


def _ms(duration: Duration | None, candle_ms: int) -> int:
    if duration is None:
        return 0
    return min(LONGEST, duration.ms if duration.ms is not None else (duration.candles or 0) * candle_ms)


def _most(limit: float | None) -> float:
    return math.inf if limit is None else float(limit)


def _state(limit: LossLimit | None) -> int:
    return int(State.ACTIVE if limit is None else _STATES[limit.then])
