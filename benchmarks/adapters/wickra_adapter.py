"""wickra-backtest: a strategy is a dict. An edge of `a and b` is `a and b and (a or b has just turned true)`."""

from __future__ import annotations

from typing import Any

import numpy as np
import wickra_backtest
from candles import Columns
from jobs import Job

from adapters.outcome import Outcome


def prepare(job: Job, candles: Columns, variant: str) -> Any:
    return candles, _strategy(job)


def run(job: Job, prepared: Any) -> Any:
    candles, strategy = prepared
    return wickra_backtest.run(
        candles.open, candles.high, candles.low, candles.close, candles.volume, candles.time, spec=strategy,
        capital=job.capital,
    )  # fmt: skip


def outcome(job: Job, result: Any) -> Outcome:
    closed = [trade for trade in result["trades"] if trade["reason"] != "end"]
    entry, leave, quantity = (
        np.array([trade[name] for trade in closed]) for name in ("entry_price", "exit_price", "qty")
    )
    return Outcome(entry, leave, quantity, float(result["equity"][-1]["equity"]))


def _strategy(job: Job) -> dict[str, Any]:
    return {
        "symbol": "BTCUSDT",
        "timeframe": "1m",
        "indicators": {
            "fast": {"type": "Ema", "params": [job.fast]},
            "slow": {"type": "Ema", "params": [job.slow]},
            "strength": {"type": "Rsi", "params": [job.rsi]},
        },
        "entry": {
            "all": [
                {"gt": ["fast", "slow"]},
                {"gt": ["strength", job.rsi_above]},
                {"any": [{"cross_above": ["fast", "slow"]}, {"cross_above": ["strength", job.rsi_above]}]},
            ]
        },
        "exit": {"lt": ["fast", "slow"]},
        "sizing": {"type": "fixed_cash", "cash": job.cost},
        "costs": {"taker_bps": job.fee * 1e4},
        "execution": {"fill_timing": "next_open"},
        "risk": {"stop_loss_pct": job.stop * 100, "take_profit_pct": job.target * 100},
    }
