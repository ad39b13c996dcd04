"""One order sent, with everything that can happen to its send."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from stratrun.engine.brokers.outcome import RejectedError, UnclearError
from stratrun.engine.brokers.words import OrderReport
from stratrun.engine.ledger.values import OrderState, OrderType, Role, Texts
from stratrun.engine.orders.state import State
from stratrun.engine.orders.wanted import Denial, Wanted

from .stage import PERP, SPOT, D, Stage, play

S = OrderState
SYMBOLS = pytest.mark.parametrize("symbol", [SPOT, PERP])
PLACED = [
    "after_accept drop",
    "after_accept cut",
    "after_accept error 503",
    "after_accept error 504",
    "after_accept error -1007",
    "after_accept error -1006",
    "after_accept html",
    "after_accept cut_body",
    "after_accept no_id",
    "after_accept delay 3",
    "before_accept delay 4",
]
ABSENT = ["before_accept drop", "before_accept cut", "before_accept error 503"]
REFUSED = ["before_accept error 429", "before_accept error -1021"]


@SYMBOLS
def test_a_market_order_fills(symbol: str) -> None:
    """An order that nothing befalls is filled, and the position is what it bought."""

    async def scenario(stage: Stage) -> None:
        row = await stage.enter()
        await stage.desk.settled(row.order_id, 10)
        assert stage.order(row.order_id).state is S.FILLED
        assert stage.position == D(1)

    play(scenario, symbol=symbol)


@SYMBOLS
@pytest.mark.parametrize("fault", PLACED)
def test_an_order_that_filled_unseen_is_found(fault: str, symbol: str) -> None:
    """A market order that the venue took is filled once in the ledger, whatever its answer was."""

    async def scenario(stage: Stage) -> None:
        row = await stage.enter()
        await stage.desk.settled(row.order_id, 100)
        assert stage.order(row.order_id).state is S.FILLED
        assert len(stage.mine()) == 1

    play(scenario, f"submit 1 {fault}", symbol)


@pytest.mark.parametrize("fault", PLACED)
@pytest.mark.parametrize("silent", [False, True])
def test_an_order_that_rests_unseen_is_found(fault: str, silent: bool) -> None:
    """A limit order that the venue took is open in the ledger, with the stream or without a word of it."""

    async def scenario(stage: Stage) -> None:
        row = await stage.buy_limit("90")
        await stage.desk.settled(row.order_id, 100)
        assert stage.order(row.order_id).state is S.OPEN
        assert (await stage.desk.cancel(row.order_id, "test")).state is S.CANCELED

    play(scenario, f"submit 1 {fault}" + ("\nuser_stream 1.. message drop" if silent else ""))


@SYMBOLS
@pytest.mark.parametrize("fault", ABSENT)
def test_an_absent_order_is_proven_absent(fault: str, symbol: str) -> None:
    """An order that never came to the venue is unknown, blocks entries, and is never_placed once that is proven."""

    async def scenario(stage: Stage) -> None:
        row = await stage.enter()
        assert row.state is S.UNKNOWN
        assert stage.desk.blocked(symbol) is not None
        assert (await stage.enter()).state is S.DENIED
        await stage.desk.settled(row.order_id, 100)
        assert stage.order(row.order_id).state is S.NEVER_PLACED
        assert "not found" in (stage.order(row.order_id).evidence or "")
        assert stage.desk.blocked(symbol) is None
        assert stage.mine() == []

    play(scenario, f"submit 1 {fault}", symbol)


def test_an_order_accepted_late_is_found() -> None:
    """An order that the venue takes 20 s after it was sent is found, not declared absent and not sent again."""

    async def scenario(stage: Stage) -> None:
        stage.broker._validity = 60_000
        row = await stage.buy_limit("90")
        assert row.state is S.UNKNOWN
        await stage.wait(60)
        assert stage.order(row.order_id).state is S.OPEN
        assert len(stage.mine()) == 1

    play(scenario, "submit 1 before_accept delay 20\nuser_stream 1.. message drop")


@pytest.mark.parametrize("fault", REFUSED)
def test_a_definite_refusal_is_rejected(fault: str) -> None:
    """A refusal before matching is rejected at once: nothing is unknown."""

    async def scenario(stage: Stage) -> None:
        row = await stage.enter()
        assert row.state is S.REJECTED
        assert stage.desk.blocked(SPOT) is None

    play(scenario, f"submit 1 {fault}")


def test_what_was_not_sent_was_never_placed() -> None:
    """Without a connection not one byte left: never_placed at once."""

    async def scenario(stage: Stage) -> None:
        assert (await stage.enter()).state is S.NEVER_PLACED

    play(scenario, "submit 1 before_accept refuse")


def test_the_same_decision_is_sent_once() -> None:
    """Asking again for what a candle decided gives the order that was sent, not another."""

    async def scenario(stage: Stage) -> None:
        wanted = replace(stage.wanted(), candle=1)
        first, second = await asyncio.gather(stage.desk.place(wanted), stage.desk.place(wanted))
        assert first.order_id == second.order_id
        assert (await stage.desk.place(wanted)).order_id == first.order_id
        assert len(stage.mine()) == 1
        await stage.again()
        assert (await stage.desk.place(wanted)).order_id == first.order_id
        assert len(stage.mine()) == 1

    play(scenario)


def test_a_send_that_is_canceled_is_unknown() -> None:
    """Who wanted an order and gave up leaves it unknown, and it is found."""

    async def scenario(stage: Stage) -> None:
        task = asyncio.get_running_loop().create_task(stage.enter())
        await stage.wait(1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await stage.wait(30)
        assert stage.position == D(1)

    play(scenario, "submit 1 after_accept delay 5\nuser_stream 1.. message drop")


def test_fills_before_the_answer() -> None:
    """The stream tells of the fill while the answer is on its way: it is booked once."""

    async def scenario(stage: Stage) -> None:
        row = await stage.enter()
        assert row.state is S.FILLED
        assert stage.position == D(1)

    play(scenario, "submit 1 before_response delay 3")


def test_no_answer_at_all_ends_in_quarantine() -> None:
    """A venue that answers nothing leaves the order quarantined; it is asked for on and on, and then found."""

    async def scenario(stage: Stage) -> None:
        row = await stage.buy_limit("90")
        await stage.wait(120)
        assert stage.order(row.order_id).state is S.QUARANTINED
        assert any(alert.code == "QUARANTINED" for alert in stage.desk.alerts)
        assert (stage.desk.blocked(SPOT) or "").startswith("ORDER_UNKNOWN")
        stage.faults.schedule = type(stage.faults)().schedule
        await stage.wait(120)
        assert stage.order(row.order_id).state is S.OPEN

    play(
        scenario,
        "submit 1 after_accept drop\nuser_stream 1.. message drop\nfind 1.. before_accept error 503\n"
        "open_orders 2.. before_accept error 503",
    )


def test_the_gate_denies() -> None:
    """What the gate denies is recorded with its code and not sent; a gate that fails denies."""

    def gate(wanted: Wanted, state: State) -> Denial | None:
        if wanted.quantity > 5:
            raise ZeroDivisionError
        return Denial("DAILY_LOSS", (("limit", Decimal(5)),)) if wanted.quantity > 1 else None

    async def scenario(stage: Stage) -> None:
        assert (await stage.enter("2")).evidence == "DAILY_LOSS"
        assert (await stage.enter("6")).evidence == "GATE_FAILED: ZeroDivisionError"
        assert stage.mine() == []

    play(scenario, gate=gate)


@pytest.mark.parametrize(
    ("role", "quantity", "code"),
    [
        (Role.EXIT, "1", "REDUCE_ONLY_INCREASES"),
        (Role.ENTRY, "0.00001", "QUANTITY_MIN"),
        (Role.ENTRY, "0.01", "COST_MIN"),
        (Role.ENTRY, "1200", "FUNDS"),
    ],
)
def test_own_conditions_deny(role: Role, quantity: str, code: str) -> None:
    """What cannot be right is not sent: no position to leave, dust, more than there is money for."""

    async def scenario(stage: Stage) -> None:
        row = await stage.desk.place(stage.wanted(role, quantity))
        assert (row.state, (row.evidence or "").split(":")[0]) == (S.DENIED, code)

    play(scenario)


def test_an_overfill_is_booked_and_flagged() -> None:
    """The venue trades more than it was asked: the position follows, and somebody is told."""

    async def scenario(stage: Stage) -> None:
        row = await stage.enter()
        await stage.wait(10)
        assert stage.order(row.order_id).overfilled
        assert stage.position > D(1)

    play(scenario, "submit 1 after_accept overfill 0.1")


def test_duplicated_and_reordered_reports_count_once() -> None:
    """Reports that come twice, late or in another order book every fill once."""

    async def scenario(stage: Stage) -> None:
        row = await stage.enter()
        await stage.desk.settled(row.order_id, 30)
        await stage.leave()
        await stage.wait(30)
        assert stage.position == D(0)

    play(scenario, "user_stream 1.. message duplicate\nuser_stream 2 message reorder\nuser_stream 4 message stale")


def test_a_partial_fill_then_the_venue_cancels() -> None:
    """A part fills, the venue ends the rest: canceled or expired with what filled, and the position is that."""

    async def scenario(stage: Stage) -> None:
        row = await stage.enter(type=OrderType.LIMIT, price=D("90"))
        stage.exchange.outside.fill("main", stage.mine()[0], D("0.4"))
        await stage.wait(1)
        assert stage.order(row.order_id).state is S.PARTIAL
        stage.exchange.outside.expire("main", stage.mine()[0])
        await stage.wait(10)
        assert stage.order(row.order_id).state is S.EXPIRED
        assert stage.position == D("0.4")

    play(scenario)


@pytest.mark.parametrize("failure", [
    UnclearError("502 Bad Gateway \x1f\x8b\x08\x00"), UnclearError("x" * 100_000), UnclearError(""),
    RejectedError("\x1b[31m", "\x00"), RejectedError("", ""), RejectedError("x" * 9_000, "\ud800"), ValueError("\x00"),
])  # fmt: skip
def test_whatever_a_venue_says_the_order_is_settled(failure: Exception) -> None:
    """An exit whose answer is no text at all is settled like any other, and the next one is sent."""

    async def scenario(stage: Stage) -> None:
        row = await stage.enter()
        await stage.desk.settled(row.order_id, 10)
        real = stage.broker.submit

        async def broken(wire: Texts) -> OrderReport:
            raise failure

        stage.broker.submit = broken  # type: ignore[method-assign]  # the venue's answer
        lost = await stage.leave()
        assert lost.state in (S.UNKNOWN, S.REJECTED)
        stage.broker.submit = real  # type: ignore[method-assign]  # as it was
        assert await stage.until(lambda: stage.order(lost.order_id).state in (S.NEVER_PLACED, S.REJECTED))
        again = await stage.leave(reason="again")
        await stage.desk.settled(again.order_id, 10)
        assert stage.position == D(0)

    play(scenario)


def test_an_answer_that_cannot_be_recorded_is_asked_for_again() -> None:
    """An id that is none is not taken for an answer: the order is found by our own, and counts once."""

    async def scenario(stage: Stage) -> None:
        real = stage.broker.submit

        async def garbled(wire: Texts) -> OrderReport:
            return replace(await real(wire), venue_id="7\x00")

        stage.broker.submit = garbled  # type: ignore[method-assign]  # the venue's answer
        row = await stage.enter()
        stage.broker.submit = real  # type: ignore[method-assign]  # as it was
        await stage.desk.settled(row.order_id, 100)
        assert stage.order(row.order_id).state is S.FILLED
        assert stage.position == D(1)

    play(scenario)
