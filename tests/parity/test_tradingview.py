"""Trade lists of TradingView's strategy tester: the same strategies must trade the same candles at the same prices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from stratrun.engine.language.document import load
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.instrument import make_instrument
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.research.backtest import backtest
from stratrun.engine.trading.trades import ExitReason

STRATEGIES = Path(__file__).parents[1] / "strategies"
SYMBOL = "EUR/USD:USD"
LISTS = {"rsi": 194, "macd": 1808}


@dataclass(frozen=True, slots=True)
class Leg:
    """One trade as both lists tell it; times in ms UTC."""

    side: str
    entry_time: int
    entry_price: float
    exit_time: int
    exit_price: float


def instants(texts: pl.Series) -> np.ndarray:
    return np.array([int(datetime.fromisoformat(t).timestamp() * 1000) for t in texts], np.int64)


@pytest.fixture(scope="module")
def exported(golden_dir: Path) -> Path:
    return golden_dir / "tradingview" / "strategy"


@pytest.fixture(scope="module")
def candles(exported: Path) -> Candles:
    table = pl.read_csv(exported / "ohlcv.csv.gz")
    prices = [np.ascontiguousarray(table[n].to_numpy(), float) for n in ("open", "high", "low", "close", "Volume")]
    return Candles(SYMBOL, Timeframe.parse("1h"), instants(table["time"]), *prices)


def listed(path: Path) -> list[Leg]:
    table = pl.read_csv(path)
    rows: dict[int, dict[str, tuple[str, int, float]]] = {}
    times = instants(table["Date/Time"]).tolist()
    for number, kind, time, price in zip(table["Trade #"], table["Type"], times, table["Price USD"], strict=True):
        leg, side = kind.split()
        rows.setdefault(number, {})[leg] = (side, time, price)
    return [Leg(*row["Entry"], *row["Exit"][1:]) for _, row in sorted(rows.items())]


def traded(name: str, candles: Candles) -> tuple[list[Leg], list[ExitReason]]:
    instruments = {SYMBOL: make_instrument(SYMBOL, {}, fee=0.0)}
    trades = backtest(load(STRATEGIES / f"{name}.yaml"), {SYMBOL: candles}, instruments=instruments).trades
    legs = [
        Leg("long" if side > 0 else "short", *rest)
        for side, *rest in zip(
            trades.side.tolist(), trades.entry_time.tolist(), trades.entry_price.tolist(),
            trades.exit_time.tolist(), trades.exit_price.tolist(), strict=True,
        )
    ]  # fmt: skip
    return legs, [ExitReason(r) for r in trades.reason.tolist()]


@pytest.mark.parametrize("name", LISTS)
def test_every_trade_is_tradingviews(name: str, exported: Path, candles: Candles) -> None:
    """Each entry and exit has TradingView's side, time and price, the trade open at the end included."""
    theirs = listed(exported / f"{name}_trades.csv.gz")
    mine, reasons = traded(name, candles)
    assert len(theirs) == LISTS[name]
    assert mine == theirs
    assert reasons == [ExitReason.OPPOSITE] * (LISTS[name] - 1) + [ExitReason.OPEN]
    assert mine[-1].exit_time == candles.time[-1]
    assert mine[-1].exit_price == candles.close[-1]


@pytest.mark.parametrize("name", LISTS)
def test_one_changed_close_changes_the_list(name: str, exported: Path, candles: Candles) -> None:
    """The comparison notices one close: moved 1 % against trade 50's signal, the lists differ from there on."""
    theirs = listed(exported / f"{name}_trades.csv.gz")
    entry = int(np.searchsorted(candles.time, theirs[50].entry_time))
    decisive = entry - 1
    close, high, low = (c.copy() for c in (candles.close, candles.high, candles.low))
    close[decisive] *= 0.99 if theirs[50].side == "long" else 1.01
    high[decisive] = max(high[decisive], close[decisive])
    low[decisive] = min(low[decisive], close[decisive])
    mine, _ = traded(name, replace(candles, close=close, high=high, low=low))
    assert mine[:49] == theirs[:49]
    assert mine[49:51] != theirs[49:51]


@pytest.mark.parametrize("name", LISTS)
def test_one_changed_open_changes_one_fill(name: str, exported: Path, candles: Candles) -> None:
    """The comparison notices one price: an entry's open moved by a tick shows in that entry and the exit beside it."""
    theirs = listed(exported / f"{name}_trades.csv.gz")
    entry = int(np.searchsorted(candles.time, theirs[50].entry_time))
    opens = candles.open.copy()
    opens[entry] = np.nextafter(opens[entry], candles.close[entry])
    mine, _ = traded(name, replace(candles, open=opens))
    assert [k for k in range(len(theirs)) if mine[k] != theirs[k]] == [49, 50]
