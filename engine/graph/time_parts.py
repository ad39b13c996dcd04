"""`time.hour`, `time.minute`, `time.weekday`, `time.day`: the close instant's parts, in UTC or a named zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ..kernel import Column, kernel

_QUARTER = 900_000
"""Offsets of time zones change on quarters of an hour only."""


@kernel
def day_of_month(days: int) -> int:
    """The day of the month of a day counted from 1970-01-01, in the proleptic Gregorian calendar."""
    shifted = days + 719_468
    era_day = shifted % 146_097
    year = (era_day - era_day // 1_460 + era_day // 36_524 - era_day // 146_096) // 365
    year_day = era_day - (365 * year + year // 4 - year // 100)
    month = (5 * year_day + 2) // 153
    return year_day - (153 * month + 2) // 5 + 1


@kernel
def month_count(days: int) -> int:
    """The number of the month that a day counted from 1970-01-01 lies in, counted from January 1970."""
    shifted = days + 719_468
    era = shifted // 146_097
    era_day = shifted - era * 146_097
    year = (era_day - era_day // 1_460 + era_day // 36_524 - era_day // 146_096) // 365
    year_day = era_day - (365 * year + year // 4 - year // 100)
    march = (5 * year_day + 2) // 153
    return (era * 400 + year - 1970) * 12 + march + 2


@kernel
def hour(time: Column, out: Column, ms: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = (time[i] + ms) // 3_600_000 % 24


@kernel
def minute(time: Column, out: Column, ms: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = (time[i] + ms) // 60_000 % 60


@kernel
def weekday(time: Column, out: Column, ms: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = ((time[i] + ms) // 86_400_000 + 3) % 7 + 1


@kernel
def day(time: Column, out: Column, ms: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = day_of_month((time[i] + ms) // 86_400_000)


@kernel
def days(time: Column, out: Column, ms: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = (time[i] + ms) // 86_400_000


@kernel
def weeks(time: Column, out: Column, ms: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = ((time[i] + ms) // 86_400_000 + 3) // 7


@kernel
def months(time: Column, out: Column, ms: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = month_count((time[i] + ms) // 86_400_000)


@kernel
def quarters(time: Column, out: Column, ms: int, state: Column, lo: int, hi: int) -> None:
    for i in range(lo, hi):
        out[i] = month_count((time[i] + ms) // 86_400_000) // 3


TIME_PARTS: dict[str, Callable[..., None]] = {
    "hour": hour, "minute": minute, "weekday": weekday, "day": day,
    "days": days, "weeks": weeks, "months": months, "quarters": quarters,
}  # fmt: skip
"""What an author may ask of the close, then the numbers of its periods since 1970 (weeks begin on Monday)."""


class ZonedPart:
    """A part of the close instant in a time zone, by the same kernels on the zone's wall clock."""

    def __init__(self, part: str, zone: str, ms: int) -> None:
        self.stateless = True
        self._kernel = TIME_PARTS[part]
        self._zone = ZoneInfo(zone)
        self._ms = ms
        self._last = (-1, 0)

    def _offset(self, quarter: int) -> int:
        if quarter != self._last[0]:
            instant = datetime.fromtimestamp(quarter * _QUARTER // 1000, UTC).astimezone(self._zone)
            shift = instant.utcoffset()
            self._last = (quarter, int(shift.total_seconds() * 1000) if shift else 0)
        return self._last[1]

    def extend(self, inputs: tuple[Column, ...], outputs: tuple[Column, ...], lo: int, hi: int) -> None:
        (time,), (out,) = inputs, outputs
        wall, value = [0], [0.0]
        for i in range(lo, hi):
            wall[0] = time[i] + self._offset((time[i] + self._ms) // _QUARTER)
            self._kernel(wall, value, self._ms, value, 0, 1)
            out[i] = value[0]


def zoned_part(part: str, zone: str, ms: int) -> Callable[[], Any]:
    return lambda: ZonedPart(part, zone, ms)
