"""Work in the background: each kind once, ended together, and never silent when it fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

Failed = Callable[[str, Exception], None]


class Tasks:
    """Tasks by name. `failed` is told of one that ended with an error."""

    def __init__(self, failed: Failed) -> None:
        self._failed = failed
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.closed = False

    def once(
        self, name: str, work: Callable[[], Coroutine[Any, Any, None]], else_after: Callable[[], None] | None = None
    ) -> None:  # fmt: skip
        """Begin the work, unless work of this name is going on; `else_after` is called when that has ended."""
        if self.closed:
            return
        if name in self._tasks:
            if else_after is not None:
                self._tasks[name].add_done_callback(lambda _: else_after())
            return
        task = asyncio.get_running_loop().create_task(work(), name=name)
        self._tasks[name] = task
        task.add_done_callback(self._done)

    def running(self, name: str) -> bool:
        return name in self._tasks

    async def ended(self, name: str, seconds: float) -> None:
        """Wait for the end of work that is going on, at most so long."""
        if (task := self._tasks.get(name)) is not None:
            await asyncio.wait({task}, timeout=seconds)

    async def close(self) -> None:
        """Cancel everything and wait for its end."""
        self.closed = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        name = task.get_name()
        if self._tasks.get(name) is task:
            del self._tasks[name]
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self._failed(name, error)
