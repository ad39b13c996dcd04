"""Moving averages."""

from __future__ import annotations

import math

from ..kernel import Column
from .catalogue import SOURCE, Output, Values, indicator, length
from .window import push_sum, sum_slots

LN_1E6 = math.log(1e6)


def _ema_settle(p: Values) -> int:
    keep = 1.0 - 2.0 / (p["length"] + 1.0)
    return 0 if keep <= 0.0 else math.ceil(LN_1E6 / -math.log(keep))


@indicator(
    name="sma",
    title="Simple moving average",
    family="averages",
    inputs=(SOURCE,),
    parameters=(length(20),),
    outputs=(Output("sma", "same"),),
    state=lambda p: sum_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView ta.sma",
    formula="mean of the last n values",
    source="https://www.tradingview.com/pine-script-reference/v5/#fun_ta.sma",
)
def sma(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        total = push_sum(state, 0, n, source[i])
        out[i] = total / n if state[2] >= n else math.nan


@indicator(
    name="ema",
    title="Exponential moving average",
    family="averages",
    inputs=(SOURCE,),
    parameters=(length(20),),
    outputs=(Output("ema", "same"),),
    state=lambda p: 2,
    first=lambda p: (p["length"] - 1,),
    settle=_ema_settle,
    convention="TradingView ta.ema: seeded with the simple average of the first n values",
    formula="ema = a*x + (1-a)*ema[1], a = 2/(n+1)",
    source="https://www.tradingview.com/pine-script-reference/v5/#fun_ta.ema",
)
def ema(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    alpha = 2.0 / (n + 1.0)
    seen = state[0]
    value = state[1]
    for i in range(lo, hi):
        x = source[i]
        if x != x:
            out[i] = math.nan
            continue
        if seen < n:
            seen += 1.0
            value += x
            if seen == n:
                value /= n
        else:
            value = alpha * x + (1.0 - alpha) * value
        out[i] = value if seen >= n else math.nan
    state[0] = seen
    state[1] = value
