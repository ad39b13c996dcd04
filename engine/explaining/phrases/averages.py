"""What the moving averages and other smoothed lines are called in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PHRASES: Mapping[str, str] = MappingProxyType({
    "alma": "the {length}-candle Arnaud Legoux average of {source} (offset {offset}, sigma {sigma})",
    "decycler": "{source} without its cycles shorter than {length} candles (decycler)",
    "dema": "the {length}-candle double exponential average of {source}",
    "ema": "the {length}-candle exponential average (EMA) of {source}",
    "evwma": "the {length}-candle elastic volume-weighted average of {source}",
    "ewma": "the exponential average of {source} in which the newest value weighs {alpha}",
    "frama": "the {length}-candle fractal adaptive average (FRAMA) of the middle of high and low",
    "fwma": "the {length}-candle Fibonacci-weighted average of {source}",
    "hma": "the {length}-candle Hull average of {source}",
    "itrend.itrend": "the instantaneous trendline of {source} (alpha {alpha})",
    "itrend.trigger": "the trigger line of the instantaneous trendline of {source} (alpha {alpha})",
    "kama": "the {length}-candle Kaufman average of {source} (fast {fast}, slow {slow})",
    "laguerre": "the Laguerre filter of {source} (gamma {gamma})",
    "mcginley": "the {length}-candle McGinley average of {source}",
    "midpoint": "the middle between the highest and the lowest of {source} over {length} candles",
    "midprice": "the middle between the highest high and the lowest low of {length} candles",
    "rma": "the {length}-candle Wilder average of {source}",
    "sinwma": "the {length}-candle sine-weighted average of {source}",
    "sma": "the {length}-candle average (SMA) of {source}",
    "supersmoother": "the {length}-candle super smoother of {source}",
    "swma": "the symmetrically weighted average of the last 4 values of {source}",
    "t3": "the {length}-candle T3 average of {source} (factor {factor})",
    "tema": "the {length}-candle triple exponential average of {source}",
    "trima": "the {length}-candle triangular average of {source}",
    "vidya": "the {length}-candle variable index dynamic average (VIDYA) of {source} (Chande momentum of {cmo} "
             "candles)",
    "vwma": "the {length}-candle volume-weighted average of {source}",
    "wma": "the {length}-candle weighted average of {source}",
    "zlema": "the {length}-candle zero-lag exponential average of {source}",
})  # fmt: skip
