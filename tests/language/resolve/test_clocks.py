"""Which candles a term runs on, and where it is lifted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from stratrun.engine.language.term import Clock, Op
from stratrun.engine.language.text import Text
from stratrun.engine.market.timeframe import Timeframe

if TYPE_CHECKING:
    from ..conftest import Bench

OWN, FOUR = "field('close') @15m", "field('close') @4h"
OVER = f"gt({FOUR}, constant(1.0)) @4h"
CROSSED = f"cross_above({FOUR}, field('open') @4h) @4h"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a prefix and its lift
        ("4h.close", f"lift({FOUR}) @15m"),
        ("15m.close", OWN),
        ("60m.close", "lift(field('close') @1h) @15m"),
        ("240m.close", f"lift({FOUR}) @15m"),
        ("btc.close", "lift(field('close') @btc.15m) @15m"),
        ("btc.15m.close", "lift(field('close') @btc.15m) @15m"),
        ("btc.1d.close", "lift(field('close') @btc.1d) @15m"),
        # pointwise operators stay on a shared clock, mixed ones meet on the strategy's
        ("4h.close > 4h.open", f"lift(gt({FOUR}, field('open') @4h) @4h) @15m"),
        ("4h.close > 3", f"lift(gt({FOUR}, constant(3.0)) @4h) @15m"),
        ("4h.close > close", f"gt(lift({FOUR}) @15m, {OWN}) @15m"),
        ("4h.close - 1d.close", f"sub(lift({FOUR}) @15m, lift(field('close') @1d) @15m) @15m"),
        ("-4h.close * 2", f"lift(mul(neg({FOUR}) @4h, constant(2.0)) @4h) @15m"),
        (
            "1 < 4h.close < close",
            f"and(lt(constant(1.0), lift({FOUR}) @15m) @15m, lt(lift({FOUR}) @15m, {OWN}) @15m) @15m",
        ),
        # looking back runs on the clock of what it looks at
        ("4h.close[1]", f"lift(lag({FOUR}, 1) @4h) @15m"),
        ("4h.close is rising", f"lift(rising({FOUR}) @4h) @15m"),
        ("(4h.close - close)[1]", f"lag(sub(lift({FOUR}) @15m, {OWN}) @15m, 1) @15m"),
        ("4h.close crosses above 4h.open", f"lift({CROSSED}) @15m"),
        ("4h.close crosses above 3", f"lift(cross_above({FOUR}, constant(3.0)) @4h) @15m"),
        ("close crosses below 4h.close", f"cross_below({OWN}, lift({FOUR}) @15m) @15m"),
        ("4h.close > 3 for 2 candles", f"lift(for(gt({FOUR}, constant(3.0)) @4h, 2) @4h) @15m"),
        # and/or/not stand on the strategy's clock, so that a slow crossing is an event ...
        (
            "4h.close crosses above 4h.open and 4h.close > 1",
            f"and(lift({CROSSED}) @15m, lift({OVER}) @15m) @15m",
        ),
        ("not 4h.close > 1", f"not(lift({OVER}) @15m) @15m"),
        # ... but inside a look back they stay on their operands' clock
        (
            "(4h.close crosses above 4h.open and 4h.close > 1) within 3 candles",
            f"lift(within(and({CROSSED}, {OVER}) @4h, 3) @4h) @15m",
        ),
        ("(not 4h.close > 1)[2]", f"lift(lag(not({OVER}) @4h, 2) @4h) @15m"),
        (
            "count(4h.close > 1 or 4h.close < 0, 5)",
            f"lift(indicator(or({OVER}, lt({FOUR}, constant(0.0)) @4h) @4h, 'count', 'count', 5) @4h) @15m",
        ),
        (
            "(4h.close crosses above 4h.open and close > 1) within 3 candles",
            f"within(and(lift({CROSSED}) @15m, gt({OWN}, constant(1.0)) @15m) @15m, 3) @15m",
        ),
        # indicators: a prefix reaches every unprefixed leaf, candle fields they read included
        ("4h.ema(close, 3)", f"lift(indicator({FOUR}, 'ema', 'ema', 3) @4h) @15m"),
        ("ema(4h.close, 3)", f"lift(indicator({FOUR}, 'ema', 'ema', 3) @4h) @15m"),
        ("4h.ema(1d.close, 3)", "lift(indicator(field('close') @1d, 'ema', 'ema', 3) @1d) @15m"),
        ("4h.atr(14)", "lift(indicator('atr', 'atr', 14) @4h) @15m"),
        ("btc.4h.atr(14)", "lift(indicator('atr', 'atr', 14) @btc.4h) @15m"),
        ("btc.ema(4h.close, 3)", "lift(indicator(field('close') @btc.4h, 'ema', 'ema', 3) @btc.4h) @15m"),
        (
            "4h.ema(close - btc.close, 3)",
            "indicator(sub(lift(field('close') @4h) @15m, "
            "lift(field('close') @btc.4h) @15m) @15m, 'ema', 'ema', 3) @15m",
        ),
        ("vwma(4h.close, 20)", f"indicator(lift({FOUR}) @15m, 'vwma', 'vwma', 20) @15m"),
        ("ema(5, 3)", "indicator(constant(5.0), 'ema', 'ema', 3) @15m"),
        ("4h.max(1, 2)", "lift(indicator(constant(1.0), constant(2.0), 'max', 'max') @4h) @15m"),
        # definitions are resolved where they are used
        ("4h.rsi14", f"lift(indicator({FOUR}, 'rsi', 'rsi', 14) @4h) @15m"),
        ("4h.mom.hist", f"lift(indicator({FOUR}, 'macd', 'hist', 12, 26, 9) @4h) @15m"),
        ("ema(4h.rsi14, 3)", f"lift(indicator(indicator({FOUR}, 'rsi', 'rsi', 14) @4h, 'ema', 'ema', 3) @4h) @15m"),
        ("4h.ema(rsi14, 3)", f"lift(indicator(indicator({FOUR}, 'rsi', 'rsi', 14) @4h, 'ema', 'ema', 3) @4h) @15m"),
        ("4h.ema(time.hour, 3)", "indicator(time('hour', 'UTC') @15m, 'ema', 'ema', 3) @15m"),
    ],
)
def test_clocks(bench: Bench, text: str, expected: str) -> None:
    """Terms run on their operands' clock and are lifted where clocks meet and at the end."""
    assert repr(bench.value(text)) == expected


def test_definitions_mean_what_their_text_would(bench: Bench) -> None:
    """A named condition is its text written out, both bare and inside a look back."""
    crossed = "4h.close crosses above 4h.ema_slow and 4h.volume > 0"
    assert bench.value("4h.crossed") is bench.value(crossed)
    assert bench.value("4h.crossed within 2 candles") is bench.value(f"({crossed}) within 2 candles")
    assert bench.value("4h.crossed").op is Op.AND
    assert bench.value("4h.crossed within 2 candles").op is Op.LIFT


def test_equal_timeframes_are_one_clock(bench: Bench) -> None:
    """`60m` and `1h` are the same candles, and so one clock and one term."""
    assert bench.value("60m.close") is bench.value("1h.close")
    assert bench.value("24h.close") is bench.value("1d.close")


def test_weeks_are_their_own(bench: Bench) -> None:
    """Seven days counted from 1970 and weeks from Monday are different candles."""
    week, days = bench.value("1w.close"), bench.value("7d.close")
    assert week.args[0].clock == Clock("", Timeframe.parse("1w"))
    assert week is not days


def test_results_stand_on_the_own_clock(bench: Bench) -> None:
    """Whatever comes out is on the strategy's clock, constants excepted."""
    own = bench.value("close").clock
    for text in ("4h.close", "4h.close > 3", "4h.uptrend", "1 < 2", "4h.close > 3 for 2 candles"):
        assert bench.value(text).clock == own
    assert bench.value("5").clock is None


def test_timezone(make_bench: Callable[..., Bench]) -> None:
    """`time.*` is told in the schedule's timezone."""
    assert make_bench(timezone="Europe/Berlin").value("time.weekday").params == ("weekday", "Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "code", "marked", "words"),
    [
        ("1m.close > 3", "SR302", "1m", "invented"),
        ("btc.5m.close > 3", "SR302", "5m", "invented"),
        ("20m.close > 3", "SR303", "20m", "whole multiple"),
        ("0h.close > 3", "SR303", "0h", "not a timeframe"),
        ("4h.time.hour > 3", "SR305", "4h.time.hour", "write `time.hour`"),
        ("btc.time.hour > 3", "SR305", "btc.time.hour", "write `time.hour`"),
        ("4h.fast > 3", "SR305", "4h.fast", "write `fast`"),
        ("4h.vwma(1d.close, 20) > 3", "SR305", "vwma(1d.close, 20)", "another clock"),
    ],
)
def test_refused_clocks(bench: Bench, text: str, code: str, marked: str, words: str) -> None:
    """A clock that cannot be is told at its prefix."""
    found = bench.refused(text)
    assert found.code == code, found
    assert found.span is not None
    assert text[found.span.column - 1 : found.span.end_column - 1] == marked
    assert words in f"{found.message} | {found.help}"


def test_position_prefix(bench: Bench) -> None:
    """The position has no clock but the strategy's."""
    assert bench.resolver.condition(Text("4h.position.profit > 1"), position=True) is None
    assert bench.codes == ["SR305"]
