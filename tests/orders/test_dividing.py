"""Fills that no decision of ours explains, where several strategies hold the symbol."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.brokers.words import FillReport
from stratrun.engine.exchange.orders import Request
from stratrun.engine.ledger.events_account import FeeCorrected, Filled
from stratrun.engine.ledger.events_session import SessionOpened
from stratrun.engine.ledger.rows import BalanceRow, FillRow, PositionRow
from stratrun.engine.ledger.tables import ROWS
from stratrun.engine.ledger.values import Mode, OrderType, Role, Side, Source
from stratrun.engine.orders.dividing import Dividing
from stratrun.engine.orders.state import State

from .stage import NOW, PERP, SPOT, D, Stage, play

SYMBOLS = pytest.mark.parametrize("symbol", [SPOT, PERP])
SILENT = "user_stream 1.. message drop"
AMOUNTS = st.integers(1, 50).map(lambda n: Decimal(n) / 10)
SIGNED = st.tuples(AMOUNTS, st.sampled_from([1, -1])).map(lambda pair: pair[0] * pair[1])
FEES = st.one_of(st.none(), st.decimals(D("-1"), D(1), places=7))


def told(name: str, side: Side, quantity: Decimal, fee: Decimal | None = None, symbol: str = PERP) -> FillReport:
    return FillReport(symbol, name, "v", None, side, quantity, D(100), fee, "USDT", None, NOW, Source.POLL)


def holding(held: dict[str, Decimal], symbol: str = PERP, wallet: Decimal | None = None) -> State:
    """Positions by strategy, the oldest first; `wallet`: base units in all."""
    state = State("main")
    state.take(
        PositionRow("main", symbol, name, quantity, abs(quantity) * 100, seq, NOW)
        for seq, (name, quantity) in enumerate(held.items(), 1)
    )
    if wallet is not None:
        state.take([BalanceRow("main", "BTC", wallet, D(0), wallet, NOW)])
    return state


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["a", "b", "c", "d", ""]), SIGNED, max_size=5),
    st.lists(st.tuples(st.sampled_from(list(Side)), AMOUNTS, FEES), max_size=5),
)
def test_parts_are_the_fill_and_only_close(
    held: dict[str, Decimal], trades: list[tuple[Side, Decimal, Decimal | None]]
) -> None:
    """Whoever holds what: quantities and fees of the parts come to the fill's, no position of a strategy grows or turns
    over by it, and nothing is left to nobody while somebody's position could be closed."""
    dividing, held = Dividing(holding(held)), defaultdict(Decimal, held)
    for number, (side, quantity, fee) in enumerate(trades):
        events = [it for it in dividing.events(told(f"{number}", side, quantity, fee), None) if isinstance(it, Filled)]
        assert sum(it.quantity for it in events) == quantity
        assert sum(it.fee for it in events) == (fee or 0)
        assert len({it.fill_id for it in events}) == len(events)
        assert events[0].fill_id == f"{number}"
        for it in events:
            before, moved = held[it.strategy], it.quantity if it.side is Side.BUY else -it.quantity
            held[it.strategy] = before + moved
            if it.strategy:
                assert abs(before + moved) == abs(before) - it.quantity
        if any(not it.strategy for it in events):
            sign = 1 if side is Side.SELL else -1
            assert not [name for name, left in held.items() if name and left * sign > 0]
        assert not dividing.events(told(f"{number}", side, quantity, fee), None)


def test_the_oldest_position_is_closed_first() -> None:
    """5 sold of 2, 2 and nothing: the parts have names of their own, and one is nobody's."""
    events = Dividing(holding({"b": D(2), "a": D(2), "short": D(-1)})).events(told("7", Side.SELL, D(5), D(1)), None)
    parts = [(it.fill_id, it.strategy, it.quantity, it.fee) for it in events if isinstance(it, Filled)]
    expected = [("7", "b", D(2), D("0.4")), ("7#2", "a", D(2), D("0.4")), ("7#rest", "", D(1), D("0.2"))]
    assert parts == expected


def test_spare_coins_are_sold_before_those_that_are_held() -> None:
    """On spot a stranger sells first what belongs to no strategy, once."""
    dividing = Dividing(holding({"a": D(2), "b": D(2)}, SPOT, D(5)))
    parts: list[list[tuple[str, Decimal]]] = []
    for name in ("1", "2", "3"):
        events = dividing.events(told(name, Side.SELL, D(2), symbol=SPOT), None)
        parts.append([(it.strategy, it.quantity) for it in events if isinstance(it, Filled)])
    assert parts == [[("a", D(1)), ("", D(1))], [("a", D(1)), ("b", D(1))], [("b", D(1)), ("", D(1))]]


def test_a_fee_told_late_is_divided_as_the_fill_was() -> None:
    """Each part gets its share, together all of it; told again it changes nothing."""
    state = holding({"a": D(1), "b": D(2)})
    events = Dividing(state).events(told("7", Side.SELL, D(3)), None)
    assert [(it.fill_id, it.fee) for it in events if isinstance(it, Filled)] == [("7", D(0)), ("7#2", D(0))]
    for it in events:
        assert isinstance(it, Filled)
        state.take([FillRow("main", PERP, it.fill_id, None, it.strategy, PERP, Role.EXTERNAL, it.side, it.quantity,
                            it.price, D(300), D(0), "USDT", None, NOW, Source.POLL, 1, 1)])  # fmt: skip
    late = Dividing(state).events(told("7", Side.SELL, D(3), D(1)), None)
    fees = [it.fee for it in late if isinstance(it, FeeCorrected)]
    assert sum(fees) == D(1)
    assert [it.fill_id for it in late if isinstance(it, FeeCorrected)] == ["7", "7#2"]
    assert D("0.33") < fees[0] < D("0.34")


async def two_hold(stage: Stage) -> None:
    """Strategies `dip` and `other` hold 2 and 3 of the symbol."""
    other = SessionOpened("o1", Mode.REHEARSAL, "main", "other", "hash", "desk", (stage.symbol,), "1m", NOW, "1")
    await stage.desk.record(other)
    await stage.enter("2")
    await stage.desk.place(replace(stage.wanted(quantity="3"), strategy="other"))
    await stage.wait(5)


def sold_as_ours(stage: Stage, quantity: str) -> None:
    """An order with our prefix that the ledger does not know, as the kill switch sends it."""
    name = stage.desk.state.prefixes()[-1] + "0" * 12
    closing = Request(
        stage.symbol, Side.SELL, OrderType.MARKET, D(quantity), client_id=name, reduce_only=stage.symbol == PERP
    )
    stage.exchange.outside.order("main", closing)


def _held(stage: Stage) -> list[tuple[str, Decimal]]:
    return sorted((row.strategy, row.quantity) for row in stage.desk.state.positions(stage.symbol))


@SYMBOLS
@pytest.mark.parametrize("faults", ["", SILENT])
@pytest.mark.parametrize("dead", [False, True])
def test_what_the_kill_switch_closes_of_two_is_both_theirs(symbol: str, faults: str, dead: bool) -> None:
    """One order closes what two strategies hold: both are flat, their trades are closed, and nothing drifts."""

    async def scenario(stage: Stage) -> None:
        await two_hold(stage)
        if dead:
            await stage.kill()
        sold_as_ours(stage, "5")
        await (stage.start() if dead else stage.wait(120))
        assert _held(stage) == []
        assert [trade.strategy for trade in stage.writer.read.trades(closed=True)] == ["dip", "other"]
        (order,) = [row for row in stage.orders(Role.EXTERNAL) if row.ours]
        assert order.filled == D(5)

    play(scenario, faults, symbol)


@SYMBOLS
def test_a_part_closed_as_ours_is_the_oldest_ones(symbol: str) -> None:
    """An order of ours that closes 4 of 2 and 3 leaves 1 of the younger position, also when it fills in parts."""

    async def scenario(stage: Stage) -> None:
        await two_hold(stage)
        name = stage.desk.state.prefixes()[-1] + "0" * 12
        resting = Request(symbol, Side.SELL, OrderType.LIMIT, D(4), D(120), client_id=name, reduce_only=symbol == PERP)
        order = stage.exchange.outside.order("main", resting)
        await stage.wait(70)
        for quantity in ("1.5", "2.5"):
            stage.exchange.outside.fill("main", order, D(quantity))
            await stage.wait(20)
        assert _held(stage) == [("other", D(1))]
        assert sum(row.quantity for row in stage.writer.read.fills(name)) == D(4)

    play(scenario, symbol=symbol)


def test_more_than_is_held_is_nobodys() -> None:
    """An order of ours that sells the whole wallet takes what the strategies hold, and no more, from them."""

    async def scenario(stage: Stage) -> None:
        stage.exchange.outside.deposit("main", "BTC", D(4))
        await two_hold(stage)
        sold_as_ours(stage, "9")
        await stage.wait(120)
        rows = stage.writer.read.rows(FillRow, ROWS[FillRow].c.side == Side.SELL)
        assert sorted((row.strategy, row.quantity) for row in rows) == [("", D(4)), ("dip", D(2)), ("other", D(3))]
        assert not [one for one in _held(stage) if one[0]]

    play(scenario)


@SYMBOLS
@pytest.mark.parametrize("faults", ["", SILENT])
def test_what_a_stranger_closes_of_two_is_both_theirs(symbol: str, faults: str) -> None:
    """Somebody closes the whole position by hand: every holder's trade ends, said to be external."""

    async def scenario(stage: Stage) -> None:
        await two_hold(stage)
        stage.exchange.outside.close("main", symbol)
        await stage.wait(120)
        assert _held(stage) == []
        assert {trade.reason for trade in stage.writer.read.trades(closed=True)} == {Role.EXTERNAL}

    play(scenario, faults, symbol)


def test_a_liquidation_of_two_is_booked_to_both() -> None:
    """The venue takes a position that two strategies hold together."""

    async def scenario(stage: Stage) -> None:
        await two_hold(stage)
        stage.exchange.outside.liquidate("main", PERP)
        await stage.wait(90)
        assert _held(stage) == []

    play(scenario, symbol=PERP)
