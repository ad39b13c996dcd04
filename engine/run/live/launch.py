"""One run of a deployment: everything around its session, from the first connection to the last line of the log.

1. what the ledger is used for is noted; leverage is set; the session starts, which is recovery;
2. control and signals are listened to, entries of the ledger told on, until an end is asked for;
3. an orderly end by the policy; a second signal ends at once, and the next start takes up what was left;
4. whatever fails is logged with where it stood, alerted, and leaves the ledger whole.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from structlog.typing import FilteringBoundLogger

from ...brokers.clock import Clock
from ...brokers.outcome import BrokerError
from ...brokers.protocol import Broker
from ...diagnostics.diagnostic import InputError
from ...language.deployment import Deployment, Shutdown
from ...ledger.events_control import Noted, OperatorCommanded
from ...ledger.refusal import LedgerError
from ...ledger.values import Mode
from ...ledger.writer import Writer
from ...orders.outbox import Notify, Outbox
from ...orders.settings import Settings
from ...orders.wanted import Alert, Recovery
from ...trading.account import Account
from ..beside import Beside
from ..control.server import ControlServer
from ..halt_marker import HaltMarker
from ..preflight.books import WHO, noted_use, refuse_other_use, use_of
from .controls import Controls
from .halt_seen import HaltSeen
from .leverage import set_leverage
from .live_session import LiveSession
from .paper_session import PaperSession
from .session import Hooks
from .signals import Signals
from .watch import Viewer, Watch
from .watchdog import Watchdog

_PATIENCE = 10.0
"""Seconds for each step of letting go after a failure."""
_ALERTED = 3.0
"""Seconds that the last alerts have to get out."""


class Ended(StrEnum):
    """How a run ended, where it did not fail."""

    ORDERLY = "orderly"
    AT_ONCE = "at once"


@dataclass(frozen=True, slots=True)
class Outside:
    """What a run is given: its collaborators, all open but the broker, and all closed by whoever made them.

    `costs` are those of paper fills; `inline` appends to the ledger in the loop's own thread, for simulated time.
    """

    writer: Writer
    broker: Broker
    clock: Clock
    log: FilteringBoundLogger
    viewer: Viewer
    notifier: Notify
    beside: Beside | None
    version: str
    costs: Account | None = None
    inline: bool = False


class Launch:
    """`mode` live needs its operator's word: whoever calls `run` has it. `once`: end after the first close decided."""

    def __init__(
        self, deployment: Deployment, mode: Mode, outside: Outside, shutdown: Shutdown | None = None, once: bool = False
    ) -> None:
        self._deployment, self._mode, self._outside, self._shutdown = deployment, mode, outside, shutdown
        self._once = once
        self._outbox = Outbox(outside.notifier)
        self.watch = Watch(outside.log, outside.viewer, self._outbox, outside.clock.now)
        self._session = self._made()
        self._task: asyncio.Task[None] | None = None
        self._asked = asyncio.Event()
        self._at_once = False

    async def run(self) -> Ended:
        """Until an end is asked for. Raises InputError (LedgerError among them) for what ended it otherwise."""
        delivering = asyncio.create_task(self._outbox.run())
        try:
            with Signals(self.ask_to_stop, self.stop_at_once):
                self._task = asyncio.create_task(self._trade())
                try:
                    await asyncio.wait([self._task])
                finally:  # canceled from outside: nothing may go on while its connections are taken away
                    self._task.cancel()
                    await asyncio.wait([self._task])
            return self._result(self._task)
        finally:
            await self._let_go()
            with suppress(TimeoutError):
                async with asyncio.timeout(_ALERTED):
                    while not self._outbox.idle:
                        await asyncio.sleep(0.02)
            delivering.cancel()

    def ask_to_stop(self, why: str) -> None:
        """An orderly end, at the next moment that allows it."""
        if not self._asked.is_set():
            policy = self._shutdown or self._deployment.shutdown
            self.watch.said(f"ending in order ({why}): {policy}; again to end at once")
        self._asked.set()
        self._session.ask_to_stop()

    def stop_at_once(self, why: str) -> None:
        """Let everything fall; the ledger stands, and the next start finds out what became of what was under way."""
        self._at_once = True
        self.watch.said(f"ending at once ({why}): the next start finds out what became of what was under way")
        if self._task is not None:
            self._task.cancel()

    def _made(self) -> LiveSession | PaperSession:
        outside = self._outside
        marker = None if outside.beside is None else HaltMarker(outside.beside.marker)
        halted = HaltSeen(marker, partial(self.watch.noticed, "halt"))
        hooks = Hooks(self.watch.noticed, self._decided, halted, self._deliver)
        given = (outside.writer, outside.broker, outside.clock)
        if self._mode is Mode.PAPER:
            return PaperSession(self._deployment, *given, hooks, outside.version, outside.costs, outside.inline)
        naked = self._deployment.orders.max_naked / 1_000
        settings = Settings(mode=self._mode.value, inline=outside.inline, max_naked=naked)
        session = LiveSession(self._deployment, self._mode, *given, settings, hooks, outside.version)
        session.around.confirmed = True
        return session

    async def _trade(self) -> None:
        outside, deployment, session = self._outside, self._deployment, self._session
        self._note_use()
        if self._mode is not Mode.PAPER and deployment.leverage is not None:
            await outside.broker.open(deployment.symbols)
            await set_leverage(outside.broker, deployment)
        self.watch.follow(session.ledger)
        found = await session.start()
        self._tell_start(found)
        async with AsyncExitStack() as stack:
            if outside.beside is not None:
                controls = Controls(session, HaltMarker(outside.beside.marker))
                await stack.enter_async_context(ControlServer(outside.beside, controls, self._record))
            if not outside.inline:  # in simulated time nothing stands still
                stack.enter_context(Watchdog(session.workers, self._hung))
            if not self._asked.is_set():
                await session.run()
            await session.stop(self._shutdown)
        state = session.ledger.state
        held, resting = len(state.positions()), len(state.live())
        if session.undone:
            help_ = "look at the venue: `stratrun kill --flatten` closes what is left, the next start goes on with it"
            raise InputError(f"ended, but not as it was to: {'; '.join(session.undone)}", help=help_)
        self.watch.said(f"ended in order; positions that stay: {held}, orders: {resting}")

    def _hung(self, words: str) -> None:
        """In the watchdog's thread: the loop, which delivers alerts otherwise, stands still."""
        alert = Alert(self._outside.clock.now(), "HUNG", "session", words)
        if self.watch.heard(alert):
            with suppress(Exception):  # an alert that goes nowhere changes nothing
                asyncio.run(self._told(alert))

    async def _told(self, alert: Alert) -> None:
        await self._outside.notifier(alert)

    async def _record(self, event: OperatorCommanded) -> None:
        """At once or not at all: a halt does not wait for a disk that is full. Raises LedgerError."""
        await self._session.ledger.decide(lambda state: (event,))

    def _note_use(self) -> None:
        """Raises LedgerError, InputError where the ledger is another kind of money's."""
        deployment, writer = self._deployment, self._outside.writer
        use = use_of(deployment.venue, deployment.sandbox, deployment.endpoint is not None)
        refuse_other_use(writer.read, self._mode, use, self._session.account)
        if self._mode is Mode.LIVE and noted_use(writer.read) != use:
            writer.append(Noted(WHO, use))

    def _tell_start(self, found: Recovery | None) -> None:
        words = f"{self._mode}: {self._deployment.name} trades {', '.join(self._deployment.symbols)}"
        if found is not None and not found.ready:
            words += "; the venue is not yet compared with the ledger: no entries until it is"
        self.watch.said(words)
        for problem in found.problems if found is not None else ():
            self.watch.said(f"at the start: {problem}")
        if self._mode is not Mode.PAPER:  # paper sends nothing that a marker could hold back
            self._session.hooks.halted()

    def _decided(self, close: int, equity: float) -> None:
        self.watch.decided(close, equity)
        if self._once:
            self.ask_to_stop("one close was decided")

    async def _deliver(self, alert: Alert) -> None:
        """The order path's own alerts, from its own outbox."""
        if self.watch.heard(alert):
            await self._outside.notifier(alert)

    def _result(self, task: asyncio.Task[None]) -> Ended:
        if task.cancelled():
            return Ended.AT_ONCE
        error = task.exception()
        if error is None:
            return Ended.ORDERLY
        self.watch.failed(error)
        if isinstance(error, LedgerError):
            raise error
        mend = "start it again: it takes up where it stood; the log has more"
        if isinstance(error, BrokerError):
            raise InputError(f"{self._deployment.venue} does not answer: {error.words}", help=mend) from None
        if isinstance(error, InputError) or not isinstance(error, Exception):
            raise error
        raise InputError(f"the session failed: {type(error).__name__}: {error}", help=mend) from error

    async def _let_go(self) -> None:
        """End what may still run, and wait for nothing that hangs."""
        session = self._session
        ending = session.desk.stop() if isinstance(session, LiveSession) else session.ledger.close()
        for step in (ending, self._outside.broker.close()):
            with suppress(Exception):  # the failure before is what is told; the next step is taken all the same
                await asyncio.wait_for(step, _PATIENCE)
