"""Windows in, whole candles of the strategy's timeframe out."""

from __future__ import annotations

from ...diagnostics.report import Report
from ...market.timeframe import Timeframe
from ..expression.words import MAX_HISTORY
from ..resolve.resolver import Resolver
from ..structure.part import Part

_LEAST = 2
"""Nothing varies over fewer candles."""


def candles_of(part: Part, key: str, timeframe: Timeframe, resolver: Resolver, report: Report) -> int | None:
    """How many whole candles the window at `key` holds; None where it is absent or wrong (which was reported)."""
    text = part.text(key)
    length = resolver.duration(text) if text is not None else None
    if text is None or length is None:
        return None
    candles = length.candles if length.candles is not None else (length.ms or 0) // timeframe.ms
    if _LEAST <= candles <= MAX_HISTORY:
        return candles
    message = f"`{text.value}` holds {candles:,} of the {timeframe} candles; a window needs {_LEAST} to {MAX_HISTORY:,}"
    help_ = "write a longer one" if candles < _LEAST else "write a shorter one, or use a slower timeframe"
    report.error("SR443", message, part.span(key), help_)
    return None
