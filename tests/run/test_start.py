"""What happens while a session starts: the Book misses nothing of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from stratrun.engine.brokers.words import Status
from stratrun.engine.exchange.virtual_loop import run_virtual
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
