"""What goes wrong in one strategy stays there."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.ledger.opening import open_reader
from stratrun.engine.ledger.rows import PlanRow, StateRow
from stratrun.engine.ledger.values import Scope, TradingState
from stratrun.engine.run.control.commands import Resume

from .stage import CROSS, START, LoopClock, M, Stage, World
from .test_controls import Operator, play

OTHER = CROSS.replace("BTC/USDT", "ETH/USDT").replace("ema(close, 3)", "ema(close, 5)")


@pytest.mark.parametrize("paper", [False, True], ids=["live", "paper"])
@pytest.mark.parametrize("where", ["load", "mark", "decide"])
def test_an_error_halts_one_strategy(tmp_path: Path, paper: bool, where: str) -> None:
    """An error in a strategy's evaluation halts it, tells somebody, and the others trade on, after a restart of the
    Book too; resumed, it trades again."""
    stage = Stage(tmp_path, {"bad": CROSS, "good": OTHER}, minutes=400, paper=paper)

    async def act(operator: Operator) -> None:
        session = operator.world.session
        await operator.world.clock.sleep(600)
        member = session.book.portfolio.members[0]

        def fails(*given: object) -> None:
            raise ZeroDivisionError("inside")

        # what a kernel or an indicator raises, it raises below one of the member's own methods
        inner = {"load": ("_make_room", member), "mark": ("_mark", member), "decide": ("_decide", member)}[where]
        setattr(inner[1], inner[0], fails)
        await operator.world.clock.sleep(130)
        row = session.ledger.state.get(StateRow, Scope.STRATEGY, "bad")
        assert row is not None
        assert (row.state, row.code) == (TradingState.HALTED, "FAILED")
        assert session.ledger.state.get(StateRow, Scope.STRATEGY, "good") is None
        count = len([t for t in open_reader(tmp_path / "ledger.db").trades() if t.strategy == "bad"])
        await session._rebuild()
        await operator.world.clock.sleep(100 * 60)
        trades = open_reader(tmp_path / "ledger.db").trades()
        assert len([t for t in trades if t.strategy == "bad"]) == count
        assert [t for t in trades if t.strategy == "good" and t.opened > row.since]
        await operator.ask(Resume(Scope.STRATEGY, "bad"))
        reader = open_reader(tmp_path / "ledger.db")
        await operator.until(lambda: len([t for t in reader.trades() if t.strategy == "bad"]) > count, 240)

    play(stage, act)
    assert [subject for subject, words in stage.noticed] == ["bad"]
    assert "ZeroDivisionError: inside" in stage.noticed[0][1]


def test_an_end_in_the_middle_of_a_plan(tmp_path: Path) -> None:
    """A session that ends while a position is being closed leaves a plan that the next one carries out."""
    stage = Stage(tmp_path, {"cross": CROSS}, minutes=400, latency=2.0)
    held: list[bool] = []

    async def until_closing(world: World) -> None:
        while not world.live.ledger.state.positions():
            await world.clock.sleep(20)
        await world.live.desk.close("BTC/USDT", None, "the end of the test")
        world.live.ask_to_stop()
        await world.live.stop()
        held.append(bool(world.live.ledger.state.positions()))

    async def main(clock: LoopClock) -> World:
        world = World(stage, clock)
        await world.open()
        moving = asyncio.create_task(world.exchange.run())
        running = asyncio.create_task(world.live.run())
        await until_closing(world)
        await running
        moving.cancel()
        world.writer.close()
        await world.open()
        await world.trade(3)
        assert not [row for row in world.live.ledger.state.all(PlanRow) if row.plan_id.startswith("close ")]
        await world.end()
        return world

    world = run_virtual(main, START + stage.history * M)
    assert held == [True]
    assert not world.live.desk.violations()
    first = min(open_reader(tmp_path / "ledger.db").trades(), key=lambda trade: trade.trade_id)
    assert first.closed is not None
