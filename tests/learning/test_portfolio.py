"""Members of a portfolio that learn: their models stand in its report, each under its member."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from stratrun.cli import main
from stratrun.engine.market.candles import Candles
from stratrun.engine.report.tables import Column, write_table

from .test_runs import ALONE

PORTFOLIO = """\
stratrun: 2
kind: portfolio
name: Learners
members:
  - {strategy: ./plain.yaml, weight: 20%}
  - {strategy: ./learns.yaml, weight: 30%, name: quick}
  - {strategy: ./patient.yaml, weight: 30%}
"""


@pytest.fixture
def folder(tmp_path: Path, sample: Callable[..., Candles], monkeypatch: pytest.MonkeyPatch) -> Path:
    held = sample("BTC/USDT", "1h", 700)
    columns = [Column(name, getattr(held, name).tolist()) for name in ("open", "high", "low", "close", "volume")]
    write_table(str(tmp_path / "BTCUSDT-1h.csv"), [Column("time", held.time, is_time=True), *columns])
    models = ALONE[ALONE.index("models:") : ALONE.index("long:")]
    plain = ALONE.replace(models, "").replace("up.probability crosses above 40%", "close > ema(close, 9)")
    for name, text in {
        "both": PORTFOLIO, "plain": plain, "learns": ALONE, "patient": ALONE.replace("trees: 8", "trees: 4"),
    }.items():  # fmt: skip
        (tmp_path / f"{name}.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_member_s_models_are_in_every_form_of_the_report(folder: Path) -> None:
    """Text, page, folder and JSON of a portfolio tell what the models of each member came to, as a strategy's do."""
    line = ["backtest", "both.yaml", "--candles", "BTCUSDT-1h.csv", "--quick", "--html", "page.html", "--out", "kept"]
    told = CliRunner().invoke(main, line)
    assert told.exit_code == 0, told.output
    for shown in (told.stdout, (folder / "page.html").read_text(), (folder / "kept" / "report.html").read_text()):
        assert "Model up, BTC/USDT · quick" in shown
        assert "Model up, BTC/USDT · patient" in shown
    members = json.loads((folder / "kept" / "result.json").read_text())["members"]
    alone = [json.loads((path / "result.json").read_text()) for path in sorted((folder / "kept" / "members").iterdir())]
    assert [member["models"] for member in members] == [one["models"] for one in alone]
    assert [list(member["models"]) for member in members] == [[], ["BTC/USDT"], ["BTC/USDT"]]
    assert members[1]["models"]["BTC/USDT"]["up"]["trainings"]
