"""The long tail: entries computed by talipp."""

from __future__ import annotations

from .catalogue import ANCHORED, CLOSE, HIGH, LOW, VOLUME, Output, Parameter, after, length
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
    lambda talipp, p: talipp.SFX(p["atr"], p["deviation"], p["smooth"]),
    name="sfx",
    title="SFX: ranges against deviations",
    family="volatility",
    inputs=(HIGH, LOW, CLOSE),
    parameters=(length(12, "atr"), length(12, "deviation"), length(3, "smooth")),
    outputs=(Output("atr", "price", 0.0), Output("deviation", "price", 0.0), Output("average", "price", 0.0)),
    fields=("atr", "std_dev", "ma_std_dev"),
    first=lambda p: (p["atr"] - 1, p["deviation"] - 1, p["deviation"] + p["smooth"] - 2),
    settle=lambda p: max(rma_settle(p["atr"]), p["deviation"] + p["smooth"]),
    convention="the deviation is of the population",
    formula="atr(atr), stdev(close, deviation), sma(stdev, smooth): a trend when the deviation passes the range",
    source="SFX TOR, TradingView community",
)
bind_talipp(
    lambda talipp, p: talipp.SOBV(p["length"]),
    name="sobv",
    title="Smoothed on-balance volume",
    family="volume",
    inputs=(CLOSE, VOLUME),
    parameters=(length(7),),
    outputs=(Output("sobv", "volume"),),
    first=after(-1),
    settle=lambda p: ANCHORED,
    convention="begins at the first candle's volume",
    formula="sma(obv, n)",
    source="TA-Lib OBV, averaged",
)
