"""What each indicator's output is called in a sentence: `{length}` and its like are parameters, `{source}` an input.

Keys are `name`, or `name.output` where there are several outputs. An indicator that is not listed yet is told by its
title and the values it was given.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PHRASES: Mapping[str, str] = MappingProxyType({
    # averages
    "alma": "the {length}-candle Arnaud Legoux average of {source} (offset {offset}, sigma {sigma})",
    "dema": "the {length}-candle double exponential average of {source}",
    "ema": "the {length}-candle exponential average (EMA) of {source}",
    "hma": "the {length}-candle Hull average of {source}",
    "kama": "the {length}-candle Kaufman average of {source} (fast {fast}, slow {slow})",
    "mcginley": "the {length}-candle McGinley average of {source}",
    "rma": "the {length}-candle Wilder average of {source}",
    "sma": "the {length}-candle average (SMA) of {source}",
    "swma": "the symmetrically weighted average of the last 4 values of {source}",
    "t3": "the {length}-candle T3 average of {source} (factor {factor})",
    "tema": "the {length}-candle triple exponential average of {source}",
    "vwma": "the {length}-candle volume-weighted average of {source}",
    "wma": "the {length}-candle weighted average of {source}",
    "zlema": "the {length}-candle zero-lag exponential average of {source}",
    # series
    "abs": "the size, without its sign, of {source}",
    "change": "the change of {source} over {length} candles",
    "count": "on how many of the last {length} candles {condition}",
    "cum": "the running total of {source} since the first candle",
    "highest": "the highest of {source} over the last {length} candles",
    "highestbars": "how many candles ago {source} was highest in the last {length}",
    "lowest": "the lowest of {source} over the last {length} candles",
    "lowestbars": "how many candles ago {source} was lowest in the last {length}",
    "max": "the larger of {a} and {b}",
    "min": "the smaller of {a} and {b}",
    "nz": "{source}, or {replacement} while it is unknown",
    "running_max": "the highest of {source} since the first candle",
    "running_min": "the lowest of {source} since the first candle",
    "since": "how many candles ago it was last so that {condition}",
    "sum": "the sum of {source} over the last {length} candles",
    "valuewhen": "{source} at occurrence {occurrence} (0 is the last) of {condition}",
    # momentum
    "ao": "the awesome oscillator ({fast} and {slow} candles)",
    "bop": "the balance of power of the candle",
    "cci": "the {length}-candle commodity channel index (CCI) of {source}",
    "cmo": "the {length}-candle Chande momentum of {source}",
    "cog": "the {length}-candle centre of gravity of {source}",
    "coppock": "the Coppock curve of {source} ({wma}, {long} and {short} candles)",
    "dpo": "the {length}-candle detrended price of {source}",
    "ibs": "where in the candle's range it closed, from 0 (low) to 1 (high)",
    "kst.kst": "the KST of {source} (changes over {roc1}, {roc2}, {roc3}, {roc4}; averages of {sma1}, {sma2}, {sma3}, "
               "{sma4}; signal {signal})",
    "kst.signal": "the signal line of the KST of {source} (changes over {roc1}, {roc2}, {roc3}, {roc4}; averages of "
                  "{sma1}, {sma2}, {sma3}, {sma4}; signal {signal})",
    "macd.hist": "the MACD histogram of {source} ({fast}, {slow}, {signal})",
    "macd.macd": "the MACD line of {source} ({fast}, {slow}, {signal})",
    "macd.signal": "the MACD signal line of {source} ({fast}, {slow}, {signal})",
    "mom": "how far {source} moved in {length} candles",
    "ppo.hist": "the histogram of the percentage price oscillator of {source} ({fast}, {slow}, {signal})",
    "ppo.ppo": "the percentage price oscillator (PPO) of {source} ({fast}, {slow}, {signal})",
    "ppo.signal": "the signal line of the percentage price oscillator of {source} ({fast}, {slow}, {signal})",
    "roc": "the change of {source} over {length} candles in percent",
    "rsi": "the {length}-candle relative strength index (RSI) of {source}",
    "stoch.d": "the slow line (%D) of the {length}-candle stochastic (smoothed {smooth_k} and {smooth_d})",
    "stoch.k": "the {length}-candle stochastic (%K, smoothed {smooth_k}; %D {smooth_d})",
    "stoch_raw": "where {source} stands, from 0 to 100, in the {length}-candle range of {high} and {low}",
    "stoch_rsi.d": "the slow line (%D) of the {stoch_length}-candle stochastic of the {rsi_length}-candle RSI of "
                   "{source} (smoothed {smooth_k} and {smooth_d})",
    "stoch_rsi.k": "the {stoch_length}-candle stochastic of the {rsi_length}-candle RSI of {source} (smoothed "
                   "{smooth_k}; %D {smooth_d})",
    "trix": "the {length}-candle TRIX of {source}",
    "tsi": "the true strength index of {source} ({short} and {long} candles)",
    "uo": "the ultimate oscillator ({fast}, {mid} and {slow} candles)",
    "williams": "the {length}-candle Williams %R",
    # trend
    "adx.adx": "the strength of the trend (ADX, {length} candles, smoothed {smoothing})",
    "adx.minus": "the downward movement (-DI, {length} candles; ADX smoothed {smoothing})",
    "adx.plus": "the upward movement (+DI, {length} candles; ADX smoothed {smoothing})",
    "aroon.down": "Aroon down: how recent the low of the last {length} candles is, 100 is now",
    "aroon.osc": "Aroon up less Aroon down over {length} candles",
    "aroon.up": "Aroon up: how recent the high of the last {length} candles is, 100 is now",
    "chande_kroll.long": "the Chande Kroll stop of a long ({atr} candles, factor {mult}, {length} candles)",
    "chande_kroll.short": "the Chande Kroll stop of a short ({atr} candles, factor {mult}, {length} candles)",
    "ichimoku.kijun": "the Ichimoku base line (kijun; {conversion}, {base}, {span})",
    "ichimoku.senkou_a": "the Ichimoku span A, unshifted ({conversion}, {base}, {span})",
    "ichimoku.senkou_b": "the Ichimoku span B, unshifted ({conversion}, {base}, {span})",
    "ichimoku.tenkan": "the Ichimoku conversion line (tenkan; {conversion}, {base}, {span})",
    "sar": "the parabolic stop-and-reverse level (start {start}, step {increment}, at most {maximum})",
    "supertrend.direction": "the direction of the SuperTrend ({factor} true ranges of {length} candles)",
    "supertrend.down": "the upper SuperTrend line, of a downtrend ({factor} true ranges of {length} candles)",
    "supertrend.line": "the SuperTrend line ({factor} true ranges of {length} candles)",
    "supertrend.up": "the lower SuperTrend line, of an uptrend ({factor} true ranges of {length} candles)",
    "vortex.minus": "the downward vortex line ({length} candles)",
    "vortex.plus": "the upward vortex line ({length} candles)",
    # channels
    "bb.basis": "the middle of the Bollinger bands of {source} ({length} candles, {mult} deviations)",
    "bb.lower": "the lower Bollinger band of {source} ({length} candles, {mult} deviations)",
    "bb.percent": "where {source} stands between its Bollinger bands, 0 lower, 1 upper ({length} candles, {mult} "
                  "deviations)",
    "bb.upper": "the upper Bollinger band of {source} ({length} candles, {mult} deviations)",
    "bb.width": "the width of the Bollinger bands of {source} in percent ({length} candles, {mult} deviations)",
    "donchian.basis": "the middle between the highest high and the lowest low of {length} candles",
    "donchian.lower": "the lowest low of the last {length} candles",
    "donchian.upper": "the highest high of the last {length} candles",
    "keltner.basis": "the middle of the Keltner channel of {source} ({length} candles, {mult} ranges, true range "
                     "{true_range})",
    "keltner.lower": "the lower Keltner line of {source} ({length} candles, {mult} ranges, true range {true_range})",
    "keltner.upper": "the upper Keltner line of {source} ({length} candles, {mult} ranges, true range {true_range})",
    "keltner.width": "the width of the Keltner channel of {source} ({length} candles, {mult} ranges, true range "
                     "{true_range})",
    # volatility
    "atr": "the {length}-candle average true range (ATR)",
    "chop": "the {length}-candle choppiness index",
    "mass_index": "the mass index ({length} candles, averages of {ema})",
    "natr": "the {length}-candle average true range in percent of the close",
    "rogers_satchell": "the {length}-candle Rogers-Satchell volatility",
    "tr": "the true range of the candle (from the first candle on: {from_start})",
    "ttm.hist": "the histogram of the TTM squeeze ({length} candles, bands {bb_mult}, channel {kc_mult})",
    "ttm.squeeze": "whether the TTM squeeze is on ({length} candles, bands {bb_mult}, channel {kc_mult})",
    # statistics
    "correlation": "the correlation of {a} with {b} over {length} candles",
    "dev": "the mean distance of {source} from its {length}-candle average",
    "linreg": "the {length}-candle regression line of {source} (offset {offset})",
    "linreg_slope": "the slope of the {length}-candle regression line of {source}",
    "median": "the median of {source} over {length} candles",
    "mode": "the commonest value of {source} over {length} candles",
    "percentile": "the value that {percent} % of the last {length} values of {source} are below",
    "percentile_nearest": "the value, nearest rank, that {percent} % of the last {length} values of {source} are below",
    "percentrank": "the share, in percent, of the last {length} values of {source} that are below it",
    "stdev": "the standard deviation of {source} over {length} candles",
    "variance": "the variance of {source} over {length} candles",
    "zscore": "how many deviations {source} is from its {length}-candle average",
    # volume
    "accu_dist": "the accumulation/distribution line",
    "chaikin_osc": "the Chaikin oscillator ({fast} and {slow} candles)",
    "cmf": "the {length}-candle Chaikin money flow",
    "emv": "the {length}-candle ease of movement (divisor {divisor})",
    "force_index": "the {length}-candle force index",
    "kvo": "the Klinger volume oscillator ({fast} and {slow} candles)",
    "mfi": "the {length}-candle money flow index (MFI) of {source}",
    "nvi": "the negative volume index of {source}",
    "obv": "the on-balance volume of {source}",
    "pvi": "the positive volume index of {source}",
    "pvt": "the price-volume trend of {source}",
    "vwap": "the volume-weighted average (VWAP) of {source} since its {hours}-hour session began (offset {offset} h)",
    "vwap_bands.basis": "the volume-weighted average of {source} since its {hours}-hour session began (offset {offset} "
                        "h; bands {mult})",
    "vwap_bands.lower": "the lower band, {mult} deviations, around the volume-weighted average of {source} since its "
                        "{hours}-hour session began (offset {offset} h)",
    "vwap_bands.upper": "the upper band, {mult} deviations, around the volume-weighted average of {source} since its "
                        "{hours}-hour session began (offset {offset} h)",
    "wad": "Williams' accumulation/distribution line",
    "wvad": "Williams' variable accumulation/distribution line",
})  # fmt: skip
