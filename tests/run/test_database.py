"""A session whose ledger is a PostgreSQL database trades, restarts and replays as with a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.ledger.opening import open_reader, open_writer
from stratrun.engine.ledger.verify import verify

from ..ledger.conftest import database, server  # noqa: F401 - fixtures
from . import stage as stages
from .stage import START, LoopClock, M, Stage, World


def test_a_session_on_a_database(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """Two sessions after each other: venue, database and Book hold the same."""
    monkeypatch.setattr(stages, "open_writer", lambda path, clock: open_writer(database, clock))
    stage = Stage(tmp_path, minutes=120)

    async def main(clock: LoopClock) -> World:
        world = World(stage, clock)
        for minutes in (50, 70):
            await world.open()
            await world.trade(minutes)
            await world.end()
        return world

    world = run_virtual(main, START + stage.history * M)
    reader = open_reader(database)
    assert reader.trades(closed=True)
    held = sum((row.quantity for row in reader.positions()), 0)
    assert sum(balance.total for name, balance in world.truth.wallets.items() if name == "BTC") == held
    assert world.session.book.portfolio.members[0].quantity_of("BTC/USDT") == pytest.approx(float(held))
    assert not world.live.desk.violations()
    assert verify(reader).findings == ()
    assert not stage.noticed
