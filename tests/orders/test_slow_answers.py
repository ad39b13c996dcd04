"""A venue that takes long for each answer: an exit whose stop must go first is carried out all the same, once."""

from __future__ import annotations

import pytest

from stratrun.engine.exchange.faults import Written
from stratrun.engine.ledger.refusal import LedgerError
from stratrun.engine.ledger.rows import PlanRow
from stratrun.engine.ledger.values import OrderState, Role, Side
from stratrun.engine.ledger.writer import Posted
from stratrun.engine.orders.journal import Decide

from .stage import PERP, SPOT, D, Stage, play

CALLS = ("submit", "cancel", "find", "open_orders", "ended_orders", "fills")


def slow(seconds: float) -> str:
    """Each answer takes so long, and streams tell nothing."""
    answers = [f"{call} 1.. before_response delay {seconds}" for call in CALLS]
    return "\n".join([*answers, "user_stream 1.. message drop"])


def sold(stage: Stage) -> object:
    return sum((fill.quantity for fill in stage.truth().fills if fill.side is Side.SELL), D(0))


@pytest.mark.parametrize("symbol", [SPOT, PERP])
@pytest.mark.parametrize("seconds", [1, 4, 6, 9])
def test_an_exit_waits_for_its_stop_to_be_gone(symbol: str, seconds: float) -> None:
    """However long the cancel of the stop takes to be known, the exit is sent after it, once, and nothing flips."""

    async def scenario(stage: Stage) -> None:
        await stage.enter("2")
        await stage.until(lambda: stage.position == D(2))
        await stage.desk.protect("dip", symbol, D(90))
        await stage.until(lambda: any(row.state is OrderState.OPEN for row in stage.orders(Role.STOP)))
        await stage.wait(60)
        row = await stage.leave("2")
        await stage.until(lambda: not stage.position, 120)
        exits = stage.orders(Role.EXIT)
        assert [(it.order_id, it.state) for it in exits] == [(row.order_id, OrderState.FILLED)]
        assert sold(stage) == D(2)

    play(scenario, slow(seconds), symbol)


@pytest.mark.parametrize("symbol", [SPOT, PERP])
def test_a_stop_that_fills_in_part_on_its_way_leaves_the_rest_to_the_exit(symbol: str) -> None:
    """Half of the stop fills while it is canceled: the exit takes what is left, and no more."""

    async def scenario(stage: Stage) -> None:
        await stage.enter("2")
        await stage.until(lambda: stage.position == D(2))
        await stage.desk.protect("dip", symbol, D(90))
        await stage.wait(60)
        row = await stage.leave("2")
        await stage.until(lambda: not stage.position, 120)
        assert (stage.order(row.order_id).state, stage.order(row.order_id).filled) == (OrderState.FILLED, D(1))
        assert sold(stage) == D(2)

    play(scenario, slow(4) + "\ncancel 1 before_accept hidden_fill 0.5", symbol)


def test_an_exit_that_cannot_be_recorded_leaves_the_guard_awake() -> None:
    """The ledger is locked when an exit is wanted: nothing is sent, and a stop that goes missing is armed again."""

    async def scenario(stage: Stage) -> None:
        await stage.enter("2")
        await stage.desk.protect("dip", SPOT, D(90))
        await stage.wait(5)
        decide = stage.desk._parts.journal.decide

        async def locked(make: Decide) -> Posted:
            raise LedgerError("the database is locked")

        stage.desk._parts.journal.decide = locked  # type: ignore[method-assign]  # a fault put in its place
        with pytest.raises(LedgerError):
            await stage.leave("2")
        stage.desk._parts.journal.decide = decide  # type: ignore[method-assign]  # a fault put in its place
        stage.exchange.outside.cancel("main", stage.truth().open[0])
        await stage.wait(30)
        assert len(stage.truth().open) == 1

    play(scenario)


DARK = "submit 2.. before_accept error -1021\nquote 1.. after_accept drop"
"""Stops are refused, and nobody answers what the price is."""


@pytest.mark.parametrize("symbol", [SPOT, PERP])
def test_a_naked_position_is_closed_in_time_though_nothing_answers(symbol: str) -> None:
    """Questions that hang do not hold up the clock: after `max_naked` an emergency plan runs."""

    async def scenario(stage: Stage) -> None:
        await stage.enter("2")
        await stage.until(lambda: stage.position == D(2))
        await stage.desk.protect("dip", symbol, D(90))
        await stage.wait(5.5)
        assert [row.purpose for row in stage.desk.state.all(PlanRow) if row.plan_id.startswith("close")] == [
            "emergency"
        ]
        assert stage.desk.violations() == []
        stage.faults.schedule = Written()
        await stage.wait(120)
        assert stage.position == D(0)

    play(scenario, DARK, symbol)


def test_a_position_that_stays_naked_is_a_broken_invariant() -> None:
    """Where the emergency plan never comes, the check says so, once, with its length."""

    async def scenario(stage: Stage) -> None:
        async def nothing(*words: object) -> None:
            return None

        stage.desk._guards._watching._emergency = nothing  # type: ignore[method-assign]  # a fault put in its place
        await stage.enter("2")
        await stage.until(lambda: stage.position == D(2))
        await stage.desk.protect("dip", SPOT, D(90))
        await stage.wait(20)
        assert len([words for words in stage.desk.violations() if words.startswith("11: BTC/USDT of dip")]) == 1

    play(scenario, DARK, check=False)
