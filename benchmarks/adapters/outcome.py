"""What every adapter hands back, and the protocol they follow.

`prepare(job, candles, variant)` puts the candles into the peer's own container, `run(job, prepared)` does the whole
back-test (indicators, signals, trades, equity at every candle), `outcome(job, result)` reads what came of it.
An adapter may have `report(result)`: the peer's own table of metrics, timed apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Outcome:
    """Closed trades in order of exit, and equity after the last candle.

    `more`: any of entry_time and exit_time (ms, the candle of the fill), fees, reason (stop, target, rule).
    """

    entry_price: NDArray[np.float64]
    exit_price: NDArray[np.float64]
    quantity: NDArray[np.float64]
    equity: float
    more: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    def columns(self) -> dict[str, NDArray[Any]]:
        prices = {"entry_price": self.entry_price, "exit_price": self.exit_price}
        return prices | {"quantity": self.quantity} | dict(self.more)
