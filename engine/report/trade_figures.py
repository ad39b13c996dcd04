"""Trades as columns -> their figures (win rate, profit factor, SQN, streaks) and shares of time and money.

Positions still open count in turnover, fees and exposure, never in win statistics.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..trading.trades import ExitReason, Trades

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Exits(NamedTuple):
    """The trades that ended for one reason, and what they made together in quote units."""

    trades: int
    profit: float


@dataclass(frozen=True)
class TradeFigures:
    """Figures of the chosen closed trades: money in quote units, times in ms, `_pct` as in the trades."""

    profit: Floats
    profit_pct: Floats
    risk: Floats
    held: NDArray[np.int64]
    candles: NDArray[np.int64]

    @classmethod
    def of(cls, trades: Trades, side: int | None = None) -> TradeFigures:
        """Figures of all closed trades, or of the long (1) or short (-1) ones."""
        chosen = trades.reason != ExitReason.OPEN
        if side is not None:
            chosen &= trades.side == side
        if not chosen.all():
            columns = (trades.profit, trades.profit_pct, trades.risk, trades.exit_time - trades.entry_time)
            profit, profit_pct, risk, held = (column[chosen] for column in columns)
            return cls(profit, profit_pct, risk, held, trades.candles[chosen])
        held = trades.exit_time - trades.entry_time
        return cls(trades.profit, trades.profit_pct, trades.risk, held, trades.candles)

    @property
    def count(self) -> int:
        return len(self.profit)

    @cached_property
    def wins(self) -> int:
        return int(np.count_nonzero(self.profit > 0))

    @cached_property
    def losses(self) -> int:
        return int(np.count_nonzero(self.profit < 0))

    @property
    def win_rate(self) -> float | None:
        """Winning trades among all closed ones; one without profit or loss is no win."""
        return self.wins / self.count if self.count else None

    @cached_property
    def gross_profit(self) -> float:
        return float(np.maximum(self.profit, 0).sum())

    @cached_property
    def gross_loss(self) -> float:
        """The sum of all losses, as a positive number."""
        return float(-np.minimum(self.profit, 0).sum()) if self.losses else 0.0

    @property
    def profit_factor(self) -> float | None:
        return self.gross_profit / self.gross_loss if self.losses else None

    @property
    def expectancy(self) -> float | None:
        """The mean profit of a trade."""
        return (self.gross_profit - self.gross_loss) / self.count if self.count else None

    @property
    def average_pct(self) -> float | None:
        return float(self.profit_pct.mean()) if self.count else None

    @property
    def average_win(self) -> float | None:
        return self.gross_profit / self.wins if self.wins else None

    @property
    def average_loss(self) -> float | None:
        return -self.gross_loss / self.losses if self.losses else None

    @property
    def payoff(self) -> float | None:
        """The average win over the average loss."""
        if self.average_win is None or self.average_loss is None:
            return None
        return self.average_win / -self.average_loss

    @cached_property
    def multiples(self) -> Floats:
        """R multiples: profit over the initial risk, of the trades that had a stop."""
        staked = self.risk > 0
        return self.profit[staked] / self.risk[staked]

    @property
    def expectancy_r(self) -> float | None:
        return float(self.multiples.mean()) if len(self.multiples) else None

    @property
    def sqn(self) -> float | None:
        """System quality number: sqrt(n) x mean(R) / std(R, ddof 1); None without stops."""
        if len(self.multiples) < 2:
            return None
        deviation = float(self.multiples.std(ddof=1))
        return math.sqrt(len(self.multiples)) * float(self.multiples.mean()) / deviation if deviation > 1e-12 else None

    @property
    def best(self) -> float | None:
        return _extreme(np.max, self.profit)

    @property
    def worst(self) -> float | None:
        return _extreme(np.min, self.profit)

    @property
    def best_pct(self) -> float | None:
        return _extreme(np.max, self.profit_pct)

    @property
    def worst_pct(self) -> float | None:
        return _extreme(np.min, self.profit_pct)

    @property
    def average_held(self) -> float | None:
        return float(self.held.mean()) if self.count else None

    @property
    def longest_held(self) -> int | None:
        return int(self.held.max()) if self.count else None

    @property
    def average_candles(self) -> float | None:
        return float(self.candles.mean()) if self.count else None

    @property
    def win_streak(self) -> int:
        """The most wins in a row, in order of exit."""
        return _longest_run(self.profit > 0)

    @property
    def loss_streak(self) -> int:
        return _longest_run(self.profit < 0)


def exits(trades: Trades) -> dict[str, Exits]:
    """By exit reason, the commonest first; `open` are the positions that have none yet."""
    counts = np.bincount(trades.reason, minlength=len(ExitReason))
    profit = np.bincount(trades.reason, trades.profit, minlength=len(ExitReason))
    found = {reason.name.lower(): Exits(int(counts[reason]), float(profit[reason])) for reason in ExitReason}
    return dict(sorted(((k, v) for k, v in found.items() if v.trades), key=lambda item: -item[1].trades))


def turnover(trades: Trades) -> float:
    """Quote units bought and sold: each entry, and each exit that took place."""
    # Not `@`: beyond 10,000 rows BLAS would wake threads that cost more than all other figures together.
    bought = float((trades.quantity * trades.entry_price).sum())
    closed = trades.reason != ExitReason.OPEN
    return bought + float((trades.quantity[closed] * trades.exit_price[closed]).sum())


def exposure(trades: Trades, start: int, end: int) -> float | None:
    """The share of the time `start..end` in which at least one position was open."""
    if end <= start:
        return None
    if not len(trades):
        return 0.0
    order = np.argsort(trades.entry_time, kind="stable")
    opened, closed = trades.entry_time[order], trades.exit_time[order]
    until = np.concatenate(([start], np.maximum.accumulate(closed)[:-1]))
    covered = np.maximum(np.minimum(closed, end) - np.maximum(opened, until), 0)
    return float(covered.sum()) / (end - start)


def _extreme(choose: Callable[[Floats], np.float64], values: Floats) -> float | None:
    return float(choose(values)) if len(values) else None


def _longest_run(flags: Flags) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False]))))
    return int((edges[1::2] - edges[::2]).max()) if len(edges) else 0
