"""The workloads: which candles, which strategy file, and the numbers every peer is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from candles import Columns, calm, wild

HERE = Path(__file__).parent
SYMBOL = "BTC/USDT"


@dataclass(frozen=True, slots=True)
class Job:
    """One workload; `candles` makes that many rows.

    `rules` is true where the rules are the common ones below, which every peer can express:

    enter long when `ema(close, fast) > ema(close, slow) and rsi(close, 14) > 50` turns true, exit when
    `ema(close, fast) < ema(close, slow)`; stop and target are fractions of the signal's close away from the fill.
    """

    name: str
    title: str
    candles: Callable[[int], Columns]
    rules: bool = True
    fast: int = 12
    slow: int = 26
    rsi: int = 14
    rsi_above: float = 50.0
    stop: float = 0.03
    target: float = 0.06
    cost: float = 1000.0
    fee: float = 0.001
    capital: float = 1_000_000.0

    @property
    def strategy(self) -> Path:
        return HERE / "workloads" / f"{self.name}.yaml"


JOBS = {
    job.name: job
    for job in (
        Job("a", "calm year of 1m, no stop fires", calm),
        Job("b", "wild year of 1m, gaps, stops and targets", wild),
        Job("c", "calm year of 1m, 15 nodes", calm, rules=False),
        Job("d", "wild year of 1m, shorts, a trail and 4h rules", wild, rules=False),
    )
}
