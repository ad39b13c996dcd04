"""Any sequence of events, valid or not, with crashes between: the ledger is always a whole prefix of what was told."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Connection

from stratrun.engine.ledger.events import Entry, Event, key_of
from stratrun.engine.ledger.events_control import Noted
from stratrun.engine.ledger.events_orders import (
    CommandSent,
    OrderAccepted,
    OrderCanceled,
    OrderNeverPlaced,
    OrderQuarantined,
    OrderRejected,
    OrderUnknown,
)
from stratrun.engine.ledger.opening import open_writer
from stratrun.engine.ledger.project import project
from stratrun.engine.ledger.refusal import RefusedError
from stratrun.engine.ledger.rows import OrderRow
from stratrun.engine.ledger.tables import ROWS
from stratrun.engine.ledger.values import Command, Role, Side
from stratrun.engine.ledger.verify import verify
from stratrun.engine.ledger.view import Memory

from .story import Clock, D, closed, filled, funds, intent, opened, submitted

names = st.sampled_from(["a", "b", "c"])
quantities = st.sampled_from(["0.3", "0.7", "1", "1.5"])
reserves = st.sampled_from([(), (("USDT", D(100)),), (("USDT", D(99_950)),)])
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(opened, st.sampled_from(["s1", "s2"])),
    st.builds(closed, st.sampled_from(["s1", "s2"])),
    st.just(funds()),
    st.builds(intent, names, st.sampled_from(Role), st.sampled_from(Side), quantities),
    st.builds(submitted, names, quantities, reserved=reserves),
    st.builds(lambda n: OrderAccepted(n, f"v-{n}"), names),
    st.builds(lambda n: OrderUnknown(n, "timeout"), names),
    st.builds(lambda n: OrderRejected(n, "-1", "answer"), names),
    st.builds(lambda n: OrderNeverPlaced(n, "refused"), names),
    st.builds(lambda n: OrderQuarantined(n, "60 s"), names),
    st.builds(lambda n, q: OrderCanceled(n, D(q), "answer"), names, st.sampled_from(["0", "0.3", "1"])),
    st.builds(lambda n: CommandSent(n, Command.CANCEL_SENT, "exit"), names),
    st.builds(filled, names | st.none(), st.sampled_from("123456789"), quantities, side=st.sampled_from(Side)),
    st.builds(Noted, names, st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=5)),
)


class DiedError(Exception):
    """The process ended here."""


class LedgerMachine(RuleBasedStateMachine):
    """The model is a list of entries and rows in memory."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.file = Path(self.folder.name) / "ledger.db"
        self.clock = Clock()
        self.writer = open_writer(self.file, self.clock)
        self.told: list[Event] = []
        self.keys: set[str] = set()
        self.rows = Memory()
        self.record([opened(), funds(), intent("a"), submitted("a"), intent("b")])

    def expected(self, batch: Sequence[Event]) -> list[Event] | None:
        """What the batch adds, or None where it is refused; the model takes it."""
        trial, keys, new = Memory(), set(self.keys), list[Event]()
        trial.rows = dict(self.rows.rows)
        for event in batch:
            key = key_of(event)
            if key is not None and key in keys:
                continue
            try:
                trial.take(project(trial, Entry(len(self.told) + len(new) + 1, self.clock.now + 1_000, event)))
            except RefusedError:
                return None
            new.append(event)
            keys |= {key} if key is not None else set()
        self.rows, self.keys = trial, keys
        return new

    @rule(batch=st.lists(events, min_size=1, max_size=4))
    def record(self, batch: Sequence[Event]) -> None:
        new = self.expected(batch)
        if new is None:
            try:
                self.writer.append(*batch)
            except RefusedError:
                return
            raise AssertionError("recorded what the model refuses")
        places = self.writer.append(*batch)
        assert [not place.repeated for place in places].count(True) == len(new)
        self.told += new

    @rule()
    def end(self) -> None:
        self.writer.close()
        self.writer = open_writer(self.file, self.clock)

    @rule(batch=st.lists(events, min_size=1, max_size=3), at=st.integers(0, 6))
    def die(self, batch: Sequence[Event], at: int) -> None:
        """The process ends at one of the statements of an append: nothing of it is there afterwards."""
        count = 0
        ways = {name: getattr(Connection, name) for name in ("execute", "exec_driver_sql")}

        def dying(way: str) -> Callable[..., object]:
            def call(connection: Connection, *arguments: object, **more: object) -> object:
                nonlocal count
                if count == at:
                    raise DiedError
                count += 1
                return ways[way](connection, *arguments, **more)

            return call

        new: list[Event] | None = []
        with pytest.MonkeyPatch.context() as patch:
            for way in ways:
                patch.setattr(Connection, way, dying(way))
            with suppress(DiedError, RefusedError):
                self.writer.append(*batch)
                self.clock.now -= 1_000
                new = self.expected(batch)
                self.clock.now += 1_000
        self.told += new or []
        self.end()

    @invariant()
    def a_prefix(self) -> None:
        assert self.writer.head.seq == len(self.told)
        orders = {key[0]: row for (cls, key), row in self.rows.rows.items() if cls is OrderRow}
        for order in orders.values():
            assert isinstance(order, OrderRow)
            assert order.filled == sum((f.quantity for f in self.writer.read.fills(order.order_id)), D(0))

    def teardown(self) -> None:
        assert verify(self.writer.read).findings == ()
        assert [entry.event for entry in self.writer.read.entries()] == self.told
        for cls in ROWS:
            ours = {key: row for (kind, key), row in self.rows.rows.items() if kind is cls}
            assert len(self.writer.read.rows(cls)) == len(ours)
            assert set(self.writer.read.rows(cls)) == set(ours.values())
        self.writer.close()
        self.folder.cleanup()


TestLedger = LedgerMachine.TestCase
TestLedger.settings = settings(max_examples=8, stateful_step_count=12)
