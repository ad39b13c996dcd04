"""The entries computed by talipp: volume, range and stop indicators."""

from __future__ import annotations

from .catalogue import ANCHORED, CLOSE, HIGH, LOW, VOLUME, Output, Parameter, built_in, length, pine
from .recursion import ema_settle, rma_settle
from .talipp_binding import bind_talipp

bind_talipp(
    lambda talipp, p: talipp.TTM(p["length"], p["bb_mult"], p["kc_mult"]),
    name="ttm",
    aliases=("squeeze",),
    title="TTM squeeze",
    family="volatility",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(
        length(20, low=2),
        Parameter("bb_mult", False, 2.0, 0.0, 100.0, "deviations to a Bollinger band"),
        Parameter("kc_mult", False, 1.5, 0.0, 100.0, "average true ranges to a Keltner band"),
    ),
    outputs=(Output("hist", "price"), Output("squeeze", "index", 0.0, 1.0)),
    fields=("histogram", "squeeze"),
    first=lambda p: (2 * p["length"] - 2, p["length"] - 1),
    settle=lambda p: rma_settle(p["length"]) + p["length"],
    convention="Carter's; squeeze is 1 while the Bollinger bands lie inside the Keltner channel (of the ATR)",
    formula="hist = linreg(close - (donchian middle + sma) / 2, n)",
    source="John Carter, Mastering the Trade, 2005",
)
bind_talipp(
    lambda talipp, p: talipp.ForceIndex(p["length"]),
    name="force_index",
    aliases=("efi",),
    title="Elder's force index",
    family="volume",
    inputs=(CLOSE, VOLUME),
    parameters=(length(13),),
    outputs=(Output("force_index", "volume"),),
    first=lambda p: (p["length"],),
    settle=lambda p: ema_settle(p["length"]) + 1,
    convention="TradingView's built-in EFI; its unit is price times volume",
    formula="ema(change(close) * volume, n)",
    source=built_in("Elder Force Index"),
)
bind_talipp(
    lambda talipp, p: talipp.KVO(p["fast"], p["slow"]),
    name="kvo",
    title="Klinger volume oscillator",
    family="volume",
    inputs=(HIGH, LOW, CLOSE, VOLUME),
    parameters=(length(34, "fast"), length(55, "slow")),
    outputs=(Output("kvo", "volume"),),
    first=lambda p: (max(p["fast"], p["slow"]) + 1,),
    settle=lambda p: ema_settle(max(p["fast"], p["slow"])) + 300,
    convention="Klinger's original (TradingView's built-in leaves the cumulative range out)",
    formula="ema(force, fast) - ema(force, slow), force = volume * |2*(range/cumulative range - 1)| * trend * 100",
    source="Stephen Klinger, Identifying Trends with Volume Analysis, TASC 1997",
)
bind_talipp(
    lambda talipp, p: talipp.AccuDist(),
    name="accu_dist",
    aliases=("ad", "accdist"),
    title="Accumulation/distribution",
    family="volume",
    inputs=(HIGH, LOW, CLOSE, VOLUME),
    outputs=(Output("accu_dist", "volume"),),
    carry=True,
    first=lambda p: (0,),
    settle=lambda p: ANCHORED,
    convention="TradingView ta.accdist; a candle without a range adds nothing",
    formula="running total of volume * ((close - low) - (high - close)) / (high - low)",
    source=pine("ta.accdist", "var"),
)
bind_talipp(
    lambda talipp, p: talipp.ChaikinOsc(p["fast"], p["slow"]),
    name="chaikin_osc",
    aliases=("adosc",),
    title="Chaikin oscillator",
    family="volume",
    inputs=(HIGH, LOW, CLOSE, VOLUME),
    parameters=(length(3, "fast"), length(10, "slow")),
    outputs=(Output("chaikin_osc", "volume"),),
    first=lambda p: (max(p["fast"], p["slow"]) - 1,),
    settle=lambda p: ema_settle(max(p["fast"], p["slow"])) + 50,
    convention="TradingView's built-in Chaikin Oscillator (TA-Lib seeds its averages with the first value)",
    formula="ema(accu_dist, fast) - ema(accu_dist, slow)",
    source=built_in("Chaikin Oscillator"),
)
