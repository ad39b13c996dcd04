"""John Ehlers' filters: recursions of the second order that begin with the series itself."""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .catalogue import Input, InputKind, Output, Parameter, indicator, length
from .steps import known

MIDDLE = Input("source", InputKind.SERIES, "hl2")
SECOND = 5
"""Slots of a second-order recursion: values seen up to 2, the last two inputs, the last two outputs."""
BOOK = "John Ehlers, Cycle Analytics for Traders, 2013"
CYBERNETIC = "John Ehlers, Cybernetic Analysis for Stocks and Futures, 2004"


@kernel
def push_second(
    state: Column, at: int, x: float, a: float, b: float, c: float, d: float, e: float, seed: float
) -> float:
    """One row of y = a*x + b*x[1] + c*x[2] + d*y[1] + e*y[2]; the first two outputs are `seed` (`SECOND`)."""
    if x != x:
        return math.nan
    y = seed
    if state[at] >= 2.0:
        y = a * x + b * state[at + 1] + c * state[at + 2] + d * state[at + 3] + e * state[at + 4]
    else:
        state[at] += 1.0
    state[at + 2] = state[at + 1]
    state[at + 1] = x
    state[at + 4] = state[at + 3]
    state[at + 3] = y
    return y


@kernel
def push_super(state: Column, at: int, n: float, x: float) -> float:
    """The two-pole super smoother (`SECOND`)."""
    decay = math.exp(-math.sqrt(2.0) * math.pi / n)
    twice = 2.0 * decay * math.cos(math.sqrt(2.0) * math.pi / n)
    gain = 1.0 - twice + decay * decay
    return push_second(state, at, x, gain / 2.0, gain / 2.0, 0.0, twice, -(decay * decay), x)


@kernel
def push_high_pass(state: Column, at: int, n: float, x: float) -> float:
    """The two-pole high-pass filter (`SECOND`)."""
    angle = math.sqrt(0.5) * 2.0 * math.pi / n
    alpha = (math.cos(angle) + math.sin(angle) - 1.0) / math.cos(angle)
    keep = 1.0 - alpha
    gain = (1.0 - alpha / 2.0) * (1.0 - alpha / 2.0)
    return push_second(state, at, x, gain, -2.0 * gain, gain, 2.0 * keep, -(keep * keep), 0.0)


@indicator(
    name="supersmoother",
    aliases=("ssf", "super_smoother"),
    title="Super smoother",
    family="averages",
    parameters=(length(10, low=2),),
    outputs=(Output("supersmoother", "same"),),
    state=lambda p: SECOND,
    first=lambda p: (0,),
    settle=lambda p: 4 * p["length"] + 10,
    convention="two poles; the first two values are the series' own",
    formula="y = c*(x + x[1])/2 + 2a*cos(sqrt(2)*pi/n)*y[1] - a*a*y[2], a = exp(-sqrt(2)*pi/n)",
    source=BOOK,
)
def supersmoother(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = known(push_super(state, 0, float(n), source[i]))


@indicator(
    name="highpass",
    title="High-pass filter",
    family="momentum",
    parameters=(length(48, low=8),),
    outputs=(Output("highpass", "same"),),
    state=lambda p: SECOND,
    first=lambda p: (0,),
    settle=lambda p: 6 * p["length"],
    convention="two poles; begins at 0",
    formula="(1 - a/2)^2 * (x - 2*x[1] + x[2]) + 2*(1 - a)*y[1] - (1 - a)^2*y[2], a by the angle sqrt(0.5)*2*pi/n",
    source=BOOK,
)
def highpass(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = known(push_high_pass(state, 0, float(n), source[i]))


@indicator(
    name="decycler",
    title="Simple decycler",
    family="averages",
    parameters=(length(60, low=8),),
    outputs=(Output("decycler", "same"),),
    state=lambda p: SECOND,
    first=lambda p: (0,),
    settle=lambda p: 6 * p["length"],
    convention="two poles: the series without its cycles shorter than n",
    formula="x - highpass(x, n)",
    source=BOOK,
)
def decycler(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = known(source[i] - push_high_pass(state, 0, float(n), source[i]))


@indicator(
    name="roofing",
    title="Roofing filter",
    family="momentum",
    parameters=(length(48, "slow", low=8), length(10, "fast", low=2)),
    outputs=(Output("roofing", "same"),),
    state=lambda p: 2 * SECOND,
    first=lambda p: (0,),
    settle=lambda p: 6 * p["slow"] + 4 * p["fast"],
    convention="keeps the cycles between fast and slow",
    formula="supersmoother(highpass(x, slow), fast)",
    source=BOOK,
)
def roofing(source: Column, out: Column, slow: int, fast: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = known(push_super(state, SECOND, float(fast), push_high_pass(state, 0, float(slow), source[i])))


ALPHA = Parameter("alpha", False, 0.07, 0.005, 0.9, "the smaller, the longer the cycles")


@indicator(
    name="cyber_cycle",
    title="Cyber cycle",
    family="momentum",
    inputs=(MIDDLE,),
    parameters=(ALPHA,),
    outputs=(Output("cyber_cycle", "same"),),
    state=lambda p: SECOND + 4,
    first=lambda p: (3,),
    settle=lambda p: int(30.0 / p["alpha"]),
    convention="of the price smoothed by weights 1, 2, 2, 1; begins at 0",
    formula="(1 - a/2)^2 * (s - 2*s[1] + s[2]) + 2*(1 - a)*y[1] - (1 - a)^2*y[2], s = swma(x)",
    source=CYBERNETIC,
)
def cyber_cycle(source: Column, out: Column, alpha: float, state: Column, lo: int, hi: int) -> None:
    gain = (1.0 - alpha / 2.0) * (1.0 - alpha / 2.0)
    keep = 1.0 - alpha
    for i in range(lo, hi):
        x = source[i]
        out[i] = math.nan
        if x != x:
            continue
        if state[SECOND] >= 3.0:
            smooth = (x + 2.0 * state[SECOND + 1] + 2.0 * state[SECOND + 2] + state[SECOND + 3]) / 6.0
            value = push_second(state, 0, smooth, gain, -2.0 * gain, gain, 2.0 * keep, -(keep * keep), 0.0)
            out[i] = known(value)
        else:
            state[SECOND] += 1.0
        state[SECOND + 3] = state[SECOND + 2]
        state[SECOND + 2] = state[SECOND + 1]
        state[SECOND + 1] = x


@indicator(
    name="itrend",
    aliases=("instantaneous_trend",),
    title="Instantaneous trendline",
    family="averages",
    inputs=(MIDDLE,),
    parameters=(ALPHA,),
    outputs=(Output("itrend", "same"), Output("trigger", "same")),
    state=lambda p: SECOND,
    first=lambda p: (0, 2),
    settle=lambda p: int(30.0 / p["alpha"]),
    convention="begins with the series itself",
    formula="(a - a*a/4)*x + a*a/2*x[1] - (a - 3*a*a/4)*x[2] + 2*(1 - a)*y[1] - (1 - a)^2*y[2]; trigger = 2*y - y[2]",
    source=CYBERNETIC,
)
def itrend(source: Column, out: Column, trigger: Column, alpha: float, state: Column, lo: int, hi: int) -> None:
    square = alpha * alpha
    keep = 1.0 - alpha
    for i in range(lo, hi):
        older = state[4] if state[0] >= 2.0 else math.nan
        value = push_second(
            state, 0, source[i], alpha - square / 4.0, square / 2.0, -(alpha - 0.75 * square), 2.0 * keep,
            -(keep * keep), source[i],
        )  # fmt: skip
        out[i] = known(value)
        trigger[i] = known(2.0 * value - older)


@kernel
def push_laguerre(state: Column, gamma: float, x: float) -> None:
    """Four Laguerre filters in a row, in state[1..4]; all begin with the first value."""
    if state[0] == 0.0:
        state[0] = 1.0
        for k in range(1, 5):
            state[k] = x
    last = state[1]
    level = (1.0 - gamma) * x + gamma * last
    state[1] = level
    for k in range(2, 5):
        older = state[k]
        level = -gamma * level + last + gamma * older
        state[k] = level
        last = older


@indicator(
    name="laguerre",
    title="Laguerre filter",
    family="averages",
    inputs=(MIDDLE,),
    parameters=(Parameter("gamma", False, 0.8, 0.0, 0.99, "0 quick ... 0.99 smooth"),),
    outputs=(Output("laguerre", "same"),),
    state=lambda p: 5,
    first=lambda p: (0,),
    settle=lambda p: int(30.0 / (1.0 - p["gamma"])) + 10,
    convention="begins with the first value",
    formula="(l0 + 2*l1 + 2*l2 + l3) / 6, l0 = (1 - g)*x + g*l0[1], each next = -g*l + l[1] + g*its own [1]",
    source=CYBERNETIC,
)
def laguerre(source: Column, out: Column, gamma: float, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        x = source[i]
        out[i] = math.nan
        if x != x:
            continue
        push_laguerre(state, gamma, x)
        out[i] = known((state[1] + 2.0 * state[2] + 2.0 * state[3] + state[4]) / 6.0)
