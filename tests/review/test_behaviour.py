"""What two strategies do differently over the same candles."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import stratrun
from stratrun.cli import main
from stratrun.engine.language.document import loads
from stratrun.engine.market.candles import Candles
from stratrun.engine.report.tables import Column, write_table
from stratrun.engine.review.behaviour import contrast

FILE = """stratrun: 2
name: Crossing
symbols: [BTC/USDT]
timeframe: 1h
long:
  enter: close crosses above ema(close, 8)
  exit:
    when: close < ema(close, 20)
    target: 2%
size: {equity: 50%}
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["diff", *map(str, arguments)])


@pytest.fixture
def desk(tmp_path: Path, sample: Callable[..., Candles], monkeypatch: pytest.MonkeyPatch) -> Path:
    candles = sample(count=400)
    columns = [Column(name, getattr(candles, name)) for name in ("open", "high", "low", "close", "volume")]
    write_table(tmp_path / "BTCUSDT-1h.csv", [Column("time", candles.time, is_time=True), *columns])
    (tmp_path / "a.yaml").write_text(FILE)
    (tmp_path / "b.yaml").write_text(FILE.replace("ema(close, 8)", "ema(close, 9)"))
    (tmp_path / "same.yaml").write_text("# words\n" + FILE.replace("name: Crossing", "name: Other"))
    (tmp_path / "size.yaml").write_text(FILE.replace("equity: 50%", "equity: 40%"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new"),
    [("ema(close, 8)", "ema(close, 9)"), ("target: 2%", "target: 1%"), ("target: 2%", "time: 9 candles"),
     ("equity: 50%", "equity: 20%"), ("crosses above", "crosses below")],
)  # fmt: skip
def test_gained_lost_and_kept_add_up(sample: Callable[..., Candles], old: str, new: str) -> None:
    """Every signal and trade of both runs is gained, lost, changed or the same, against a comparison by hand."""
    candles = {"BTC/USDT": sample(count=800)}
    results = [stratrun.backtest(loads(text), candles) for text in (FILE, FILE.replace(old, new))]
    found = contrast(*results)
    signals = [set(r.decisions.time.tolist()) for r in results]
    assert {s.time for s in found.signals_gained} == signals[1] - signals[0]
    assert {s.time for s in found.signals_lost} == signals[0] - signals[1]
    entries = [{int(t): k for k, t in enumerate(r.trades.entry_time)} for r in results]
    assert {t.entry_time for t in found.trades_gained} == set(entries[1]) - set(entries[0])
    assert {t.entry_time for t in found.trades_lost} == set(entries[0]) - set(entries[1])
    moved = {
        t for t in set(entries[0]) & set(entries[1])
        if any(
            getattr(results[0].trades, n)[entries[0][t]] != getattr(results[1].trades, n)[entries[1][t]]
            for n in ("exit_time", "exit_price", "reason")
        )
    }  # fmt: skip
    assert {old.entry_time for old, _ in found.trades_moved} == moved
    assert not found.same
    figures = [r.metrics.figures() for r in results]
    for figure in found.figures:
        assert (figure.before, figure.after) == (figures[0][figure.name], figures[1][figure.name])


def test_a_strategy_and_itself_behave_alike(sample: Callable[..., Candles]) -> None:
    """No difference where there is none."""
    result = stratrun.backtest(loads(FILE), {"BTC/USDT": sample(count=400)})
    assert contrast(result, result).same


@pytest.mark.parametrize(
    ("new", "fail_on", "code"),
    [("b.yaml", "none", 0), ("b.yaml", "meaning", 1), ("b.yaml", "behaviour", 1), ("same.yaml", "meaning", 0),
     ("same.yaml", "behaviour", 0), ("size.yaml", "behaviour", 1)],
)  # fmt: skip
@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_the_exit_code_says_what_was_asked(desk: Path, new: str, fail_on: str, code: int, form: str) -> None:
    """0 unless what --fail-on names differs, in every form."""
    outcome = run("a.yaml", new, "--candles", "BTCUSDT-1h.csv", "--fail-on", fail_on, "--format", form)
    assert outcome.exit_code == code, outcome.output
    if form == "json":
        data = json.loads(outcome.stdout)
        assert data["same_meaning"] == (new == "same.yaml")
        assert data["behaviour"]["same"] == (new == "same.yaml")
    else:
        assert ("No change in meaning" in outcome.stdout) == (new == "same.yaml")


def test_a_file_of_a_revision_is_read_from_git(desk: Path) -> None:
    """`HEAD:a.yaml` is the file as committed, from whatever folder of the repository one stands in."""
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org"]
    try:
        for command in (["init", "-q"], ["add", "a.yaml"], ["commit", "-qm", "one"]):
            subprocess.run([*git, *command], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("git is not installed")
    (desk / "a.yaml").write_text(FILE.replace("target: 2%", "target: 3%"))
    outcome = run("HEAD:a.yaml", "a.yaml", "--format", "json")
    assert outcome.exit_code == 0, outcome.output
    (change,) = json.loads(outcome.stdout)["changes"]
    assert (change["keys"], change["before"], change["after"]) == (["long.exit.target"], "2%", "3%")
    for subject in ("HEAD:none.yaml", "nothing:a.yaml", "--help:a.yaml", "HEAD:../a.yaml"):
        refused = run("--", "a.yaml", subject)
        assert refused.exit_code == 2
        assert "error[SR600]" in refused.stderr


def test_git_may_be_missing(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git a revision is refused in words."""
    monkeypatch.setenv("PATH", str(desk))
    outcome = run("HEAD:a.yaml", "a.yaml")
    assert outcome.exit_code == 2
    assert "git is needed" in outcome.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("none.yaml", "a.yaml"), 2), (("a.yaml", "broken.yaml"), 1), (("a.yaml", "latin.yaml"), 1),
     (("a.yaml", "."), 2), (("a.yaml", "b.yaml", "--fail-on", "behaviour"), 2), (("a.yaml", "x\0y"), 2),
     (("a.yaml", "b.yaml", "--candles", "none.csv"), 2),
     (("a.yaml", "b.yaml", "--from", "2024-02-01", "--to", "2024-01-01"), 2)],
)  # fmt: skip
def test_bad_input_is_a_message(desk: Path, arguments: tuple[str, ...], code: int) -> None:
    """Missing, broken, foreign and absurd files, never a traceback."""
    (desk / "broken.yaml").write_text(FILE.replace("ema(close, 8)", "ema(clse, 8)"))
    (desk / "latin.yaml").write_bytes(FILE.replace("Crossing", "Café").encode("latin-1"))
    outcome = run(*arguments)
    assert outcome.exit_code == code, outcome.output
    assert "error[SR" in outcome.stderr
