"""All checks of one deployment: this machine's, the ledger's, then the venue's over a connection of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...brokers.clock import Clock
from ...brokers.protocol import Broker
from ...diagnostics.diagnostic import InputError
from ...language.deployment import Deployment
from ...ledger.reader import Reader
from ...ledger.values import Mode
from .books import book_checks, capital_begun, use_of
from .check import Check, Preflight, Verdict, fail, skipped
from .here import Here
from .there import LATER, There

NEEDED = frozenset({"venue", "keys"})
"""Nothing is asked of a venue while one of these fails."""


@dataclass(frozen=True, slots=True)
class Look:
    """`broker` makes one that is not open yet. `reader` None: there is no ledger yet."""

    here: Here
    mode: Mode
    broker: Callable[[], Broker]
    clock: Clock
    reader: Reader | None

    @property
    def deployment(self) -> Deployment:
        return self.here.deployment

    async def look(self) -> Preflight:
        """Every check, whatever others come to; nothing is changed anywhere."""
        deployment = self.deployment
        local = list(self.here.checks())
        use = use_of(deployment.venue, deployment.sandbox, deployment.endpoint is not None)
        books = list(book_checks(self.reader, deployment.ledger, self.mode, use, deployment.account))
        if any(check.verdict is Verdict.FAIL and check.name in NEEDED for check in local):
            return Preflight.of(local, books, [skipped(name, "not asked") for name in LATER])
        return Preflight.of(local, books, await self._venue())

    async def _venue(self) -> list[Check]:
        try:
            broker = self.broker()
        except InputError as error:
            return [fail("answers", error.message, error.help or "")]
        try:
            begun = capital_begun(self.reader, self.deployment.account, self.mode)
            there = There(self.deployment, broker, self.clock, self.reader, begun)
            return [check async for check in there.checks()]
        finally:
            await broker.close()
