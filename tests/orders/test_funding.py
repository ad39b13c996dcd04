"""A payment of funding is divided over everybody who held the contract then."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.brokers.words import FundingReport
from stratrun.engine.exchange.settlement import fund
from stratrun.engine.ledger.events_account import FundingPaid
from stratrun.engine.ledger.exact import add
from stratrun.engine.ledger.rows import FillRow, PositionRow
from stratrun.engine.ledger.values import Role, Side, Source
from stratrun.engine.orders.funding import funding
from stratrun.engine.orders.state import State

from .stage import NOW, PERP, D, Stage, play
from .test_dividing import two_hold

SIGNED = st.integers(-50, 50).filter(bool).map(lambda n: D(n) / 7)


def holding(held: dict[str, Decimal]) -> State:
    state = State("main")
    state.take(
        PositionRow("main", PERP, name, quantity, abs(quantity) * 100, seq, NOW)
        for seq, (name, quantity) in enumerate(held.items(), 1)
    )
    return state


def paid(amount: Decimal, time: int = NOW) -> FundingReport:
    return FundingReport(PERP, "f", amount, "USDT", time)


def filled(strategy: str, side: Side, quantity: Decimal, time: int) -> FillRow:
    return FillRow(
        "main", PERP, f"{strategy}.{time}", None, strategy, PERP, Role.ENTRY, side, quantity, D(100), D(0), D(0),
        "USDT", None, time, Source.POLL, 1, 1,
    )  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["a", "b", "c", ""]), SIGNED, max_size=4),
    st.decimals(D(-1000), D(1000), places=11).filter(bool),
)
def test_the_parts_are_the_payment(held: dict[str, Decimal], amount: Decimal) -> None:
    """They come to it to the last digit, once for each holder, in proportion to what each holds, with its sign."""
    parts = list(funding(paid(amount), holding(held)))
    assert add(*(part.amount for part in parts)) == amount
    assert [part.funding_id for part in parts] == ["f", *(f"f#{n}" for n in range(2, len(parts) + 1))]
    net = add(*held.values())
    if net:
        assert {part.strategy for part in parts} == held.keys()
        for part in parts:
            assert abs(part.amount * net - amount * held[part.strategy]) <= abs(net) * len(parts) * D("1e-18")


def test_it_is_of_who_held_it_then() -> None:
    """What was bought and sold since does not count; what was closed since does."""
    state = holding({"a": D(2), "new": D(5)})
    state.recall([filled("new", Side.BUY, D(5), NOW + 1), filled("gone", Side.SELL, D(1), NOW + 2)])
    parts = {part.strategy: part.amount for part in funding(paid(D("-0.9")), state)}
    assert parts == {"a": D("-0.6"), "gone": D("-0.3")}
    late = {part.strategy: part.amount for part in funding(paid(D("-0.7"), NOW + 3), state)}
    assert late == {"a": D("-0.2"), "new": D("-0.5")}


def test_a_fill_that_is_remembered_twice_counts_once() -> None:
    """An order's fill that was told again is known by its name, too: what was sold since is not added twice."""
    state = holding({"a": D(1)})
    sold = replace(filled("b", Side.SELL, D(1), NOW + 1), order_id="o")
    state.take([sold])
    state.recall([sold])
    assert {part.strategy: part.amount for part in funding(paid(D(-2)), state)} == {"a": D(-1), "b": D(-1)}


def test_it_is_of_who_held_it_before_the_process_ended() -> None:
    """One of two holders closed after the payment, and the process ended before it was read: both have paid it."""

    async def scenario(stage: Stage) -> None:
        await two_hold(stage)
        await stage.wait(60)
        fund(stage.exchange.markets[PERP], stage.clock.now())
        await stage.wait(1)
        await stage.desk.place(replace(stage.wanted(Role.EXIT, "2"), key="leave"))
        assert await stage.until(lambda: not stage.position, 5)
        await stage.again()
        await stage.wait(60)
        events = [entry.event for entry in stage.writer.read.entries(kinds={"funding_paid"})]
        parts = {event.strategy: event.amount for event in events if isinstance(event, FundingPaid)}
        assert parts.keys() == {"dip", "other"}
        assert parts["dip"] * 3 == parts["other"] * 2

    play(scenario, symbol=PERP)
