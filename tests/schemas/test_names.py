"""Names that the schema of test files takes over from the engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import get_args

from stratrun.engine.language.document import load
from stratrun.engine.market.candles import Candles
from stratrun.engine.research.backtest import backtest
from stratrun.engine.trading.codes import Decision
from stratrun.engine.trading.trades import ExitReason
from stratrun.engine.tuning.goal import figure_names
from stratrun.schemas.figures import DecisionName, FigureName, ReasonName

STRATEGY = Path(__file__).parents[1] / "documents" / "valid" / "minimal.yaml"


def test_names_of_the_engine_are_those_of_the_schema(sample: Callable[..., Candles]) -> None:
    """Decisions, exit reasons and figures that a test may expect are the engine's, in its order."""
    assert list(get_args(DecisionName)) == [code.name.lower() for code in Decision]
    assert list(get_args(ReasonName)) == [reason.name.lower() for reason in ExitReason]
    result = backtest(load(STRATEGY), {"BTC/USDT": sample("BTC/USDT", "1h", 300)})
    assert list(get_args(FigureName)) == list(result.metrics.figures())


def test_a_file_may_aim_at_every_figure_a_search_knows() -> None:
    """A goal that is valid can be searched for, and one that can be searched for is valid."""
    assert sorted(get_args(FigureName)) == sorted(figure_names())
