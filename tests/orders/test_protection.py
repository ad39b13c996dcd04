"""Stops, targets, emergency exits and what closes positions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stratrun.engine.exchange.faults import parse
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.ledger.values import OrderState, OrderType, Role
from stratrun.engine.orders.guard import Guard
from stratrun.engine.orders.state import State
from stratrun.engine.orders.wanted import Denial, Wanted

from .stage import PERP, SPOT, D, Stage, play

S = OrderState
SYMBOLS = pytest.mark.parametrize("symbol", [SPOT, PERP])


async def held(stage: Stage, stop: str = "90", target: str | None = None, quantity: str = "1") -> None:
    """A position with its stop at the venue."""
    await stage.enter(quantity)
    await stage.desk.protect("dip", stage.symbol, D(stop), None if target is None else D(target))
    assert await stage.until(lambda: bool(stops(stage)), 20)


def stops(stage: Stage) -> list[tuple[object, object]]:
    """Quantity and trigger of each stop that rests."""
    rows = [row for row in stage.desk.state.live() if row.role is Role.STOP and row.state in (S.OPEN, S.PARTIAL)]
    return [(row.quantity - row.filled, row.trigger) for row in rows]


@SYMBOLS
def test_a_stop_rests_at_the_venue(symbol: str) -> None:
    """What is held has a stop at the venue; it fills there, and nothing is left standing."""

    async def scenario(stage: Stage) -> None:
        await held(stage)
        assert stops(stage) == [(D(1), D(90))]
        assert stage.desk.protection(symbol)[0].at_venue
        stage.print("89")
        await stage.wait(5)
        assert stage.position == D(0)
        assert stage.desk.state.live() == []
        assert stage.desk.protection(symbol) == ()

    play(scenario, symbol=symbol)


def test_a_stop_covers_partial_fills() -> None:
    """The first part of an entry that fills has its stop, and the stop grows with it."""

    async def scenario(stage: Stage) -> None:
        await stage.buy_limit("95")
        await stage.desk.protect("dip", SPOT, D(90))
        entry = stage.mine()[0]
        stage.exchange.outside.fill("main", entry, D("0.4"))
        await stage.wait(5)
        assert stops(stage) == [(D("0.4"), D(90))]
        stage.exchange.outside.fill("main", entry, D("0.6"))
        await stage.wait(5)
        assert stops(stage) == [(D(1), D(90))]

    play(scenario)


@SYMBOLS
def test_a_stop_follows_its_level(symbol: str) -> None:
    """A new level replaces the stop: one stands there, at the new level."""

    async def scenario(stage: Stage) -> None:
        await held(stage)
        await stage.desk.protect("dip", symbol, D(95))
        await stage.wait(5)
        assert stops(stage) == [(D(1), D(95))]

    play(scenario, symbol=symbol)


def test_a_replaced_stop_that_is_rejected_is_armed_again() -> None:
    """A level that the venue refuses leaves the old stop at the venue."""

    async def scenario(stage: Stage) -> None:
        await held(stage)
        stage.faults.schedule = type(stage.faults)().schedule
        await stage.desk.protect("dip", SPOT, D("99"))
        await stage.wait(10)
        assert stops(stage) == [(D(1), D(90))]
        assert any(alert.code == "STOP_REFUSED" for alert in stage.desk.alerts)
        assert stage.position == D(1)

    def gate(wanted: Wanted, state: State) -> Denial | None:
        return Denial("PRICE_COLLAR") if wanted.trigger == D("99") else None

    play(scenario, gate=gate)


@SYMBOLS
@pytest.mark.parametrize("fault", ["before_accept drop", "after_accept drop", "after_accept error 503"])
def test_an_unknown_stop_does_not_wait(fault: str, symbol: str) -> None:
    """The price crosses a stop of which nobody knows whether it is there: the position is closed within seconds."""

    async def scenario(stage: Stage) -> None:
        await stage.enter()
        await stage.desk.protect("dip", symbol, D(90))
        await stage.until(lambda: bool(stage.desk.state.unsure()), 30)
        stage.print("89")
        await stage.wait(40)
        assert stage.position == D(0)

    play(scenario, f"submit 2 {fault}\nuser_stream 3.. message drop", symbol=symbol)


def test_no_stop_and_no_price_is_an_emergency() -> None:
    """A position that can have no stop and whose price nobody tells is closed after `max_naked` seconds."""

    def gate(wanted: Wanted, state: State) -> Denial | None:
        return Denial("NO") if wanted.role is Role.STOP else None

    async def scenario(stage: Stage) -> None:
        await stage.enter()
        await stage.desk.protect("dip", SPOT, D(90))
        await stage.wait(SECONDS)
        assert stage.position == D(0)
        assert any(alert.code == "EMERGENCY" for alert in stage.desk.alerts)

    SECONDS = 15  # noqa: N806
    play(scenario, "quote 1.. before_accept error 503", gate=gate)


def test_a_far_stop_that_a_filter_rejects_causes_no_panic() -> None:
    """A stop that the venue will not take is watched by the engine; the position stays until the price is there."""

    def gate(wanted: Wanted, state: State) -> Denial | None:
        return Denial("FILTER") if wanted.type is OrderType.STOP else None

    async def scenario(stage: Stage) -> None:
        await stage.enter()
        await stage.desk.protect("dip", SPOT, D(10))
        await stage.wait(60)
        assert stage.position == D(1)
        stage.print("9")
        await stage.wait(20)
        assert stage.position == D(0)

    play(scenario, gate=gate)


@SYMBOLS
def test_a_target_is_taken_and_the_stop_goes(symbol: str) -> None:
    """The price reaches the target: the stop is taken out of the way, the position closed, nothing is left."""

    async def scenario(stage: Stage) -> None:
        await held(stage, target="110")
        stage.print("111")
        await stage.wait(10)
        assert stage.position == D(0)
        assert stage.desk.state.live() == []

    play(scenario, symbol=symbol)


@SYMBOLS
def test_an_exit_that_is_denied_leaves_the_stop_armed(symbol: str) -> None:
    """An exit took the stop out of its way and was denied: the stop stands there again."""

    def gate(wanted: Wanted, state: State) -> Denial | None:
        return Denial("NO") if wanted.role is Role.EXIT else None

    async def scenario(stage: Stage) -> None:
        await held(stage)
        assert (await stage.leave()).state is S.DENIED
        await stage.wait(5)
        assert stops(stage) == [(D(1), D(90))]

    play(scenario, symbol=symbol, gate=gate)


@SYMBOLS
def test_a_partial_exit_leaves_a_smaller_stop(symbol: str) -> None:
    """What is left after an exit is what the stop covers."""

    async def scenario(stage: Stage) -> None:
        await held(stage)
        await stage.leave("0.4")
        await stage.wait(5)
        assert stops(stage) == [(D("0.6"), D(90))]

    play(scenario, symbol=symbol)


@SYMBOLS
def test_a_stop_that_fills_while_an_exit_is_in_flight_does_not_flip(symbol: str) -> None:
    """Stop and exit together never turn the position round."""

    async def scenario(stage: Stage) -> None:
        await held(stage)
        stage.print("89")
        await stage.leave()
        await stage.wait(10)
        assert stage.position == D(0)

    play(scenario, "user_stream 1.. message drop", symbol=symbol)


@SYMBOLS
def test_flatten_closes_everything(symbol: str) -> None:
    """Entries are canceled, what is held is closed, and nothing is left standing."""

    async def scenario(stage: Stage) -> None:
        await held(stage)
        await stage.buy_limit("95")
        assert await stage.desk.flatten(None, "test")
        assert stage.position == D(0)
        assert stage.desk.state.live() == []

    play(scenario, symbol=symbol)


def test_flatten_books_dust() -> None:
    """What is too small to sell is booked out with its reason."""

    async def scenario(stage: Stage) -> None:
        await stage.enter("1")
        await stage.wait(1)
        assert stage.position == D("0.999")
        await stage.leave("0.9989")
        await stage.wait(1)
        assert stage.position == D("0.0001")
        assert await stage.desk.flatten(SPOT, "test")
        assert stage.position == D(0)

    play(scenario, spec=Spec(SPOT, fee_in_base=True))


def test_flatten_goes_on_after_a_kill() -> None:
    """A flatten that a kill interrupts is finished by the next process."""

    async def scenario(stage: Stage) -> None:
        await held(stage)
        await stage.desk._plans.close(SPOT, None, Role.EXIT, "test")
        await stage.again()
        await stage.wait(20)
        assert stage.position == D(0)

    play(scenario)


def test_a_restart_arms_again() -> None:
    """Stops that ended while we were down are placed again."""

    async def scenario(stage: Stage) -> None:
        await held(stage)
        await stage.kill()
        stage.exchange.outside.cancel("main", stage.mine()[-1])
        await stage.start()
        await stage.wait(10)
        assert stops(stage) == [(D(1), D(90))]

    play(scenario)


@pytest.mark.parametrize("price", ["1000", "0.01"])
def test_one_wild_price_closes_nothing(price: str) -> None:
    """A price that stands there for a moment only is no reason to sell."""

    def gate(wanted: Wanted, state: State) -> Denial | None:
        return Denial("NO") if wanted.role is Role.STOP else None

    async def scenario(stage: Stage) -> None:
        await stage.enter()
        await stage.desk.protect("dip", SPOT, D(90), D(200))
        await stage.wait(5)
        quote = await stage.broker.quote(SPOT)
        stage.desk.see(replace(quote, last=D(price)))
        await stage.wait(20)
        assert stage.position == D(1)

    play(scenario, gate=gate)


@SYMBOLS
def test_a_target_for_a_part_is_taken_once(symbol: str) -> None:
    """A target that keeps a part sells down to it, once, over a restart too; the stop then covers what is left."""

    async def scenario(stage: Stage) -> None:
        await stage.enter()
        await stage.desk.protect("dip", symbol, D(90), D(110), D("0.7"))
        stage.print("111")
        await stage.wait(10)
        assert stage.position == D("0.7")
        assert stops(stage) == [(D("0.7"), D(90))]
        await stage.kill()
        await stage.start()
        await stage.wait(10)
        assert stage.position == D("0.7")
        assert stops(stage) == [(D("0.7"), D(90))]
        await stage.desk.protect("dip", symbol, D(100), D(112))
        stage.print("113")
        await stage.wait(10)
        assert stage.position == D(0)
        assert stage.desk.state.live() == []

    play(scenario, symbol=symbol)


def told_of_stops(stage: Stage) -> list[str]:
    return [alert.words for alert in stage.desk.alerts if alert.code == "STOP_REFUSED"]


def test_a_stop_refused_of_what_was_closed_meanwhile_is_not_told() -> None:
    """Stop and position are ended outside (by the kill switch, while we hung), and we hear of the stop's end first: the
    venue refuses another for what is gone. That is nothing for an operator to look at."""

    async def scenario(stage: Stage) -> None:
        await held(stage)
        stop = next(order for order in stage.mine() if order.trigger)
        stage.exchange.outside.cancel("main", stop)
        stage.faults.schedule = parse("user_stream 1.. message delay 3")
        stage.exchange.outside.close("main", SPOT)
        await stage.wait(120)
        assert stage.position == D(0)
        assert {row.state for row in stage.orders(Role.STOP)} == {S.CANCELED, S.REJECTED}
        assert told_of_stops(stage) == []

    play(scenario)


@SYMBOLS
def test_a_stop_refused_amid_a_flatten_is_not_told(symbol: str) -> None:
    """A stop is on its way when an operator flattens, and is denied because nothing is left to stop: not told."""

    async def scenario(stage: Stage) -> None:
        await stage.enter()
        await stage.desk.flatten(symbol, "test", 0)
        stops = stage.desk._guards._stops
        guard = Guard(symbol)
        await stage.wait(0.4)
        wanted = stage.wanted(Role.STOP, type=OrderType.STOP, trigger=D(90), reference=None)
        await stops._place(wanted, refused=False, guard=guard)
        await stage.wait(30)
        assert [row.state for row in stage.orders(Role.STOP)] == [S.DENIED]
        assert told_of_stops(stage) == []

    play(scenario, "submit 2 before_response delay 8", symbol=symbol)


@pytest.mark.parametrize("seconds", [2, 60])
def test_a_stop_refused_of_what_is_held_is_told(seconds: int) -> None:
    """The venue refuses the stop and the position stays, or an emergency closes it: told within `max_naked`."""

    def gate(wanted: Wanted, state: State) -> Denial | None:
        return Denial("FILTER") if wanted.type is OrderType.STOP else None

    async def scenario(stage: Stage) -> None:
        await stage.enter()
        await stage.desk.protect("dip", SPOT, D(90))
        await stage.wait(seconds)
        if seconds < 5:
            assert told_of_stops(stage) == []
            stage.print("89")
        await stage.wait(10)
        assert len(told_of_stops(stage)) >= 1
        assert bool(stage.position) == (seconds > 5)

    play(scenario, gate=gate)
