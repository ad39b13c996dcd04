"""The system's signals to end, on every system: the first asks for an orderly end, the second for one at once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from types import TracebackType
from typing import Any

NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Those of them that the system has are listened to."""


class Signals:
    """A context manager inside an event loop. `first` and `again` are called in the loop, with the signal's name."""

    def __init__(self, first: Callable[[str], None], again: Callable[[str], None]) -> None:
        self._first, self._again = first, again
        self._before: dict[int, Any] = {}
        self._heard = 0

    def __enter__(self) -> Signals:
        loop = asyncio.get_running_loop()

        def handle(number: int, frame: object) -> None:
            # Of the system's own making, so that Windows has it, too; the loop wakes up to run what it was given.
            loop.call_soon_threadsafe(self.hear, signal.Signals(number).name)

        for name in NAMES:
            number = getattr(signal, name, None)
            if number is not None:
                self._before[number] = signal.signal(number, handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()

    def hear(self, name: str) -> None:
        self._heard += 1
        (self._first if self._heard == 1 else self._again)(name)
