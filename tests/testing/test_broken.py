"""Tests that cannot be run: what is wrong is told with its place and a mend, and nothing is raised."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stratrun.engine.language.scenario import Series
from stratrun.engine.market.candles import Candles
from stratrun.engine.report.tables import Column, write_table

from .made import STRATEGY, Run, expect, series

ANY = expect("trades", value="2")


def mistake(outcome: Any) -> Any:
    assert not outcome.passed
    assert not outcome.failures
    (found,) = outcome.mistakes
    return found


def test_a_missing_strategy(run: Run) -> None:
    """A strategy that is not there is told with the path that was tried."""
    found = mistake(run(ANY, strategy="gone.yaml"))
    assert found.message == "there is no such file"
    assert Path(found.path).name == "gone.yaml"


def test_a_strategy_that_is_a_folder(run: Run) -> None:
    """A folder is no strategy."""
    assert "folder" in mistake(run(ANY, strategy=".")).message


def test_an_invalid_strategy(run: Run, strategy_file: Path) -> None:
    """The strategy's own mistakes are told, in the strategy's own lines."""
    strategy_file.write_text(STRATEGY.replace("close > slow", "close > slwo"))
    found = mistake(run(ANY))
    assert found.code == "SR208"
    assert found.path == str(strategy_file)
    assert found.span.line == 13


def test_an_unknown_parameter(run: Run) -> None:
    """A parameter the strategy does not declare is a mistake."""
    assert mistake(run(ANY, overrides={"lvl": "3"})).code == "SR420"


def test_overrides_are_used(run: Run) -> None:
    """A case may change the strategy's parameters."""
    assert run(expect("trades", value="0"), overrides={"level": "150"}).passed


@pytest.mark.parametrize(
    ("candles", "message"),
    [
        ({"": series(), "ETH/USDT": series()}, "candles for ETH/USDT, which the strategy does not read"),
        ({"ETH/USDT": series()}, "no candles for BTC/USDT"),
        ({}, "no candles for BTC/USDT"),
        (series([float("nan")] * 3), "the series holds no candle"),
        (series(volume=[1, 2]), "the series are not of one length: close has 14, volume has 2"),
        (series([100, -1, 100]), "-1 is no price"),
        (series([100, 1e400, 100]), "infinite"),
        (series([100, 101], high=[100, 100.5]), "100.5 is below the close, 101"),
        (series([100, 101]), "2 candles are less than the warm-up"),
        (Series(file="gone.csv"), "there is no such file or folder"),
        (Series(file="steps.yaml"), "expected a file that ends in"),
    ],
    ids=str,
)
def test_candles_that_cannot_be(run: Run, candles: Any, message: str) -> None:
    """Candles that are missing, superfluous or impossible are a mistake at the case's place."""
    found = mistake(run(ANY, candles=candles))
    assert message in found.message
    assert found.span.line == 4


@pytest.fixture
def candle_file(strategy_file: Path, sample: Callable[..., Candles]) -> Callable[[str], Path]:
    def write(timeframe: str) -> Path:
        candles = sample(timeframe=timeframe, count=100)
        path = strategy_file.parent / "prices.csv"
        names = ("open", "high", "low", "close", "volume")
        columns = [Column(name, getattr(candles, name).tolist()) for name in names]
        write_table(path, [Column("time", candles.time, is_time=True), *columns])
        return path

    return write


def test_candles_of_a_file(run: Run, candle_file: Callable[[str], Path], sample: Callable[..., Candles]) -> None:
    """Candles may come from a file beside the test, and a part of it may be chosen."""
    candle_file("1h")
    begin = int(sample(count=100).time[20])
    outcome = run(expect("signal", first=80, last=80, value="none"), candles=Series(file="prices.csv", begin=begin))
    (failure,) = outcome.failures
    assert failure.happened == "there is no candle 80: the test has 80 candles, 0 to 79"


def test_a_file_of_another_timeframe(run: Run, candle_file: Callable[[str], Path]) -> None:
    """Candles of another timeframe than the strategy's are refused."""
    candle_file("4h")
    assert "mostly 4h apart" in mistake(run(ANY, candles=Series(file="prices.csv"))).message


@pytest.mark.parametrize(
    ("expectation", "message"),
    [
        (expect("signal", first=4, last=4, value="enter_long", because="close > slwo"), "`slwo` is not defined"),
        (expect("signal", first=4, last=4, value="enter_long", because="close >"), "expression"),
        (expect("signal", first=4, last=4, value="enter_long", because="close"), "condition"),
        (expect("signal", first=4, last=4, value="none", symbol="ETH/USDT"), "the strategy does not trade ETH/USDT"),
        (expect("trades", value="1", symbol="ETH/USDT"), "the strategy does not trade ETH/USDT"),
        (expect("trade", value="1", symbol="ETH/USDT"), "the strategy does not trade ETH/USDT"),
        (expect("figure", value="sharp", figures={"is": 1.0}), "no report has a figure `sharp`"),
    ],
    ids=str,
)
def test_expectations_that_ask_nonsense(run: Run, expectation: Any, message: str) -> None:
    """An expectation that cannot be asked of this strategy is a mistake at its own place."""
    found = mistake(run(expectation))
    assert message in found.message
    assert found.path.endswith("steps.test.yaml")
    assert found.span == expectation.span


@pytest.mark.parametrize(
    ("given", "message"),
    [({"fee": 0.2}, "fee 0.2"), ({"slippage": 0.5}, "slippage 0.5"), ({"capital": 0.0}, "capital 0")],
    ids=str,
)
def test_an_account_that_cannot_be(run: Run, given: dict[str, float], message: str) -> None:
    """Fees, slippage and capital are held to what a back-test takes."""
    assert message in mistake(run(ANY, **given)).message
