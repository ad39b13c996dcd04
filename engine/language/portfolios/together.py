"""Members in, what keeps one account from holding them together out: names, clocks, markets, currencies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...diagnostics.report import Report
from ..identity import meaning_hash
from ..meaning.keys import currency_of
from ..portfolio import Portfolio
from ..strategy import Market, Strategy
from ..text import Text, cut
from .members import Listed

_KINDS = {Market.SPOT: "spot", Market.PERP: "contracts"}


def check_names(members: Sequence[Listed], report: Report) -> None:
    """No two members have one name."""
    seen: dict[str, int] = {}
    for member in members:
        span = member.part.span("name" if "name" in member.part else "strategy")
        if member.name in seen:
            message = f"two members are called `{cut(member.name)}`, the first in line {seen[member.name]}"
            report.error("SR722", message, span, "give this one a `name:` of its own")
        else:
            seen[member.name] = span.line


def check_together(members: Sequence[Listed], report: Report) -> None:
    """Whether the members that could be read fit the first one, and differ from each other."""
    read = [(member, member.strategy) for member in members if member.strategy is not None]
    seen: dict[str, str] = {}
    for member, strategy in read:
        first, span = read[0][1], member.part.span("strategy")
        other = seen.setdefault(meaning_hash(strategy), member.name)
        if other != member.name:
            message = f"`{cut(member.name)}` means the same as `{cut(other)}` and trades the same"
            report.warning("SR723", message, span, "leave one out, and add its weight to the other's")
        if strategy.timeframe != first.timeframe:
            message = f"`{cut(member.name)}` runs on {strategy.timeframe} candles, the members before it on"
            help_ = f"read slower candles as `{_slower(strategy, first)}.close` in a strategy on faster ones"
            report.error("SR724", f"{message} {first.timeframe}", span, help_)
        if strategy.market is not first.market:
            message = f"`{cut(member.name)}` trades {_KINDS[strategy.market]}, the members before it"
            report.error("SR725", f"{message} {_KINDS[first.market]}", span, "write a portfolio for each market")
        elif currency(strategy) != currency(first):
            message = f"`{cut(member.name)}` is paid in {currency(strategy)}, the members before it in"
            report.error("SR725", f"{message} {currency(first)}", span, "write a portfolio for each currency")


def as_one(portfolio: Portfolio) -> Strategy:
    """A strategy that reads what all members read and has the account's limits: for all that asks no more of one."""
    members = [member.strategy for member in portfolio.members]
    symbols = dict.fromkeys(symbol for strategy in members for symbol in strategy.symbols)
    feeds = dict.fromkeys(symbol for strategy in members for symbol in strategy.feeds.values())
    return replace(
        members[0], name=portfolio.name, symbols=tuple(symbols), feeds={symbol: symbol for symbol in feeds},
        risk=portfolio.risk, timezone=portfolio.timezone,
    )  # fmt: skip


def currency(strategy: Strategy) -> str:
    """What the strategy is paid in."""
    return currency_of([Text(symbol) for symbol in strategy.symbols])


def _slower(one: Strategy, other: Strategy) -> str:
    return max(one.timeframe, other.timeframe, key=lambda timeframe: timeframe.ms).name
