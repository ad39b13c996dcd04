"""The Hilbert transform of price: the dominant cycle, its phase, and averages that follow it (Ehlers, as in TA-Lib).

The price is smoothed by weights 4, 3, 2, 1, its cycle is split into two parts a quarter period apart, and the angle
between rows gives the period, which scales the next row's parts.
"""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .catalogue import Output, Parameter, indicator

BOOK = "John Ehlers, Rocket Science for Traders, 2001; TA-Lib"
DEGREES = 180.0 / math.pi
TAPS = 7
"""Values a part of the transform looks back at."""
PRICE = 1
"""State: [0] known prices so far; from here the last 50 prices, newest first."""
SMOOTH = PRICE + 50
DETREND = SMOOTH + 50
FIRST = DETREND + TAPS
SECOND = FIRST + TAPS
PARTS = SECOND + TAPS
"""From here: i2, q2, re, im, period, smoothed period, in phase, quadrature, and what users of the cycle keep."""
MEMORY = PARTS + 16
EARLY = 12
LATE = 37
"""Prices before the first that is transformed, where the period and where the phase is asked for, as in TA-Lib."""


@kernel
def shift(state: Column, at: int, n: int, value: float) -> None:
    """Put a value in front of the n newest ones."""
    for k in range(n - 1):
        state[at + n - 1 - k] = state[at + n - 2 - k]
    state[at] = value


@kernel
def quarter(state: Column, at: int) -> float:
    """The transform of the values from `at` on, newest first: a quarter period late."""
    return 0.0962 * (state[at] - state[at + 6]) + 0.5769 * (state[at + 2] - state[at + 4])


@kernel
def push_cycle(state: Column, x: float, skip: int) -> bool:
    """One more price; whether the transform runs yet."""
    shift(state, PRICE, 50, x)
    state[0] += 1.0
    if state[0] <= skip:
        return False
    weighted = 4.0 * x + 3.0 * state[PRICE + 1] + 2.0 * state[PRICE + 2] + state[PRICE + 3]
    shift(state, SMOOTH, 50, weighted / 10.0)
    scale = 0.075 * state[PARTS + 4] + 0.54
    shift(state, DETREND, TAPS, quarter(state, SMOOTH) * scale)
    shift(state, SECOND, TAPS, quarter(state, DETREND) * scale)
    shift(state, FIRST, TAPS, state[DETREND + 3])
    in_phase = state[FIRST]
    quadrature = state[SECOND]
    i2 = 0.2 * (in_phase - quarter(state, SECOND) * scale) + 0.8 * state[PARTS]
    q2 = 0.2 * (quadrature + quarter(state, FIRST) * scale) + 0.8 * state[PARTS + 1]
    real = 0.2 * (i2 * state[PARTS] + q2 * state[PARTS + 1]) + 0.8 * state[PARTS + 2]
    imaginary = 0.2 * (i2 * state[PARTS + 1] - q2 * state[PARTS]) + 0.8 * state[PARTS + 3]
    state[PARTS] = i2
    state[PARTS + 1] = q2
    state[PARTS + 2] = real
    state[PARTS + 3] = imaginary
    last = state[PARTS + 4]
    period = last
    if imaginary != 0.0 and real != 0.0:
        period = 360.0 / (math.atan(imaginary / real) * DEGREES)
    period = 1.5 * last if period > 1.5 * last else period
    period = 0.67 * last if period < 0.67 * last else period
    period = 6.0 if period < 6.0 else 50.0 if period > 50.0 else period
    state[PARTS + 4] = 0.2 * period + 0.8 * last
    state[PARTS + 5] = 0.33 * state[PARTS + 4] + 0.67 * state[PARTS + 5]
    state[PARTS + 6] = in_phase
    state[PARTS + 7] = quadrature
    return True


@indicator(
    name="ht_dcperiod",
    title="Hilbert transform: dominant cycle period",
    family="cycles",
    outputs=(Output("ht_dcperiod", "count", 0.0, 50.0),),
    state=lambda p: MEMORY,
    first=lambda p: (32,),
    settle=lambda p: 300,
    convention="as TA-Lib HT_DCPERIOD, in candles",
    formula="smoothed period of the angle between the transform's two parts",
    source=BOOK,
)
def ht_dcperiod(source: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        x = source[i]
        out[i] = math.nan
        if x == x:
            push_cycle(state, x, EARLY)
            if state[0] > 32.0:
                out[i] = state[PARTS + 5]


@indicator(
    name="ht_phasor",
    title="Hilbert transform: phasor",
    family="cycles",
    outputs=(Output("inphase", "same"), Output("quadrature", "same")),
    state=lambda p: MEMORY,
    first=lambda p: (32, 32),
    settle=lambda p: 300,
    convention="as TA-Lib HT_PHASOR",
    formula="the transform's parts, in phase and a quarter period late",
    source=BOOK,
)
def ht_phasor(source: Column, inphase: Column, quadrature: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        x = source[i]
        inphase[i] = math.nan
        quadrature[i] = math.nan
        if x == x:
            push_cycle(state, x, EARLY)
            if state[0] > 32.0:
                inphase[i] = state[PARTS + 6]
                quadrature[i] = state[PARTS + 7]


@kernel
def push_phase(state: Column) -> float:
    """The phase of the dominant cycle, in degrees, from the smoothed prices of one period."""
    whole = int(state[PARTS + 5] + 0.5)
    real = 0.0
    imaginary = 0.0
    for k in range(whole):
        angle = k * (2.0 * math.pi) / whole
        real += math.sin(angle) * state[SMOOTH + k]
        imaginary += math.cos(angle) * state[SMOOTH + k]
    phase = state[PARTS + 8]
    if abs(imaginary) > 0.0:
        phase = math.atan(real / imaginary) * DEGREES
    elif abs(imaginary) <= 0.01:
        phase += -90.0 if real < 0.0 else 90.0 if real > 0.0 else 0.0
    phase += 90.0
    if state[PARTS + 5] > 0.0:
        phase += 360.0 / state[PARTS + 5]
    if imaginary < 0.0:
        phase += 180.0
    if phase > 315.0:
        phase -= 360.0
    state[PARTS + 8] = phase
    return phase


@indicator(
    name="ht_dcphase",
    title="Hilbert transform: dominant cycle phase",
    family="cycles",
    outputs=(Output("ht_dcphase", "index"),),
    state=lambda p: MEMORY,
    first=lambda p: (63,),
    settle=lambda p: 300,
    convention="as TA-Lib HT_DCPHASE, in degrees",
    formula="angle of the smoothed price against a sine of the dominant period",
    source=BOOK,
)
def ht_dcphase(source: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        x = source[i]
        out[i] = math.nan
        if x == x and push_cycle(state, x, LATE):
            phase = push_phase(state)
            if state[0] > 63.0:
                out[i] = phase


@indicator(
    name="ht_sine",
    title="Hilbert transform: sine wave",
    family="cycles",
    outputs=(Output("sine", "index", -1.0, 1.0), Output("lead", "index", -1.0, 1.0)),
    state=lambda p: MEMORY,
    first=lambda p: (63, 63),
    settle=lambda p: 300,
    convention="as TA-Lib HT_SINE",
    formula="sine = sin(phase); lead = sin(phase + 45 degrees)",
    source=BOOK,
)
def ht_sine(source: Column, sine: Column, lead: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        x = source[i]
        sine[i] = math.nan
        lead[i] = math.nan
        if x == x and push_cycle(state, x, LATE):
            phase = push_phase(state)
            if state[0] > 63.0:
                sine[i] = math.sin(phase / DEGREES)
                lead[i] = math.sin((phase + 45.0) / DEGREES)


@kernel
def push_trendline(state: Column) -> float:
    """The mean of the prices of one dominant period, smoothed over four rows."""
    whole = int(state[PARTS + 5] + 0.5)
    mean = 0.0
    for k in range(whole):
        mean += state[PRICE + k]
    if whole > 0:
        mean /= whole
    line = (4.0 * mean + 3.0 * state[PARTS + 9] + 2.0 * state[PARTS + 10] + state[PARTS + 11]) / 10.0
    state[PARTS + 11] = state[PARTS + 10]
    state[PARTS + 10] = state[PARTS + 9]
    state[PARTS + 9] = mean
    return line


@indicator(
    name="ht_trendline",
    title="Hilbert transform: instantaneous trendline",
    family="cycles",
    outputs=(Output("ht_trendline", "same"),),
    state=lambda p: MEMORY,
    first=lambda p: (63,),
    settle=lambda p: 300,
    convention="as TA-Lib HT_TRENDLINE",
    formula="mean of the last dominant period, smoothed by weights 4, 3, 2, 1",
    source=BOOK,
)
def ht_trendline(source: Column, out: Column, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        x = source[i]
        out[i] = math.nan
        if x == x and push_cycle(state, x, LATE):
            line = push_trendline(state)
            if state[0] > 63.0:
                out[i] = line


@indicator(
    name="mama",
    title="MESA adaptive moving average",
    family="cycles",
    parameters=(
        Parameter("fast", False, 0.5, 0.01, 0.99, "largest weight of the newest price"),
        Parameter("slow", False, 0.05, 0.01, 0.99, "smallest weight"),
    ),
    outputs=(Output("mama", "same"), Output("fama", "same")),
    state=lambda p: MEMORY,
    first=lambda p: (32, 32),
    settle=lambda p: 300 + int(60.0 / p["slow"]),
    convention="as TA-Lib MAMA",
    formula="mama = a*x + (1 - a)*mama[1], a = fast / change of phase, at least slow; fama follows it by a/2",
    source="John Ehlers, MESA Adaptive Moving Averages, TASC 2001; TA-Lib",
)
def mama(
    source: Column, out: Column, following: Column, fast: float, slow: float, state: Column, lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        x = source[i]
        out[i] = math.nan
        following[i] = math.nan
        if x != x or not push_cycle(state, x, EARLY):
            continue
        phase = 0.0
        if state[PARTS + 6] != 0.0:
            phase = math.atan(state[PARTS + 7] / state[PARTS + 6]) * DEGREES
        turned = state[PARTS + 8] - phase
        state[PARTS + 8] = phase
        weight = fast / (turned if turned > 1.0 else 1.0)
        weight = slow if weight < slow else weight
        state[PARTS + 9] += weight * (x - state[PARTS + 9])
        state[PARTS + 10] += 0.5 * weight * (state[PARTS + 9] - state[PARTS + 10])
        if state[0] > 32.0:
            out[i] = state[PARTS + 9]
            following[i] = state[PARTS + 10]
