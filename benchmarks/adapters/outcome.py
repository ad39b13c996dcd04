"""What every adapter hands back, and the protocol they follow.

`prepare(job, candles, variant)` puts the candles into the peer's own container, `run(job, prepared)` does the whole
back-test (indicators, signals, trades, equity at every candle), `outcome(job, result)` reads what came of it.
An adapter may have `report(result)`: the peer's own table of metrics, timed apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Outcome:
    """Closed trades in order of exit, and equity after the last candle."""

    entry_price: NDArray[np.float64]
    exit_price: NDArray[np.float64]
    quantity: NDArray[np.float64]
    equity: float
