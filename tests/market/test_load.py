"""Healthy candle files in every form they come in."""

from __future__ import annotations

import csv
import gzip
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.candles import Candles

from .conftest import HOUR, SIX, Load, Rows, Write

TIME = range(SIX, SIX + 6 * HOUR, HOUR)


def iso(form: str, zone_hours: float = 0.0) -> list[str]:
    return [(datetime(2024, 1, 1) + timedelta(hours=k + zone_hours)).strftime(form) for k in range(6)]


def same(candles: Candles, rows: Rows) -> None:
    assert candles.time.tolist() == list(TIME)
    for name in ("open", "high", "low", "close", "volume"):
        column = getattr(candles, name)
        assert column.tolist() == rows[name]
        assert column.dtype == np.float64
        assert column.flags.c_contiguous
        assert column.flags.writeable
    assert candles.time.flags.writeable


@pytest.mark.parametrize("name", ["BTCUSDT-1h.csv", "btc_usdt.csv.gz", "BTC-USDT_1h.parquet", "candles.csv"])
def test_every_form_of_file_reads_as_the_same_candles(name: str, rows: Rows, write: Write, load: Load) -> None:
    """Parquet, CSV and gzipped CSV give equal columns, ready for machine code."""
    same(load(write(rows, name)), rows)


@pytest.mark.parametrize(
    "time",
    [
        [t // 1000 for t in TIME],
        [t * 1000 for t in TIME],
        [t * 1_000_000 for t in TIME],
        [t / 1000 for t in TIME],
        [float(t) for t in TIME],
        iso("%Y-%m-%dT%H:%M:%SZ"),
        iso("%Y-%m-%d %H:%M:%S+00:00"),
        iso("%Y-%m-%dT%H:%M:%S.000-05:00", -5),
        iso("%Y-%m-%dT%H:%M:%S+0530", 5.5),
        iso("%Y-%m-%d %H:%M:%S UTC"),
        iso("%Y-%m-%d %H:%MZ"),
        iso("%Y-%m-%d %H:%M:%S+00"),
        iso(" %Y-%m-%dT%H:%M:%SZ "),
    ],
    ids=str,
)
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_times_read_in_every_unit_and_zone(
    time: list[object], ending: str, rows: Rows, write: Write, load: Load
) -> None:
    """Numbers are told by their size, text by its offset."""
    same(load(write({**rows, "time": time}, f"BTCUSDT-1h.{ending}")), rows)


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "America/New_York"])
def test_dates_of_any_unit_and_zone_are_one_time(
    unit: str, zone: str | None, rows: Rows, tmp_path: Path, load: Load
) -> None:
    """A Parquet date with a zone is its instant, one without is UTC."""
    stamps = pl.Series("timestamp", list(TIME)).cast(pl.Datetime("ms")).cast(pl.Datetime(unit))  # type: ignore[arg-type]
    if zone:
        stamps = stamps.dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    path = tmp_path / "BTCUSDT-1h.parquet"
    pl.DataFrame({"timestamp": stamps, **{k: v for k, v in rows.items() if k != "time"}}).write_parquet(path)
    same(load(path), rows)


@pytest.mark.parametrize("time", [["2024-01-01", "2024-01-02"], [datetime(2024, 1, d).date() for d in (1, 2)]], ids=str)
def test_days_alone_are_days_of_utc(time: list[object], rows: Rows, write: Write, load: Load) -> None:
    """A daily file may hold dates without a time of day."""
    daily = {name: column[:2] for name, column in rows.items()}
    candles = load(write({**daily, "time": time}, "BTCUSDT-1d.parquet"), timeframe="1d")
    assert candles.time.tolist() == [SIX, SIX + 24 * HOUR]


def test_columns_are_found_in_any_case_and_others_ignored(rows: Rows, write: Write, load: Load) -> None:
    """Capitals, blanks around names, another order and further columns do not matter."""
    odd = {" Volume": rows["volume"], "note": ["x"] * 6, "CLOSE": rows["close"], "low": rows["low"]}
    odd |= {"High": rows["high"], "Open ": rows["open"], "TimeStamp": rows["time"], "date": ["?"] * 6}
    for ending in ("csv", "parquet"):
        same(load(write(odd, f"BTCUSDT-1h.{ending}")), rows)


def test_whole_number_prices_and_padded_text_are_numbers(rows: Rows, write: Write, load: Load) -> None:
    """Integers and text with blanks around read as the numbers they are."""
    whole = {**rows, **{name: [int(x) for x in rows[name]] for name in ("open", "volume")}, "low": [1] * 6}
    candles = load(write(whole, "BTCUSDT-1h.parquet"))
    assert candles.open.tolist() == [100.0, 101.0, 102.0, 101.0, 103.0, 104.0]
    padded = {name: [f" {x} " for x in column] for name, column in rows.items()}
    same(load(write(padded)), rows)
    same(load(write(padded, "BTCUSDT-1h.parquet")), rows)


def test_empty_lines_at_the_end_are_no_candles(rows: Rows, write: Write, load: Load) -> None:
    """An editor's last empty lines do not count as rows."""
    path = write(rows)
    path.write_text(path.read_text() + "\n\n")
    same(load(path), rows)


def test_a_range_holds_its_start_and_not_its_end(rows: Rows, write: Write, load: Load) -> None:
    """`start <= time < end`; a range without candles says what the file holds."""
    path = write(rows)
    assert load(path, start=SIX + HOUR, end=SIX + 3 * HOUR).time.tolist() == list(TIME[1:3])
    assert len(load(path, start=SIX + 1)) == 5
    with pytest.raises(InputError, match="no candles from 2024-01-01T06:00Z; the file holds 2024-01-01T00:00Z to"):
        load(path, start=SIX + 6 * HOUR)


def test_real_candles_of_an_exchange_load(candles_dir: Path, load: Load) -> None:
    """Real files hold what their README says."""
    assert len(load(candles_dir / "UNITTESTBTC-1m.parquet", "UNITTEST/BTC", "1m")) == 13_681
    assert len(load(candles_dir / "15m_2023", "DOGE/USDT", "15m")) == 35_999
    assert len(load(candles_dir / "2025q3", "BTC/USDT:USDT", "1m")) == 130_708


def test_a_real_export_of_tradingview_loads(golden_dir: Path, load: Load) -> None:
    """Its times carry New York's offsets, summer and winter; every data row of the file is a candle."""
    path = golden_dir / "tradingview" / "strategy" / "ohlcv.csv.gz"
    with gzip.open(path, "rt") as file:
        stamps = [datetime.fromisoformat(row["time"]) for row in csv.DictReader(file)]
    candles = load(path, "EUR/USD")
    assert candles.time.tolist() == [round(stamp.timestamp() * 1000) for stamp in stamps]
