"""One equity curve: close times and equity -> its daily and monthly returns and the figures made of them.

Figures are computed when asked for and kept; those that are undefined are None.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from . import drawdown, returns

DAY = 86_400_000
"""Milliseconds of a day."""
_ONE_MONTH = np.timedelta64(1, "M")


@dataclass(frozen=True)
class Curve:
    """Equity marked to market at each candle's close.

    `time` is the close time in ms UTC, increasing; `start` the open time of the first candle, when equity was
    `capital`; `periods` the trading days of a year.
    """

    time: NDArray[np.int64]
    equity: NDArray[np.float64]
    capital: float
    start: int
    periods: int = returns.YEAR

    def __post_init__(self) -> None:
        if len(self.time) != len(self.equity):
            raise ValueError(f"expected one equity per time, got {len(self.equity)} for {len(self.time)}")

    @property
    def end(self) -> int:
        return int(self.time[-1]) if len(self.time) else self.start

    @property
    def final(self) -> float:
        return float(self.equity[-1]) if len(self.equity) else self.capital

    @property
    def years(self) -> float:
        """Calendar time covered, in years of 365 days."""
        return (self.end - self.start) / (DAY * 365)

    @cached_property
    def midnights(self) -> NDArray[np.int64]:
        """Each 00:00 UTC after the start, up to the first at or after the end (ms)."""
        return np.arange(self.start // DAY + 1, -(-self.end // DAY) + 1, dtype=np.int64) * DAY

    @cached_property
    def daily_equity(self) -> NDArray[np.float64]:
        """Equity at each of `midnights`; the last of them holds the end's when that is no midnight."""
        return self._at(self.midnights)

    @cached_property
    def daily_returns(self) -> NDArray[np.float64]:
        """From the starting capital through each `daily_equity`; empty when equity reached zero."""
        return _growth(self.capital, self.daily_equity)

    @cached_property
    def monthly_returns(self) -> dict[str, float]:
        """The return of each calendar month (UTC) by its name, such as 2024-02; the ends may be part months."""
        if not len(self.time):
            return {}
        first, last = np.array([self.start, self.end - 1], dtype="datetime64[ms]").astype("datetime64[M]")
        months = np.arange(first, last + _ONE_MONTH)
        ends = (months + _ONE_MONTH).astype("datetime64[ms]").astype(np.int64)
        growth = _growth(self.capital, self._at(ends))
        return {str(month): float(value) for month, value in zip(months, growth, strict=False)}

    @property
    def total_return(self) -> float:
        return self.final / self.capital - 1

    @property
    def cagr(self) -> float | None:
        return returns.annual_growth(self.total_return, self.years)

    @cached_property
    def deepest_drawdown(self) -> drawdown.Drawdown | None:
        return drawdown.deepest(self.equity, self.capital)

    @property
    def max_drawdown(self) -> float:
        """The deepest fall as a fraction of its peak; 0 when equity never fell."""
        return self.deepest_drawdown.depth if self.deepest_drawdown else 0.0

    @property
    def drawdown_days(self) -> float | None:
        """From the deepest fall's peak to its recovery, or to the end while there is none."""
        deepest = self.deepest_drawdown
        if deepest is None:
            return None
        peak = self.start if deepest.peak < 0 else int(self.time[deepest.peak])
        until = self.end if deepest.recovery is None else int(self.time[deepest.recovery])
        return (until - peak) / DAY

    @property
    def recovery_days(self) -> float | None:
        """From the deepest fall's trough back to its peak; None without a recovery."""
        deepest = self.deepest_drawdown
        if deepest is None or deepest.recovery is None:
            return None
        return int(self.time[deepest.recovery] - self.time[deepest.trough]) / DAY

    @property
    def calmar(self) -> float | None:
        return self.cagr / self.max_drawdown if self.cagr is not None and self.max_drawdown > 0 else None

    @property
    def ulcer(self) -> float | None:
        """Of daily equity."""
        return drawdown.ulcer(self.daily_equity, self.capital)

    @property
    def sharpe(self) -> float | None:
        return returns.sharpe(self.daily_returns, self.periods)

    @property
    def sortino(self) -> float | None:
        return returns.sortino(self.daily_returns, self.periods)

    @property
    def volatility(self) -> float | None:
        return returns.volatility(self.daily_returns, self.periods)

    def _at(self, moments: NDArray[np.int64]) -> NDArray[np.float64]:
        """Equity at the last point at or before each moment; the capital before the first."""
        row = np.searchsorted(self.time, moments, side="right") - 1
        return np.where(row < 0, self.capital, self.equity[row]) if len(self.time) else self.equity


def _growth(capital: float, equity: NDArray[np.float64]) -> NDArray[np.float64]:
    base = np.concatenate(([capital], equity[:-1]))
    return equity / base - 1 if len(equity) and bool((base > 0).all()) else np.empty(0)
