"""What others do to the account, and what the venue does on its own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from stratrun.engine.brokers.words import Reference
from stratrun.engine.exchange.faults import Call, Written
from stratrun.engine.exchange.orders import Request
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.ledger.events_session import SessionOpened
from stratrun.engine.ledger.rows import FillRow, OrderRow
from stratrun.engine.ledger.values import Mode, OrderState, OrderType, Role, Side

from .stage import NOW, PERP, SPOT, D, Stage, play

S = OrderState
SYMBOLS = pytest.mark.parametrize("symbol", [SPOT, PERP])
SILENT = "user_stream 1.. message drop"


@SYMBOLS
@pytest.mark.parametrize("faults", ["", SILENT])
def test_a_position_closed_by_hand_is_an_external_trade(symbol: str, faults: str) -> None:
    """Somebody closes the position at the venue: the trade ends, and says by whom."""

    async def scenario(stage: Stage) -> None:
        await stage.enter()
        await stage.wait(5)
        stage.exchange.outside.close("main", symbol)
        await stage.wait(120)
        assert stage.position == D(0)
        trade = stage.writer.read.trades(closed=True)[-1]
        assert trade.reason is Role.EXTERNAL

    play(scenario, faults, symbol)


@SYMBOLS
def test_a_close_by_hand_takes_the_stop_along(symbol: str) -> None:
    """No stop is left behind a position that somebody closed."""

    async def scenario(stage: Stage) -> None:
        await stage.enter("2")
        await stage.wait(2)
        await stage.desk.protect("dip", symbol, D(90))
        await stage.wait(5)
        stage.exchange.outside.cancel("main", stage.mine()[-1])
        stage.exchange.outside.close("main", symbol)
        await stage.wait(30)
        assert stage.desk.state.live() == []

    play(scenario, symbol=symbol)


@SYMBOLS
@pytest.mark.parametrize("faults", ["", SILENT])
def test_an_order_by_hand_is_tracked_and_left_alone(symbol: str, faults: str) -> None:
    """Somebody else's order is seen, never touched, and its end is seen."""

    async def scenario(stage: Stage) -> None:
        order = stage.exchange.outside.order("main", Request(symbol, Side.BUY, OrderType.LIMIT, D(1), D(50)))
        await stage.wait(70)
        (row,) = stage.desk.state.live()
        assert (row.role, row.ours) == (Role.EXTERNAL, False)
        await stage.desk.flatten(symbol, "test")
        assert len(stage.truth().open) == 1
        stage.exchange.outside.cancel("main", order)
        await stage.wait(120)
        assert stage.desk.state.live() == []

    play(scenario, faults, symbol)


@SYMBOLS
def test_an_order_of_ours_that_the_ledger_forgot_is_adopted(symbol: str) -> None:
    """An order with our prefix is ours, though the ledger has never heard of it."""

    async def scenario(stage: Stage) -> None:
        name = stage.desk.state.prefixes()[-1] + "0" * 12
        stage.exchange.outside.order("main", Request(symbol, Side.BUY, OrderType.LIMIT, D(1), D(50), client_id=name))
        await stage.desk.reconcile("test")
        assert (stage.order(name).state, stage.order(name).ours) == (S.OPEN, True)
        assert (await stage.desk.cancel(name, "test")).state is S.CANCELED

    play(scenario, SILENT, symbol)


@SYMBOLS
@pytest.mark.parametrize("late", ["1", "0.4"])
def test_an_order_that_is_adopted_after_its_fill_ends(symbol: str, late: str) -> None:
    """All or a part of an order of ours was booked as nobody's before anybody knew the order: it ends, and no more is
    asked."""

    async def scenario(stage: Stage) -> None:
        name, find = stage.desk.state.prefixes()[-1] + "0" * 12, stage.broker.find
        await stage.desk.reconcile("the cursor begins here")
        request = Request(symbol, Side.BUY, OrderType.LIMIT, D(1), D(50), client_id=name)
        order = stage.exchange.outside.order("main", request)

        async def nothing(reference: Reference) -> None:
            """The venue does not know its own order yet."""

        stage.broker.find = nothing  # type: ignore[assignment, method-assign]  # a fault put in its place
        stage.exchange.outside.fill("main", order, D(late))
        await stage.desk._reconciler._read_symbol(symbol)
        assert stage.desk.state.order(name) is None
        stage.broker.find = find  # type: ignore[method-assign]  # as it was
        report = await find(Reference(symbol, name))
        assert report is not None
        await stage.desk._resolver.intake.order(report)
        if late != "1":
            stage.exchange.outside.fill("main", order, D("0.6"))
        await stage.wait(200)
        row = stage.order(name)
        assert (row.state, row.filled) == (S.EXPIRED, D(1) - D(late))
        assert "booked before the order was known" in (row.evidence or "")
        assert not stage.desk.pending(name)
        asked = stage.faults.counts[Call.FIND]
        await stage.wait(600)
        assert stage.faults.counts[Call.FIND] == asked
        assert {str(fill.fill_id) for fill in stage.truth().fills} == _booked(stage)
        assert stage.desk.violations() == []

    play(scenario, SILENT, symbol, check=False)


def _booked(stage: Stage) -> set[str]:
    return {row.fill_id.partition("#")[0] for row in stage.writer.read.rows(FillRow)}


@SYMBOLS
@pytest.mark.parametrize("faults", ["", SILENT])
def test_what_the_kill_switch_closes_is_its_holders(symbol: str, faults: str) -> None:
    """An order of ours from outside the session closes the one position there is, whoever else trades the symbol."""

    async def scenario(stage: Stage) -> None:
        other = SessionOpened("other", Mode.REHEARSAL, "main", "by hand", "", "desk", (symbol,), "", NOW, "1")
        await stage.desk._parts.journal.insist(lambda _: (other,))
        await stage.enter("2")
        await stage.wait(5)
        name = stage.desk.state.prefixes()[-1] + "0" * 12
        closing = Request(symbol, Side.SELL, OrderType.MARKET, D(2), client_id=name, reduce_only=symbol == PERP)
        stage.exchange.outside.order("main", closing)
        await stage.wait(120)
        assert stage.position == D(0)
        assert stage.desk.state.positions(symbol) == []

    play(scenario, faults, symbol)


@pytest.mark.parametrize("faults", ["", SILENT])
@pytest.mark.parametrize("amount", ["500", "-500"])
def test_money_in_and_out_is_booked(amount: str, faults: str) -> None:
    """A deposit or a withdrawal is a transfer, and no drift."""

    async def scenario(stage: Stage) -> None:
        await stage.enter()
        stage.exchange.outside.deposit("main", "USDT", D(amount))
        await stage.wait(90)
        assert stage.desk.blocked(SPOT) is None

    play(scenario, faults)


def test_a_short_wallet_forbids_entries() -> None:
    """Coins are missing: the symbol may only be reduced, and an exit sells what is there."""

    async def scenario(stage: Stage) -> None:
        await stage.enter()
        await stage.wait(2)
        stage.exchange.outside.short("main", "BTC")
        await stage.desk.reconcile("test")
        assert (stage.desk.blocked(SPOT) or "").startswith("DRIFT")
        assert (await stage.enter()).state is S.DENIED
        assert await stage.desk.flatten(SPOT, "test", 120)
        assert stage.position == D(0)
        await stage.desk.reconcile("test")
        assert stage.desk.blocked(SPOT) is None

    play(scenario)


def test_a_liquidation_is_booked() -> None:
    """The venue takes the position: it is gone here, too."""

    async def scenario(stage: Stage) -> None:
        await stage.enter()
        await stage.wait(2)
        stage.exchange.outside.liquidate("main", PERP)
        await stage.wait(90)
        assert stage.position == D(0)

    play(scenario, symbol=PERP)


def test_a_position_left_out_is_not_flat() -> None:
    """A venue that leaves a position out of its answer says nothing about it: entries stop, nothing is booked."""

    async def scenario(stage: Stage) -> None:
        await stage.enter()
        await stage.wait(2)
        await stage.desk.reconcile("test")
        assert stage.position == D(1)
        assert (stage.desk.blocked(PERP) or "").startswith("DRIFT")
        stage.faults.schedule = Written()
        await stage.desk.reconcile("test")
        assert stage.desk.blocked(PERP) is None

    play(scenario, f"positions 2.. before_response omit {PERP}", PERP)


def test_a_failed_read_concludes_nothing() -> None:
    """Ten minutes of 503: nothing is booked or closed, and afterwards everything fits."""

    async def scenario(stage: Stage) -> None:
        row = await stage.buy_limit("90")
        stage.faults.schedule = _down()
        stage.exchange.outside.fill("main", stage.mine()[0], D("0.5"))
        await stage.wait(600)
        assert stage.order(row.order_id).state in (S.OPEN, S.PARTIAL)
        stage.faults.schedule = Written()
        await stage.wait(120)
        assert stage.position == D("0.5")

    play(scenario, SILENT)


def _down() -> Written:
    from stratrun.engine.exchange.faults import parse

    calls = ("submit", "cancel", "find", "open_orders", "ended_orders", "fills", "balances", "quote")
    return parse("\n".join(f"{call} 1.. before_accept error 503" for call in calls) + f"\n{SILENT}")


def test_a_fee_in_base_is_held_less() -> None:
    """A fee in coins makes the position smaller, and the books fit."""

    async def scenario(stage: Stage) -> None:
        await stage.enter()
        await stage.wait(2)
        assert stage.position == D("0.999")

    play(scenario, spec=Spec(SPOT, fee_in_base=True))


def test_steps_that_changed_are_rejected_not_lost() -> None:
    """The venue's steps changed after they were loaded: the order is rejected, and that is all."""

    async def scenario(stage: Stage) -> None:
        stage.exchange.outside.respec(SPOT, step=D(1))
        assert (await stage.enter("1.5")).state is S.REJECTED

    play(scenario)


def test_a_delisting_ends_orders() -> None:
    """The venue ends a symbol: its orders expire here, and entries are refused."""

    async def scenario(stage: Stage) -> None:
        row = await stage.buy_limit("90")
        stage.exchange.outside.delist(SPOT)
        await stage.wait(70)
        assert stage.order(row.order_id).state is S.EXPIRED
        assert (await stage.enter()).state is S.REJECTED

    play(scenario)


def test_a_revoked_key_blocks_and_heals() -> None:
    """A key that no longer works is no reason to conclude anything; when it works again, all is well."""

    async def scenario(stage: Stage) -> None:
        row = await stage.buy_limit("90")
        stage.exchange.outside.revoke("main")
        assert (await stage.enter()).state is S.REJECTED
        await stage.wait(90)
        assert stage.order(row.order_id).state is S.OPEN
        stage.exchange.outside.revoke("main", False)
        await stage.wait(90)

    play(scenario)


def test_more_trades_than_a_page() -> None:
    """Everything traded since the cursor is booked, however much it is, and the cursor moves with it."""

    async def scenario(stage: Stage) -> None:
        await stage.buy_limit("99", "500")
        await stage.kill()
        order = stage.mine()[0]
        for _ in range(1_500):
            stage.exchange.outside.fill("main", order, D("0.01"))
        await stage.start()
        assert stage.position == D(15)

    play(scenario)


@pytest.mark.parametrize("skew", [5_000, -3_600_000])
def test_a_clock_that_is_wrong_by_itself(skew: int) -> None:
    """The venue's clock stands elsewhere: orders are sent, filled and found."""

    async def scenario(stage: Stage) -> None:
        stage.exchange.skew = skew
        await stage.broker.sync()
        row = await stage.enter()
        await stage.wait(60)
        row: OrderRow = stage.order(row.order_id)
        assert row.state is S.FILLED

    play(scenario, "submit 1 after_accept drop\n" + SILENT)


def _changed(stage: Stage, **terms: Decimal) -> None:
    """Somebody changes our open order at the venue, which keeps its id."""
    (order,) = stage.exchange.accounts["main"].open.values()
    for name, value in terms.items():
        setattr(order, name, value)


@SYMBOLS
@pytest.mark.parametrize("faults", ["", SILENT])
@pytest.mark.parametrize("quantity", ["3", "0.5"])
def test_an_order_changed_by_hand_is_followed(symbol: str, faults: str, quantity: str) -> None:
    """More or less is asked for by hand: the order is what it is at the venue, and so is the position; once told."""

    async def scenario(stage: Stage) -> None:
        row = await stage.buy_limit("90")
        _changed(stage, quantity=D(quantity))
        await stage.wait(70)
        assert stage.order(row.order_id).quantity == D(quantity)
        stage.exchange.outside.fill("main", stage.mine()[0], D("0.25"))
        await stage.wait(70)
        stage.exchange.outside.fill("main", stage.mine()[0], D(quantity) - D("0.25"))
        await stage.wait(70)
        assert (stage.order(row.order_id).state, stage.position) == (S.FILLED, D(quantity))
        assert not stage.order(row.order_id).overfilled
        assert [alert.code for alert in stage.desk.alerts].count("AMENDED") == 1

    play(scenario, faults, symbol)


@SYMBOLS
def test_an_order_made_smaller_behind_our_back_ends_with_what_it_filled(symbol: str) -> None:
    """It was made smaller and filled before anybody looked: it has ended, and what it filled is held."""

    async def scenario(stage: Stage) -> None:
        row = await stage.buy_limit("90")
        _changed(stage, quantity=D("0.5"))
        stage.exchange.outside.fill("main", stage.mine()[0], D("0.5"))
        await stage.wait(120)
        assert (stage.order(row.order_id).state, stage.position) == (S.EXPIRED, D("0.5"))

    play(scenario, SILENT, symbol)


@SYMBOLS
def test_a_stop_moved_by_hand_is_put_back(symbol: str) -> None:
    """The strategy's level holds: a stop that somebody moved is replaced by one at the declared price."""

    async def scenario(stage: Stage) -> None:
        await stage.enter("2")
        await stage.desk.protect("dip", symbol, D(90))
        await stage.wait(5)
        _changed(stage, trigger=D(70))
        await stage.wait(120)
        assert [order.trigger for order in stage.truth().open] == [D(90)]
        assert "AMENDED" in [alert.code for alert in stage.desk.alerts]

    play(scenario, symbol=symbol)
