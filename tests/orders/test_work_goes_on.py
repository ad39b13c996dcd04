"""Work in the background that fails is begun again: no position is left unwatched, no order unasked, no plan undone."""

from __future__ import annotations

import pytest

from stratrun.engine.ledger.values import OrderState

from .stage import PERP, SPOT, D, Stage, play

SYMBOLS = pytest.mark.parametrize("symbol", [SPOT, PERP])


class Failing:
    """Raises so many times, then does as before."""

    def __init__(self, call: object, times: int) -> None:
        self._call, self.left = call, times

    async def __call__(self, *given: object) -> object:
        if self.left:
            self.left -= 1
            raise RuntimeError("a mistake of ours")
        return await self._call(*given)  # type: ignore[operator]


@SYMBOLS
def test_a_guard_goes_on(symbol: str) -> None:
    """A look that raises is followed by another: the stop gets to the venue."""

    async def scenario(stage: Stage) -> list[str]:
        guards = stage.desk._guards
        guards._look = failing = Failing(guards._look, 3)  # type: ignore[method-assign, assignment]  # a fault put in its place
        await stage.enter()
        await stage.until(lambda: stage.position == D(1))
        await stage.desk.protect("dip", symbol, D(90))
        await stage.wait(30)
        assert not failing.left
        [guard] = stage.desk.protection(symbol)
        assert guard.at_venue
        return [alert.code for alert in stage.desk.alerts]

    assert "FAILED" in play(scenario, symbol=symbol, check=False)


@SYMBOLS
def test_a_close_goes_on(symbol: str) -> None:
    """A plan whose round raises is run again: the position is closed."""

    async def scenario(stage: Stage) -> None:
        await stage.enter()
        await stage.until(lambda: stage.position == D(1))
        plans = stage.desk._plans
        plans._exit = failing = Failing(plans._exit, 3)  # type: ignore[method-assign, assignment]  # a fault put in its place
        await stage.desk.close(symbol, None, "by hand")
        await stage.until(lambda: stage.position == D(0))
        assert stage.position == D(0)
        assert not failing.left

    play(scenario, symbol=symbol, check=False)


@SYMBOLS
def test_an_order_in_doubt_is_asked_for(symbol: str) -> None:
    """Questions that raise are asked again: what became of the order is found out."""

    async def scenario(stage: Stage) -> None:
        resolver = stage.desk._resolver
        resolver._asked = failing = Failing(resolver._asked, 3)  # type: ignore[method-assign, assignment]  # a fault put in its place
        row = await stage.enter()
        assert row.state is OrderState.UNKNOWN
        await stage.until(lambda: stage.order(row.order_id).state is OrderState.FILLED)
        assert stage.order(row.order_id).state is OrderState.FILLED
        assert not failing.left

    play(scenario, "submit 1 after_accept cut\nuser_stream 1.. message drop", symbol, check=False)
