"""What the measures of volatility are called in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PHRASES: Mapping[str, str] = MappingProxyType({
    "adr": "the average range, high less low, of the last {length} candles",
    "atr": "the {length}-candle average true range (ATR)",
    "chaikin_volatility": "the change, in percent, over {roc} candles of the {length}-candle average range (Chaikin's"
                          " volatility)",
    "chop": "the {length}-candle choppiness index",
    "garman_klass": "the {length}-candle Garman-Klass volatility ({annual} candles a year; 1 tells it per candle)",
    "historical_volatility": "the {length}-candle volatility of {source} ({annual} candles a year; 1 tells it per "
                             "candle)",
    "mass_index": "the mass index ({length} candles, averages of {ema})",
    "natr": "the {length}-candle average true range in percent of the close",
    "parkinson": "the {length}-candle Parkinson volatility ({annual} candles a year; 1 tells it per candle)",
    "rogers_satchell": "the {length}-candle Rogers-Satchell volatility ({annual} candles a year; 1 tells it per "
                       "candle)",
    "rvi_volatility": "the {length}-candle relative volatility index of {source} (deviations of {deviation} candles, "
                      "Wilder's averages {wilder})",
    "sfx.atr": "the average true range of the SFX ({atr} candles; deviation of {deviation}, smoothed {smooth})",
    "sfx.average": "the smoothed deviation of the close of the SFX ({deviation} candles, smoothed {smooth}; true "
                   "range of {atr})",
    "sfx.deviation": "the deviation of the close of the SFX ({deviation} candles, smoothed {smooth}; true range of "
                     "{atr})",
    "tr": "the true range of the candle (from the first candle on: {from_start})",
    "ttm.hist": "the histogram of the TTM squeeze ({length} candles, bands {bb_mult}, channel {kc_mult})",
    "ttm.squeeze": "whether the TTM squeeze is on, 1 or 0 ({length} candles, bands {bb_mult}, channel {kc_mult})",
    "ulcer": "the {length}-candle ulcer index of {source} (how deep it is below its highs, in percent)",
    "yang_zhang": "the {length}-candle Yang-Zhang volatility ({annual} candles a year; 1 tells it per candle)",
})  # fmt: skip
