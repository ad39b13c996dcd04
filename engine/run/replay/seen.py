"""The candles that a session saw, from the ledger, as columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np

from ...ledger.events_session import Candle, CandlesSeen
from ...ledger.reader import Reader
from ...market.candles import Candles
from ...market.timeframe import Timeframe
from .differing import Difference, Kind

_COLUMNS = ("open", "high", "low", "close", "volume")


def candles_seen(reader: Reader, session: str, timeframe: Timeframe) -> dict[str, Candles]:
    """By symbol, in order of time, each candle once; those that came before the session decided included."""
    found: defaultdict[str, dict[int, Candle]] = defaultdict(dict)
    for entry in reader.entries(session_id=session, kinds={"candles_seen"}):
        if isinstance(entry.event, CandlesSeen):
            found[entry.event.symbol].update((one.time, one) for one in entry.event.candles)
    return {symbol: as_columns(symbol, timeframe, rows) for symbol, rows in found.items()}


def as_columns(symbol: str, timeframe: Timeframe, rows: dict[int, Candle]) -> Candles:
    ordered = [rows[time] for time in sorted(rows)]
    columns = [np.array([float(getattr(one, name)) for one in ordered], np.float64) for name in _COLUMNS]
    return Candles(symbol, timeframe, np.array([one.time for one in ordered], np.int64), *columns)


def unlike(strategy: str, seen: Mapping[str, Candles], given: Mapping[str, Candles]) -> Iterator[Difference]:
    """Candles that are others elsewhere (in files, in a store), and those missing among the ones that were seen."""
    for symbol in [symbol for symbol in seen if symbol in given]:
        ours, theirs = seen[symbol], given[symbol]
        if not len(ours):
            continue
        rows = {int(time): k for k, time in enumerate(ours.time)}
        first, last = np.searchsorted(theirs.time, [ours.time[0], ours.time[-1] + 1]).tolist()
        for k in range(first, last):
            time = int(theirs.time[k])
            was = _words(ours, rows[time]) if time in rows else None
            is_ = _words(theirs, k)
            if was != is_:
                yield Difference(Kind.CANDLE, strategy, symbol, time, 0, was, is_)


def _words(candles: Candles, k: int) -> str:
    return ", ".join(f"{name} {float(getattr(candles, name)[k]):.15g}" for name in _COLUMNS)
