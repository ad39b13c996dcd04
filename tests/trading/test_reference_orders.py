"""The engine against a second reading of orders, ladders, additions, partial fills, funding and liquidation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from stratrun.engine.market.candles import Candles
from stratrun.engine.research.backtest import backtest
from stratrun.engine.trading.venue import Venue

from .drawn import HOUR, PROOF
from .drawn_orders import DrawnOrders, drawn_orders
from .reference_orders import OrdersReference
from .test_reference import decisions_of, trades_of

CASES = 300


@given(drawn_orders())
@settings(PROOF, max_examples=CASES)
def test_the_engine_trades_like_the_reference(drawn: DrawnOrders) -> None:
    """Every trade, fill, decision and equity point of a drawn account with every kind of order is the reference's."""
    compare(drawn)


@given(drawn_orders())
@settings(PROOF, max_examples=CASES // 2)
def test_the_engine_walks_finer_candles_like_the_reference(drawn: DrawnOrders) -> None:
    """The same where finer candles, with gaps between and among them, tell what came first."""
    detail = {symbol: finer(candles) for symbol, candles in drawn.case.candles.items()}
    compare(replace(drawn, venue=Venue(detail, drawn.venue.funding)))


def finer(candles: Candles) -> Candles:
    """Quarters of most candles: open, low, high, close or open, high, low, close, some with a jump before them."""
    rng = np.random.default_rng(len(candles))
    rows = []
    for time, *prices in zip(candles.time, candles.open, candles.high, candles.low, candles.close, strict=True):
        opened, high, low, close = map(float, prices)
        path = [opened, high, low, close] if rng.random() < 0.5 else [opened, low, high, close]
        jumps = rng.random() < 0.3
        if rng.random() < 0.1:
            continue
        for quarter, end in enumerate(path):
            first = low + (high - low) * rng.random() if jumps and quarter else path[max(quarter - 1, 0)]
            rows.append([time + quarter * HOUR // 4, first, max(first, end), min(first, end), end, 0.0])
    columns = np.array(rows).T
    return Candles(candles.symbol, candles.timeframe, columns[0].astype(np.int64), *np.ascontiguousarray(columns[1:]))


def compare(drawn: DrawnOrders) -> None:
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
