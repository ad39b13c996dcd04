"""An answer about balances or positions is as old as its way: what moved here meanwhile is no difference."""

from __future__ import annotations

import asyncio

import pytest

from stratrun.engine.exchange.spec import Spec
from stratrun.engine.ledger.values import OrderState

from .stage import PERP, SPOT, D, Stage, play


@pytest.mark.parametrize("symbol", [SPOT, PERP])
@pytest.mark.parametrize("late", [0.3, 1.0, 3.0])
@pytest.mark.parametrize("pause", [0.7, 2.1, 5.0])
def test_our_own_trades_are_no_drift(symbol: str, late: float, pause: float) -> None:
    """However entries, exits and late answers fall together, nothing is found and no entry is denied."""
    faults = "\n".join(f"{call} 3.. before_response delay {late}" for call in ("balances", "positions"))

    async def scenario(stage: Stage) -> None:
        async def comparing() -> None:
            while True:
                await stage.desk.reconcile("again")
                await stage.wait(0.05)

        task = asyncio.create_task(comparing())
        for _ in range(8):
            row = await stage.enter()
            assert row.state is not OrderState.DENIED, row.evidence
            await stage.until(lambda: stage.position == D(1))
            await stage.wait(pause)
            await stage.leave()
            await stage.until(lambda: stage.position == D(0))
            await stage.wait(pause)
        task.cancel()
        await asyncio.wait({task})
        kinds = {entry.kind for entry in stage.writer.read.entries()}
        assert not kinds & {"drift_found", "transferred"}
        assert stage.position == D(0)

    play(scenario, faults, symbol)


@pytest.mark.parametrize("symbol", [SPOT, PERP])
def test_every_question_has_its_own_patience(symbol: str) -> None:
    """A venue that takes six seconds for each answer still tells the end of a market order that filled in part."""
    faults = "\n".join(f"{call} 1.. before_response delay 6" for call in ("find", "fills"))

    async def scenario(stage: Stage) -> None:
        row = await stage.enter("30")
        await stage.until(lambda: stage.order(row.order_id).state is OrderState.EXPIRED, 120)
        assert stage.order(row.order_id).state is OrderState.EXPIRED
        assert stage.position == D(10)
        assert not stage.desk.blocked(symbol)

    play(scenario, faults, symbol, spec=Spec(symbol, depth=D("0.5")))
