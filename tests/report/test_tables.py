"""Trades and equity as files."""

from __future__ import annotations

import csv
import gzip
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.report.tables import Column, check_table_path, write_equity, write_table, write_trades
from stratrun.engine.trading.trades import ExitReason, Trades

Make = Callable[..., Trades]
TIMES = np.array([1_704_067_200_000, 1_704_067_260_000])
NAMES = [
    "symbol", "side", "entry_time", "entry_price", "exit_time", "exit_price",
    "quantity", "fees", "funding", "profit", "profit_pct", "exit_reason", "candles",
]  # fmt: skip


@pytest.fixture
def trades(make_trades: Make) -> Trades:
    return make_trades(
        {"profit": 0.1 + 0.2, "fees": 1 / 3, "hours": 5},
        {"symbol": 1, "side": -1, "profit": -1e-17, "reason": ExitReason.OPEN},
    )


def test_trades_as_csv(tmp_path: Path, trades: Trades) -> None:
    """A CSV has a named column per fact, words for codes, UTC times, and numbers that read back exactly."""
    write_trades(tmp_path / "trades.csv", trades)
    with (tmp_path / "trades.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == NAMES
    assert [(row["symbol"], row["side"], row["exit_reason"]) for row in rows] == [
        ("BTC/USDT", "long", "rule"),
        ("ETH/USDT", "short", "open"),
    ]
    assert (rows[0]["entry_time"], rows[0]["exit_time"]) == ("1970-01-01T00:00:00Z", "1970-01-01T05:00:00Z")
    assert [float(row["profit"]) for row in rows] == trades.profit.tolist()
    assert [int(row["candles"]) for row in rows] == [5, 1]


def test_trades_as_parquet(tmp_path: Path, trades: Trades) -> None:
    """Parquet holds the same rows with real types."""
    write_trades(tmp_path / "trades.parquet", trades)
    table = pl.read_parquet(tmp_path / "trades.parquet")
    assert table.columns == NAMES
    assert table.schema["entry_time"] == pl.Datetime("ms", "UTC")
    assert table["profit"].to_list() == trades.profit.tolist()
    assert table["side"].to_list() == ["long", "short"]
    assert table["candles"].dtype == pl.Int64


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet"])
def test_no_trades(tmp_path: Path, make_trades: Make, ending: str) -> None:
    """A run without trades writes a file with the columns and no rows."""
    path = tmp_path / f"trades.{ending}"
    write_trades(path, make_trades())
    table = pl.read_parquet(path) if ending == "parquet" else pl.read_csv(path)
    assert (table.columns, len(table)) == (NAMES, 0)


def test_equity(tmp_path: Path) -> None:
    """Equity is written with its close times, packed when asked, with equal bytes for equal rows."""
    equity = np.array([1 / 3, 1e22])
    for name in ("a.csv", "a.csv.gz", "b.csv.gz"):
        write_equity(tmp_path / name, TIMES, equity)
    lines = "time,equity\n2024-01-01T00:00:00Z,0.3333333333333333\n2024-01-01T00:01:00Z,1e+22\n"
    assert (tmp_path / "a.csv").read_bytes() == lines.encode()
    packed = (tmp_path / "a.csv.gz").read_bytes()
    assert gzip.decompress(packed) == lines.encode()
    assert packed == (tmp_path / "b.csv.gz").read_bytes()


def test_unknown_is_empty(tmp_path: Path) -> None:
    """NaN is an empty cell in CSV and null in Parquet."""
    columns = [Column("time", TIMES, is_time=True), Column("rsi", np.array([np.nan, 50.0]))]
    write_table(tmp_path / "a.csv", columns)
    write_table(tmp_path / "a.parquet", columns)
    assert (tmp_path / "a.csv").read_text().splitlines()[1] == "2024-01-01T00:00:00Z,"
    assert pl.read_parquet(tmp_path / "a.parquet")["rsi"].to_list() == [None, 50.0]


def test_milliseconds_are_kept(tmp_path: Path) -> None:
    """A time between seconds is written to the millisecond."""
    write_equity(tmp_path / "a.csv", TIMES + 1, np.ones(2))
    assert "2024-01-01T00:00:00.001Z" in (tmp_path / "a.csv").read_text()


@pytest.mark.parametrize(
    ("name", "words"),
    [("a.xlsx", "ending"), ("a", "ending"), ("missing/a.csv", "no folder"), ("folder.csv", "is a folder")],
)
def test_a_bad_name_is_told_before_writing(tmp_path: Path, name: str, words: str) -> None:
    """An unknown ending, a missing folder or a folder's name is one clear message that names the file."""
    (tmp_path / "folder.csv").mkdir()
    for attempt in (check_table_path, lambda path: write_equity(path, TIMES, np.ones(2))):
        with pytest.raises(InputError, match=words) as caught:
            attempt(tmp_path / name)
        assert str(tmp_path / name) in caught.value.message
        assert caught.value.help
    assert [path.name for path in tmp_path.iterdir()] == ["folder.csv"]


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet"])
def test_a_full_disk_leaves_the_old_file(tmp_path: Path, ending: str) -> None:
    """When the disk refuses half-way, the message says so, the older file stands and nothing else is left behind."""
    resource = pytest.importorskip("resource", reason="needs a limit on file sizes")
    path = tmp_path / f"equity.{ending}"
    write_equity(path, TIMES, np.ones(2))
    before = path.read_bytes()
    rows = 200_000
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(InputError, match="cannot write the file"):
            write_equity(path, np.arange(rows) * 60_000, np.random.default_rng(1).random(rows))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions bind")
def test_no_permission(tmp_path: Path) -> None:
    """A folder that may not be written to is one clear message."""
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot write the file"):
        write_equity(tmp_path / "a.csv", TIMES, np.ones(2))


@pytest.mark.skipif(os.name == "nt", reason="modes of files are POSIX")
def test_others_may_read_it(tmp_path: Path) -> None:
    """A new file has the rights of any new file, a replaced one keeps its own."""
    (tmp_path / "plain").touch()
    write_equity(tmp_path / "a.csv", TIMES, np.ones(2))
    assert (tmp_path / "a.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode
    (tmp_path / "a.csv").chmod(0o640)
    write_equity(tmp_path / "a.csv", TIMES, np.ones(2))
    assert (tmp_path / "a.csv").stat().st_mode & 0o777 == 0o640


def test_csv_needs_no_polars(tmp_path: Path) -> None:
    """Writing CSV does not import polars, so that small commands stay fast."""
    code = (
        "import sys, numpy as np\n"
        "from stratrun.engine.report.tables import write_equity\n"
        f"write_equity({str(tmp_path / 'a.csv')!r}, np.zeros(1, np.int64), np.ones(1))\n"
        "sys.exit('polars' in sys.modules or 'rich' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
