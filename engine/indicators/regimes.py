"""Market regimes: trend or range, calm or wild, with hysteresis so that a state lasts."""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .catalogue import CLOSE, HIGH, LOW, SOURCE, Cost, Output, Parameter, indicator, length
from .moments import moments_slots, push_moments
from .ranks import push_ranked, ranked_slots
from .recursion import rma_settle, seeded, true_range
from .window import lag_slots, push_lag, push_sum, sum_slots

HOLDS = 500
"""Rows after which a state is taken to have forgotten how it was entered (path-dependent)."""
MEMORY = Parameter("memory", True, 250, 20, 5000, "candles among which the volatility is ranked")
CALM = Parameter("calm", False, 25.0, 0.0, 100.0, "rank from which it is calm, downwards")
WILD = Parameter("wild", False, 75.0, 0.0, 100.0, "rank from which it is wild, upwards")
GAP = Parameter("gap", False, 10.0, 0.0, 100.0, "how far the rank must go back to end calm or wild")
TREND = (
    Output("bull", "condition"),
    Output("bear", "condition"),
    Output("range", "condition"),
    Output("state", "index", -1.0, 1.0),
)


@kernel
def trend_state(before: float, score: float, enter: float, leave: float) -> int:
    """1 up, -1 down, 0 neither: begins at `enter`, lasts while the score stays at `leave` or beyond."""
    if score >= enter or (before > 0.0 and score >= leave and score > 0.0):
        return 1
    if score <= -enter or (before < 0.0 and score <= -leave and score < 0.0):
        return -1
    return 0


@kernel
def rank_state(before: float, rank: float, calm: float, wild: float, gap: float) -> int:
    """1 wild, -1 calm, 0 neither: begins at its rank, lasts until the rank is `gap` back."""
    if rank >= wild or (before > 0.0 and rank >= wild - gap and rank > calm):
        return 1
    if rank <= calm or (before < 0.0 and rank <= calm + gap):
        return -1
    return 0


@kernel
def push_rank(state: Column, at: int, n: int, value: float) -> float:
    """Add one row; what share of the n - 1 rows before it is smaller, 0 to 100, unknown until all n are known.

    Equal rows are not smaller: a flat market is calm. Takes `ranked_slots(n)`.
    """
    if push_ranked(state, at, n, value) < n:
        return math.nan
    ordered = at + 3 + n
    low = 0
    high = n
    while low < high:
        middle = (low + high) // 2
        if state[ordered + middle] < value:
            low = middle + 1
        else:
            high = middle
    return 100.0 * low / (n - 1)


@indicator(
    name="regime",
    title="Market regime: trend and volatility",
    family="regimes",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(
        length(50),
        Parameter("enter", False, 0.3, 0.0, 1.0, "efficiency ratio from which it is a trend"),
        Parameter("leave", False, 0.2, 0.0, 1.0, "efficiency ratio below which the trend has ended"),
        length(14, "atr"),
        MEMORY,
        CALM,
        WILD,
        GAP,
    ),
    outputs=(
        *TREND,
        Output("calm", "condition"),
        Output("wild", "condition"),
        Output("trend", "index", -1.0, 1.0),
        Output("volatility", "index", 0.0, 100.0),
    ),
    state=lambda p: (
        4 + lag_slots(p["length"]) + sum_slots(p["length"]) + sum_slots(p["atr"]) + ranked_slots(p["memory"])
    ),
    first=lambda p: (
        *(p["length"],) * 4,
        *(p["atr"] + p["memory"] - 2,) * 2,
        p["length"],
        p["atr"] + p["memory"] - 2,
    ),
    settle=lambda p: max(p["length"], p["atr"] + p["memory"]) + HOLDS,
    cost=Cost.WINDOW,
    convention="P. Kaufman's efficiency ratio with its sign, and the rank of the relative true range; both with "
    "hysteresis, so that a state does not flicker at its limit. Flat prices are a calm range",
    formula="trend = (close - close[n]) / sum(|change|, n): bull from `enter` until below `leave`, bear mirrored, else "
    "range; volatility = share of the last `memory` mean true ranges / close that are smaller",
    source="P. Kaufman, Trading Systems and Methods",
)
def regime(
    high: Column, low: Column, close: Column, bull: Column, bear: Column, ranging: Column, way: Column, calm: Column,
    wild: Column, trend: Column, volatility: Column, n: int, enter: float, leave: float, atr: int, memory: int,
    calm_from: float, wild_from: float, gap: float, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    # State: [0] has begun, [1] the close before, [2] trend's state, [3] volatility's; then the windows.
    moves = 4 + lag_slots(n)
    spans = moves + sum_slots(n)
    ranks = spans + sum_slots(atr)
    for i in range(lo, hi):
        x = close[i]
        usable = x == x and high[i] == high[i] and low[i] == low[i]
        x = x if usable else math.nan
        before = state[1] if state[0] > 0.0 else x
        travelled = push_sum(state, moves, n, abs(x - before))
        gone = x - push_lag(state, 4, n, x)
        span = push_sum(state, spans, atr, true_range(high[i], low[i], before) / x if x > 0.0 else math.nan) / atr
        rank = push_rank(state, ranks, memory, span if state[spans + 2] >= atr else math.nan)
        state[0] = 1.0
        state[1] = x
        score = math.nan
        if gone == gone and travelled == travelled:
            score = gone / travelled if travelled > 0.0 else 0.0
            score = 1.0 if score > 1.0 else -1.0 if score < -1.0 else score
        trend[i] = score
        volatility[i] = rank
        side = 2
        if score == score:
            side = trend_state(state[2], score, enter, leave)
            state[2] = side
        level = 2
        if rank == rank:
            level = rank_state(state[3], rank, calm_from, wild_from, gap)
            state[3] = level
        way[i] = side if side < 2 else math.nan
        bull[i] = 2 if side == 2 else int(side > 0)
        bear[i] = 2 if side == 2 else int(side < 0)
        ranging[i] = 2 if side == 2 else int(side == 0)
        calm[i] = 2 if level == 2 else int(level < 0)
        wild[i] = 2 if level == 2 else int(level > 0)


@indicator(
    name="regime_adx",
    title="Trend or range by the directional index",
    family="regimes",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(
        length(14),
        Parameter("enter", False, 25.0, 0.0, 100.0, "ADX from which it is a trend"),
        Parameter("leave", False, 20.0, 0.0, 100.0, "ADX below which the trend has ended"),
    ),
    outputs=TREND,
    state=lambda p: 11,
    first=lambda p: (2 * p["length"] - 1,) * 4,
    settle=lambda p: 2 * rma_settle(p["length"]) + 1 + HOLDS,
    convention="TradingView ta.dmi(n, n), with hysteresis; +DI above -DI makes a trend bull. Unknown while nothing has "
    "moved at all",
    formula="bull from adx >= `enter` with +DI > -DI until adx < `leave` or the DIs cross; bear mirrored; else range",
    source="J. W. Wilder, New Concepts in Technical Trading Systems",
)
def regime_adx(
    high: Column, low: Column, close: Column, bull: Column, bear: Column, ranging: Column, way: Column, n: int,
    enter: float, leave: float, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    # State: [0] the state before, [1] has begun, [2] to [4] high, low, close before, [5] rows seen, [6] up, [7] down,
    # [8] range, [9] rows of the index, [10] its average.
    alpha = 1.0 / n
    for i in range(lo, hi):
        way[i] = math.nan
        bull[i] = bear[i] = ranging[i] = 2
        if high[i] != high[i] or low[i] != low[i] or close[i] != close[i]:
            continue
        if state[1] > 0.0:
            rise = high[i] - state[2]
            fall = state[3] - low[i]
            seen = state[5]
            _, state[6] = seeded(n, alpha, seen, state[6], rise if rise > fall and rise > 0.0 else 0.0)
            _, state[7] = seeded(n, alpha, seen, state[7], fall if fall > rise and fall > 0.0 else 0.0)
            state[5], state[8] = seeded(n, alpha, seen, state[8], true_range(high[i], low[i], state[4]))
            both = state[6] + state[7]
            if state[5] >= n and state[8] > 0.0:
                index = abs(state[6] - state[7]) / both if both > 0.0 else 0.0
                state[9], state[10] = seeded(n, alpha, state[9], state[10], index)
                if state[9] >= n:
                    sign = 1.0 if state[6] > state[7] else -1.0 if state[6] < state[7] else 0.0
                    side = trend_state(state[0], 100.0 * state[10] * sign, enter, leave)
                    state[0] = side
                    way[i] = side
                    bull[i] = int(side > 0)
                    bear[i] = int(side < 0)
                    ranging[i] = int(side == 0)
        state[1] = 1.0
        state[2] = high[i]
        state[3] = low[i]
        state[4] = close[i]


@indicator(
    name="volatility_regime",
    title="Calm or wild by realised volatility",
    family="regimes",
    inputs=(SOURCE,),
    parameters=(length(20, low=2), MEMORY, CALM, WILD, GAP),
    outputs=(
        Output("calm", "condition"),
        Output("usual", "condition"),
        Output("wild", "condition"),
        Output("rank", "index", 0.0, 100.0),
        Output("state", "index", -1.0, 1.0),
    ),
    state=lambda p: 3 + moments_slots(p["length"]) + ranked_slots(p["memory"]),
    first=lambda p: (p["length"] + p["memory"] - 1,) * 5,
    settle=lambda p: p["length"] + p["memory"] + HOLDS,
    cost=Cost.WINDOW,
    convention="with hysteresis, so that a state does not flicker at its limit; equal ones are not smaller: flat "
    "prices are calm",
    formula="rank = share of the last `memory` standard deviations of log returns over n that are smaller; "
    "state = -1 calm, 0 usual, 1 wild",
    source="volatility percentile; the hysteresis is Schmitt's trigger",
)
def volatility_regime(
    source: Column, calm: Column, usual: Column, wild: Column, ranks: Column, way: Column, n: int, memory: int,
    calm_from: float, wild_from: float, gap: float, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    # State: [0] has begun, [1] the value before, [2] the state before; then the windows.
    ranked = 3 + moments_slots(n)
    for i in range(lo, hi):
        x = source[i]
        fresh = math.nan
        if x > 0.0 and state[0] > 0.0 and state[1] > 0.0:
            fresh = math.log(x / state[1])
        if state[0] > 0.0:
            _, spread = push_moments(state, 3, n, fresh)
            rank = push_rank(state, ranked, memory, spread)
        else:
            rank = math.nan
        state[0] = 1.0
        state[1] = x
        level = 2
        if rank == rank:
            level = rank_state(state[2], rank, calm_from, wild_from, gap)
            state[2] = level
        ranks[i] = rank
        way[i] = level if level < 2 else math.nan
        calm[i] = 2 if level == 2 else int(level < 0)
        usual[i] = 2 if level == 2 else int(level == 0)
        wild[i] = 2 if level == 2 else int(level > 0)
