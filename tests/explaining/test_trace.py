"""One candle traced."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stratrun
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.explaining.trace import row_of, trace, tree_lines, trees_at
from stratrun.engine.explaining.trace_text import trace_data, trace_lines
from stratrun.engine.explaining.tree import Node
from stratrun.engine.language.document import loads
from stratrun.engine.market.candles import Candles
from stratrun.engine.trading.codes import Decision

from ..parity.case import make_case, one_pass

HOUR = 3_600_000
FILE = """stratrun: 2
name: Dip
symbols: [BTC/USDT]
timeframe: 1h
feeds: {eth: {symbol: ETH/USDT}}
indicators:
  trend: ema(close, 50)
  rsi14: rsi(close, 14)
filters: eth.close > eth.sma(close, 5) or volume > 0
long:
  enter: 4h.close > 4h.ema(close, 5) and rsi14 crosses above 50 and (close > trend) within 48 candles
  exit: {when: rsi14 > 70 or position.profit > 1%, stop: 3%, target: 2R}
size: {risk: 1%}
"""
SIGNALS = {int(Decision.APPROVED), int(Decision.FUNDS_REDUCED), int(Decision.POSITION_OPEN), int(Decision.FILTERED)}


def market(sample: Callable[..., Candles], count: int = 900) -> dict[str, Candles]:
    return {symbol: sample(symbol, count=count) for symbol in ("BTC/USDT", "ETH/USDT")}


def nodes(root: Node) -> Iterator[Node]:
    yield root
    for part in root.parts:
        yield from nodes(part)


def test_every_value_is_that_of_the_columns(sample: Callable[..., Candles]) -> None:
    """Each node's value is the one its expression has in `evaluate` at that row, in unknown rows too."""
    strategy, candles = loads(FILE), market(sample)
    rows = [0, 3, 20, 60, 61, 62, 63, 400, 899]
    trees = trees_at(strategy, candles, "BTC/USDT", rows)
    feeds = {"eth": candles["ETH/USDT"]}
    found = {n.expression: n for tree in trees for root in tree.values() for n in nodes(root)}
    plain = [text for text in found if "position" not in text]
    assert len(plain) > 15
    columns = stratrun.evaluate(plain, candles["BTC/USDT"], strategy=strategy, feeds=feeds).columns
    for row, tree in zip(rows, trees, strict=True):
        for node in (n for root in tree.values() for n in nodes(root) if n.expression in columns):
            value = columns[node.expression][row]
            unknown = value == 2 if node.condition else np.isnan(value)
            assert node.value == (None if unknown else value), (row, node.expression)


def test_a_slower_value_names_its_candle(sample: Callable[..., Candles]) -> None:
    """The 4h candle in effect is the last one closed, and what it shows is its own close."""
    strategy, candles = loads(FILE), market(sample)
    own = candles["BTC/USDT"]
    for row in (100, 101, 102, 103):
        (tree,) = trees_at(strategy, candles, "BTC/USDT", [row])
        (close,) = {n for n in nodes(tree["long.enter"]) if n.expression == "4h.close"}
        last = (int(own.time[row]) + HOUR) // (4 * HOUR) * (4 * HOUR)
        assert (close.clock, close.candle) == ("4h", last - 4 * HOUR)
        assert close.value == own.close[int(np.searchsorted(own.time, last)) - 1]


def test_every_signal_is_traced_to_its_decision(sample: Callable[..., Candles]) -> None:
    """At each signal of the back-test the trace has the rule true, turned true here, and the very decision."""
    strategy, candles = loads(FILE), market(sample)
    result = stratrun.backtest(strategy, candles)
    decided = [k for k in range(len(result.decisions.code)) if int(result.decisions.code[k]) in SIGNALS]
    assert len(decided) > 5
    for k in decided:
        time = int(result.decisions.time[k])
        found = trace(strategy, candles, time)
        (outcome,) = found.decided
        code = Decision(int(result.decisions.code[k])).name
        assert (outcome.code, outcome.quantity, outcome.supposed) == (code, result.decisions.quantity[k], False)
        rule = next(rule for rule in found.rules if rule.key == "long.enter")
        assert rule.tree.value is True
        assert rule.since == found.time == time - HOUR
        assert found.supposed == ()


def test_the_position_is_that_of_the_back_test(sample: Callable[..., Candles]) -> None:
    """While a trade is open the trace tells its entry, and its exit rule is the reason for leaving."""
    strategy, candles = loads(FILE), market(sample)
    trades = stratrun.backtest(strategy, candles).trades
    assert len(trades) >= 5
    for k in range(len(trades)):
        if trades.exit_time[k] <= trades.entry_time[k]:
            continue
        last = int(trades.exit_time[k])
        found = trace(strategy, candles, last)  # the close before the candle it left in
        assert found.before.entry_time == trades.entry_time[k]
        assert found.before.entry_price == trades.entry_price[k]
        when = next(rule for rule in found.rules if rule.key == "long.exit.when").tree
        ruled = found.before.leaving == "rule"
        assert when.value is ruled
        if ruled:
            assert any(n.value is True for n in when.parts)


@settings(max_examples=10)
@given(st.randoms(use_true_random=False))
def test_any_candle_of_any_strategy_can_be_traced(rng: random.Random) -> None:
    """Drawn strategies: rules and account agree with the back-test at a drawn candle, and all of it can be printed."""
    case = make_case(rng)
    symbol = case.strategy.symbols[rng.randrange(len(case.strategy.symbols))]
    own = case.candles[symbol]
    row = rng.randrange(len(own))
    close = int(own.time[row]) + case.strategy.timeframe.ms
    found = trace(
        case.strategy, case.candles, close, symbol=symbol, account=case.account, instruments=case.instruments
    )  # fmt: skip
    decided = one_pass(case).decisions
    at_the_open = np.isin(decided.code, (Decision.FILL_REDUCED, Decision.FILL_DROPPED, Decision.POST_ONLY))
    here = (decided.time == close) & ~at_the_open & (decided.symbol == case.strategy.symbols.index(symbol))
    assert [o.code for o in found.decided] == [Decision(int(c)).name for c in decided.code[here]]
    assert all(outcome.supposed for outcome in found.supposed)
    text = "\n".join(trace_lines(found, case.strategy, plain=True))
    assert text.isascii() or not str(case.strategy.name).isascii()
    assert trace_data(found)["symbol"] == symbol


def test_a_supposed_signal_gets_what_a_real_one_would(sample: Callable[..., Candles]) -> None:
    """What a signal would have got is what the back-test decides when the file's rule is made true there."""
    candles, codes = market(sample), set()
    closes = candles["BTC/USDT"].close
    for row in range(60, 800, 23):
        found = trace(loads(FILE), candles, int(candles["BTC/USDT"].time[row]) + HOUR)
        if found.decided:
            continue
        (supposed,) = found.supposed
        here = FILE.replace("enter: ", "enter: (").replace(
            " 48 candles", f" 48 candles) or close == {closes[row]:.10f}"
        )
        real = stratrun.backtest(loads(here), candles).decisions
        (k,) = np.flatnonzero(real.time == found.close_time)
        assert (supposed.code, supposed.quantity) == (Decision(int(real.code[k])).name, real.quantity[k])
        codes.add(supposed.code)
    assert len(codes) > 1


def test_a_time_without_a_candle_names_the_nearest(sample: Callable[..., Candles]) -> None:
    """Closes and opens are taken, a close first; anything else is refused with the closes beside it."""
    own = sample(count=10)
    third = int(own.time[3])
    assert row_of(own, third) == 2
    assert row_of(own, int(own.time[0])) == 0
    with pytest.raises(InputError) as refusal:
        row_of(own, third + 60_000)
    assert refusal.value.help == "the nearest closes: 2024-01-01T03:00Z and 2024-01-01T04:00Z"
    with pytest.raises(InputError, match="no candle"):
        row_of(own.rows(0, 0), third)


def test_marks_have_an_ascii_form() -> None:
    """A terminal that has no ✓ gets words."""
    tree = Node("a and b", None, True, joins="all", parts=(Node("a", True, True), Node("b", None, True)))
    assert list(tree_lines(tree)) == ["? all of", "  ✓ a", "  ? b"]
    assert all(line.isascii() for line in tree_lines(tree, plain=True))
