"""`stratrun data` from the outside, with a venue that needs no network."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from stratrun.cli import main
from stratrun.engine.brokers import history
from stratrun.engine.commands import bar, data_download
from stratrun.engine.store.journal import Journal, Page
from stratrun.engine.store.root import make_root
from stratrun.engine.store.rows import between

from .conftest import HOUR, START, hours

ROWS = hours(3_000)


class Client:
    """A venue whose clock stands at the end of `ROWS`."""

    has = {"fetchOHLCV": True, "fetchTime": True}  # noqa: RUF012
    timeframes = {"1h": "1h", "1d": "1d"}  # noqa: RUF012
    broken: set[str] = set()  # noqa: RUF012

    def fetch_time(self) -> int:
        return int(ROWS.time[-1]) + HOUR // 2

    def fetch_ohlcv(self, symbol: str, timeframe: str, since: int, limit: int) -> Any:
        if symbol in self.broken:
            import ccxt

            raise ccxt.BadSymbol(f"there is no {symbol}")
        rows = between(ROWS, since, since + limit * HOUR)
        return [list(row) for row in zip(*(column.tolist() for column in rows), strict=True)]


@pytest.fixture(autouse=True)
def venue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STRATRUN_STORE", str(tmp_path / "store"))
    monkeypatch.setattr(history, "client_of", lambda name: Client())
    monkeypatch.setattr(data_download.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(Client, "broken", set())
    return tmp_path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["data", *map(str, arguments)])


DOWNLOAD = ("download", "testex", "BTC/USDT", "--timeframe", "1h", "--from", "2024-01-01")


def test_a_whole_day(venue: Path) -> None:
    """Download, list, verify, resample, export and import say what they did, and agree with each other."""
    told = run(*DOWNLOAD)
    assert told.exit_code == 0, told.output
    assert "testex BTC/USDT 1h: 2,999 candles came; stored 2,999, 2024-01-01T00:00Z" in told.stdout
    assert "0 candles came" in run(*DOWNLOAD).stdout
    assert "2,999" in run("list").stdout
    assert run("verify").stdout.endswith("1 series checked: nothing wrong\n")
    assert run("verify", "--strict").exit_code == 1
    assert "testex BTC/USDT 4h" in run("resample", "--timeframe", "1h", "--to", "4h").stdout
    out = venue / "BTCUSDT-1h.csv"
    assert "2,999 candles written" in run("export", out, "--timeframe", "1h").stdout
    other = venue / "other"
    assert "2,999 candles came" in run("import", out, "--venue", "testex", "--store", other).stdout
    first, second = (
        json.loads(run("list", "--format", "json", "--store", s).stdout)["series"] for s in (venue / "store", other)
    )
    assert first[0]["content_hash"] == second[0]["content_hash"]


def test_what_was_made_is_told_whatever_came_after(venue: Path) -> None:
    """A timeframe that cannot be made ends the work; the one before it is stored, and said to be."""
    run(*DOWNLOAD)
    told = run("resample", "--timeframe", "1h", "--to", "4h", "--to", "90m")
    assert told.exit_code == 2
    assert "testex BTC/USDT 4h: " in told.stdout
    assert "1h candles do not add up to 90m ones" in told.stderr
    assert run("verify", "--timeframe", "4h").exit_code == 0


def test_long_work_shows_how_far_it_is(venue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal each series is named while it is checked, and the report on standard output stays clean."""
    run(*DOWNLOAD)
    drawn = io.StringIO()
    monkeypatch.setattr(bar, "Errors", lambda: Console(file=drawn, force_terminal=True, width=100))
    told = run("verify")
    assert "testex BTC/USDT 1h" in drawn.getvalue()
    assert "1/1" in drawn.getvalue()
    assert told.stdout.endswith("1 series checked: nothing wrong\n")
    assert "1/1" not in told.stdout


@pytest.mark.parametrize("ending", ["parquet", "feather"])
def test_exports_are_imports(venue: Path, ending: str) -> None:
    """What is exported is what is imported, a range of it too."""
    run(*DOWNLOAD)
    out = venue / f"BTCUSDT-1h.{ending}"
    run("export", out, "--timeframe", "1h", "--from", "2024-02-01", "--to", "2024-03-01")
    told = json.loads(run("import", out, "--venue", "x", "--format", "json").stdout)
    expected = len(between(ROWS, START + 31 * 24 * HOUR, START + 60 * 24 * HOUR).time)
    assert (told["files"][0]["rows"], told["failed"]) == (expected, [])


def test_one_that_fails_keeps_no_other(venue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A symbol that the venue does not have is told, and the others come."""
    monkeypatch.setattr(Client, "broken", {"NO/NE"})
    told = run(
        "download", "testex", "NO/NE", "BTC/USDT", "--timeframe", "1h", "--from", "2024-01-01", "--format", "json"
    )
    assert told.exit_code == 2
    data = json.loads(told.stdout)
    assert [row["symbol"] for row in data["series"]] == ["BTC/USDT"]
    assert "NO/NE" in data["failed"][0]["message"]


def test_a_first_download_that_was_killed_is_no_damage(venue: Path) -> None:
    """Pages without a manifest are told as what they are, unless files lie beside them that a manifest should know."""
    folder = make_root(venue / "store") / "testex/spot/BTC_USDT/1h"
    folder.mkdir(parents=True)
    Journal(folder).append(Page(START, START + len(ROWS.time) * HOUR, ROWS))
    told = run("list")
    assert "interrupted: download it again" in told.stdout, told.output
    found = run("verify", "--format", "json")
    assert found.exit_code == 1
    assert "a download was interrupted" in found.stdout
    assert "manifest" not in run("verify").output
    (folder / "2024.parquet").touch()
    assert "damaged: run `data verify`" in run("list").stdout
    assert "the manifest is missing" in run("verify").output


def test_ctrl_c_keeps_what_came(venue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted, the command ends with 130 and what came is stored."""
    whole = Client.fetch_ohlcv

    def interrupted(self: Client, symbol: str, timeframe: str, since: int, limit: int) -> Any:
        if since > START + 1_000 * HOUR:
            raise KeyboardInterrupt
        return whole(self, symbol, timeframe, since, limit)

    monkeypatch.setattr(Client, "fetch_ohlcv", interrupted)
    told = run(*DOWNLOAD)
    assert told.exit_code == 130
    assert "what came is kept" in told.stderr
    rows = json.loads(run("list", "--format", "json").stdout)["series"][0]["rows"]
    assert 900 < rows < 1_300
    monkeypatch.setattr(Client, "fetch_ohlcv", whole)
    assert f"{2_999 - rows:,} candles came; stored 2,999" in run(*DOWNLOAD).stdout


def test_repair_says_what_it_did(venue: Path) -> None:
    """A damaged file is found with exit code 1, repair tells each step, and a download brings the candles back."""
    run(*DOWNLOAD)
    (path,) = (venue / "store").rglob("2024.parquet")
    path.write_bytes(b"PAR1 nothing")
    assert run("verify").exit_code == 1
    told = run("repair")
    assert (told.exit_code, "put aside" in told.stderr) == (0, True)
    assert run("verify").exit_code == 0
    assert "2,999 candles came" in run(*DOWNLOAD).stdout


def test_refetch(venue: Path) -> None:
    """Gaps that the venue has no candles for stay, without an error."""
    run(*DOWNLOAD)
    told = run("repair", "--refetch")
    assert (told.exit_code, "0 missing candles came" in told.stdout) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("list",), "there is no candle store"), (("verify", "--store", "/nowhere/at/all"), "there is no candle store"),
     (("download", "UP", "BTC/USDT", "--timeframe", "1h"), "not a venue's name"),
     (("download", "testex", "BTC/USDT", "--timeframe", "1x"), "not a timeframe"),
     (("download", "testex", "BTC/USDT", "--timeframe", "1h", "--base-url", "http://x"), "publishes no files"),
     (("download", "testex", "BTC/USDT", "--timeframe", "1h", "--from", "2024-01-02", "--to", "2024-01-01"), "--from"),
     (("import", "/nowhere.csv", "--venue", "x"), "nowhere.csv"),
     (("export", "x.csv"), "there is no candle store")],
)  # fmt: skip
@pytest.mark.parametrize("form", ["text", "json"])
def test_mistakes_are_messages(arguments: tuple[str, ...], words: str, form: str) -> None:
    """No mistake ends in a traceback; programs get it as JSON."""
    told = run(*arguments, "--format", form)
    assert told.exit_code in (1, 2)
    assert words in told.output
    if form == "json":
        json.loads(told.stdout)


def test_a_folder_of_other_things_is_no_store(venue: Path) -> None:
    """Nothing is written into a folder that holds other files."""
    (venue / "letter.txt").write_text("dear")
    told = run(*DOWNLOAD, "--store", venue)
    assert (told.exit_code, "holds other files" in told.output) == (2, True)
    assert sorted(path.name for path in venue.iterdir()) == ["letter.txt"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_import_of_nothing_could_not_run(venue: Path, form: str) -> None:
    """Exit code 2 where no file could be imported, 1 where some could, 0 where all could."""
    run(*DOWNLOAD)
    good, bad = venue / "BTCUSDT-1h.csv", venue / "ETHUSDT-1h.csv"
    run("export", good, "--timeframe", "1h")
    bad.write_text("time,open,high,low,close,volume\n")
    codes = [
        run("import", *files, "--venue", "x", "--format", form).exit_code
        for files in ([bad], [venue / "missing.csv"], [good, bad], [good])
    ]
    assert codes == [2, 2, 1, 0]
