"""Promises that hold for every account: nothing depends on the order of the inputs, and dearer is never richer."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from stratrun.engine.research.backtest import Result, backtest

from .drawn import PROOF
from .drawn_orders import DrawnOrders, drawn_orders


def run(drawn: DrawnOrders, turned: bool = False, fee: float = 0.0) -> Result:
    case, way = drawn.case, -1 if turned else 1
    instruments = {s: replace(i, maker=i.maker + fee, taker=i.taker + fee) for s, i in case.instruments.items()}
    return backtest(
        case.strategy,
        dict(list(case.candles.items())[::way]),
        account=case.account,
        instruments=dict(list(instruments.items())[::way]),
        venue=drawn.venue,
        machine_code=False,
    )


@given(drawn_orders())
@settings(PROOF, max_examples=60)
def test_the_order_of_the_candles_files_is_nothing(drawn: DrawnOrders) -> None:
    """The equity and the decisions are the same, bit for bit, in whatever order the symbols' candles arrive."""
    one, other = run(drawn), run(drawn, turned=True)
    assert one.equity.tobytes() == other.equity.tobytes()
    assert one.decisions.code.tobytes() == other.decisions.code.tobytes()
    assert one.decisions.symbol.tobytes() == other.decisions.symbol.tobytes()


@given(drawn_orders())
@settings(PROOF, max_examples=120)
def test_a_higher_fee_never_ends_richer(drawn: DrawnOrders) -> None:
    """Where a higher fee leaves the fills as they were, the equity is nowhere higher."""
    one, other = run(drawn), run(drawn, fee=0.0005)
    same = len(one.fills) == len(other.fills) and (one.fills.quantity == other.fills.quantity).all()
    if same and (one.fills.price == other.fills.price).all():
        assert (other.equity <= one.equity + 1e-9 * drawn.case.account.capital).all()
