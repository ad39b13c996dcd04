"""quantwave: a column says what is held; filled at the signal's own close, which is the next open on calm candles."""

from __future__ import annotations

import warnings
from typing import Any

import polars as pl
import quantwave
from candles import Columns
from jobs import Job

from adapters.outcome import Outcome

warnings.filterwarnings("ignore", category=quantwave.WarmupWarning)


def prepare(job: Job, candles: Columns, variant: str) -> Any:
    return pl.DataFrame(candles._asdict()).rename({"time": "timestamp"})


def run(job: Job, prepared: Any) -> Any:
    close = pl.col("close")
    frame = prepared.lazy().with_columns(
        fast=close.ta.ema(job.fast), slow=close.ta.ema(job.slow), strength=close.ta.rsi(job.rsi), size=job.cost / close
    )
    held = (
        pl.when((pl.col("fast") > pl.col("slow")) & (pl.col("strength") > job.rsi_above))
        .then(1.0)
        .when(pl.col("fast") < pl.col("slow"))
        .then(0.0)
        .otherwise(None)
    )
    frame = frame.with_columns(signal=held.forward_fill().fill_null(0.0))
    done = frame.bt.backtest(
        execution_delay="same_bar",
        size_multiplier_col="size",
        commission_bps=job.fee * 1e4,
        slippage_bps=0.0,
        initial_cash=job.capital,
    )
    return done, done.trades, done.equity_curve


def report(result: Any) -> Any:
    return result[0].metrics()


def outcome(job: Job, result: Any) -> Outcome:
    _, trades, equity = result
    closed = trades.filter(pl.col("exit_fill_price").is_not_null())
    entry, leave, quantity = (closed[name].to_numpy() for name in ("entry_price", "exit_price", "quantity"))
    return Outcome(entry, leave, quantity, float(equity["equity"][-1]))
