"""A symbol that has not traded for long: its past is not read again and again, and nothing new of it is missed."""

from __future__ import annotations

from typing import Any

import pytest

from .stage import PERP, SPOT, D, Stage, play

DAY = 86_400


def told(stage: Stage, question: str) -> list[int]:
    """From when on the venue is asked, each time."""
    asked, ask = list[int](), getattr(stage.broker, question)

    async def listening(symbol: str, since: int) -> Any:
        asked.append(since)
        return await ask(symbol, since)

    setattr(stage.broker, question, listening)
    return asked


@pytest.mark.parametrize(("question", "symbol"), [("fills", SPOT), ("fills", PERP), ("funding", PERP)])
def test_a_quiet_symbol_costs_no_more_each_day(question: str, symbol: str) -> None:
    """After a fortnight without a trade or a payment no question reaches back further than two days."""

    async def scenario(stage: Stage) -> None:
        await stage.enter("1")
        await stage.until(lambda: stage.position == D(1))
        await stage.leave("1")
        await stage.until(lambda: not stage.position)
        asked = told(stage, question)
        await stage.wait(14 * DAY)
        await stage.desk.reconcile("test")
        assert asked[-1] >= stage.clock.now() - 2.1 * DAY * 1_000

    play(scenario, symbol=symbol, reconcile=3_600.0)


@pytest.mark.parametrize("days", [3, 14])
def test_a_trade_after_a_quiet_time_is_seen(days: int) -> None:
    """What happens by hand after it, and while nothing runs, is booked once by who starts again."""

    async def scenario(stage: Stage) -> None:
        await stage.enter("1")
        await stage.until(lambda: stage.position == D(1))
        await stage.wait(days * DAY)
        await stage.leave("1")
        await stage.kill()
        await stage.wait(days * DAY)
        await stage.start()
        await stage.until(lambda: not stage.position)
        assert not stage.position

    play(scenario, reconcile=3_600.0)
