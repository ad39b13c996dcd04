"""What lint believes of an indicator where prices stand still, held against its kernel over the whole catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from stratrun.engine.indicators.catalogue import Indicator, InputKind, entries
from stratrun.engine.language.lint.rest import DIFFERENCES, TOTALS, Rest
from stratrun.engine.language.term import Clock, Dimension, Op, Terms
from stratrun.engine.market.timeframe import Timeframe

ROWS, PRICE = 1_500, 100.0
PRICED = ("same", Dimension.PRICE.value)
MEASURED = [
    pytest.param(entry, output.name, id=f"{entry.name}-{output.name}")
    for entry in entries()
    for output in entry.outputs
    if output.dimension in PRICED
]


@pytest.fixture(scope="module")
def quiet() -> dict[str, Any]:
    """Candles that stand at one price, but for a tremble that keeps every window alive."""
    rng = np.random.default_rng(1)
    close = PRICE + rng.normal(0, 0.05, ROWS)
    start = np.roll(close, 1)
    high, low = np.maximum(start, close) + 0.05, np.minimum(start, close) - 0.05
    beats = (np.arange(ROWS) % 7 == 0).astype(np.int8)
    return {
        "open": start, "high": high, "low": low, "close": close, "volume": 1_000 + rng.random(ROWS) * 10,
        "hl2": (high + low) / 2, "hlc3": (high + low + close) / 3, "ohlc4": (start + high + low + close) / 4,
        "time": np.arange(ROWS, dtype=np.int64) * 3_600_000, "a": close, "b": close, "condition": beats,
    }  # fmt: skip


def believed(entry: Indicator, output: str, values: dict[str, float]) -> float | None:
    """What lint says of the indicator of a close."""
    terms, clock = Terms(), Clock("", Timeframe.parse("1h"))
    close = terms.make(Op.FIELD, (), ("close",), clock, Dimension.PRICE)
    rule = terms.make(Op.GT, (close, close), (), clock, Dimension.CONDITION)
    written = {InputKind.SERIES: close, InputKind.CONDITION: rule}
    args = tuple(written[slot.kind] for slot in entry.inputs if slot.kind in written)
    made = terms.make(Op.INDICATOR, args, (entry.name, output, *values.values()), clock, Dimension.PRICE)
    return Rest().of(made)


@pytest.mark.parametrize(("entry", "output"), MEASURED)
def test_an_indicator_at_rest_is_what_lint_believes(
    entry: Indicator, output: str, quiet: dict[str, Any], run: Callable[..., dict[str, Any]]
) -> None:
    """Where prices stand still, an indicator in their unit is about as large as lint says, as a part of the price."""
    values = {p.name: 14 if p.default is None else p.default for p in entry.parameters}
    share = believed(entry, output, values)
    if share is None:
        assert entry.name in TOTALS
        return
    column = run(entry.name, quiet, values)[output]
    found = column[~np.isnan(column)] / PRICE
    assert np.all(np.abs(found - share) <= 0.11 * max(share, 0.2))


def test_the_lists_name_what_there_is() -> None:
    """No name in the lists is unknown to the catalogue or measured in another unit."""
    priced = {entry.name for entry in entries() if any(o.dimension in PRICED for o in entry.outputs)}
    assert priced >= DIFFERENCES | TOTALS
