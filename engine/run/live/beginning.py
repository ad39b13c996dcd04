"""The strategies' sessions in the ledger at a start: those that are gone on with, and new ones where there are none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ...ledger.events_session import SessionClosed
from ...ledger.rows import SessionRow
from ...ledger.writer import Writer
from .history import first_seq, history_of
from .kept import busy_names
from .opening import Base, base_of, fits, opened, refuse_other

if TYPE_CHECKING:
    from .session import Session


class Beginning:
    """`fresh` tells what sessions start from that have nothing to go on with."""

    def __init__(self, session: Session, writer: Writer, fresh: Callable[[], Awaitable[Base]]) -> None:
        self._session, self._writer, self._fresh = session, writer, fresh

    async def open_sessions(self) -> list[str]:
        """A session for each strategy that runs, in their order. Raises BrokerError, LedgerError, InputError."""
        session = self._session
        mode, account = session.mode, session.account
        rows = await self._close_changed(session.ledger.state.all(SessionRow))
        going = {
            run.name: max(mine, key=lambda row: row.opened_seq).session_id
            for run in session.runs if (mine := [row for row in rows if fits(row, run, mode, account)])
        }  # fmt: skip
        found, base = [], None
        for run in session.runs:
            if run.name not in going:
                refuse_other(rows, session.ledger.state.positions(), run, mode, account)
                base = base or await self._base(tuple(going.values()))
                now, timeframe = session.now(), run.strategy.timeframe
                first = timeframe.floor(now) - history_of(run) * timeframe.ms
                event = opened(session.deployment, run, mode, account, now, first, base, session.version)
                await session.ledger.record(event)
            found.append(going.get(run.name) or event.session_id)
        return found

    async def _close_changed(self, rows: Iterable[SessionRow]) -> list[SessionRow]:
        """Where nothing is held and one of the strategies has become another, all of them begin anew: a Book is made
        from what one set of strategies decided together. Returns the sessions that may be gone on with."""
        session = self._session
        mode, account = session.mode, session.account
        # The order path's own sessions, for orders by hand, are of no strategy.
        mine = [row for row in rows if (row.mode, row.account) == (mode, account) and row.strategy_hash]
        same = {row.strategy for row in mine} == {run.name for run in session.runs} and all(
            any(fits(row, run, mode, account) for run in session.runs) for row in mine
        )
        if same or any(busy_names(self._writer.read, account)):
            return mine
        for row in mine:
            await session.ledger.record(SessionClosed(row.session_id, "its strategies changed"))
        return []

    async def _base(self, going: Sequence[str]) -> Base:
        """The capital is that of the sessions that are gone on with, where there are any: a Book begins once."""
        base = await self._fresh()
        if not going:
            return base
        before = first_seq(self._session.ledger.state, going) - 1
        openings = self._writer.read.entries(before, kinds={"session_opened"})
        return replace(base, capital=base_of(openings, going).capital)
