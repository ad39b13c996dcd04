"""Figures -> the words people read; what is undefined is a dash."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

NONE = "-"


def money(value: float | None, places: int, signed: bool = False) -> str:
    """1,234.50."""
    return NONE if value is None else f"{value:{'+' if signed else ''},.{places}f}"


def percent(fraction: float | None, signed: bool = False, places: int = 2) -> str:
    """0.1234 as 12.34 %."""
    return NONE if fraction is None else f"{fraction * 100:{'+' if signed else ''},.{places}f} %"


def ratio(value: float | None) -> str:
    return NONE if value is None else f"{value:,.2f}"


def price(value: float) -> str:
    """Six figures, however small or large."""
    return f"{value:,.2f}" if value >= 10_000 else f"{value:,.6g}"


def duration(hours: float | None) -> str:
    """The two largest units: 3 d 4 h, 2 h 15 min, 45 min."""
    if hours is None:
        return NONE
    minutes = round(hours * 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
    total = round(minutes / 60)
    return f"{total // 24:,} d {total % 24} h" if total < 30 * 24 and total % 24 else f"{round(total / 24):,} d"


def moment(iso_time: str) -> str:
    """2024-01-31T12:00:00Z as 2024-01-31 12:00 (a run's times are in UTC)."""
    return iso_time[:16].replace("T", " ")


def counted(count: int, noun: str, many: str | None = None) -> str:
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def when(time: int) -> str:
    """ms UTC as 2024-01-31 12:00."""
    return str(np.datetime64(time, "ms").astype("datetime64[m]")).replace("T", " ")


def listed(names: Sequence[str], most: int = 8) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def printable(text: str) -> str:
    """A name from a file without what would move the cursor or colour a terminal."""
    return "".join(char if char.isprintable() else "?" for char in text)
