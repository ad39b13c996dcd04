"""Files from elsewhere: what their names and columns mean, and that no bad row gets by."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import polars as pl
import pytest

from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.columns import NUMBERS, Columns
from stratrun.engine.store.incoming import find_incoming, name_of, open_incoming
from stratrun.engine.store.rows import OnDuplicate, cut, join

from .conftest import equal, hours

ROWS = hours(50)


def frame_of(rows: Columns, time: str = "time") -> pl.DataFrame:
    return pl.DataFrame({time: rows.time} | {name: getattr(rows, name) for name in NUMBERS})


def read(path: Path, rule: OnDuplicate = OnDuplicate.REFUSE, batch: int = 250_000, **given: str) -> tuple[str, Columns]:
    found = open_incoming(path, "binance", given.get("symbol"), None, rule, batch)
    rows = join(list(found.batches))
    return f"{found.series.symbol} {found.series.timeframe}", rows


@pytest.mark.parametrize(
    ("name", "symbol", "timeframe"),
    [("BTC_USDT-1h.feather", "BTC/USDT", "1h"), ("BTC_USDT_USDT-5m-futures.feather", "BTC/USDT:USDT", "5m"),
     ("ETH_BTC-1d.json", "ETH/BTC", "1d"), ("ETH_BTC-1d.json.gz", "ETH/BTC", "1d"),
     ("BINANCE_BTCUSDT, 60.csv", "BTC/USDT", "1h"), ("BINANCE_BTCUSDT, 15.csv", "BTC/USDT", "15m"),
     ("BINANCE_ETHUSDT, 240 (1).csv", "ETH/USDT", "4h"), ("BYBIT_BTCUSDT.P, 1D.csv", "BTC/USDT:USDT", "1d"),
     ("BINANCE_BTCUSDT, 1W.csv", "BTC/USDT", "1w"), ("BTCUSDT-1h.parquet", "BTC/USDT", "1h"),
     ("BYBIT_BTCUSD.P, 60.csv", "BTC/USD:BTC", "1h"), ("BYBIT_XYZ.P, 60.csv", None, "1h"),
     ("prices.csv", None, None), ("solusdt.csv", "SOL/USDT", None), ("kPEPE_USDC-1h.feather", "kPEPE/USDC", "1h"),
     ("1INCH_USDT-1h.json", "1INCH/USDT", "1h"), ("ADAUSDT_gappy-1m.parquet", None, "1m"),
     ("ADAUSDT_2025-1m.parquet", None, "1m"), ("my_data-1h.feather", None, "1h"),
     ("BTC_USDT_old-1h.feather", None, "1h")],
)  # fmt: skip
def test_names(name: str, symbol: str | None, timeframe: str | None) -> None:
    """The names that freqtrade, TradingView and this project give say symbol and timeframe."""
    found = name_of(Path(name))
    assert (found.symbol, found.timeframe.name if found.timeframe else None) == (symbol, timeframe)


def test_a_name_that_is_no_pair_is_asked_for(tmp_path: Path) -> None:
    """Words that are no currencies are not made a symbol: the user is asked, and what they say counts."""
    path = tmp_path / "ADAUSDT_gappy-1h.parquet"
    frame_of(ROWS).write_parquet(path)
    with pytest.raises(InputError, match="does not tell the symbol") as asked:
        read(path)
    assert "--symbol" in (asked.value.help or "")
    assert read(path, symbol="ADA/USDT")[0] == "ADA/USDT 1h"


@pytest.mark.parametrize("kind", ["mark", "funding_rate", "index"])
def test_no_traded_prices(kind: str) -> None:
    """freqtrade's files of other prices are refused by name."""
    with pytest.raises(InputError, match="no traded prices"):
        name_of(Path(f"BTC_USDT_USDT-8h-{kind}.feather"))


def test_freqtrades_feather_and_json(tmp_path: Path) -> None:
    """Both of freqtrade's layouts come in as the candles they were made of."""
    dates = frame_of(ROWS, "date").with_columns(
        pl.col("date").cast(pl.Datetime("ms", "UTC")).cast(pl.Datetime("ns", "UTC"))
    )
    dates.write_ipc(tmp_path / "BTC_USDT-1h.feather", compression="lz4")
    rows = [list(row) for row in frame_of(ROWS).rows()]
    (tmp_path / "ETH_USDT-1h.json").write_text(json.dumps(rows))
    (tmp_path / "SOL_USDT-1h.json.gz").write_bytes(gzip.compress(json.dumps(rows).encode()))
    for path in find_incoming([tmp_path]):
        what, found = read(path)
        assert what == f"{path.name[:3]}/USDT 1h"
        assert equal(found, ROWS)


@pytest.mark.parametrize("form", ["seconds", "iso", "offset"])
def test_tradingviews_times(tmp_path: Path, form: str) -> None:
    """TradingView's exports come in with any of its time formats and with extra columns; the unit is told."""
    frame = frame_of(ROWS).rename({"volume": "Volume"}).with_columns(pl.lit(1.0).alias("EMA"))
    stamp = pl.col("time").cast(pl.Datetime("ms", "UTC"))
    times = {"seconds": pl.col("time") // 1000, "iso": stamp.dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
             "offset": stamp.dt.convert_time_zone("Europe/Berlin").dt.strftime("%Y-%m-%dT%H:%M:%S%:z")}  # fmt: skip
    path = tmp_path / "BINANCE_BTCUSDT, 60.csv"
    frame.with_columns(times[form].alias("time")).write_csv(path)
    found = open_incoming(path, "binance", None, None, OnDuplicate.REFUSE)
    assert ("seconds since 1970" if form == "seconds" else "dates and times") in found.meaning
    assert "volume from `Volume`" in found.meaning
    assert equal(join(list(found.batches)), ROWS)


@pytest.mark.parametrize("ending", ["csv", "parquet", "feather"])
@pytest.mark.parametrize("batch", [1, 7, 49, 50, 51])
def test_batches_are_the_file(tmp_path: Path, ending: str, batch: int) -> None:
    """Read a few rows at a time, a file gives the same candles."""
    path = tmp_path / f"BTCUSDT-1h.{ending}"
    frame = frame_of(ROWS)
    {"csv": frame.write_csv, "parquet": frame.write_parquet, "feather": frame.write_ipc}[ending](path)  # type: ignore[operator]
    _, found = read(path, batch=batch)
    seen = sorted(set(found.time.tolist()))
    assert seen == ROWS.time.tolist()


@pytest.mark.parametrize("batch", [10, 250_000])
@pytest.mark.parametrize(
    ("column", "value", "words"),
    [("close", float("nan"), "row 31"), ("low", -1.0, "row 31"), ("high", 0.001, "row 31"), ("volume", -5.0, "row 31"),
     ("open", float("inf"), "row 31")],
)  # fmt: skip
def test_bad_rows_are_named(tmp_path: Path, column: str, value: float, words: str, batch: int) -> None:
    """A number that no candle has is named by file and row, in whichever batch it is."""
    rows = Columns._make(c.copy() for c in ROWS)
    getattr(rows, column)[30] = value
    path = tmp_path / "BTCUSDT-1h.parquet"
    frame_of(rows).write_parquet(path)
    with pytest.raises(InputError, match=words) as told:
        read(path, batch=batch)
    assert str(path) in told.value.message


@pytest.mark.parametrize("batch", [10, 250_000])
def test_order_holds_across_batches(tmp_path: Path, batch: int) -> None:
    """A row that goes back in time is named also where a batch begins with it."""
    path = tmp_path / "BTCUSDT-1h.parquet"
    frame_of(join([cut(ROWS, 0, 20), cut(ROWS, 5, 30)])).write_parquet(path)
    with pytest.raises(InputError, match=r"row 21 .*earlier than the row before it"):
        read(path, batch=batch)


def test_twice_the_same_time(tmp_path: Path) -> None:
    """A time given twice is refused, or the first or the last of them kept, as asked."""
    path = tmp_path / "BTCUSDT-1h.csv"
    second = cut(ROWS, 9, 10)._replace(volume=ROWS.volume[9:10] + 1)
    frame_of(join([cut(ROWS, 0, 10), second, cut(ROWS, 10, 50)])).write_csv(path)
    with pytest.raises(InputError, match="row 11"):
        read(path)
    assert equal(read(path, OnDuplicate.KEEP)[1], ROWS)
    assert read(path, OnDuplicate.REPLACE)[1].volume[9] == second.volume[0]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [("a.csv", b"", "empty"), ("a.csv", b"time,open\n1,2\n", "no column"), ("a.csv", b"\xff\xfe\x00\x00", "."),
     ("BTCUSDT-1h.parquet", b"PAR1junk", "damaged"), ("BTCUSDT-1h.feather", b"ARROW1junk", "."),
     ("BTC_USDT-1h.json", b"{}", "rows of"), ("BTC_USDT-1h.json", b"[[1,2]]", "rows of"),
     ("BTC_USDT-1h.json.gz", b"[]", "cannot be read"), ("BTC_USDT-1h.json", b"[]", "no rows"),
     ("BTCUSDT.csv", b"time,open,high,low,close,volume\n", "no rows"), ("BTCUSDT-1h.txt", b"", "ends in"),
     ("BTCUSDT-1h.csv", b"time,open,high,low,close\n1704067200,1,1,1,1\n", "no column volume")],
)  # fmt: skip
def test_hostile_files(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    """Whatever a file holds, its reader gives candles or a message."""
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=words):
        [read(file, symbol="BTC/USDT") for file in find_incoming([path])]


@pytest.mark.parametrize("symbol", ["btcusdt", "BTCUSDT", "../../../etc/x", "BTC/", "BTC/USDT\n", "BTC/USDT:", " "])
def test_a_symbol_that_no_strategy_could_name_is_refused(tmp_path: Path, symbol: str) -> None:
    """Its candles would lie in the store and never be found."""
    path = tmp_path / "a.csv"
    frame_of(ROWS).write_csv(path)
    with pytest.raises(InputError, match="is not a symbol") as told:
        read(path, symbol=symbol)
    assert "BTC/USDT" in (told.value.help or "")
