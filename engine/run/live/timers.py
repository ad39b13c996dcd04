"""What a session does by the clock, besides its candles: one table of jobs, two drivers.

In real time APScheduler drives them; in simulated time each job sleeps on the session's own clock, so that it happens
at the same simulated moments again. A job that fails is told and comes again; one that is slow is not begun twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from ...brokers.clock import Clock
from ...ledger.refusal import UnreachableError

Failed = Callable[[str, Exception], None]


@dataclass(frozen=True, slots=True)
class Job:
    """`call` every so many seconds, first after as many."""

    name: str
    every: float
    call: Callable[[], Awaitable[None]]


class Timers:
    """`failed` hears of a job that ended with an error."""

    def __init__(self, jobs: Sequence[Job], clock: Clock, simulated: bool, failed: Failed) -> None:
        self._jobs, self._clock, self._simulated, self._failed = jobs, clock, simulated, failed
        self._tasks: list[asyncio.Task[None]] = []
        self._scheduler: Any = None

    def start(self) -> None:
        """Needs a running loop."""
        if self._simulated:
            self._tasks = [asyncio.create_task(self._pace(job), name=f"timer {job.name}") for job in self._jobs]
        else:
            self._scheduler = self._scheduled()

    async def stop(self) -> None:
        """Nothing begins any more; what is under way is let go."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        tasks, self._tasks, self._scheduler = self._tasks, [], None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _scheduled(self) -> Any:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        rules = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=rules)
        for job in self._jobs:
            scheduler.add_job(self._run, "interval", seconds=job.every, args=[job], id=job.name)
        scheduler.start()
        return scheduler

    async def _pace(self, job: Job) -> None:
        while True:
            await self._clock.sleep(job.every)
            await self._run(job)

    async def _run(self, job: Job) -> None:
        try:
            await job.call()
        except UnreachableError:
            pass  # the session itself ends with it
        except Exception as error:  # one job's fault must not end the others: it is told, and the job comes again
            self._failed(job.name, error)
