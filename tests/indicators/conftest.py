"""Running a catalogue entry over columns: the one driver of every indicator test."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from stratrun.engine.indicators import CATALOGUE
from stratrun.engine.indicators.catalogue import Indicator, InputKind
from stratrun.engine.kernel import bind

Columns = dict[str, Any]


def given(entry: Indicator, values: Mapping[str, Any]) -> dict[str, Any]:
    """Every parameter: as given, else its default; whole numbers as int, others as float."""
    full = {p.name: values.get(p.name, p.default) for p in entry.parameters}
    return {p.name: int(full[p.name]) if p.integer else float(full[p.name]) for p in entry.parameters}


def chosen(entry: Indicator, columns: Columns) -> list[Any]:
    """An input column each: by the input's own name, else by its default, else by its kind."""
    found = []
    for item in entry.inputs:
        if item.kind in (InputKind.SERIES, InputKind.CONDITION):
            name = item.name if item.name in columns else item.default or "close"
        else:
            name = item.kind.value
        found.append(columns[name])
    return found


def run_entry(
    name: str,
    columns: Columns,
    values: Mapping[str, Any] | None = None,
    *,
    cuts: Sequence[int] = (),
    machine_code: bool = False,
    restore: bool = False,
    read: str | None = None,
) -> Columns:
    """The output columns of an entry over `columns`, in one pass or cut into chunks at `cuts`; unknown is NaN.

    `read` names the only output that is wanted: as in a graph, all others are then written to one and the same column.
    """
    entry = CATALOGUE[name]
    full = given(entry, values or {})
    inputs = chosen(entry, columns)
    rows = len(inputs[0])
    outputs = [np.full(rows, 7, np.int8 if item.dimension == "condition" else float) for item in entry.outputs]
    if read is not None:
        shared = {column.dtype: column.copy() for column in outputs}
        wanted = (item.name == read for item in entry.outputs)
        outputs = [own if is_read else shared[own.dtype] for own, is_read in zip(outputs, wanted, strict=True)]
    slots = np.zeros(entry.state(full))
    extender = entry.talipp(full) if entry.talipp else None
    call = None
    for lo, hi in pairwise([0, *cuts, rows]):
        if extender:
            extender.extend(inputs, outputs, lo, hi)
            continue
        if call is None or restore:
            slots = slots.copy()
            call = bind(entry.kernel, (*inputs, *outputs, *full.values(), slots), machine_code)  # type: ignore[arg-type]
        call(lo, hi)
    return {output.name: numbers(column) for output, column in zip(entry.outputs, outputs, strict=True)}


def numbers(column: Any) -> Any:
    """A condition as 0.0, 1.0 and NaN; numbers as they are."""
    return np.where(column == 2, np.nan, column.astype(float)) if column.dtype == np.int8 else column


@pytest.fixture(scope="session")
def run() -> Callable[..., Columns]:
    return run_entry


def candles(rows: int = 400, seed: int = 1) -> Columns:
    """A seeded random walk as candles of 1 hour, prices near 100."""
    rng = np.random.default_rng(seed)
    close = np.round(100.0 * np.exp(np.cumsum(rng.normal(0.0, 0.01, rows))), 2)
    opened = np.concatenate([[100.0], close[:-1]])
    high = np.maximum(opened, close) + np.round(rng.exponential(0.5, rows), 2)
    low = np.minimum(opened, close) - np.round(rng.exponential(0.5, rows), 2)
    volume = np.round(rng.exponential(100.0, rows), 1)
    return complete(opened, high, low, close, volume)


def complete(opened: Any, high: Any, low: Any, close: Any, volume: Any, time: Any = None) -> Columns:
    """All columns an entry may ask for, from the five of a candle."""
    rows = len(close)
    hours = 1_704_067_200_000 + np.arange(rows, dtype=np.int64) * 3_600_000
    return {
        "open": np.asarray(opened, float),
        "high": np.asarray(high, float),
        "low": np.asarray(low, float),
        "close": np.asarray(close, float),
        "volume": np.asarray(volume, float),
        "time": hours if time is None else np.asarray(time, np.int64),
        "hl2": (high + low) / 2.0,
        "hlc3": (high + low + close) / 3.0,
        "ohlc4": (opened + high + low + close) / 4.0,
        "a": np.asarray(high, float),
        "b": np.asarray(close, float),
        "condition": (np.asarray(close) > np.asarray(opened)).astype(np.int8),
    }


@pytest.fixture(scope="session")
def make_candles() -> Callable[..., Columns]:
    return candles


@pytest.fixture(scope="session")
def fill_columns() -> Callable[..., Columns]:
    return complete
