"""The equity curve, what it fell, and buying and holding beside it -> the data of the equity chart."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...market.timeframe import Timeframe
from ..curve import Curve
from ..summary import Summary
from . import packing
from .picture import Floats
from .thinning import deepest, slower, starts_of

MOST = 9_000
"""Points of a curve."""
FIGURES = 8


def equity_chart(summary: Summary) -> dict[str, Any]:
    """Columns `t` (seconds, as steps), equity, hold and fall (percent below the highest so far, the deepest of each
    stretch), and `every`, the length of a stretch, None where each candle has its point."""
    curve, hold = summary.metrics.curve, summary.hold
    time, equity = curve.time, curve.equity
    if not len(time):
        return {"t": [], "equity": [], "hold": None, "fall": [], "decimals": 0, "every": None}
    own = Timeframe.parse(summary.timeframe.split(",")[0])  # the fastest
    # A point belongs to the stretch in which its candle closed.
    shown = slower(own, curve.end - curve.start, MOST)
    starts = starts_of(time - 1, shown)
    ends = np.append(starts[1:], len(time)) - 1
    decimals = packing.decimals_of(equity, *([hold.equity] if hold else []), figures=FIGURES)
    return {
        "t": packing.packed_times(time[ends]),
        "equity": packing.packed(equity[ends], decimals),
        "hold": packing.packed(hold.equity[ends], decimals) if hold else None,
        "fall": packing.rounded(deepest(falls(curve), starts) * 100, 3),
        "decimals": decimals,
        "every": None if shown == own else shown.name,
    }


def falls(curve: Curve) -> Floats:
    """At each point, how far equity stands below its highest so far or the capital, as a fraction of that."""
    fall: Floats = 1 - curve.equity / np.maximum(np.maximum.accumulate(curve.equity), curve.capital)
    return fall
