"""The `strategies:` of a deployment in, their checked strategies and portfolios out.

What is wrong with a path is told of the deployment, what is wrong with a strategy of its own file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...diagnostics.diagnostic import Diagnostic
from ...diagnostics.report import Report
from ..meaning.keys import currency_of
from ..portfolio import Portfolio
from ..portfolios.members import Open, Opened, Overrides, Reader
from ..portfolios.together import as_one
from ..strategy import Market, Strategy
from ..structure.part import Part
from ..text import Text, cut

OpenPortfolio = Callable[[Path, Overrides], tuple[Portfolio | None, tuple[Diagnostic, ...]]]
"""Reads and checks a portfolio with values of its members' parameters."""
Subject = Strategy | Portfolio


@dataclass(frozen=True, slots=True)
class Opening:
    """How the files that a deployment names are read."""

    strategy: Open
    portfolio: OpenPortfolio
    is_portfolio: Callable[[Path], bool]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of `strategies:`; `subject` is None where it has mistakes."""

    part: Part
    name: str
    subject: Subject | None


def read_entries(path: str, root: Part, opening: Opening, report: Report) -> tuple[list[Entry], list[Diagnostic]]:
    """The entries whose path can be read, and what is said of their files."""
    entries: list[Entry] = []
    told: dict[Diagnostic, None] = {}
    for part in root.listed("strategies"):
        opener = _Opener(opening)
        reader = Reader(path, {}, opener, report)
        listed = reader.read(part)
        told |= reader.told
        if listed is not None:
            subject: Subject | None = opener.portfolio or listed.strategy
            entries.append(Entry(part, listed.name, _with_symbols(part, subject, report)))
    return entries, list(told)


class _Opener:
    """Opens one entry's file, whatever it is."""

    def __init__(self, opening: Opening) -> None:
        self.portfolio: Portfolio | None = None
        self._opening = opening

    def __call__(self, path: Path, values: Overrides) -> Opened:
        if not self._opening.is_portfolio(path):
            return self._opening.strategy(path, values)
        self.portfolio, told = self._opening.portfolio(path, values)
        return Opened(None, told)


def _with_symbols(part: Part, subject: Subject | None, report: Report) -> Subject | None:
    """The strategy on the symbols that the deployment gives it."""
    symbols = part.texts("symbols")
    if not symbols or subject is None:
        return subject
    if isinstance(subject, Portfolio):
        help_ = "change `symbols:` in its members' files"
        report.error("SR734", "a portfolio's members have symbols of their own", part.key_span("symbols"), help_)
        return None
    currency = currency_of([Text(symbol) for symbol in subject.symbols])
    for symbol in symbols:
        span = symbol.span(0, len(symbol.value))
        if (":" in symbol.value) != (subject.market is Market.PERP):
            kind = (
                "a perpetual contract is written BTC/USDT:USDT" if subject.market is Market.PERP else "write BTC/USDT"
            )
            message = f"`{cut(symbol.value)}` is not of the market the strategy trades, {subject.market}"
            report.error("SR734", message, span, kind)
        elif currency_of([symbol]) != currency:
            message = f"`{cut(symbol.value)}` is paid in {currency_of([symbol])}, the strategy reckons in {currency}"
            report.error("SR734", message, span, f"name symbols in {currency}")
    return replace(subject, symbols=tuple(symbol.value for symbol in symbols))


def strategies_of(subject: Subject) -> Sequence[Strategy]:
    """The strategy itself, or those of the portfolio."""
    return [m.strategy for m in subject.members] if isinstance(subject, Portfolio) else [subject]


def whole(subject: Subject) -> Strategy:
    """One strategy that stands for all of it: its market, currency, timeframe and limits."""
    return as_one(subject) if isinstance(subject, Portfolio) else subject


def sound(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Subject]]:
    """The entries that could be read, with what they are."""
    return ((entry, entry.subject) for entry in entries if entry.subject is not None)
