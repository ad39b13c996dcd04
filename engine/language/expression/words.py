"""The language's fixed words, in one place: keywords, candle fields, `time.*` and `position.*`."""

from __future__ import annotations

from ..term import Dimension

KEYWORDS = (
    "and", "or", "not", "for", "within", "candle", "candles", "crosses", "above", "below", "is", "rising", "falling",
)  # fmt: skip
"""Reserved everywhere in an expression except after a dot."""

CANDLE_FIELDS = {
    "open": Dimension.PRICE,
    "high": Dimension.PRICE,
    "low": Dimension.PRICE,
    "close": Dimension.PRICE,
    "volume": Dimension.VOLUME,
    "hl2": Dimension.PRICE,
    "hlc3": Dimension.PRICE,
    "ohlc4": Dimension.PRICE,
}
TIME = "time"
TIME_PARTS = ("hour", "minute", "weekday", "day")
POSITION = "position"
POSITION_PARTS = {
    "profit": Dimension.RATIO,
    "candles": Dimension.COUNT,
    "entry_price": Dimension.PRICE,
    "best": Dimension.PRICE,
}

RESERVED = frozenset((*KEYWORDS, *CANDLE_FIELDS, TIME, POSITION))
"""What no feed, param or definition may be called."""

MAX_LENGTH = 4_000
MAX_DEPTH = 32
MAX_NODES = 2_000
MAX_HISTORY = 5_000
"""The furthest candle `[n]`, `lag`, `for` and `within` may look back at."""
