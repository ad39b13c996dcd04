"""Indicators and series functions: metadata for the language, kernels for the graph."""

from . import averages, channels, events, momentum, ranges, series, statistics, trend, volatility, volume
from .catalogue import CATALOGUE, Indicator, entries

__all__ = [
    "CATALOGUE",
    "Indicator",
    "averages",
    "channels",
    "entries",
    "events",
    "momentum",
    "ranges",
    "series",
    "statistics",
    "trend",
    "volatility",
    "volume",
]
