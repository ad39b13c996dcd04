"""Timeframes: how long a candle lasts and where its boundaries lie (UTC; weeks from Monday)."""

from __future__ import annotations

import re
from dataclasses import dataclass

UNITS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
MONDAY = 4 * UNITS["d"]
"""The first Monday after 1970-01-01 (a Thursday), where week candles are anchored."""

_PATTERN = re.compile(r"([1-9][0-9]{0,3})([mhdw])")


@dataclass(frozen=True, slots=True)
class Timeframe:
    """A candle length; `ms` milliseconds, boundaries at `anchor + k * ms` since the epoch."""

    name: str
    ms: int
    anchor: int

    @classmethod
    def parse(cls, text: str) -> Timeframe:
        """Read `15m`, `1h`, `4h`, `1d`, `1w`. Raises ValueError for anything else."""
        match = _PATTERN.fullmatch(text)
        if not match:
            raise ValueError(f"`{text}` is not a timeframe; write a number and m, h, d or w, such as 15m or 4h")
        count, unit = int(match[1]), match[2]
        return cls(text, count * UNITS[unit], MONDAY if unit == "w" else 0)

    def floor(self, time: int) -> int:
        """The open time of the candle that holds `time` (ms)."""
        return time - (time - self.anchor) % self.ms

    def is_multiple_of(self, other: Timeframe) -> bool:
        """Whether candles of `other` add up to whole candles of this timeframe."""
        return self.ms % other.ms == 0 and (self.anchor - other.anchor) % other.ms == 0

    def __str__(self) -> str:
        return self.name
