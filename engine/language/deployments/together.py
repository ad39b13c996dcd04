"""Entries in, what keeps one account from holding them together out: names, shares, markets, currencies, sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from ...diagnostics.report import Report
from ..portfolio import Conflict, Portfolio
from ..portfolios.together import currency
from ..strategy import Market, Risk, Strategy
from ..structure.part import Part
from ..text import cut
from .entries import Entry, Subject, sound, strategies_of, whole

_WHOLE = Decimal(100)
_OTHER = {"long": "short", "short": "long"}
_KINDS = {Market.SPOT: "spot", Market.PERP: "contracts"}


def check_names(entries: Sequence[Entry], report: Report) -> None:
    """No two entries have one name: the ledger tells their positions apart by it."""
    seen: dict[str, int] = {}
    for entry in entries:
        span = entry.part.span("name" if "name" in entry.part else "strategy")
        if entry.name in seen:
            message = f"two strategies are called `{cut(entry.name)}`, the first in line {seen[entry.name]}"
            report.error("SR722", message, span, "give this one a `name:` of its own")
        else:
            seen[entry.name] = span.line


def read_weights(parts: Sequence[Part], report: Report) -> list[float]:
    """One fraction of the capital per entry; those without a weight have equal parts of what the others leave."""
    total, given = Decimal(0), []
    for part in parts:
        text = part.string("weight")
        percent = Decimal(text.rstrip("%")) if text else None
        if percent is not None and not percent:
            report.error("SR721", "a weight must be above zero", part.span("weight"), "leave the strategy out instead")
        if percent is not None and total <= _WHOLE < total + percent:
            message = f"up to here the weights are {total + percent:f}% of the capital; together 100% at most"
            report.error("SR720", message, part.span("weight"), f"{_WHOLE - total:f}% is left for this one")
        total += percent or 0
        given.append(percent)
    others = [part for part, percent in zip(parts, given, strict=True) if percent is None and "weight" not in part]
    left = max(_WHOLE - total, Decimal(0))
    if others and not left:
        message = "nothing of the capital is left for this strategy"
        report.error("SR721", message, others[0].span("strategy"), "lower the weights of the others, or give it one")
    equal = left / len(others) if others else left
    return [float((equal if percent is None else percent) / _WHOLE) for percent in given]


def check_account(entries: Sequence[Entry], market: Market, report: Report) -> None:
    """Whether one account can hold them: one market, one currency, no opposite sides of a symbol."""
    first: Strategy | None = None
    for entry, subject in sound(entries):
        strategy, span = whole(subject), entry.part.span("strategy")
        first = first or strategy
        if strategy.market is not market:
            message = f"`{cut(entry.name)}` trades {_KINDS[strategy.market]}, and this deployment {_KINDS[market]}"
            report.error("SR734", message, span, f"write `market: {strategy.market}`, or a deployment for each market")
        elif currency(strategy) != currency(first):
            message = f"`{cut(entry.name)}` is paid in {currency(strategy)}, the strategies before it in"
            report.error("SR734", f"{message} {currency(first)}", span, "write a deployment for each currency")
    check_sides(entries, report)


def check_alone(entries: Sequence[Entry], weights: Sequence[float], report: Report) -> None:
    """A portfolio with rules of a whole account has it for itself."""
    for entry, weight in zip(entries, weights, strict=False):
        subject = entry.subject
        if not isinstance(subject, Portfolio) or not (rules := _rules(subject)):
            continue
        said, place = f"the portfolio `{cut(entry.name)}` has {' and '.join(rules)} of a whole account", entry.part
        if len(entries) > 1:
            help_ = "give it a deployment and an account of its own, or name the other strategies in its file, too"
            report.error("SR738", f"{said}, and shares this one", place.span("strategy"), help_)
        elif weight < 1.0:
            help_ = f"write `capital: {weight * 100:g}%` for the deployment instead"
            report.error("SR738", f"{said}, and gets a part of this one", place.span("weight"), help_)


def _rules(portfolio: Portfolio) -> list[str]:
    plain = replace(Risk(), max_leverage=portfolio.risk.max_leverage)
    found = {
        "`risk:`": portfolio.risk != plain or portfolio.leverage is not None,
        "`rebalance:`": portfolio.rebalance is not None,
    }
    return [name for name, there in found.items() if there]


def check_sides(entries: Sequence[Entry], report: Report) -> None:
    """No two strategies may stand on opposite sides of one symbol: the venue would hold the difference alone."""
    held: dict[tuple[str, str], str] = {}
    for entry, subject in sound(entries):
        for name, strategies in _apart(entry.name, subject):
            reach = {
                (symbol, side)
                for strategy in strategies
                for symbol in strategy.symbols
                for side in _OTHER
                if getattr(strategy, side) is not None
            }
            for symbol, side in sorted(reach):
                if (symbol, _OTHER[side]) in held:
                    against = held[symbol, _OTHER[side]]
                    message = f"`{cut(name)}` may go {side} in {symbol} while `{cut(against)}` goes the other way"
                    help_ = "give one of them another account, or put both into a portfolio with `conflicts: deny`"
                    report.error("SR735", message, entry.part.span("strategy"), help_)
                    return
            held |= dict.fromkeys(reach, name)


def _apart(name: str, subject: Subject) -> list[tuple[str, Sequence[Strategy]]]:
    """The parts of an entry that do not mind each other's sides."""
    if isinstance(subject, Portfolio) and subject.conflicts is Conflict.ALLOW:
        return [(f"{name}.{member.name}", [member.strategy]) for member in subject.members]
    return [(name, strategies_of(subject))]
