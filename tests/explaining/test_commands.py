"""`stratrun trace` and `stratrun why-not` as their users meet them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stratrun.cli import main
from stratrun.engine.market.candles import Candles
from stratrun.engine.report.tables import Column, write_table

FILE = """stratrun: 2
name: Crossing
symbols: [BTC/USDT]
timeframe: 1h
params: {fast: {default: 8, range: [2, 20]}}
long:
  enter: close crosses above ema(close, fast)
  exit:
    when: position.profit > 1% or close < ema(close, 20)
size: {equity: 50%}
"""
CANDLES = ("--candles", "BTCUSDT-1h.csv")
AT = ("--at", "2024-01-05T12:00")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, sample: Callable[..., Candles], monkeypatch: pytest.MonkeyPatch) -> None:
    candles = sample(count=200)
    columns = [Column(name, getattr(candles, name)) for name in ("open", "high", "low", "close", "volume")]
    write_table(tmp_path / "BTCUSDT-1h.csv", [Column("time", candles.time, is_time=True), *columns])
    (tmp_path / "a.yaml").write_text(FILE)
    (tmp_path / "broken.yaml").write_text(FILE.replace("fast)", "fsat)"))
    monkeypatch.chdir(tmp_path)


def test_a_candle_is_traced_in_both_forms() -> None:
    """The same rules and the same hash in words and as data; --set reaches them."""
    text = run("trace", "a.yaml", *CANDLES, *AT, "--set", "fast=5")
    data = run("trace", "a.yaml", *CANDLES, *AT, "--set", "fast=5", "--format", "json")
    assert (text.exit_code, data.exit_code) == (0, 0), text.output + data.output
    content = json.loads(data.stdout)
    assert (content["time"], content["close_time"]) == ("2024-01-05T11:00:00Z", "2024-01-05T12:00:00Z")
    assert [rule["key"] for rule in content["rules"]] == ["long.enter", "long.exit.when"]
    assert "close crosses above ema(close, 5)" in text.stdout
    assert content["rules"][0]["tree"]["expression"] == "close crosses above ema(close, 5)"


def test_conditions_are_counted_in_both_forms() -> None:
    """Words and data name the condition; candles add up."""
    text = run("why-not", "a.yaml", *CANDLES)
    data = run("why-not", "a.yaml", *CANDLES, "--format", "json")
    assert (text.exit_code, data.exit_code) == (0, 0), text.output + data.output
    (side,) = json.loads(data.stdout)["sides"]
    (condition,) = side["conditions"]
    assert condition["true"] + condition["false"] + condition["unknown"] == side["candles"] == 200
    assert condition["expression"] in text.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("trace", "a.yaml", *AT), 2, "no candles"),
        (("trace", "a.yaml", *CANDLES, "--at", "2024-01-05T12:34"), 2, "the nearest closes: 2024-01-05T12:00Z"),
        (("trace", "a.yaml", *CANDLES, "--at", "1990-01-01"), 2, "the nearest closes: 2024-01-01T01:00Z"),
        (("trace", "a.yaml", *CANDLES, "--at", "noon"), 2, "is not a date"),
        (("trace", "a.yaml", *CANDLES, *AT, "--side", "short"), 2, "it has long"),
        (("trace", "a.yaml", *CANDLES, *AT, "--symbol", "ETH/USDT"), 2, "it has BTC/USDT"),
        (("trace", "broken.yaml", *CANDLES, *AT), 1, "did you mean `fast`?"),
        (("trace", "none.yaml", *CANDLES, *AT), 2, "no such file"),
        (("why-not", "a.yaml"), 2, "no candles"),
        (("why-not", "a.yaml", *CANDLES, "--side", "short"), 2, "it has long"),
        (("why-not", "a.yaml", *CANDLES, "--symbol", "X"), 2, "it has BTC/USDT"),
        (("why-not", "a.yaml", *CANDLES, "--from", "2030-01-01"), 2, "no candles in the range"),
        (("why-not", "a.yaml", *CANDLES, "--from", "2024-01-03", "--to", "2024-01-02"), 2, "--from is not before --to"),
        (("why-not", "broken.yaml", *CANDLES), 1, "did you mean `fast`?"),
    ],
)
def test_bad_input_is_a_message(arguments: tuple[str, ...], code: int, words: str) -> None:
    """What cannot be run says why and what to do, never with a traceback."""
    outcome = run(*arguments)
    assert outcome.exit_code == code, outcome.output
    assert words in outcome.stderr
