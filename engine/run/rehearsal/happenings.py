"""What can happen in a rehearsal besides faults of calls: each action by its name; a script's, when they are due."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from ...exchange.refusal import RefusedError
from ...ledger.values import OrderState, Role
from ...orders.state import State
from .acts import Act
from .acts_here import HERE
from .acts_outside import OUTSIDE
from .acts_venue import VENUE
from .script import Happening, When
from .stage import Stage

ACTIONS: Mapping[str, Act] = {getattr(act, "__name__", ""): act for act in (*OUTSIDE, *VENUE, *HERE)}


def is_so(when: When, state: State, held_before: bool) -> bool:
    """Whether a session is in a state now."""
    live = [row for row in state.live() if row.ours]
    match when:
        case When.HELD:
            return bool(state.positions())
        case When.CLOSED:
            return held_before and not state.positions()
        case When.ENTERING:
            return any(row.role is Role.ENTRY and row.state is OrderState.SUBMITTING for row in live)
        case When.STOPPED:
            return any(row.role is Role.STOP and row.state is OrderState.OPEN for row in live)
        case When.EXITING:
            return any(row.role is Role.EXIT and row.state is OrderState.SUBMITTING for row in live)
        case When.UNKNOWN:
            return bool(state.unsure())


class Happenings:
    """Lets each of a script's happenings happen, once; `done` tells them with their time."""

    def __init__(self, stage: Stage, script: Sequence[Happening]) -> None:
        self._stage, self._to_come = stage, list(script)
        self.done: list[tuple[int, str]] = []
        self._failed: list[str] = []
        self._held = False
        self._waiting = [one for one in script if one.when is not None]
        self._tasks = [stage.lives.aside(self._at(one)) for one in script if one.when is None]
        stage.listeners.append(self._look)

    async def end(self) -> None:
        """Nothing more happens."""
        self._stage.listeners.remove(self._look)
        for task in self._tasks:
            task.cancel()
        for one in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(one, Exception):
                raise one

    @property
    def left(self) -> list[str]:
        """What never came about, and why, where it was tried."""
        return [*self._failed, *map(str, self._to_come)]

    def _look(self) -> None:
        state = self._stage.session.desk.state
        for one in tuple(self._waiting):
            if one.when is not None and is_so(one.when, state, self._held):
                self._waiting.remove(one)
                if one.action == "crash" and not one.after:
                    self._due(one)
                    self._stage.die()  # at this very append: nothing of the process runs on
                    continue
                self._tasks.append(self._stage.lives.aside(self._at(one)))
        self._held = self._held or bool(state.positions())

    async def _at(self, one: Happening) -> None:
        await self._stage.clock.sleep(one.after)
        told = self._due(one)
        try:
            await ACTIONS[one.action](self._stage, one.words)
        except (LookupError, ArithmeticError, RefusedError) as error:  # no order, coin or price that it could happen to
            why = error.words if isinstance(error, RefusedError) else "nothing was there that it could happen to"
            self.done.remove(told)
            self._failed.append(f"{one}: {why}")

    def _due(self, one: Happening) -> tuple[int, str]:
        told = (self._stage.clock.now(), str(one))
        self._to_come.remove(one)
        self.done.append(told)
        return told
