"""Every result says which data it was made of: equal hashes are equal candles, feeds, finer candles and funding."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from stratrun.cli import main
from stratrun.engine.market.candles import Candles
from stratrun.engine.report.tables import Column, write_table

from .conftest import Run

STRATEGY = """stratrun: 2
name: crossing
symbols: ["BTC/USDT:USDT"]
market: perp
timeframe: 1h
feeds: {eth: {symbol: "ETH/USDT:USDT"}}
params: {span: {default: 5, range: [4, 6]}}
long:
  enter: close > ema(close, span) and eth.close > 0
  exit: {when: "close < ema(close, span)"}
size: {equity: 50%}
"""
PORTFOLIO = """stratrun: 2
kind: portfolio
name: both
members: [{strategy: ./one.yaml, weight: 60%}]
"""
RESULTS = {
    "backtest": ["--quick"],
    "run": [],
    "optimize": ["--range", "span=5:5"],
    "montecarlo": ["--runs", "3"],
    "compare": [],
}
"""Commands whose JSON is a result over candles, with what keeps them short."""
LOOKS = {
    "migrate": "compares two readings of one file", "diff": "compares two versions of one file",
    "trace": "shows candles themselves", "why-not": "shows candles themselves", "eval": "shows columns over candles",
    "exchange": "plays candles as prices", "rehearse": "asserts properties, and reports no figure",
    "replay": "is held to a ledger, which holds its candles",
}  # fmt: skip


@pytest.fixture
def place(tmp_path: Path, sample: Callable[..., Candles], monkeypatch: pytest.MonkeyPatch) -> Path:
    for symbol in ("BTC/USDT:USDT", "ETH/USDT:USDT"):
        write(tmp_path / f"{symbol[:3]}.csv", sample(symbol, "1h", 200))
    write(tmp_path / "finer.csv", sample("BTC/USDT:USDT", "15m", 800))
    (tmp_path / "rates.csv").write_text("time,rate\n2024-01-03T00:00:00Z,0.0001\n2024-01-04T00:00:00Z,0.0002\n")
    (tmp_path / "one.yaml").write_text(STRATEGY)
    (tmp_path / "both.yaml").write_text(PORTFOLIO)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, candles: Candles) -> None:
    names = ("open", "high", "low", "close", "volume")
    columns = [Column(name, getattr(candles, name).tolist()) for name in names]
    write_table(str(path), [Column("time", candles.time, is_time=True), *columns])


def hashed(run: Run, command: str, file: str, *more: str) -> str:
    """The data's hash in the JSON of a command."""
    files = [file, file] if command == "compare" else [file]
    range_ = [w.replace("span=", "one.span=") if file == "both.yaml" else w for w in RESULTS[command]]
    given = ["--candles", "BTC/USDT:USDT=BTC.csv", "--candles", "ETH/USDT:USDT=ETH.csv", *range_, *more]
    outcome = run(command, *files, *given, "--format", "json")
    assert outcome.exit_code in (0, 1), outcome.output
    told = json.loads(outcome.stdout)
    digest = told["runs"][0]["data_hash"] if command == "compare" else told["data_hash"]
    assert len(digest) == 64
    return str(digest)


def test_every_command_that_reads_candles_is_thought_of() -> None:
    """A new command either says what data its result is of, or has a reason not to."""
    context = click.Context(main)
    commands = {name: main.get_command(context, name) for name in main.list_commands(context)}
    reading = {name for name, one in commands.items() if one and any(p.name == "specs" for p in one.params)}
    assert reading == RESULTS.keys() | LOOKS.keys()


@pytest.mark.parametrize("file", ["one.yaml", "both.yaml"])
def test_all_results_of_the_same_data_say_so(run: Run, place: Path, file: str) -> None:
    """Back-test, paper, study, Monte Carlo and comparison have one hash, of a strategy as of a portfolio of it."""
    found = {command: hashed(run, command, file) for command in RESULTS}
    assert len(set(found.values())) == 1, found
    assert found["backtest"] == hashed(run, "backtest", "one.yaml")


@pytest.mark.parametrize("file", ["one.yaml", "both.yaml"])
def test_whatever_data_a_result_hangs_on_is_in_its_hash(run: Run, place: Path, file: str) -> None:
    """Other candles, another feed, finer candles, funding rates, and another one of them, each give another hash."""
    finer, rates = ("--detail", "15m=finer.csv"), ("--funding", "rates.csv")
    seen = {hashed(run, "backtest", file), hashed(run, "backtest", file, *finer), hashed(run, "backtest", file, *rates)}
    assert len(seen) == 3
    text = (place / "rates.csv").read_text()
    (place / "rates.csv").write_text(text.replace("0.0002", "0.0003"))
    seen.add(hashed(run, "backtest", file, *rates))
    (place / "rates.csv").write_text(text + "2030-01-01T00:00:00Z,0.0005\n")
    assert hashed(run, "backtest", file, *rates) in seen  # a rate that is never due changes nothing
    for name, options in (("finer.csv", finer), ("ETH.csv", ()), ("BTC.csv", ())):
        lines = (place / name).read_text().splitlines()
        last = lines[-1].rsplit(",", 1)
        (place / name).write_text("\n".join([*lines[:-1], f"{last[0]},{float(last[1]) + 1.0}"]) + "\n")
        seen.add(hashed(run, "backtest", file, *options))
    assert len(seen) == 7
