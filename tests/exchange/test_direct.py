"""The simulated exchange as a broker in the same process: each fault does what it says, in simulated time."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from stratrun.engine.brokers.clock import LoopClock
from stratrun.engine.brokers.outcome import (
    NotFoundError,
    NotSentError,
    ReadError,
    RejectedError,
    ThrottledError,
    UnclearError,
)
from stratrun.engine.brokers.words import FillReport, OrderReport, Reference, Status, StreamReport, Ticket
from stratrun.engine.exchange.clocks import HandClock
from stratrun.engine.exchange.direct import DirectBroker
from stratrun.engine.exchange.exchange import Exchange
from stratrun.engine.exchange.faults import Call, CrashError, Faults, parse
from stratrun.engine.exchange.pipe import Pipe
from stratrun.engine.ledger.values import OrderType, Side
from stratrun.engine.market.venue import Kind

from .scene import limit, listen, play, submit
from .venue import PERP, SPOT, D


@pytest.mark.parametrize(
    ("fault", "outcome", "placed"),
    [
        ("before_accept refuse", NotSentError, False),
        ("before_accept cut", UnclearError, False),
        ("after_accept cut", UnclearError, True),
        ("before_accept drop", UnclearError, False),
        ("after_accept drop", UnclearError, True),
        ("before_accept error 503", UnclearError, False),
        ("after_accept error 503", UnclearError, True),
        ("after_accept error 504", UnclearError, True),
        ("after_accept error -1007", UnclearError, True),
        ("after_accept error -1006", UnclearError, True),
        ("before_response cut_body", UnclearError, True),
        ("before_response html", UnclearError, True),
        ("before_response no_id", UnclearError, True),
        ("before_accept error 429", ThrottledError, False),
        ("before_accept error 418", ThrottledError, False),
        ("before_accept error -1021", RejectedError, False),
        ("before_accept delay 20", UnclearError, True),
        ("before_accept delay 45", UnclearError, False),
        ("before_response delay 20", UnclearError, True),
        ("before_accept crash", CrashError, False),
        ("after_accept crash", CrashError, True),
        ("after_response crash", CrashError, True),
    ],
)
def test_what_is_known_after_a_submit(fault: str, outcome: type[BaseException], placed: bool) -> None:
    """Each fault gives its class of outcome, and the order is at the venue in the end or it is not."""

    async def scene(exchange: Exchange, broker: DirectBroker, clock: LoopClock) -> None:
        with pytest.raises(outcome) as caught:
            await submit(broker, limit())
        assert type(caught.value) is outcome
        await clock.sleep(60)
        assert (await broker.find(Reference(SPOT, "a1")) is not None) is placed
        assert bool(exchange.truth("me").orders) is placed

    play(scene, f"submit 1 {fault}")


def test_a_short_delay_is_only_late() -> None:
    """An answer within the time to wait is an answer."""

    async def scene(exchange: Exchange, broker: DirectBroker, clock: LoopClock) -> None:
        before = clock.now()
        assert (await submit(broker, limit())).status is Status.OPEN
        assert clock.now() - before == 5_000

    play(scene, "submit 1 before_accept delay 2\nsubmit 1 before_response delay 3")


def test_canceled_caller_leaves_the_venue_at_work() -> None:
    """Who gives up while the request is under way has an order all the same."""

    async def scene(exchange: Exchange, broker: DirectBroker, clock: LoopClock) -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(submit(broker, limit()), 1)
        await clock.sleep(5)
        assert len(await broker.open_orders()) == 1

    play(scene, "submit 1 before_accept delay 3")


def test_failed_reads_are_errors() -> None:
    """A question without an answer raises, it never says none."""

    async def scene(exchange: Exchange, broker: DirectBroker, clock: LoopClock) -> None:
        for ask in (broker.open_orders, broker.balances, lambda: broker.fills(SPOT, 0),
                    lambda: broker.find(Reference(SPOT, "x"))):  # fmt: skip
            with pytest.raises(ReadError):
                await ask()
        assert await broker.open_orders() == []

    play(scene, "open_orders 1 before_response drop\nbalances 1 before_accept error 503\n"
                "fills 1 before_response cut_body\nfind 1 before_accept refuse")  # fmt: skip


def test_cancel_that_times_out_hides_a_partial_fill() -> None:
    """The order traded a part without a word of the stream, and then it was canceled; asking brings it out."""

    async def scene(exchange: Exchange, broker: DirectBroker, clock: LoopClock) -> None:
        heard = await listen(broker)
        await submit(broker, limit())
        with pytest.raises(UnclearError):
            await broker.cancel(Reference(SPOT, "a1"))
        await asyncio.sleep(0)
        assert not any(isinstance(report, FillReport) for report in heard)
        found = await broker.find(Reference(SPOT, "a1"))
        assert found is not None
        assert (found.status, found.filled) == (Status.CANCELED, D("0.5"))
        assert sum(fill.quantity for fill in await broker.order_fills(Reference(SPOT, "a1"))) == D("0.5")

    play(scene, "cancel 1 before_accept hidden_fill 0.5\ncancel 1 after_accept drop")


def test_late_fill_after_the_cancel_was_acknowledged() -> None:
    """Half of a canceled order fills two seconds later; the order stays canceled."""

    async def scene(exchange: Exchange, broker: DirectBroker, clock: LoopClock) -> None:
        await submit(broker, limit())
        await broker.cancel(Reference(SPOT, "a1"))
        assert (await filled(broker)) == (Status.CANCELED, D(0))
        await clock.sleep(3)
        assert (await filled(broker)) == (Status.CANCELED, D("0.5"))

    play(scene, "cancel 1 after_response late_fill 2")


def test_overfill_trades_more_than_was_asked() -> None:
    """The sum of fills is beyond the order's quantity."""

    async def scene(exchange: Exchange, broker: DirectBroker, clock: LoopClock) -> None:
        await submit(broker, limit())
        assert (await filled(broker)) == (Status.CLOSED, D("1.5"))

    play(scene, "submit 1 after_accept overfill 0.5")


async def filled(broker: DirectBroker) -> tuple[Status, Decimal]:
    found = await broker.find(Reference(SPOT, "a1"))
    assert found is not None
    return found.status, found.filled


@pytest.mark.parametrize(
    ("fault", "statuses"),
    [
        ("", "open canceled"),
        ("user_stream 1 message drop", "canceled"),
        ("user_stream 1 message duplicate", "open open canceled"),
        ("user_stream 1 message reorder", "open canceled"),
        ("user_stream 3 message stale", "open canceled"),
        ("user_stream 4 message stale", "open canceled canceled"),
        ("user_stream 1 message delay 5", "canceled open"),
        ("user_stream 2 message silence 5", "open"),
    ],
)
def test_stream_messages_go_wrong(fault: str, statuses: str) -> None:
    """Messages of the user stream are lost, doubled, late and out of order as the fault says. (Each change of an order
    is followed by a message of balances.)"""

    async def scene(exchange: Exchange, broker: DirectBroker, clock: LoopClock) -> None:
        heard = await listen(broker)
        await submit(broker, limit())
        await clock.sleep(1)
        await broker.cancel(Reference(SPOT, "a1"))
        await clock.sleep(10)
        assert " ".join(report.status for report in heard if isinstance(report, OrderReport)) == statuses

    play(scene, fault)


def test_a_reordered_message_comes_after_the_next() -> None:
    """It is held until another one has gone past."""
    out: list[int] = []
    pipe = Pipe(Call.USER_STREAM, Faults(parse("user_stream 1 message reorder")), HandClock(), out.append)
    for number in (1, 2, 3):
        pipe.feed(number)
    assert out == [2, 1, 3]


def test_a_broken_stream_says_so_and_forgets() -> None:
    """What happens while the stream is down is never told; its ends are."""

    async def scene(exchange: Exchange, broker: DirectBroker, clock: LoopClock) -> None:
        heard = await listen(broker)
        await submit(broker, limit())
        await broker.cancel(Reference(SPOT, "a1"))
        await clock.sleep(6)
        assert [report.up for report in heard if isinstance(report, StreamReport)] == [True, False, True]
        assert not any(isinstance(report, OrderReport) for report in heard)

    play(scene, "user_stream 1 message break 5")


def test_positions_leave_out_what_they_are_told_to() -> None:
    """An omitted symbol is not there; a flat one is there with zero."""

    async def scene(exchange: Exchange, broker: DirectBroker, clock: LoopClock) -> None:
        await broker.set_leverage(PERP, D(5), isolated=True)
        await submit(broker, Ticket("a1", PERP, Side.SELL, OrderType.MARKET, D(2)))
        assert await broker.positions([PERP]) == []
        (held,) = await broker.positions([PERP])
        assert (held.quantity, held.leverage, held.isolated) == (D(-2), D(5), True)

    play(scene, f"positions 1 before_response omit {PERP}", Kind.PERP)


def test_contract_stops_are_a_list_of_their_own() -> None:
    """A waiting stop is found and canceled only as a trigger order, and is among the open orders."""

    async def scene(exchange: Exchange, broker: DirectBroker, clock: LoopClock) -> None:
        await submit(broker, Ticket("a1", PERP, Side.BUY, OrderType.MARKET, D(2)))
        stop = Ticket("a2", PERP, Side.SELL, OrderType.STOP, D(2), trigger=D(95), reduce_only=True)
        await submit(broker, stop)
        assert await broker.find(Reference(PERP, "a2")) is None
        with pytest.raises(NotFoundError):
            await broker.cancel(Reference(PERP, "a2"))
        assert [order.client_id for order in await broker.open_orders(PERP)] == ["a2"]
        await broker.cancel(Reference(PERP, "a2", trigger=True))
        assert await broker.open_orders(PERP) == []

    play(scene, "", Kind.PERP)


def test_amending_is_one_order_for_another() -> None:
    """The answer bears a new venue id; a replacement that is refused leaves nothing and is unclear."""

    async def scene(exchange: Exchange, broker: DirectBroker, clock: LoopClock) -> None:
        first = await submit(broker, limit())
        second = await broker.amend(Reference(SPOT, "a1"), limit("a2", "91"))
        assert (second.venue_id != first.venue_id, second.price) == (True, D(91))
        with pytest.raises(UnclearError):
            await broker.amend(Reference(SPOT, "a2"), limit("a3", "91", "10000"))
        assert await broker.open_orders() == []

    play(scene)


@pytest.mark.parametrize(("skew", "fine"), [(5_000, False), (-3_600_000, False), (0, True), (500, True)])
def test_a_clock_that_is_off_is_refused_until_it_is_compared(skew: int, fine: bool) -> None:
    """Orders stamped with a wrong time are rejected; after `sync` they are not."""

    async def scene(exchange: Exchange, broker: DirectBroker, clock: LoopClock) -> None:
        exchange.skew = -skew
        if not fine:
            with pytest.raises(RejectedError, match="recvWindow"):
                await submit(broker, limit("a0"))
        assert await broker.sync() == -skew
        await submit(broker, limit())

    play(scene)


def test_the_world_outside() -> None:
    """What others do shows where it should: in orders, balances, refusals and questions."""

    async def scene(exchange: Exchange, broker: DirectBroker, clock: LoopClock) -> None:
        outside = exchange.outside
        outside.close("me", SPOT)
        assert (await broker.fills(SPOT, 0))[0].quantity == D(10)
        outside.deposit("me", "BTC", D(3))
        outside.short("me", "BTC")
        assert (await broker.balances()).balances["BTC"].total == D("2.94")
        await submit(broker, Ticket("a1", SPOT, Side.SELL, OrderType.STOP, D(2), trigger=D(95)))
        outside.withdraw("me", "BTC", D(2))
        assert await filled(broker) == (Status.EXPIRED, D(0))
        outside.respec(SPOT, step=D("0.1"))
        with pytest.raises(RejectedError, match="step"):
            await submit(broker, limit(quantity="1.05"))
        outside.delist(SPOT)
        with pytest.raises(RejectedError, match="trading"):
            await submit(broker, limit())
        outside.maintenance()
        assert not await broker.normal()
        with pytest.raises(ReadError):
            await broker.balances()
        with pytest.raises(UnclearError):
            await submit(broker, limit())
        outside.maintenance(False)
        outside.revoke("me")
        with pytest.raises(RejectedError):
            await submit(broker, limit())

    play(scene)


def test_what_was_opened_stays_open() -> None:
    """Terms are read again for some symbols in the middle of a session; the others are traded on."""

    async def scene(exchange: Exchange, broker: DirectBroker, clock: LoopClock) -> None:
        exchange.outside.respec(SPOT, step=D("0.1"))
        await broker.open([])
        assert broker.instrument(SPOT).quantity_step == 0.1

    play(scene)


def test_what_a_late_fill_took_is_paid_back() -> None:
    """A fill of what is no more there is lent, and what is bought back goes to the lender: nothing is left over."""

    async def scene(exchange: Exchange, broker: DirectBroker, clock: LoopClock) -> None:
        await submit(broker, Ticket("a1", SPOT, Side.SELL, OrderType.LIMIT, D(10), D(110)))
        await broker.cancel(Reference(SPOT, "a1"))
        await submit(broker, Ticket("a2", SPOT, Side.SELL, OrderType.MARKET, D(10)))
        await clock.sleep(3)
        assert await filled(broker) == (Status.CANCELED, D(5))
        await submit(broker, Ticket("a3", SPOT, Side.BUY, OrderType.MARKET, D(5)))
        assert (await broker.balances()).balances["BTC"].total == 0
        flows = [(flow.amount, flow.reason) for flow in exchange.truth("me").flows[-2:]]
        assert flows == [(5, "lent"), (-5, "paid back")]

    play(scene, "cancel 1 after_response late_fill 2")
