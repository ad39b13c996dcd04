"""The strategies' sessions in the ledger at a start: those that are gone on with, and new ones where there are none."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ...diagnostics.diagnostic import InputError
from ...language.identity import short_hash
from ...ledger.events_session import SessionClosed
from ...ledger.rows import SessionRow
from ...ledger.values import Mode
from ...ledger.writer import Writer
from .history import first_seq, history_of
from .kept import busy_names, running
from .losses import Losses
from .opening import Base, base_of, fits, one_book, opened
from .reckoning import limited, losses_before

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
        rows = await self._close_changed()
        going = {
            run.name: max(mine, key=lambda row: row.opened_seq).session_id
            for run in session.runs if (mine := [row for row in rows if fits(row, run, mode, account)])
        }  # fmt: skip
        found, base, losses = [], None, await self._losses(going)
        for run in session.runs:
            if run.name not in going:
                base = base or await self._base(tuple(going.values()))
                now, timeframe = session.now(), run.strategy.timeframe
                first = timeframe.floor(now) - history_of(run) * timeframe.ms
                event = opened(session.deployment, run, mode, account, now, first, base, session.version, losses)
                await session.ledger.record(event)
            found.append(going.get(run.name) or event.session_id)
        return found

    async def _losses(self, going: Collection[str]) -> Losses | None:
        """What counts on from before; None where the Book has begun already, or nothing is limited."""
        session = self._session
        if going or not limited(session.deployment):
            return None
        given = (self._writer.read, session.deployment, session.mode, session.account)
        return await session.ledger.wait_for(lambda: losses_before(*given))

    async def _close_changed(self) -> list[SessionRow]:
        """Where nothing is held and one of the strategies has become another, all of them begin anew: a Book is made
        from what one set of strategies decided together. Returns the sessions that may be gone on with.

        Raises InputError where something is held.
        """
        session = self._session
        rows, openings = running(self._writer.read, session.mode, session.account)
        if not rows or one_book(openings, session.deployment):
            return rows
        if busy := sorted(set(busy_names(self._writer.read, session.account))):
            raise _others(rows, [run.name for run in session.runs], busy, session.mode)
        for row in rows:
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


def _others(rows: Iterable[SessionRow], names: Sequence[str], busy: Sequence[str], mode: Mode) -> InputError:
    """What is held was traded by strategies other than those of the file, and no copy of the file as it was is left."""
    before = ", ".join(f"{row.strategy} ({short_hash(row.strategy_hash)})" for row in rows)
    other = "begin another ledger" if mode is Mode.PAPER else "close everything with `stratrun kill --flatten`"
    return InputError(
        f"{', '.join(busy)} still holds or has ordered something beside {before}; "
        f"the deployment now has {', '.join(names)}: strategies, shares or limits are others",
        help=f"bring the deployment back as it was until nothing is held or ordered, or {other}",
    )
