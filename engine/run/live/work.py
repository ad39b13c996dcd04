"""What a session does at the venue, as tasks: one for each strategy, symbol and purpose."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from ...brokers.clock import Clock
from ...ledger.values import Role

Key = tuple[str, str, str]


class Work:
    """`again` is called with the strategy's number when a task of it ended, `failed` with what a task raised."""

    def __init__(self, clock: Clock, again: Callable[[int], None], failed: Callable[[str, Exception], None]) -> None:
        self._clock, self._again, self._failed = clock, again, failed
        self._tasks: dict[Key, asyncio.Task[None]] = {}
        self._told: dict[tuple[str, str], object] = {}
        self._stopping = False

    def busy(self, strategy: str, symbol: str, role: Role) -> bool:
        return (strategy, symbol, role) in self._tasks

    def begin(
        self, strategy: str, symbol: str, role: Role, m: int, call: Callable[[], Awaitable[object]], wait: float = 0.0
    ) -> None:
        """Run `call` after `wait` seconds, unless such a task runs."""
        key = (strategy, symbol, role)
        if key not in self._tasks and not self._stopping:
            name = f"{role} of {symbol} ({strategy})"
            self._tasks[key] = asyncio.create_task(self._run(key, m, call, wait, name), name=name)

    def tell(self, strategy: str, symbol: str, m: int, what: object, call: Callable[[], Awaitable[object]]) -> None:
        """Run `call` if `what` is not what was told last for the symbol; the newest wins."""
        if self._told.get((strategy, symbol)) != what and not self.busy(strategy, symbol, Role.STOP):
            self._told[strategy, symbol] = what
            self.begin(strategy, symbol, Role.STOP, m, call)

    def errand(self, name: str, call: Callable[[], Awaitable[object]]) -> asyncio.Task[None] | None:
        """Run `call` for an operator; one of a name at a time. None where the session ends."""
        key = ("", name, "errand")
        if key not in self._tasks and not self._stopping:
            self._tasks[key] = asyncio.create_task(self._run(key, None, call, 0.0, name), name=name)
        return self._tasks.get(key)

    def forget(self, strategy: str, symbol: str) -> None:
        """The position is gone: what was told of it holds no more."""
        self._told.pop((strategy, symbol), None)

    async def idle(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.wait(set(self._tasks.values()))

    async def close(self, patience: float) -> None:
        """Begin nothing more, and let what runs end: a send that is cut off is an order in doubt."""
        self._stopping = True
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks.values()), timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(
        self, key: Key, m: int | None, call: Callable[[], Awaitable[object]], wait: float, name: str
    ) -> None:  # fmt: skip
        try:
            if wait:
                await self._clock.sleep(wait)
            await call()
        except Exception as error:  # told; what it left undone is wanted still, and is begun again by `again`
            self._failed(name, error)
            await self._clock.sleep(1.0)
        finally:
            self._tasks.pop(key, None)
        if m is not None and not self._stopping:  # not after a cancel or a death: it would go on and on
            self._again(m)
