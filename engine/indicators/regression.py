"""The least-squares line through the last n values, against their places 0 ... n - 1, and how well it fits."""

from __future__ import annotations

import math

from ..kernel import Column, kernel
from .catalogue import Output, Parameter, after, built_in, indicator, length, pine
from .moments import moments_slots, push_moments
from .steps import known
from .window import lag_slots, push_lag, push_weighted, weighted_slots


@kernel
def steepness(weighted: float, total: float, n: int) -> float:
    """The slope of the line, from the sums of `push_weighted`."""
    return (weighted - (n + 1.0) / 2.0 * total) / (n * (n * n - 1.0) / 12.0) if n > 1 else 0.0 * total


@kernel
def push_line(state: Column, at: int, n: int, value: float) -> tuple[float, float]:
    """Add one row; (mean, slope) of the line through the last n (`weighted_slots`)."""
    weighted, total = push_weighted(state, at, n, value)
    return total / n, steepness(weighted, total, n)


@kernel
def fit_slots(n: int) -> int:
    """Slots of state a line and its fit take."""
    return weighted_slots(n) + moments_slots(n)


@kernel
def push_fit(state: Column, at: int, n: int, value: float) -> tuple[float, float, float]:
    """Add one row; (the line at its newest end, squares about the mean, squares about the line)."""
    mean, slope = push_line(state, at, n, value)
    _, spread = push_moments(state, at + weighted_slots(n), n, value)
    rest = spread - slope * slope * (n * (n * n - 1.0) / 12.0)
    return mean + slope * ((n - 1.0) / 2.0), spread, 0.0 if rest < 0.0 else rest


@indicator(
    name="linreg",
    aliases=("lsma", "linearreg", "epma"),
    orders={"linearreg": ("length",), "epma": ("length",)},
    title="Linear regression",
    family="statistics",
    parameters=(length(14), Parameter("offset", True, 0, -5000, 5000, "candles back along the line")),
    outputs=(Output("linreg", "same"),),
    state=lambda p: weighted_slots(p["length"]),
    first=after(-1),
    convention="TradingView ta.linreg",
    formula="the least-squares line through the last n values, at its newest end",
    source=pine("ta.linreg"),
)
def linreg(source: Column, out: Column, n: int, offset: int, state: Column, lo: int, hi: int) -> None:
    ahead = (n - 1.0) / 2.0 - offset
    for i in range(lo, hi):
        mean, slope = push_line(state, 0, n, source[i])
        out[i] = known(mean + slope * ahead)


@indicator(
    name="tsf",
    title="Time series forecast",
    family="statistics",
    parameters=(length(14),),
    outputs=(Output("tsf", "same"),),
    state=lambda p: weighted_slots(p["length"]),
    first=after(-1),
    convention="as TA-Lib TSF; it looks ahead along the line, never at later candles",
    formula="the least-squares line through the last n values, one candle further",
    source="TA-Lib TSF",
)
def tsf(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    linreg(source, out, n, -1, state, lo, hi)


@indicator(
    name="linreg_slope",
    aliases=("linearreg_slope", "slope"),
    title="Slope of the linear regression",
    family="statistics",
    parameters=(length(14),),
    outputs=(Output("linreg_slope", "same"),),
    state=lambda p: weighted_slots(p["length"]),
    first=after(-1),
    convention="as TA-Lib LINEARREG_SLOPE: per candle",
    formula="slope of the least-squares line through the last n values",
    source="least squares",
)
def linreg_slope(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        _, slope = push_line(state, 0, n, source[i])
        out[i] = known(slope)


@indicator(
    name="linreg_intercept",
    aliases=("linearreg_intercept",),
    title="Beginning of the linear regression",
    family="statistics",
    parameters=(length(14),),
    outputs=(Output("linreg_intercept", "same"),),
    state=lambda p: weighted_slots(p["length"]),
    first=after(-1),
    convention="as TA-Lib LINEARREG_INTERCEPT",
    formula="the least-squares line through the last n values, at its oldest end",
    source="least squares",
)
def linreg_intercept(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    linreg(source, out, n, n - 1, state, lo, hi)


@indicator(
    name="linreg_angle",
    aliases=("linearreg_angle",),
    title="Angle of the linear regression",
    family="statistics",
    parameters=(length(14),),
    outputs=(Output("linreg_angle", "index", -90.0, 90.0),),
    state=lambda p: weighted_slots(p["length"]),
    first=after(-1),
    convention="as TA-Lib LINEARREG_ANGLE: degrees, one candle being as wide as one unit of price is high",
    formula="atan(linreg_slope(x, n)) * 180 / pi",
    source="TA-Lib LINEARREG_ANGLE",
)
def linreg_angle(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        _, slope = push_line(state, 0, n, source[i])
        out[i] = known(math.atan(slope) * (180.0 / math.pi))


@indicator(
    name="linreg_error",
    aliases=("stderr",),
    title="Standard error of the linear regression",
    family="statistics",
    parameters=(length(14, low=3),),
    outputs=(Output("linreg_error", "same", 0.0),),
    state=lambda p: fit_slots(p["length"]),
    first=after(-1),
    convention="divided by n - 2, the line's two degrees of freedom",
    formula="sqrt(sum((x - line)^2) / (n - 2))",
    source="least squares",
)
def linreg_error(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        _, _, rest = push_fit(state, 0, n, source[i])
        out[i] = math.sqrt(rest / (n - 2.0)) if rest >= 0.0 else math.nan


@indicator(
    name="rsquared",
    aliases=("r2",),
    title="R-squared of the linear regression",
    family="statistics",
    parameters=(length(14, low=2),),
    outputs=(Output("rsquared", "index", 0.0, 1.0),),
    state=lambda p: fit_slots(p["length"]),
    first=after(-1),
    convention="unknown while the window is flat",
    formula="1 - sum((x - line)^2) / sum((x - mean)^2)",
    source="least squares",
)
def rsquared(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        _, spread, rest = push_fit(state, 0, n, source[i])
        out[i] = 1.0 - (rest / spread if rest < spread else 1.0) if spread > 0.0 else math.nan


@indicator(
    name="linreg_channel",
    title="Linear regression channel",
    family="channels",
    parameters=(length(100), Parameter("mult", False, 2.0, 0.0, 100.0, "deviations from the line to a band")),
    outputs=(Output("basis", "same"), Output("upper", "same"), Output("lower", "same")),
    state=lambda p: fit_slots(p["length"]),
    first=after(-1, 3),
    convention="the channel's newest end, as the candle makes it",
    formula="basis = linreg(x, n); upper, lower = basis +- mult * sqrt(sum((x - line)^2) / n)",
    source=built_in("Linear Regression Channel"),
)
def linreg_channel(
    source: Column, basis: Column, upper: Column, lower: Column, n: int, mult: float, state: Column, lo: int,
    hi: int,
) -> None:  # fmt: skip
    for i in range(lo, hi):
        line, _, rest = push_fit(state, 0, n, source[i])
        reach = mult * math.sqrt(rest / n) if rest >= 0.0 else math.nan
        basis[i] = known(line + 0.0 * reach)
        upper[i] = known(line + reach)
        lower[i] = known(line - reach)


@indicator(
    name="fosc",
    title="Forecast oscillator",
    family="momentum",
    parameters=(length(14),),
    outputs=(Output("fosc", "index"),),
    state=lambda p: weighted_slots(p["length"]) + lag_slots(1),
    first=after(),
    convention="as TA-Lib FOSC",
    formula="100 * (x - tsf(x, n)[1]) / x",
    source="Tushar Chande, The New Technical Trader, 1994",
)
def fosc(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    at = weighted_slots(n)
    for i in range(lo, hi):
        x = source[i]
        mean, slope = push_line(state, 0, n, x)
        before = push_lag(state, at, 1, mean + slope * ((n + 1.0) / 2.0))
        out[i] = known(100.0 * (x - before) / x) if x != 0.0 else math.nan


@indicator(
    name="cfo",
    title="Chande's forecast oscillator",
    family="momentum",
    parameters=(length(9),),
    outputs=(Output("cfo", "index"),),
    state=lambda p: weighted_slots(p["length"]),
    first=after(-1),
    convention="as pandas-ta CFO: from the line through the current value",
    formula="100 * (x - linreg(x, n)) / x",
    source="pandas-ta CFO",
)
def cfo(source: Column, out: Column, n: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        x = source[i]
        mean, slope = push_line(state, 0, n, x)
        out[i] = known(100.0 * (x - (mean + slope * ((n - 1.0) / 2.0))) / x) if x != 0.0 else math.nan
