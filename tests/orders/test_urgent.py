"""How long an emergency exit waits for what is in its way: only for what could sell the same again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from stratrun.engine.brokers.outcome import RejectedError
from stratrun.engine.brokers.words import OrderReport
from stratrun.engine.exchange.faults import parse
from stratrun.engine.ledger.values import OrderState, Role, Side, Texts

from .stage import PERP, SPOT, D, Stage, play

S = OrderState
SLOW = "cancel 1.. before_accept delay 4"
"""The venue takes four seconds to look at a cancel, for which it would be valid for five."""
LOST = "cancel 1.. after_accept drop\nuser_stream 1.. message drop"
"""It cancels at once, and nobody hears of it."""
SOON = 2.5


async def guarded(stage: Stage) -> None:
    """A position of 1 with its stop at the venue, and all of it known."""
    await stage.enter()
    await stage.until(lambda: stage.position == D(1))
    await stage.desk.protect("dip", stage.symbol, D(90))
    assert await stage.until(lambda: any(row.state is S.OPEN for row in stage.orders(Role.STOP)), 30)
    await stage.wait(20)


async def emergency(stage: Stage) -> None:
    await stage.desk._plans.close(stage.symbol, "dip", Role.EMERGENCY, "test")


def sold(stage: Stage) -> Decimal:
    return sum((fill.quantity for fill in stage.truth().fills if fill.side is Side.SELL), D(0))


def test_a_contract_is_closed_beside_its_stop() -> None:
    """Orders that only reduce cannot turn it over: the exit is sent though the stop's cancel has no answer."""

    async def scenario(stage: Stage) -> None:
        await guarded(stage)
        await emergency(stage)
        assert await stage.until(lambda: not stage.position, SOON)
        assert stage.desk.violations() == []
        await stage.wait(60)
        assert sold(stage) == D(1)

    play(scenario, SLOW, PERP)


@pytest.mark.parametrize("wait", [0.1, 0.4, 0.6, 0.9])
def test_a_stop_that_fires_beside_the_exit_turns_nothing_over(wait: float) -> None:
    """The stop fills before, while and after the exit is sent: the contract is closed once."""

    async def scenario(stage: Stage) -> None:
        await guarded(stage)
        await emergency(stage)
        await stage.wait(wait)
        stage.print("89")
        await stage.wait(60)
        assert stage.position == D(0)
        assert sold(stage) == D(1)
        assert "FLIPPED" not in [alert.code for alert in stage.desk.alerts]

    play(scenario, f"{SLOW}\nsubmit 3 before_accept delay 0.3", PERP)


@pytest.mark.parametrize("symbol", [SPOT, PERP])
def test_a_cancel_whose_answer_is_lost_is_asked_for(symbol: str) -> None:
    """The stop is gone and nobody says so: the order itself is asked for at once, and the exit sent."""

    async def scenario(stage: Stage) -> None:
        await guarded(stage)
        await emergency(stage)
        assert await stage.until(lambda: bool(sold(stage)), SOON) or sold(stage)
        assert sold(stage) == D(1)

    play(scenario, LOST, symbol)


def test_coins_of_somebody_else_are_not_sold_beside_a_stop() -> None:
    """On spot the wallet has more coins than the strategy's: while its stop still stands, nothing is sold."""

    async def scenario(stage: Stage) -> None:
        stage.exchange.outside.deposit("main", "BTC", D(5))
        await stage.wait(70)
        await guarded(stage)
        await emergency(stage)
        await stage.wait(3.5)
        assert sold(stage) == D(0)
        await stage.wait(30)
        assert (stage.position, sold(stage)) == (D(0), D(1))

    play(scenario, SLOW)


def test_a_contract_that_others_hold_waits_for_its_stop() -> None:
    """Two strategies hold the contract: a stop that fired beside the exit would take the other's part, so it ends
    first."""

    async def scenario(stage: Stage) -> None:
        await stage.desk.place(replace(stage.wanted(), strategy="other"))
        await guarded(stage)
        await emergency(stage)
        await stage.wait(3.5)
        assert sold(stage) == D(0)
        await stage.wait(30)
        assert (stage.position, stage.desk.state.position(PERP, "other")) == (D(0), D(1))

    play(scenario, SLOW, PERP)


@pytest.mark.parametrize("symbol", [SPOT, PERP])
def test_an_entry_in_the_book_holds_nothing_up(symbol: str) -> None:
    """An entry that rests locks nothing that is to be sold: the exit does not wait for its end."""

    async def scenario(stage: Stage) -> None:
        await stage.enter()
        await stage.buy_limit("50")
        await stage.until(lambda: stage.position == D(1))
        await stage.wait(5)
        await emergency(stage)
        assert await stage.until(lambda: not stage.position, SOON)
        await stage.wait(60)
        assert stage.desk.state.live() == []

    play(scenario, SLOW, symbol)


def test_a_cancel_in_flight_survives_the_end_of_the_process() -> None:
    """The process ends while the cancels are on their way: the next one finishes the plan."""

    async def scenario(stage: Stage) -> None:
        await guarded(stage)
        await emergency(stage)
        await asyncio.sleep(0.1)  # simulated: the cancels are on their way
        await stage.again()
        await stage.wait(90)
        assert (stage.position, sold(stage)) == (D(0), D(1))

    play(scenario, SLOW, PERP)


def test_an_exit_refused_beside_a_stop_goes_again_once_that_ends() -> None:
    """Some venues take no second order for the same size: that refusal asks for no comparison of everything, which a
    slow venue would answer long after the stop is gone."""

    async def scenario(stage: Stage) -> None:
        await guarded(stage)
        broker, beside = stage.desk._parts.broker, stage.exchange.accounts["main"].open
        submit = broker.submit

        async def picky(wire: Texts) -> OrderReport:
            if beside:
                raise RejectedError("-2022", "it is closed by another order already")
            return await submit(wire)

        broker.submit = picky  # type: ignore[method-assign]  # a venue put in its place
        await emergency(stage)
        assert await stage.until(lambda: not stage.position, 12)
        assert sold(stage) == D(1)

    reads = ("balances", "positions", "fills", "open_orders")
    play(scenario, "\n".join([SLOW, *(f"{call} 1.. before_accept delay 4" for call in reads)]), PERP)


def test_an_exit_that_was_refused_waits_for_no_long_history() -> None:
    """What was traded is told page by page, and late: an exit that the venue refused once goes again meanwhile."""

    async def scenario(stage: Stage) -> None:
        await stage.enter()
        await stage.until(lambda: stage.position == D(1))
        await stage.wait(20)
        refused, submit = list[Texts](), stage.broker.submit

        async def once(wire: Texts) -> OrderReport:
            if not refused:
                refused.append(wire)
                raise RejectedError("-2010", "not just now")
            return await submit(wire)

        stage.broker.submit = once  # type: ignore[method-assign]  # a venue put in its place
        stage.faults.schedule = parse("fills 1.. before_accept delay 200")
        await emergency(stage)
        assert await stage.until(lambda: not stage.position, 30)
        assert len(refused) == 1

    play(scenario)
