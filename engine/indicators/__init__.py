"""Indicators and series functions: metadata for the language, kernels for the graph."""

from . import (
    averages,
    channels,
    events,
    flows,
    momentum,
    oscillators,
    patterns,
    ranges,
    series,
    statistics,
    talipp_candles,
    talipp_family,
    trend,
    volatility,
    volume,
)
from .catalogue import CATALOGUE, Indicator, entries

__all__ = [
    "CATALOGUE",
    "Indicator",
    "averages",
    "channels",
    "entries",
    "events",
    "flows",
    "momentum",
    "oscillators",
    "patterns",
    "ranges",
    "series",
    "statistics",
    "talipp_candles",
    "talipp_family",
    "trend",
    "volatility",
    "volume",
]
