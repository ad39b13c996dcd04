"""A scope to resolve expressions in, and a bench that resolves one and keeps what was reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from stratrun.engine.diagnostics.diagnostic import Diagnostic
from stratrun.engine.diagnostics.report import Report
from stratrun.engine.language.resolve.resolver import Resolver
from stratrun.engine.language.scope import Scope, Value
from stratrun.engine.language.term import Term
from stratrun.engine.language.text import Text
from stratrun.engine.market.timeframe import Timeframe

PARAMS = {
    "fast": Value(20.0),
    "slow": Value(50.0),
    "half": Value(2.5),
    "n": Value(3.0),
    "pct": Value(0.03, "%"),
    "hold": Value(96.0, "candles"),
    "wait": Value(12.0, "h"),
    "goal": Value(2.0, "R"),
}
DEFINITIONS = {
    "ema_fast": "ema(close, fast)",
    "ema_slow": "ema(close, slow)",
    "rsi14": "rsi(close, 14)",
    "mom": "macd(close, 12, 26, 9)",
    "uptrend": "ema_fast > ema_slow and ema_fast is rising",
    "crossed": "close crosses above ema_slow and volume > 0",
}


class Bench:
    """One resolver and its report."""

    def __init__(self, definitions: Mapping[str, str] = DEFINITIONS, timezone: str = "UTC") -> None:
        self.report = Report()
        self.scope = Scope(
            Timeframe.parse("15m"),
            {"btc": "BTC/USDT", "eth": "ETH/USDT"},
            PARAMS,
            {name: Text(text) for name, text in definitions.items()},
            timezone,
        )
        self.resolver = Resolver(self.scope, self.report)

    def value(self, text: str) -> Term:
        """The one term of a valid expression."""
        found = self.resolver.value(Text(text))
        assert found is not None, self.words
        (term,) = found.values()
        return term

    def refused(self, text: str) -> Diagnostic:
        """The one diagnostic of an expression that is no condition."""
        assert self.resolver.condition(Text(text)) is None
        (found,) = self.report.diagnostics()
        return found

    @property
    def codes(self) -> list[str]:
        return [str(d.code) for d in self.report.diagnostics()]

    @property
    def words(self) -> list[str]:
        return [f"{d.code} {d.message} | {d.help}" for d in self.report.diagnostics()]


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def make_bench() -> Callable[..., Bench]:
    return Bench
