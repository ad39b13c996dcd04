"""What the measures of momentum and oscillators are called in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PHRASES: Mapping[str, str] = MappingProxyType({
    "ac": "the accelerator oscillator of {source} ({fast} and {slow} candles, less its average of {signal})",
    "ao": "the awesome oscillator ({fast} and {slow} candles)",
    "apo": "the {fast}-candle less the {slow}-candle exponential average of {source}",
    "bias": "the distance of {source} from its {length}-candle average, relative to it",
    "bop": "the balance of power of the candle",
    "cci": "the {length}-candle commodity channel index (CCI) of {source}",
    "cfo": "how far, in percent, {source} is from its {length}-candle regression line (Chande's forecast oscillator)",
    "cmo": "the {length}-candle Chande momentum of {source}",
    "cmo_wilder": "the {length}-candle Chande momentum of {source} by Wilder averages",
    "cog": "the {length}-candle centre of gravity of {source}",
    "connors_rsi": "the Connors RSI of {source} (RSI {rsi}, streak {streak}, rank {rank} candles)",
    "coppock": "the Coppock curve of {source} ({wma}, {long} and {short} candles)",
    "cyber_cycle": "the cyber cycle of {source} (alpha {alpha})",
    "dpo": "the {length}-candle detrended price of {source}",
    "dpo_shifted": "the {length}-candle detrended price of the past {source}",
    "elder_ray.bear": "how far the low is above the {length}-candle exponential average of the close (Elder's bear "
                      "power)",
    "elder_ray.bull": "how far the high is above the {length}-candle exponential average of the close (Elder's bull "
                      "power)",
    "fisher.fisher": "the {length}-candle Fisher transform of {source}",
    "fisher.trigger": "the {length}-candle Fisher transform of {source} one candle before (its trigger line)",
    "fosc": "how far, in percent, {source} is from what its {length}-candle regression line foretold (forecast "
            "oscillator)",
    "highpass": "the cycles of {source} shorter than {length} candles (high-pass filter)",
    "ibs": "where in the candle's range it closed, from 0 (low) to 1 (high)",
    "imi": "the {length}-candle intraday momentum index",
    "kdj.d": "the D line of the {length}-candle KDJ stochastic (smoothed {smooth_k} and {smooth_d})",
    "kdj.j": "the J line of the {length}-candle KDJ stochastic (smoothed {smooth_k} and {smooth_d})",
    "kdj.k": "the K line of the {length}-candle KDJ stochastic (smoothed {smooth_k}; D {smooth_d})",
    "kst.kst": "the KST of {source} (changes over {roc1}, {roc2}, {roc3}, {roc4}; averages of {sma1}, {sma2}, {sma3},"
               " {sma4}; signal {signal})",
    "kst.signal": "the signal line of the KST of {source} (changes over {roc1}, {roc2}, {roc3}, {roc4}; averages of "
                  "{sma1}, {sma2}, {sma3}, {sma4}; signal {signal})",
    "laguerre_rsi": "the Laguerre RSI of {source} (gamma {gamma})",
    "macd.hist": "the MACD histogram of {source} ({fast}, {slow}, {signal})",
    "macd.macd": "the MACD line of {source} ({fast}, {slow}, {signal})",
    "macd.signal": "the MACD signal line of {source} ({fast}, {slow}, {signal})",
    "macd_sma.hist": "the histogram of the MACD by simple averages of {source} ({fast}, {slow}, {signal})",
    "macd_sma.macd": "the MACD line by simple averages of {source} ({fast}, {slow}, {signal})",
    "macd_sma.signal": "the signal line of the MACD by simple averages of {source} ({fast}, {slow}, {signal})",
    "mfi": "the {length}-candle money flow index (MFI) of {source}",
    "mom": "how far {source} moved in {length} candles",
    "pmo.pmo": "the price momentum oscillator (PMO) of {source} (smoothed {first} and {second}; signal {signal})",
    "pmo.signal": "the signal line of the price momentum oscillator of {source} (smoothed {first} and {second}; "
                  "signal {signal})",
    "ppo.hist": "the histogram of the percentage price oscillator of {source} ({fast}, {slow}, {signal})",
    "ppo.ppo": "the percentage price oscillator (PPO) of {source} ({fast}, {slow}, {signal})",
    "ppo.signal": "the signal line of the percentage price oscillator of {source} ({fast}, {slow}, {signal})",
    "psl": "the share, in percent, of the last {length} candles on which {source} rose (psychological line)",
    "roc": "the change of {source} over {length} candles in percent",
    "rocp": "the change of {source} over {length} candles as a share",
    "rocr": "{scale} times {source} divided by {source} {length} candles before",
    "roofing": "the cycles of {source} between {fast} and {slow} candles (roofing filter)",
    "rsi": "the {length}-candle relative strength index (RSI) of {source}",
    "rvgi.rvgi": "the {length}-candle relative vigor index",
    "rvgi.signal": "the signal line of the {length}-candle relative vigor index",
    "smi.signal": "the signal line of the {length}-candle stochastic momentum index (smoothed {first} and {second}; "
                  "signal {signal})",
    "smi.smi": "the {length}-candle stochastic momentum index (smoothed {first} and {second}; signal {signal})",
    "smi_ergodic.osc": "the SMI ergodic oscillator of {source} ({long} and {short} candles, signal {signal})",
    "smi_ergodic.signal": "the signal line of the SMI ergodic indicator of {source} ({long} and {short} candles, "
                          "signal {signal})",
    "smi_ergodic.smi": "the SMI ergodic indicator of {source} ({long} and {short} candles, signal {signal})",
    "stc": "the {length}-candle Schaff trend cycle of {source} (averages of {fast} and {slow} candles, smoothing "
           "{factor})",
    "stoch.d": "the slow line (%D) of the {length}-candle stochastic (smoothed {smooth_k} and {smooth_d})",
    "stoch.k": "the {length}-candle stochastic (%K, smoothed {smooth_k}; %D {smooth_d})",
    "stoch_raw": "where {source} stands, from 0 to 100, in the {length}-candle range of {high} and {low}",
    "stoch_rsi.d": "the slow line (%D) of the {stoch_length}-candle stochastic of the {rsi_length}-candle RSI of "
                   "{source} (smoothed {smooth_k} and {smooth_d})",
    "stoch_rsi.k": "the {stoch_length}-candle stochastic of the {rsi_length}-candle RSI of {source} (smoothed "
                   "{smooth_k}; %D {smooth_d})",
    "trix": "the {length}-candle TRIX of {source}",
    "trix_percent": "the change, in percent, of the triple {length}-candle exponential average of {source} (TRIX)",
    "tsi": "the true strength index of {source} ({short} and {long} candles)",
    "uo": "the ultimate oscillator ({fast}, {mid} and {slow} candles)",
    "williams": "the {length}-candle Williams %R",
})  # fmt: skip
