"""stratrun itself, through its Python API, from the workload's strategy file."""

from __future__ import annotations

from typing import Any

import numpy as np
from candles import Columns
from jobs import Job

import stratrun
from adapters.outcome import Outcome
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.trading.trades import ExitReason


def prepare(job: Job, candles: Columns, variant: str) -> Any:
    strategy = stratrun.load(str(job.strategy))
    symbol = strategy.symbols[0]
    return strategy, {symbol: Candles(symbol, Timeframe.parse("1m"), *candles)}


def run(job: Job, prepared: Any) -> Any:
    strategy, candles = prepared
    result = stratrun.backtest(strategy, candles, capital=job.capital, fee=job.fee, slippage=0.0)
    return result, result.trades, result.equity


def report(result: Any) -> Any:
    return result[0].metrics.figures()


def outcome(job: Job, result: Any) -> Outcome:
    _, trades, equity = result
    closed = trades.reason != ExitReason.OPEN
    more = {name: getattr(trades, name)[closed] for name in ("entry_time", "exit_time", "fees")}
    more["reason"] = np.array([ExitReason(reason).name.lower() for reason in trades.reason[closed]])
    prices = (trades.entry_price[closed], trades.exit_price[closed], trades.quantity[closed])
    return Outcome(*prices, float(equity[-1]), more)
