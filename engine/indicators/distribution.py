"""Two series together, and the shape of the last n values."""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .catalogue import Cost, Input, InputKind, Output, after, indicator, length, pine
from .moments import pair_slots, push_pair
from .steps import CHANGE, known, push_change, push_total
from .window import lag_slots, push_lag, sum_slots

A = Input("a", InputKind.SERIES)
B = Input("b", InputKind.SERIES)


@indicator(
    name="correlation",
    aliases=("correl", "corr"),
    title="Correlation",
    family="statistics",
    inputs=(A, B),
    parameters=(length(20, low=2),),
    outputs=(Output("correlation", "index", -1.0, 1.0),),
    state=lambda p: pair_slots(p["length"]),
    first=after(-1),
    convention="TradingView ta.correlation (Pearson's); unknown while either window is flat",
    formula="sum of products of deviations / sqrt(product of the sums of squared deviations)",
    source=pine("ta.correlation"),
)
def correlation(a: Column, b: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = push_correlation(state, 0, n, a[i], b[i])


@kernel
def push_correlation(state: Column, at: int, n: int, a: float, b: float) -> float:
    """Pearson's correlation of the last n rows (`pair_slots`)."""
    spread_a, spread_b, product = push_pair(state, at, n, a, b)
    if not (spread_a > 0.0 and spread_b > 0.0):
        return math.nan
    scale = math.sqrt(spread_a) * math.sqrt(spread_b)
    value = product / scale if scale > 0.0 else math.nan
    return 1.0 if value > 1.0 else -1.0 if value < -1.0 else known(value)


@indicator(
    name="autocorrelation",
    title="Correlation with the series' own past",
    family="statistics",
    parameters=(length(20, low=2), length(1, "lag")),
    outputs=(Output("autocorrelation", "index", -1.0, 1.0),),
    state=lambda p: pair_slots(p["length"]) + lag_slots(p["lag"]),
    first=lambda p: (p["length"] + p["lag"] - 1,),
    convention="Pearson's; unknown while the window is flat",
    formula="correlation(x, x[lag], n)",
    source=pine("ta.correlation"),
)
def autocorrelation(source: Column, out: Column, n: int, lag: int, state: Column, lo: int, hi: int) -> None:
    at = pair_slots(n)
    for i in range(lo, hi):
        out[i] = push_correlation(state, 0, n, source[i], push_lag(state, at, lag, source[i]))


@indicator(
    name="covariance",
    aliases=("cov",),
    title="Covariance",
    family="statistics",
    inputs=(A, B),
    parameters=(length(20),),
    outputs=(Output("covariance", "number"),),
    state=lambda p: pair_slots(p["length"]),
    first=after(-1),
    convention="of the population (divided by n), as `variance`",
    formula="sum((a - mean of a) * (b - mean of b)) / n",
    source="https://en.wikipedia.org/wiki/Covariance",
)
def covariance(a: Column, b: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        spread, _, product = push_pair(state, 0, n, a[i], b[i])
        out[i] = known(product / n) if spread == spread else math.nan


@indicator(
    name="beta",
    title="Beta",
    family="statistics",
    inputs=(A, B),
    parameters=(length(20, low=2),),
    outputs=(Output("beta", "index"),),
    state=lambda p: pair_slots(p["length"]) + 2 * lag_slots(1),
    first=after(),
    convention="as TA-Lib BETA: of `b` on `a`; unknown while the returns of `a` are flat",
    formula="covariance of the returns of a and b over n candles / variance of the returns of a",
    source="TA-Lib BETA",
)
def beta(a: Column, b: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    at = pair_slots(n)
    for i in range(lo, hi):
        before_a = push_lag(state, at, 1, a[i])
        before_b = push_lag(state, at + lag_slots(1), 1, b[i])
        return_a = known((a[i] - before_a) / before_a) if before_a != 0.0 else math.nan
        return_b = known((b[i] - before_b) / before_b) if before_b != 0.0 else math.nan
        spread, _, product = push_pair(state, 0, n, return_a, return_b)
        out[i] = known(product / spread) if spread > 0.0 else math.nan


@indicator(
    name="half_life",
    title="Half-life of mean reversion",
    family="statistics",
    parameters=(length(100, low=3),),
    outputs=(Output("half_life", "count", 0.0, sparse=True),),
    state=lambda p: pair_slots(p["length"]) + lag_slots(1),
    first=after(),
    convention="in candles; unknown while the window does not revert",
    formula="-ln(2) / slope of change(x) on x[1] over n candles",
    source="Ornstein-Uhlenbeck process; Ernest Chan, Algorithmic Trading, 2013",
)
def half_life(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    at = pair_slots(n)
    for i in range(lo, hi):
        before = push_lag(state, at, 1, source[i])
        spread, _, product = push_pair(state, 0, n, before + 0.0 * source[i], source[i] - before)
        out[i] = known(-math.log(2.0) * spread / product) if spread > 0.0 and product < 0.0 else math.nan


@kernel
def push_row(state: Column, at: int, n: int, value: float) -> bool:
    """Keep the last n values from `at + 2` on, in any order; whether there are n of them."""
    turn = int(state[at])
    state[at + 2 + turn] = value
    state[at] = turn + 1 if turn + 1 < n else 0
    if state[at + 1] < n:
        state[at + 1] += 1.0
    return state[at + 1] >= n and value == value


@kernel
def central(state: Column, at: int, n: int) -> tuple[float, float, float]:
    """Second, third and fourth central moments of the n values from `at` on."""
    base = state[at]
    mean = 0.0
    for k in range(n):
        mean += state[at + k] - base
    mean /= n
    two = 0.0
    three = 0.0
    four = 0.0
    for k in range(n):
        away = state[at + k] - base - mean
        square = away * away
        two += square
        three += square * away
        four += square * square
    return two / n, three / n, four / n


@indicator(
    name="skew",
    title="Skewness",
    family="statistics",
    parameters=(length(30, low=3),),
    outputs=(Output("skew", "index"),),
    state=lambda p: 2 + p["length"],
    first=after(-1),
    cost=Cost.WINDOW,
    convention="of a sample, as in pandas; unknown while the window is flat",
    formula="sqrt(n(n-1)) / (n-2) * third central moment / variance^1.5",
    source="https://en.wikipedia.org/wiki/Skewness",
)
def skew(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = math.nan
        if push_row(state, 0, n, source[i]):
            two, three, _ = central(state, 2, n)
            scale = two * math.sqrt(two) if two > 0.0 else 0.0
            if scale > 0.0:
                out[i] = known(math.sqrt(n * (n - 1.0)) / (n - 2.0) * three / scale)


@indicator(
    name="kurtosis",
    title="Excess kurtosis",
    family="statistics",
    parameters=(length(30, low=4),),
    outputs=(Output("kurtosis", "index"),),
    state=lambda p: 2 + p["length"],
    first=after(-1),
    cost=Cost.WINDOW,
    convention="of a sample, as in pandas: 0 for a normal distribution; unknown while the window is flat",
    formula="(n-1) / ((n-2)(n-3)) * ((n+1) * fourth central moment / variance^2 - 3(n-1))",
    source="https://en.wikipedia.org/wiki/Kurtosis",
)
def kurtosis(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = math.nan
        if push_row(state, 0, n, source[i]):
            two, _, four = central(state, 2, n)
            if two * two > 0.0:
                peaked = (n + 1.0) * (four / (two * two)) - 3.0 * (n - 1.0)
                out[i] = known((n - 1.0) / ((n - 2.0) * (n - 3.0)) * peaked)


@indicator(
    name="entropy",
    title="Entropy",
    family="statistics",
    parameters=(length(10),),
    outputs=(Output("entropy", "index"),),
    state=lambda p: 2 * sum_slots(p["length"]),
    first=lambda p: (2 * p["length"] - 2,),
    convention="as pandas-ta ENTROPY, in bits; of positive values, unknown on others",
    formula="sum of -p*log2(p) over n candles, p = x / sum(x, n)",
    source="pandas-ta ENTROPY",
)
def entropy(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    second = sum_slots(n)
    for i in range(lo, hi):
        x = source[i]
        total = push_total(state, 0, n, x if x > 0.0 else math.nan)
        share = x / total if total > 0.0 else math.nan
        bits = -share * (math.log(share) / math.log(2.0)) if share > 0.0 else 0.0 * share
        out[i] = known(push_total(state, second, n, bits))


@indicator(
    name="hurst",
    title="Hurst exponent",
    family="statistics",
    parameters=(length(100, low=4),),
    outputs=(Output("hurst", "index", 0.0, 1.0),),
    state=lambda p: CHANGE + 2 + p["length"],
    first=after(),
    cost=Cost.WINDOW,
    convention="rescaled range of one window: above 0.5 trends, below it reverts; short windows lean upwards; "
    "unknown while the changes do not vary",
    formula="ln(R/S) / ln(n) of the last n changes: R the range of their summed deviations, S their deviation",
    source="Harold Hurst, Long-term Storage Capacity of Reservoirs, 1951",
)
def hurst(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    rows = CHANGE + 2
    for i in range(lo, hi):
        full = push_row(state, CHANGE, n, push_change(state, 0, source[i]))
        out[i] = math.nan
        if not full:
            continue
        mean = 0.0
        for k in range(n):
            mean += state[rows + k]
        mean /= n
        oldest = int(state[CHANGE])
        way = 0.0
        top = 0.0
        bottom = 0.0
        spread = 0.0
        for k in range(n):
            slot = oldest + k
            away = state[rows + (slot if slot < n else slot - n)] - mean
            spread += away * away
            way += away
            top = way if way > top else top
            bottom = way if way < bottom else bottom
        if spread > 0.0 and top > bottom:
            value = math.log((top - bottom) / math.sqrt(spread / n)) / math.log(float(n))
            out[i] = 0.0 if value < 0.0 else 1.0 if value > 1.0 else value
