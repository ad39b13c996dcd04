"""A portfolio's summary -> tables in the terminal: the account's as for a strategy, then its members side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO

from . import wording as say
from .grids import Grid, cash
from .portfolio_summary import MemberSummary, PortfolioSummary
from .text import print_summary

MOST_CORRELATED = 8
"""Members up to which the table of correlations fits a terminal; programs get it whole."""
NAME = 24
"""Characters of a member's name that a table has room for."""


def print_portfolio(summary: PortfolioSummary, file: IO[str] | None = None, width: int | None = None) -> None:
    """Print the report to `file` (standard output by default)."""
    print_summary(summary.account, file, width, further=further(summary))


def further(summary: PortfolioSummary) -> list[Sequence[Grid | None]]:
    """The tables of the members, side by side where they stand in one entry."""
    return [(members(summary),), (member_trades(summary),), (correlations(summary), rebalancing(summary)),
            (refused(summary),), (cut(summary),)]  # fmt: skip


def members(summary: PortfolioSummary) -> Grid:
    """What each made of its part, and of the account's return."""
    heads = ["Weight", "At the end", "Return", "Contributed", "Max drawdown", "Sharpe", "Volatility"]
    rows = [_row(summary, member) for member in summary.members]
    curve = summary.account.metrics.curve
    left = 1 - sum(member.weight for member in summary.members)
    if left > 1e-9:
        spent = [summary.share(member) for member in summary.members]
        end = None if None in spent else 1 - sum(share or 0.0 for share in spent)
        rows.append(("(cash)", say.percent(left, places=1), say.percent(end, places=1), "", "", "", "", ""))
    total = say.percent(curve.total_return, signed=True)
    rows.append(("Account", "", "", total, total, say.percent(curve.max_drawdown), say.ratio(curve.sharpe),
                 say.percent(curve.volatility)))  # fmt: skip
    return Grid("Members", heads, rows)


def _row(summary: PortfolioSummary, member: MemberSummary) -> tuple[str, ...]:
    curve = member.metrics.curve
    return (
        short(member.name), say.percent(member.weight, places=1), say.percent(summary.share(member), places=1),
        say.percent(curve.total_return, signed=True), say.percent(summary.contribution(member), signed=True),
        say.percent(curve.max_drawdown), say.ratio(curve.sharpe), say.percent(curve.volatility),
    )  # fmt: skip


def member_trades(summary: PortfolioSummary) -> Grid:
    """How each traded."""
    rows = []
    for member in summary.members:
        closed, metrics = member.metrics.closed, member.metrics
        average = None if closed.average_pct is None else closed.average_pct / 100
        rows.append((
            short(member.name), f"{closed.count:,}", say.percent(closed.win_rate, places=1),
            say.ratio(closed.profit_factor), say.percent(average, signed=True),
            cash(summary.account, member.profit, signed=True), cash(summary.account, metrics.fees),
            say.percent(metrics.exposure, places=1), f"{sum(member.refused.values()):,}",
        ))  # fmt: skip
    heads = ["Trades", "Won", "Profit factor", "Average", "Profit", "Fees", "In the market", "Refused"]
    return Grid("Their trades", heads, rows)


def correlations(summary: PortfolioSummary) -> Grid | None:
    """Of daily returns; None for one member, or for more than fit."""
    names = [short(member.name) for member in summary.members]
    if not 1 < len(names) <= MOST_CORRELATED:
        return None
    rows = [(name, *map(say.ratio, row)) for name, row in zip(names, summary.correlations(), strict=True)]
    return Grid("Correlation of daily returns", names, rows)


def rebalancing(summary: PortfolioSummary) -> Grid | None:
    """How often and how much; None where nothing was paid."""
    if not summary.payments:
        return None
    times = len({payment.time for payment in summary.payments})
    moved = sum(payment.amount for payment in summary.payments if payment.amount > 0)
    return Grid("Rebalancing", [""], [("Times", f"{times:,}"), ("Moved", cash(summary.account, moved))])


def refused(summary: PortfolioSummary) -> Grid | None:
    """Signals that became no order: a row a code, a column a member."""
    return _by_member("Refused, by member", summary, [member.refused for member in summary.members])


def cut(summary: PortfolioSummary) -> Grid | None:
    """Entries made smaller than asked for, likewise."""
    return _by_member("Sizes cut, by member", summary, [member.cut for member in summary.members])


def _by_member(name: str, summary: PortfolioSummary, counts: Sequence[Mapping[str, int]]) -> Grid | None:
    codes = sorted({code for found in counts for code, count in found.items() if count})
    if not codes or not 1 < len(counts) <= MOST_CORRELATED:
        return None
    rows = [(code, *(f"{found.get(code, 0):,}" for found in counts)) for code in codes]
    return Grid(name, [short(member.name) for member in summary.members], rows)


def short(name: str) -> str:
    """A member's name in a table."""
    return name if len(name) <= NAME else name[: NAME - 3] + "..."
