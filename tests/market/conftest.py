"""Candle files to read: healthy ones, and ones spoiled in one place."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from stratrun.engine.market.cache import ColumnCache
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.load import load_candles
from stratrun.engine.market.timeframe import Timeframe

Rows = dict[str, list[Any]]
Write = Callable[..., Path]
Load = Callable[..., Candles]
SIX = 1_704_067_200_000
HOUR = 3_600_000


@pytest.fixture
def rows() -> Rows:
    """Six healthy candles of 1h from 2024-01-01T00:00Z."""
    return {
        "time": [SIX + k * HOUR for k in range(6)],
        "open": [100.0, 101.5, 102.0, 101.0, 103.0, 104.0],
        "high": [102.0, 103.0, 102.5, 103.5, 105.0, 104.5],
        "low": [99.5, 101.0, 100.5, 100.0, 102.0, 103.0],
        "close": [101.5, 102.0, 101.0, 103.0, 104.0, 103.5],
        "volume": [10.0, 0.0, 12.25, 8.0, 3.5, 1.0],
    }


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write rows to a file of the test's folder, in the form its ending names."""

    def to_file(rows: Rows, name: str = "BTCUSDT-1h.csv") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        frame = pl.DataFrame(rows, strict=False)
        if name.endswith(".parquet"):
            frame.write_parquet(path)
        else:
            text = frame.write_csv().encode()
            path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
        return path

    return to_file


@pytest.fixture
def load() -> Load:
    """Load one symbol's candles without the cache."""

    def from_file(path: Path | str, symbol: str = "BTC/USDT", timeframe: str = "1h", **edges: int) -> Candles:
        off = ColumnCache(None)
        return load_candles([str(path)], [symbol], Timeframe.parse(timeframe), cache=off, **edges)[symbol]

    return from_file
