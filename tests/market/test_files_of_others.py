"""Files as exchanges and collections publish them: their names for the time and the volume, and a line above."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.cache import ColumnCache
from stratrun.engine.market.load import load_candles
from stratrun.engine.market.read import read_columns
from stratrun.engine.market.timeframe import Timeframe

from .conftest import HOUR, SIX, Load, Rows, Write

ADDRESS = "https://www.CryptoDataDownload.com"
PRICES = ("open", "high", "low", "close")


def collected(rows: Rows) -> Rows:
    """The columns of CryptoDataDownload, both volumes among them."""
    return {
        "Unix": rows["time"],
        "Date": [f"2024-01-01 0{k}:00:00" for k in range(6)],
        "Symbol": ["BTCUSDT"] * 6,
        **{name.title(): rows[name] for name in PRICES},
        "Volume BTC": rows["volume"],
        "Volume USDT": [1000 * x for x in rows["volume"]],
        "tradecount": [7] * 6,
    }


def below(line: str, path: Path) -> Path:
    data = path.read_bytes()
    packed = data[:2] == b"\x1f\x8b"
    text = line.encode() + b"\n" + (gzip.decompress(data) if packed else data)
    path.write_bytes(gzip.compress(text) if packed else text)
    return path


@pytest.mark.parametrize("factor", [1, 1000])
@pytest.mark.parametrize("name", ["open_time", "Open time", "openTime", "Unix", "unix"])
def test_names_of_the_open_time(name: str, factor: int, rows: Rows, write: Write, load: Load) -> None:
    """Binance's own column counts ms or us, and the close time and other volumes beside it are not taken."""
    time = rows.pop("time")
    file = {
        name: [t * factor for t in time],
        **rows,
        "close_time": [(t + HOUR) * factor - 1 for t in time],
        "quote_volume": [1e6] * 6,
        "count": [5] * 6,
    }
    for ending in ("csv", "parquet"):
        candles = load(write(file, f"BTCUSDT-1h.{ending}"))
        assert candles.time.tolist() == time
        assert candles.volume.tolist() == rows["volume"]


@pytest.mark.parametrize("line", [ADDRESS, f"\ufeff{ADDRESS}", f'"{ADDRESS}"', f"Timestamps are UTC,{ADDRESS}", None])
@pytest.mark.parametrize("name", ["Binance_BTCUSDT_1h.csv", "BTCUSDT-1h.csv.gz"])
def test_a_line_with_an_address_is_passed_over(
    line: str | None, name: str, rows: Rows, write: Write, load: Load
) -> None:
    """A file that begins with where it is from reads as without; the number counts before the date without offset."""
    path = write(collected(rows), name)
    candles = load(path if line is None else below(line, path))
    assert candles.time.tolist() == rows["time"]
    assert candles.open.tolist() == rows["open"]
    assert candles.volume.tolist() == rows["volume"]


def test_rows_below_an_address_keep_their_numbers(rows: Rows, write: Write, load: Load) -> None:
    """Row 1 is the first candle, whatever stands above the names."""
    rows["open"][2] = "dear"
    path = below(ADDRESS, write(collected(rows)))
    with pytest.raises(InputError, match="row 3, column open: `dear`"):
        load(path)
    path.write_text(path.read_text().replace("dear", "101.5,1,2,3"))
    with pytest.raises(InputError, match="row 3 has 13 values, the header names 10 columns"):
        load(path)


def test_another_first_line_is_named(rows: Rows, write: Write, load: Load) -> None:
    """What could be a title is not passed over: the message shows the line and says to remove it."""
    path = below("# my candles", write(rows))
    with pytest.raises(InputError, match="the first line, `# my candles`, does not name the columns") as told:
        load(path)
    assert told.value.help == "remove the first line"


@pytest.mark.parametrize("text", [ADDRESS, f"{ADDRESS}\n", f"{ADDRESS}\n{ADDRESS}\n", f"{ADDRESS}\ntime,open\n1,2\n"])
def test_an_address_and_no_candles(text: str, tmp_path: Path, load: Load) -> None:
    """A file of nothing else is refused."""
    path = tmp_path / "BTCUSDT-1h.csv"
    path.write_text(text)
    with pytest.raises(InputError):
        load(path)


@pytest.mark.parametrize("names", [("Volume BTC", "Volume USDT"), ("Volume_(BTC)", "Volume_(USDT)")])
def test_the_volume_is_the_bases(names: tuple[str, str], rows: Rows, write: Write) -> None:
    """Of two volumes the one counted in the symbol's base is taken, also from the cache of another symbol's run."""
    base, quote = names
    volume = rows.pop("volume")
    path = write({**rows, quote: [1.0] * 6, base: volume}, "prices.csv")
    cache = ColumnCache(path.parent / "cache")
    for _ in range(2):
        for symbol, wanted in (("BTC/USDT", volume), ("BTC/USDT:USDT", volume), ("USDT/BTC", [1.0] * 6)):
            found = load_candles([f"{symbol}={path}"], [symbol], Timeframe.parse("1h"), cache=cache)
            assert found[symbol].volume.tolist() == wanted


def test_a_volume_of_something_else_is_none(rows: Rows, write: Write, load: Load) -> None:
    """The quote volume alone, or one of a symbol not said, is refused; a plain `volume` comes before all."""
    volume = rows.pop("volume")
    path = write({**rows, "Volume USDT": volume})
    with pytest.raises(InputError, match="no column volume") as told:
        load(path)
    assert told.value.help == "the volume of BTC/USDT is counted in BTC: call that column volume"
    with pytest.raises(InputError, match="no column volume") as told:
        read_columns(write({**rows, "Volume BTC": volume}))
    assert "say the symbol" in (told.value.help or "")
    assert load(write({**rows, "Volume BTC": [9.0] * 6, "Volume": volume})).volume.tolist() == volume


def test_two_columns_of_the_base_are_too_many(rows: Rows, write: Write, load: Load) -> None:
    """Which of them is meant is not guessed."""
    volume = rows.pop("volume")
    with pytest.raises(InputError, match="2 columns are called volume"):
        load(write({**rows, "Volume BTC": volume, "volume_btc": volume}))


def test_newest_first_is_refused(rows: Rows, write: Write, load: Load) -> None:
    """Rows in falling order are never read as rising ones."""
    path = write({name: column[::-1] for name, column in collected(rows).items()})
    with pytest.raises(InputError, match=r"row 2 .*earlier than the row before it.*sort the file by time"):
        load(path)
    assert rows["time"][0] == SIX
