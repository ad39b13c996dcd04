"""Trades that one side has not left yet: their mark pays no fee, and no fee is blamed for what an exit cost."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.run.parity.attribute import attributed
from stratrun.engine.run.parity.causes import Cause
from stratrun.engine.run.parity.executions import Execution
from stratrun.engine.run.parity.pairs import Pair
from stratrun.engine.run.parity.trips import Trip, trips_of

SYMBOL, RATE, M = "BTC/USDT", 0.001, 60_000
FACTS: Any = SimpleNamespace(
    orders={}, candles={("s", SYMBOL): {9 * M: None}}, commands=[], timeframe=lambda name: SimpleNamespace(ms=M)
)


def traded(quantity: float, price: float, candle: int, reason: str) -> Execution:
    fee = abs(quantity) * price * RATE
    return Execution("s", SYMBOL, quantity, price, fee, candle * M, candle * M, reason)


def trip(quantity: float, entry: float, left: float | None, part: float = 0.0) -> Trip:
    """Entered at `entry`; `part` of it sold at 105, the rest at `left`, or marked at 110."""
    made = [traded(quantity, entry, 1, "entry")]
    if part:
        made.append(traded(-quantity * part, 105.0, 3, "target"))
    if left is not None:
        made.append(traded(-quantity * (1.0 - part), left, 5, "rule"))
    return trips_of(made, {SYMBOL: (9 * M, 110.0)}, {})[0]


def parts(live: Trip, test: Trip) -> dict[Cause, float]:
    (pair,) = attributed([Pair(live, test)], FACTS)
    assert sum(part.amount for part in pair.parts) == pytest.approx(pair.difference, abs=1e-9)
    return {part.cause: part.amount for part in pair.parts}


def test_two_open_trades_differ_by_size_alone() -> None:
    """A smaller position at the same prices and rate lacks its share of the profit and of the entry's fee."""
    assert parts(trip(0.5, 100.0, None), trip(1.0, 100.0, None)) == {
        Cause.SIZE: pytest.approx(-(110.0 - 100.0) * 0.5 + 100.0 * 0.5 * RATE)
    }


def test_an_exit_that_one_side_made_pays_its_own_fee() -> None:
    """Left live and open in the back-test: price and fee of the exit are the exit's, and the rates are the same."""
    found = parts(trip(1.0, 100.0, 104.0), trip(1.0, 100.0, None))
    assert found == {Cause.LEFT_OTHERWISE: pytest.approx(104.0 - 110.0 - 104.0 * RATE)}


def test_an_exit_that_the_back_test_made() -> None:
    """The other way round the live trade has not paid it yet."""
    found = parts(trip(1.0, 100.0, None), trip(1.0, 100.0, 104.0))
    assert found == {Cause.LEFT_OTHERWISE: pytest.approx(110.0 - 104.0 + 104.0 * RATE)}


sizes, prices = st.floats(0.1, 10.0), st.floats(50.0, 200.0)
exits, shares = st.none() | prices, st.sampled_from([0.0, 0.25, 0.5])


@given(sizes, sizes, prices, prices, exits, exits, shares)
def test_equal_rates_make_no_fee_difference(
    mine: float, theirs: float, bought: float, paid: float, left: float | None, sold: float | None, part: float
) -> None:
    """Open or closed, whole or in parts: where both paid the same rate, nothing is put down to fees."""
    assert Cause.FEE not in parts(trip(mine, bought, left, part), trip(theirs, paid, sold, part))
