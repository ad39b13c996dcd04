"""What each indicator's output is called in a sentence: `{length}` and its like are parameters, `{source}` an input.

Keys are `name`, or `name.output` where there are several outputs. A series is a noun ("the close"), a condition a
clause ("the candle is a hammer"). An indicator that is not listed is told by its title and the values it was given.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .phrases import (
    averages,
    candlesticks,
    channels,
    charts,
    cycles,
    momentum,
    pivots,
    regimes,
    series,
    statistics,
    trend,
    volatility,
    volume,
)

_FAMILIES = (
    averages, candlesticks, channels, charts, cycles, momentum, pivots, regimes, series, statistics, trend, volatility,
    volume,
)  # fmt: skip

PHRASES: Mapping[str, str] = MappingProxyType({
    key: phrase for family in _FAMILIES for key, phrase in family.PHRASES.items()
})  # fmt: skip
