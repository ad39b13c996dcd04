"""talipp's traps stay behind the binding: memory, purging, repeated values, errors and unknown rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from stratrun.engine.indicators import entries
from stratrun.engine.indicators.catalogue import Indicator

Run = Callable[..., dict[str, Any]]
BOUND = [entry for entry in entries() if entry.talipp]


def extender_of(entry: Indicator) -> Any:
    assert entry.talipp
    return entry.talipp({p.name: p.default for p in entry.parameters})


def columns_of(entry: Indicator, candles: dict[str, Any]) -> list[Any]:
    return [candles[item.default or item.name] for item in entry.inputs]


def held(indicator: Any) -> int:
    """The longest list anywhere inside a talipp indicator."""
    lists = [indicator.input_values, indicator.output_values]
    parts = [*indicator.sub_indicators, *indicator.managed_sequences, *indicator.output_listeners]
    inner = [held(part) if hasattr(part, "input_values") else len(part) for part in parts]
    return max(*map(len, lists), *inner, 0)


@pytest.mark.parametrize("entry", BOUND, ids=lambda e: e.name)
def test_purging_changes_no_bit_and_bounds_memory(entry: Indicator, make_candles: Run) -> None:
    """With old rows dropped in blocks the values are those of keeping everything, and memory stays flat."""
    rows = 5000
    inputs = columns_of(entry, make_candles(rows))
    results = []
    for keep in (None, 10**9):
        extender = extender_of(entry)
        if keep:
            extender._keep = keep
        outputs = [np.zeros(rows) for _ in entry.outputs]
        extender.extend(inputs, outputs, 0, rows)
        results.append([column.tobytes() for column in outputs])
        if keep is None:
            assert held(extender._indicator) <= 2 * extender._keep <= rows
    assert results[0] == results[1]


@pytest.mark.parametrize("name", ["bop", "ibs"])
def test_a_value_that_was_not_computed_is_not_repeated(name: str, run: Run, make_candles: Run) -> None:
    """On a candle without a range there is nothing to divide by: the row is unknown, not the value before it."""
    candles = make_candles(50)
    for field in ("open", "high", "low", "close"):
        candles[field][20] = 100.0
    column = run(name, candles)[name]
    assert np.isnan(column[20])
    assert not np.isnan(column[[19, 21]]).any()


def test_a_total_stands_on_a_candle_without_a_range(run: Run, make_candles: Run) -> None:
    """Accumulation/distribution adds nothing there and keeps its level."""
    candles = make_candles(50)
    for field in ("open", "high", "low", "close"):
        candles[field][20] = 100.0
    column = run("accu_dist", candles)["accu_dist"]
    assert column[20] == column[19]


@pytest.mark.parametrize("entry", BOUND, ids=lambda e: e.name)
def test_a_flat_market_raises_nothing_and_recovers(entry: Indicator, run: Run, make_candles: Run) -> None:
    """A flat stretch in the middle is at worst unknown; afterwards the values are known again."""
    candles = make_candles(600)
    for field in ("open", "high", "low", "close", "hlc3"):
        candles[field][200:300] = 100.0
    candles["volume"][250:300] = 0.0
    for column in run(entry.name, candles).values():
        assert not np.isnan(column[450:]).any()
