"""Which tasks belong to the client, so that all of it can be killed at once and nothing of it is left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextvars import Context, ContextVar, copy_context
from functools import cache, partial
from pathlib import Path
from typing import Any

_LIFE: ContextVar[int] = ContextVar("life", default=0)


class Lives:
    """A task belongs to the life in which it was begun; what the venue does for a call goes on without it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._tasks: dict[int, set[asyncio.Task[Any]]] = {}
        self._life = 0
        loop.set_task_factory(self._made)  # type: ignore[arg-type]  # its own factory may take more words

    def begin(self, main: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """The first task of a new life."""
        self._life += 1
        self._tasks[self._life] = set()
        return self.within(main)

    def within(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """A task of the present life."""
        return self._task(work, self._life)

    def aside(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """A task of no life, whoever begins it."""
        return self._task(work, 0)

    def left(self) -> list[asyncio.Task[Any]]:
        """Tasks of any life that have not ended."""
        return [task for tasks in self._tasks.values() for task in tasks if not task.done()]

    async def end(self) -> list[str]:
        """Cancel everything of all lives; returns what would not end."""
        for _ in range(20):
            tasks = self.left()
            if not tasks:
                return []
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=30)
        return [str(task.get_coro()) for task in self.left()]

    def _task(self, work: Coroutine[Any, Any, Any], life: int) -> asyncio.Task[Any]:
        context = copy_context()
        context.run(_LIFE.set, life)
        return asyncio.get_running_loop().create_task(work, context=context)

    def _made(
        self, loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], **more: Any
    ) -> asyncio.Task[Any]:  # fmt: skip
        task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **more)
        context: Context | None = more.get("context")
        life = _LIFE.get() if context is None else context.get(_LIFE, 0)
        if life and not _of_the_venue(work):
            tasks = self._tasks[life]
            tasks.add(task)
            task.add_done_callback(partial(_done, tasks))
        return task


def _done(tasks: set[asyncio.Task[Any]], task: asyncio.Task[Any]) -> None:
    tasks.discard(task)
    if not task.cancelled():
        task.exception()


def _of_the_venue(work: Coroutine[Any, Any, Any]) -> bool:
    code = getattr(work, "cr_code", None)
    return code is not None and _served_by(code.co_filename)


@cache
def _served_by(file: str) -> bool:
    return Path(file).parent.name in ("exchange", "wire")
