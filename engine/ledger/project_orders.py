"""The order state machine: which event may follow which state, and what the order is afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import assert_never

from .balances import release, reserve
from .events import Entry
from .events_orders import (
    CommandSent,
    CommandSettled,
    CommandUnknown,
    OrderAccepted,
    OrderAdopted,
    OrderAmended,
    OrderCanceled,
    OrderDenied,
    OrderEvent,
    OrderExpired,
    OrderNeverPlaced,
    OrderQuarantined,
    OrderRejected,
    OrderSubmitted,
    OrderUnknown,
)
from .project_sessions import running
from .refusal import RefusedError, Rule
from .rows import DoubtRow, IntentRow, OrderRow
from .values import ENDED, IN_DOUBT, Command, OrderState, Role
from .view import Draft, View

S = OrderState
_SENT = frozenset({S.SUBMITTING, S.UNKNOWN, S.QUARANTINED, S.OPEN, S.PARTIAL})
_AT_VENUE = frozenset({S.UNKNOWN, S.QUARANTINED, S.OPEN, S.PARTIAL})
FROM: Mapping[type[OrderEvent], frozenset[OrderState]] = MappingProxyType(
    {
        OrderAccepted: _SENT | {S.FILLED},
        OrderUnknown: frozenset({S.SUBMITTING}),
        OrderRejected: frozenset({S.SUBMITTING, S.UNKNOWN, S.QUARANTINED}),
        OrderNeverPlaced: frozenset({S.SUBMITTING, S.UNKNOWN, S.QUARANTINED}),
        OrderQuarantined: frozenset({S.UNKNOWN}),
        OrderCanceled: _SENT,
        OrderExpired: _SENT,
        OrderAdopted: frozenset({S.UNKNOWN, S.QUARANTINED, S.REJECTED, S.NEVER_PLACED}),
        CommandSent: _AT_VENUE,
        CommandUnknown: frozenset(S) - {S.DENIED},
        CommandSettled: frozenset(S) - {S.DENIED},
        OrderAmended: _SENT,
    }
)
"""Event -> states of an order that it may follow; fills have their own rule (`state_after_fill`)."""


def project_order(draft: Draft, entry: Entry, event: OrderEvent) -> None:
    match event:
        case OrderDenied():
            _deny(draft, entry, event)
        case OrderSubmitted():
            _submit(draft, entry, event)
        case OrderAdopted():
            _adopt(draft, entry, event)
        case OrderAccepted():
            _accept(draft, entry, event)
        case OrderUnknown():
            row = allowed(draft, event)
            change(draft, entry, row, replace(row, state=S.UNKNOWN, evidence=event.cause))
        case OrderRejected() | OrderNeverPlaced() | OrderQuarantined() | OrderCanceled() | OrderExpired():
            _end(draft, entry, event)
        case CommandSent() | CommandUnknown() | CommandSettled() | OrderAmended():
            _command(draft, entry, event)
        case _:
            assert_never(event)


def order_of(view: View, order_id: str) -> OrderRow:
    """Raises RefusedError."""
    row = view.get(OrderRow, order_id)
    if row is None:
        raise RefusedError(Rule.UNKNOWN_ORDER, f"there is no order {order_id}")
    return row


def allowed(view: View, event: OrderEvent) -> OrderRow:
    """The event's order, in a state that allows the event. Raises RefusedError."""
    row = order_of(view, event.order_id)
    if row.state not in FROM[type(event)]:
        raise RefusedError(
            Rule.ILLEGAL_TRANSITION, f"order {row.order_id} is {row.state}, which {type(event).__name__} cannot follow"
        )
    return row


def change(draft: Draft, entry: Entry, before: OrderRow, after: OrderRow) -> None:
    """Put the order, with what follows from a change of its state: doubts, reservations, commands."""
    if after.state in ENDED:
        release(draft, after.account, after.reserved)
        after = replace(after, reserved=(), command=Command.NONE)
    if before.state in IN_DOUBT and after.state not in IN_DOUBT:
        doubt = draft.get(DoubtRow, after.account, after.symbol, after.role)
        if doubt is not None and doubt.order_id == after.order_id:
            draft.put(replace(doubt, order_id=None))
    draft.put(replace(after, updated=entry.time))


def _intent(view: View, intent_id: str) -> IntentRow:
    row = view.get(IntentRow, intent_id)
    if row is None:
        raise RefusedError(Rule.UNKNOWN_INTENT, f"there is no intent {intent_id}")
    running(view, row.session_id)
    return row


def _new(draft: Draft, entry: Entry, it: OrderDenied | OrderSubmitted, state: OrderState) -> OrderRow:
    intent = _intent(draft, it.intent_id)
    if draft.get(OrderRow, it.order_id) is not None:
        raise RefusedError(Rule.DUPLICATE_ID, f"order {it.order_id} is there already")
    if it.quantity <= 0:
        raise RefusedError(Rule.PAYLOAD, f"order {it.order_id}: a quantity of {it.quantity}")
    return OrderRow(
        it.order_id, intent.intent_id, intent.session_id, intent.account, intent.strategy, intent.symbol, intent.role,
        intent.side, it.type, it.quantity, None, None, False, state, Command.NONE, entry.time, entry.time, entry.seq,
    )  # fmt: skip


def _deny(draft: Draft, entry: Entry, it: OrderDenied) -> None:
    draft.put(replace(_new(draft, entry, it, S.DENIED), evidence=it.code))


def _submit(draft: Draft, entry: Entry, it: OrderSubmitted) -> None:
    row = _new(draft, entry, it, S.SUBMITTING)
    doubt = draft.get(DoubtRow, row.account, row.symbol, row.role)
    if doubt is not None and doubt.order_id is not None:
        raise RefusedError(
            Rule.IN_DOUBT, f"the fate of order {doubt.order_id} ({row.symbol}, {row.role}) is not known yet"
        )
    reserve(draft, row.account, it.reserved)
    draft.put(DoubtRow(row.account, row.symbol, row.role, row.order_id))
    draft.put(
        replace(
            row,
            price=it.price,
            trigger=it.trigger,
            reduce_only=it.reduce_only,
            deadline=it.deadline,
            reserved=it.reserved,
            wire=it.wire,
        )
    )


def _adopt(draft: Draft, entry: Entry, it: OrderAdopted) -> None:
    known = draft.get(OrderRow, it.order_id)
    if known is not None:
        allowed(draft, it)
        state = S.PARTIAL if known.filled else S.OPEN
        change(draft, entry, known, replace(known, state=state, venue_id=it.venue_id, evidence=it.evidence))
        return
    if it.quantity <= 0 or not it.evidence:
        raise RefusedError(Rule.EVIDENCE, f"order {it.order_id} is adopted without quantity or evidence")
    draft.put(
        OrderRow(
            it.order_id,
            None,
            None,
            it.account,
            it.strategy,
            it.symbol,
            Role.EXTERNAL,
            it.side,
            it.type,
            it.quantity,
            it.price,
            it.trigger,
            it.reduce_only,
            S.OPEN,
            Command.NONE,
            entry.time,
            entry.time,
            entry.seq,
            it.venue_id,
            ours=it.ours,
            evidence=it.evidence,
        )
    )


def _accept(draft: Draft, entry: Entry, it: OrderAccepted) -> None:
    row = allowed(draft, it)
    state = S.OPEN if row.state in IN_DOUBT else row.state
    change(draft, entry, row, replace(row, state=state, venue_id=it.venue_id))


def _end(
    draft: Draft,
    entry: Entry,
    it: OrderRejected | OrderNeverPlaced | OrderQuarantined | OrderCanceled | OrderExpired,
) -> None:
    row = allowed(draft, it)
    if not it.evidence:
        raise RefusedError(Rule.EVIDENCE, f"order {row.order_id}: {type(it).__name__} without evidence")
    match it:
        case OrderCanceled() | OrderExpired():
            if it.filled != row.filled:
                raise RefusedError(
                    Rule.FINAL_FILL, f"order {row.order_id}: its fills come to {row.filled}, the venue says {it.filled}"
                )
            state = S.CANCELED if isinstance(it, OrderCanceled) else S.EXPIRED
        case OrderRejected():
            state = S.REJECTED
        case OrderNeverPlaced():
            state = S.NEVER_PLACED
        case OrderQuarantined():
            state = S.QUARANTINED
    change(draft, entry, row, replace(row, state=state, evidence=it.evidence))


_UNANSWERED = {Command.CANCEL_SENT: Command.CANCEL_UNKNOWN, Command.AMEND_SENT: Command.AMEND_UNKNOWN}


def _command(draft: Draft, entry: Entry, it: CommandSent | CommandUnknown | CommandSettled | OrderAmended) -> None:
    row = allowed(draft, it)
    pending = row.command
    match it:
        case CommandSent():
            fits = pending not in _UNANSWERED and it.command in _UNANSWERED
            after = replace(row, command=it.command)
        case CommandUnknown():
            fits = pending in _UNANSWERED or row.state in ENDED
            after = replace(row, command=_UNANSWERED.get(pending, Command.NONE), evidence=it.cause)
        case CommandSettled():
            fits = pending is not Command.NONE or row.state in ENDED
            after = replace(row, command=Command.NONE, evidence=it.evidence)
        case OrderAmended():
            fits = pending in (Command.AMEND_SENT, Command.AMEND_UNKNOWN) and it.quantity > row.filled
            after = replace(
                row, command=Command.NONE, venue_id=it.venue_id, quantity=it.quantity, price=it.price,
                trigger=it.trigger,
            )  # fmt: skip
    if not fits:
        raise RefusedError(
            Rule.ILLEGAL_TRANSITION, f"order {row.order_id} has command {pending}: {type(it).__name__} does not fit"
        )
    if isinstance(it, OrderAmended) and it.reserved is not None:
        release(draft, row.account, row.reserved)
        reserve(draft, row.account, it.reserved)
        after = replace(after, reserved=it.reserved)
    change(draft, entry, row, after)
