"""Terms told in English."""

from __future__ import annotations

import re

import pytest

from stratrun.engine.diagnostics.report import Report
from stratrun.engine.explaining.indicator_words import PHRASES
from stratrun.engine.explaining.words import Words, phrase_of, too_deep
from stratrun.engine.indicators import Indicator, entries
from stratrun.engine.indicators.catalogue import InputKind
from stratrun.engine.language.resolve.resolver import Resolver
from stratrun.engine.language.scope import Scope, Value
from stratrun.engine.language.term import Clock, Dimension, Op, Term
from stratrun.engine.language.text import Text
from stratrun.engine.learning.spec import Aim, Spec, Target, Told
from stratrun.engine.market.timeframe import Timeframe

OWN = Clock("", Timeframe.parse("1h"))
FEEDS = {"btc": "BTC/USDT"}
EMA20 = "the 20-candle exponential average (EMA) of the close"
SAID = {
    "rsi(close, 14) crosses above 30": "the 14-candle relative strength index (RSI) of the close crosses above 30",
    "close crosses below open": "the close crosses below the open",
    "close < 5": "the close is below 5",
    "close <= 5": "the close is at or below 5",
    "close > ema(close, 20)": f"the close is above {EMA20}",
    "close >= 5": "the close is at or above 5",
    "close == 5": "the close equals 5",
    "close != 5": "the close differs from 5",
    "not close > 5": "the close is not above 5",
    "not close is rising": "the close is not rising",
    "not (close > 5 and close > open)": "it is not so that (both the close is above 5 and the close is above the open)",
    "close is falling": "the close is falling",
    "close > open and volume > 1": "both the close is above the open and the volume is above 1",
    "close > open or volume > 1 or close > 2":
        "the close is above the open or the volume is above 1 or the close is above 2",
    "(close > open) for 3 candles": "the close is above the open, on each of the last 3 candles",
    "(close > open) within 3 candles": "the close is above the open, on at least one of the last 3 candles",
    "close > open[1]": "the close is above the open (one candle before)",
    "(close > open)[2]": "the close is above the open, 2 candles before",
    "4h.close > 4h.ema(close, 20)": f"on 4h candles, the close is above {EMA20}",
    "4h.close > close": "the close on 4h candles is above the close",
    "btc.close > close": "the close of BTC/USDT is above the close",
    "btc.4h.close > 5": "on 4h candles of BTC/USDT, the close is above 5",
    "close > (high + low) / 2": "the close is above (the high plus the low) divided by 2",
    "close < -open * 2": "the close is below (minus the open) times 2",
    "close - open > 3% * close": "the close less the open is above 3 % of the close",
    "time.hour >= 8": "the hour of the close (UTC) is at or above 8",
    "position.profit > 5% or position.candles > 9":
        "either the open profit is above 5 % or the number of candles held is above 9",
    "hammer()": "the candle is a hammer",
    "hammer()[2]": "the candle is a hammer, 2 candles before",
    "not hammer()": "it is not so that the candle is a hammer",
    "4h.engulfing().bull": "on 4h candles, the candle completes a bullish engulfing pattern",
    "count(hammer(), 5) > 1": "on how many of the last 5 candles the candle is a hammer is above 1",
    "hammer() within 3 candles": "the candle is a hammer, on at least one of the last 3 candles",
    "count(close > open, 5) > 3": "on how many of the last 5 candles the close is above the open is above 3",
    "rank(roc(close, 5)) <= 3": "the rank of the change of the close over 5 candles in percent among the symbols is at "
    "or below 3",
    "universe_share(close > open) > 50%": "the share of symbols for which the close is above the open is above 50 %",
    "new_week()": "a new week has begun with this close",
    "not member()": "it is not so that the symbol is a member of the universe",
    "up.probability > 60%": "the probability that the model `up` foretells is above 60 %",
    "up.confidence > 0.1": "the confidence of the model `up` is above 0.1",
}  # fmt: skip


def model() -> dict[str, Term]:
    """The outputs of a model of whether the close rises."""
    spec, told = Spec("linear", 1, Target(Aim.RISES, 12, 0.01)), Told("up", ("x",))
    close = Term(Op.FIELD, (), ("close",), OWN, Dimension.PRICE)
    return {name: Term(Op.MODEL, (close,), (spec.text, name, told.text), OWN, Dimension.RATIO) for name in spec.outputs}


def read(text: str) -> Term:
    report = Report("x")
    scope = Scope(OWN.timeframe, FEEDS, {"dip": Value(3.0)}, models={"up": model()})
    found = Resolver(scope, report).condition(Text(text), position=True)
    assert found is not None, report.diagnostics()
    return found


@pytest.mark.parametrize(("text", "said"), SAID.items())
def test_a_condition_is_told_in_words(text: str, said: str) -> None:
    """What a beginner reads for each kind of condition."""
    assert Words(OWN, FEEDS).clause(read(text)) == said


def test_no_operator_is_without_words() -> None:
    """The table above tells every operator there is."""
    seen: set[Op] = set()
    stack = [read(text) for text in SAID]
    while stack:
        term = stack.pop()
        seen.add(term.op)
        stack.extend(term.args)
    assert seen == set(Op)


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.name)
def test_no_indicator_is_without_words(entry: Indicator) -> None:
    """Every output names all the values it was made with and every input its author wrote."""
    written = {i.name for i in entry.inputs if i.kind in (InputKind.SERIES, InputKind.CONDITION)}
    for output in entry.outputs:
        phrase = phrase_of(entry, output.name)
        assert set(re.findall(r"{(\w+)}", phrase)) == written | {p.name for p in entry.parameters}
        assert f"{entry.name}.{output.name}" in PHRASES or entry.name in PHRASES, "it is told by its title alone"


def test_a_condition_is_told_as_a_clause() -> None:
    """What is so is told by a verb of its own, and brackets are closed."""
    verb = re.compile(r"\b(is|rise|fall|completes|confirms|closes)\b")
    for entry in entries():
        for output in entry.outputs:
            phrase = phrase_of(entry, output.name)
            if output.dimension == "condition":
                assert verb.search(phrase.split("(")[0]), phrase
                assert not phrase.startswith("whether"), phrase
            assert not phrase.endswith("."), phrase
            assert phrase.count("(") == phrase.count(")"), phrase


def test_no_two_outputs_are_called_the_same() -> None:
    """Two outputs of one indicator are never called the same."""
    for entry in entries():
        told = [phrase_of(entry, output.name) for output in entry.outputs]
        assert len(set(told)) == len(told), told


def test_no_phrase_is_left_over() -> None:
    """The table of phrases holds no indicator that is not in the catalogue."""
    known = {e.name if len(e.outputs) == 1 else f"{e.name}.{o.name}" for e in entries() for o in e.outputs}
    assert set(PHRASES) <= known


def test_a_term_may_be_absurdly_deep() -> None:
    """Words are refused in good time where a file nests beyond what anybody reads."""
    term = read("close > open")
    assert not too_deep(term)
    for _ in range(5000):
        term = Term(Op.NOT, (term,), (), OWN, Dimension.CONDITION)
    assert too_deep(term)
