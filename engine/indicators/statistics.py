"""Statistics of the last n values."""

from __future__ import annotations

import math

from ..kernel import Column
from .catalogue import SOURCE, Output, Parameter, indicator, length, pine
from .moments import moments_slots, push_moments
from .ranks import push_absolute, push_ranked, ranked_slots, up_to


@indicator(
    name="stdev",
    aliases=(
        "stddev",
        "std",
    ),
    title="Standard deviation",
    family="statistics",
    inputs=(SOURCE,),
    parameters=(length(20),),
    outputs=(Output("stdev", "same", 0.0),),
    state=lambda p: moments_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView ta.stdev: of the population (divided by n)",
    formula="sqrt(sum((x - mean)^2) / n)",
    source=pine("ta.stdev"),
)
def stdev(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        _, spread = push_moments(state, 0, n, source[i])
        out[i] = math.sqrt(spread / n) if spread >= 0.0 else math.nan


@indicator(
    name="variance",
    aliases=("var",),
    title="Variance",
    family="statistics",
    inputs=(SOURCE,),
    parameters=(length(20),),
    outputs=(Output("variance", "number", 0.0),),
    state=lambda p: moments_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView ta.variance: of the population (divided by n); its unit is the input's, squared",
    formula="sum((x - mean)^2) / n",
    source=pine("ta.variance"),
)
def variance(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        _, spread = push_moments(state, 0, n, source[i])
        out[i] = spread / n if spread >= 0.0 else math.nan


@indicator(
    name="zscore",
    aliases=("z_score",),
    title="Standard score",
    family="statistics",
    inputs=(SOURCE,),
    parameters=(length(20),),
    outputs=(Output("zscore", "index"),),
    state=lambda p: moments_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="of the population, the current value included; unknown while the window is flat",
    formula="(x - sma(x, n)) / stdev(x, n)",
    source="https://en.wikipedia.org/wiki/Standard_score",
)
def zscore(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        mean, spread = push_moments(state, 0, n, source[i])
        deviation = math.sqrt(spread / n) if spread > 0.0 else 0.0
        out[i] = (source[i] - mean) / deviation if deviation > 0.0 else math.nan


@indicator(
    name="dev",
    aliases=(
        "mad",
        "avgdev",
    ),
    title="Mean absolute deviation",
    family="statistics",
    inputs=(SOURCE,),
    parameters=(length(20),),
    outputs=(Output("dev", "same", 0.0),),
    state=lambda p: 2 + p["length"],
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView ta.dev",
    formula="mean of |x - sma(x, n)| over the last n values",
    source=pine("ta.dev"),
)
def dev(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        _, deviation = push_absolute(state, n, source[i])
        out[i] = deviation


@indicator(
    name="percentile",
    aliases=("quantile",),
    title="Percentile",
    family="statistics",
    inputs=(SOURCE,),
    parameters=(length(100), Parameter("percent", False, 50.0, 0.0, 100.0, "percent of the values below")),
    outputs=(Output("percentile", "same"),),
    state=lambda p: ranked_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView ta.percentile_linear_interpolation (NumPy's `linear`)",
    formula="sorted window at rank percent/100 * (n - 1)",
    source=pine("ta.percentile_linear_interpolation"),
)
def percentile(source: Column, out: Column, n: int, percent: float, state: Column, lo: int, hi: int) -> None:
    ordered = 3 + n
    rank = percent / 100.0 * (n - 1)
    low = int(rank)
    high = low + 1 if low + 1 < n else low
    part = rank - low
    for i in range(lo, hi):
        if push_ranked(state, 0, n, source[i]) == n:
            below = state[ordered + low]
            out[i] = below + part * (state[ordered + high] - below)
        else:
            out[i] = math.nan


@indicator(
    name="percentile_nearest",
    title="Percentile, by the nearest rank",
    family="statistics",
    inputs=(SOURCE,),
    parameters=(length(100), Parameter("percent", False, 50.0, 0.0, 100.0, "percent of the values below")),
    outputs=(Output("percentile_nearest", "same"),),
    state=lambda p: ranked_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView ta.percentile_nearest_rank: always one of the values",
    formula="sorted window at rank percent/100 * n, rounded up",
    source=pine("ta.percentile_nearest_rank"),
)
def percentile_nearest(source: Column, out: Column, n: int, percent: float, state: Column, lo: int, hi: int) -> None:
    rank = int(percent / 100.0 * n)
    place = rank if rank < percent / 100.0 * n else rank - 1
    place = 3 + n + (place if place > 0 else 0)
    for i in range(lo, hi):
        out[i] = state[place] if push_ranked(state, 0, n, source[i]) == n else math.nan


@indicator(
    name="percentrank",
    aliases=("percent_rank",),
    title="Percent rank",
    family="statistics",
    inputs=(SOURCE,),
    parameters=(length(100),),
    outputs=(Output("percentrank", "index", 0.0, 100.0),),
    state=lambda p: ranked_slots(p["length"]),
    first=lambda p: (p["length"],),
    settle=lambda p: p["length"],
    convention="TradingView ta.percentrank",
    formula="percent of the n values before that are at most the current one",
    source=pine("ta.percentrank"),
)
def percentrank(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        x = source[i]
        out[i] = math.nan
        if x == x and int(state[2]) == n:
            out[i] = up_to(state, 3 + n, n, x) / n * 100.0
        push_ranked(state, 0, n, x)


@indicator(
    name="median",
    title="Median",
    family="statistics",
    inputs=(SOURCE,),
    parameters=(length(20),),
    outputs=(Output("median", "same"),),
    state=lambda p: ranked_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView ta.median",
    formula="the middle of the sorted window; the mean of the middle two when n is even",
    source=pine("ta.median"),
)
def median(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    ordered = 3 + n
    for i in range(lo, hi):
        if push_ranked(state, 0, n, source[i]) == n:
            out[i] = (state[ordered + (n - 1) // 2] + state[ordered + n // 2]) / 2.0
        else:
            out[i] = math.nan


@indicator(
    name="mode",
    title="Mode",
    family="statistics",
    inputs=(SOURCE,),
    parameters=(length(20),),
    outputs=(Output("mode", "same"),),
    state=lambda p: ranked_slots(p["length"]),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: p["length"] - 1,
    convention="TradingView ta.mode: of equally frequent values the smallest",
    formula="the most frequent of the last n values",
    source=pine("ta.mode"),
)
def mode(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    ordered = 3 + n
    for i in range(lo, hi):
        out[i] = math.nan
        if push_ranked(state, 0, n, source[i]) == n:
            best = 0
            run = 0
            for k in range(n):
                run = run + 1 if k > 0 and state[ordered + k] == state[ordered + k - 1] else 1
                if run > best:
                    best = run
                    out[i] = state[ordered + k]
