"""Times without an offset: refused with the way out, or read as of the zone that is stated."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.columns import Mistakes
from stratrun.engine.market.local_times import check_zone
from stratrun.engine.market.times import read_times

from .conftest import SIX, Load, Rows, Write

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S.%f")


def times(values: list[object], zone: str | None) -> list[int]:
    mistakes = Mistakes("a.csv")
    read = read_times(pl.Series("time", values), mistakes, zone)
    mistakes.stop()
    assert read is not None
    return read.tolist()


def refused(values: list[object], zone: str | None) -> str:
    with pytest.raises(InputError) as told:
        times(values, zone)
    return f"{told.value.message}\n{told.value.help or ''}"


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2035, 1, 1)), st.sampled_from(ZONES), st.sampled_from(FORMS),
    st.booleans(),
)  # fmt: skip
def test_a_stated_zone_is_what_pythons_own_calendar_says(when: datetime, zone: str, form: str, text: bool) -> None:
    """Every local time that exists once is its instant, as text and as a date; any other one is refused."""
    when = when.replace(second=0, microsecond=0)
    early, late = (when.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    value = when.strftime(form) if text else when
    if early.utcoffset() == late.utcoffset():
        assert times([value], zone) == [round(early.timestamp() * 1000)]
    else:
        back = early.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert ("exists twice" if back == when else "does not exist") in refused([value], zone)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2035, 1, 1), timezones=st.just(ZoneInfo("UTC"))))
def test_an_offset_that_stands_there_counts(when: datetime) -> None:
    """The stated zone is of the times that say nothing: numbers and offsets mean what they say."""
    when = when.replace(microsecond=0)
    ms = round(when.timestamp() * 1000)
    assert times([ms], "Asia/Kolkata") == times([when], "Asia/Kolkata") == [ms]
    for offset in (timedelta(0), timedelta(hours=-5, minutes=-30)):
        local = (when + offset).strftime("%Y-%m-%d %H:%M:%S")
        sign = "Z" if not offset else "-05:30"
        assert times([f"{local}{sign}"], "Asia/Kolkata") == [ms]


@given(st.dates(datetime(1990, 1, 1).date(), datetime(2035, 1, 1).date()), st.sampled_from(ZONES), st.booleans())
def test_days_alone_begin_in_the_stated_zone(day: datetime, zone: str, text: bool) -> None:
    """A day without a time of day is midnight there."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    assume(midnight.utcoffset() == midnight.replace(fold=1).utcoffset())
    assert times([day.isoformat() if text else day], zone) == [round(midnight.timestamp() * 1000)]


def test_the_clocks_change_is_refused_with_its_row() -> None:
    """A local time that is missing or comes twice is named by row, zone and what to do."""
    night = [f"2024-03-31 0{hour}:00:00" for hour in (0, 1, 2, 3)]
    said = refused(night, "Europe/Berlin")
    assert "row 3, column time: 2024-03-31 02:00:00 does not exist in Europe/Berlin" in said
    assert "export the file in UTC" in said
    said = refused(["2024-10-27 01:00", "2024-10-27 02:00", "2024-10-27 02:00", "2024-10-27 03:00"], "Europe/Berlin")
    assert "row 2, column time: 2024-10-27 02:00:00 exists twice in Europe/Berlin" in said
    assert "(2 rows are like that)" in said


@pytest.mark.parametrize("value", ["2024-02-30 00:00:00", "31.01.2024 10:00", "tomorrow", "2024-01-01 25:00"])
def test_what_is_no_time_is_none_in_any_zone(value: str) -> None:
    """A stated zone makes no date of what is none, nor is an offset asked for that would not help."""
    for zone in (None, "UTC"):
        said = refused([value], zone)
        assert f"`{value}` is no time" in said
        assert "has no offset" not in said


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_no_offset_is_refused_with_the_way_out(ending: str, rows: Rows, write: Write, load: Load) -> None:
    """Whoever runs over such a file is told the command that reads it."""
    rows["time"] = [f"2024-01-01 0{k}:00:00" for k in range(6)]
    with pytest.raises(InputError, match="row 1, column time: `2024-01-01 00:00:00` has no offset") as told:
        load(write(rows, f"BTCUSDT-1h.{ending}"))
    assert "stratrun data import FILE --venue NAME --timezone UTC" in (told.value.help or "")


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "utc+1", "Europe", "../../etc/passwd", "\x00", "é" * 5000])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    """Nothing but a name of the IANA database is a zone."""
    with pytest.raises(InputError, match="is not a timezone") as told:
        check_zone(zone, "--timezone")
    assert "Europe/Berlin" in (told.value.help or "")
    assert len(told.value.message) < 100


@pytest.mark.parametrize("zone", ZONES)
def test_a_zone_is_one(zone: str) -> None:
    """Names of the database pass as they are."""
    assert check_zone(zone, "--timezone") == zone


def test_what_was_read_is_what_utc_says(rows: Rows, tmp_path: Path) -> None:
    """Stated as UTC, pandas' usual text is the same times as numbers are."""
    assert times([f"2024-01-01 0{k}:00:00" for k in range(6)], "UTC") == rows["time"]
    assert rows["time"][0] == SIX
