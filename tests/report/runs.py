"""Small back-tests over the sample venue for the tests of reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from stratrun.engine.language.document import load
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.instrument import make_instrument
from stratrun.engine.market.sample import sample_candles
from stratrun.engine.report.summary import Summary
from stratrun.engine.research.backtest import Result
from stratrun.engine.research.bounds import variants
from stratrun.engine.research.inputs import Inputs
from stratrun.engine.research.summarise import summarise
from stratrun.engine.trading.account import Account

START = 1_704_067_200_000

CROSSING = """stratrun: 2
name: {name}
description: {description}
symbols: [{symbols}]
timeframe: 1h
indicators:
  fast: ema(close, 5)
  slow: ema(close, 20)
  bands: bb(close, 20)
  strength: rsi(close, 14)
long:
  enter: fast crosses above slow and {enter}
  exit: {{when: fast crosses below slow, stop: 1%, target: 2R}}
size: {{equity: {size}}}
"""


def strategy_file(folder: Path, **words: str) -> Path:
    """A strategy that crosses two averages; `words` fill what a test needs otherwise."""
    given = {
        "name": "crossing",
        "description": "''",
        "symbols": "BTC/USDT",
        "enter": "strength > 0",
        "size": "20%",
    } | words
    path = folder / "strategy.yaml"
    path.write_text(CROSSING.format(**given), "utf-8")
    return path


def inputs(folder: Path, count: int = 1_500, account: Account | None = None, **words: str) -> Inputs:
    """The strategy over `count` candles of each symbol."""
    strategy = load(str(strategy_file(folder, **words)))
    candles: Mapping[str, Candles] = {
        symbol: sample_candles(symbol, strategy.timeframe, START, count) for symbol in strategy.symbols
    }
    instruments = {symbol: make_instrument(symbol, {}) for symbol in strategy.symbols}
    return Inputs(strategy, candles, instruments, account or Account(slippage=0.0005))


def reported(given: Inputs, **changed: Any) -> tuple[Result, Summary]:
    """Its result and its report, with the run otherwise."""
    result = given.run()
    summary = summarise(result, "back-test", venue=given.venue, variants=variants(given, result))
    return result, replace(summary, **changed) if changed else summary
