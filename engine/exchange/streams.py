"""Streams of the direct broker: what the core tells, through a pipe of faults, as an asynchronous iterator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Generic, TypeVar

M = TypeVar("M")


class Stream(AsyncIterator[M], Generic[M]):
    """Messages wait in order until they are asked for; it ends with `end`, which also lets go of its source."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[M | None] = asyncio.Queue()
        self._ended = False
        self.detach: Callable[[], None] = lambda: None
        self.close_pipe: Callable[[], None] = lambda: None

    def put(self, message: M) -> None:
        if not self._ended:
            self._queue.put_nowait(message)

    def end(self) -> None:
        if not self._ended:
            self._ended = True
            self.detach()
            self.close_pipe()
            self._queue.put_nowait(None)

    async def __anext__(self) -> M:
        message = await self._queue.get()
        if message is None:
            self._queue.put_nowait(None)
            raise StopAsyncIteration
        return message
