"""What the series functions and prices of a candle are called in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PHRASES: Mapping[str, str] = MappingProxyType({
    "abs": "the size, without its sign, of {source}",
    "avgprice": "the mean of open, high, low and close",
    "change": "the change of {source} over {length} candles",
    "count": "on how many of the last {length} candles {condition}",
    "cum": "the running total of {source} since the first candle",
    "gap": "the gap from the close before to the open",
    "heikin_ashi.close": "the Heikin-Ashi close",
    "heikin_ashi.high": "the Heikin-Ashi high",
    "heikin_ashi.low": "the Heikin-Ashi low",
    "heikin_ashi.open": "the Heikin-Ashi open",
    "highest": "the highest of {source} over the last {length} candles",
    "highestbars": "how many candles ago {source} was highest in the last {length}",
    "lowest": "the lowest of {source} over the last {length} candles",
    "lowestbars": "how many candles ago {source} was lowest in the last {length}",
    "max": "the larger of {a} and {b}",
    "medprice": "the middle of high and low",
    "min": "the smaller of {a} and {b}",
    "nz": "{source}, or {replacement} while it is unknown",
    "running_max": "the highest of {source} since the first candle",
    "running_min": "the lowest of {source} since the first candle",
    "since": "how many candles ago it was last so that {condition}",
    "sum": "the sum of {source} over the last {length} candles",
    "typprice": "the mean of high, low and close",
    "valuewhen": "{source} when it was so that {condition} (occurrence {occurrence}; 0 is the last)",
    "wclprice": "the mean of high, low and twice the close",
})  # fmt: skip
