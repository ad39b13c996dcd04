"""A strategy file and its candles, and the command line run over them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stratrun.cli import main
from stratrun.engine.market.candles import Candles
from stratrun.engine.report.tables import Column, write_table

STRATEGY = """stratrun: 2
name: crossing
symbols: [BTC/USDT]
timeframe: 1h
indicators:
  fast: ema(close, 5)
long:
  enter: close > fast
  exit: {when: close < fast}
size: {equity: 100%}
"""

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """`run(*arguments)`: the outcome of one command line."""
    return lambda *arguments: CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture
def strategy_file(tmp_path: Path) -> Path:
    path = tmp_path / "crossing.yaml"
    path.write_text(STRATEGY)
    return path


@pytest.fixture
def candle_file(tmp_path: Path, sample: Callable[..., Candles]) -> Path:
    candles = sample(count=60)
    names = ("open", "high", "low", "close", "volume")
    path = tmp_path / "BTCUSDT-1h.csv"
    columns = [Column(name, getattr(candles, name).tolist()) for name in names]
    write_table(str(path), [Column("time", candles.time, is_time=True), *columns])
    return path
