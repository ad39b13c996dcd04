"""The common rules told slowly, in plain Python: one list of trades, for every other result to be compared with.

Decide at a close, fill at the next open. Stop and target lie a fraction of the signal's close away from the fill;
the open decides first (a gap beyond a level fills at the open), then the stop before the target; the entry's own
candle is tested whole. A position left at the end is marked at the last close and is not a trade yet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from candles import Columns
from jobs import Job


@dataclass(slots=True)
class Trade:
    entry_time: int
    entry_price: float
    quantity: float
    stop: float
    target: float
    exit_time: int = 0
    exit_price: float = math.nan
    reason: str = "open"
    fees: float = 0.0
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """Closed trades in order, the position left open (or None) and equity at every close."""

    trades: list[Trade]
    left: Trade | None
    equity: list[float]


@dataclass(frozen=True, slots=True)
class Venue:
    """Where a peer's simulated venue follows another rule than ours, to show that nothing else differs.

    `fee_in_base`: a buy spends exactly the declared cost and receives less, fee taken in base.
    `entry_candle`: whether the candle of the entry is tested against stop and target.
    `level_of_fill`: stop and target are fractions of the fill price instead of the signal's close.
    `size_at_fill`: the declared cost buys at the fill price instead of at the signal's close.
    `stop_over_rule`: a level touched anywhere in a candle comes before the exit due at its open.
    """

    fee_in_base: bool = False
    entry_candle: bool = True
    level_of_fill: bool = False
    size_at_fill: bool = False
    stop_over_rule: bool = False


OURS = Venue()


def run(job: Job, candles: Columns, venue: Venue = OURS) -> Outcome:
    enter, leave = signals(job, candles.close.tolist())
    return trade(job, candles, enter, leave, venue)


def ema(values: list[float], n: int) -> list[float]:
    alpha = 2 / (n + 1)
    out = [math.nan] * (n - 1) + [sum(values[:n]) / n]
    for value in values[n:]:
        out.append(alpha * value + (1 - alpha) * out[-1])
    return out


def rsi(values: list[float], n: int) -> list[float]:
    changes = [b - a for a, b in pairwise(values)]
    gain = sum(max(c, 0.0) for c in changes[:n]) / n
    loss = sum(max(-c, 0.0) for c in changes[:n]) / n
    out = [math.nan] * n + [_strength(gain, loss)]
    for change in changes[n:]:
        gain = (gain * (n - 1) + max(change, 0.0)) / n
        loss = (loss * (n - 1) + max(-change, 0.0)) / n
        out.append(_strength(gain, loss))
    return out


def _strength(gain: float, loss: float) -> float:
    return 100 - 100 / (1 + gain / loss) if loss else math.nan


def signals(job: Job, close: list[float]) -> tuple[list[bool], list[bool]]:
    """Where the entry condition turns true, and where the exit condition is true."""
    fast, slow, strength = ema(close, job.fast), ema(close, job.slow), rsi(close, job.rsi)
    wanted = [f > s and r > job.rsi_above for f, s, r in zip(fast, slow, strength, strict=True)]
    enter = [now and not before for now, before in zip(wanted, [False, *wanted[:-1]], strict=True)]
    leave = [f < s for f, s in zip(fast, slow, strict=True)]
    return enter, leave


def trade(job: Job, candles: Columns, enter: list[bool], leave: list[bool], venue: Venue) -> Outcome:
    cash = job.capital
    position: Trade | None = None
    entering: float | None = None  # the signal's close
    leaving = False
    trades: list[Trade] = []
    equity: list[float] = []
    rows = zip(*(column.tolist() for column in candles[:5]), enter, leave, strict=True)
    for time, opening, high, low, close, enter_now, leave_now in rows:
        fill: tuple[float, str] | None = None
        if leaving and position:
            touched = _level(position, opening, high, low) if venue.stop_over_rule else None
            fill = touched or (opening, "rule")
        elif entering is not None:
            position = _opened(job, venue, time, opening, entering)
            cash -= position.quantity * opening + position.fees
        if position and not fill and (venue.entry_candle or position.entry_time != time):
            fill = _level(position, opening, high, low)
        if position and fill:
            position.exit_time, (position.exit_price, position.reason) = time, fill
            fee = position.quantity * position.exit_price * job.fee
            cash += position.quantity * position.exit_price - fee
            position.fees += fee
            trades.append(position)
            position = None
        equity.append(cash + (position.quantity * close if position else 0.0))
        leaving = position is not None and leave_now
        entering = close if position is None and enter_now else None
    return Outcome(trades, position, equity)


def _opened(job: Job, venue: Venue, time: int, opening: float, signal: float) -> Trade:
    quantity = job.cost / (opening if venue.size_at_fill else signal)
    fee = quantity * opening * job.fee
    if venue.fee_in_base:
        quantity *= 1 - job.fee
        fee = job.cost - quantity * opening
    base = opening if venue.level_of_fill else signal
    return Trade(time, opening, quantity, opening - job.stop * base, opening + job.target * base, fees=fee)


def _level(position: Trade, opening: float, high: float, low: float) -> tuple[float, str] | None:
    stopped = (position.stop, "stop") if low <= position.stop else None
    reached = (position.target, "target") if high > position.target else None
    if opening <= position.stop:
        return (opening, "stop")
    if opening >= position.target:
        return (opening, "target")
    position.ambiguous = bool(stopped and reached)
    return stopped or reached
