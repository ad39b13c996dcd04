"""The state table: whatever an order's state and whatever is told, what follows is what the ledger takes."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace

import pytest

from stratrun.engine.brokers.words import FillReport, OrderReport, Status
from stratrun.engine.ledger.events import Entry
from stratrun.engine.ledger.events_account import Filled
from stratrun.engine.ledger.project import project
from stratrun.engine.ledger.rows import FillRow, OrderRow
from stratrun.engine.ledger.values import ENDED, LIVE, Command, OrderState, OrderType, Role, Side, Source
from stratrun.engine.ledger.view import Memory
from stratrun.engine.orders.evidence import Booked, filled, settle

from .stage import NOW, SPOT, D

S = OrderState
FILLED_BEFORE = {S.PARTIAL: D("0.4"), S.FILLED: D(1), S.CANCELED: D("0.4"), S.EXPIRED: D(0)}
UNSENT = (S.SUBMITTING, S.UNKNOWN, S.REJECTED, S.NEVER_PLACED, S.QUARANTINED, S.DENIED)
TOLD = [None, *Status]
AMOUNTS = [D(0), D("0.4"), D("0.7"), D(1), D("1.2")]
CASES = list(itertools.product(S, TOLD, AMOUNTS, [False, True]))


def order(state: OrderState) -> OrderRow:
    """An order for 1 in that state."""
    return OrderRow(
        "o", None, None, "main", "dip", SPOT, Role.ENTRY, Side.BUY, OrderType.LIMIT, D(1), D(100), None, False, state,
        Command.NONE, NOW, NOW, 1, None if state in UNSENT else "v", filled=FILLED_BEFORE.get(state, D(0)),
    )  # fmt: skip


def told(status: Status, filled: str | object) -> OrderReport:
    return OrderReport(
        SPOT, "v", "o", Side.BUY, OrderType.LIMIT, status, D(1), D(str(filled)), D(100), None, False, NOW, Source.POLL
    )  # fmt: skip


def trade(name: str, quantity: object) -> FillReport:
    return FillReport(
        SPOT, name, "v", "o", Side.BUY, D(str(quantity)), D(100), D(0), "USDT", None, NOW, Source.POLL
    )  # fmt: skip


def booked(known: Mapping[str, FillRow]) -> Booked:
    """Each fill whole, to the order that it names."""
    return lambda it: () if it.fill_id in known else (filled(it, "main", "o"),)


@pytest.mark.parametrize(("state", "status", "amount", "whole"), CASES)
def test_every_state_takes_every_report(
    state: OrderState, status: Status | None, amount: object, whole: bool
) -> None:  # fmt: skip
    """Events are legal, fills only grow, and an order that the venue ended ends once its fills are known."""
    row, before = order(state), FILLED_BEFORE.get(state, D(0))
    missing = D(str(amount)) - before
    fills = [trade("new", missing)] if missing > 0 and (whole or status is None) else []
    report = None if status is None else told(status, amount)
    verdict = settle(row, report, fills, {}, whole, booked({}))
    memory = Memory()
    memory.take((row,))
    for seq, event in enumerate(verdict.events, 2):
        memory.take(project(memory, Entry(seq, NOW, event)))
    after = memory.get(OrderRow, "o")
    assert after is not None
    assert after.filled >= before
    if state is S.DENIED:
        assert after == row
        return
    over = status is not None and status is not Status.OPEN
    if over and whole:
        assert verdict.complete == (after.filled >= D(str(amount)))
        assert after.state in ENDED
    if state in ENDED and state not in (S.REJECTED, S.NEVER_PLACED):
        assert after.state in (state, S.FILLED)
    if over and not whole and missing > 0 and state not in ENDED:
        assert not verdict.complete
        assert after.state in LIVE


def test_a_fill_is_booked_once() -> None:
    """A fill that is known says nothing new."""
    row = order(S.OPEN)
    first = settle(row, None, [trade("1", "0.4")], {}, False, booked({}))
    assert [type(event) for event in first.events] == [Filled]
    memory = Memory()
    memory.take((row,))
    rows = project(memory, Entry(2, NOW, first.events[0]))
    known = {it.fill_id: it for it in rows if isinstance(it, FillRow)}
    again = settle(replace(row, filled=D("0.4")), None, [trade("1", "0.4")], known, False, booked(known))
    assert again.events == ()
