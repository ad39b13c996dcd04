"""One budget of requests for an account: what a call weighs in, a wait or a refusal out.

Two token buckets: all calls draw from the common one; what protects (cancels, stops, reductions) may draw from a
reserve, too, that nothing else touches. A venue that says "too many" silences everything for as long as it asks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum

from .outcome import NotSentError

_FIRST_BACK_OFF, _LONGEST_BACK_OFF = 1.0, 120.0


class Urgency(Enum):
    """What a call is for, with the seconds it waits for its turn."""

    READ = 20.0
    SEND = 2.0
    PROTECT = 10.0


_urgency: ContextVar[Urgency] = ContextVar("urgency", default=Urgency.READ)


@contextmanager
def urgency(value: Urgency) -> Iterator[None]:
    """Calls inside the block are of this urgency."""
    token = _urgency.set(value)
    try:
        yield
    finally:
        _urgency.reset(token)


class Budget:
    """`rate` in weight a second, `burst` the most that may be spent at once; `reserve` is the part kept for protection.

    Time is the running event loop's, so that a simulated loop simulates it.
    """

    def __init__(self, rate: float, burst: float, reserve: float = 0.2) -> None:
        if rate <= 0 or burst <= 0 or not 0 <= reserve < 1:
            raise ValueError("a budget needs a rate and a burst above zero and a reserve from 0 to below 1")
        self._common = _Bucket(rate * (1 - reserve), burst * (1 - reserve))
        self._reserve = _Bucket(rate * reserve, burst * reserve) if reserve else self._common
        self._silent_until = 0.0
        self._back_off = _FIRST_BACK_OFF

    async def take(self, cost: float) -> None:
        """Wait for the turn of a call. Raises NotSentError where that would take longer than its urgency allows."""
        clock = asyncio.get_running_loop().time
        level = _urgency.get()
        silence = self._silent_until - clock()
        if silence > level.value:
            raise NotSentError(f"the venue asked for silence for another {silence:.1f} s")
        bucket = self._common
        if level is Urgency.PROTECT and bucket.wait(cost, clock()) > self._reserve.wait(cost, clock()):
            bucket = self._reserve
        owed = bucket.wait(cost, clock()) if cost > 0 else 0.0  # what is not counted waits for nothing that is
        wait = max(owed, silence, 0.0)
        if wait > level.value:
            raise NotSentError(f"our own limit of requests is used up for another {wait:.1f} s")
        bucket.spend(cost, clock())
        if wait > 0:
            try:
                await asyncio.sleep(wait)
            except asyncio.CancelledError:
                bucket.give_back(cost)
                raise

    def back_off(self, seconds: float | None = None) -> float:
        """The venue refused for too many requests: be silent for what it asks, or for longer each time. Returns s."""
        wait = self._back_off if seconds is None else max(seconds, 0.0)
        self._back_off = min(self._back_off * 2, _LONGEST_BACK_OFF)
        self._silent_until = max(self._silent_until, asyncio.get_running_loop().time() + wait)
        return wait

    def answered(self) -> None:
        """A call went through: the next back-off starts small again."""
        self._back_off = _FIRST_BACK_OFF


class _Bucket:
    """Tokens that may go below zero: whoever takes then waits until they would have grown back, in order of asking."""

    __slots__ = ("_at", "_burst", "_level", "_rate")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst, self._level = rate, burst, burst
        self._at: float | None = None

    def wait(self, cost: float, now: float) -> float:
        """Seconds until `cost` is there."""
        self._refill(now)
        return max(0.0, (min(cost, self._burst) - self._level) / self._rate)

    def spend(self, cost: float, now: float) -> None:
        self._refill(now)
        self._level -= cost

    def give_back(self, cost: float) -> None:
        self._level = min(self._burst, self._level + cost)

    def _refill(self, now: float) -> None:
        grown = 0.0 if self._at is None else max(0.0, now - self._at) * self._rate
        self._level, self._at = min(self._burst, self._level + grown), now
