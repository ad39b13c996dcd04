"""Expectations of every kind, held against one small back-test: those that hold, and the words of those that do not."""

from __future__ import annotations

import pytest

from stratrun.engine.language.scenario import Expectation

from .made import Run, expect, series


def at(number: int, value: str, kind: str = "signal", **more: str) -> Expectation:
    return expect(kind, first=number, last=number, value=value, **more)


def trade(number: int, **figures: str | float) -> Expectation:
    return expect("trade", value=str(number), figures=figures)


def figure(name: str, value: float, **within: float) -> Expectation:
    return expect("figure", value=name, figures={"is": value, **within})


HOLDS = [
    at(4, "enter_long"),
    at(4, "enter_long", because="close > slow"),
    at(4, "enter_long", because="close > level and close > slow"),
    at(4, "approved", "decision"),
    at(7, "exit_long"),
    at(7, "exit_long", because="close < slow"),
    at(7, "exit_long", because="position.candles > 2 and close < slow"),
    at(5, "none"),
    expect("signal", first=0, last=3, value="none"),
    expect("signal", first=5, last=6, value="none"),
    trade(1),
    trade(1, side="long", entered=5, exited=8, reason="rule", entry_price=105, exit_price=110, held=3),
    trade(1, profit=5, profit_pct=4.7619, quantity=1, fees=0, within=0.0001),
    trade(2, reason="stop", exit_price=97.2, profit=-10.8),
    expect("trades", value="2"),
    expect("trades", value="2", symbol="BTC/USDT"),
    figure("trades", 2),
    figure("final_equity", 9994.2),
    figure("final_equity", 9994, within=0.25),
    figure("profit_factor", 0.463, within=0.001),
]

FAILS = [
    (
        at(5, "enter_long"),
        "enter_long at candle 5",
        "no signal (the rule is true there, and fires only when it turns true); enter_long comes at candles 4, 10",
    ),
    (at(8, "enter_long"), "enter_long at candle 8", "no signal; enter_long comes at candles 4, 10"),
    (
        at(7, "exit_long", because="position.candles > 3"),
        "exit_long at candle 7 because position.candles > 3",
        "exit_long, but `position.candles > 3` was false there",
    ),
    (at(7, "enter_long"), "enter_long at candle 7", "exit_long; enter_long comes at candles 4, 10"),
    (at(4, "enter_short"), "enter_short at candle 4", "enter_long; enter_short comes at no candle"),
    (at(4, "none"), "no signal at candle 4", "enter_long"),
    (
        expect("signal", first=0, last=9, value="none"),
        "no signal at candles 0 to 9",
        "candle 4: enter_long",
    ),
    (
        expect("signal", first=4, last=5, value="enter_long"),
        "enter_long at candles 4 to 5",
        "candle 5: no signal",
    ),
    (at(14, "none"), "no signal at candle 14", "there is no candle 14: the test has 14 candles, 0 to 13"),
    (at(4, "filtered", "decision"), "decision filtered at candle 4", "approved (the signal became an order)"),
    (at(5, "approved", "decision"), "decision approved at candle 5", "no signal, so nothing was decided"),
    (
        at(4, "enter_long", because="close > 200"),
        "enter_long at candle 4 because close > 200",
        "enter_long, but `close > 200` was false there",
    ),
    (
        at(10, "enter_long", because="close >= 100"),
        "because close >= 100",
        "`close >= 100` was true a candle before already, so it is not what turned",
    ),
    (
        at(4, "enter_long", because="close > sma(close, 10)"),
        "because close > sma(close, 10)",
        "`close > sma(close, 10)` was unknown there",
    ),
    (
        at(4, "enter_long", because="close > level and close > 200"),
        "because close > level and close > 200",
        "was false there (`close > 100` true, `close > 200` false)",
    ),
    (trade(1, side="short"), "trade 1: side short", "side is long (long 5 to 8 rule)"),
    (trade(1, entered=4), "trade 1: entered 4", "entered is 5"),
    (trade(1, exited=7), "trade 1: exited 7", "exited is 8"),
    (trade(1, reason="stop"), "trade 1: reason stop", "reason is rule"),
    (trade(1, entry_price=105.5), "trade 1: entry_price 105.5", "entry_price is 105"),
    (trade(1, exit_price=111, profit=6), "exit_price 111, profit 6", "exit_price is 110, profit is 5"),
    (trade(1, quantity=2), "quantity 2", "quantity is 1"),
    (trade(1, fees=1), "fees 1", "fees is 0"),
    (trade(1, held=4), "held 4", "held is 3"),
    (trade(1, held=4, within=5), "held 4", "held is 3"),
    (trade(1, profit_pct=4.76), "profit_pct 4.76", "profit_pct is 4.7619047619"),
    (trade(3, side="long"), "trade 3: side long", "there are 2 trades (1: long 5 to 8 rule; 2: long 11 to 12 stop)"),
    (expect("trades", value="1"), "1 trade", "there are 2 trades"),
    (figure("final_equity", 9994), "final_equity is 9994", "final_equity is 9994.2"),
    (figure("final_equity", 9994, within=0.1), "final_equity is 9994 within 0.1", "final_equity is 9994.2"),
    (figure("sharpe", 1), "sharpe is 1", "sharpe is undefined"),
]


def trades(count: int) -> Expectation:
    return expect("trades", value=str(count))


SPOTS = {
    "a signal that was filtered": (
        trade(1, side="long"), series([100.0] * 4 + [105.0] * 4, volume=[60.0] * 8), 4,
        "there is no trade; enter_long came last at candle 4: filtered (a filter was false)",
    ),
    "no signal, and one condition was not far": (
        trades(1), series([90, 90, 90, 99, 95, 90, 80]), 3,
        "there is no trade; no entry was signalled; nearest was candle 3, where only `close > 100` was not true",
    ),
    "no signal, and nothing was near": (
        trades(1), series([90.0] * 6), 5,
        "there is no trade; no entry was signalled, and at no candle was just one condition false",
    ),
    "a trade that is missing after others": (
        trade(3, side="long"), None, 7,
        "there are 2 trades (1: long 5 to 8 rule; 2: long 11 to 12 stop); no other entry was signalled; nearest "
        "was candle 7, where only `close > sma(close, 3)`",
    ),
    "a trade too many": (trades(1), None, 10, "there are 2 trades"),
    "any trade at all": (trades(0), None, 4, "there are 2 trades"),
}  # fmt: skip


@pytest.mark.parametrize("case", SPOTS)
def test_a_wrong_count_of_trades_shows_where(run: Run, case: str) -> None:
    """A trade that never came, or came too much, is shown with the candles and rules it hung on."""
    expectation, candles, number, happened = SPOTS[case]
    (failure,) = run(expectation, candles=candles).failures
    assert failure.happened.startswith(happened)
    assert failure.spot is not None
    assert failure.spot.rows[failure.spot.marked][0] == number
    assert failure.spot.rules


@pytest.mark.parametrize("expectation", HOLDS, ids=str)
def test_what_happened_holds(run: Run, expectation: Expectation) -> None:
    """An expectation of what the back-test did passes."""
    outcome = run(expectation)
    assert outcome.passed, (outcome.failures, outcome.mistakes)


@pytest.mark.parametrize(("expectation", "expected", "happened"), FAILS, ids=str)
def test_what_did_not_happen_fails(run: Run, expectation: Expectation, expected: str, happened: str) -> None:
    """An expectation of anything else fails, and says what was expected and what happened."""
    outcome = run(expectation)
    assert not outcome.mistakes
    (failure,) = outcome.failures
    assert expected in failure.expected
    assert happened in failure.happened
    assert failure.span == expectation.span


def test_all_expectations_are_held(run: Run) -> None:
    """A case tells every expectation that fails, in the file's order."""
    outcome = run(at(4, "none"), at(4, "enter_long"), at(5, "enter_long"))
    assert [failure.happened.split(";")[0] for failure in outcome.failures] == [
        "enter_long",
        "no signal (the rule is true there, and fires only when it turns true)",
    ]


def test_a_refused_signal_is_a_signal(run: Run) -> None:
    """What the entry rule says is told before filters; the decision tells what became of it."""
    volume = [1.0] * 4 + [60.0] + [1.0] * 9
    assert run(at(4, "enter_long"), at(4, "filtered", "decision"), candles=series(volume=volume)).passed


def test_an_unknown_rule_is_told(run: Run) -> None:
    """Where an entry rule is unknown, nothing signals, and both words say so."""
    rising = series([110 + k for k in range(6)])
    assert run(at(1, "unknown_signal", "decision"), at(1, "none"), candles=rising).passed
    (failure,) = run(at(1, "enter_long"), candles=rising).failures
    assert failure.happened == "the entry rule is still unknown there; enter_long comes at candle 2"


def test_an_exit_without_a_position_is_no_signal(run: Run) -> None:
    """The exit rule is a signal only where a position is held at that close."""
    falling = series([100 - k for k in range(10)])
    assert run(expect("signal", first=0, last=9, value="none"), candles=falling).passed


def test_an_exit_of_the_last_close_is_a_signal(run: Run) -> None:
    """A rule that ends a position at the last candle is told, though nothing fills any more."""
    short = series([100, 100, 100, 105, 110, 120, 110])
    assert run(at(6, "exit_long"), trade(1, reason="open", exited=6), candles=short).passed


def test_missing_candles_are_not_counted(run: Run) -> None:
    """A missing candle has no number, and time passes over it."""
    gap = float("nan")
    closes = [100, 100, gap, gap, 100, 100, 105, 110]
    outcome = run(at(4, "enter_long"), trade(1, entered=5), at(0, "enter_long"), candles=series(closes))
    (failure,) = outcome.failures
    assert failure.happened.endswith("enter_long comes at candle 4")
    assert failure.spot is not None
    assert [row[:2] for row in failure.spot.rows] == [
        (0, "2024-01-01 00:00"),
        (1, "2024-01-01 01:00"),
        (2, "2024-01-01 04:00"),
    ]


def test_the_spot_shows_candles_indicators_and_rules(run: Run) -> None:
    """A failure shows the candles around it, the rules' indicators, the signals, and how each rule stood."""
    (failure,) = run(at(4, "none")).failures
    spot = failure.spot
    assert spot is not None
    assert spot.names == ("candle", "time", "open", "high", "low", "close", "slow", "signal")
    assert spot.rows[spot.marked] == (4, "2024-01-01 04:00", 100, 105, 100, 105, 305 / 3, "enter_long")
    assert len(spot.rows) == 6
    assert {key: node.value for key, node in spot.rules} == {
        "filters": True, "long.enter": True, "long.exit.when": False,
    }  # fmt: skip
