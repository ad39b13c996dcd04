"""`stratrun eval` at its edges."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Run


def test_a_timeframe_cannot_differ_from_the_strategys(run: Run, strategy_file: Path, candle_file: Path) -> None:
    """--timeframe beside --strategy is refused, not ignored."""
    outcome = run("eval", "fast", "--candles", candle_file, "--strategy", strategy_file, "--timeframe", "4h")
    assert outcome.exit_code != 0
    assert "--timeframe 4h: the strategy runs on 1h" in outcome.stderr


@pytest.mark.parametrize("given", [(), ("--timeframe", "1h")])
def test_the_same_timeframe_may_be_said(run: Run, strategy_file: Path, candle_file: Path, given: tuple[str]) -> None:
    """Saying what the strategy says changes nothing."""
    outcome = run("eval", "fast", "--candles", candle_file, "--strategy", strategy_file, *given)
    assert outcome.exit_code == 0, outcome.output
