"""Which file holds a symbol's candles: names, folders, timeframes and plain words when that is unclear."""

from __future__ import annotations

from pathlib import Path

import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.sources import find_files
from stratrun.engine.market.timeframe import Timeframe


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def find(names: str, specs: str, symbols: str, timeframe: str = "1h") -> dict[str, str]:
    """Make empty files, look among them, and give the names found."""
    for name in names.split():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = find_files(specs.split(), symbols.split(), Timeframe.parse(timeframe))
    return {symbol: path.as_posix() for symbol, path in found.items()}


@pytest.mark.parametrize(
    "name",
    [
        "BTCUSDT-1h.parquet", "btc_usdt-1h.csv", "BTC-USDT.csv.gz", "BtcUsdt_1H.CSV", "binance_BTCUSDT-1h.csv",
        "BTCUSDT-60m.csv", "BTCUSDT-1h-2024.parquet", "BTCUSDT_PERP-1h.csv", "btc.csv", "candles.csv", "my data.csv",
    ],
)  # fmt: skip
@pytest.mark.parametrize("symbol", ["BTC/USDT", "BTC/USDT:USDT", "btc/usdt"])
def test_a_file_is_found_by_its_letters(name: str, symbol: str, folder: Path) -> None:
    """Separators, case, a venue and a year do not matter; one symbol takes one file without a symbol's name."""
    (folder / name).touch()
    assert find_files([name], [symbol], Timeframe.parse("1h")) == {symbol: Path(name)}


@pytest.mark.parametrize(
    ("names", "specs", "symbols", "expected"),
    [
        ("d/BTCUSDT-1h.csv d/ETHUSDT-1h.csv", "d", "ETH/USDT BTC/USDT", ["d/ETHUSDT-1h.csv", "d/BTCUSDT-1h.csv"]),
        ("d/BTCUSDT-1m.csv d/BTCUSDT-1h.csv d/BTCUSDT-4h.csv", "d", "BTC/USDT", ["d/BTCUSDT-1h.csv"]),
        ("d/BTCUSDT-1h.csv d/BTCUSDT_trades.csv d/equity.csv", "d", "BTC/USDT", ["d/BTCUSDT-1h.csv"]),
        ("d/binance-BTC-USDT-1h.csv d/BTCUSDT_trades.csv", "d", "BTC/USDT", ["d/binance-BTC-USDT-1h.csv"]),
        ("d/BTCUSDT-1h.csv d/BTC_USDT_USDT-1h.csv", "d", "BTC/USDT:USDT", ["d/BTC_USDT_USDT-1h.csv"]),
        ("d/BTCUSDT.csv d/BTCUSDTUSDT.csv", "d", "BTC/USDT BTC/USDT:USDT", ["d/BTCUSDT.csv", "d/BTCUSDTUSDT.csv"]),
        ("d/BTC_USDT_USDT-1h.csv d/BTC_USDT-1h.csv", "d", "BTC/USDT", ["d/BTC_USDT-1h.csv"]),
        ("a-1h.csv BTCUSDT-1h.csv", "BTC/USDT=a-1h.csv", "BTC/USDT", ["a-1h.csv"]),
        ("a.csv d/ETHUSDT.csv", "btcusdt=a.csv d", "ETH/USDT BTC/USDT", ["d/ETHUSDT.csv", "a.csv"]),
        ("SOLUSDT.csv", "BTC/USDT=SOLUSDT.csv", "BTC/USDT", ["SOLUSDT.csv"]),
        ("a.csv", "X/Y=a.csv Y/Z:Z=a.csv", "X/Y Y/Z:Z", ["a.csv", "a.csv"]),
        ("d/BTCUSDT-1h.csv d/note.txt", "BTC/USDT=d", "BTC/USDT", ["d/BTCUSDT-1h.csv"]),
        ("BTCUSDT-1h.csv BTCUSDT-4h.csv ADAUSDT-1h.csv", "BTCUSDT-1h.csv BTCUSDT-4h.csv ADAUSDT-1h.csv", "BTC/USDT",
         ["BTCUSDT-1h.csv"]),
        ("x=y/BTCUSDT.csv", "x=y", "BTC/USDT", ["x=y/BTCUSDT.csv"]),
        ("BTCUSDT.csv", "BTCUSDT.csv ./BTCUSDT.csv", "BTC/USDT BTC/USDT", ["BTCUSDT.csv"]),
        ("input_btcusdt_1h_2000.csv", "input_btcusdt_1h_2000.csv", "BTC/USDT", ["input_btcusdt_1h_2000.csv"]),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("folder")
def test_each_symbol_gets_its_file(names: str, specs: str, symbols: str, expected: list[str]) -> None:
    """Folders, several files and `SYMBOL=` together say which file is whose."""
    assert list(find(names, specs, symbols).values()) == expected


@pytest.mark.parametrize(
    ("names", "specs", "symbols", "words"),
    [
        ("", "none.csv", "BTC/USDT", "none.csv: there is no such file or folder"),
        ("", r"C:\data\BTCUSDT=1.csv", "BTC/USDT", r"C:\data\BTCUSDT=1.csv: there is no such file"),
        ("", "C:/data/BTCUSDT=1.csv", "BTC/USDT", "C:/data/BTCUSDT=1.csv: there is no such file"),
        ("a.txt", "a.txt", "BTC/USDT", "ends in .parquet, .csv, .csv.gz"),
        ("d/a.txt d/e/BTCUSDT.csv", "d", "BTC/USDT", "folders inside are not searched: e"),
        ("SOLUSDT-1h.csv", "SOLUSDT-1h.csv", "BTC/USDT", "no candles for BTC/USDT; found SOLUSDT-1h.csv"),
        ("BTCUSDT-1h.csv", "BTCUSDT-1h.csv", "BTC/USDT ETH/USDT", "no candles for ETH/USDT"),
        ("candles.csv", "candles.csv", "BTC/USDT ETH/USDT", "no candles for BTC/USDT"),
        ("BTCUSDT-4h.csv", "BTCUSDT-4h.csv", "BTC/USDT", "no 1h candles for BTC/USDT; found BTCUSDT-4h.csv (4h)"),
        ("candles-4h.csv", "candles-4h.csv", "BTC/USDT", "no 1h candles for BTC/USDT; found candles-4h.csv (4h)"),
        ("d/BTCUSDT-4h.csv", "BTC/USDT=d/BTCUSDT-4h.csv", "BTC/USDT", "found BTCUSDT-4h.csv (4h)"),
        ("a/BTCUSDT.csv b/BTCUSDT.csv", "a b", "BTC/USDT", "2 files could hold the 1h candles of BTC/USDT: a"),
        ("d/BTCUSDT-1h.csv d/BTCUSDT-1h.parquet", "d", "BTC/USDT", "2 files could hold"),
        ("d/BTCUSDT-1h.csv d/binance-BTC-USDT-1h.csv", "d", "BTC/USDT", "d/BTCUSDT-1h.csv, d/binance-BTC-USDT-1h.csv"),
        ("d/BTCUSDT-1h.csv d/BTCUSDT_gappy-1h.csv", "d", "BTC/USDT", "2 files could hold"),
        ("d/BTCUSDT-1h.csv d/BTCUSDT.csv", "d", "BTC/USDT", "2 files could hold"),
        ("d/BTCUSDT.csv d/BTCUSDT-2023.csv", "d", "BTC/USDT", "2 files could hold"),
        ("BTCUSDT.csv", "BTCUSDT.csv", "BTC/USDT BTC/USDT:USDT", "BTCUSDT.csv fits two symbols"),
        ("BTC_USDT_USDT.csv", "BTC_USDT_USDT.csv", "BTC/USDT", "no candles for BTC/USDT"),
        ("a.csv", "ETH/USDT=a.csv", "BTC/USDT", "ETH/USDT is none of the symbols needed: BTC/USDT"),
        ("a.csv", "BTC/USDT=", "BTC/USDT", "no path after `BTC/USDT=`"),
        ("a.csv b.csv", "BTC/USDT=a.csv BTCUSDT=b.csv", "BTC/USDT", "names BTC/USDT twice"),
        ("a.csv b.csv", "a.csv b.csv", "BTC/USDT", "found a.csv, b.csv"),
        ("d/candles.csv", "d", "BTC/USDT", "found candles.csv"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("folder")
def test_an_unclear_choice_is_refused_with_what_was_found(names: str, specs: str, symbols: str, words: str) -> None:
    """No match, several matches, another timeframe and wrong paths are input errors that list the findings."""
    with pytest.raises(InputError) as caught:
        find(names, specs, symbols)
    assert words in f"{caught.value.message}\n{caught.value.help or ''}".replace("\\", "\\")


def test_the_shared_folder_as_a_whole(candles_dir: Path) -> None:
    """Real folders give each symbol's file, and say which timeframes they have."""
    found = find_files([str(candles_dir)], ["BTC/USDT", "SOL/USDT"], Timeframe.parse("1h"))
    assert [path.name for path in found.values()] == ["BTCUSDT-1h.parquet", "SOLUSDT-1h.parquet"]
    assert find_files([str(candles_dir)], ["ADA/USDT"], Timeframe.parse("1m"))["ADA/USDT"].name.startswith("ADAUSDT")
    with pytest.raises(InputError, match=r"BTCUSDT-1h\.parquet \(1h\)"):
        find_files([str(candles_dir)], ["BTC/USDT"], Timeframe.parse("15m"))
