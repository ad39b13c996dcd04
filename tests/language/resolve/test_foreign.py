"""Expressions as other languages write them: each is answered with what to write here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stratrun.engine.language.text import Text

if TYPE_CHECKING:
    from ..conftest import Bench


@pytest.mark.parametrize(
    ("text", "code", "marked", "help_"),
    [
        ("close > ta.ema(close, 100)", "SR209", "ta", "leave it out: `ema(...)`"),
        ("talib.crossover(close, open)", "SR209", "talib", "leave it out: `crossover(...)`"),
        ("close > indicators.ema_fast", "SR209", "indicators", "leave it out: `ema_fast`"),
        ("close > close.shift(1)", "SR209", "shift(1)", "write `close[1]`"),
        ("close > close.shift(3)", "SR209", "shift(3)", "write `close[3]`"),
        ("close > close.shift()", "SR209", "shift()", "write `close[1]`"),
        ("close > close.shift(-1)", "SR301", "shift(-1)", "`[1]` is one candle ago"),
        ("close > ema(close, 20).shift(2)", "SR209", "shift(2)", "write `ema(...)[2]`"),
        ("close > ema_fast.lag(2)", "SR209", "lag(2)", "write `ema_fast[2]`"),
        ("close > 4h.close.shift(2)", "SR209", "shift(2)", "write `close[2]`"),
        ("close > close.rolling(20)", "SR209", "rolling(20)", "write a function over a length: `sma(close, 20)`"),
        ("close > close.ema(20)", "SR209", "ema(20)", "write `ema(close, 20)`"),
        ("ema_fast.crosses_above(close)", "SR209", "crosses_above(close)", "write `a crosses above b`"),
        ("sol.close > 5", "SR208", "sol", "declare it under `feeds:`, as in `sol: {symbol: SOL/USDT}`"),
        ("sol.1d.close > 5", "SR208", "sol", "declare it under `feeds:`"),
        ("sol.rsi(close, 14) > 5", "SR208", "sol", "declare it under `feeds:`"),
        ("market_leader.close > 5", "SR208", "market_leader", "{symbol: BTC/USDT}"),
        ("btcc.close > 5", "SR208", "btcc", "did you mean `btc`?"),
        ("daily.close > 5", "SR303", "daily", "write `1d.close`"),
        ("h4.ema(close, 20) > 5", "SR303", "h4", "write `4h.ema(...)`"),
        ("hour > 8", "SR208", "hour", "write `time.hour`"),
        ("weekday == 1", "SR208", "weekday", "write `time.weekday`"),
        ("profit > 3%", "SR208", "profit", "write `position.profit`"),
    ],
)
def test_the_help_is_what_to_write_here(bench: Bench, text: str, code: str, marked: str, help_: str | None) -> None:
    """One diagnostic at the place of the habit, and its help is the language's own way."""
    found = bench.refused(text)
    assert found.code == code, found
    assert found.span is not None
    assert text[found.span.column - 1 : found.span.end_column - 1] == marked
    assert help_ is None or help_ in str(found.help)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ta", "ta.hist > 0"),
        ("data", "data > 0"),
        ("h4", "h4.upper > 0"),
        ("hour", "hour > 0"),
        ("daily", "close > daily"),
    ],
)
def test_what_a_file_declares_is_its_own(make_bench: type[Bench], name: str, text: str) -> None:
    """A name of the file is never taken for one of another language."""
    many = {"ta": "macd(close, 12, 26, 9)", "h4": "bb(close, 20)"}
    bench = make_bench({name: many.get(name, "ema(close, 20)")})
    assert bench.resolver.condition(Text(text)) is not None, bench.words
