"""Takes stop and target out of the way of an exit, and lets them be placed again when it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from .commands import Commands
from .guard import Guard, in_the_way, name_of
from .parts import Parts


class Aside:
    def __init__(self, parts: Parts, commands: Commands, guards: Mapping[str, Guard]) -> None:
        self._parts, self._commands, self._guards = parts, commands, guards

    @asynccontextmanager
    async def stand(self, strategy: str, symbol: str) -> AsyncIterator[None]:
        """Begin once the stop's end is known, however slowly the venue answers; inside, none is placed."""
        guard = self._guards.get(name_of(strategy, symbol))
        if guard is not None:
            guard.paused += 1
        try:
            await self._clear(strategy, symbol)
            yield
        finally:
            if guard is not None:
                guard.paused -= 1
                guard.wake.set()

    async def _clear(self, strategy: str, symbol: str) -> None:
        parts, longest, loop = self._parts, self._parts.settings.asks[-1], asyncio.get_running_loop()
        end = loop.time() + longest
        await parts.tasks.ended(f"arm {name_of(strategy, symbol)}", longest)
        rows = in_the_way(parts.state, symbol, strategy)
        await asyncio.gather(*(self._commands.cancel(row.order_id, "in the way of an exit") for row in rows))
        await parts.journal.until(lambda: not in_the_way(parts.state, symbol, strategy), end - loop.time())
