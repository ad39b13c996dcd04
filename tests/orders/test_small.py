"""Client ids, rounding, alerts, and a ledger that cannot be written."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.exchange.spec import Spec
from stratrun.engine.ledger.refusal import LedgerError
from stratrun.engine.ledger.values import OrderState, OrderType, Role, Side
from stratrun.engine.orders.client_id import client_id, is_ours, prefix_of
from stratrun.engine.orders.rounding import rounded
from stratrun.engine.orders.wanted import Alert, Wanted

from .stage import SPOT, D, Stage, play


@given(st.text(min_size=1), st.text(min_size=1), st.integers(0, 9))
def test_client_ids_fit_every_venue(ledger: str, intent: str, attempt: int) -> None:
    """A client id is 18 of [a-z0-9], begins with the prefix, and is the same each time."""
    prefix = prefix_of(ledger, "main")
    name = client_id(prefix, intent, attempt)
    assert re.fullmatch("[a-z][a-z0-9]{17}", name)
    assert is_ours(name, [prefix])
    assert name == client_id(prefix, intent, attempt) != client_id(prefix, intent, attempt + 1)
    assert not is_ours(None, [prefix])


@given(
    st.decimals("0.001", "1000", places=7), st.decimals("1", "90000", places=6), st.sampled_from(Side),
    st.sampled_from(["0.01", "0.5", "0.00001", "10"]),
)  # fmt: skip
def test_rounding_is_careful(quantity: Any, price: Any, side: Side, tick: str) -> None:
    """On the steps; never more quantity, never a worse limit, never a later stop."""
    instrument = Spec(SPOT, tick=D(tick), step=D("0.0001")).instrument()
    wanted = Wanted("dip", SPOT, Role.ENTRY, side, quantity, OrderType.STOP_LIMIT, price, price)
    after = rounded(wanted, instrument)
    assert after.price is not None
    assert after.trigger is not None
    assert quantity - D("0.0001") < after.quantity <= quantity
    assert after.quantity % D("0.0001") == 0
    assert after.price % D(tick) == 0
    assert abs(after.price - price) < D(tick)
    assert (after.price <= price) if side is Side.BUY else (after.price >= price)
    assert (after.trigger <= price) if side is Side.BUY else (after.trigger >= price)


def test_a_notifier_that_hangs_or_fails_changes_nothing() -> None:
    """Alerts are no part of the order path."""

    async def hang(alert: Alert) -> None:
        if alert.code == "STREAM":
            raise RuntimeError
        await asyncio.Event().wait()

    async def scenario(stage: Stage) -> None:
        stage.desk._parts.outbox._notify = hang
        stage.desk._parts.tasks.once("outbox again", stage.desk._parts.outbox.run)
        for number in range(2_000):
            stage.desk._parts.alert("STREAM" if number % 2 else "TEST", "", "words")
        row = await stage.enter()
        await stage.desk.settled(row.order_id, 10)
        assert stage.position == D(1)

    play(scenario)


def test_a_full_disk_sends_nothing() -> None:
    """What cannot be recorded is not sent."""

    async def scenario(stage: Stage) -> None:
        real = stage.writer.post
        stage.writer.post = _full  # type: ignore[method-assign]  # a fault put in its place
        with pytest.raises(LedgerError):
            await stage.enter()
        stage.writer.post = real  # type: ignore[method-assign]  # a fault put in its place
        assert stage.mine() == []

    play(scenario)


def test_an_outcome_waits_for_the_disk() -> None:
    """The disk fills up between send and outcome: the outcome is recorded when there is room."""

    async def scenario(stage: Stage) -> None:
        real, count = stage.writer.post, 0

        def post(events: Any) -> Any:
            nonlocal count
            count += 1
            return _full(events) if 2 <= count <= 4 else real(events)

        stage.writer.post = post  # type: ignore[method-assign]  # a fault put in its place
        row = await stage.enter()
        await stage.wait(10)
        assert stage.order(row.order_id).state is OrderState.FILLED

    play(scenario)


def _full(events: Any) -> Any:
    raise LedgerError("the disk is full")


def test_followers_hear_every_entry_in_order() -> None:
    """A subscriber is told each entry once, in the ledger's order, and one that fails holds nothing up."""

    async def scenario(stage: Stage) -> None:
        heard: list[int] = []
        head = stage.writer.head.seq
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        stage.desk.subscribe(lambda entry: 1 // 0)
        stage.desk.subscribe(lambda entry: heard.append(entry.seq))
        await stage.enter()
        await stage.leave()
        await stage.wait(5)
        assert heard == list(range(head + 1, stage.writer.head.seq + 1))

    play(scenario)


def test_two_legs_do_not_meet() -> None:
    """Orders of one symbol and role sent together take turns."""

    async def scenario(stage: Stage) -> None:
        wanted = [replace(stage.wanted(quantity="0.5"), candle=1, leg=leg) for leg in range(5)]
        rows = await asyncio.gather(*(stage.desk.place(one) for one in wanted))
        assert {row.state for row in rows} <= {OrderState.FILLED, OrderState.OPEN}
        await stage.wait(5)
        assert stage.position == D("2.5")

    play(scenario)
