"""Trend or range by a straight line through the last values: its slope, and how well it fits, in one number."""

from __future__ import annotations

import math

from ..kernel import Column
from .catalogue import SOURCE, Output, Parameter, indicator, length
from .moments import moments_slots, push_moments
from .regimes import HOLDS, TREND, trend_state
from .window import push_weighted, weighted_slots


@indicator(
    name="regime_slope",
    title="Trend or range by the regression line",
    family="regimes",
    inputs=(SOURCE,),
    parameters=(
        length(50, low=3),
        Parameter("enter", False, 0.8, 0.0, 1.0, "correlation with time from which it is a trend"),
        Parameter("leave", False, 0.6, 0.0, 1.0, "correlation below which the trend has ended"),
    ),
    outputs=(*TREND, Output("slope", "index", -1.0, 1.0)),
    state=lambda p: 1 + weighted_slots(p["length"]) + moments_slots(p["length"]),
    first=lambda p: (p["length"] - 1,) * 5,
    settle=lambda p: p["length"] + HOLDS,
    convention="the sign is the slope's, the size how straight the way was, so that one limit fits every market; with "
    "hysteresis. Flat values are a range",
    formula="slope = correlation of the last n values with their place in time; bull from `enter` until below `leave`, "
    "bear mirrored, else range",
    source="least squares; the square is the R squared of the regression line",
)
def regime_slope(
    source: Column, bull: Column, bear: Column, ranging: Column, way: Column, slope: Column, n: int, enter: float,
    leave: float, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    # State: [0] the state before; then the windows.
    spreads = 1 + weighted_slots(n)
    time = math.sqrt((n * n - 1.0) / 12.0)
    for i in range(lo, hi):
        weighted, total = push_weighted(state, 1, n, source[i])
        mean, square = push_moments(state, spreads, n, source[i])
        score = math.nan
        side = 2
        if weighted == weighted and square == square:
            spread = math.sqrt(square / n)
            score = 0.0
            # Below this the spread is rounding.
            if spread > 1e-9 * abs(mean):
                score = (weighted - 0.5 * (n + 1.0) * total) / n / (spread * time)
                score = 1.0 if score > 1.0 else -1.0 if score < -1.0 else score
            side = trend_state(state[0], score, enter, leave)
            state[0] = side
        slope[i] = score
        way[i] = side if side < 2 else math.nan
        bull[i] = 2 if side == 2 else int(side > 0)
        bear[i] = 2 if side == 2 else int(side < 0)
        ranging[i] = 2 if side == 2 else int(side == 0)
