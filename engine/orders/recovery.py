"""Start-up, which is recovery: there is no other. A read that fails leaves entries blocked, never a ledger flat.

1. the rows, and the prefix of our orders, made once;
2. what an earlier process left half done becomes unknown: sends without an outcome, commands without an answer;
3. the stream, so that nothing falls between; every unfinished order is asked for;
4. everything is compared with the venue; plans and guards are taken up again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from ..brokers.outcome import ReadError
from ..ledger.events import Event
from ..ledger.events_account import PrefixMade
from ..ledger.events_orders import CommandUnknown, OrderUnknown
from ..ledger.values import Command, OrderState
from .client_id import prefix_of
from .invariants import check
from .parts import Parts
from .plans import Plans
from .protection import Guards
from .reconcile import Reconciler
from .reports import Reports
from .resolver import Resolver
from .state import State
from .wanted import Recovery


class Recoverer:
    def __init__(
        self, parts: Parts, resolver: Resolver, reconciler: Reconciler, reports: Reports, plans: Plans, guards: Guards
    ) -> None:
        self._parts, self._resolver, self._reconciler = parts, resolver, reconciler
        self._reports, self._plans, self._guards = reports, plans, guards

    async def run(self) -> Recovery:
        """Raises LedgerError."""
        parts = self._parts
        await parts.journal.load(parts.settings.overlap)
        identity = await parts.journal.run(parts.journal.writer.read.identity)
        prefix = PrefixMade(parts.account, prefix_of(identity, parts.account))
        await parts.journal.decide(lambda state: () if state.prefixes() else (prefix,))
        await parts.journal.decide(_interrupted)
        unfinished = [row.order_id for row in parts.state.live()]
        for order_id in unfinished:
            self._resolver.chase(order_id, "it was not finished when the process ended")
        parts.tasks.once("reports", self._reports.run)
        problems = [*check(parts.state), *await self._compare(unfinished)]
        for words in problems:
            parts.alert("RECOVERY", parts.account, words)
        resumed = (*self._plans.resume(), *self._guards.resume())
        parts.tasks.once("reconcile", self._reconciler.forever)
        unresolved = tuple(row.order_id for row in parts.state.unsure())
        return Recovery(
            parts.compared, len(unfinished), unresolved, len(parts.state.drift()), resumed, tuple(problems)
        )  # fmt: skip

    async def _compare(self, unfinished: Sequence[str]) -> list[str]:
        """Compare until the venue answers, or it took too long; then it goes on in the background."""
        parts, loop = self._parts, asyncio.get_running_loop()
        end, problem, wait = loop.time() + parts.settings.starting, "", 0.5
        known = [
            name for name in unfinished if (row := parts.state.order(name)) and row.state is not OrderState.UNKNOWN
        ]
        await parts.journal.until(
            lambda: not any(self._resolver.pending(name) for name in known), parts.settings.answer
        )  # fmt: skip
        while True:
            try:
                async with asyncio.timeout_at(end):
                    await self._reconciler.run("start")
                return []
            except ReadError as error:
                problem = error.words
            except TimeoutError:
                problem = f"it takes longer than {parts.settings.starting:g} s"
            if loop.time() + wait > end:
                return [f"the venue could not be compared with the ledger: {problem}"]
            await parts.clock.sleep(wait)
            wait = min(2 * wait, 10.0)


def _interrupted(state: State) -> Sequence[Event]:
    events: list[Event] = []
    for row in state.live():
        if row.state is OrderState.SUBMITTING:
            events.append(OrderUnknown(row.order_id, "the process ended while it was being sent"))
        elif row.command in (Command.CANCEL_SENT, Command.AMEND_SENT):
            events.append(CommandUnknown(row.order_id, "the process ended before an answer"))
    return events
