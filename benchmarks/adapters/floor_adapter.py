"""The Numba floors: `columns` and `fused`."""

from __future__ import annotations

from typing import Any

import floor
import numpy as np
from candles import Columns
from jobs import Job

from adapters.outcome import Outcome

REASONS = np.array(["open", "stop", "target", "", "", "rule"])


def prepare(job: Job, candles: Columns, variant: str) -> Any:
    numbers = (job.fast, job.slow, job.rsi, job.rsi_above, job.stop, job.target, job.cost, job.fee, job.capital)
    return getattr(floor, variant), candles, numbers


def run(job: Job, prepared: Any) -> Any:
    function, candles, numbers = prepared
    return candles, *function(*candles[1:5], *numbers)


def outcome(job: Job, result: Any) -> Outcome:
    candles, trades, equity = result
    entry, leave, entry_price, exit_price, quantity, fees, reason = trades.T
    more = {
        "entry_time": candles.time[entry.astype(int)],
        "exit_time": candles.time[leave.astype(int)],
        "fees": fees,
        "reason": REASONS[reason.astype(int)],
    }
    return Outcome(entry_price, exit_price, quantity, float(equity[-1]), more)
