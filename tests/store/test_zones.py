"""`stratrun data import --timezone`: what times without an offset are of is said, and holds in every batch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from stratrun.cli import main
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.market.columns import NUMBERS
from stratrun.engine.store.incoming import open_incoming
from stratrun.engine.store.rows import OnDuplicate

from .conftest import hours

ROWS = hours(50)


def local(path: Path, zone: str, form: str | None = "%Y-%m-%d %H:%M:%S") -> Path:
    """The candles with their times as the clocks of a zone show them, without saying which."""
    stamps = pl.Series(ROWS.time).cast(pl.Datetime("ms", "UTC")).dt.convert_time_zone(zone).dt.replace_time_zone(None)
    times = stamps if form is None else stamps.dt.strftime(form)
    frame = pl.DataFrame({"date": times} | {name: getattr(ROWS, name) for name in NUMBERS})
    frame.write_csv(path) if path.suffix == ".csv" else frame.write_parquet(path)
    return path


def run(*args: object) -> Result:
    return CliRunner().invoke(main, ["data", "import", *map(str, args)])


def told(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kolkata"])
@pytest.mark.parametrize(("ending", "form"), [("csv", "%Y-%m-%d %H:%M:%S"), ("parquet", None)])
@pytest.mark.parametrize("batch", [7, 250_000])
def test_every_batch_is_of_the_zone(zone: str, ending: str, form: str | None, batch: int, tmp_path: Path) -> None:
    """The candles are the ones of a file that says its offsets, and the timeframe is found from them."""
    path = local(tmp_path / f"BTCUSDT.{ending}", zone, form)
    found = open_incoming(path, "x", None, None, OnDuplicate.REFUSE, batch, zone=zone)
    assert str(found.series.timeframe) == "1h"
    assert zone in found.meaning
    assert sorted({int(time) for rows in found.batches for time in rows.time}) == ROWS.time.tolist()


@pytest.mark.parametrize("batch", [7, 250_000])
def test_without_a_zone_the_way_out_is_told(batch: int, tmp_path: Path) -> None:
    """The refusal names the row and the option."""
    with pytest.raises(InputError, match=r"row 1, column date: .* has no offset") as refused:
        open_incoming(local(tmp_path / "BTCUSDT.csv", "UTC"), "x", None, None, OnDuplicate.REFUSE, batch)
    assert "--timezone UTC" in (refused.value.help or "")


def test_the_command(tmp_path: Path) -> None:
    """Refused without the option, imported with it, and equal to the candles of a file with offsets."""
    path = local(tmp_path / "BTCUSDT-1h.csv", "America/New_York")
    given = (path, "--venue", "x", "--store", tmp_path / "store", "--format", "json")
    first = run(*given)
    assert first.exit_code == 2
    assert "--timezone UTC" in told(first)["failed"][0]["help"]
    second = run(*given, "--timezone", "America/New_York")
    assert second.exit_code == 0, second.output
    assert told(second)["files"][0]["came"] == len(ROWS.time)
    stated = local(tmp_path / "BTCUSDT_with_offset-1h.csv", "UTC", "%Y-%m-%dT%H:%M:%SZ")
    third = run(stated, "--venue", "y", "--symbol", "BTC/USDT", "--store", tmp_path / "store", "--format", "json")
    assert told(third)["files"][0]["content_hash"] == told(second)["files"][0]["content_hash"]


@pytest.mark.parametrize("zone", ["", "Berlin", "UTC+25"])
def test_no_zone_no_import(zone: str, tmp_path: Path) -> None:
    """A name that is no zone stops the command before anything is read or made."""
    path = local(tmp_path / "BTCUSDT-1h.csv", "UTC")
    result = run(path, "--venue", "x", "--store", tmp_path / "store", "--timezone", zone)
    assert result.exit_code == 2
    assert "is not a timezone" in result.stderr
    assert not (tmp_path / "store").exists()


def test_candles_collected_by_others(tmp_path: Path) -> None:
    """A file with a line of its source, a number of the time and both volumes comes in by the symbol asked for."""
    names = "Unix,Date,Symbol,Open,High,Low,Close,Volume BTC,Volume USDT,tradecount"
    lines = [f"{1704067200 + 3600 * k},2024-01-01 0{k}:00:00,BTCUSDT,9,9,9,9,{k},{9 * k},1" for k in range(5)]
    path = tmp_path / "Binance_BTCUSDT_1h.csv"
    path.write_text("\n".join(["https://www.CryptoDataDownload.com", names, *lines, ""]))
    for batch in (2, 250_000):
        found = open_incoming(path, "binance", None, None, OnDuplicate.REPLACE, batch)
        assert "open times from `Unix` (seconds since 1970)" in found.meaning
        assert "volume from `Volume BTC`" in found.meaning
        assert {volume for rows in found.batches for volume in rows.volume.tolist()} == {0.0, 1.0, 2.0, 3.0, 4.0}
    with pytest.raises(InputError, match="no column volume"):
        open_incoming(path, "binance", "ETH/USDT", None, OnDuplicate.REFUSE)
