"""The figures of one run: an equity curve and its trades -> names and numbers, undefined ones None.

`figures()` gives the whole standard set; the curve and the trade figures compute a single one when asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ..trading.trades import Trades
from . import returns, trade_figures
from .curve import DAY, Curve
from .trade_figures import Exits, TradeFigures

Value = float | int | None
HOUR = 3_600_000
MONTH = DAY * 365 / 12


@dataclass(frozen=True)
class Metrics:
    """What a run earned, what it risked and how it traded."""

    curve: Curve
    trades: Trades

    @cached_property
    def closed(self) -> TradeFigures:
        return TradeFigures.of(self.trades)

    @cached_property
    def long(self) -> TradeFigures:
        return TradeFigures.of(self.trades, 1)

    @cached_property
    def short(self) -> TradeFigures:
        return TradeFigures.of(self.trades, -1)

    @property
    def open_trades(self) -> int:
        return len(self.trades) - self.closed.count

    @property
    def exposure(self) -> float | None:
        return trade_figures.exposure(self.trades, self.curve.start, self.curve.end)

    @property
    def turnover(self) -> float:
        return trade_figures.turnover(self.trades)

    @property
    def fees(self) -> float:
        return float(self.trades.fees.sum())

    @property
    def funding(self) -> float:
        """Quote units paid for holding contracts; negative when more was received."""
        return float(self.trades.funding.sum())

    @property
    def trades_per_month(self) -> float | None:
        length = self.curve.end - self.curve.start
        return self.closed.count / (length / MONTH) if length > 0 else None

    @property
    def exits(self) -> dict[str, Exits]:
        return trade_figures.exits(self.trades)

    def figures(self) -> dict[str, Value]:
        """The standard set, flat, in the order a reader wants it."""
        return {
            **curve_figures(self.curve),
            **tail_figures(self.curve),
            "exposure": self.exposure,
            "turnover": self.turnover,
            "fees": self.fees,
            "funding": self.funding,
            "trades_per_month": self.trades_per_month,
            "open_trades": self.open_trades,
            **closed_figures(self.closed),
        }


def curve_figures(curve: Curve) -> dict[str, Value]:
    """Growth and risk of an equity curve: fractions, days and ratios."""
    return {
        "final_equity": curve.final,
        "profit": curve.final - curve.capital,
        "return": curve.total_return,
        "cagr": curve.cagr,
        "max_drawdown": curve.max_drawdown,
        "max_drawdown_days": curve.drawdown_days,
        "recovery_days": curve.recovery_days,
        "ulcer": curve.ulcer,
        "volatility": curve.volatility,
        "sharpe": curve.sharpe,
        "sortino": curve.sortino,
        "calmar": curve.calmar,
    }


def tail_figures(curve: Curve) -> dict[str, Value]:
    """How sure the Sharpe ratio is and how bad a bad day is, from daily returns."""
    daily = curve.daily_returns
    low, high = returns.sharpe_interval(daily, curve.periods) or (None, None)
    return {
        "sharpe_autocorrelated": returns.sharpe_autocorrelated(daily, curve.periods),
        "sharpe_low": low,
        "sharpe_high": high,
        "sharpe_probability": returns.sharpe_probability(daily),
        "omega": returns.omega(daily),
        "var_95": returns.value_at_risk(daily, 0.95),
        "var_99": returns.value_at_risk(daily, 0.99),
        "cvar_95": returns.expected_shortfall(daily, 0.95),
        "cvar_99": returns.expected_shortfall(daily, 0.99),
        "var_95_normal": returns.normal_value_at_risk(daily, 0.95),
        "var_99_normal": returns.normal_value_at_risk(daily, 0.99),
        "cvar_95_normal": returns.normal_expected_shortfall(daily, 0.95),
        "cvar_99_normal": returns.normal_expected_shortfall(daily, 0.99),
    }


def closed_figures(figures: TradeFigures) -> dict[str, Value]:
    """Statistics of closed trades: money in quote units, `_pct` in percent of the entry cost, holds in hours."""
    average, longest = figures.average_held, figures.longest_held
    return {
        "trades": figures.count,
        "wins": figures.wins,
        "losses": figures.losses,
        "win_rate": figures.win_rate,
        "profit_factor": figures.profit_factor,
        "expectancy": figures.expectancy,
        "expectancy_r": figures.expectancy_r,
        "payoff": figures.payoff,
        "sqn": figures.sqn,
        "average_pct": figures.average_pct,
        "average_win": figures.average_win,
        "average_loss": figures.average_loss,
        "best": figures.best,
        "worst": figures.worst,
        "best_pct": figures.best_pct,
        "worst_pct": figures.worst_pct,
        "average_hold_hours": None if average is None else average / HOUR,
        "longest_hold_hours": None if longest is None else longest / HOUR,
        "average_hold_candles": figures.average_candles,
        "win_streak": figures.win_streak,
        "loss_streak": figures.loss_streak,
    }
