"""Steps that recursive indicators share: the seeded average (EMA, RMA) and the true range.

Each takes the values it keeps and gives them back, so that a kernel holds them in locals over its rows.
"""

from __future__ import annotations

import math

from ..kernel import kernel

LN_1E6 = math.log(1e6)


@kernel
def seeded(n: int, alpha: float, seen: float, value: float, x: float) -> tuple[float, float]:
    """One row of `alpha * x + (1 - alpha) * value`, seeded with the mean of the first n; (rows seen up to n, value)."""
    if seen >= n:
        return seen, alpha * x + (1.0 - alpha) * value
    seen += 1.0
    value += x
    if seen >= n:
        value /= n
    return seen, value


@kernel
def true_range(high: float, low: float, before: float) -> float:
    """The candle's range, gap from the close before included."""
    top = before if before > high else high
    bottom = before if before < low else low
    return top - bottom


def fade(keep: float) -> int:
    """Rows until what was there before weighs less than 1e-6, when each row keeps `keep` of it."""
    return 0 if keep <= 0.0 else math.ceil(LN_1E6 / -math.log(keep))


def ema_settle(n: int) -> int:
    return n - 1 + fade(1.0 - 2.0 / (n + 1.0))


def rma_settle(n: int) -> int:
    return n - 1 + fade(1.0 - 1.0 / n)
