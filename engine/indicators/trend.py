"""Trend: which way price is going, and how firmly."""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .catalogue import CLOSE, HIGH, LOW, Output, Parameter, indicator, length, pine
from .recursion import rma_settle, seeded, true_range


@indicator(
    name="adx",
    aliases=("dmi",),
    title="Average directional index",
    family="trend",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(length(14), length(14, "smoothing")),
    outputs=(
        Output("adx", "index", 0.0, 100.0),
        Output("plus", "index", 0.0, 100.0),
        Output("minus", "index", 0.0, 100.0),
    ),
    state=lambda p: 10,
    first=lambda p: (p["length"] + p["smoothing"] - 1, p["length"], p["length"]),
    settle=lambda p: rma_settle(p["length"]) + rma_settle(p["smoothing"]) + 1,
    convention="TradingView ta.dmi(length, smoothing); unknown while nothing has moved at all",
    formula="plus, minus = 100 * rma(+DM, -DM) / rma(true range); adx = 100 * rma(|plus - minus| / (plus + minus))",
    source=pine("ta.dmi"),
)
def adx(
    high: Column, low: Column, close: Column, out: Column, plus: Column, minus: Column, n: int, smoothing: int,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    alpha = 1.0 / n
    smooth = 1.0 / smoothing
    begun = state[0]
    last_high = state[1]
    last_low = state[2]
    last_close = state[3]
    seen = state[4]
    up = state[5]
    down = state[6]
    span = state[7]
    rows = state[8]
    value = state[9]
    for i in range(lo, hi):
        out[i] = math.nan
        plus[i] = math.nan
        minus[i] = math.nan
        if high[i] != high[i] or low[i] != low[i] or close[i] != close[i]:
            continue
        if begun > 0.0:
            rise = high[i] - last_high
            fall = last_low - low[i]
            _, up = seeded(n, alpha, seen, up, rise if rise > fall and rise > 0.0 else 0.0)
            _, down = seeded(n, alpha, seen, down, fall if fall > rise and fall > 0.0 else 0.0)
            seen, span = seeded(n, alpha, seen, span, true_range(high[i], low[i], last_close))
            if seen >= n and span > 0.0:
                # A directional movement never exceeds its true range; rounding may, by the last bit.
                ahead = up / span if up < span else 1.0
                behind = down / span if down < span else 1.0
                both = ahead + behind
                plus[i] = ahead * 100.0
                minus[i] = behind * 100.0
                rows, value = seeded(smoothing, smooth, rows, value, abs(ahead - behind) / both if both > 0.0 else 0.0)
                if rows >= smoothing:
                    out[i] = value * 100.0 if value < 1.0 else 100.0
        begun = 1.0
        last_high = high[i]
        last_low = low[i]
        last_close = close[i]
    state[0] = begun
    state[1] = last_high
    state[2] = last_low
    state[3] = last_close
    state[4] = seen
    state[5] = up
    state[6] = down
    state[7] = span
    state[8] = rows
    state[9] = value


@indicator(
    name="supertrend",
    aliases=("super_trend",),
    title="SuperTrend",
    family="trend",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(Parameter("factor", False, 3.0, 0.0, 1000.0, "true ranges to a band"), length(10)),
    outputs=(
        Output("line", "price"),
        Output("direction", "index", -1.0, 1.0),
        Output("up", "price", sparse=True),
        Output("down", "price", sparse=True),
    ),
    state=lambda p: 8,
    first=lambda p: (p["length"] - 1,) * 4,
    settle=lambda p: rma_settle(p["length"]) + 300,
    convention="TradingView ta.supertrend(factor, length): direction -1 is an uptrend, 1 a downtrend; `up` and `down` "
    "are the line while it is the lower or the upper band, else unknown",
    formula="hl2 -+ factor * atr(n); a band only tightens until the close before passes it; "
    "the line changes bands when the close passes it",
    source=pine("ta.supertrend"),
)
def supertrend(
    high: Column, low: Column, close: Column, line: Column, direction: Column, up: Column, down: Column,
    factor: float, n: int, state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    alpha = 1.0 / n
    begun = state[0]
    before = state[1]
    seen = state[2]
    span = state[3]
    upper = state[4]
    lower = state[5]
    trend = state[6]
    for i in range(lo, hi):
        line[i] = math.nan
        direction[i] = math.nan
        up[i] = math.nan
        down[i] = math.nan
        if high[i] != high[i] or low[i] != low[i] or close[i] != close[i]:
            continue
        x = true_range(high[i], low[i], before) if begun > 0.0 else high[i] - low[i]
        seen, span = seeded(n, alpha, seen, span, x)
        if seen >= n:
            middle = (high[i] + low[i]) / 2.0
            top = middle + factor * span
            bottom = middle - factor * span
            if trend == 0.0:
                trend = 1.0
            else:
                if not (bottom > lower or before < lower):
                    bottom = lower
                if not (top < upper or before > upper):
                    top = upper
                # The bands may meet: the line is then the upper one.
                if trend > 0.0 or upper == lower:
                    trend = -1.0 if close[i] > top else 1.0
                else:
                    trend = 1.0 if close[i] < bottom else -1.0
            upper = top
            lower = bottom
            direction[i] = trend
            if trend < 0.0:
                line[i] = lower
                up[i] = lower
            else:
                line[i] = upper
                down[i] = upper
        begun = 1.0
        before = close[i]
    state[0] = begun
    state[1] = before
    state[2] = seen
    state[3] = span
    state[4] = upper
    state[5] = lower
    state[6] = trend


@kernel
def turned(
    rising: float, extreme: float, step: float, value: float, top: float, bottom: float, fresh: bool,
    start: float, increment: float, maximum: float,
) -> tuple[float, float, float, float]:  # fmt: skip
    """One candle of a parabolic stop, before it is held outside the last two candles."""
    value += step * (extreme - value)
    if rising > 0.0 and value > bottom:
        return 0.0, bottom, start, top if top > extreme else extreme
    if rising == 0.0 and value < top:
        return 1.0, top, start, bottom if bottom < extreme else extreme
    if not fresh and (top > extreme if rising > 0.0 else bottom < extreme):
        extreme = top if rising > 0.0 else bottom
        step = step + increment if step + increment < maximum else maximum
    return rising, extreme, step, value


@indicator(
    name="sar",
    aliases=(
        "psar",
        "parabolic_sar",
    ),
    title="Parabolic stop and reverse",
    family="trend",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(
        Parameter("start", False, 0.02, 0.0, 1.0, "acceleration of a new trend"),
        Parameter("increment", False, 0.02, 0.0, 1.0, "added with each new extreme"),
        Parameter("maximum", False, 0.2, 0.0, 1.0, "largest acceleration"),
    ),
    outputs=(Output("sar", "price"),),
    state=lambda p: 10,
    first=lambda p: (1,),
    settle=lambda p: 500,
    convention="TradingView ta.sar (clamped to the last two candles after a reversal, as TA-Lib does not)",
    formula="sar = sar[1] + acceleration * (extreme - sar[1]), never inside the last two candles; "
    "reversed when the candle touches it",
    source=pine("ta.sar"),
)
def sar(
    high: Column, low: Column, close: Column, out: Column, start: float, increment: float, maximum: float,
    state: Column, lo: int, hi: int,
) -> None:  # fmt: skip
    rows = state[0]
    last_high = state[1]
    last_low = state[2]
    last_close = state[3]
    older_high = state[4]
    older_low = state[5]
    rising = state[6]
    extreme = state[7]
    step = state[8]
    value = state[9]
    for i in range(lo, hi):
        top = high[i]
        bottom = low[i]
        out[i] = math.nan
        if top != top or bottom != bottom or close[i] != close[i]:
            continue
        if rows > 0.0:
            fresh = rows == 1.0
            if fresh:
                rising = 1.0 if close[i] > last_close else 0.0
                extreme = top if rising > 0.0 else bottom
                value = last_low if rising > 0.0 else last_high
                step = start
                older_high = last_high
                older_low = last_low
            rising, extreme, step, value = turned(
                rising, extreme, step, value, top, bottom, fresh, start, increment, maximum
            )
            if rising > 0.0:
                value = last_low if last_low < value else value
                value = older_low if older_low < value else value
            else:
                value = last_high if last_high > value else value
                value = older_high if older_high > value else value
            out[i] = value
        rows = 1.0 if rows == 0.0 else 2.0
        older_high = last_high
        older_low = last_low
        last_high = top
        last_low = bottom
        last_close = close[i]
    state[0] = rows
    state[1] = last_high
    state[2] = last_low
    state[3] = last_close
    state[4] = older_high
    state[5] = older_low
    state[6] = rising
    state[7] = extreme
    state[8] = step
    state[9] = value
