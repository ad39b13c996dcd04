"""Sees from a thread of its own that the session's loop stands still, and says whose work holds it up.

While it stands nothing is placed, canceled or watched here; stops at the venue hold, and `stratrun kill` works.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import FrameType

LIMIT = 2.0
"""Seconds without a turn of the loop from which somebody is told."""
_WAITS = frozenset({"select", "poll"})
"""Where a loop is that has nothing to do: it was not held up by its own work."""
_BEATS = 4
"""Looks in that time."""


class Watchdog:
    """A context manager inside the loop. `workers` gives objects by their name, for whose methods to look; `tell` is
    called in the thread, so that it works while the loop does not."""

    def __init__(
        self, workers: Callable[[], Mapping[str, object]], tell: Callable[[str], None], limit: float = LIMIT
    ) -> None:
        self._workers, self._tell, self._limit = workers, tell, limit
        self._beat = time.monotonic()
        self._over = threading.Event()
        self._watched = threading.get_ident()
        self._next: asyncio.TimerHandle | None = None

    def __enter__(self) -> Watchdog:
        self._pulse()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._next is not None:
            self._next.cancel()

    def _pulse(self) -> None:
        self._beat = time.monotonic()
        self._next = asyncio.get_running_loop().call_later(self._limit / _BEATS, self._pulse)

    def _watch(self) -> None:
        told = 0.0
        while not self._over.wait(self._limit / _BEATS):
            beat = self._beat
            if time.monotonic() - beat > self._limit and told != beat:
                told = beat
                with suppress(Exception):  # what could not be told this time must not end the watch
                    self._tell(f"nothing was done here for {time.monotonic() - beat:.0f} s: {self._place()}")

    def _place(self) -> str:
        try:
            return self._whose()
        except Exception as error:  # the session changes while it is looked at
            return f"whose work it is cannot be said ({type(error).__name__})"

    def _whose(self) -> str:
        """What the loop's thread is doing."""
        frame: FrameType | None = sys._current_frames().get(self._watched)
        if frame is not None and frame.f_code.co_name in _WAITS:
            return "the whole process was stopped, or the machine was asleep or too busy"
        names = {id(worker): name for name, worker in self._workers().items()}
        code = None if frame is None else frame.f_code
        place = f"{code.co_name} in line {frame.f_lineno} of {code.co_filename}" if frame and code else "its end"
        while frame is not None:
            if (name := names.get(id(frame.f_locals.get("self")))) is not None:
                return f"the evaluation of {name} takes long ({place})"
            frame = frame.f_back
        return f"it is at {place}"
