"""The jobs of a session, in one table each for all sessions and for those at a venue.

What the order path does by itself is not here: it compares with the venue every minute and after each break of a
stream, reads funding then, and hands alerts on as they come. Closes are the feed's.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ...brokers.outcome import BrokerError
from ...ledger.events_control import StateChanged
from ...ledger.rows import StateRow
from ...ledger.values import Scope, TradingState
from .automatic import WHO
from .timers import Job

if TYPE_CHECKING:
    from .live_session import LiveSession
    from .session import Session

SKEW = "CLOCK_SKEW"
_SECOND, _HOUR = 1_000, 3_600_000
_LARGE = 2_000_000_000
"""Bytes of a ledger's file from which archiving is worth its while."""


def shared_jobs(session: Session) -> list[Job]:
    """Of every session; seconds."""
    return [
        Job("data", 10.0, session.check_data),
        Job("files", 5.0, session.reloading.watch),
        Job("log", 5.0, session.fold),
        Job("checkpoint", 300.0, session.checkpoint),
        Job("housekeeping", 86_400.0, Housekeeping(session)),
    ]


def live_jobs(session: LiveSession) -> list[Job]:
    """Of sessions at a venue."""
    compare = ClockCheck(session)
    jobs = [Job("quotes", 5.0, Quotes(session)), Job("clock", 600.0, compare)]
    if not session.simulated:
        told = partial(session.hooks.noticed, "clock")
        jobs.append(Job("clock jumps", 5.0, ClockJumps(compare, session.clock.now, time.monotonic, told)))
        jobs.append(Job("halt", 2.0, HaltLook(session.hooks.halted)))
    if session.deployment.leverage is not None:
        jobs.append(Job("liquidation", 60.0, Liquidations(session)))
    return jobs


class Housekeeping:
    """Says when the ledger has grown large."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def __call__(self) -> None:
        ledger = self._session.deployment.ledger
        path = None if "://" in ledger else Path(ledger)
        size = path.stat().st_size if path is not None and path.exists() else 0
        if size > _LARGE:
            words = f"{size / 1e9:.1f} GB: `stratrun ledger retention` moves ended sessions out, while none runs"
            self._session.hooks.noticed("ledger", words)


class Quotes:
    """Keeps prices fresh where something waits to be entered or is held: the gate and the guards see them."""

    def __init__(self, session: LiveSession) -> None:
        self._session = session

    async def __call__(self) -> None:
        session = self._session
        orders = {row.symbol for row in session.desk.state.live() if row.ours}
        for symbol in sorted(orders | {row.symbol for row in session.desk.state.positions()}):
            try:
                await session.quote(symbol)
            except BrokerError:
                session.around.quotes.pop(symbol, None)


class ClockCheck:
    """Compares clocks with the venue: beyond a second it is told, beyond an hour nothing enters any more."""

    def __init__(self, session: LiveSession) -> None:
        self._session = session

    async def __call__(self) -> None:
        session, skew = self._session, abs(await self._session.sync())
        words = f"this machine's clock is {skew / 1_000:.1f} s off the venue's"
        row = session.desk.state.get(StateRow, Scope.ACCOUNT, session.account)
        held = row is not None and row.state is not TradingState.ACTIVE
        if skew >= _SECOND:
            session.hooks.noticed("clock", words)
        if skew >= _HOUR and not held:
            await session.desk.record(
                StateChanged(Scope.ACCOUNT, session.account, TradingState.HALTED, SKEW, WHO, words)
            )  # fmt: skip
        if skew < _SECOND and row is not None and held and (row.who, row.code) == (WHO, SKEW):
            await session.desk.record(
                StateChanged(Scope.ACCOUNT, session.account, TradingState.ACTIVE, SKEW, WHO, "the clocks agree again")
            )  # fmt: skip


class ClockJumps:
    """Compares with the venue at once when this machine's clock (`wall`, ms) was set, or the machine slept; what is
    decided until then would be of another time. `steady` counts seconds whatever is set."""

    def __init__(
        self, compare: Callable[[], Awaitable[None]], wall: Callable[[], int], steady: Callable[[], float],
        tell: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._compare, self._wall, self._steady, self._tell = compare, wall, steady, tell
        self._offset = self._apart()

    async def __call__(self) -> None:
        jump = self._apart() - self._offset
        if abs(jump) >= _SECOND:
            self._tell(f"this machine's clock jumped by {jump / 1_000:+,.1f} s: it is compared with the venue's")
            await self._compare()  # again at the next turn where the venue does not answer
            self._offset += jump

    def _apart(self) -> float:
        return self._wall() - self._steady() * 1_000


class HaltLook:
    """Looks for the kill switch's marker also while nothing is sent: the hook tells of one that is new."""

    def __init__(self, halted: Callable[[], str | None]) -> None:
        self._halted = halted

    async def __call__(self) -> None:
        self._halted()


class Liquidations:
    """Remembers at which price the venue would close each contract's position."""

    def __init__(self, session: LiveSession) -> None:
        self._session = session

    async def __call__(self) -> None:
        for report in await self._session.venue_positions():
            if report.liquidation is not None:
                self._session.around.liquidation[report.symbol] = report.liquidation
