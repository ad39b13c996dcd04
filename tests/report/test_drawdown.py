"""The deepest fall, found by blocks, against the plain definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.report.drawdown import Drawdown, deepest, ulcer


def plain(equity: np.ndarray, capital: float) -> float:
    peaks = np.maximum.accumulate(np.concatenate(([capital], equity)))[1:]
    return max(float((1 - equity / peaks).max()), 0.0)


@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(1, 5000), capital=st.sampled_from([50.0, 100.0, 200.0]))
def test_blocks_change_nothing(seed: int, rows: int, capital: float) -> None:
    """Reading only the blocks that can hold the deepest fall gives the very depth of reading every row."""
    steps = np.random.default_rng(seed).normal(0, 0.01, rows)
    equity = 100 * np.exp(np.cumsum(steps))
    found = deepest(equity, capital)
    assert (found.depth if found else 0.0) == plain(equity, capital)
    if found:
        peak = capital if found.peak < 0 else equity[found.peak]
        assert found.depth == 1 - equity[found.trough] / peak
        until = len(equity) if found.recovery is None else found.recovery
        assert (equity[found.trough : until] < peak).all()
        assert found.recovery is None or equity[found.recovery] >= peak


def test_peak_trough_recovery() -> None:
    """A fall runs from the last row at its peak over its lowest row to the first row back at the peak."""
    equity = np.array([100.0, 120, 120, 90, 60, 100, 120, 130, 100])
    assert deepest(equity, 100) == Drawdown(depth=0.5, peak=2, trough=4, recovery=6)


def test_starting_capital_is_a_peak() -> None:
    """A run that only loses has fallen from its starting capital."""
    assert deepest(np.array([90.0, 80.0]), 100) == Drawdown(depth=pytest.approx(0.2), peak=-1, trough=1, recovery=None)


@pytest.mark.parametrize("equity", [[], [100.0, 101.0, 102.0], [100.0, 100.0]])
def test_no_fall(equity: list[float]) -> None:
    """Equity that never falls has no deepest fall."""
    assert deepest(np.array(equity), 100) is None


def test_ulcer_of_too_little() -> None:
    """One row has no Ulcer index."""
    assert ulcer(np.array([90.0]), 100) is None
