"""A session as its operator sees it: what control asks in, views and outcomes out.

What holds trading back is recorded as StateChanged, so that it survives a restart; what moves orders is the kind's own
(controls_live, controls_paper).
"""

from __future__ import annotations

from collections.abc import Sequence

from ...diagnostics.diagnostic import InputError
from ...language import deployment
from ...ledger.events_control import StateChanged
from ...ledger.refusal import LedgerError
from ...ledger.rows import SessionRow, StateRow
from ...ledger.values import IN_DOUBT, Scope, TradingState
from ..control.commands import Cancel, Close, Flatten, Halt, Pause, PlaceManual, Reload, Resume, Shutdown
from ..control.controlled import Ordered, Outcome
from ..control.shown import halt_words, position_view, session_view, state_view
from ..control.views import OrderView, PositionView, SessionView, StatusView
from ..halt_marker import HaltMarker
from .acts import Acts
from .history import symbols_of
from .session import Session

MANUAL_HOLD = "MANUAL_HOLD"
"""Code of a pause; the gate denies entries with it."""
OPERATOR = "OPERATOR"
"""Code of a halt."""


class Controls:
    """`Controlled` for one session. `marker`: the kill switch's, where there is a place for one."""

    def __init__(self, session: Session, marker: HaltMarker | None = None) -> None:
        self._session, self._marker = session, marker

    @property
    def _acts(self) -> Acts:
        return self._session.acts

    async def status(self) -> StatusView:
        session, state = self._session, self._session.ledger.state
        orders, halted = state.live(), self._marker.read() if self._marker else None
        return StatusView(
            source="session",
            deployment=session.deployment.name,
            time=session.now(),
            sessions=tuple(self._sessions()),
            states=tuple(state_view(row) for row in state.all(StateRow) if row.state is not TradingState.ACTIVE),
            orders=len(self._acts.orders()),
            in_doubt=sum(order.state in IN_DOUBT for order in orders),
            positions=len(state.positions()),
            drift=tuple(finding.words for finding in state.drift()),
            halt=None if halted is None else halt_words(halted),
            notes=tuple(one for one in (self._acts.note, *session.notes()) if one),
        )

    async def orders(self) -> Sequence[OrderView]:
        return self._acts.orders()

    async def positions(self) -> Sequence[PositionView]:
        rows = self._session.ledger.state.positions()
        return [
            position_view(row, self._acts.price(row.symbol), self._acts.stop(row.strategy, row.symbol)) for row in rows
        ]  # fmt: skip

    async def act(self, ordered: Ordered) -> Outcome:
        why = ordered.why or "no reason given"
        match ordered.action:
            case Pause() as it:
                return await self._hold(it, TradingState.REDUCING, MANUAL_HOLD, ordered.who, why)
            case Halt() as it:
                return await self._hold(it, TradingState.HALTED, OPERATOR, ordered.who, why)
            case Resume() as it:
                return await self._resume(it, ordered.who, why)
            case Flatten() as it:
                held = await self._hold(it, TradingState.REDUCING, MANUAL_HOLD, ordered.who, why)
                return await self._acts.flatten(it.scope, self._name(it), why) if held.done else held
            case Cancel() as it:
                return await self._acts.cancel(it, why)
            case Close() as it:
                return await self._acts.close(it, why)
            case PlaceManual() as it:
                return await self._acts.place(it, ordered)
            case Reload():
                return Outcome(True, "OK", await self._session.reload())
            case Shutdown() as it:
                return self._shut_down(it)

    def _sessions(self) -> list[SessionView]:
        session, found = self._session, []
        for m, (name, run) in enumerate(zip(session.sessions, session.runs, strict=False)):
            row = session.ledger.state.get(SessionRow, name)
            if row is not None:
                seen = max(session.book.last(m, symbol) for symbol in symbols_of(run))
                found.append(session_view(row, seen if seen >= row.first_candle else None))
        return found

    def _name(self, action: Pause | Halt | Resume | Flatten) -> str:
        """As the ledger names what the action is about."""
        if action.scope is Scope.ACCOUNT:
            return self._session.account
        return action.name or (self._session.deployment.venue if action.scope is Scope.VENUE else "")

    def _unknown(self, action: Pause | Halt | Resume | Flatten) -> Outcome | None:
        """Why it cannot be about this session."""
        known = {
            Scope.STRATEGY: tuple(run.name for run in self._session.runs),
            Scope.SYMBOL: self._session.deployment.symbols,
        }.get(action.scope)
        if known is None or action.name in known:
            return None
        return Outcome(
            False, "UNKNOWN", f"there is no {action.scope.value} {action.name!r} here; there are {', '.join(known)}"
        )

    async def _hold(
        self, action: Pause | Halt | Flatten, state: TradingState, code: str, who: str, why: str
    ) -> Outcome:  # fmt: skip
        if unknown := self._unknown(action):
            return unknown
        name, also = self._name(action), ""
        found = self._session.ledger.state.get(StateRow, action.scope, name)
        halted = found is not None and found.state is TradingState.HALTED and found.until is None
        if not (halted and state is TradingState.REDUCING):  # what is halted is not let loose by a pause
            also = await self._held(StateChanged(action.scope, name, state, code, who, why))
        count = self._acts.cancel_entries(action.scope, name, why)
        words = "halted" if halted or state is TradingState.HALTED else "paused"
        told = f"; {count} entry {'order is' if count == 1 else 'orders are'} being canceled" if count else ""
        return Outcome(True, "OK", f"{name} is {words}: nothing enters until it is resumed{told}{also}")

    async def _held(self, event: StateChanged) -> str:
        """Record it; where that cannot be, leave the marker, which holds everything. Raises LedgerError."""
        try:
            await self._session.ledger.decide(lambda state: (event,))
        except LedgerError as error:
            if self._marker is None:
                raise
            self._marker.write(event.who, event.why)
            return f"; it could not be recorded ({error}), so the halt marker holds the whole account"
        return ""

    async def _resume(self, action: Resume, who: str, why: str) -> Outcome:
        if unknown := self._unknown(action):
            return unknown
        name = self._name(action)
        await self._session.ledger.record(
            StateChanged(action.scope, name, TradingState.ACTIVE, OPERATOR, who, why)
        )  # fmt: skip
        marked = False
        if action.scope is Scope.ACCOUNT and self._marker is not None:
            try:
                marked = self._marker.clear()
            except InputError as error:
                return Outcome(False, "MARKER", f"{error}: nothing enters while it is there")
        left = [row for row in self._session.ledger.state.all(StateRow) if row.state is not TradingState.ACTIVE]
        others = f"; still held: {', '.join(f'{row.scope.value} {row.name}' for row in left)}" if left else ""
        halted = self._marker.read() if self._marker else None
        others += f"; the halt marker still holds everything ({halt_words(halted)})" if halted else ""
        return Outcome(True, "OK", f"{name} is active again{', the halt marker is gone' if marked else ''}{others}")

    def _shut_down(self, action: Shutdown) -> Outcome:
        if action.policy and action.policy not in [one.value for one in deployment.Shutdown]:
            known = ", ".join(one.value for one in deployment.Shutdown)
            return Outcome(False, "UNKNOWN", f"there is no end {action.policy!r}; there are {known}")
        policy = deployment.Shutdown(action.policy) if action.policy else None
        self._session.ask_to_stop(policy)
        return Outcome(True, "OK", f"the session ends: {(policy or self._session.deployment.shutdown).value}")
