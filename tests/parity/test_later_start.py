"""A back-test that starts later signals what the whole one signals there."""

from __future__ import annotations

import pytest

from stratrun.engine.language.document import loads
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.sample import sample_candles
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.research.backtest import Result, backtest
from stratrun.engine.trading.codes import Decision

HOUR = Timeframe.parse("1h")
START = 1_704_067_200_000
FILLS = (Decision.FILL_REDUCED, Decision.FILL_DROPPED)
RULES = (
    "close > sma(close, 50)",
    "close > lowest(low, 5)",
    "rsi(close, 14) > 50",
    "4h.close > 4h.sma(close, 20)",
    "(close > sma(close, 20)) within 6 candles",
    "close crosses above ema(close, 20)",
)


def strategy(rule: str, symbols: str = "BTC/USDT") -> str:
    return f"""
stratrun: 2
name: Later
symbols: [{symbols}]
timeframe: 1h
long:
  enter: {rule}
  exit: {{time: 3 candles}}
gaps: {{max: 2 candles, then: deny_entries}}
size: {{cost: 100 USDT}}
"""


def signals(result: Result, since: int) -> set[tuple[int, int, int, bool]]:
    """When, where and on which side a rule came true, and whether a gap stood before it."""
    d = result.decisions
    rows = zip(d.time.tolist(), d.symbol.tolist(), d.side.tolist(), d.code.tolist(), strict=True)
    return {(t, s, side, c == Decision.DATA_GAP) for t, s, side, c in rows if t > since and c not in FILLS}


def thinned(candles: Candles, keep: int) -> Candles:
    """One candle in `keep`, to have a symbol that hardly trades."""
    rows = [getattr(candles, name)[::keep].copy() for name in ("time", "open", "high", "low", "close", "volume")]
    return Candles(candles.symbol, candles.timeframe, *rows)


@pytest.mark.parametrize("rule", RULES)
def test_a_later_start_signals_what_the_whole_run_does(rule: str) -> None:
    """Wherever trading starts after the warm-up, the rules fire at the same closes as in a run over all candles."""
    candles = {"BTC/USDT": sample_candles("BTC/USDT", HOUR, START, 900)}
    read = loads(strategy(rule))
    whole = backtest(read, candles)
    for first in range(500, 620, 3):
        since = int(candles["BTC/USDT"].time[first])
        later = backtest(read, candles, start=since)
        assert signals(later, since) == signals(whole, since)


@pytest.mark.parametrize("rule", RULES[:3])
def test_a_symbol_with_few_candles_is_warmed_up_too(rule: str) -> None:
    """History is counted in each symbol's own candles, so one that hardly trades starts as well prepared."""
    candles = {
        "BTC/USDT": sample_candles("BTC/USDT", HOUR, START, 3_000),
        "ETH/USDT": thinned(sample_candles("ETH/USDT", HOUR, START, 3_000), 7),
    }
    read = loads(strategy(rule, "BTC/USDT, ETH/USDT"))
    whole = backtest(read, candles)
    for first in range(2_500, 2_600, 9):
        since = int(candles["BTC/USDT"].time[first])
        later = backtest(read, candles, start=since)
        assert signals(later, since) == signals(whole, since)
