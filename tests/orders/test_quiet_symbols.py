"""A symbol that has not traded for long: its past is not read again and again, and nothing new of it is missed."""

from __future__ import annotations

from typing import Any

import pytest

from stratrun.engine.exchange.direct import DirectBroker
from stratrun.engine.ledger.values import OrderState

from .stage import PERP, SETTINGS, SPOT, D, Stage, play

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


@pytest.mark.parametrize("seconds", [30, 120])
def test_a_past_of_many_pages_is_read_to_its_end(seconds: float) -> None:
    """A venue may take minutes for it, within its limit of requests: start-up goes on meanwhile, entries wait."""

    async def scenario(stage: Stage) -> None:
        await stage.enter("1")
        await stage.until(lambda: stage.position == D(1))
        await stage.kill()
        stage.exchange.print(SPOT, D(101))
        begun = stage.clock.now()
        with pytest.MonkeyPatch.context() as patch:
            read = DirectBroker.fills

            async def slowly(self: DirectBroker, symbol: str, since: int) -> Any:
                await stage.wait(seconds)
                return await read(self, symbol, since)

            patch.setattr(DirectBroker, "fills", slowly)
            await stage.start()
            assert stage.clock.now() - begun <= 1_000 * (SETTINGS.starting + 2 * SETTINGS.answer)
            assert await stage.until(lambda: stage.desk._parts.compared, 600)

    play(scenario)


def test_an_order_whose_executions_take_long_to_list_is_settled() -> None:
    """A venue that lists executions of all orders alone may take long to tell those of one: they are waited for."""

    async def scenario(stage: Stage) -> None:
        with pytest.MonkeyPatch.context() as patch:
            read = DirectBroker.order_fills

            async def slowly(self: DirectBroker, order: Any) -> Any:
                await stage.wait(30)
                return await read(self, order)

            patch.setattr(DirectBroker, "order_fills", slowly)
            row = await stage.buy_limit("90")
            await stage.wait(5)
            await stage.desk.cancel(row.order_id, "test")
            assert await stage.until(lambda: stage.order(row.order_id).state is OrderState.CANCELED, 400)

    play(scenario, "user_stream 1.. message drop")
