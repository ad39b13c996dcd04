"""`--limits`: a deployment's limits in back-tests and on paper."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Run


@pytest.fixture
def limits(tmp_path: Path) -> Path:
    path = tmp_path / "limits.yaml"
    path.write_text("stratrun: 2\nrisk: {max_position: 50%, max_open: 3}\n")
    return path


def test_limits_hold_and_are_told(run: Run, strategy_file: Path, candle_file: Path, limits: Path) -> None:
    """Orders beyond the file's limits are refused, and the head of the report names what holds."""
    asked = ("backtest", strategy_file, "--candles", candle_file, "--limits", limits)
    free = json.loads(run(*asked[:-2], "--format", "json").stdout)
    held = json.loads(run(*asked, "--format", "json").stdout)
    assert free["trades"]
    assert not held["trades"]
    assert set(held["refused"]) == {"MAX_POSITION"}
    assert held["settings"]["limits"] == "max_open 3, max_position 50%"
    assert "limits: max_open 3, max_position 50%" in run(*asked).stdout


def test_limits_hold_on_paper(run: Run, strategy_file: Path, candle_file: Path, limits: Path) -> None:
    """Paper refuses the same orders."""
    asked = ("run", strategy_file, "--candles", candle_file, "--limits", limits, "--format", "json")
    found = json.loads(run(*asked).stdout)
    assert set(found["refused"]) == {"MAX_POSITION"}


@pytest.mark.parametrize("command", ["backtest", "run"])
def test_a_broken_limits_file_stops_the_run(
    run: Run, strategy_file: Path, candle_file: Path, limits: Path, command: str
) -> None:
    """Nothing is traded under limits that nobody could read."""
    limits.write_text("stratrun: 2\nrisk: {max_positon: 50%}\n")
    outcome = run(command, strategy_file, "--candles", candle_file, "--limits", limits)
    assert outcome.exit_code != 0
    assert "did you mean `max_position`?" in outcome.output
    assert "limits.yaml:2:8" in outcome.output
