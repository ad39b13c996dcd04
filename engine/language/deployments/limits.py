"""A deployment's `limits:` in, each entry under the stricter of its own and these out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...diagnostics.report import Report
from ...market.timeframe import Timeframe
from ..meaning.limits import Limits
from ..portfolios.account import under
from ..portfolios.together import slowest
from ..resolve.resolver import Resolver
from ..scope import Scope
from ..strategy import Market, Risk, Strategy
from ..stricter import stricter
from ..structure.part import Part
from .entries import Subject, strategies_of, whole

_STAND_IN = Timeframe.parse("1h")
"""Windows are read with it where no strategy could be."""


def read_limits(root: Part, subjects: Sequence[Subject], currency: str, report: Report) -> Risk:
    """The limits of the file alone; leverage is the highest of the strategies where it says nothing."""
    strategies = [whole(subject) for subject in subjects]
    highest = max((strategy.risk.max_leverage for strategy in strategies), default=1.0)
    parts = [strategy for subject in subjects for strategy in strategies_of(subject)]
    timeframe = slowest(parts) if parts else _STAND_IN
    return _read(root, currency, timeframe, highest, report)


def limited(root: Part, subject: Subject, currency: str, leverage: float | None) -> Subject:
    """The entry under the stricter limits; its exposure never needs more leverage than the venue is told."""
    strategy = whole(subject)
    quiet = Report()  # what is wrong with the limits was told once
    limits = _read(root, currency, slowest(strategies_of(subject)), strategy.risk.max_leverage, quiet)
    risk = stricter(strategy.risk, limits)
    if leverage is not None:
        risk = replace(risk, max_leverage=min(risk.max_leverage, leverage))
    if isinstance(subject, Strategy):
        return replace(subject, risk=risk)
    return under(subject, risk)


def check_leverage(root: Part, market: Market, report: Report) -> None:
    """Spot markets have neither leverage nor margin."""
    if market is not Market.SPOT:
        return
    for part, key in ((root, "leverage"), (root, "margin"), (root.part("limits"), "max_leverage")):
        if part.get(key) is not None and (key == "margin" or (part.number(key) or 1) > 1):
            message = f"`{key}`: a spot market has no {'margin' if key == 'margin' else 'leverage'}"
            report.error("SR411", message, part.key_span(key), "leave it out, or write `market: perp`")


def _read(root: Part, currency: str, timeframe: Timeframe, leverage: float, report: Report) -> Risk:
    zone = root.part("schedule").string("timezone", "UTC")
    resolver = Resolver(Scope(timeframe, timezone=zone), report)
    return Limits(root.part("limits"), currency, timeframe, resolver, report, leverage).risk()
