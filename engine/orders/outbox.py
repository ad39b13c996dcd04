"""Alerts on their way to an operator, outside the order path: whoever is told may hang, fail or be down."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from .wanted import Alert

Notify = Callable[[Alert], Awaitable[None]]
ROOM = 1_000
"""Alerts that wait at most; the oldest are dropped, and counted."""
_PATIENCE = 10.0


class Outbox:
    """`put` never waits and never fails; `run` hands the alerts on."""

    def __init__(self, notify: Notify | None) -> None:
        self._notify = notify
        self._waiting: deque[Alert] = deque(maxlen=ROOM)
        self._something = asyncio.Event()
        self.recent: deque[Alert] = deque(maxlen=100)
        self.dropped = self.failed = 0
        self._handing = False

    def put(self, alert: Alert) -> None:
        self.recent.append(alert)
        if self._notify is None:
            return
        self.dropped += len(self._waiting) == ROOM
        self._waiting.append(alert)
        self._something.set()

    @property
    def idle(self) -> bool:
        """Whether nothing waits and nothing is being handed on."""
        return not self._waiting and not self._handing

    async def run(self) -> None:
        """Hand on for ever; one that fails is not tried again."""
        while self._notify is not None:
            await self._something.wait()
            self._something.clear()
            while self._waiting:
                self._handing = True
                try:
                    async with asyncio.timeout(_PATIENCE):
                        await self._notify(self._waiting.popleft())
                except Exception:  # the notifier is the caller's: its fault is counted, and orders go on
                    self.failed += 1
                finally:
                    self._handing = False
