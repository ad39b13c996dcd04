"""A clock that runs faster than the machine's, for real sockets in a hurry."""

from __future__ import annotations

import asyncio
import time


class SpeedClock:
    """`speed` times as fast as the machine's, from `start` (ms UTC) on."""

    def __init__(self, start: int, speed: float = 1.0) -> None:
        self._start, self._speed = start, speed
        self._begun = time.monotonic()

    def now(self) -> int:
        return self._start + int((time.monotonic() - self._begun) * 1_000 * self._speed)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._speed)


class HandClock:
    """Stands still until it is set."""

    def __init__(self, start: int = 0) -> None:
        self.time = start

    def now(self) -> int:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += int(seconds * 1_000)
        await asyncio.sleep(0)
