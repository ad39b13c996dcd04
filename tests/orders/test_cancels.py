"""Cancels and replacements, and what races them."""

from __future__ import annotations

import pytest

from stratrun.engine.ledger.values import OrderState, OrderType, Role

from .stage import D, Stage, play

S = OrderState
ANSWERS = ["drop", "cut", "error 503", "error -1006", "html", "cut_body"]


@pytest.mark.parametrize("hook", ["before_accept", "after_accept"])
@pytest.mark.parametrize("fault", ANSWERS)
def test_an_unanswered_cancel(fault: str, hook: str) -> None:
    """A cancel without an answer is unknown until the order was looked at; asked again, the order ends."""

    async def scenario(stage: Stage) -> None:
        row = await stage.buy_limit("90")
        await stage.desk.cancel(row.order_id, "test")
        await stage.wait(20)  # long before the request's own validity is over: asking twice ends an order once
        assert not stage.desk.pending(row.order_id)
        assert stage.order(row.order_id).state is (S.OPEN if hook == "before_accept" else S.CANCELED)
        assert (await stage.desk.cancel(row.order_id, "test")).state is S.CANCELED

    play(scenario, f"cancel 1 {hook} {fault}")


def test_a_cancel_loses_to_a_fill() -> None:
    """A fill that raced the cancel wins: the order is filled, not canceled."""

    async def scenario(stage: Stage) -> None:
        row = await stage.buy_limit("90")
        stage.print("80")
        row = await stage.desk.cancel(row.order_id, "test")
        assert row.state is S.FILLED

    play(scenario, "user_stream 1.. message drop")


def test_a_hidden_partial_fill_is_found_by_the_cancel() -> None:
    """A canceled order ends with the fill that nobody told of."""

    async def scenario(stage: Stage) -> None:
        row = await stage.buy_limit("90")
        row = await stage.desk.cancel(row.order_id, "test")
        await stage.desk.settled(row.order_id, 60)
        row = stage.order(row.order_id)
        assert (row.state, row.filled) == (S.CANCELED, D("0.5"))
        assert stage.position == D("0.5")

    play(scenario, "cancel 1 before_accept hidden_fill 0.5\ncancel 1 after_accept drop")


def test_a_late_fill_after_the_end() -> None:
    """A fill that comes after the cancel was confirmed still moves order and position."""

    async def scenario(stage: Stage) -> None:
        row = await stage.buy_limit("90")
        await stage.desk.cancel(row.order_id, "test")
        await stage.wait(30)
        row = stage.order(row.order_id)
        assert (row.state, row.filled, stage.position) == (S.CANCELED, D("0.5"), D("0.5"))

    play(scenario, "cancel 1 after_accept late_fill 5")


def test_a_venue_that_cancels_is_believed_once_fills_are_known() -> None:
    """An order that somebody canceled at the venue ends here, too."""

    async def scenario(stage: Stage) -> None:
        row = await stage.buy_limit("90")
        stage.exchange.outside.cancel("main", stage.mine()[0])
        await stage.wait(120)
        assert stage.order(row.order_id).state is S.CANCELED

    play(scenario, "user_stream 1.. message drop")


def test_missing_from_a_list_closes_nothing() -> None:
    """An order that the open list leaves out stays open: only asking for it decides."""

    async def scenario(stage: Stage) -> None:
        row = await stage.buy_limit("90")
        await stage.desk.reconcile("test")
        await stage.wait(20)
        assert stage.order(row.order_id).state is S.OPEN

    play(scenario, "open_orders 2 before_response omit BTC/USDT")


def test_replacing_places_the_rest() -> None:
    """A replacement asks for what the old order did not fill, once."""

    async def scenario(stage: Stage) -> None:
        row = await stage.buy_limit("90")
        stage.exchange.outside.fill("main", stage.mine()[0], D("0.25"))
        wanted = stage.wanted(quantity="1", type=OrderType.LIMIT, price=D("95"))
        new = await stage.desk.replace(row.order_id, wanted)
        assert (new.state, new.quantity, new.price) == (S.OPEN, D("0.75"), D("95"))
        assert stage.order(row.order_id).state is S.CANCELED
        assert len(stage.mine()) == 2

    play(scenario)


def test_a_replacement_that_is_rejected_brings_the_old_back() -> None:
    """If the venue refuses the new order, one like the old stands there again."""

    async def scenario(stage: Stage) -> None:
        await stage.enter()
        await stage.wait(1)
        stop = await stage.desk.place(stage.wanted(Role.STOP, type=OrderType.STOP, trigger=D("90")))
        assert stop.state is S.OPEN
        new = await stage.desk.replace(
            stop.order_id, stage.wanted(Role.STOP, type=OrderType.STOP, trigger=D("110"))
        )  # would trigger at once
        assert (new.state, new.trigger) == (S.OPEN, D("90"))

    play(scenario)


def test_a_replacement_is_resumed_after_a_kill() -> None:
    """A kill between cancel and new order: the next process places the new one, once."""

    async def scenario(stage: Stage) -> None:
        row = await stage.buy_limit("90")
        wanted = stage.wanted(quantity="1", type=OrderType.LIMIT, price=D("95"))
        await stage.again()
        replacing = stage.desk.replace(row.order_id, wanted)
        import asyncio

        task = asyncio.get_running_loop().create_task(replacing)
        await stage.until(lambda: stage.order(row.order_id).state is S.CANCELED)
        await stage.kill()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await stage.start()
        await stage.wait(30)
        live = stage.desk.state.live()
        assert [(one.price, one.quantity) for one in live] == [(D("95"), D("1"))]

    play(scenario)
