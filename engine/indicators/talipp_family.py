"""The entries computed by talipp: moving averages and oscillators used less often."""

from __future__ import annotations

from .catalogue import CLOSE, HIGH, LOW, OPEN, Output, built_in, length
from .talipp_binding import bind_talipp

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
