"""Jobs by the clock: the same table in simulated and in real time, and what each of a session's jobs looks after."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from stratrun.engine.brokers.clock import LoopClock, SystemClock
from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.ledger.rows import StateRow
from stratrun.engine.ledger.values import Scope, TradingState
from stratrun.engine.run.beside import Beside
from stratrun.engine.run.live.jobs import ClockCheck
from stratrun.engine.run.live.timers import Job, Timers

from .stage import Stage, World


def test_in_simulated_time() -> None:
    """Each job comes at its own times, one that fails is told and comes again, and none after the stop."""
    done: list[str] = []
    failed: list[str] = []

    async def good() -> None:
        done.append("good")

    async def bad() -> None:
        raise ValueError("no")

    async def main(clock: LoopClock) -> None:
        jobs = [Job("good", 10, good), Job("bad", 25, bad)]
        timers = Timers(jobs, clock, True, lambda name, error: failed.append(f"{name}: {error}"))
        timers.start()
        await clock.sleep(101)
        await timers.stop()
        await clock.sleep(100)

    run_virtual(main, 0)
    assert len(done) == 10
    assert failed == ["bad: no"] * 4


def test_in_real_time() -> None:
    """The scheduler runs the same jobs; a slow one is not begun twice."""
    begun: list[str] = []

    async def slow() -> None:
        begun.append("slow")
        await asyncio.sleep(60)  # longer than the test: it is canceled

    async def main() -> None:
        came = asyncio.Event()

        async def quick() -> None:
            begun.append("quick")
            if begun.count("quick") == 3:
                came.set()

        timers = Timers([Job("quick", 0.02, quick), Job("slow", 0.02, slow)], SystemClock(), False, lambda *_: None)
        timers.start()
        await asyncio.wait_for(came.wait(), 30)
        await timers.stop()
        count = len(begun)
        await asyncio.sleep(0.1)  # a few turns of the quick one, had it not ended
        assert len(begun) == count

    asyncio.run(main())
    assert begun.count("slow") == 1


@pytest.mark.parametrize("paper", [False, True], ids=["live", "paper"])
def test_a_session_saves_itself(tmp_path: Path, paper: bool) -> None:
    """While it runs, the Book is saved every few minutes."""

    async def act(world: World) -> None:
        assert not Beside(tmp_path / "ledger.db").checkpoint.exists()
        await world.clock.sleep(310)
        assert Beside(tmp_path / "ledger.db").checkpoint.exists()

    stage = Stage(tmp_path, minutes=7, paper=paper)
    stage.play(act)
    assert not stage.noticed


def test_clocks_that_differ(tmp_path: Path) -> None:
    """A second is told; an hour halts the account until the clocks agree again."""

    async def act(world: World) -> None:
        skews = iter([500, 1_500, -3_700_000, 20])

        async def sync() -> int:
            return next(skews)

        world.live.sync = sync  # type: ignore[method-assign]  # a fault put in its place
        check = ClockCheck(world.live)
        told = []
        for _ in range(4):
            await check()
            row = world.live.ledger.state.get(StateRow, Scope.ACCOUNT, "main")
            told.append((len(stage.noticed), None if row is None else row.state))
        assert told == [(0, None), (1, None), (2, TradingState.HALTED), (2, TradingState.ACTIVE)]

    stage = Stage(tmp_path, minutes=2)
    stage.play(act)


def test_quotes_of_what_is_held(tmp_path: Path) -> None:
    """While something is held or ordered its price is kept fresh."""

    async def act(world: World) -> None:
        while not world.live.ledger.state.positions():
            await world.clock.sleep(30)
        await world.clock.sleep(6)
        if world.live.ledger.state.positions():
            assert world.live.now() - world.live.around.quotes["BTC/USDT"].time <= 10_000

    Stage(tmp_path, minutes=120).play(act, brief=True)
