"""A portfolio's `risk:` and `conflicts:` in, the account's limits out, held against what its members need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...diagnostics.report import Report
from ...market.timeframe import Timeframe
from ..meaning.limits import Limits
from ..portfolio import Portfolio
from ..resolve.resolver import Resolver
from ..scope import Scope
from ..strategy import Exit, Market, Risk, Strategy
from ..structure.part import Part
from ..text import cut
from .members import Listed
from .together import currency, slowest

_NEED_A_STOP = ("risk_per_trade", "heat", "stop_required")
_STAND_IN = Timeframe.parse("1h")
"""Windows are read with it where no member could be."""


def read_risk(root: Part, members: Sequence[Listed], report: Report) -> Risk:
    """The account's limits. Leverage is the highest of the members where the file says nothing."""
    part, read = root.part("risk"), [m.strategy for m in members if m.strategy is not None]
    timeframe = slowest(read) if read else _STAND_IN
    resolver = Resolver(Scope(timeframe, timezone=root.part("schedule").string("timezone", "UTC")), report)
    leverage = max((strategy.risk.max_leverage for strategy in read), default=1.0)
    return Limits(part, currency(read[0]) if read else "", timeframe, resolver, report, leverage).risk()


def under(portfolio: Portfolio, risk: Risk) -> Portfolio:
    """The portfolio under stricter limits; a lower leverage is how large all its positions may be together."""
    lower = risk.max_leverage < portfolio.risk.max_leverage
    return replace(portfolio, risk=risk, leverage=risk.max_leverage if lower else portfolio.leverage)


def check_risk(root: Part, members: Sequence[Listed], risk: Risk, report: Report) -> None:
    """Limits that no member can keep, and limits of members that the account's hide."""
    part = root.part("risk")
    for member in members:
        if member.strategy is not None:
            _check_stops(part, member.name, member.strategy, report)
            _check_hidden(part, member.name, member.strategy, risk, report)
    spot = any(m.strategy is not None and m.strategy.market is Market.SPOT for m in members)
    if spot and "max_leverage" in part and risk.max_leverage > 1.0:
        help_ = "leave it out, or name strategies with `market: perp`"
        report.error("SR411", "a spot market has no leverage", part.span("max_leverage"), help_)


def check_conflicts(root: Part, members: Sequence[Listed], report: Report) -> None:
    """Allowing what cannot happen has no effect."""
    strategies = [m.strategy for m in members]
    known = [strategy for strategy in strategies if strategy is not None]
    if root.string("conflicts") == "allow" and len(known) == len(strategies) and not any(_opposed(known)):
        message = "`conflicts` has no effect: no two members trade one symbol on opposite sides"
        report.warning("SR412", message, root.key_span("conflicts"))


def _check_stops(part: Part, name: str, strategy: Strategy, report: Report) -> None:
    for key in _NEED_A_STOP:
        if part.get(key) is None:
            continue
        for word, side in (("long", strategy.long), ("short", strategy.short)):
            if side is not None and not _has_stop(side.exit):
                message = f"`risk.{key}` needs a stop, and `{word}` of `{cut(name)}` has none"
                help_ = f"add `stop:` to its `{word}.exit`, or leave out `{key}`"
                report.error("SR402", message, part.key_span(key), help_)


def _check_hidden(part: Part, name: str, strategy: Strategy, risk: Risk, report: Report) -> None:
    for key in ("max_open", "max_leverage"):
        own, account = getattr(strategy.risk, key), getattr(risk, key)
        if key in part and own is not None and account is not None and own > account:
            message = f"`{key}` is {account:g} for the whole account, and {own:g} for `{cut(name)}` alone"
            report.warning("SR729", message, part.span(key), "the stricter of the two holds")


def _has_stop(exits: Exit) -> bool:
    return exits.stop is not None or (exits.trail is not None and exits.trail.after is None)


def _opposed(strategies: Sequence[Strategy]) -> Iterator[bool]:
    """For each symbol: whether two different members may stand on its two sides."""
    sides: dict[str, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for number, strategy in enumerate(strategies):
        for symbol in strategy.symbols:
            for side, held in zip((strategy.long, strategy.short), sides[symbol], strict=True):
                if side is not None:
                    held.add(number)
    return (bool(longs and shorts and len(longs | shorts) > 1) for longs, shorts in sides.values())
