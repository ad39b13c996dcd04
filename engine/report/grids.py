"""A summary -> small tables of words, the same for the terminal and the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from ..trading.trades import ExitReason
from . import wording as say
from .summary import Summary

if TYPE_CHECKING:
    from .curve import Curve
    from .trade_figures import TradeFigures

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
EXTREMES = 3
"""Best and worst trades that are listed."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: `name` above its column of names, `heads` above the columns of figures."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    tight: bool = False


_CURVE = ("Return", "A year (CAGR)", "Max drawdown", "  lasted", "Volatility", "Ulcer", "Sharpe", "Sortino", "Calmar")


def result(summary: Summary) -> Grid:
    """The strategy beside buying and holding."""
    metrics, hold = summary.metrics, summary.hold
    columns = [_of_curve(metrics.curve), *([_of_curve(hold)] if hold else [])]
    rows = list(zip(_CURVE, *columns, strict=True))
    blank = [""] * (len(columns) - 1)
    figures = metrics.figures()
    lone = (
        ("Sharpe 95 %", f"{say.ratio(figures['sharpe_low'])} to {say.ratio(figures['sharpe_high'])}"),
        ("Sharpe above 0", say.percent(figures["sharpe_probability"], places=1)),
        ("Bad day (VaR 95 %)", say.percent(figures["var_95"])),
        ("  beyond it (CVaR)", say.percent(figures["cvar_95"])),
        ("Time in the market", say.percent(metrics.exposure, places=1)),
    )
    rows += [(name, cell, *blank) for name, cell in lone]
    return Grid("Result", ["Strategy", *(["Buy and hold"] if hold else [])], rows)


def _of_curve(curve: Curve) -> list[str]:
    """One cell for each of `_CURVE`."""
    lasted = curve.drawdown_days
    return [
        say.percent(curve.total_return, signed=True),
        say.percent(curve.cagr, signed=True),
        say.percent(curve.max_drawdown),
        say.duration(None if lasted is None else lasted * 24),
        say.percent(curve.volatility),
        say.percent(curve.ulcer),
        say.ratio(curve.sharpe),
        say.ratio(curve.sortino),
        say.ratio(curve.calmar),
    ]


_TRADES = (
    "Closed", "Won", "Profit factor", "Average", "Expectancy", "Payoff", "SQN", "Best", "Worst", "Average hold",
    "Longest hold", "Wins, losses in a row",
)  # fmt: skip


def trades(summary: Summary) -> Grid:
    """All trades, and long and short ones where there are both."""
    metrics = summary.metrics
    both = metrics.long.count and metrics.short.count
    groups = [("All", metrics.closed), *([("Long", metrics.long), ("Short", metrics.short)] if both else [])]
    columns = [_of_trades(summary, figures) for _, figures in groups]
    rows = list(zip(_TRADES, *columns, strict=True))
    blanks = [""] * (len(groups) - 1)
    rows.append(("A month", say.ratio(metrics.trades_per_month), *blanks))
    if metrics.open_trades:
        rows.append(("Still open", f"{metrics.open_trades:,}", *blanks))
    if summary.ambiguous:
        rows.append(("Ambiguous candles", f"{summary.ambiguous:,}", *blanks))
    return Grid("Trades", [name for name, _ in groups] if both else [""], rows)


def _of_trades(summary: Summary, figures: TradeFigures) -> list[str]:
    """One cell for each of `_TRADES`."""
    hours = [None if held is None else held / 3_600_000 for held in (figures.average_held, figures.longest_held)]
    average, best, worst = (
        None if value is None else value / 100 for value in (figures.average_pct, figures.best_pct, figures.worst_pct)
    )
    return [
        f"{figures.count:,}",
        say.percent(figures.win_rate, places=1),
        say.ratio(figures.profit_factor),
        say.percent(average, signed=True),
        cash(summary, figures.expectancy, signed=True),
        say.ratio(figures.payoff),
        say.ratio(figures.sqn),
        say.percent(best, signed=True),
        say.percent(worst, signed=True),
        *map(say.duration, hours),
        f"{figures.win_streak}, {figures.loss_streak}",
    ]


def costs(summary: Summary) -> Grid:
    """What trading cost, in money and as a part of the capital."""
    metrics, capital = summary.metrics, summary.metrics.curve.capital
    paid = {"Fees": metrics.fees, "Funding": metrics.funding, "Slippage, spread": summary.slippage_paid}
    rows = [
        (name, cash(summary, value), say.percent(value / capital))
        for name, value in paid.items()
        if value is not None and (value or name == "Fees")
    ]
    rows.append(("Turnover", cash(summary, metrics.turnover), f"{metrics.turnover / capital:,.1f} x"))
    return Grid("Costs", [summary.quote, "of capital"], rows)


def bounds(summary: Summary) -> Grid | None:
    """The run beside its variants; None where there are none."""
    if not summary.variants:
        return None
    heads = ["Return", "Max drawdown", "Sharpe", "Profit factor", "Trades"]
    rows = []
    for variant in summary.variants:
        curve, closed = variant.metrics.curve, variant.metrics.closed
        cells = [say.percent(curve.total_return, signed=True), say.percent(curve.max_drawdown), say.ratio(curve.sharpe)]
        rows.append((variant.name.capitalize(), *cells, say.ratio(closed.profit_factor), f"{closed.count:,}"))
    return Grid("What if", heads, rows)


def exits(summary: Summary) -> Grid | None:
    """Trades and profit by the reason they ended for."""
    found = summary.metrics.exits.items()
    rows = [(name, f"{exit_.trades:,}", cash(summary, exit_.profit, signed=True)) for name, exit_ in found]
    return Grid("Exits", ["Trades", "Profit"], rows) if rows else None


def refused(summary: Summary) -> Grid | None:
    """Signals that became no order, by code, the commonest first."""
    return _by_code("Signals refused", summary.refused)


def cut(summary: Summary) -> Grid | None:
    """Entries made smaller than asked for, likewise."""
    return _by_code("Sizes cut", summary.cut)


def _by_code(name: str, counts: Mapping[str, int]) -> Grid | None:
    found = sorted(((code, count) for code, count in counts.items() if count), key=lambda item: -item[1])
    rows = [(code, f"{count:,}") for code, count in found]
    return Grid(name, ["Times"], rows) if rows else None


def changes(summary: Summary, most: int) -> Grid | None:
    """When limits stopped trading and when it went on, the last `most` of them."""
    rows = []
    for change in summary.changes[-most:]:
        compared = "" if change.actual != change.actual else f"{change.actual:.2%} of {change.limit:.2%}"
        rows.append((say.when(change.time), change.state, change.code, compared))
    return Grid("Account's state", ["", "By", "Reached"], rows) if rows else None


def monthly(curve: Curve) -> Grid:
    """Returns in percent, a row a year."""
    rows = [(year, *map(short, found)) for year, found in by_year(curve)]
    return Grid("Returns, %", [*MONTHS, "Year"], rows, tight=True)


def by_year(curve: Curve) -> list[tuple[str, list[float | None]]]:
    """Each year with the returns of its twelve months (None without candles) and of the whole, as fractions."""
    rows = []
    for year, months in groupby(curve.monthly_returns.items(), key=lambda item: item[0][:4]):
        found = {int(month[5:]): value for month, value in months}
        whole = float(np.prod([1 + value for value in found.values()])) - 1
        rows.append((year, [*(found.get(month) for month in range(1, 13)), whole]))
    return rows


def extremes(summary: Summary, wide: bool) -> Grid | None:
    """The best and the worst closed trades."""
    found = summary.metrics.trades
    closed = np.flatnonzero(found.reason != 0)
    if len(closed) <= 2 * EXTREMES:
        return None
    ranked = closed[np.argsort(found.profit[closed], kind="stable")]
    return trade_list(
        summary, "Best and worst", [*ranked[::-1][:EXTREMES].tolist(), *ranked[:EXTREMES][::-1].tolist()], wide
    )


def trade_list(summary: Summary, name: str, numbers: Sequence[int], wide: bool) -> Grid:
    """Some trades, one a row; the profit in money where there is room."""
    found, rows = summary.metrics.trades, []
    for i in numbers:
        rows.append([
            say.when(int(found.exit_time[i])),
            found.symbols[found.symbol[i]],
            "long" if found.side[i] > 0 else "short",
            say.price(float(found.entry_price[i])),
            say.price(float(found.exit_price[i])),
            *([cash(summary, float(found.profit[i]), signed=True)] if wide else []),
            f"{found.profit_pct[i]:+.2f}",
            ExitReason(int(found.reason[i])).name.lower(),
        ])  # fmt: skip
    return Grid(name, ["Symbol", "Side", "Entry", "Exit", *(["Profit"] if wide else []), "%", "Exit by"], rows)


def short(fraction: float | None) -> str:
    """A percentage in at most four characters or so; a month without candles is blank."""
    if fraction is None:
        return ""
    return f"{fraction * 100:.0f}" if abs(fraction) >= 0.0995 else f"{fraction * 100:.1f}"


def cash(summary: Summary, value: float | None, signed: bool = False) -> str:
    """To the cent, or to the eighth place for an account in a currency such as BTC."""
    return say.money(value, 2 if summary.metrics.curve.capital >= 100 else 8, signed)
