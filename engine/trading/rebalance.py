"""When a portfolio's parts are set back to their weights, and what is paid between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..language.portfolio import Every

_DAY = 86_400_000
_UNITS = {Every.DAY: "D", Every.MONTH: "M"}


@dataclass(frozen=True, slots=True)
class Transfer:
    """At the close `time` (ms UTC) `amount` quote units were paid into the part of member number `member`."""

    time: int
    member: int
    amount: float


def periods(times: NDArray[np.int64], every: Every) -> NDArray[np.int64]:
    """The number of the period each time (ms UTC) lies in; weeks begin on Monday."""
    if every is Every.WEEK:
        return (times // _DAY + 3) // 7
    months = times.astype("datetime64[ms]").astype(f"datetime64[{_UNITS.get(every, 'M')}]").astype(np.int64)
    return months // 3 if every is Every.QUARTER else months


def due_times(times: NDArray[np.int64], every: Every | None, last: int) -> NDArray[np.int64]:
    """Those closes `times` at which a new period has begun since the close before it (`last`: the one before the
    first; -1: there was none, and the first close of all only begins the first period)."""
    if every is None or not len(times):
        return times[:0]
    numbers = periods(times, every)
    before = periods(np.array([last]), every) if last >= 0 else numbers[:1]
    return times[np.diff(numbers, prepend=before) > 0]


def transfers(
    weights: NDArray[np.float64], worth: NDArray[np.float64], free: Sequence[float], idle: float
) -> tuple[NDArray[np.float64], float]:
    """What to pay into each part (out of it below zero) so that it is worth its weight; and the cash left beside them.

    Only free funds can leave a part; where they do not reach, those that gain share what there is.
    """
    total = float(worth.sum()) + idle
    wanted = weights * total - worth
    given = np.minimum(np.maximum(-wanted, 0.0), np.maximum(free, 0.0))
    need, there = float(np.maximum(wanted, 0.0).sum()), float(given.sum()) + idle
    kept = total * (1.0 - float(weights.sum()))
    spare = max(0.0, min(need, there - max(0.0, kept)))
    gained = np.maximum(wanted, 0.0) * (spare / need if need > 0.0 else 0.0)
    paid = gained - given
    return paid, idle - float(paid.sum())
