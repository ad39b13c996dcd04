"""What an entry holds back once somebody changed it at the venue."""

from __future__ import annotations

from decimal import Decimal

import pytest

from stratrun.engine.ledger.codec import decode
from stratrun.engine.ledger.events_orders import OrderAmended
from stratrun.engine.ledger.rows import BalanceRow
from stratrun.engine.ledger.values import OrderState

from .stage import FUNDS, PERP, SPOT, D, Stage, play

S = OrderState
SYMBOLS = pytest.mark.parametrize("symbol", [SPOT, PERP])


async def changed(stage: Stage, **terms: Decimal) -> None:
    """Somebody changes our one open order at the venue, and it is noticed."""
    (order,) = stage.exchange.accounts["main"].open.values()
    for name, value in terms.items():
        setattr(order, name, value)
    await stage.wait(70)


async def end(stage: Stage) -> None:
    stage.exchange.outside.cancel("main", stage.mine()[0])
    await stage.wait(70)
    assert held_back(stage) == D(0)


def held_back(stage: Stage) -> Decimal:
    row = stage.desk.state.get(BalanceRow, "main", "USDT")
    assert row is not None
    return row.reserved


@SYMBOLS
@pytest.mark.parametrize(
    ("terms", "factor"),
    [({"quantity": "3"}, "3"), ({"quantity": "0.5"}, "0.5"), ({"price": "45"}, "0.5"),
     ({"quantity": "4", "price": "45"}, "2")],
)  # fmt: skip
def test_an_entry_holds_back_what_it_is_now(symbol: str, terms: dict[str, str], factor: str) -> None:
    """Larger, smaller or at another price: it reserves in proportion, and all of that is given back at its end."""

    async def scenario(stage: Stage) -> None:
        row = await stage.buy_limit("90")
        before = dict(row.reserved)["USDT"]
        await changed(stage, **{name: D(value) for name, value in terms.items()})
        assert dict(stage.order(row.order_id).reserved) == {"USDT": before * D(factor)}
        assert held_back(stage) == before * D(factor)
        await end(stage)

    play(scenario, symbol=symbol)


def test_what_has_filled_counts_no_more() -> None:
    """A quarter had filled when it was enlarged: what is reserved is for what may still fill."""

    async def scenario(stage: Stage) -> None:
        row = await stage.buy_limit("90")
        whole = dict(row.reserved)["USDT"]
        stage.exchange.outside.fill("main", stage.mine()[0], D("0.25"))
        await changed(stage, quantity=D("3.25"))
        assert held_back(stage) == pytest.approx(whole * 3, rel=D("0.001"))
        stage.exchange.outside.fill("main", stage.mine()[0], D(3))
        await stage.wait(70)
        assert (stage.order(row.order_id).state, held_back(stage)) == (S.FILLED, D(0))

    play(scenario)


def test_an_entry_beyond_all_money_holds_back_all_there_is() -> None:
    """Enlarged beyond what the books know of: it is followed all the same, and nothing is left for other entries."""

    async def scenario(stage: Stage) -> None:
        row = await stage.buy_limit("90")
        await changed(stage, quantity=D(5_000))
        assert stage.order(row.order_id).quantity == D(5_000)
        assert held_back(stage) == FUNDS["USDT"]
        denied = await stage.enter("0.1")
        assert (denied.state, denied.evidence) == (S.DENIED, "FUNDS")
        await changed(stage, quantity=D(2))
        assert D(180) <= held_back(stage) < FUNDS["USDT"]
        await end(stage)

    play(scenario)


def test_an_older_ledgers_amendments_change_no_reservation() -> None:
    """An event that was written before reservations followed reads as one that leaves them as they were."""
    text = '{"order_id":"a","price":null,"quantity":"2","trigger":null,"venue_id":"v"}'
    assert decode("order_amended", 1, text) == OrderAmended("a", "v", D(2))
