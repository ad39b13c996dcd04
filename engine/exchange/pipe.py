"""A stream's way to one listener: messages in, and out again late, twice, out of order, or never, as faults say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from ..brokers.clock import Clock
from .faults import Action, Call, Fault, Faults

M = TypeVar("M")


class Pipe(Generic[M]):
    """`deliver` takes a message; `state` hears of breaks (False) and returns (True); `revise` distorts by a factor."""

    def __init__(
        self,
        call: Call,
        faults: Faults,
        clock: Clock,
        deliver: Callable[[M], None],
        state: Callable[[bool], None] = lambda up: None,
        revise: Callable[[M, float], M] = lambda message, factor: message,
    ) -> None:
        self._call, self._faults, self._clock = call, faults, clock
        self._deliver, self._state, self._revise = deliver, state, revise
        self._deaf_until = 0
        self._before: M | None = None
        self._held: list[M] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def feed(self, message: M) -> None:
        """A message sets out."""
        if self._closed or self._clock.now() < self._deaf_until:
            return
        held, self._held = self._held, []
        messages = [message]
        for fault in self._faults.next(self._call):
            messages = self._strike(fault, messages)
        for one in (*messages, *held):
            self._deliver(one)
        self._before = message

    def close(self) -> None:
        self._closed = True
        for task in tuple(self._tasks):
            task.cancel()

    def _strike(self, fault: Fault, messages: list[M]) -> list[M]:
        seconds = fault.number(5.0) if fault.action in (Action.DELAY, Action.BREAK, Action.SILENCE) else 0.0
        match fault.action:
            case Action.DROP:
                return []
            case Action.DUPLICATE:
                return messages * 2
            case Action.REORDER:
                self._held += messages
                return []
            case Action.STALE:
                return messages if self._before is None else [*messages, self._before]
            case Action.REVISE:
                return [self._revise(message, fault.number(10.0)) for message in messages]
            case Action.DELAY:
                self._later(self._late(seconds, messages))
                return []
            case Action.SILENCE:
                self._deaf_until = self._clock.now() + int(seconds * 1_000)
                return []
            case Action.BREAK | Action.CUT:
                self._deaf_until = self._clock.now() + int(seconds * 1_000)
                self._state(False)
                self._later(self._back(seconds))
                return []
            case Action.CRASH:
                self._faults.on_crash()
                return []
        return messages

    async def _late(self, seconds: float, messages: list[M]) -> None:
        await self._clock.sleep(seconds)
        for message in messages:
            self._deliver(message)

    async def _back(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._state(True)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
