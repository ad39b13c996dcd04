"""A deployment's limits: the `risk:` block of a file of its own, joined with a strategy's to the stricter of both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from ..diagnostics.diagnostic import DocumentError
from ..diagnostics.report import Report
from .meaning.keys import currency_of
from .meaning.limits import Limits
from .portfolio import Portfolio
from .portfolios.account import under
from .portfolios.together import as_one
from .resolve.resolver import Resolver
from .scope import Scope
from .strategy import Risk, Strategy
from .stricter import stricter
from .structure.part import Part
from .structure.shape import check_against, published
from .structure.version import check_version
from .text import Text
from .yaml.source import read


def with_limits(strategy: Strategy, path: str | Path) -> Strategy:
    """The strategy under the stricter of its own limits and those of the file.

    Raises DocumentError with every mistake in the file.
    """
    return LimitsFile(path)(strategy)


class LimitsFile:
    """A limits file that is read once, for one strategy after another; it can be sent to another process.

    Raises DocumentError with every mistake in the file.
    """

    def __init__(self, path: str | Path) -> None:
        source = read(Path(path))
        report = source.report
        if source.root is None or not check_version(source.root, report):
            raise DocumentError(report.diagnostics())
        self._report = report
        self._part = Part(source.root, check_against(source.root, _schema(), report)).part("risk")

    def __call__(self, strategy: Strategy) -> Strategy:
        """The strategy under the stricter of its own limits and the file's."""
        limits = _limits(self._part, strategy, self._report)
        if self._report.failed:
            raise DocumentError(self._report.diagnostics())
        return replace(strategy, risk=stricter(strategy.risk, limits))


def with_account_limits(portfolio: Portfolio, path: str | Path) -> Portfolio:
    """The portfolio's account under the stricter of its own limits and those of the file. Raises DocumentError."""
    return AccountLimits(path)(portfolio)


class AccountLimits:
    """The same for one portfolio after another, the file read once; it can be sent to another process."""

    def __init__(self, path: str | Path) -> None:
        self._limits = LimitsFile(path)

    def __call__(self, portfolio: Portfolio) -> Portfolio:
        account = replace(as_one(portfolio), timeframe=portfolio.timeframes[-1])
        return under(portfolio, self._limits(account).risk)


def _schema() -> dict[str, Any]:
    """A document of a version and a `risk:` block, which is that of a strategy."""
    keys = published()["properties"]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["stratrun", "risk"],
        "properties": {"stratrun": keys["stratrun"], "risk": keys["risk"]},
        "definitions": published()["definitions"],
    }


def _limits(part: Part, strategy: Strategy, report: Report) -> Risk:
    resolver = Resolver(Scope(strategy.timeframe, timezone=strategy.timezone), report)
    currency = currency_of([Text(symbol) for symbol in strategy.symbols])
    found = Limits(part, currency, strategy.timeframe, resolver, report).risk()
    return found if "max_leverage" in part else replace(found, max_leverage=strategy.risk.max_leverage)
