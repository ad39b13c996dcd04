"""An event loop without waiting: when nothing is ready, its time jumps to the next timer. Years pass in seconds, and
equal programs take equal turns. It has no sockets, threads or signals to wait for."""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from ..brokers.clock import LoopClock

T = TypeVar("T")


class DeadlockError(RuntimeError):
    """Everything waits and no timer is set."""


RESOLUTION = 1e-6
"""Seconds that count as the same moment: far from 0, less would be lost in rounding, and time would stand."""
SLICE = 0.01
"""Seconds of the machine's that a patient loop waits at once."""


class _Selector(selectors.BaseSelector):
    """Where asyncio would wait for sockets: time passes instead."""

    def __init__(self) -> None:
        self.time = 0.0
        self._keys: dict[Any, selectors.SelectorKey] = {}

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise DeadlockError("every task waits, and nothing is due at any time")
        self.time += max(timeout, 0.0)
        return []

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        key = selectors.SelectorKey(fileobj, fileobj if isinstance(fileobj, int) else fileobj.fileno(), events, data)
        self._keys[fileobj] = key
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._keys.pop(fileobj)

    def get_map(self) -> Any:
        return self._keys


class VirtualLoop(asyncio.SelectorEventLoop):
    """Its `time()` is simulated and begins at 0."""

    def __init__(self) -> None:
        self._simulated = _Selector()
        super().__init__(self._simulated)
        self._clock_resolution = RESOLUTION

    def time(self) -> float:
        return self._simulated.time

    def skip(self, seconds: float) -> None:
        """Time passes while nothing runs."""
        self._simulated.time += seconds


class SpeedLoop(asyncio.SelectorEventLoop):
    """Its time runs `speed` times as fast as the machine's, with real sockets: every timeout and timer is shortened."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        super().__init__(_Hasty(speed))

    def time(self) -> float:
        return super().time() * self._speed


class _Hasty(selectors.DefaultSelector):
    def __init__(self, speed: float) -> None:
        super().__init__()
        self._speed = speed

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(None if timeout is None else timeout / self._speed)


class PatientLoop(asyncio.SelectorEventLoop):
    """With real sockets; its time runs `speed` times as fast as the machine's while everything waits, and stands while
    anything runs: a slow or busy machine takes longer, and no timeout passes because of it."""

    def __init__(self, speed: float) -> None:
        self._waited = _Patient(speed)
        super().__init__(self._waited)
        self._clock_resolution = RESOLUTION

    def time(self) -> float:
        return self._waited.time


class _Patient(selectors.DefaultSelector):
    def __init__(self, speed: float) -> None:
        super().__init__()
        self.time = 0.0
        self._speed = speed

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Waits for a slice at most: one that the machine takes longer for counts no more than that."""
        wait = SLICE if timeout is None else min(max(timeout, 0.0) / self._speed, SLICE)
        begun = time.monotonic()
        ready = super().select(wait)
        self.time += (min(time.monotonic() - begun, wait) if ready else wait) * self._speed
        return ready


def run_patient(main: Callable[[LoopClock], Coroutine[Any, Any, T]], start: int, speed: float) -> T:
    """Run `main(clock)` to its end with real sockets in time that begins at `start`, ms UTC, passes `speed` times as
    fast while everything waits, and stands while anything runs."""

    async def begin() -> T:
        return await main(LoopClock(start))

    with asyncio.Runner(loop_factory=lambda: PatientLoop(speed)) as runner:
        return runner.run(begin())


def run_fast(main: Callable[[LoopClock], Coroutine[Any, Any, T]], start: int, speed: float) -> T:
    """Run `main(clock)` to its end in real time that passes `speed` times as fast, and begins at `start`, ms UTC."""

    async def begin() -> T:
        return await main(LoopClock(start))

    with asyncio.Runner(loop_factory=lambda: SpeedLoop(speed)) as runner:
        return runner.run(begin())


def run_virtual(main: Callable[[LoopClock], Coroutine[Any, Any, T]], start: int) -> T:
    """Run `main(clock)` to its end in simulated time that begins at `start`, ms UTC. Raises DeadlockError."""

    async def begin() -> T:
        return await main(LoopClock(start))

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(begin())
