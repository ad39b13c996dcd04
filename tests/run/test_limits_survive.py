"""A limit of losses that was reached holds over every way to end and begin again; only time or an operator lets go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.language.deployment import Deployment, Shutdown
from stratrun.engine.language.strategy import Drawdown, LossLimit, OnLoss, Risk
from stratrun.engine.ledger.events_session import DecisionMade
from stratrun.engine.ledger.opening import open_reader
from stratrun.engine.ledger.values import TradingState
from stratrun.engine.run.control.commands import Resume
from stratrun.engine.run.live.automatic import next_day

from .stage import START, LoopClock, M, Stage, World
from .test_controls import Operator

DAY = Risk(daily_loss=LossLimit(0.0002, OnLoss.STOP_UNTIL_NEXT_DAY))
FALL = Risk(drawdown=Drawdown(0.0002, OnLoss.HALT))


@dataclass
class Losing(Stage):
    """So strict that the first loss is too much; it ends with nothing left."""

    risk: Risk = DAY

    def deployment(self) -> Deployment:
        return replace(super().deployment(), limits=self.risk, shutdown=Shutdown.FLATTEN)


@pytest.mark.parametrize(("risk", "code"), [(DAY, "DAILY_LOSS"), (FALL, "DRAWDOWN")], ids=["day", "fall"])
def test_an_orderly_end_lets_no_limit_go(tmp_path: Path, risk: Risk, code: str) -> None:
    """Sessions that were closed and opened anew enter nothing while the limit holds, and do after a resume."""
    stage = Losing(tmp_path, risk=risk)

    def entries() -> int:
        return sum(trade.entry_quantity > 0 for trade in open_reader(tmp_path / "ledger.db").trades())

    async def resumed(world: World) -> None:
        operator = Operator(world)
        [state] = (await operator.controls.status()).states
        assert (state.code, state.state is TradingState.ACTIVE) == (code, False)
        assert (state.until is not None) == (risk is DAY)
        await world.clock.sleep(90 * 60)
        assert entries() == before
        assert (await operator.ask(Resume())).done
        await operator.until(lambda: entries() > before)

    async def main(clock: LoopClock) -> None:
        nonlocal before
        world = World(stage, clock)
        await world.open()

        async def lose(world: World) -> None:
            while not (await Operator(world).controls.status()).states:
                await world.clock.sleep(60)

        await world.trade(100, lose)
        await world.end()
        before = entries()
        await world.open()
        await world.trade(190, resumed)
        await world.end()

    before = 0
    stage.minutes = 300
    run_virtual(main, START + stage.history * M)
    reader = open_reader(tmp_path / "ledger.db")
    assert len(reader.sessions()) == 2
    second = max(reader.sessions(), key=lambda row: row.opened_seq).session_id
    made = [e.event for e in reader.entries(session_id=second) if isinstance(e.event, DecisionMade)]
    assert {event.code for event in made} & {code, "TRADING_HALTED", "TRADING_REDUCING"}


def test_a_day_ends_in_its_timezone() -> None:
    """Also where a day has 23 or 25 hours."""
    noon = 1_743_246_000_000  # 2025-03-29 11:00 UTC: the night after it, clocks go forward in Berlin
    assert next_day(noon, "UTC") == 1_743_292_800_000
    assert next_day(noon, "Europe/Berlin") == 1_743_289_200_000
    assert next_day(1_743_289_200_000, "Europe/Berlin") - 1_743_289_200_000 == 23 * 3_600_000
