"""What is measured: unlike things are not compared, sensible formulas are not refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from stratrun.engine.language.term import Dimension
from stratrun.engine.language.text import Text

if TYPE_CHECKING:
    from ..conftest import Bench

PRICE, RATIO, INDEX, VOLUME = Dimension.PRICE, Dimension.RATIO, Dimension.INDEX, Dimension.VOLUME
COUNT, NUMBER, CONDITION = Dimension.COUNT, Dimension.NUMBER, Dimension.CONDITION


DIMENSIONS = {
    PRICE: """
        close | close + 1 | 1 + close | close - open | -close | close[1] | 4h.close | ema(close, 3) | mom.hist | atr(14)
        close * 2 | 2 * close | close * 3% | close * (1 + 3%) | close / 2 | close * rsi14 / 100
        close * count(close > open, 5) / 5 | volume * close / volume | close * close / close
        atr(14) * atr(14) / atr(100) | sum(close * volume, 20) / sum(volume, 20)
        4h.sma(volume * close, 3) / 4h.volume | max(0, change(close)) | min(close, 3)
    """,
    VOLUME: "volume | ema(volume, 3) | (volume * close)[1] / close",
    RATIO: """
        6% | pct | 1 + 2% | close / open | close / open - 1 | (close - ema(close, 20)) / atr(14) | 1 / (close / open)
        rsi14 / rsi14[1] | close * (1 / close) | 1 / close * close | volume * close / sma(volume * close, 20)
        count(close > open, 5) / count(close < open, 5)
    """,
    INDEX: "rsi14 | rsi14 / 100 | 100 - rsi14 | rsi14 * 2%",
    COUNT: "time.hour | count(close > open, 5) | count(close > open, 5) / 2",
    NUMBER: "5 | 2 * 3 | volume * close | close * close | 1 / close",
    CONDITION: "close > open | (close > open)[1] | not close > open | uptrend | close is rising",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [(text, dimension) for dimension, texts in DIMENSIONS.items() for text in re.split(r" \| |\n\s+", texts.strip())],
)
def test_dimensions(bench: Bench, text: str, expected: Dimension) -> None:
    """Arithmetic, functions, offsets and lifts carry what is measured."""
    assert bench.value(text).dimension is expected


SENSIBLE = """
    close > 50000
    rsi14 > 30
    volume > 0
    close / open > 1.02
    close / open - 1 > 2%
    volume * close > 1000000
    close > open * 1.01
    sum(close * volume, 20) / sum(volume, 20) > close
    volume * close > sma(volume * close, 20)
    count(close > open, 10) >= 7
    btc.1d.atr(14) / btc.1d.close < 6%
    bb(close, 20, 2).upper < close
    time.hour >= 8 and time.hour < 20
    (high - low) / (high[1] - low[1]) > 2
    close - low > 0.5 * (high - low)
    correlation(close, btc.close, 20) > 0.5
    valuewhen(close > open, high, 0) < close
    zscore(close, 20) < -2
    abs(close - ema(close, 20)) > 2 * stdev(close, 20)
    1 / close > 0.001
    close * close > atr(14) * open
"""


@pytest.mark.parametrize("text", SENSIBLE.strip().splitlines())
def test_sensible_formulas(bench: Bench, text: str) -> None:
    """Formulas that strategies use are not refused."""
    assert bench.resolver.condition(Text(text)) is not None, bench.words


@pytest.mark.parametrize(
    ("text", "marked", "words"),
    [
        ("close > rsi14", "close > rsi14", "`close` is a price and `rsi14` is an index"),
        ("close > volume", "close > volume", "volume > sma(volume, 20)"),
        ("close + 3% > open", "close + 3%", "close * (1 + 3%)"),
        ("close - pct > open", "close - pct", "close * (1 - pct)"),
        ("rsi14 > 30%", "rsi14 > 30%", "write `30`, not `30%`"),
        ("close > 3%", "close > 3%", "close / close"),
        ("close crosses above rsi14", "close crosses above rsi14", "unlike things are not compared"),
        ("1 < close < rsi14", "1 < close < rsi14", "unlike"),
        ("volume * close > volume", "volume * close > volume", "price × volume"),
        ("close / volume > close", "close / volume > close", "price / volume"),
        ("1 / volume > close", "1 / volume > close", "1 / volume"),
        ("min(close, volume) > 1", "min(close, volume)", "unlike things are not mixed"),
        ("max(close, 3%) > 1", "max(close, 3%)", "unlike things are not mixed"),
        ("volume > 1 and close + rsi14 + 1 > 2", "close + rsi14", "unlike things are not added"),
    ],
)
def test_unlike_things(bench: Bench, text: str, marked: str, words: str) -> None:
    """Comparing or adding unlike things is a diagnostic that names both."""
    found = bench.refused(text)
    assert found.code == "SR212", found
    assert found.span is not None
    assert text[found.span.column - 1 : found.span.end_column - 1] == marked
    assert words in f"{found.message} | {found.help}"


@pytest.mark.parametrize(
    ("text", "code", "marked"),
    [
        ("close", "SR214", "close"),
        ("5", "SR214", "5"),
        ("close and volume > 1", "SR214", "close"),
        ("volume > 1 or 3", "SR214", "3"),
        ("not close", "SR214", "close"),
        ("close for 3 candles", "SR214", "close"),
        ("(close > open) + 1 > 1", "SR213", "close > open"),
        ("-(close > open) > 1", "SR213", "close > open"),
        ("(close > open) > 1", "SR213", "close > open"),
        ("(close > open) is rising", "SR213", "close > open"),
        ("(close > open) crosses above 1", "SR213", "close > open"),
        ("uptrend > 0", "SR213", "uptrend"),
    ],
)
def test_conditions_are_no_numbers(bench: Bench, text: str, code: str, marked: str) -> None:
    """A condition is not calculated with, and a number is not true or false."""
    found = bench.refused(text)
    assert found.code == code, found
    assert found.span is not None
    assert text[found.span.column - 1 : found.span.end_column - 1] == marked
