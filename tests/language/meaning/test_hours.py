"""Trading hours: which closes lie inside them, by another reading of the same words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.language.document import loads
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.research.evaluate import evaluate_terms

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STARTS = ("2024-03-28T21:00", "2024-10-24T20:00", "2024-06-06T00:00", "2024-11-01T22:00")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")
HEAD = """stratrun: 2
name: Hours
symbols: [A/USDT]
timeframe: 30m
long: {enter: close > open, exit: {time: 3 candles}}
size: {equity: 10%}
"""


def week(start: str, rows: int = 330) -> Candles:
    frame = Timeframe.parse("30m")
    begin = int(datetime.fromisoformat(start).replace(tzinfo=UTC).timestamp() * 1000)
    price = np.ones(rows)
    return Candles("A/USDT", frame, begin + frame.ms * np.arange(rows), price, price, price, price, price)


def inside(entries: list[str], zone: str, own: Candles) -> list[bool]:
    text = HEAD + f"schedule: {{timezone: {zone}, entries: {entries}}}\n"
    term = loads(text).schedule
    assert term is not None
    return [bool(v) for v in evaluate_terms({"x": term}, own, machine_code=False).columns["x"]]


def oracle(days: set[int], begin: int, end: int, zone: str, close: datetime) -> bool:
    """Walks back from the close to the midnights of today and yesterday: do hours that began there hold it?"""
    local = close.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    for back in (0, 1):
        midnight = datetime(local.year, local.month, local.day) - timedelta(days=back)
        length = (end - begin) % 1440 or 1440
        opens = midnight + timedelta(minutes=begin)
        if midnight.weekday() in days and opens <= local < opens + timedelta(minutes=length):
            return True
    return False


minutes = st.integers(0, 47).map(lambda k: 30 * k)


@given(
    st.integers(0, 6),
    st.integers(0, 6),
    minutes,
    minutes,
    st.sampled_from(ZONES),
    st.sampled_from(STARTS),
    st.booleans(),
)
def test_hours_hold_what_a_calendar_says(
    first: int, last: int, begin: int, end: int, zone: str, start: str, ranged: bool
) -> None:
    """Weekday ranges wrap, hours wrap midnight, and both follow the clock on the wall through a change of time."""
    if begin == end:
        end = 1440 if begin == 0 else (end + 30) % 1440
    days = {(first + k) % 7 for k in range((last - first) % 7 + 1)} if ranged else {first, last}
    words = f"{DAYS[first]}-{DAYS[last]}" if ranged else f"{DAYS[first]}, {DAYS[last].upper()}"
    entry = f"{words} {begin // 60:02}:{begin % 60:02}-{end // 60:02}:{end % 60:02}"
    own = week(start)
    closes = [datetime.fromtimestamp((int(t) + own.timeframe.ms) / 1000, UTC) for t in own.time]
    assert inside([entry], zone, own) == [oracle(days, begin, end, zone, close) for close in closes]


def test_the_close_at_the_end_is_outside() -> None:
    """The hours hold their first minute and not their last: a close at 22:00 is after `06:00-22:00`."""
    own = week("2024-06-06T00:00", 48)
    found = inside(["06:00-22:00"], "UTC", own)
    closes = [(int(t) + own.timeframe.ms) // 60_000 % 1440 for t in own.time]
    assert [c for c, held in zip(closes, found, strict=True) if held] == list(range(360, 1320, 30))


def test_the_whole_day_is_every_close() -> None:
    """`00:00-24:00` holds every close; several entries are joined."""
    own = week("2024-06-06T00:00", 96)
    assert all(inside(["00:00-24:00"], "Europe/Berlin", own))
    assert all(inside(["mon-sun 00:00-12:00", "sun-sat 12:00-24:00"], "UTC", own))


@pytest.mark.parametrize(
    "entry", ["6:00-22:00", "MON-fri 06:00 - 22:00", " mon , tue-wed 06:00-22:00 ", "sat,sun 22:00-00:00"]
)
def test_small_freedoms(entry: str) -> None:
    """One digit of an hour, blanks and capitals are read."""
    assert any(inside([entry], "UTC", week("2024-06-06T00:00")))
