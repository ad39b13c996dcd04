"""What the bands and channels are called in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PHRASES: Mapping[str, str] = MappingProxyType({
    "accbands.basis": "the middle of the acceleration bands ({length} candles, factor {factor})",
    "accbands.lower": "the lower acceleration band ({length} candles, factor {factor})",
    "accbands.upper": "the upper acceleration band ({length} candles, factor {factor})",
    "atr_bands.lower": "{source} less {mult} average true ranges of {length} candles",
    "atr_bands.upper": "{source} plus {mult} average true ranges of {length} candles",
    "bb.basis": "the middle of the Bollinger bands of {source} ({length} candles, {mult} deviations)",
    "bb.lower": "the lower Bollinger band of {source} ({length} candles, {mult} deviations)",
    "bb.percent": "where {source} stands between its Bollinger bands, 0 lower, 1 upper ({length} candles, {mult} "
                  "deviations)",
    "bb.upper": "the upper Bollinger band of {source} ({length} candles, {mult} deviations)",
    "bb.width": "the width of the Bollinger bands of {source} in percent ({length} candles, {mult} deviations)",
    "bbp": "where {source} stands between its Bollinger bands, 0 lower, 1 upper ({length} candles, {mult} deviations)",
    "bbw": "the width of the Bollinger bands of {source} in percent ({length} candles, {mult} deviations)",
    "donchian.basis": "the middle between the highest high and the lowest low of {length} candles",
    "donchian.lower": "the lowest low of the last {length} candles",
    "donchian.upper": "the highest high of the last {length} candles",
    "envelope.basis": "the middle of the envelope around the {length}-candle average of {source} ({percent} % each "
                      "way)",
    "envelope.lower": "the line {percent} % below the {length}-candle average of {source}",
    "envelope.upper": "the line {percent} % above the {length}-candle average of {source}",
    "keltner.basis": "the middle of the Keltner channel of {source} ({length} candles, {mult} ranges, true range "
                     "{true_range})",
    "keltner.lower": "the lower Keltner line of {source} ({length} candles, {mult} ranges, true range {true_range})",
    "keltner.upper": "the upper Keltner line of {source} ({length} candles, {mult} ranges, true range {true_range})",
    "keltner.width": "the width of the Keltner channel of {source} ({length} candles, {mult} ranges, true range "
                     "{true_range})",
    "keltner_atr.basis": "the middle of the Keltner channel of {source} ({length} candles, {mult} average true ranges"
                         " of {atr} candles)",
    "keltner_atr.lower": "the lower Keltner line of {source} ({length} candles, {mult} average true ranges of {atr} "
                         "candles)",
    "keltner_atr.upper": "the upper Keltner line of {source} ({length} candles, {mult} average true ranges of {atr} "
                         "candles)",
    "linreg_channel.basis": "the middle of the regression channel of {source} ({length} candles, {mult} deviations)",
    "linreg_channel.lower": "the lower line of the regression channel of {source} ({length} candles, {mult} "
                            "deviations)",
    "linreg_channel.upper": "the upper line of the regression channel of {source} ({length} candles, {mult} "
                            "deviations)",
})  # fmt: skip
