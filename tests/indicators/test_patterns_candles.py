"""Candlestick patterns: against TA-Lib's own results, where it is installed or stored, and by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stratrun.engine.indicators import entries
from stratrun.engine.indicators.catalogue import Indicator

Columns = dict[str, Any]
Run = Callable[..., Columns]
PATTERNS = [entry for entry in entries() if entry.family == "candlesticks"]
OF_TALIB = [entry for entry in PATTERNS if any(alias.startswith("cdl") for alias in entry.aliases)]


def talib_name(entry: Indicator) -> str:
    return next(alias for alias in entry.aliases if alias.startswith("cdl")).upper()


def drawn(rows: int) -> list[Any]:
    """Candles in which every pattern occurs: doji, gaps, marubozu and repeated prices far more often than in life."""
    rng = np.random.default_rng(2)
    bodies = rng.choice([-1, 1], rows) * rng.choice([0.02, 0.3, 1, 3], rows) * rng.exponential(1, rows)
    gaps = rng.choice([0, 0, 0, 1], rows) * rng.normal(0, 1.5, rows)
    anew, again = rng.random(rows) < 0.3, rng.random(rows) < 0.3
    noise = rng.normal(0, 0.05, rows)
    opened, close = np.zeros(rows), np.zeros(rows)
    price = 500.0
    for i in range(rows):
        opened[i] = opened[i - 1] + 0.1 * bodies[i] if anew[i] and i else price + gaps[i]
        close[i] = close[i - 1] + noise[i] if again[i] and i else opened[i] + bodies[i]
        price = close[i] + (500.0 - close[i]) * 0.01
    shadows = rng.choice([0, 0, 0.05, 0.5, 2, 5], (2, rows)) * rng.exponential(1, (2, rows))
    high, low = np.maximum(opened, close) + shadows[0], np.minimum(opened, close) - shadows[1]
    return [np.round(column, 2) for column in (opened, high, low, close)]


def signs(columns: Columns) -> Any:
    """One pattern as TA-Lib's sign: 1 bullish (or there), -1 bearish, 0 not there (or not known)."""
    known = {name: np.nan_to_num(column) for name, column in columns.items()}
    return known["bull"] - known["bear"] if "bull" in known else next(iter(known.values()))


def theirs(entry: Indicator, column: Any) -> Any:
    return np.sign(column) if len(entry.outputs) == 2 else np.abs(np.sign(column))


@pytest.fixture(scope="module")
def many() -> list[Any]:
    return drawn(12_000)


@pytest.mark.parametrize("entry", OF_TALIB, ids=lambda e: e.name)
def test_equals_talib_on_drawn_candles(entry: Indicator, many: list[Any], run: Run, fill_columns: Run) -> None:
    """Each candle has the pattern exactly where TA-Lib finds it, and it does occur, each way that it can."""
    talib = pytest.importorskip("talib", reason="TA-Lib is not installed")
    expected = theirs(entry, getattr(talib, talib_name(entry))(*many))
    found = signs(run(entry.name, fill_columns(*many, np.ones(len(many[0])))))
    begin = 14  # TA-Lib's longest look-back
    assert np.flatnonzero(found[begin:] != expected[begin:]).tolist() == []
    assert set(found) == ({-1.0, 0.0, 1.0} if len(entry.outputs) == 2 else {0.0, 1.0})


@pytest.fixture(scope="module")
def stored(golden_dir: Path, fill_columns: Run) -> tuple[Columns, Columns]:
    """(Columns of 2,000 hours of BTC, TA-Lib's results on them)."""
    import polars

    given = polars.read_parquet(golden_dir / "talib" / "input_btcusdt_1h_2000.parquet")
    table = polars.read_parquet(golden_dir / "talib" / "talib_0.8.2_btcusdt_1h_2000.parquet")
    columns = fill_columns(*(given[name].to_numpy() for name in ("open", "high", "low", "close", "volume")))
    return columns, {name: table[name].to_numpy() for name in table.columns if name.startswith("CDL")}


@pytest.mark.parametrize("entry", OF_TALIB, ids=lambda e: e.name)
def test_equals_talib_on_real_candles(entry: Indicator, run: Run, stored: tuple[Columns, Columns]) -> None:
    """Every pattern is where TA-Lib finds it in 2,000 real candles, from TA-Lib's look-back on."""
    columns, table = stored
    found = signs(run(entry.name, columns))
    expected = theirs(entry, table[talib_name(entry)])
    assert np.flatnonzero(found[14:] != expected[14:]).tolist() == []


BEFORE = [(10.0, 12.0, 9.0, 11.0)] * 6
BY_HAND = [
    ("inside_candle", "inside_candle", [*BEFORE, (10.5, 11.5, 9.5, 10.0)], True),
    ("inside_candle", "inside_candle", [*BEFORE, (10.5, 12.0, 9.5, 10.0)], False),
    ("outside_candle", "bull", [*BEFORE, (10.0, 12.5, 8.5, 12.0)], True),
    ("outside_candle", "bear", [*BEFORE, (10.0, 12.5, 8.5, 12.0)], False),
    ("outside_candle", "bear", [*BEFORE, (12.0, 12.5, 8.5, 10.0)], True),
    ("outside_candle", "bear", [*BEFORE, (12.0, 12.0, 8.5, 10.0)], False),
    ("tweezers", "bull", [*BEFORE, (11.0, 11.5, 9.0, 10.0), (9.5, 10.5, 9.1, 10.4)], True),
    ("tweezers", "bull", [*BEFORE, (11.0, 11.5, 9.0, 10.0), (9.5, 10.5, 9.2, 10.4)], False),
    ("tweezers", "bear", [*BEFORE, (11.0, 11.5, 9.0, 10.0), (9.5, 10.5, 9.1, 10.4)], False),
    ("tweezers", "bear", [*BEFORE, (11.5, 12.1, 10.0, 10.2)], True),
]


@pytest.mark.parametrize(("name", "output", "candles", "expected"), BY_HAND)
def test_plain_patterns_by_hand(
    name: str, output: str, candles: list[tuple[float, ...]], expected: bool, run: Run, fill_columns: Run
) -> None:
    """The patterns that TA-Lib has not are there by their definition, to the last price."""
    columns = fill_columns(*np.array(candles).T, np.ones(len(candles)))
    assert run(name, columns)[output][-1] == expected


@pytest.mark.parametrize("entry", [e for e in PATTERNS if len(e.outputs) == 2], ids=lambda e: e.name)
def test_bull_and_bear_exclude_each_other(entry: Indicator, run: Run, fill_columns: Run) -> None:
    """No candle is bullish and bearish by the same pattern."""
    candles = drawn(3_000)
    found = run(entry.name, fill_columns(*candles, np.ones(3_000)))
    assert not ((found["bull"] == 1) & (found["bear"] == 1)).any()
