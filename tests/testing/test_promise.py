"""A property: what a back-test did always passes as a test's expectation, and any changed part of it always fails."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any
from xml.etree import ElementTree

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import stratrun
from stratrun.engine.language.document import loads
from stratrun.engine.language.scenario import Case, Expectation, TestFile
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.testing.check import check
from stratrun.engine.testing.data import as_data
from stratrun.engine.testing.junit import as_junit
from stratrun.engine.testing.observed import SIDES, Observed
from stratrun.engine.testing.play import Player
from stratrun.engine.testing.suite import run_file
from stratrun.engine.testing.text import Style, Teller
from stratrun.engine.testing.trades import NUMBERS, Trade, trades_of
from stratrun.engine.trading.trades import ExitReason

from .made import SPAN, START, STRATEGY, expect, series

PERP = """stratrun: 2
name: Both ways
symbols: [BTC/USDT:USDT]
timeframe: 1h
market: perp
indicators: {slow: "sma(close, 3)"}
long: {enter: close crosses above slow, exit: {when: close < slow or position.candles > 4, stop: 4%, target: 2R}}
short: {enter: close crosses below slow, exit: {time: 3 candles, stop: 3%}}
size: {equity: 50%}
"""

closes = st.lists(st.floats(80.0, 120.0).map(lambda x: round(x, 2)), min_size=12, max_size=60)
missing = st.sets(st.integers(4, 50), max_size=6)


def observed(tmp: Any, text: str, values: list[float]) -> Observed:
    path = tmp / "strategy.yaml"
    path.write_text(text)
    case = Case("it", {"": series(values)}, (), SPAN, START)
    return Player(TestFile(str(tmp / "it.test.yaml"), path.name, (case,), fee=0.001)).play(case)


def by_hand(text: str, values: list[float]) -> list[Trade]:
    """The trades of `stratrun.backtest` over candles made without the testing room."""
    strategy = loads(text)
    keep = [k for k, value in enumerate(values) if value == value]
    close = np.array([values[k] for k in keep])
    opened = np.concatenate([close[:1], close[:-1]])
    time = START + np.array(keep, np.int64) * 3_600_000
    columns = (opened, np.maximum(opened, close), np.minimum(opened, close), close, np.ones(len(close)))
    symbol = strategy.symbols[0]
    candles = Candles(symbol, Timeframe.parse("1h"), time, *columns)
    t = stratrun.backtest(strategy, {symbol: candles}, capital=10_000, fee=0.001).trades
    number = {int(when): k for k, when in enumerate(time)}
    return [
        Trade(symbol, SIDES[int(t.side[k])], number[int(t.entry_time[k])], number[int(t.exit_time[k])],
              ExitReason(int(t.reason[k])).name.lower(), float(t.entry_price[k]), float(t.exit_price[k]),
              float(t.quantity[k]), float(t.profit[k]), float(t.profit_pct[k]), float(t.fees[k]), int(t.candles[k]))
        for k in range(len(t))
    ]  # fmt: skip


def figures_of(trade: Trade) -> dict[str, Any]:
    return {name: value for name, value in asdict(trade).items() if name != "symbol"}


def changed(name: str, value: Any) -> Any:
    if name == "side":
        return "short" if value == "long" else "long"
    if name == "reason":
        return "breakeven"
    return value + 1 if name in NUMBERS else value * 1.000001 + (1e-6 if value >= 0 else -1e-6)


@settings(max_examples=40)
@given(values=closes, gaps=missing, text=st.sampled_from([STRATEGY, PERP]))
def test_what_happened_passes_and_nothing_else(
    tmp_path_factory: Any, values: list[float], gaps: set[int], text: str
) -> None:
    """Every trade of the back-test passes; with any one of its figures changed, it fails."""
    values = [float("nan") if k in gaps else value for k, value in enumerate(values)]
    seen = observed(tmp_path_factory.mktemp("it"), text, values)
    trades = by_hand(text, values)
    assert trades_of(seen) == trades
    assert check(seen, expect("trades", value=str(len(trades)))) is None
    assert check(seen, expect("trades", value=str(len(trades) + 1))) is not None
    for number, trade in enumerate(trades, 1):
        right = Expectation("trade", SPAN, value=str(number), figures=figures_of(trade))
        assert check(seen, right) is None
        for name, value in figures_of(trade).items():
            wrong = replace(right, figures={name: changed(name, value)})
            miss = check(seen, wrong)
            assert miss is not None
            assert miss.happened.startswith(f"{name} is ")


@settings(max_examples=40)
@given(values=closes, text=st.sampled_from([STRATEGY, PERP]))
def test_a_signal_comes_before_each_fill(tmp_path_factory: Any, values: list[float], text: str) -> None:
    """Each trade was signalled at the candle before its entry, and left by rule only after a signal."""
    seen = observed(tmp_path_factory.mktemp("it"), text, values)
    for trade in trades_of(seen):
        assert trade.entered is not None
        assert trade.exited is not None
        entry = expect("signal", first=trade.entered - 1, last=trade.entered - 1, value=f"enter_{trade.side}")
        assert check(seen, entry) is None
        if trade.reason == "rule":
            leave = expect("signal", first=trade.exited - 1, last=trade.exited - 1, value=f"exit_{trade.side}")
            assert check(seen, leave) is None


ODD = st.builds(
    Expectation,
    kind=st.sampled_from(["signal", "decision", "trade", "trades", "figure"]),
    span=st.just(SPAN),
    first=st.none() | st.integers(0, 99),
    last=st.none() | st.integers(0, 99),
    value=st.sampled_from(["none", "enter_long", "exit_short", "approved", "filtered", "1", "7", "sharpe", "wins"]),
    because=st.sampled_from([None, "close > slow", "close > 1 and volume > 0", "position.profit > 0%", "1 <", "slow"]),
    symbol=st.sampled_from([None, "BTC/USDT", "ETH/USDT"]),
    figures=st.dictionaries(
        st.sampled_from(["side", "entered", "profit", "within"]), st.floats(-10, 10), max_size=3
    ).map(lambda figures: {"is": 1.0, **figures, **({"side": "long"} if "side" in figures else {})}),
)  # fmt: skip


@settings(max_examples=60)
@given(values=closes, expectation=ODD)
def test_no_expectation_ends_in_an_error(tmp_path_factory: Any, values: list[float], expectation: Expectation) -> None:
    """Whatever is expected of whatever candles, the outcome is a pass, a failure or a mistake, and can be told."""
    whole = expectation.kind in ("trade", "trades", "figure")
    if whole:
        number = "1" if expectation.kind != "figure" and not str(expectation.value).isdigit() else expectation.value
        expectation = replace(expectation, value=number)
    if expectation.kind == "trade":
        figures = {name: value for name, value in expectation.figures.items() if name != "is"}
        expectation = replace(expectation, figures=figures)
    path = tmp_path_factory.mktemp("it") / "strategy.yaml"
    path.write_text(STRATEGY)
    case = Case("it", {"": series(values)}, (expectation,), SPAN, START)
    (outcome,) = run_file(TestFile(str(path.with_name("it.test.yaml")), path.name, (case,)))
    assert outcome.passed or outcome.failures or outcome.mistakes
    assert list(Teller(Style()).lines(outcome))
    assert json.dumps(as_data([outcome], False))
    assert len(ElementTree.fromstring(as_junit([outcome]))) > 0
