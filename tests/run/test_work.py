"""What a session does at the venue, task by task."""

from __future__ import annotations

import asyncio

import pytest

from stratrun.engine.ledger.values import Role
from stratrun.engine.run.live.work import Work


class Death(BaseException):
    """What ends a process, or the rehearsal of one."""


class Instant:
    """A clock by which no time passes."""

    def now(self) -> int:
        return 0

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


@pytest.mark.parametrize("end", [Death, asyncio.CancelledError, ValueError, None])
def test_only_what_ended_is_looked_at_again(end: type[BaseException] | None) -> None:
    """After a task, its strategy is looked at again, failed or not; but not where it was canceled or the process dies:
    work begun then would be cut off in the same way, for ever."""
    looked: list[int] = []

    async def call() -> None:
        if end is not None:
            raise end

    async def main() -> None:
        work = Work(Instant(), looked.append, lambda name, error: None)
        work.begin("dip", "BTC/USDT", Role.EXIT, 3, call)
        (task,) = work._tasks.values()
        await asyncio.wait({task})
        assert not work.busy("dip", "BTC/USDT", Role.EXIT)
        assert task.cancelled() or task.exception() is None or isinstance(task.exception(), Death)

    asyncio.run(main())
    assert looked == ([3] if end in (ValueError, None) else [])
