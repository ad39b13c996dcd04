"""Members in, what keeps one account from holding them together out: names, clocks, markets, currencies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ...diagnostics.report import Report
from ...market.timeframe import Timeframe
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
    _check_timeframes(read, report)
    for member, strategy in read:
        first, span = read[0][1], member.part.span("strategy")
        other = seen.setdefault(meaning_hash(strategy), member.name)
        if other != member.name:
            message = f"`{cut(member.name)}` means the same as `{cut(other)}` and trades the same"
            report.warning("SR723", message, span, "leave one out, and add its weight to the other's")
        if strategy.market is not first.market:
            message = f"`{cut(member.name)}` trades {_KINDS[strategy.market]}, the members before it"
            report.error("SR725", f"{message} {_KINDS[first.market]}", span, "write a portfolio for each market")
        elif currency(strategy) != currency(first):
            message = f"`{cut(member.name)}` is paid in {currency(strategy)}, the members before it in"
            report.error("SR725", f"{message} {currency(first)}", span, "write a portfolio for each currency")


def _check_timeframes(read: Sequence[tuple[Listed, Strategy]], report: Report) -> None:
    """Whether everybody's candles are made of whole candles of the fastest, which is what is given."""
    fastest = min((strategy.timeframe for _, strategy in read), key=_length, default=None)
    for member, strategy in read:
        if fastest is not None and not strategy.timeframe.is_multiple_of(fastest):
            message = f"`{cut(member.name)}` runs on {strategy.timeframe} candles, which {fastest} candles"
            help_ = f"{fastest} is the fastest of the members; give all whole multiples of it"
            report.error("SR724", f"{message} of another member do not add up to", member.part.span("strategy"), help_)


def as_one(portfolio: Portfolio) -> Strategy:
    """A strategy that reads what all members read, on candles of the fastest, and has the account's limits: for all
    that asks no more of one."""
    members = sorted((member.strategy for member in portfolio.members), key=lambda one: one.timeframe.ms)
    symbols = dict.fromkeys(symbol for member in portfolio.members for symbol in member.strategy.symbols)
    feeds = dict.fromkeys(symbol for strategy in members for symbol in strategy.feeds.values())
    return replace(
        members[0], name=portfolio.name, symbols=tuple(symbols), feeds={symbol: symbol for symbol in feeds},
        risk=portfolio.risk, timezone=portfolio.timezone,
    )  # fmt: skip


def currency(strategy: Strategy) -> str:
    """What the strategy is paid in."""
    return currency_of([Text(symbol) for symbol in strategy.symbols])


def slowest(strategies: Iterable[Strategy]) -> Timeframe:
    """The timeframe on whose closes the members' symbols are compared."""
    return max((strategy.timeframe for strategy in strategies), key=_length)


def _length(timeframe: Timeframe) -> int:
    return timeframe.ms
