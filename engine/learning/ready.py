"""Ready features: names for expressions of the language, all free of the price level."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

READY: Mapping[str, str] = MappingProxyType({
    "returns_1": "close / close[1] - 1",
    "returns_3": "close / close[3] - 1",
    "returns_5": "close / close[5] - 1",
    "returns_10": "close / close[10] - 1",
    "returns_20": "close / close[20] - 1",
    "returns_50": "close / close[50] - 1",
    "range_1": "(high - low) / close",
    "body_1": "(close - open) / close",
    "close_in_range": "(close - low) / (high - low)",
    "atr_14": "atr(14) / close",
    "volatility_20": "stdev(close, 20) / close",
    "volatility_ratio": "atr(5) / atr(50)",
    "from_ema_10": "close / ema(close, 10) - 1",
    "from_ema_50": "close / ema(close, 50) - 1",
    "from_ema_200": "close / ema(close, 200) - 1",
    "ema_20_50": "ema(close, 20) / ema(close, 50) - 1",
    "from_high_20": "close / highest(high, 20) - 1",
    "from_low_20": "close / lowest(low, 20) - 1",
    "zscore_20": "zscore(close, 20)",
    "zscore_100": "zscore(close, 100)",
    "rsi_14": "rsi(close, 14)",
    "rsi_2": "rsi(close, 2)",
    "macd_hist": "macd(close, 12, 26, 9).hist / close",
    "adx_14": "adx(14).adx",
    "bands_place": "(close - sma(close, 20)) / stdev(close, 20)",
    "volume_ratio": "volume / sma(volume, 20)",
    "volume_zscore": "zscore(volume, 50)",
    "hour": "time.hour",
    "weekday": "time.weekday",
})  # fmt: skip
"""Expression by name."""
