"""fast-trade: a strategy is a dict; fills at the signal's own close, which is the next open on calm candles."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from candles import Columns
from fast_trade import run_backtest
from jobs import Job

from adapters.outcome import Outcome


def prepare(job: Job, candles: Columns, variant: str) -> Any:
    columns = candles._asdict()
    frame = pl.DataFrame({"date": columns.pop("time")} | columns)
    return frame.with_columns(pl.from_epoch("date", time_unit="ms")), _strategy(job)


def run(job: Job, prepared: Any) -> Any:
    frame, strategy = prepared
    return run_backtest(strategy, frame)


def outcome(job: Job, result: Any) -> Outcome:
    frame = result["df"]
    held = frame["in_trade"].to_numpy()
    turned = np.diff(held.astype(np.int8), prepend=0)
    price = frame["close"].to_numpy()
    leave = turned == -1
    entry = np.flatnonzero(turned == 1)[: leave.sum()]
    equity = float(frame["adj_account_value"][-1])
    return Outcome(price[entry], price[leave], frame["aux"].to_numpy()[entry], equity)


def _strategy(job: Job) -> dict[str, Any]:
    return {
        "base_balance": job.capital,
        "max_lot_size": job.cost,
        "comission": job.fee * 100,
        "freq": "1Min",
        "start": "",
        "stop": "",
        "datapoints": [
            {"name": "fast", "transformer": "ema", "args": [job.fast]},
            {"name": "slow", "transformer": "ema", "args": [job.slow]},
            {"name": "strength", "transformer": "rsi", "args": [job.rsi]},
        ],
        "enter": [["fast", ">", "slow"], ["strength", ">", job.rsi_above]],
        "exit": [["fast", "<", "slow"]],
    }
