"""The candles that a session saw, from the ledger, as columns."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from ...ledger.events_session import Candle, CandlesSeen
from ...ledger.reader import Reader
from ...market.candles import Candles
from ...market.timeframe import Timeframe


def candles_seen(reader: Reader, session: str, timeframe: Timeframe) -> dict[str, Candles]:
    """By symbol, in order of time, each candle once; those that came before the session decided included."""
    found: defaultdict[str, dict[int, Candle]] = defaultdict(dict)
    for entry in reader.entries(session_id=session, kinds={"candles_seen"}):
        if isinstance(entry.event, CandlesSeen):
            found[entry.event.symbol].update((one.time, one) for one in entry.event.candles)
    return {symbol: as_columns(symbol, timeframe, rows) for symbol, rows in found.items()}


def as_columns(symbol: str, timeframe: Timeframe, rows: dict[int, Candle]) -> Candles:
    ordered = [rows[time] for time in sorted(rows)]
    columns = [
        np.array([float(getattr(one, name)) for one in ordered], np.float64)
        for name in ("open", "high", "low", "close", "volume")
    ]
    return Candles(symbol, timeframe, np.array([one.time for one in ordered], np.int64), *columns)
