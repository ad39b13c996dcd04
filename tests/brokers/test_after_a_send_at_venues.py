"""What is known after a send that went wrong, at each venue of the exchange simulator: never more than is true."""

from __future__ import annotations

import pytest

from stratrun.engine.brokers.outcome import (
    BrokerError,
    NotFoundError,
    NotSentError,
    RejectedError,
    ThrottledError,
    UnclearError,
)
from stratrun.engine.brokers.words import Reference

from .served import PLACES, Place, Scene, at_exchange, ticket

everywhere = pytest.mark.parametrize("place", PLACES, ids=str)

ROWS: tuple[tuple[str, type[BrokerError], bool], ...] = (
    ("before_accept cut", UnclearError, False),
    ("after_accept cut", UnclearError, True),
    ("before_accept drop", UnclearError, False),
    ("after_accept drop", UnclearError, True),
    ("before_accept error 503", UnclearError, False),
    ("after_accept error 503", UnclearError, True),
    ("after_accept error 504", UnclearError, True),
    ("after_accept error 500", UnclearError, True),
    ("after_accept error -1006", UnclearError, True),
    ("after_accept error -1007", UnclearError, True),
    ("before_response cut_body", UnclearError, True),
    ("before_response html", UnclearError, True),
    ("before_response no_id", UnclearError, True),
    ("before_accept crash", UnclearError, False),
    ("before_accept error -1021", RejectedError, False),
    ("before_accept error would_trigger", RejectedError, False),
    ("before_accept error bad_price", RejectedError, False),
    ("before_accept error no_funds", RejectedError, False),
    ("before_accept error 429", ThrottledError, False),
)
"""The fault, what is raised, and whether the order lives. The throttle is last: it silences what follows."""


@everywhere
def test_after_an_order_was_sent(place: Place) -> None:
    """Each fault gives the outcome that is true of it, and the order is found by our name where it lives."""

    async def play(scene: Scene) -> None:
        broker, symbol = scene.broker, scene.symbol
        for nth, (fault, outcome, placed) in enumerate(ROWS, 1):
            with pytest.raises(outcome) as caught:
                await broker.submit(broker.wire(ticket(symbol, f"s{nth}")))
            assert type(caught.value) is outcome, fault
            names = {order.client_id for order in scene.exchange.truth("me").orders}
            assert (f"s{nth}" in names) is placed, fault
            if outcome is not ThrottledError:
                found = await broker.find(Reference(symbol, f"s{nth}"))
                assert (found is not None) is placed, fault

    faults = "\n".join(f"submit {nth} {fault}" for nth, (fault, _, _) in enumerate(ROWS, 1))
    at_exchange(place, play, faults, timeout=400)


@everywhere
def test_after_a_cancel_was_sent(place: Place) -> None:
    """A cancel without an answer proves nothing, and what became of the order can be asked."""

    async def play(scene: Scene) -> None:
        broker, symbol = scene.broker, scene.symbol
        for nth, (fault, ends) in enumerate(CANCELS, 1):
            placed = await broker.submit(broker.wire(ticket(symbol, f"k{nth}")))
            with pytest.raises((UnclearError, NotFoundError)):
                await broker.cancel(Reference(symbol, f"k{nth}", placed.venue_id))
            found = await broker.find(Reference(symbol, f"k{nth}"))
            assert found is not None
            assert (found.status != "open") is ends, fault

    faults = "\n".join(f"cancel {nth} {fault}" for nth, (fault, _) in enumerate(CANCELS, 1))
    at_exchange(place, play, faults, timeout=400)


CANCELS = (
    ("before_accept drop", False), ("after_accept drop", True), ("after_accept error 503", True),
    ("before_response cut_body", True), ("after_accept cut", True),
)  # fmt: skip
"""The fault, and whether the order ended. The cut is last: it lets a DELETE go out twice."""


@everywhere
def test_a_hidden_fill_before_a_cancel_is_told(place: Place) -> None:
    """The order that was canceled tells what it had filled, and its fills add up to that."""

    async def play(scene: Scene) -> None:
        broker, symbol = scene.broker, scene.symbol
        placed = await broker.submit(broker.wire(ticket(symbol, "p1")))
        await broker.cancel(Reference(symbol, "p1", placed.venue_id))
        found = await broker.find(Reference(symbol, "p1", placed.venue_id))
        assert found is not None
        fills = await broker.order_fills(Reference(symbol, "p1", placed.venue_id))
        assert found.status == "canceled"
        assert sum(fill.quantity for fill in fills) == found.filled == placed.quantity / 2

    at_exchange(place, play, "cancel 1 before_accept hidden_fill 0.5")


@everywhere
def test_a_venue_that_is_down_was_sent_nothing(place: Place) -> None:
    """A refused connection is proof that not one byte left; maintenance is none."""

    async def play(scene: Scene) -> None:
        broker, symbol = scene.broker, scene.symbol
        await scene.served.down()
        with pytest.raises(NotSentError):
            await broker.submit(broker.wire(ticket(symbol, "n1")))
        await scene.served.up()
        scene.exchange.outside.maintenance()
        with pytest.raises(UnclearError):
            await broker.submit(broker.wire(ticket(symbol, "n2")))
        scene.exchange.outside.maintenance(False)
        assert scene.exchange.truth("me").orders == ()
        assert await broker.find(Reference(symbol, "n2")) is None

    at_exchange(place, play)


@everywhere
def test_a_wrong_clock_is_rejected_and_mended(place: Place) -> None:
    """A request outside of the venue's window is refused; after a look at its clock orders go through."""

    async def play(scene: Scene) -> None:
        broker, symbol = scene.broker, scene.symbol
        scene.exchange.skew = -3_600_000
        with pytest.raises(RejectedError) as caught:
            await broker.submit(broker.wire(ticket(symbol, "t1")))
        assert caught.value.code == "CLOCK"
        assert abs(await broker.sync() + 3_600_000) < 500
        await broker.submit(broker.wire(ticket(symbol, "t1")))
        assert len(scene.exchange.truth("me").orders) == 1

    at_exchange(place, play)
