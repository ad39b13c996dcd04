"""What appending promises, on a file and on a server."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import Connection, text

from stratrun.engine.ledger.events_account import CursorMoved, DriftFound, DriftResolved, PlanStepped, PrefixMade
from stratrun.engine.ledger.events_control import Archived, Noted, StateChanged
from stratrun.engine.ledger.opening import open_reader, open_writer
from stratrun.engine.ledger.refusal import LedgerError, RefusedError, Rule, UnreachableError
from stratrun.engine.ledger.rows import KeyRow
from stratrun.engine.ledger.values import FindingKind, OrderState, Role, Scope, TradingState
from stratrun.engine.ledger.verify import Fault, verify
from stratrun.engine.ledger.writer import Appended

from .story import Clock, closed, filled, funds, intent, opened, order, round_trips, submitted


def test_what_was_appended_is_read_again_in_its_order(place: str) -> None:
    """A reader sees the events as they were given, numbered from one, and the rows that follow from them."""
    events = [opened(), funds(), *round_trips(3), closed()]
    with open_writer(place, Clock()) as writer:
        assert [one.seq for one in writer.append(*events)] == list(range(1, len(events) + 1))
        entries = list(writer.read.entries())
    assert [entry.event for entry in entries] == events
    reader = open_reader(place)
    assert len(reader.orders([OrderState.FILLED])) == 6
    assert reader.positions() == reader.orders() == []
    assert [str(trade.profit) for trade in reader.trades(closed=True)] == ["0", "0", "0"]
    assert [entry.seq for entry in reader.entries(order_id="b1")] == [entry.seq for entry in entries[11:14]]
    assert [entry.seq for entry in reader.entries(last=2)] == [len(events) - 1, len(events)]
    assert verify(reader).findings == ()


def test_nothing_happens_twice(place: str) -> None:
    """A repeated event says where it stands and changes nothing, in its own batch, a later one or after a restart."""
    events = [opened(), *order("a")]
    with open_writer(place, Clock()) as writer:
        first = writer.append(*events, events[-1])
        assert first[-1] == Appended(5, repeated=True)
        head = writer.head
        assert writer.append(events[4]) == (Appended(5, repeated=True),)
        assert writer.append(replace(events[4], price=events[4].quantity)) == (Appended(5, True, differs=True),)
        assert writer.head == head
    with open_writer(place, Clock()) as writer:
        assert all(one.repeated for one in writer.append(*events))
        assert writer.head == head
        assert len(writer.read.fills("a")) == 1


def test_a_batch_is_recorded_whole_or_not_at_all(place: str) -> None:
    """One event that breaks a rule keeps the whole batch out, and the next append is not affected."""
    with open_writer(place, Clock()) as writer:
        writer.append(opened())
        head = writer.head
        with pytest.raises(RefusedError) as refused:
            writer.append(intent("a"), submitted("a"), submitted("nobody"))
        assert (refused.value.rule, refused.value.index) == (Rule.UNKNOWN_INTENT, 2)
        assert writer.head == writer.read.head() == head
        assert writer.read.rows(KeyRow)[0].key == "session|s1"
        assert writer.append(*order("a"))[-1].seq == 5
        assert verify(writer.read).findings == ()


def test_there_is_one_writer(place: str) -> None:
    """A second writer is refused while the first is open, readers are not, and its token is larger afterwards."""
    with open_writer(place, Clock()) as writer:
        writer.append(opened())
        with pytest.raises(LedgerError, match="another process is writing"):
            open_writer(place, Clock())
        assert open_reader(place).head() == writer.head
        token = writer.token
    with open_writer(place, Clock()) as writer:
        assert writer.token > token
        assert writer.head.seq == 1
    with pytest.raises(LedgerError, match="closed"):
        writer.append(funds())


def test_a_reader_sees_one_moment(place: str) -> None:
    """Entries read one after the other are those of the moment at which reading began."""
    with open_writer(place, Clock()) as writer:
        writer.append(opened(), funds())
        reading = open_reader(place).entries()
        next(reading)
        writer.append(*round_trips(2))
        assert [entry.seq for entry in reading] == [2]


def test_threads_take_turns(place: str) -> None:
    """Appends from several threads make one chain, and each is told its own place."""
    told: list[int] = []
    with open_writer(place, Clock()) as writer:

        def note(name: str) -> None:
            told.extend(writer.append(Noted(name, str(k)))[0].seq for k in range(20))

        threads = [threading.Thread(target=note, args=(f"t{k}",)) for k in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(told) == list(range(1, 81))
        assert verify(writer.read).findings == ()


def test_an_anchor_is_not_recorded_by_hand(place: str) -> None:
    """Only the ledger itself says that events were archived."""
    with open_writer(place, Clock()) as writer, pytest.raises(RefusedError) as refused:
        writer.append(Archived(0, "0" * 64, "x", "y"))
    assert refused.value.rule is Rule.RESERVED_KIND


def test_what_was_changed_behind_its_back_is_named(place: str) -> None:
    """A changed event and a changed row are found on either database, and a stale writer cannot append."""
    with open_writer(place, Clock()) as writer:
        writer.append(opened(), *order("a"))
        writer.rebase(lambda connection: connection.execute(text("UPDATE orders SET state = 'open'")))
        (finding,) = verify(writer.read).findings
        assert finding.words == "orders: the row a differs: state is open, the events say filled"
        writer.rebase(lambda connection: connection.execute(text("UPDATE events SET time = 7 WHERE seq = 4")))
        (finding,) = verify(writer.read).findings
        assert (finding.fault, finding.seq) == (Fault.HASH, 4)
        writer.rebase(lambda connection: connection.execute(text("UPDATE events SET seq = 6 WHERE seq = 5")))
        with pytest.raises(UnreachableError, match="another writer"):
            writer.append(funds())


def test_an_append_that_was_cut_short_stops_the_writer(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After Ctrl-C in the middle nobody knows: the writer stops, and the next one begins with what is there."""
    with open_writer(place, Clock()) as writer:
        writer.append(opened())
        commit = Connection._commit_impl

        def interrupted(connection: Connection) -> None:
            commit(connection)
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(Connection, "_commit_impl", interrupted)
            with pytest.raises(KeyboardInterrupt):
                writer.append(funds())
        with pytest.raises(UnreachableError, match="cut short"):
            writer.append(*order("a"))
    with open_writer(place, Clock()) as writer:
        assert writer.head.seq == 2
        assert verify(writer.read).findings == ()


def test_a_lost_connection_stops_the_writer(database: str) -> None:
    """When the server drops the writer, its lock is gone with it: it stops, and another begins where it ended."""
    with open_writer(database, Clock()) as writer:
        writer.append(opened())
        with writer.read.connected() as other:
            other.execute(text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"))
        with pytest.raises(UnreachableError, match="the server says"):
            writer.append(funds())
        with open_writer(database, Clock()) as next_:
            assert next_.append(funds())[0].seq == 2
        with pytest.raises(UnreachableError):
            writer.append(funds())


def test_an_empty_ledger_is_sound(place: str) -> None:
    """Before the first event there is nothing to find."""
    with open_writer(place, Clock()):
        pass
    assert verify(open_reader(place)).findings == ()
    assert list(open_reader(place).entries()) == []


def test_nothing_is_reserved_beyond_the_balance(place: str) -> None:
    """Reservations come out of what is booked, and come back once when the order ends."""
    reserve = (("USDT", funds().totals[0][1]),)
    with open_writer(place, Clock()) as writer:
        writer.append(opened(), funds(), intent("a"), submitted("a", reserved=reserve), intent("b"))
        with pytest.raises(RefusedError) as refused:
            writer.append(submitted("b", reserved=reserve))
        assert refused.value.rule is Rule.IN_DOUBT
        writer.append(filled("a", "1"))
        (row,) = [row for row in writer.read.balances("main") if row.currency == "USDT"]
        assert (str(row.reserved), str(row.booked)) == ("0", "99899.9")
        with pytest.raises(RefusedError) as refused:
            writer.append(submitted("b", reserved=reserve))
        assert refused.value.rule is Rule.RESERVATION


def test_a_restart_finds_what_it_goes_on_with(place: str) -> None:
    """Plans, cursors, prefixes, states and drift are there after the writer has gone, as the last event left them."""
    with open_writer(place, Clock()) as writer:
        writer.append(PrefixMade("main", "zz1"), PrefixMade("main", "aa2"), PrefixMade("other", "bb3"))
        writer.append(CursorMoved("main", "trades", "7"), CursorMoved("main", "trades", "9"))
        writer.append(PlanStepped("p1", "main", "BTC/USDT", Role.STOP, "canceled", False))
        writer.append(PlanStepped("p2", "main", "BTC/USDT", Role.STOP, "placed", True))
        for state in (TradingState.HALTED, TradingState.REDUCING):
            writer.append(StateChanged(Scope.SYMBOL, "BTC/USDT", state, "OPERATOR", "ann", "news"))
        found = [DriftFound(f"d{k}", "main", FindingKind.BALANCE, "USDT", None, None, "?") for k in (1, 2)]
        writer.append(*found, DriftResolved("d1", "a transfer"))
    reader = open_reader(place)
    assert reader.prefixes("main") == ["zz1", "aa2"]
    assert reader.cursors("main") == {"trades": "9"}
    assert [(plan.plan_id, plan.step) for plan in reader.plans()] == [("p1", "canceled")]
    assert [row.state for row in reader.states()] == [TradingState.REDUCING]
    assert [row.finding_id for row in reader.drift()] == ["d2"]
    with open_writer(place, Clock()) as writer, pytest.raises(RefusedError):
        writer.append(DriftResolved("d1", "again"))
