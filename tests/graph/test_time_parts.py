"""`time.*` is the close instant as a wall clock shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from stratrun.engine.market.candles import Candles
from stratrun.engine.market.timeframe import Timeframe

from .bench import column

PARTS: dict[str, Callable[[datetime], int]] = {
    "hour": lambda t: t.hour,
    "minute": lambda t: t.minute,
    "weekday": datetime.isoweekday,
    "day": lambda t: t.day,
}
STRETCHES = {
    "daylight saving begins in Europe": "2024-03-30T20:00",
    "daylight saving ends in Europe": "2024-10-26T20:00",
    "daylight saving begins in America": "2024-03-09T22:00",
    "daylight saving ends in America": "2024-11-02T22:00",
    "a leap day": "2024-02-28T20:00",
    "no leap day": "2023-02-28T12:00",
    "a century's leap day": "2000-02-28T20:00",
    "a new year": "1999-12-31T12:00",
    "the first days": "1970-01-01T00:00",
}
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")


def stretch(start: str, timeframe: str = "15m", rows: int = 150) -> Candles:
    frame = Timeframe.parse(timeframe)
    begin = int(datetime.fromisoformat(start).replace(tzinfo=UTC).timestamp() * 1000)
    one = np.ones(rows)
    return Candles("A/USDT", frame, begin + frame.ms * np.arange(rows, dtype=np.int64), one, one, one, one, one)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("start", STRETCHES.values(), ids=STRETCHES)
def test_parts_are_datetimes(start: str, zone: str) -> None:
    """Hour, minute, weekday (Monday is 1) and day are those of the close in the strategy's zone."""
    own = stretch(start)
    closes = [datetime.fromtimestamp((t + own.timeframe.ms) / 1000, ZoneInfo(zone)) for t in own.time.tolist()]
    for part, of in PARTS.items():
        assert column(f"time.{part}", own, timezone=zone) == [of(t) for t in closes]
        assert column(f"time.{part}", own, timezone=zone, chunk=7) == [of(t) for t in closes]


@pytest.mark.parametrize("timeframe", ["1m", "5m", "1h", "4h", "1d", "1w"])
def test_parts_on_other_timeframes(timeframe: str) -> None:
    """The close of any timeframe's candle, over long stretches too."""
    own = stretch("2023-12-25T00:00", timeframe, 300)
    closes = [datetime.fromtimestamp((t + own.timeframe.ms) / 1000, UTC) for t in own.time.tolist()]
    for part, of in PARTS.items():
        assert column(f"time.{part}", own) == [of(t) for t in closes]


def test_the_last_candle_of_friday_is_saturdays() -> None:
    """The close instant counts, not the open: Friday's last hour closes on Saturday at 0."""
    own = stretch("2024-01-05T22:00", "1h", 3)
    assert column("time.weekday", own) == [5, 6, 6]
    assert column("time.hour", own) == [23, 0, 1]
