"""A strategy file, and a run of one test of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stratrun.engine.language.scenario import Case, Expectation, TestFile
from stratrun.engine.testing.outcome import CaseOutcome
from stratrun.engine.testing.suite import run_file

from .made import SPAN, START, STRATEGY, Run, series


@pytest.fixture
def strategy_file(tmp_path: Path) -> Path:
    path = tmp_path / "steps.yaml"
    path.write_text(STRATEGY)
    return path


@pytest.fixture
def run(strategy_file: Path) -> Run:
    """`run(*expectations, candles=CLOSES, overrides={})`: the outcome of one case of the strategy."""

    def outcome(
        *expectations: Expectation, candles: Any = None, strategy: str = "steps.yaml", **given: Any
    ) -> CaseOutcome:
        overrides = given.pop("overrides", {})
        shown = {"": candles or series()} if not isinstance(candles, dict) else candles
        case = Case("it holds", shown, expectations, SPAN, START, overrides)
        file = TestFile(str(strategy_file.parent / "steps.test.yaml"), strategy, (case,), **given)
        return next(run_file(file))

    return outcome
