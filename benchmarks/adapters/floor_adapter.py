"""The Numba floors: `columns` and `fused`."""

from __future__ import annotations

from typing import Any

import floor
from candles import Columns
from jobs import Job

from adapters.outcome import Outcome


def prepare(job: Job, candles: Columns, variant: str) -> Any:
    numbers = (job.fast, job.slow, job.rsi, job.rsi_above, job.stop, job.target, job.cost, job.fee, job.capital)
    return getattr(floor, variant), (*candles[1:5], *numbers)


def run(job: Job, prepared: Any) -> Any:
    function, arguments = prepared
    return function(*arguments)


def outcome(job: Job, result: Any) -> Outcome:
    trades, equity = result
    return Outcome(trades[:, 2], trades[:, 3], trades[:, 4], float(equity[-1]))
