"""What the measures of trends and their stops are called in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PHRASES: Mapping[str, str] = MappingProxyType({
    "adx.adx": "the strength of the trend (ADX, {length} candles, smoothed {smoothing})",
    "adx.minus": "the downward movement (-DI, {length} candles; ADX smoothed {smoothing})",
    "adx.plus": "the upward movement (+DI, {length} candles; ADX smoothed {smoothing})",
    "adxr": "the {length}-candle average of the trend's strength now and before (ADXR)",
    "alligator.jaw": "the jaw of the alligator of {source} ({jaw}, {teeth} and {lips} candles)",
    "alligator.lips": "the lips of the alligator of {source} ({jaw}, {teeth} and {lips} candles)",
    "alligator.teeth": "the teeth of the alligator of {source} ({jaw}, {teeth} and {lips} candles)",
    "aroon.down": "Aroon down: how recent the low of the last {length} candles is, 100 is now",
    "aroon.osc": "Aroon up less Aroon down over {length} candles",
    "aroon.up": "Aroon up: how recent the high of the last {length} candles is, 100 is now",
    "chande_kroll.long": "the Chande Kroll stop of a long ({atr} candles, factor {mult}, {length} candles)",
    "chande_kroll.short": "the Chande Kroll stop of a short ({atr} candles, factor {mult}, {length} candles)",
    "chandelier.long": "the chandelier exit of a long ({mult} average true ranges below the high of {length} candles)",
    "chandelier.short": "the chandelier exit of a short ({mult} average true ranges above the low of {length} candles)",
    "dm.minus": "the {length}-candle downward movement (-DM)",
    "dm.plus": "the {length}-candle upward movement (+DM)",
    "dx": "the {length}-candle directional index (DX)",
    "er": "how straight {source} moved over {length} candles, from 0 to 1 (efficiency ratio)",
    "gator.lower": "the lower bars of the gator oscillator of {source} ({jaw}, {teeth} and {lips} candles)",
    "gator.upper": "the upper bars of the gator oscillator of {source} ({jaw}, {teeth} and {lips} candles)",
    "ichimoku.kijun": "the Ichimoku base line (kijun; {conversion}, {base}, {span})",
    "ichimoku.senkou_a": "the Ichimoku span A, unshifted ({conversion}, {base}, {span})",
    "ichimoku.senkou_b": "the Ichimoku span B, unshifted ({conversion}, {base}, {span})",
    "ichimoku.tenkan": "the Ichimoku conversion line (tenkan; {conversion}, {base}, {span})",
    "qstick": "the average of close less open over {length} candles (Qstick)",
    "sar": "the parabolic stop-and-reverse level (start {start}, step {increment}, at most {maximum})",
    "sar_ext.direction": "the direction of the parabolic stop-and-reverse as in TA-Lib, 1 up, -1 down (start {start},"
                         " step {increment}, at most {maximum}, offset {offset})",
    "sar_ext.sar": "the parabolic stop-and-reverse level as in TA-Lib (start {start}, step {increment}, at most "
                   "{maximum}, offset {offset})",
    "supertrend.direction": "the direction of the SuperTrend ({factor} true ranges of {length} candles)",
    "supertrend.down": "the upper SuperTrend line, of a downtrend ({factor} true ranges of {length} candles)",
    "supertrend.line": "the SuperTrend line ({factor} true ranges of {length} candles)",
    "supertrend.up": "the lower SuperTrend line, of an uptrend ({factor} true ranges of {length} candles)",
    "vhf": "the {length}-candle vertical horizontal filter of {source} (high in a trend)",
    "vortex.minus": "the downward vortex line ({length} candles)",
    "vortex.plus": "the upward vortex line ({length} candles)",
})  # fmt: skip
