"""stratrun itself, through its Python API, from the workload's strategy file."""

from __future__ import annotations

from typing import Any

import stratrun
from candles import Columns
from jobs import SYMBOL, Job
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.trading.trades import ExitReason

from adapters.outcome import Outcome


def prepare(job: Job, candles: Columns, variant: str) -> Any:
    strategy = stratrun.load(str(job.strategy))
    symbol = strategy.symbols[0] if strategy.symbols else SYMBOL
    return strategy, {symbol: Candles(symbol, Timeframe.parse("1m"), *candles)}


def run(job: Job, prepared: Any) -> Any:
    strategy, candles = prepared
    result = stratrun.backtest(strategy, candles, capital=job.capital, fee=job.fee, slippage=0.0)
    return result, result.trades, result.equity


def report(result: Any) -> Any:
    return result[0].metrics


def outcome(job: Job, result: Any) -> Outcome:
    _, trades, equity = result
    closed = trades.reason != ExitReason.OPEN
    return Outcome(
        trades.entry_price[closed], trades.exit_price[closed], trades.quantity[closed], float(equity[-1])
    )
