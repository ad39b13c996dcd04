"""The engine against a second reading of orders, ladders, additions, partial fills, funding and liquidation."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from stratrun.engine.research.backtest import backtest

from .drawn import PROOF
from .drawn_orders import DrawnOrders, drawn_orders
from .reference_orders import OrdersReference
from .test_reference import decisions_of, trades_of

CASES = 300


@given(drawn_orders())
@settings(PROOF, max_examples=CASES)
def test_the_engine_trades_like_the_reference(drawn: DrawnOrders) -> None:
    """Every trade, fill, decision and equity point of a drawn account with every kind of order is the reference's."""
    case, reference = drawn.case, OrdersReference(drawn).run()
    result = backtest(
        case.strategy,
        case.candles,
        account=case.account,
        instruments=case.instruments,
        venue=drawn.venue,
        machine_code=False,
    )
    assert decisions_of(result) == reference.decisions
    mine = trades_of(result)
    assert [t[:6] for t in mine] == [t[:6] for t in reference.trades]
    for one, other in zip(mine, reference.trades, strict=True):
        assert one[6:] == pytest.approx(other[6:], rel=1e-9, abs=1e-9)
    made = result.fills
    fills = sorted(zip(made.time.tolist(), made.symbol.tolist(), made.side.tolist(), made.maker.tolist(),
                       made.price.tolist(), made.quantity.tolist(), made.fee.tolist(), strict=True))  # fmt: skip
    theirs = sorted(reference.fills)
    assert [f[:4] for f in fills] == [f[:4] for f in theirs]
    for fill, their in zip(fills, theirs, strict=True):
        assert fill[4:] == pytest.approx(their[4:], rel=1e-9, abs=1e-9)
    assert result.ambiguous == reference.ambiguous
    assert result.equity.tolist() == pytest.approx(reference.equity, rel=1e-9)
