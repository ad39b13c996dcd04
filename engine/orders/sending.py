"""From an order wanted to an order sent, once.

1. its name: the same decision made again is the order that was sent, not another;
2. in the ledger's turn, so that no other order comes in between: the session's gate and our own conditions; a denial
   is recorded, and nothing is sent;
3. in the same turn intent, order, the exact parameters, what it reserves and its deadline, durable in one append;
4. the send; its outcome is recorded before anything else. What is not proven is unknown, and the resolver's.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from ..brokers.outcome import NotSentError, RejectedError
from ..brokers.words import OrderReport, Ticket
from ..ledger.events import Event
from ..ledger.events_orders import (
    OrderDenied,
    OrderNeverPlaced,
    OrderRejected,
    OrderSubmitted,
    OrderUnknown,
)
from ..ledger.events_session import IntentPlanned, SessionOpened
from ..ledger.refusal import RefusedError, Rule
from ..ledger.rows import DoubtRow, IntentRow, OrderRow, SessionRow
from ..ledger.values import Mode, OrderState, Role, Texts
from .client_id import client_id, intent_id
from .conditions import denial_of, reserved
from .parts import Parts
from .resolver import Resolver
from .rounding import rounded
from .state import State
from .wanted import Denial, Gate, Wanted

Refused = Callable[[str], None]


class _Prepared(NamedTuple):
    wanted: Wanted
    wire: Texts
    denial: Denial | None
    intent: str
    name: str


class Sending:
    """Orders of one symbol and role take turns, so that at most one of them is ever in doubt."""

    def __init__(self, parts: Parts, resolver: Resolver, gate: Gate, refused: Refused) -> None:
        """`refused` is told of the venue's definite refusals."""
        self._parts, self._resolver, self._gate, self._refused = parts, resolver, gate, refused
        self._lanes: defaultdict[tuple[str, Role], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def place(self, wanted: Wanted) -> OrderRow:
        """Send an order, or record why not; returns it once its outcome is known, or known to be unknown.

        Raises LedgerError when the intent cannot be recorded: then nothing was sent.
        """
        async with self._lanes[wanted.symbol, wanted.role]:
            known = await self._known(wanted)
            if known is not None:
                return known
            prepared = self._prepare(wanted)
            await self._record(prepared)
            row = self._row(prepared.name)
            if row.state is not OrderState.SUBMITTING:
                return row
            await self._send(prepared.name, prepared.wire)
            return self._row(prepared.name)

    async def _known(self, wanted: Wanted) -> OrderRow | None:
        """The order that this decision became when it was made before."""
        if wanted.candle is None and not wanted.key:
            return None
        name = client_id(self._prefix(), intent_id(wanted, self._parts.account, 0), 0)
        return await self._parts.journal.recall(name)

    async def _record(self, it: _Prepared) -> None:
        try:
            try:
                await self._parts.journal.decide(lambda state: self._events(state, it))
            except RefusedError as refusal:
                denied = it._replace(denial=_as_denial(refusal))
                if denied.denial is None:
                    raise
                await self._parts.journal.decide(lambda state: self._events(state, denied))
        except asyncio.CancelledError:
            self._parts.tasks.once(f"abandon {it.name}", lambda: self._abandon(it.name))
            raise

    async def _abandon(self, name: str) -> None:
        """It was recorded, and whoever wanted it was canceled before it was sent."""
        await self._outcome(name, lambda: OrderNeverPlaced(name, "canceled before anything was sent"))

    def _prepare(self, wanted: Wanted) -> _Prepared:
        parts = self._parts
        place = parts.journal.writer.head.seq
        intent = intent_id(wanted, parts.account, place)
        name = client_id(self._prefix(), intent, 0)
        denial: Denial | None = None
        wire: Texts = ()
        try:
            wanted = rounded(wanted, parts.broker.instrument(wanted.symbol))
            wire = parts.broker.wire(ticket_of(wanted, name, parts.broker.abilities.reduce_only))
        except RejectedError as error:
            denial = Denial(f"ORDER_TYPE_UNSUPPORTED: {error.code}")
        except Exception as error:  # a market that cannot be made sense of: nothing is sent, and it is recorded
            denial = Denial(f"INSTRUMENT: {type(error).__name__}")
        return _Prepared(wanted, wire, denial, intent, name)

    def _asked(self, wanted: Wanted, state: State) -> Denial | None:
        """The session's gate; what it cannot answer, it denies."""
        try:
            return self._gate(wanted, state)
        except Exception as error:  # the gate is the session's: whatever it fails with, entries must not pass it
            if wanted.role is Role.EMERGENCY:
                self._parts.alert("GATE_FAILED", wanted.symbol, f"{type(error).__name__}: an emergency exit goes on")
                return None
            return Denial(f"GATE_FAILED: {type(error).__name__}")

    def _events(self, state: State, it: _Prepared) -> Sequence[Event]:
        """Decided in the append's own turn, on rows that nothing can change any more: two orders asked for at once
        must not both find room under one limit."""
        parts, wanted = self._parts, it.wanted
        doubt = state.get(DoubtRow, parts.account, wanted.symbol, wanted.role)
        denial = it.denial or self._asked(wanted, state) or denial_of(parts, state, wanted)
        if denial is None and doubt is not None and doubt.order_id is not None:
            denial = Denial("ORDER_UNKNOWN")
        session, opened = session_for(state, parts, wanted)
        planned = IntentPlanned(
            it.intent, session, parts.account, wanted.strategy, wanted.symbol, wanted.role, wanted.side,
            _above_zero(wanted), wanted.reason, wanted.decision_id, wanted.candle, wanted.leg, wanted.attempt,
        )  # fmt: skip
        intents = () if state.get(IntentRow, it.intent) else (planned,)
        if denial is not None:
            denied = OrderDenied(
                it.name, it.intent, wanted.type, _above_zero(wanted), denial.code[:200], denial.numbers
            )  # fmt: skip
            return (*opened, *intents, denied)
        submitted = OrderSubmitted(
            it.name, it.intent, wanted.attempt, wanted.type, wanted.quantity, it.wire,
            parts.clock.now() + int(parts.settings.asks[-1] * 1_000), wanted.price, wanted.trigger,
            wanted.reduce_only, reserved(parts, state, wanted), wanted.risk,
        )  # fmt: skip
        return (*opened, *intents, submitted)

    async def _send(self, name: str, wire: Texts) -> None:
        parts = self._parts
        try:
            async with asyncio.timeout(parts.settings.answer):
                report = await parts.broker.submit(wire)
            await self._answered(name, report)
        except RejectedError as error:
            code, words = error.code, error.words
            self._refused(code)
            await self._outcome(name, lambda: OrderRejected(name, code[:200], words[:3_000] or code))
        except NotSentError as error:
            words = error.words
            await self._outcome(name, lambda: OrderNeverPlaced(name, f"not sent: {words[:3_000]}"))
        except asyncio.CancelledError:
            await self._outcome(name, lambda: OrderUnknown(name, "canceled while sending"))
            raise
        except Exception as error:  # anything not proven is unknown, a fault of the broker's own code, too
            cause = f"{type(error).__name__}: {error}"[:3_000]
            await self._outcome(name, lambda: OrderUnknown(name, cause))
        finally:
            if self._resolver.intake.held:
                parts.tasks.once("release", self._resolver.intake.release)

    async def _answered(self, name: str, report: OrderReport) -> None:
        if not await self._resolver.intake.settle(name, report, (), whole=False):
            self._resolver.chase(name, f"the answer says {report.status}, filled {report.filled}")

    async def _outcome(self, name: str, event: Callable[[], Event]) -> None:
        """Record it unless the stream has told better meanwhile; in doubt the resolver goes on."""

        def make(event: Callable[[], Event], state: State) -> Sequence[Event]:
            row = state.order(name)
            return (event(),) if row is not None and row.state is OrderState.SUBMITTING else ()

        journal = self._parts.journal
        try:
            await journal.insist(partial(make, event))
        except RefusedError as refusal:  # whatever is wrong with its words, the order must not stay as if on its way
            words = f"its outcome cannot be recorded: {refusal.rule}"
            await journal.insist(partial(make, lambda: OrderUnknown(name, words)))
        row = self._parts.state.order(name)
        if row is None:
            return
        if row.state is OrderState.UNKNOWN or (row.venue_id is None and row.state in _TOLD):
            self._resolver.chase(name, row.evidence or "the stream told of it, the answer did not")

    def _prefix(self) -> str:
        return self._parts.state.prefixes()[-1]

    def _row(self, name: str) -> OrderRow:
        row = self._parts.state.order(name)
        if row is None:
            raise LookupError(f"order {name} was recorded and is not there")
        return row


_SMALLEST = Decimal("1e-18")
_TOLD = frozenset({OrderState.OPEN, OrderState.PARTIAL, OrderState.FILLED})
_DENIALS = {Rule.RESERVATION: "FUNDS", Rule.IN_DOUBT: "ORDER_UNKNOWN"}


def _as_denial(refusal: RefusedError) -> Denial | None:
    code = _DENIALS.get(refusal.rule)
    return Denial(code) if code else None


def _above_zero(wanted: Wanted) -> Decimal:
    """The ledger takes no order of nothing, not even a denied one."""
    return wanted.quantity if wanted.quantity > 0 else _SMALLEST


def ticket_of(wanted: Wanted, name: str, reduce_only: bool) -> Ticket:
    """`reduce_only`: the venue has such orders; where it has none, the position bounds what is asked."""
    return Ticket(
        name, wanted.symbol, wanted.side, wanted.type, wanted.quantity, wanted.price, wanted.trigger,
        wanted.reduce_only and reduce_only, wanted.post_only,
    )  # fmt: skip


def session_for(state: State, parts: Parts, wanted: Wanted) -> tuple[str, tuple[Event, ...]]:
    """The session that the order is of: the one named, the strategy's running one, or this desk's own."""
    mine = [row for row in state.all(SessionRow) if (row.account, row.strategy) == (parts.account, wanted.strategy)]
    named = next((row for row in mine if row.session_id == wanted.session_id), None)
    found = named or next(iter(sorted(mine, key=lambda row: -row.opened_seq)), None)
    if found is not None:
        return found.session_id, ()
    name = f"desk.{parts.account}.{wanted.strategy}"
    opened = SessionOpened(
        name, Mode(parts.settings.mode), parts.account, wanted.strategy, "", "", (wanted.symbol,), "", 0, ""
    )  # fmt: skip
    return name, (opened,)
