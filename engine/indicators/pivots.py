"""Pivots: highs and lows with lower and higher ones around them, known only `right` candles later.

State of a pivot's window at `at`: [0] known rows in a row (up to its length), [1] the newest one's place, then
`left + right + 1` values. A low is a high of the negated values.
"""

from __future__ import annotations

import math

from ..kernel import Column, kernel, rare
from .catalogue import HIGH, LOW, Input, InputKind, Output, Parameter, Values, indicator, pine

LEFT = Parameter("left", True, 5, 1, 500, "older candles that must not pass the pivot")
RIGHT = Parameter("right", True, 5, 1, 500, "newer candles that must not reach it; so much later it is known")
PIVOT = (
    Output("price", "same", sparse=True),
    Output("age", "count", 1.0, sparse=True),
    Output("fresh", "condition"),
)
TIES = "of equal ones the last counts (TradingView tells no rule for them); needs all its candles known"
HELD = (
    "`price` and `age` are the last confirmed pivot's, unknown before there is one; `fresh` is true on the candle that "
)


@kernel
def pivot_slots(left: int, right: int) -> int:
    """Slots of state a pivot's window takes."""
    return 2 + left + right + 1


@rare
def push_pivot(state: Column, at: int, left: int, right: int, value: float) -> int:
    """Add one row; 1 when the value `right` rows ago is a pivot high, 0 when not, 2 while the window is not known."""
    if value != value:
        state[at] = 0.0
        return 2
    n = left + right + 1
    place = int(state[at + 1]) + 1
    if place >= n:
        place = 0
    state[at + 1] = place
    state[at + 2 + place] = value
    if state[at] < n:
        state[at] += 1.0
    if state[at] < n:
        return 2
    x = pivot_value(state, at, left, right)
    for back in range(n):
        row = place - back if place >= back else place - back + n
        other = state[at + 2 + row]
        if other > x or (back < right and other == x):
            return 0
    return 1


@kernel
def pivot_value(state: Column, at: int, left: int, right: int) -> float:
    """The value `right` rows ago, the one `push_pivot` judged."""
    place = int(state[at + 1]) - right
    return state[at + 2 + (place if place >= 0 else place + left + right + 1)]


def pivot_settle(p: Values) -> int:
    """Path-dependent: a pivot is at most some windows old in a market that moves."""
    return 30 * int(p["left"] + p["right"] + 1)


@indicator(
    name="pivot_high",
    aliases=("pivothigh",),
    title="Last confirmed pivot high",
    family="pivots",
    inputs=(Input("source", InputKind.SERIES, "high"),),
    parameters=(LEFT, RIGHT),
    outputs=PIVOT,
    state=lambda p: 3 + pivot_slots(p["left"], p["right"]),
    first=lambda p: (p["left"] + p["right"],) * 3,
    settle=pivot_settle,
    convention=f"TradingView ta.pivothigh, held; {HELD}confirms a pivot; {TIES}",
    formula="a value with none higher among `left` older ones and none as high among `right` newer ones",
    source=pine("ta.pivothigh"),
)
def pivot_high(
    source: Column, price: Column, age: Column, fresh: Column, left: int, right: int, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        found = push_pivot(state, 3, left, right, source[i])
        state[2] += 1.0
        if found == 1:
            state[0] = 1.0
            state[1] = pivot_value(state, 3, left, right)
            state[2] = right
        fresh[i] = found
        known = state[0] > 0.0 and source[i] == source[i]
        price[i] = state[1] if known else math.nan
        age[i] = state[2] if known else math.nan


@indicator(
    name="pivot_low",
    aliases=("pivotlow",),
    title="Last confirmed pivot low",
    family="pivots",
    inputs=(Input("source", InputKind.SERIES, "low"),),
    parameters=(LEFT, RIGHT),
    outputs=PIVOT,
    state=lambda p: 3 + pivot_slots(p["left"], p["right"]),
    first=lambda p: (p["left"] + p["right"],) * 3,
    settle=pivot_settle,
    convention=f"TradingView ta.pivotlow, held; {HELD}confirms a pivot; {TIES}",
    formula="a value with none lower among `left` older ones and none as low among `right` newer ones",
    source=pine("ta.pivotlow"),
)
def pivot_low(
    source: Column, price: Column, age: Column, fresh: Column, left: int, right: int, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        found = push_pivot(state, 3, left, right, -source[i])
        state[2] += 1.0
        if found == 1:
            state[0] = 1.0
            state[1] = -pivot_value(state, 3, left, right)
            state[2] = right
        fresh[i] = found
        known = state[0] > 0.0 and source[i] == source[i]
        price[i] = state[1] if known else math.nan
        age[i] = state[2] if known else math.nan


@indicator(
    name="swings",
    title="Swing structure: higher and lower highs and lows",
    family="pivots",
    inputs=(HIGH, LOW),
    parameters=(LEFT, RIGHT),
    outputs=(
        Output("higher_high", "condition", sparse=True),
        Output("lower_high", "condition", sparse=True),
        Output("higher_low", "condition", sparse=True),
        Output("lower_low", "condition", sparse=True),
        Output("up", "condition", sparse=True),
        Output("down", "condition", sparse=True),
    ),
    state=lambda p: 6 + 2 * pivot_slots(p["left"], p["right"]),
    first=lambda p: (p["left"] + p["right"],) * 6,
    settle=lambda p: 2 * pivot_settle(p),
    convention="states that hold until the next confirmed pivot; unknown before there are two of a kind",
    formula="the last confirmed pivot high (low) against the one before; up = higher high and higher low, "
    "down = lower high and lower low",
    source="Dow theory; W. D. Gann's swing charts",
)
def swings(
    high: Column, low: Column, higher_high: Column, lower_high: Column, higher_low: Column, lower_low: Column,
    up: Column, down: Column, left: int, right: int, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    # State: [0] pivots seen (up to 2), [1] the last, [2] the one before; [3] to [5] the same of the negated lows.
    tops = 6
    lows = tops + pivot_slots(left, right)
    for i in range(lo, hi):
        usable = high[i] == high[i] and low[i] == low[i]
        _remember(state, 0, push_pivot(state, tops, left, right, high[i]), pivot_value(state, tops, left, right))
        _remember(state, 3, push_pivot(state, lows, left, right, -low[i]), pivot_value(state, lows, left, right))
        ups = 2 if not usable or state[0] < 2.0 else int(state[1] > state[2])
        downs = 2 if not usable or state[3] < 2.0 else int(state[4] > state[5])
        higher_high[i] = ups
        lower_high[i] = 2 if ups == 2 else int(state[1] < state[2])
        lower_low[i] = downs
        higher_low[i] = 2 if downs == 2 else int(state[4] < state[5])
        both = ups < 2 and downs < 2
        up[i] = int(ups == 1 and state[4] < state[5]) if both else 2
        down[i] = int(downs == 1 and state[1] < state[2]) if both else 2


@kernel
def _remember(state: Column, at: int, found: int, value: float) -> None:
    if found == 1:
        state[at + 2] = state[at + 1]
        state[at + 1] = value
        if state[at] < 2.0:
            state[at] += 1.0
