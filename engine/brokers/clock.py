"""The time that orders and sessions live by: the machine's, or that of an event loop whose time is simulated."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    def now(self) -> int:
        """Ms UTC."""

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class LoopClock:
    """The running event loop's time, which began at `start` (ms UTC): simulated where the loop's is."""

    def __init__(self, start: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._start = start - self._loop.time() * 1_000

    def now(self) -> int:
        """Also in a thread that the loop waits for."""
        return int(self._start + self._loop.time() * 1_000)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
