"""A portfolio is tuned as a strategy is: parameters of its members, and their weights."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from stratrun.cli import main
from stratrun.engine.language.document import load_portfolio
from stratrun.engine.language.identity import portfolio_hash
from stratrun.engine.language.limits_file import AccountLimits
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.instrument import make_instrument
from stratrun.engine.report.tables import Column, write_table
from stratrun.engine.research.portfolio_inputs import PortfolioInputs
from stratrun.engine.tuning.goal import Goal, Target, figure_names
from stratrun.engine.tuning.portfolio_draft import PortfolioDraft
from stratrun.engine.tuning.trial import run_points

from .examples import document

PORTFOLIO = """\
stratrun: 2
kind: portfolio
name: Both
members:
  - strategy: ./cross.json
    weight: {default: 40%, range: [20%, 80%], step: 20%}
  - strategy: ./slow.json
    weight: {default: 20%, range: [20%, 60%], step: 20%}
    name: the slow one
    set: {slow: 40}
rebalance: day
risk: {max_open: 1}
optimize:
  tune: [cross.fast, cross.weight, the slow one.weight]
  goal: {maximize: sharpe, min_trades: 3}
  walk_forward: {train: 14d, test: 7d}
"""
CANDLES = ("--candles", "BTCUSDT-1h.csv")
POINTS = [
    {"cross.fast": "5", "cross.weight": "60%", "the slow one.weight": "40%"},
    {"cross.fast": "12", "cross.weight": "20%", "the slow one.weight": "20%"},
    {"cross.fast": "5", "cross.weight": "20%", "the slow one.slow": "20"},
]


@pytest.fixture
def place(tmp_path: Path, sample: Callable[..., Candles], monkeypatch: pytest.MonkeyPatch) -> Path:
    held = sample("BTC/USDT", "1h", 700)
    columns = [Column(name, getattr(held, name).tolist()) for name in ("open", "high", "low", "close", "volume")]
    write_table(str(tmp_path / "BTCUSDT-1h.csv"), [Column("time", held.time, is_time=True), *columns])
    require = {"require": ["fast < slow"]}
    (tmp_path / "cross.json").write_text(json.dumps(document("one symbol", optimize=require)))
    (tmp_path / "slow.json").write_text(json.dumps({**document("one symbol"), "timeframe": "4h"}))
    (tmp_path / "both.yaml").write_text(PORTFOLIO)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(command: str, *words: str) -> Result:
    return CliRunner().invoke(main, [command, "both.yaml", *CANDLES, *words])


def told(*words: str) -> dict[str, object]:
    found = run(*words, "--format", "json")
    assert found.exit_code == 0, found.output
    data: dict[str, object] = json.loads(found.stdout)
    return data


@pytest.mark.parametrize("names", [("sharpe",), ("max_drawdown", "trades"), figure_names()])
def test_a_trial_is_the_back_test_of_its_values(
    place: Path, sample: Callable[..., Candles], names: tuple[str, ...]
) -> None:
    """Every figure and every day of a trial are, to the bit, those of the portfolio loaded at the same values."""
    draft, goal = PortfolioDraft("both.yaml"), Goal(tuple(Target(name, 1) for name in names))
    candles = {"BTC/USDT": sample("BTC/USDT", "1h", 700)}
    inputs = PortfolioInputs(draft.at({}), candles, {"BTC/USDT": make_instrument("BTC/USDT", {})})
    for trial, point in zip(run_points(draft, inputs, goal, POINTS, 0), POINTS, strict=True):
        alone = inputs.of(load_portfolio("both.yaml", point)).run()
        figures = {**alone.metrics.figures(), "open_trades": alone.metrics.open_trades}
        assert portfolio_hash(alone.portfolio) == portfolio_hash(draft.at(point))
        assert len(alone.trades) > 3
        assert trial.returns.tobytes() == alone.metrics.curve.daily_returns.tobytes()
        for name, value in zip(names, trial.values, strict=True):
            expected = trial.trades if name == "trades" else figures[name]
            assert value == expected or (value is None and (expected is None or not np.isfinite(expected))), name


def test_weights_beyond_the_account_and_what_members_forbid_do_not_fit(place: Path) -> None:
    """Such points are neither run nor counted; a member's own `require` holds in the portfolio, too."""
    draft = PortfolioDraft("both.yaml")
    assert draft.fits({"cross.weight": "80%", "the slow one.weight": "20%"})
    assert not draft.fits({"cross.weight": "80%", "the slow one.weight": "40%"})
    assert not draft.fits({"cross.fast": "20", "cross.slow": "15"})
    found = told("optimize", "--sampler", "grid", "--tune", "cross.weight", "--tune", "the slow one.weight")
    assert len(found["trials"]) == 4 + 3 + 2  # type: ignore[arg-type]  # of 4 x 3 points, 3 are beyond the account


def test_the_chosen_values_give_the_chosen_result(place: Path) -> None:
    """The written file names values by member, and a back-test with it has the promised figures over the same data."""
    found = told("optimize", "--sampler", "random", "--trials", "6", "--out", "tuned.yaml", "--walk-forward")
    again = told("backtest", "--params", "tuned.yaml", "--quick")
    assert again["result"]["sharpe"] == found["chosen"]["sharpe"]  # type: ignore[index]
    assert again["data_hash"] == found["data_hash"] == found["receipt"]["data"]  # type: ignore[index]
    assert again["portfolio_hash"] == found["receipt"]["tuned"]  # type: ignore[index]
    assert all(found[part] for part in ("folds", "verdict", "baselines"))
    moved = run("backtest", "--params", "tuned.yaml", "--quick", "--to", "2024-01-20")
    assert "warning" not in moved.stderr
    (place / "both.yaml").write_text(PORTFOLIO.replace("rebalance: day", "rebalance: week"))
    for command in ("backtest", "run", "montecarlo"):
        assert "tuned for another portfolio" in run(command, "--params", "tuned.yaml").stderr


def test_a_study_goes_on_where_it_was_left(place: Path) -> None:
    """Trials that are kept are not run again, and the whole is that of a run that was never stopped."""
    words = ("optimize", "--sampler", "random", "--seed", "3")
    whole = told(*words, "--trials", "9")
    told(*words, "--trials", "4", "--study", "kept.db")
    assert told(*words, "--trials", "9", "--study", "kept.db")["trials"] == whole["trials"]


def test_a_range_may_come_from_the_command_line(place: Path) -> None:
    """`--range` tunes what has no range in the file, with these steps."""
    less = PORTFOLIO.replace("weight: {default: 20%, range: [20%, 60%], step: 20%}", "weight: 20%")
    (place / "both.yaml").write_text(less.replace(", the slow one.weight]", "]"))
    found = told("optimize", "--range", "the slow one.weight=10%:30%:10%", "--range", "cross.fast=4:8:2")
    assert {t["params"]["the slow one.weight"] for t in found["trials"]} == {"10%", "20%", "30%"}  # type: ignore[attr-defined]
    assert {t["params"]["cross.fast"] for t in found["trials"]} == {"4", "6", "8"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--tune", "cross.quick"), "no parameter `cross.quick`"),
        (("--tune", "slow"), "no parameter `slow`"),
        (("--set", "cross.weight=40%"), "both set and tuned"),
        (("--prune",), "this is a portfolio"),
        (("--range", "cross.fast"), "expected NAME=LOW:HIGH"),
        (("--range", "cross.fsat=1:2"), "did you mean `cross.fast`?"),
        (("--range", "cross.fast=1%:2%"), "another unit"),
        (("--range", "cross.fast=9:5"), "nothing lies in it"),
        (("--range", "cross.weight=10%:90%"), "20% to 80%"),
        (("--set", "cross.weight=80%", "--set", "the slow one.weight=60%"), "140% of the account"),
        (("--set", "cross.weight=-10%"), "range 20% to 80%"),
        (("--set", "cross.weight=half"), "is not a value"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_one_message(place: Path, words: tuple[str, ...], said: str) -> None:
    """What cannot be searched ends with a finding or a refusal, and words that mend it."""
    found = run("optimize", "--trials", "4", *words)
    assert found.exit_code in (1, 2), found.output
    assert said in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize("method", ["trades", "blocks", "candles", "entries"])
def test_other_pasts_of_a_portfolio(place: Path, method: str) -> None:
    """`montecarlo` draws the past of a portfolio again by every method, the same for the same seed."""
    found = [told("montecarlo", "--method", method, "--runs", "4", "--seed", "2") for _ in range(2)]
    assert found[0] == found[1]
    assert found[0]["portfolio"] == "Both"
    assert found[0]["data_hash"] == told("backtest", "--quick")["data_hash"]


def test_luck_takes_kept_runs_of_portfolios(place: Path) -> None:
    """Folders of `backtest --out` are judged as those of a strategy are."""
    for fast in (5, 8, 12):
        assert run("backtest", "--set", f"cross.fast={fast}", "--out", f"run{fast}").exit_code == 0
    found = CliRunner().invoke(main, ["luck", "run5", "run8", "run12", "--format", "json"])
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)["chosen"].startswith("run")


def test_a_range_is_no_part_of_what_a_portfolio_means(place: Path) -> None:
    """Two files with equal weights in force have one hash, however the weights are written; other weights another."""
    plain = PORTFOLIO.replace("{default: 40%, range: [20%, 80%], step: 20%}", "40%")
    (place / "plain.yaml").write_text(plain.replace("{default: 20%, range: [20%, 60%], step: 20%}", "20%"))
    written, ranged = load_portfolio("plain.yaml"), load_portfolio("both.yaml")
    assert portfolio_hash(written) == portfolio_hash(ranged)
    moved = {"cross.weight": "60%"}
    assert portfolio_hash(load_portfolio("plain.yaml", moved)) == portfolio_hash(load_portfolio("both.yaml", moved))
    assert portfolio_hash(load_portfolio("both.yaml", moved)) != portfolio_hash(ranged)


def test_another_process_builds_the_same(place: Path) -> None:
    """A draft that was sent elsewhere makes the portfolio of its point, under the same limits."""
    (place / "limits.yaml").write_text("stratrun: 2\nrisk: {max_exposure: 30%}\n")
    draft = PortfolioDraft("both.yaml", {"cross.slow": "35"}, AccountLimits("limits.yaml"))
    here, there = draft.at(POINTS[0]), pickle.loads(pickle.dumps(draft)).at(POINTS[0])
    assert portfolio_hash(here) == portfolio_hash(there)
    assert here.risk.max_exposure == 0.3
    assert here.members[0].strategy.params["slow"].value == 35
