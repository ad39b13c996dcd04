"""What happens while a session starts: the Book misses nothing of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from stratrun.engine.brokers.words import Status
from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.ledger.events import Entry
from stratrun.engine.ledger.events_account import Filled
from stratrun.engine.ledger.opening import open_reader
from stratrun.engine.run.live import session as live

from .stage import START, LoopClock, M, Stage, World


def test_fills_while_history_loads_move_the_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A position that somebody closes while a restart reads candles is closed in the Book, too."""
    stage = Stage(tmp_path, minutes=300)
    load, slow = live.load, []

    async def main(clock: LoopClock) -> World:
        world = World(stage, clock)

        async def loading(*given: object) -> object:
            found = await load(*given)  # type: ignore[arg-type]
            if slow:
                slow.clear()
                for order in world.exchange.truth("main").orders:
                    if order.status is Status.OPEN:
                        world.exchange.outside.cancel("main", order)
                world.exchange.outside.close("main", "BTC/USDT")
                await clock.sleep(20)
            return found

        monkeypatch.setattr(live, "load", loading)
        await world.open()
        minutes = 0
        while not world.live.ledger.state.positions() and minutes < 200:
            await world.trade(5)
            await world.end()
            await world.open()
            minutes += 5
        await world.end()
        assert world.live.ledger.state.positions()
        slow.append(True)
        await world.open()
        assert not slow
        assert not world.live.ledger.state.positions()
        assert world.session.book.portfolio.members[0].quantity_of("BTC/USDT") == 0.0
        await world.trade(33)
        await world.end()
        return world

    world = run_virtual(main, START + stage.history * M)
    held = sum(float(row.quantity) for row in open_reader(tmp_path / "ledger.db").positions())
    assert world.session.book.portfolio.members[0].quantity_of("BTC/USDT") == pytest.approx(held)
    assert not world.live.desk.violations()


def test_a_book_that_stumbles_is_made_anew(tmp_path: Path) -> None:
    """An entry that the Book cannot take is told; nothing follows from that Book, and the next close has another."""
    stage = Stage(tmp_path, minutes=200)
    struck: list[int] = []

    async def act(world: World) -> None:
        book = world.session.book
        follow = book.follow

        def stumble(entry: Entry) -> None:
            if isinstance(entry.event, Filled):
                struck.append(entry.seq)
                raise RuntimeError("a mistake of ours")
            follow(entry)

        book.follow = stumble  # type: ignore[method-assign]  # a fault put in its place

    world = stage.play(act)
    assert len(struck) == 1
    assert any(subject == "book" for subject, _ in stage.noticed)
    reader = open_reader(tmp_path / "ledger.db")
    assert len(reader.trades(closed=True)) > 1
    held = sum(float(row.quantity) for row in reader.positions())
    assert world.session.book.portfolio.members[0].quantity_of("BTC/USDT") == pytest.approx(held)
    assert not world.live.desk.violations()
