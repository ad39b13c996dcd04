"""The entries computed by talipp: moving averages and oscillators used less often."""

from __future__ import annotations

from .catalogue import SOURCE, Input, InputKind, Output, Parameter, built_in, length, pine
from .recursion import ema_settle
from .talipp_binding import bind_talipp

OPEN = Input("open", InputKind.OPEN)
HIGH = Input("high", InputKind.HIGH)
LOW = Input("low", InputKind.LOW)
CLOSE = Input("close", InputKind.CLOSE)

bind_talipp(
    lambda talipp, p: talipp.DEMA(p["length"]),
    name="dema",
    title="Double exponential moving average",
    family="averages",
    inputs=(SOURCE,),
    parameters=(length(20),),
    outputs=(Output("dema", "same"),),
    first=lambda p: (2 * (p["length"] - 1),),
    settle=lambda p: 2 * ema_settle(p["length"]),
    convention="TradingView's built-in DEMA",
    formula="2*ema(x, n) - ema(ema(x, n), n)",
    source=built_in("Double EMA"),
)
bind_talipp(
    lambda talipp, p: talipp.TEMA(p["length"]),
    name="tema",
    title="Triple exponential moving average",
    family="averages",
    inputs=(SOURCE,),
    parameters=(length(20),),
    outputs=(Output("tema", "same"),),
    first=lambda p: (3 * (p["length"] - 1),),
    settle=lambda p: 3 * ema_settle(p["length"]),
    convention="TradingView's built-in TEMA",
    formula="3*e1 - 3*e2 + e3, e1 = ema(x, n), e2 = ema(e1, n), e3 = ema(e2, n)",
    source=built_in("Triple EMA"),
)
bind_talipp(
    lambda talipp, p: talipp.T3(p["length"], p["factor"]),
    name="t3",
    title="Tillson's T3 moving average",
    family="averages",
    inputs=(SOURCE,),
    parameters=(length(5), Parameter("factor", False, 0.7, 0.0, 1.0, "0 = triple smoothing, 1 = DEMA-like")),
    outputs=(Output("t3", "same"),),
    first=lambda p: (6 * (p["length"] - 1),),
    settle=lambda p: 6 * ema_settle(p["length"]),
    convention="as TA-Lib T3",
    formula="three generalised DEMAs in a row: (1+v)*ema - v*ema(ema)",
    source="Tim Tillson, Smoothing Techniques for More Accurate Signals, TASC 1998",
)
bind_talipp(
    lambda talipp, p: talipp.KAMA(p["length"], p["fast"], p["slow"]),
    name="kama",
    title="Kaufman's adaptive moving average",
    family="averages",
    inputs=(SOURCE,),
    parameters=(length(10), length(2, "fast"), length(30, "slow")),
    outputs=(Output("kama", "same"),),
    first=lambda p: (p["length"],),
    settle=lambda p: p["length"] + 20 * ema_settle(p["slow"]),
    convention="as TA-Lib KAMA",
    formula="kama = kama[1] + c*(x - kama[1]), c = (er*(fast-slow) + slow)^2, er = |x - x[n]| / sum of |changes|",
    source="Perry Kaufman, Smarter Trading, 1995",
)
bind_talipp(
    lambda talipp, p: talipp.McGinleyDynamic(p["length"]),
    name="mcginley",
    title="McGinley dynamic",
    family="averages",
    inputs=(SOURCE,),
    parameters=(length(14),),
    outputs=(Output("mcginley", "same"),),
    first=lambda p: (p["length"] - 1,),
    settle=lambda p: 30 * p["length"],
    convention="seeded with the simple average of the first n values",
    formula="m = m[1] + (x - m[1]) / (n * (x / m[1])^4)",
    source=built_in("McGinley Dynamic"),
)
bind_talipp(
    lambda talipp, p: talipp.TSI(p["short"], p["long"]),
    name="tsi",
    title="True strength index",
    family="momentum",
    inputs=(SOURCE,),
    parameters=(length(13, "short"), length(25, "long")),
    outputs=(Output("tsi", "index", -100.0, 100.0),),
    first=lambda p: (p["long"] + p["short"] - 1,),
    settle=lambda p: ema_settle(p["long"]) + ema_settle(p["short"]) + 1,
    convention="TradingView's built-in TSI: 100 times ta.tsi",
    formula="100 * ema(ema(change, long), short) / ema(ema(|change|, long), short)",
    source=pine("ta.tsi"),
)
bind_talipp(
    lambda talipp, p: talipp.UO(p["fast"], p["mid"], p["slow"]),
    name="uo",
    aliases=("ultimate",),
    title="Ultimate oscillator",
    family="momentum",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(length(7, "fast"), length(14, "mid"), length(28, "slow")),
    outputs=(Output("uo", "index", 0.0, 100.0),),
    first=lambda p: (max(p["fast"], p["mid"], p["slow"]),),
    settle=lambda p: max(p["fast"], p["mid"], p["slow"]),
    convention="TradingView's built-in UO; unknown while a window has no range",
    formula="100 * (4*a + 2*b + c) / 7, each = sum of buying pressure / sum of true range over fast, mid, slow",
    source=built_in("Ultimate Oscillator"),
)
bind_talipp(
    lambda talipp, p: talipp.CoppockCurve(p["short"], p["long"], p["wma"]),
    name="coppock",
    title="Coppock curve",
    family="momentum",
    inputs=(SOURCE,),
    parameters=(length(10, "wma"), length(14, "long"), length(11, "short")),
    outputs=(Output("coppock", "index"),),
    first=lambda p: (max(p["long"], p["short"]) + p["wma"] - 1,),
    settle=lambda p: max(p["long"], p["short"]) + p["wma"] - 1,
    convention="TradingView's built-in Coppock Curve",
    formula="wma(roc(x, long) + roc(x, short), wma)",
    source=built_in("Coppock Curve"),
)
bind_talipp(
    lambda talipp, p: talipp.BOP(),
    name="bop",
    title="Balance of power",
    family="momentum",
    inputs=(OPEN, HIGH, LOW, CLOSE),
    outputs=(Output("bop", "index", -1.0, 1.0),),
    first=lambda p: (0,),
    settle=lambda p: 0,
    convention="TradingView's built-in BOP; unknown on a candle without a range",
    formula="(close - open) / (high - low)",
    source=built_in("Balance of Power"),
)
bind_talipp(
    lambda talipp, p: talipp.IBS(),
    name="ibs",
    title="Internal bar strength",
    family="momentum",
    inputs=(HIGH, LOW, CLOSE),
    outputs=(Output("ibs", "index", 0.0, 1.0),),
    first=lambda p: (0,),
    settle=lambda p: 0,
    convention="unknown on a candle without a range",
    formula="(close - low) / (high - low)",
    source="where the close stands in its own candle",
)
