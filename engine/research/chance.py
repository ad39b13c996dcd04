"""A back-test and a method -> many pasts beside it, each as a path of growth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ..diagnostics.diagnostic import InputError
from ..luck.bootstrap import usual_block
from ..luck.monte_carlo import RUIN, Paths, redrawn, shuffled, together, trade_returns
from ..luck.simulated import Method, Simulated
from ..report.hold import buy_and_hold
from ..trading.trades import ExitReason
from .backtest import Result
from .baselines import random_entries
from .inputs import AnyInputs
from .perturb import disturbed_runs
from .portfolio import PortfolioResult

Watched = Callable[[Iterator[tuple[np.ndarray, int]]], Iterator[tuple[np.ndarray, int]]]
FEWEST = 5
"""Trades or days below which drawing again says nothing."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How to simulate: `block` is a mean length in days (None: the usual), `noise` a part of the candles' usual range,
    `ruin` the part of the capital that counts as lost for good."""

    method: Method
    runs: int
    seed: int = 0
    block: float | None = None
    noise: float = 0.1
    ruin: float = RUIN


def simulate(
    inputs: AnyInputs, result: Result | PortfolioResult, wanted: Wanted, watched: Watched = lambda runs: runs
) -> Simulated:
    """Simulate; `watched` may tell of each run made again. Raises InputError where there is too little to draw from."""
    curve = result.metrics.curve
    hold = buy_and_hold(curve, result.candles.values())
    held = hold.total_return if hold else None
    if wanted.method is Method.TRADES:
        closed = result.trades.profit[result.trades.reason != ExitReason.OPEN]
        steps = trade_returns(closed, result.account.capital)
        _require(len(steps), "closed trades")
        paths, seen = shuffled(steps, wanted.runs, wanted.seed), _path(np.cumprod(1 + steps))
        return Simulated(wanted.method, paths, seen, wanted.seed, wanted.ruin, seen_trades=len(closed), hold=held)
    _require(len(curve.daily_returns), "days")
    seen = _path(curve.daily_equity / result.account.capital)
    if wanted.method is Method.BLOCKS:
        block = wanted.block or usual_block(len(curve.daily_returns))
        paths = redrawn(curve.daily_returns, wanted.runs, wanted.seed, block)
        return Simulated(wanted.method, paths, seen, wanted.seed, wanted.ruin, block,
                         seen_trades=len(result.trades), hold=held)  # fmt: skip
    _require(len(result.trades), "trades")
    noise = wanted.noise if wanted.method is Method.CANDLES else None
    again = (
        random_entries(inputs, result, wanted.runs, wanted.seed) if noise is None
        else disturbed_runs(inputs, noise, wanted.runs, wanted.seed)
    )  # fmt: skip
    made = list(watched(again))
    return Simulated(wanted.method, together([path for path, _ in made]), seen, wanted.seed, wanted.ruin,
                     noise=noise, trades=tuple(count for _, count in made), seen_trades=len(result.trades),
                     hold=held)  # fmt: skip


def _path(growth: np.ndarray) -> Paths:
    return together([growth])


def _require(count: int, what: str) -> None:
    if count < FEWEST:
        raise InputError(f"the run has {count} {what}: too few to draw from", help="back-test a longer range")
