"""A summary -> tables in the terminal; colours only where they show, ASCII where nothing else can be printed."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import groupby
from typing import IO, TYPE_CHECKING

import numpy as np

from ..language.identity import short_hash
from ..trading.trades import ExitReason
from . import wording as say
from .summary import Summary, all_notes
from .tables import iso, iso_time

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

    from .curve import Curve
    from .trade_figures import TradeFigures

PIPED_WIDTH = 110
LAST_TRADES = 5
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def print_summary(summary: Summary, file: IO[str] | None = None, width: int | None = None) -> None:
    """Print the report to `file` (standard output by default)."""
    from rich.console import Console

    class Told(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # what a reader who leaves means is for the command to say

    file = file or sys.stdout
    if width is None and not file.isatty():
        width = PIPED_WIDTH
    console = Told(file=file, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)
    for part in _parts(summary, console):
        console.print(part)


def _parts(summary: Summary, console: Console) -> Iterable[RenderableType]:
    """The report from top to bottom."""
    from rich.columns import Columns
    from rich.text import Text

    yield Text(_plain(f"{summary.title} - {summary.mode}", console), style="bold")
    for line in _header(summary):
        yield Text(_plain(line, console))
    yield ""
    yield _equity(summary, console)
    yield ""
    yield Columns([_result(summary), _trades(summary)], padding=(0, 4))
    facts = [table for table in (_exits(summary), _refused(summary)) if table is not None]
    if facts:
        yield ""
        yield Columns(facts, padding=(0, 4))
    if len(summary.metrics.curve.monthly_returns) > 1:
        yield ""
        yield _monthly(summary.metrics.curve)
    if len(summary.metrics.trades):
        yield ""
        yield _last_trades(summary, wide=console.width >= 96)
    remarks = [("Assumed", line, "dim") for line in summary.assumptions]
    remarks += [("Note", line, "yellow") for line in all_notes(summary)]
    if remarks:
        yield ""
    for head, line, style in remarks:
        yield Text(_plain(f"{head}: {line}", console), style=style)


def _header(summary: Summary) -> list[str]:
    curve = summary.metrics.curve
    first, last = (say.moment(iso_time(time)) for time in (curve.start, curve.end))
    identity = f"  strategy {short_hash(summary.identity)}" if summary.identity else ""
    lines = [f"{', '.join(summary.symbols)}  {summary.timeframe}{identity}"]
    if len(curve.time):
        lines.append(f"{first} to {last} UTC, {say.counted(summary.candles, 'candle')}{_gaps(summary)}")
    costs = [f"capital {_money(summary, curve.capital)} {summary.quote}"]
    for name, share in (("fee", summary.fee), ("slippage", summary.slippage)):
        if share is not None:
            costs.append(f"{name} {share * 100:.6g} %")
    return [*lines, ", ".join(costs)]


def _gaps(summary: Summary) -> str:
    count = sum(gaps.count for gaps in summary.gaps.values())
    missing = sum(gaps.missing for gaps in summary.gaps.values())
    return f", {say.counted(count, 'gap')} ({missing:,} missing)" if count else ""


def _equity(summary: Summary, console: Console) -> RenderableType:
    from rich.text import Text

    from .spark import sparkline

    curve = summary.metrics.curve
    line = sparkline(curve.equity, 40, console.options.ascii_only)
    profit = curve.final - curve.capital
    text = Text(f"Equity  {line}{'  ' if line else ''}{_money(summary, curve.final)} {summary.quote}  ")
    return text.append(_money(summary, profit, signed=True), style=_colour(profit))


def _result(summary: Summary) -> Table:
    metrics, ours, hold = summary.metrics, summary.metrics.curve, summary.hold
    table = _table("Result", "Strategy", *(["Buy and hold"] if hold else []))

    def row(name: str, cell: str, held: str = "") -> None:
        table.add_row(name, cell, *([held] if hold else []))

    for name, ours_, held in zip(_NAMES, _figures(ours), _figures(hold) if hold else [""] * len(_NAMES), strict=True):
        row(name, ours_, held)
    figures = metrics.figures()
    row("Sharpe 95 %", f"{say.ratio(figures['sharpe_low'])} to {say.ratio(figures['sharpe_high'])}")
    row("Bad day (VaR 95 %)", say.percent(figures["var_95"]))
    row("Time in the market", say.percent(metrics.exposure, places=1))
    row("Turnover", _money(summary, metrics.turnover))
    row("Fees", _money(summary, metrics.fees))
    return table


_NAMES = (
    "Return", "A year (CAGR)", "Max drawdown", "  lasted", "Volatility", "Ulcer", "Sharpe", "Sortino", "Calmar",
)  # fmt: skip


def _figures(curve: Curve) -> list[str]:
    """One cell for each of `_NAMES`."""
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


def _trades(summary: Summary) -> Table:
    metrics = summary.metrics
    both = metrics.long.count and metrics.short.count
    groups = [("All", metrics.closed), *([("Long", metrics.long), ("Short", metrics.short)] if both else [])]
    table = _table("Trades", *([name for name, _ in groups] if both else [""]))
    columns = [_trade_figures(summary, figures) for _, figures in groups]
    for name, *cells in zip(_TRADE_NAMES, *columns, strict=True):
        table.add_row(name, *cells)
    blanks = [""] * (len(groups) - 1)
    table.add_row("A month", say.ratio(metrics.trades_per_month), *blanks)
    if metrics.open_trades:
        table.add_row("Still open", f"{metrics.open_trades:,}", *blanks)
    if summary.ambiguous:
        table.add_row("Ambiguous candles", f"{summary.ambiguous:,}", *blanks)
    return table


_TRADE_NAMES = (
    "Closed", "Won", "Profit factor", "Average", "Expectancy", "Payoff", "SQN", "Best", "Worst", "Average hold",
    "Longest hold", "Wins, losses in a row",
)  # fmt: skip


def _trade_figures(summary: Summary, figures: TradeFigures) -> list[str]:
    """One cell for each of `_TRADE_NAMES`."""
    hours = [None if held is None else held / 3_600_000 for held in (figures.average_held, figures.longest_held)]
    average, best, worst = (
        None if value is None else value / 100 for value in (figures.average_pct, figures.best_pct, figures.worst_pct)
    )
    return [
        f"{figures.count:,}",
        say.percent(figures.win_rate, places=1),
        say.ratio(figures.profit_factor),
        say.percent(average, signed=True),
        _money(summary, figures.expectancy, signed=True),
        say.ratio(figures.payoff),
        say.ratio(figures.sqn),
        say.percent(best, signed=True),
        say.percent(worst, signed=True),
        *map(say.duration, hours),
        f"{figures.win_streak}, {figures.loss_streak}",
    ]


def _exits(summary: Summary) -> Table | None:
    if not summary.metrics.exits:
        return None
    table = _table("Exits", "Trades", "Profit")
    for reason, found in summary.metrics.exits.items():
        table.add_row(reason, f"{found.trades:,}", _money(summary, found.profit, signed=True))
    return table


def _refused(summary: Summary) -> Table | None:
    refused = {code: count for code, count in summary.refused.items() if count}
    if not refused:
        return None
    table = _table("Signals refused", "Times")
    for code, count in sorted(refused.items(), key=lambda item: -item[1]):
        table.add_row(code, f"{count:,}")
    return table


def _monthly(curve: Curve) -> Table:
    table = _table("Returns, %", *MONTHS, "Year", tight=True)
    for year, months in groupby(curve.monthly_returns.items(), key=lambda item: item[0][:4]):
        found = {int(month[5:]): value for month, value in months}
        whole = float(np.prod([1 + value for value in found.values()])) - 1
        table.add_row(year, *(_short(found.get(month)) for month in range(1, 13)), _short(whole))
    return table


def _short(fraction: float | None) -> str:
    """A percentage in at most four characters or so; a month without candles is blank."""
    if fraction is None:
        return ""
    return f"{fraction * 100:.0f}" if abs(fraction) >= 0.0995 else f"{fraction * 100:.1f}"


def _last_trades(summary: Summary, wide: bool) -> Table:
    trades, start = summary.metrics.trades, max(0, len(summary.metrics.trades) - LAST_TRADES)
    table = _table("Last trades", "Symbol", "Side", "Entry", "Exit", *(["Profit"] if wide else []), "%", "Exit by")
    for i, exit_time in enumerate(iso(trades.exit_time[start:]), start):
        cells = [
            trades.symbols[trades.symbol[i]],
            "long" if trades.side[i] > 0 else "short",
            say.price(float(trades.entry_price[i])),
            say.price(float(trades.exit_price[i])),
            *([_money(summary, float(trades.profit[i]), signed=True)] if wide else []),
            f"{trades.profit_pct[i]:+.2f}",
            ExitReason(int(trades.reason[i])).name.lower(),
        ]
        table.add_row(say.moment(exit_time), *cells)
    return table


def _table(title: str, *heads: str, tight: bool = False) -> Table:
    """A table of a left column of names and right-aligned figures."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 0 if tight else 1, 0, 0), header_style="bold", show_edge=False)
    table.add_column(title, no_wrap=True, overflow="crop")
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True, overflow="crop")
    return table


def _money(summary: Summary, value: float | None, signed: bool = False) -> str:
    """To the cent, or to the eighth place for an account in a currency such as BTC."""
    return say.money(value, 2 if summary.metrics.curve.capital >= 100 else 8, signed)


def _colour(value: float) -> str:
    return "green" if value > 0 else "red" if value < 0 else ""


def _plain(text: str, console: Console) -> str:
    return text.encode("ascii", "replace").decode() if console.options.ascii_only else text
