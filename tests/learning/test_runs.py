"""A strategy with a model, run as any other: back-test, paper, snapshot, report, commands."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from stratrun.cli import main
from stratrun.engine.commands import inputs
from stratrun.engine.commands.progress import Quiet
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.diagnostics.extras import install
from stratrun.engine.graph.runtime import Runtime
from stratrun.engine.graph.snapshot import Snapshot
from stratrun.engine.language.document import loads
from stratrun.engine.language.strategy import Strategy
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.instrument import make_instrument
from stratrun.engine.report.learned import learned_json
from stratrun.engine.research.backtest import Result, backtest
from stratrun.engine.research.evaluate import evaluate_terms
from stratrun.engine.research.summarise import summarise
from stratrun.engine.run.session import PaperSession
from stratrun.engine.trading.account import Account
from stratrun.engine.trading.wiring import wire

TEXT = """\
stratrun: 2
name: Learns
symbols: [BTC/USDT, ETH/USDT]
timeframe: 1h
models:
  up:
    estimator: gradient_boosting
    settings: {trees: 8}
    features:
      slow: 4h.rsi(close, 5)
      place: rank(roc(close, 10))
    ready: [returns_3, atr_14]
    target: {rises: 0.3%, horizon: 6 candles}
    train: {window: 200 candles, every: 60 candles}
long:
  enter: up.probability crosses above 40%
  exit: {stop: 3%, time: 6 candles}
size: {equity: 20%}
"""
ALONE = TEXT.replace(", ETH/USDT", "").replace("      place: rank(roc(close, 10))\n", "")


@pytest.fixture
def candles(sample: Callable[..., Candles]) -> dict[str, Candles]:
    return {symbol: sample(symbol, "1h", 700) for symbol in ("BTC/USDT", "ETH/USDT")}


def told(result: Result) -> tuple[object, ...]:
    return (
        result.equity.tobytes(), len(result.trades), dict(result.counts), json.dumps(learned_json(result.learned)),
    )  # fmt: skip


def paper(strategy: Strategy, candles: Mapping[str, Candles]) -> Result:
    instruments = {symbol: make_instrument(symbol, {}) for symbol in strategy.symbols}
    return PaperSession(strategy, candles, instruments, Account()).run(Quiet())


def test_back_test_and_paper_are_one(candles: dict[str, Candles]) -> None:
    """Any chunk, any speed and a paper session, candle by candle: the same equity, trades and trained models."""
    strategy = loads(TEXT)
    whole = backtest(strategy, candles)
    assert len(whole.trades) > 5
    assert [len(models[0].fits) for models in whole.learned.values()] == [9, 9]
    assert told(backtest(strategy, candles, chunk=37)) == told(whole)
    assert told(paper(strategy, candles)) == told(whole)


def test_a_prefix_of_candles_gives_a_prefix_of_columns(candles: dict[str, Candles]) -> None:
    """What a strategy's model foretells at a close does not depend on any later candle."""
    outputs = loads(ALONE).models["up"].outputs
    own = candles["BTC/USDT"]
    whole = evaluate_terms(outputs, own).columns
    assert np.isfinite(whole["probability"]).any()
    for end in (150, 333, 512):
        part = evaluate_terms(outputs, own.rows(0, end), chunk=61).columns
        assert all(part[name].tobytes() == whole[name][:end].tobytes() for name in outputs)


def test_a_snapshot_goes_on_where_it_was_taken(candles: dict[str, Candles]) -> None:
    """Saved, read back and given the candles it had seen, the graph trains itself again and goes on, bit for bit."""
    own, plan = candles["BTC/USDT"], wire(loads(ALONE)).plan
    straight = Runtime(plan, 700, machine_code=False)
    straight.extend(own)
    first = Runtime(plan, 700, machine_code=False)
    first.extend(own.rows(0, 400))
    saved = Snapshot.from_bytes(first.save().to_bytes())
    again = Runtime(plan, 700, machine_code=False)
    again.restore(saved, own.rows(0, 400))
    again.extend(own.rows(400, 700))
    for name in plan.roots:
        assert again.root(name)[:300].tobytes() == straight.root(name)[400:700].tobytes()
    other = Runtime(plan, 700, machine_code=False)
    with pytest.raises(ValueError, match="differ"):
        other.restore(saved, own.rows(1, 401))


def test_a_missing_library_stops_the_run_with_one_message(
    monkeypatch: pytest.MonkeyPatch, candles: dict[str, Candles]
) -> None:
    """Checking and explaining need no library; running says what to install."""
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)
    strategy = loads(TEXT)
    wire(strategy)
    with pytest.raises(InputError, match="sklearn is not installed") as raised:
        backtest(strategy, candles)
    assert raised.value.help == install("models")


def test_the_report_tells_how_good_it_was(
    tmp_path: Path, candles: dict[str, Candles], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Text, JSON and page hold trainings, importance, calibration, drift and the artifact's hash; that many trainings
    take long is said before."""
    monkeypatch.setattr(inputs, "MANY", 10)
    file = tmp_path / "learns.yaml"
    file.write_text(ALONE)
    run = CliRunner()
    table = tmp_path / "BTCUSDT-1h.csv"
    own = candles["BTC/USDT"]
    columns = zip(own.time, own.open, own.high, own.low, own.close, own.volume, strict=True)
    table.write_text("time,open,high,low,close,volume\n" + "".join(",".join(map(str, row)) + "\n" for row in columns))
    page = tmp_path / "r.html"
    given = ["backtest", str(file), "--candles", f"BTC/USDT={table}", "--quick", "--html", str(page)]
    text = run.invoke(main, given)
    assert text.exit_code == 0, text.output
    assert "training models about 11 times" in text.stderr
    for words in ("Model up", "Brier score", "Skill", "Came true", "Learned from", "Moved most"):
        assert words in text.stdout
        assert words in page.read_text("utf-8")
    data = json.loads(run.invoke(main, [*given, "--format", "json"]).stdout)["models"]["BTC/USDT"]["up"]
    assert data["score"]["rows"] == sum(bin_["predictions"] for bin_ in data["score"]["calibration"])
    last = data["trainings"][-1]
    assert set(last["importance"]) == set(last["drift"]) == {"slow", "returns_3", "atr_14"}
    assert len(last["artifact"]) == 64
    assert sum(fit["score"]["rows"] for fit in data["trainings"]) == data["score"]["rows"]


def test_only_the_range_that_was_asked_for_is_judged(candles: dict[str, Candles]) -> None:
    """The candles before it, which the model must have seen, are in no figure; all chunks tell the same."""
    own, strategy = candles["BTC/USDT"], loads(ALONE)
    results = [backtest(strategy, candles, start=int(own.time[500]), chunk=chunk) for chunk in (None, 7)]
    (learned,) = results[0].learned["BTC/USDT"]
    assert 0 < learned.score.rows <= 200 - 6
    assert learned.skipped == {}
    assert [fit.time >= own.time[500] for fit in learned.fits] == [False, True, True, True]
    assert told(results[0]) == told(results[1])


def test_a_model_that_never_trained_is_told(candles: dict[str, Candles]) -> None:
    """The note names it: its rules were unknown throughout."""
    strategy = loads(ALONE.replace("200 candles", "640 candles, min: 640 candles"))
    result = backtest(strategy, candles)
    assert any("was never trained" in note for note in summarise(result, "back-test").notes)
