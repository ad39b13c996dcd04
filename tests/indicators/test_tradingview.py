"""Real TradingView exports: every column an entry stands for, value by value and first row by first row."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest


class Case(NamedTuple):
    """A column of an export, and the call that must give it."""

    file: str
    column: str
    name: str
    values: dict[str, Any]
    output: str = ""
    source: str = ""
    first: int | None = None
    """The first row to compare, where the export begins on purpose later or shows something else."""


Columns = dict[str, Any]
Run = Callable[..., Columns]
Read = Callable[[str], tuple[Columns, Columns]]
PRICES = ("open", "high", "low", "close", "hl2", "hlc3", "ohlc4", "hlcc4")
KC = "ta.kc(close, 20, 2)"
VWAP = "ta.vwap(close, timeframe.change(&quot;360&quot;), 2.0)"
CASES = [
    Case("bb", "ta.bb(close, 20, 2).base", "bb", {"length": 20}, "basis"),
    Case("bb", "ta.bb(close, 20, 2).upper", "bb", {"length": 20}, "upper"),
    Case("bb", "ta.bb(close, 20, 2).lower", "bb", {"length": 20}, "lower"),
    Case("bb", "ta.bbw(close, 20, 2.1)", "bb", {"length": 20, "mult": 2.1}, "width"),
    Case("dmi", "ta.dmi(17, 14).dip", "adx", {"length": 17, "smoothing": 14}, "plus"),
    Case("dmi", "ta.dmi(17, 14).dim", "adx", {"length": 17, "smoothing": 14}, "minus"),
    Case("dmi", "ta.dmi(17, 14).adx", "dmi", {"length": 17, "smoothing": 14}, "adx"),
    Case("highest+lowest", "ta.highest(10)", "highest", {"length": 10}),
    Case("highest+lowest", "ta.highest(close, 10)", "highest", {"length": 10}, source="close"),
    Case("highest+lowest", "ta.lowest(10)", "lowest", {"length": 10}),
    Case("highest+lowest", "ta.lowest(close, 10)", "lowest", {"length": 10}, source="close"),
    Case("highest+lowest", "ta.highestbars(10)", "highestbars", {"length": 10}),
    Case("highest+lowest", "ta.highestbars(close, 10)", "highestbars", {"length": 10}, source="close"),
    Case("highest+lowest", "ta.lowestbars(10)", "lowestbars", {"length": 10}),
    Case("highest+lowest", "ta.lowestbars(close, 10)", "lowestbars", {"length": 10}, source="close"),
    Case("kc", f"{KC}.base", "keltner", {"length": 20}, "basis"),
    Case("kc", f"{KC}.upper", "keltner", {"length": 20}, "upper"),
    Case("kc", f"{KC}.lower", "kc", {"length": 20}, "lower"),
    Case(
        "kc", "ta.kcw(close, 20, 2.1, useTrueRange=false)", "kc",
        {"length": 20, "mult": 2.1, "true_range": 0}, "width",
    ),
    Case("ma", "ta.sma(close, 10)", "sma", {"length": 10}),
    Case("ma", "ta.sma(hl2, 20)", "sma", {"length": 20}, source="hl2"),
    Case("ma", "ta.sma(hlc3, 15)", "sma", {"length": 15}, source="hlc3"),
    Case("ma", "ta.ema(close, 20)", "ema", {"length": 20}),
    Case("ma", "ta.ema(ohlc4, 10)", "ema", {"length": 10}, source="ohlc4"),
    Case("ma", "ta.rma(hlcc4, 5)", "rma", {"length": 5}, source="hlcc4"),
    Case("ma", "ta.rma(high, 15)", "smma", {"length": 15}, source="high"),
    Case("ma", "ta.alma(close, 5, 0.85, 6)", "alma", {"length": 5}),
    Case("ma", "ta.alma(close, 10, 0.55, 12)", "alma", {"length": 10, "offset": 0.55, "sigma": 12.0}),
    Case("ma", "ta.wma(close, 5)", "wma", {"length": 5}),
    Case("ma", "ta.wma(close, 20)", "wma", {"length": 20}),
    Case("ma", "ta.hma(close, 9)", "hma", {"length": 9}),
    Case("ma", "ta.hma(close, 20)", "hma", {"length": 20}),
    Case("ma", "ta.swma(hlc3)", "swma", {}, source="hlc3"),
    Case("ma", "ta.vwma(close, 20)", "vwma", {"length": 20}),
    Case("macd", "ta.macd(close, 12, 26, 9).macd", "macd", {}, "macd"),
    Case("macd", "ta.macd(close, 12, 26, 9).signal", "macd", {}, "signal"),
    Case("macd", "ta.macd(close, 12, 26, 9).hist", "macd", {}, "hist"),
    Case("mfi+rsi+stoch", "ta.mfi(close, 14)", "mfi", {}, source="close"),
    Case("mfi+rsi+stoch", "ta.rsi(close, 14)", "rsi", {}),
    Case("mfi+rsi+stoch", "ta.stoch(close, high, low, 20)", "stoch_raw", {"length": 20}),
    Case("mfi+rsi+stoch", "ta.stoch(close, high, low, 20)", "stoch", {"length": 20}, "k"),
    Case("min+max+median+mode", "min(close)", "running_min", {}),
    Case("min+max+median+mode", "max(close)", "running_max", {}),
    Case("min+max+median+mode", "median(close)", "median", {"length": 20}),
    Case("min+max+median+mode", "mode(close)", "mode", {"length": 20}),
    Case("supertrend", "ta.supertrend(3, 10).up", "supertrend", {}, "up"),
    Case("supertrend", "ta.supertrend(3, 10).down", "supertrend", {}, "down", first=1),
    Case("tr", "ta.tr(false)", "tr", {}),
    Case("tr", "ta.tr(true)", "tr", {"from_start": 1}),
    Case("tr", "ta.tr", "tr", {}),
    Case("tr", "ta.atr(14)", "atr", {}),
    Case("vwap", "ta.vwap(close)", "vwap", {"offset": 21}, "vwap", "close"),
    Case("vwap", 'ta.vwap(close, timeframe.change(&quot;240&quot;))', "vwap", {"hours": 4, "offset": 1}, "vwap",
         "close", 16),
    Case("vwap", f"{VWAP}.vwap", "vwap_bands", {"hours": 6, "offset": 3, "mult": 2.0}, "basis", "close", 24),
    Case("vwap", f"{VWAP}.upper_band", "vwap_bands", {"hours": 6, "offset": 3, "mult": 2.0}, "upper", "close", 24),
    Case("vwap", f"{VWAP}.lower_band", "vwap_bands", {"hours": 6, "offset": 3, "mult": 2.0}, "lower", "close", 24),
    Case("wpr", "ta.wpr(20)", "williams", {"length": 20}),
]  # fmt: skip


@pytest.fixture(scope="module")
def exports(golden_dir: Path, fill_columns: Run) -> Read:
    """Reads an export: (its columns as the entries name them, its own columns)."""

    def read(file: str) -> tuple[Columns, Columns]:
        with (golden_dir / "tradingview" / "ta" / f"{file}.csv").open() as stream:
            rows = list(csv.DictReader(stream))
        table = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
        columns = fill_columns(
            table["open"], table["high"], table["low"], table["close"], table["Volume"],
            table["time"].astype(np.int64) * 1000,
        )  # fmt: skip
        columns["hlcc4"] = (table["high"] + table["low"] + 2.0 * table["close"]) / 4.0
        return columns, table

    return read


def differences(case: Case, columns: Columns, table: Columns, run: Run, tolerance: float = 1e-9) -> Any:
    """Rows on which the entry is not what the export shows."""
    if case.source:
        columns = {**columns, "source": columns[case.source]}
    outputs = run(case.name, columns, case.values)
    ours = outputs[case.output] if case.output else next(iter(outputs.values()))
    theirs = table[case.column]
    scale = np.nanmax(np.abs(columns["close"]))
    unequal = np.isnan(ours) != np.isnan(theirs)
    apart = np.abs(ours - theirs) > tolerance * np.maximum(np.abs(theirs), 1e-6 * scale)
    return np.flatnonzero((unequal | apart)[case.first or 0 :]) + (case.first or 0)


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.name}-{c.column}")
def test_equals_the_export(case: Case, exports: Read, run: Run) -> None:
    """Every row of the export holds the same value, or is unknown where the export is."""
    columns, table = exports(case.file)
    assert differences(case, columns, table, run).tolist() == []


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.name}-{c.column}")
def test_one_changed_price_is_noticed(case: Case, exports: Read, run: Run) -> None:
    """The comparison fails once a single candle's prices are not the ones the export was made of."""
    columns, table = exports(case.file)

    def noticed(row: int, factor: float) -> bool:
        changed = dict(columns)
        for name in PRICES:
            changed[name] = columns[name].copy()
            changed[name][row] *= factor
        return bool(differences(case, changed, table, run).size > 0)

    assert any(noticed(row, factor) for row in (30, 40, 50, 60, 70) for factor in (1.02, 0.98))


def crossings(run: Run, columns: Columns, average: str, fast: int, slow: int) -> tuple[Any, Any]:
    """Rows where the fast average crosses above, and below, the slow one."""
    x = run(average, columns, {"length": fast})[average]
    y = run(average, columns, {"length": slow})[average]
    above = np.zeros(len(x), dtype=np.int8)
    below = above.copy()
    above[1:] = (x[1:] > y[1:]) & (x[:-1] <= y[:-1])
    below[1:] = (x[1:] < y[1:]) & (x[:-1] >= y[:-1])
    return above, below


def test_averages_cross_where_the_export_says(exports: Read, run: Run) -> None:
    """Two averages are on the right sides of each other on every row: their crossings are the export's."""
    columns, table = exports("cross")
    above, below = crossings(run, columns, "ema", 5, 11)
    assert above.any()
    assert (above == table["ta.crossover(ema1, ema2)"]).all()
    assert (-below == table["ta.crossunder(ema1, ema2)"]).all()
    assert ((above | below) == np.sign(np.abs(table["ta.cross(ema1, ema2)"]))).all()


@pytest.mark.parametrize("factor", [1.0, 1.02])
def test_valuewhen_equals_the_export(factor: float, exports: Read, run: Run) -> None:
    """The close at the crossing before the last is the export's on every row, and not with one price changed."""
    columns, table = exports("valuewhen")
    columns["close"][60] *= factor
    above, below = crossings(run, columns, "sma", 7, 14)
    given = {"condition": above | below, "source": columns["close"]}
    ours = run("valuewhen", given, {"occurrence": 1})["valuewhen"]
    theirs = table["ta.valuewhen(ta.cross(slow, fast), close, 1)"]
    equal = np.allclose(ours, theirs, rtol=1e-12, equal_nan=True)
    assert equal == (factor == 1.0)
