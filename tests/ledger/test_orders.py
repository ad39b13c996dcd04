"""The order state machine: every event against every state, held to a table of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stratrun.engine.ledger.events import Entry, Event
from stratrun.engine.ledger.events_orders import (
    CommandSent,
    CommandSettled,
    CommandUnknown,
    OrderAccepted,
    OrderAdopted,
    OrderAmended,
    OrderCanceled,
    OrderDenied,
    OrderExpired,
    OrderNeverPlaced,
    OrderQuarantined,
    OrderRejected,
    OrderUnknown,
)
from stratrun.engine.ledger.project import project
from stratrun.engine.ledger.refusal import RefusedError, Rule
from stratrun.engine.ledger.rows import DoubtRow, FindingRow, OrderRow
from stratrun.engine.ledger.values import Command, OrderState, OrderType, Role, Side
from stratrun.engine.ledger.view import Memory

from .story import D, filled, intent, opened, submitted

PARTIAL = [submitted("a"), OrderAccepted("a", "v"), filled("a", "1", "0.4")]
REACHED: dict[str, list[Event]] = {
    "denied": [OrderDenied("a", "i-a", OrderType.MARKET, D(1), "FUNDS")],
    "submitting": [submitted("a")],
    "unknown": [submitted("a"), OrderUnknown("a", "timeout")],
    "quarantined": [submitted("a"), OrderUnknown("a", "timeout"), OrderQuarantined("a", "60 s")],
    "open": [submitted("a"), OrderAccepted("a", "v")],
    "partial": PARTIAL,
    "filled": [submitted("a"), filled("a", "1")],
    "canceled": [*PARTIAL, OrderCanceled("a", D("0.4"), "answer")],
    "expired": [*PARTIAL, OrderExpired("a", D("0.4"), "answer")],
    "rejected": [submitted("a"), OrderRejected("a", "-2010", "answer")],
    "never_placed": [submitted("a"), OrderNeverPlaced("a", "refused")],
}
ADOPTED = OrderAdopted("a", "main", "dip", "BTC/USDT", Side.BUY, OrderType.MARKET, D(1), "v", True, "found")
EVENTS: dict[str, Callable[[Memory], Event]] = {
    "accepted": lambda _: OrderAccepted("a", "v"),
    "unknown": lambda _: OrderUnknown("a", "timeout"),
    "rejected": lambda _: OrderRejected("a", "-2010", "answer"),
    "never placed": lambda _: OrderNeverPlaced("a", "not there"),
    "quarantined": lambda _: OrderQuarantined("a", "60 s"),
    "canceled": lambda rows: OrderCanceled("a", order_in(rows).filled, "answer"),
    "expired": lambda rows: OrderExpired("a", order_in(rows).filled, "answer"),
    "some filled": lambda _: filled("a", "9", "0.1"),
    "all filled": lambda _: filled("a", "9", "1"),
    "adopted": lambda _: ADOPTED,
}
# state: event -> state; what is not here is refused.
TABLE = {
    "denied": {},
    "submitting": {
        "accepted": "open", "unknown": "unknown", "rejected": "rejected", "never placed": "never_placed",
        "canceled": "canceled", "expired": "expired", "some filled": "partial", "all filled": "filled",
    },
    "unknown": {
        "accepted": "open", "rejected": "rejected", "never placed": "never_placed", "quarantined": "quarantined",
        "canceled": "canceled", "expired": "expired", "some filled": "partial", "all filled": "filled",
        "adopted": "open",
    },
    "quarantined": {
        "accepted": "open", "rejected": "rejected", "never placed": "never_placed", "canceled": "canceled",
        "expired": "expired", "some filled": "partial", "all filled": "filled", "adopted": "open",
    },
    "open": {
        "accepted": "open", "canceled": "canceled", "expired": "expired", "some filled": "partial",
        "all filled": "filled",
    },
    "partial": {
        "accepted": "partial", "canceled": "canceled", "expired": "expired", "some filled": "partial",
        "all filled": "filled",
    },
    "filled": {"accepted": "filled", "some filled": "filled", "all filled": "filled"},
    "canceled": {"some filled": "canceled", "all filled": "filled"},
    "expired": {"some filled": "expired", "all filled": "filled"},
    "rejected": {"some filled": "partial", "all filled": "filled", "adopted": "open"},
    "never_placed": {"some filled": "partial", "all filled": "filled", "adopted": "open"},
}  # fmt: skip


def played(*events: Event) -> Memory:
    rows = Memory()
    for seq, event in enumerate(events, 1):
        rows.take(project(rows, Entry(seq, seq, event)))
    return rows


def order_in(rows: Memory) -> OrderRow:
    row = rows.get(OrderRow, "a")
    assert row is not None
    return row


def test_the_table_is_complete() -> None:
    """Every state but `created`, which nothing records, is in the table and can be reached."""
    assert set(TABLE) == set(REACHED) == {state.value for state in OrderState}
    for state, events in REACHED.items():
        assert order_in(played(opened(), intent("a"), *events)).state == state


@pytest.mark.parametrize("state", REACHED)
@pytest.mark.parametrize("what", EVENTS)
def test_an_event_leads_where_the_table_says(state: str, what: str) -> None:
    """An event moves the order as the table says, or is refused and changes nothing."""
    rows = played(opened(), intent("a"), *REACHED[state])
    before = dict(rows.rows)
    entry = Entry(90, 90, EVENTS[what](rows))
    if what not in TABLE[state]:
        with pytest.raises(RefusedError) as refused:
            project(rows, entry)
        assert refused.value.rule is Rule.ILLEGAL_TRANSITION
        assert rows.rows == before
        return
    rows.take(project(rows, entry))
    order = order_in(rows)
    assert order.state == TABLE[state][what]
    doubt = rows.get(DoubtRow, "main", "BTC/USDT", Role.ENTRY)
    assert doubt is not None
    assert (doubt.order_id == "a") == (order.state in ("submitting", "unknown", "quarantined"))


def test_an_order_ends_with_the_fills_it_had() -> None:
    """A cancel that says another final fill than the fills recorded is refused until they are recorded."""
    rows = played(opened(), intent("a"), *PARTIAL)
    with pytest.raises(RefusedError) as refused:
        project(rows, Entry(9, 9, OrderCanceled("a", D("0.5"), "answer")))
    assert refused.value.rule is Rule.FINAL_FILL


@pytest.mark.parametrize("event", [
    OrderRejected("a", "-1", ""), OrderNeverPlaced("a", ""), OrderCanceled("a", D(0), ""), OrderExpired("a", D(0), ""),
])  # fmt: skip
def test_an_end_has_its_evidence(event: Event) -> None:
    """No order ends without the reason to believe it."""
    with pytest.raises(RefusedError) as refused:
        project(played(opened(), intent("a"), submitted("a")), Entry(9, 9, event))
    assert refused.value.rule is Rule.EVIDENCE


def test_an_overfill_counts_and_is_flagged() -> None:
    """More than was asked for is a fact: applied, flagged once, and told as drift."""
    rows = played(opened(), intent("a"), *PARTIAL, filled("a", "2", "0.7"), filled("a", "3", "0.1"))
    order = order_in(rows)
    assert (order.state, order.overfilled, order.filled) == ("filled", True, D("1.2"))
    (finding,) = [row for row in rows.rows.values() if isinstance(row, FindingRow)]
    assert (finding.ours, finding.theirs, finding.resolved) == (D(1), D("1.1"), None)


def test_a_fill_is_of_its_orders_market() -> None:
    """A fill of another symbol or side than its order's is refused."""
    rows = played(opened(), intent("a"), submitted("a"))
    for wrong in (filled("a", "1", symbol="ETH/USDT"), filled("a", "1", side=Side.SELL)):
        with pytest.raises(RefusedError) as refused:
            project(rows, Entry(9, 9, wrong))
        assert refused.value.rule is Rule.MISMATCH


COMMANDS: list[tuple[list[Event], Command | None]] = [
    ([CommandSent("a", Command.CANCEL_SENT, "exit")], Command.CANCEL_SENT),
    ([CommandSent("a", Command.CANCEL_SENT, "exit"), CommandUnknown("a", "timeout")], Command.CANCEL_UNKNOWN),
    ([CommandSent("a", Command.AMEND_SENT, "trail"), CommandUnknown("a", "timeout")], Command.AMEND_UNKNOWN),
    ([CommandSent("a", Command.AMEND_SENT, "trail"), CommandSettled("a", "would trigger")], Command.NONE),
    ([CommandSent("a", Command.AMEND_SENT, "trail"), OrderAmended("a", "v2", D(2))], Command.NONE),
    ([CommandSent("a", Command.CANCEL_SENT, "exit"), filled("a", "2", "0.6")], Command.NONE),
    ([CommandSent("a", Command.CANCEL_SENT, "exit"), OrderCanceled("a", D("0.4"), "answer")], Command.NONE),
    ([CommandSent("a", Command.CANCEL_SENT, "a"), CommandSent("a", Command.CANCEL_SENT, "b")], None),
    ([CommandSent("a", Command.NONE, "nothing")], None),
    ([CommandUnknown("a", "timeout")], None),
    ([OrderAmended("a", "v2", D(2))], None),
    ([CommandSent("a", Command.AMEND_SENT, "less"), OrderAmended("a", "v2", D("0.4"))], None),
]


@pytest.mark.parametrize(("events", "left"), COMMANDS)
def test_a_command_is_apart_from_the_state(events: list[Event], left: Command | None) -> None:
    """What is asked of a partly filled order does not hide that it is partly filled; None is refused."""
    story = (opened(), intent("a"), *PARTIAL, *events)
    if left is None:
        with pytest.raises(RefusedError):
            played(*story)
        return
    order = order_in(played(*story))
    assert order.command is left
    assert order.state in ("partial", "filled", "canceled")
