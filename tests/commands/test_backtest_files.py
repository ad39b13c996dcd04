"""The files and options of `stratrun backtest`, and `stratrun compare`, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from .conftest import Run

PERP = "symbols: [BTC/USDT:USDT]\nmarket: perp\n"


@pytest.fixture
def perp_file(strategy_file: Path) -> Path:
    """A contract that is bought as soon as the average is known, and kept."""
    text = strategy_file.read_text().replace("symbols: [BTC/USDT]\n", PERP)
    strategy_file.write_text(text.replace("close > fast", "fast > 0").replace("close < fast", "fast < 0"))
    return strategy_file


def test_every_file_is_written(run: Run, strategy_file: Path, candle_file: Path, tmp_path: Path) -> None:
    """Each option writes its table, and --out all of them with a record; the tables agree with each other."""
    paths = {name: tmp_path / f"{name}.parquet" for name in ("trades", "fills", "decisions", "equity")}
    options = [word for name, path in paths.items() for word in (f"--{name}", path)]
    page, folder = tmp_path / "report.html", tmp_path / "run"
    done = run("backtest", strategy_file, "--candles", candle_file, *options, "--html", page, "--out", folder)
    assert done.exit_code == 0, done.output
    tables = {name: pl.read_parquet(path) for name, path in paths.items()}
    assert len(tables["fills"]) >= len(tables["trades"]) > 0
    assert tables["fills"]["fee"].sum() == pytest.approx(tables["trades"]["fees"].sum())
    assert set(tables["fills"]["role"]) <= {"entry", "rule"}
    assert set(tables["decisions"]["side"]) == {"long"}
    assert page.read_bytes().startswith(b"<!doctype html>")
    record = json.loads((folder / "result.json").read_text("utf-8"))
    assert record["result"]["final_equity"] == tables["equity"]["equity"][-1]


def test_the_report_names_the_candle_files(run: Run, strategy_file: Path, candle_file: Path) -> None:
    """Its head and its JSON say which files were read; candles that were made have none."""
    given = ("--candles", candle_file.parent)
    assert "candles of BTCUSDT-1h.csv\n" in run("backtest", strategy_file, *given).stdout
    assert json.loads(run("backtest", strategy_file, *given, "--format", "json").stdout)["sources"] == [
        candle_file.name
    ]
    assert "candles of" not in run("run", strategy_file, "--count", "300").stdout


def test_two_files_of_one_symbol_are_told(run: Run, strategy_file: Path, candle_file: Path) -> None:
    """No file of two is taken without a word."""
    other = candle_file.with_name("binance-BTC-USDT-1h.csv")
    other.write_bytes(candle_file.read_bytes())
    done = run("backtest", strategy_file, "--candles", candle_file.parent)
    assert done.exit_code == 2
    assert all(path.name in done.stderr for path in (candle_file, other))
    assert run("backtest", strategy_file, "--candles", f"BTC/USDT={other}").exit_code == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--trades", "a.csv", "--equity", "a.csv"], "name the same file"),
        (["--html", "a.csv", "--fills", "./a.csv"], "name the same file"),
        (["--html", "no/a.html"], "no folder"),
        (["--out", "crossing.yaml"], "it is a file"),
        (["--out", "."], "holds other files"),
        (["--html", ""], "the name is empty"),
        (["--html", "."], "it is a folder"),
        (["--trades", ""], "the name is empty"),
        (["--out", ""], "the name is empty"),
        (["--open"], "no page to open"),
        (["--funding", "0.01%"], "trades spot"),
        (["--detail", "1m"], "expected TIMEFRAME=PATH"),
        (["--detail", "1x=a.csv"], "not a timeframe"),
        (["--detail", "45m=a.csv"], "do not add up"),
        (["--detail", "1h=a.csv"], "do not add up"),
        (["--detail", "1m=a.csv"], "no such file"),
        (["--detail", "1m=a.csv", "--detail", "5m=b.csv"], "several timeframes"),
        (["--volume-share", "-1"], "part of a whole"),
        (["--impact", "2"], "part of a whole"),
        (["--spread", "20%"], "of the price"),
    ],
)
def test_a_wrong_option_is_told_before_the_run(
    run: Run, strategy_file: Path, candle_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    options: list[str], words: str,
) -> None:  # fmt: skip
    """A place that cannot be written or a value that is none ends the command with 2, one message and no file."""
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    done = run("backtest", strategy_file, "--candles", candle_file, *options)
    assert done.exit_code == 2
    assert words in " ".join(done.output.split())
    assert "Traceback" not in done.output
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["5"], "500%"),
        (["nan"], "cannot be read|ends in"),
        (["0.01%", "rates.csv"], "says twice"),
        (["rates.csv", "BTCUSDTUSDT=rates.csv"], "says twice"),
    ],
)
def test_wrong_funding_is_told(
    run: Run, perp_file: Path, candle_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    given: list[str], words: str,
) -> None:  # fmt: skip
    """A rate that is a slip of the pen, a file that is none, or two fundings of a symbol are one message each."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rates.csv").write_text("time,rate\n2024-01-01T08:00:00Z,0.0001\n")
    options = [word for spec in given for word in ("--funding", spec)]
    done = run("backtest", perp_file, "--candles", f"BTC/USDT:USDT={candle_file}", *options)
    assert done.exit_code == 2
    assert any(word in " ".join(done.output.split()) for word in words.split("|")), done.output


def test_funding_is_paid(run: Run, perp_file: Path, candle_file: Path, tmp_path: Path) -> None:
    """A constant rate every eight hours and a file of the same rates give the same result, other than none at all."""
    hours = range(0, 72, 8)
    rows = "".join(f"{1_704_067_200_000 + hour * 3_600_000},0.001\n" for hour in hours)
    (tmp_path / "rates.csv").write_text("time,rate\n" + rows)
    command = ("backtest", perp_file, "--candles", f"BTC/USDT:USDT={candle_file}", "--format", "json", "--quick")
    plain, constant, listed = (
        json.loads(run(*command, *options).stdout)
        for options in ([], ["--funding", "0.1%"], ["--funding", tmp_path / "rates.csv"])
    )
    assert plain["result"]["funding"] == 0
    assert "No funding rates" in " ".join(plain["notes"])
    assert constant["result"]["funding"] > 0
    assert constant["result"] == listed["result"]
    assert constant["bounds"] is None


def test_finer_candles_are_read(run: Run, strategy_file: Path, candle_file: Path, tmp_path: Path) -> None:
    """--detail takes a file of a timeframe that divides the strategy's, and the report names it."""
    hour = pl.read_csv(candle_file)
    halves = pl.concat([
        hour.with_columns(pl.col("time").str.to_datetime("%+", time_zone="UTC") + pl.duration(minutes=minutes))
        for minutes in (0, 30)
    ]).sort("time")  # fmt: skip
    halves.write_parquet(tmp_path / "BTCUSDT-30m.parquet")
    done = run("backtest", strategy_file, "--candles", candle_file, "--detail",
               f"30m={tmp_path / 'BTCUSDT-30m.parquet'}", "--format", "json")  # fmt: skip
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["settings"]["detail"] == "BTC/USDT 30m"


def test_compare_reads_folders_and_files(run: Run, strategy_file: Path, candle_file: Path, tmp_path: Path) -> None:
    """A folder of a run and the same strategy tested on the spot are the same run; every form is printed or written."""
    folder = tmp_path / "run"
    assert run("backtest", strategy_file, "--candles", candle_file, "--out", folder).exit_code == 0
    command = ("compare", folder, strategy_file, "--candles", candle_file)
    found = json.loads(run(*command, "--format", "json").stdout)
    assert [line.partition(":")[0] for line in found["warnings"]] == ["the same strategy"]
    assert found["difference"]["return"] == [0, 0]
    assert found["common_trades"][0][0] == found["common_trades"][0][1] > 0
    for form, begin in (("text", "run "), ("markdown", "# Comparison"), ("html", "<!doctype html>")):
        printed = run(*command, "--format", form)
        assert printed.exit_code == 0, printed.output
        written = run(*command, "--format", form, "--output", tmp_path / "out")
        assert (written.exit_code, written.stdout) == (0, "")
        for text in (printed.stdout, (tmp_path / "out").read_text("utf-8")):
            assert text.startswith(begin)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["nowhere", "nothing"], "no folder of a run"),
        (["crossing.yaml", "crossing.yaml"], "pass --candles"),
        (["empty", "empty"], "holds no run"),
        (["empty"], "holds no run"),
    ],
)
def test_compare_refuses(
    run: Run, strategy_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: list[str], words: str
) -> None:
    """What is no run is one message with a way out, and exit code 2."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    done = run("compare", *names)
    assert (done.exit_code, "Traceback" in done.output) == (2, False)
    assert words in " ".join(done.output.split())
