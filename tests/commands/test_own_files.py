"""The program's own files among strategies: passed over in folders, judged where they are named."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from stratrun.engine.language.document import load_deployment
from stratrun.engine.language.folders import walk
from stratrun.engine.run.live.kept import keep
from stratrun.engine.tuning.parameter_file import write_params

from .conftest import Run

DEPLOYMENT = """stratrun: 2
kind: deployment
name: desk
venue: binance
account: main
ledger: ./desk.db
strategies: [{strategy: ./crossing.yaml}]
"""


@pytest.fixture
def folder(run: Run, strategy_file: Path, candle_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A strategy among everything that the program writes, or reads as something else."""
    monkeypatch.chdir(tmp_path)
    assert run("fmt", strategy_file).exit_code == 0
    for words in (
        ["backtest", strategy_file, "--candles", candle_file, "--out", "run1"],
        ["schema", "--output", "strategy.schema.json"],
        ["schema", "test", "--output", "test.schema.json"],
        ["validate", strategy_file, "--format", "json", "--output", "validated.json"],
        ["validate", strategy_file, "--format", "sarif", "--output", "validated.sarif.json"],
        ["compare", "run1", "run1", "--format", "json", "--output", "compared.json"],
    ):
        done = run(*words)
        assert done.exit_code == 0, done.output
    for name in ("backtest", "explain"):
        candles = [] if name == "explain" else ["--candles", candle_file]
        said = run(name, strategy_file, *candles, "--format", "json")
        assert said.exit_code == 0, said.output
        Path(f"{name}.json").write_text(said.stdout)
    for words in (["fmt", "--check"], ["migrate"]):
        Path(f"{words[0]}.json").write_text(run(*words, strategy_file, "--format", "json").stdout)
    write_params("tuned.yaml", {"fast": "12"}, {"candles": "x"})
    Path("instruments.yaml").write_text("# facts\nBTC/USDT:\n  price_tick: 0.01\n'ETH/USDT:USDT': {taker: 0.1%}\n")
    Path("limits.yml").write_text("stratrun: 2\nrisk:\n  max_exposure: 50%\n")
    Path("desk.yaml").write_text(DEPLOYMENT)
    assert run("fmt", "desk.yaml").exit_code == 0
    keep(tmp_path / "desk.db.strategies", load_deployment("desk.yaml"))
    return tmp_path


def test_folders_hold_more_than_strategies(run: Run, folder: Path) -> None:
    """`validate .` and `fmt .` judge the documents alone, and say how many other files there were."""
    files, passed = (sorted(path.name for path in some) for some in (walk(["."]).files, walk(["."]).passed_over))
    assert files == ["crossing.yaml", "desk.yaml"]
    assert len(passed) == len([path for path in folder.rglob("*") if path.suffix in (".json", ".yaml", ".yml")]) - 2
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for words in (["validate"], ["fmt"], ["fmt", "--check"], ["migrate", "--check"]):
        done = run(*words, ".")
        assert done.exit_code == 0, done.output
        assert f"{len(passed)} other files passed over" in done.output
        told = json.loads(run(*words, ".", "--format", "json").stdout)
        assert sorted(os.path.basename(path) for path in told["passed_over"]) == passed  # noqa: PTH119
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_file_that_is_named_is_judged(run: Run, folder: Path) -> None:
    """A tuned file is no strategy, and whoever names it as one is told; a folder without any, too."""
    assert run("validate", folder / "tuned.yaml").exit_code == 1
    done = run("validate", folder, folder / "tuned.yaml", "--format", "json")
    assert done.exit_code == 1
    assert "tuned.yaml" not in str(json.loads(done.stdout)["passed_over"])
    done = run("validate", folder / "run1")
    assert done.exit_code == 2
    assert "holds no strategy file" in done.output


@pytest.mark.parametrize(
    "text",
    [
        "stratrn: 2\nname: a\nparams: {}\n",
        "stratrun: 2\nnmae: a\nparams: {}\n",
        "stratrun: 2\nrisk: {}\nparams: {}\n",
        "BTC/USDT: {price_tick: 1}\nname: a\n",
        "BTCUSDT: {price_tick: 1}\n",
        "stratrun: 2\nparams: {}\n- x\nentries: 1\n",
        "{stratrun: 2, params: {}}\n",
        '{"stratrun": 2, "strategy_hash": "x"}',
        '{"$schema": "https://json-schema.org/draft-07/schema", "stratrun": 2}',
        '{"$schema": "./strategy.schema.json", "name": "a"}',
        '{"deployment": "a", "files": {}, "name": 1}',
        '["strategy_hash"]',
        "[" * 100_000,
        '{"a":' * 100_000,
        "",
        "# nothing\n",
    ],
    ids=lambda text: text[:24],
)
def test_what_may_be_a_mistake_is_never_passed_over(text: str, tmp_path: Path) -> None:
    """A misspelt key does not make a strategy something else."""
    path = tmp_path / ("a.json" if text.startswith(("{", "[")) else "a.yaml")
    path.write_text(text)
    assert walk([tmp_path]).files == (path,)
    assert walk([tmp_path]).passed_over == ()
