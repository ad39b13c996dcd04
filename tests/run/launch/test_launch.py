"""A launch ends as it is told, says what happened with every id, and survives whatever fails around it."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.ledger.events_control import Noted
from stratrun.engine.ledger.opening import open_reader, open_writer
from stratrun.engine.ledger.rows import OrderRow
from stratrun.engine.ledger.values import Mode, OrderState, Role
from stratrun.engine.ledger.verify import verify
from stratrun.engine.orders.wanted import Alert
from stratrun.engine.run.beside import Beside
from stratrun.engine.run.halt_marker import HaltMarker
from stratrun.engine.run.live.launch import Ended, Launch
from stratrun.engine.run.preflight.books import WHO

from .ground import Ground, until_the_end

CHAIN = {"session", "strategy", "symbol", "candle", "decision", "intent", "order", "fill"}


def fills(ground: Ground) -> list[tuple[str, Decimal, Decimal]]:
    return [(fill.side.value, fill.quantity, fill.price) for fill in ground.truth.fills]


def test_every_fill_is_told_from_candle_to_fill(tmp_path: Path) -> None:
    """The log and the viewer hear of every fill at the venue; an entry's line names its whole chain."""
    ground = Ground(tmp_path)
    assert ground.play() == [Ended.ORDERLY]
    lines = [line for line in ground.log() if line["event"] == "filled"]
    assert len(lines) == len(fills(ground)) > 4
    entries = {row.order_id for row in open_reader(ground.place).rows(OrderRow) if row.role is Role.ENTRY}
    chains = [line for line in lines if line["order"] in entries]
    assert chains
    assert all(line.keys() >= CHAIN for line in chains)
    told = [it.ids["fill"] for it in ground.heard.happenings if it.kind == "filled"]
    assert told == [line["fill"] for line in lines]
    assert len(ground.heard.closes) == ground.minutes
    assert not ground.heard.alerts


def test_once_ends_after_a_close(tmp_path: Path) -> None:
    """`once` ends in order after the first close that was decided."""
    ground = Ground(tmp_path, once=True)
    assert ground.play() == [Ended.ORDERLY]
    assert len(ground.heard.closes) == 1


def test_a_second_signal_ends_at_once(tmp_path: Path) -> None:
    """The ledger is whole afterwards, and the next launch goes on with the same sessions and positions."""

    async def act(ground: Ground, launch: Launch) -> None:
        await ground.clock.sleep(50 * 60 + 10)
        launch.ask_to_stop("first")
        launch.stop_at_once("second")

    ground = Ground(tmp_path, minutes=180)
    assert ground.play(act, until_the_end) == [Ended.AT_ONCE, Ended.ORDERLY]
    reader = open_reader(ground.place)
    assert not verify(reader).findings
    assert len(reader.sessions()) == 1
    assert len(fills(ground)) > 4


def test_being_canceled_leaves_nothing_running(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever cancels the launch finds the session ended, and no error that nobody heard of."""

    async def act(ground: Ground, launch: Launch) -> None:
        await ground.clock.sleep(30 * 60)
        assert ground.running is not None
        ground.running.cancel()

    ground = Ground(tmp_path)
    with pytest.raises(asyncio.CancelledError):
        ground.play(act)
    assert not verify(open_reader(ground.place)).findings
    assert not caplog.records


def test_a_failure_is_logged_alerted_and_recovered_from(tmp_path: Path) -> None:
    """What the session raises ends the run with one message; log and alert tell of it, the next start trades on."""

    async def act(ground: Ground, launch: Launch) -> None:
        async def fail(closed: object) -> None:
            raise ZeroDivisionError("a fault of ours")

        await ground.clock.sleep(60 * 60 + 10)
        launch._session.close = fail  # type: ignore[method-assign]  # a fault put in its place

    ground = Ground(tmp_path, minutes=180)
    failed, ended = ground.play(act, until_the_end)
    assert isinstance(failed, InputError)
    assert "ZeroDivisionError: a fault of ours" in failed.message
    assert ended is Ended.ORDERLY
    (line,) = [line for line in ground.log() if line["event"] == "session_failed"]
    assert line["level"] == "critical"
    assert line["seq"] > 1
    assert "ZeroDivisionError" in line["exception"]
    assert [alert.code for alert in ground.delivered] == ["FAILED"]
    reader = open_reader(ground.place)
    assert not verify(reader).findings
    assert len(reader.sessions()) == 1


@pytest.mark.parametrize("kind", ["hangs", "fails"])
def test_a_notifier_that_is_down_changes_nothing(tmp_path: Path, kind: str) -> None:
    """Alerts that go nowhere cost no trade and no time."""

    async def down(alert: Alert) -> None:
        if kind == "fails":
            raise OSError("down")
        await asyncio.Event().wait()

    async def act(ground: Ground, launch: Launch) -> None:
        for _ in range(ground.minutes):
            launch.watch.noticed("test", "something")
            await ground.clock.sleep(60)
        await ground.clock.sleep(10)
        launch.ask_to_stop("over")

    (tmp_path / "well").mkdir()
    well, ill = Ground(tmp_path / "well"), Ground(tmp_path, notify=down)
    well.play()
    assert ill.play(act) == [Ended.ORDERLY]
    assert fills(ill) == fills(well)


def test_the_same_alert_is_told_once_in_a_while(tmp_path: Path) -> None:
    """What repeats each second is logged each time, and told once in five minutes."""

    async def act(ground: Ground, launch: Launch) -> None:
        for _ in range(600):
            launch.watch.noticed("candles", "no network")
            await ground.clock.sleep(1)
        launch.ask_to_stop("over")

    ground = Ground(tmp_path, minutes=20)
    ground.play(act)
    assert len([line for line in ground.log() if line["event"] == "alert"]) == 600
    assert len(ground.delivered) == len(ground.heard.alerts) == 2


def test_nothing_is_opened_while_halted(tmp_path: Path) -> None:
    """A halt marker beside the ledger denies every entry, and says so in the ledger and, at the start, to people."""
    ground = Ground(tmp_path)
    HaltMarker(Beside(ground.place).marker).write("ann", "odd")
    ground.play()
    (told,) = [alert.words for alert in ground.heard.alerts if alert.subject == "halt"]
    assert told == "HALTED by ann: odd; nothing but exits is sent until `stratrun resume`"
    assert not fills(ground)
    denied = [row for row in open_reader(ground.place).rows(OrderRow) if row.state is OrderState.DENIED]
    assert denied


def test_paper_sends_nothing(tmp_path: Path) -> None:
    """Fills are in the ledger and in the log, and none at the venue; a marker, which holds nothing, is not told."""
    ground = Ground(tmp_path, Mode.PAPER)
    HaltMarker(Beside(ground.place).marker).write("ann", "odd")
    assert ground.play() == [Ended.ORDERLY]
    assert not ground.truth.orders
    assert not ground.heard.alerts
    assert len([line for line in ground.log() if line["event"] == "filled"]) > 4
    assert not verify(open_reader(ground.place)).findings


def test_a_ledger_of_other_money_is_refused(tmp_path: Path) -> None:
    """A ledger whose orders went somewhere else is not gone on with."""
    ground = Ground(tmp_path)
    with open_writer(ground.place, lambda: 1) as writer:
        writer.append(Noted(WHO, "orders go to binance"))
    (refused,) = ground.play()
    assert isinstance(refused, InputError)
    assert "orders go to binance; now orders go to simulated" in refused.message
    assert not ground.truth.orders
