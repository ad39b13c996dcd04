"""A strategy over the store is the strategy over the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import stratrun
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.load import load_candles as load_files
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.research.inputs import Inputs
from stratrun.engine.research.record import data_hash
from stratrun.engine.store.load import Wanted, load_candles
from stratrun.engine.store.manifest import Source
from stratrun.engine.store.reader import read_series
from stratrun.engine.store.root import store_above
from stratrun.engine.store.rows import OnDuplicate, columns_of, cut, year_start
from stratrun.engine.store.series import Series
from stratrun.engine.store.writer import Writer

from .conftest import START, equal, hours

HOUR = Timeframe.parse("1h")
SOURCE = Source("import", "test", START, START, START, 1)
STRATEGY = """
stratrun: 2
name: Trend
symbols: [BTC/USDT]
timeframe: 1h
long:
  enter: ema(close, 20) crosses above ema(close, 50) and 4h.close > 4h.ema(close, 50)
  exit: {when: "ema(close, 20) crosses below ema(close, 50)"}
size: {equity: 20%}
"""


def fill(root: Path, venue: str, symbol: str, candles: Candles, timeframe: str = "1h") -> None:
    with Writer(root, Series.of(venue, symbol, timeframe), lambda: START, print) as writer:
        writer.put(columns_of(candles), SOURCE, OnDuplicate.REFUSE)


@pytest.fixture
def store(root: Path, candles_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The hours of two real markets, in the store that is meant when none is named."""
    for name, symbol in (("BTCUSDT", "BTC/USDT"), ("ETHUSDT", "ETH/USDT")):
        path = candles_dir / f"{name}-1h.parquet"
        fill(root, "binance", symbol, load_files([str(path)], [symbol], HOUR)[symbol])
    monkeypatch.setenv("STRATRUN_STORE", str(root))
    return root


@pytest.mark.parametrize("years", [(None, None), (2021, None), (2021, 2022), (None, 2019)])
def test_the_same_back_test(
    store: Path, candles_dir: Path, tmp_path: Path, years: tuple[int | None, int | None]
) -> None:
    """Trades, equity and the data's hash are equal to the bit, although only the needed years are read."""
    from datetime import UTC, datetime

    start, end = (int(datetime(y, 5, 1, tzinfo=UTC).timestamp()) * 1000 if y else None for y in years)
    path = tmp_path / "trend.yaml"
    path.write_text(STRATEGY, encoding="utf-8")
    strategy = stratrun.load(path)
    results = []
    for specs in (["store:binance"], [str(candles_dir / "BTCUSDT-1h.parquet")]):
        candles = stratrun.load_candles(specs, strategy, start=start, end=end)
        result = stratrun.backtest(strategy, candles, start=start, end=end)
        results.append((result, data_hash(Inputs(strategy, candles, {}), result.candles), len(candles["BTC/USDT"])))
    (stored, hash_, rows), (filed, other_hash, all_rows) = results
    assert stored.equity.tobytes() == filed.equity.tobytes()
    assert len(stored.trades) == len(filed.trades) > 0
    assert stored.trades.profit.tobytes() == filed.trades.profit.tobytes()
    assert hash_ == other_hash
    assert (rows < all_rows) == (end is not None or start is not None)


@pytest.mark.parametrize("history", [0, 1, 49, 5_000, 12_000, None])
@pytest.mark.parametrize("into", [0, 48])
def test_history_reaches_over_years(into: int, history: int | None, root: Path, series: Series) -> None:
    """A start at or soon after New Year has its candles before it, out of as many years as it takes."""
    rows = hours(20_000)
    with Writer(root, series, lambda: START, print) as writer:
        writer.put(rows, SOURCE, OnDuplicate.REFUSE)
    begin = year_start(2026) + into * 3_600_000
    found = read_series(root, series, begin, None, history)
    there = int((rows.time < begin).sum())
    assert (found.time < begin).sum() >= (there if history is None else min(history, there))
    assert equal(columns_of(found), cut(rows, len(rows.time) - len(found), len(rows.time)))


def test_only_the_needed_years_are_read(root: Path, series: Series) -> None:
    """A year that is not asked for may even be damaged."""
    rows = hours(30_000)
    with Writer(root, series, lambda: START, print) as writer:
        writer.put(rows, SOURCE, OnDuplicate.REFUSE)
    for year in (2024, 2027):
        (series.folder(root) / f"{year}.parquet").write_bytes(b"PAR1 nothing")
    spec = str(root / "testex")
    begin, end = START + 15_000 * 3_600_000, START + 17_000 * 3_600_000
    found = load_candles([spec], ["BTC/USDT"], HOUR, Wanted(begin, end, 100))["BTC/USDT"]
    assert (rows.time < begin).sum() > 100 > 0
    assert found.time[-1] < end
    assert (found.time < begin).sum() >= 100
    with pytest.raises(InputError, match="damaged"):
        load_candles([spec], ["BTC/USDT"], HOUR)


def test_which_series(
    root: Path, tmp_path: Path, sample: Callable[..., Candles], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stores are named by venue, kind and symbol, beside files; what is not clear is asked for, with what there is."""
    monkeypatch.setenv("STRATRUN_STORE", str(root))
    with pytest.raises(InputError, match="there is no candle store"):
        load_candles(["store:binance"], ["BTC/USDT"], HOUR)
    fill(root, "binance", "BTC/USDT", sample())
    fill(root, "kraken", "BTC/USDT", sample(count=10))
    fill(root, "kraken", "ETH/USDT", sample("ETH/USDT"))
    assert len(load_candles(["store:binance"], ["BTC/USDT"], HOUR)["BTC/USDT"]) == 2_000
    assert len(load_candles(["store:binance/spot"], ["BTC/USDT"], HOUR)["BTC/USDT"]) == 2_000
    assert len(load_candles([str(root / "kraken")], ["BTC/USDT"], HOUR)["BTC/USDT"]) == 10
    with pytest.raises(InputError, match="several venues have 1h candles of BTC/USDT: binance, kraken") as told:
        load_candles(["store:"], ["BTC/USDT"], HOUR)
    assert told.value.help == "name one: --candles store:binance"
    both = load_candles(["BTC/USDT=store:binance", "ETHUSDT=store:kraken"], ["BTC/USDT", "ETH/USDT"], HOUR)
    assert [len(both[s]) for s in ("BTC/USDT", "ETH/USDT")] == [2_000, 2_000]
    file = tmp_path / "SOLUSDT-1h.csv"
    file.write_text("time,open,high,low,close,volume\n1704067200,1,1,1,1,1\n")
    mixed = load_candles(["store:binance", str(file)], ["BTC/USDT", "SOL/USDT"], HOUR)
    assert [len(mixed[s]) for s in ("BTC/USDT", "SOL/USDT")] == [2_000, 1]
    with pytest.raises(InputError, match="no 4h candles of BTC/USDT; it has 1h") as told:
        load_candles(["store:binance"], ["BTC/USDT"], Timeframe.parse("4h"))
    assert "data resample BTC/USDT --timeframe 1h --to 4h" in (told.value.help or "")
    fill(root, "binance", "BTC/USDT", sample(timeframe="5m"), "5m")
    fill(root, "binance", "BTC/USDT", sample(timeframe="30m"), "30m")
    with pytest.raises(InputError, match="no 4h candles of BTC/USDT; it has 5m, 30m, 1h") as told:
        load_candles(["store:binance"], ["BTC/USDT"], Timeframe.parse("4h"))
    assert "data resample BTC/USDT --timeframe 1h --to 4h" in (told.value.help or "")
    with pytest.raises(InputError, match="no 1h candles of X/Y") as told:
        load_candles(["store:binance"], ["X/Y"], HOUR)
    assert "data download binance X/Y" in (told.value.help or "")
    for spec in ("store:a/b/c", "DOGE/USDT=store:binance"):
        with pytest.raises(InputError):
            load_candles([spec], ["BTC/USDT"], HOUR)


def test_folders_inside_and_outside(root: Path, tmp_path: Path, sample: Callable[..., Candles]) -> None:
    """A folder is a store's where its root says so, and a folder of files otherwise."""
    fill(root, "binance", "BTC/USDT", sample(count=10))
    assert store_above(root) == (root, ())
    assert store_above(root / "binance" / "spot") == (root, ("binance", "spot"))
    assert store_above(tmp_path) is None
    found = load_candles([str(root)], ["BTC/USDT"], HOUR)
    assert equal(columns_of(found["BTC/USDT"]), columns_of(sample(count=10)))
