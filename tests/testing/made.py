"""Tests made in Python, of a strategy small enough to be followed by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from stratrun.engine.diagnostics.diagnostic import Span
from stratrun.engine.language.scenario import Expectation, Series
from stratrun.engine.testing.outcome import CaseOutcome

START = 1_704_067_200_000
SPAN = Span(4, 7, 4, 30)

STRATEGY = """stratrun: 2
name: Steps
symbols: [BTC/USDT]
timeframe: 1h
params:
  level: {default: 100, range: [50, 200]}
indicators:
  slow: sma(close, 3)
filters: volume < 50
long:
  enter:
    - close > level
    - close > slow
  exit:
    when: close < slow
    stop: 10%
size:
  quantity: 1
"""

CLOSES = (100, 100, 100, 100, 105, 110, 120, 110, 100, 100, 108, 109, 90, 90)
"""Long enters at 4, is filled at 5 for 105, leaves by the rule at 7, filled at 8; enters again at 10, stopped in 12."""

Run = Callable[..., CaseOutcome]


def expect(kind: str, **given: Any) -> Expectation:
    return Expectation(kind, SPAN, **given)


def series(closes: Sequence[float] = CLOSES, **columns: Sequence[float]) -> Series:
    given = {"close": closes, **columns}
    return Series(columns={name: tuple(map(float, values)) for name, values in given.items()})
