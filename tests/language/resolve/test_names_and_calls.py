"""Names, calls and definitions to terms."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from stratrun.engine.indicators import CATALOGUE
from stratrun.engine.language.resolve.arguments import Signature
from stratrun.engine.language.term import Dimension, Op
from stratrun.engine.language.text import Text

if TYPE_CHECKING:
    from ..conftest import Bench


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("close", "field('close') @15m"),
        ("hlc3", "field('hlc3') @15m"),
        ("5", "constant(5.0)"),
        ("6%", "constant(0.06)"),
        ("fast", "constant(20.0)"),
        ("pct", "constant(0.03)"),
        ("fast * 2 + 1", "constant(41.0)"),
        ("-pct", "constant(-0.03)"),
        ("-close", "neg(field('close') @15m) @15m"),
        ("close[2]", "lag(field('close') @15m, 2) @15m"),
        ("close[n]", "lag(field('close') @15m, 3) @15m"),
        ("close[0]", "field('close') @15m"),
        ("lag(close, 2)", "lag(field('close') @15m, 2) @15m"),
        ("lag(source=close, n=n)", "lag(field('close') @15m, 3) @15m"),
        ("lag(close > open, 1)", "lag(gt(field('close') @15m, field('open') @15m) @15m, 1) @15m"),
        ("close is falling", "falling(field('close') @15m) @15m"),
        ("close > open for n candles", "for(gt(field('close') @15m, field('open') @15m) @15m, 3) @15m"),
        ("close > open within hold candles", "within(gt(field('close') @15m, field('open') @15m) @15m, 96) @15m"),
        ("1 < 2", "lt(constant(1.0), constant(2.0)) @15m"),
        (
            "30 < volume < 70",
            "and(lt(constant(30.0), field('volume') @15m) @15m, lt(field('volume') @15m, constant(70.0)) @15m) @15m",
        ),
        ("not close > open", "not(gt(field('close') @15m, field('open') @15m) @15m) @15m"),
        ("time.hour", "time('hour', 'UTC') @15m"),
        ("ema_fast", "indicator(field('close') @15m, 'ema', 'ema', 20) @15m"),
        ("ema_fast.ema", "indicator(field('close') @15m, 'ema', 'ema', 20) @15m"),
        ("mom.hist", "indicator(field('close') @15m, 'macd', 'hist', 12, 26, 9) @15m"),
    ],
)
def test_terms(bench: Bench, text: str, expected: str) -> None:
    """Names, literals and operators become the terms they stand for."""
    assert repr(bench.value(text)) == expected


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("rsi(14)", "rsi(close, 14)"),
        ("rsi()", "rsi(close, 14)"),
        ("rsi(length=14)", "rsi(close, 14)"),
        ("rsi(source=close)", "rsi(close, 14)"),
        ("rsi(14, source=close)", "rsi(close, 14)"),
        ("rsi(14, source=high)", "rsi(high, 14)"),
        ("ema(fast)", "ema(close, 20)"),
        ("ema(close, fast * 2)", "ema(close, 40)"),
        ("ema(close, half * 2)", "ema(close, 5)"),
        ("highest(20)", "highest(high, 20)"),
        ("bb(20, 2).upper", "bb(close, 20, 2).upper"),
        ("macd(12, 26, 9).hist", "macd().hist"),
        ("macd(fast=12).hist", "macd().hist"),
        ("dmi(14).adx", "adx(14).adx"),
        ("(ema(close, 20))", "ema_fast"),
        ("close  >\n open", "close>open"),
    ],
)
def test_equal_meanings_are_one_term(bench: Bench, text: str, same: str) -> None:
    """Defaults, keywords and arithmetic on constants give the very object the plain call gives."""
    assert bench.value(text) is bench.value(same)


def test_constants_may_be_series(bench: Bench) -> None:
    """A number first is a series where the function has no default for it."""
    assert bench.value("max(0, change(close))").args[0].op is Op.CONSTANT


def test_parameter_types(bench: Bench) -> None:
    """Integer parameters hold ints and others floats, whatever was written."""
    assert [type(p) for p in bench.value("bb(close, 20, 2).upper").params[2:]] == [int, float]


@pytest.mark.parametrize(
    ("text", "code", "marked", "words"),
    [
        ("ema_fst > 3", "SR208", "ema_fst", "did you mean `ema_fast`?"),
        ("clsoe > 3", "SR208", "clsoe", "did you mean `close`?"),
        ("close > ema20", "SR208", "ema20", "ema20: ema(close, 20)"),
        ("close > sma_50", "SR208", "sma_50", "sma_50: sma(close, 50)"),
        ("close > xyzzy", "SR208", "xyzzy", "declare it"),
        ("close > emma(close, 20)", "SR208", "emma", "did you mean `ema(close, 20)`?"),
        ("crossover(close, open)", "SR208", "crossover", "a crosses above b"),
        ("true", "SR208", "true", "compares two things"),
        ("close > btc.clsoe", "SR208", "clsoe", "did you mean `close`?"),
        ("close[foo] > 1", "SR208", "foo", "not a param"),
        ("close[ema_fast] > 1", "SR208", "ema_fast", "not a param"),
        ("close > ema", "SR223", "ema", "write `ema(close, 20)`"),
        ("obv > 0", "SR223", "obv", "write `obv()`"),
        ("close(1) > 0", "SR223", "close", "write `close`"),
        ("ema_fast(20) > 0", "SR223", "ema_fast", "is a definition"),
        ("fast(20) > 0", "SR223", "fast", "is a param"),
        ("btc > 0", "SR209", "btc", "btc.close"),
        ("4h.btc.close > 0", "SR209", "btc", "btc.4h.close"),
        ("btc.eth.close > 0", "SR209", "eth", "btc.4h.close"),
        ("4h.1d.close > 0", "SR209", "1d", "btc.4h.close"),
        ("close.4h.high > 0", "SR209", "4h", "btc.4h.close"),
        ("close.a.b > 0", "SR209", "b", "at most one output"),
        ("ema(close).f(2) > 0", "SR209", "f(2)", "at most one output"),
        ("mom > 0", "SR219", "mom", "macd, signal, hist"),
        ("macd(close) > 0", "SR219", "macd(close)", "macd(close).macd"),
        ("mom.foo > 0", "SR219", "foo", "macd, signal, hist"),
        ("close.foo > 0", "SR219", "foo", "leave out"),
        ("ema_fast.foo > 0", "SR219", "foo", "leave out"),
        ("time > 0", "SR219", "time", "time.hour"),
        ("time.second > 0", "SR219", "time.second", "time.hour"),
        ("position.profit > 0", "SR220", "position.profit", "exit: when:"),
        ("hold > 0", "SR221", "hold", "96 candles"),
        ("wait > 0", "SR221", "wait", "12h"),
        ("goal > 0", "SR221", "goal", "2R"),
        ("close / 0 > 1", "SR222", "0", "zero"),
        ("close / (fast - 20) > 1", "SR222", "fast - 20", "zero"),
        ("9" * 310 + " > 1", "SR222", "9" * 310, "larger"),
        ("fast[1] > 1", "SR226", "fast", "history"),
        ("5 is rising", "SR226", "5", "history"),
        ("fast crosses above 3", "SR226", "fast crosses above 3", "never cross"),
        ("close[6000] > 1", "SR304", "6000", "5,000"),
        ("close[1.5] > 1", "SR304", "1.5", "whole number"),
        ("close[half] > 1", "SR304", "half", "whole number"),
        ("close[wait] > 1", "SR304", "wait", "12h"),
        ("close > 1 within 0 candles", "SR304", "0", "from 1"),
        ("close > 1 for 5001 candles", "SR304", "5001", "5,000"),
    ],
)
def test_refused_names(bench: Bench, text: str, code: str, marked: str, words: str) -> None:
    """A name that does not fit is one diagnostic at its place, with the mend."""
    found = bench.refused(text)
    assert found.code == code, found
    assert found.span is not None
    assert text[found.span.column - 1 : found.span.end_column - 1] == marked
    assert words in f"{found.message} | {found.help}"


@pytest.mark.parametrize(
    ("text", "code", "marked"),
    [
        ("max(close) > 1", "SR215", "max(close)"),
        ("lag(close) > 1", "SR215", "lag(close)"),
        ("correlation() > 1", "SR215", "correlation()"),
        ("ema(close, 20, 3) > 1", "SR215", "3"),
        ("obv(close, 3) > 1", "SR215", "3"),
        ("ema(close, window=20) > 1", "SR216", "window=20"),
        ("ema(close, 20, length=20) > 1", "SR216", "length=20"),
        ("ema(length=20, close) > 1", "SR216", "close"),
        ("ema(close, 2.5) > 1", "SR217", "2.5"),
        ("ema(close, 0) > 1", "SR217", "0"),
        ("ema(close, 9999) > 1", "SR217", "9999"),
        ("ema(close, -3) > 1", "SR217", "-3"),
        ("ema(close, volume) > 1", "SR218", "volume"),
        ("ema(close, length=ema_fast) > 1", "SR218", "length=ema_fast"),
        ("ema(close > open, 20) > 1", "SR213", "close > open"),
        ("count(close, 20) > 1", "SR214", "close"),
    ],
)
def test_refused_calls(bench: Bench, text: str, code: str, marked: str) -> None:
    """A call that does not fit marks the argument at fault and shows the right call."""
    found = bench.refused(text)
    assert found.code == code, found
    assert found.span is not None
    assert text[found.span.column - 1 : found.span.end_column - 1] == marked
    assert found.help is not None
    assert f"{text.split('(')[0]}(" in found.help


def test_all_mistakes_at_once(bench: Bench) -> None:
    """Several mistakes in one expression are all told, each once."""
    assert bench.resolver.condition(Text("foo > bbar and (4h.baz + rsi14 + close < 3) within 0 candles")) is None
    assert bench.codes == ["SR208", "SR208", "SR208", "SR304"]


def test_mistakes_below_a_mistake_stay_silent(bench: Bench) -> None:
    """What stands above an unknown name is not judged."""
    assert bench.resolver.condition(Text("ema(foo, volume) + (close > open)[1] crosses above 3")) is None
    assert bench.codes == ["SR208"]


def test_definitions(bench: Bench) -> None:
    """Every definition is given by name, the outputs of a many-valued one as name.output."""
    terms = bench.resolver.definitions()
    assert list(terms) == [
        "ema_fast", "ema_slow", "rsi14", "mom.macd", "mom.signal", "mom.hist", "uptrend", "crossed",
    ]  # fmt: skip
    assert terms["rsi14"].dimension is Dimension.INDEX
    assert terms["uptrend"].dimension is Dimension.CONDITION
    assert not bench.codes


def test_a_definition_may_have_an_indicators_name(make_bench: Callable[..., Bench]) -> None:
    """`rsi: rsi(close, 14)` is a name and a call, not a circle."""
    bench = make_bench({"rsi": "rsi(close, 14)", "low_rsi": "rsi < 30"})
    assert set(bench.resolver.definitions()) == {"rsi", "low_rsi"}


def test_an_alias_of_a_many_valued_definition(make_bench: Callable[..., Bench]) -> None:
    """A definition that only names another one has its outputs."""
    bench = make_bench({"slow": "4h.mom", "mom": "macd(close)"})
    assert list(bench.resolver.definitions()) == [
        f"{n}.{o}" for n in ("slow", "mom") for o in ("macd", "signal", "hist")
    ]


@pytest.mark.parametrize(
    ("definitions", "words"),
    [
        ({"a": "a + 1"}, "`a` is defined by itself"),
        ({"a": "a[1] + 1"}, "`a` is defined by itself"),
        ({"a": "4h.a + 1"}, "`a` is defined by itself"),
        ({"a": "close + b", "b": "c * 2", "c": "ema(a, 3)"}, "`a` -> `b` -> `c` -> `a`"),
        ({"x": "close", "b": "a + x", "a": "b + x"}, "`b` -> `a` -> `b`"),
    ],
)
def test_cycles(make_bench: Callable[..., Bench], definitions: dict[str, str], words: str) -> None:
    """Definitions in a circle are one diagnostic that names the chain; others are resolved all the same."""
    bench = make_bench({**definitions, "fine": "close + 1", "user": "a + fine"})
    assert "fine" in bench.resolver.definitions()
    assert bench.codes == ["SR211"]
    assert words in bench.words[0]


def test_large_circles(make_bench: Callable[..., Bench]) -> None:
    """Thousands of definitions in circles are told in short, and circles through a told one fall with it."""
    names = {f"d{i}": f"d{i + 1} + d{i // 2}" for i in range(3000)}
    bench = make_bench({**names, "d3000": "close"})
    assert list(bench.resolver.definitions()) == ["d3000"]
    assert set(bench.codes) == {"SR211"}
    assert max(map(len, bench.words)) < 300


def test_a_broken_definition_is_told_once(make_bench: Callable[..., Bench]) -> None:
    """Its users, on any clock, stay silent."""
    bench = make_bench({"bad": "emma(close, 2)", "user": "bad > 1"})
    bench.resolver.definitions()
    assert bench.resolver.condition(Text("4h.user and bad < 3 and btc.bad > 1")) is None
    assert bench.codes == ["SR208"]


def test_long_chains_and_doublings(make_bench: Callable[..., Bench]) -> None:
    """Thousands of definitions in a row and doublings of doublings cost one term each."""
    chain = {"d0": "close", **{f"d{i}": f"d{i - 1} + 1 + d{i - 1}" for i in range(1, 3000)}}
    bench = make_bench(chain)
    assert bench.resolver.condition(Text("4h.d2999 > 1 and d2999 > 1")) is not None
    assert len(bench.resolver.definitions()) == 3000
    assert not bench.codes


def test_deep_expressions_resolve(bench: Bench) -> None:
    """The deepest allowed expression is resolved without running out of stack."""
    text = "abs(" * 29 + "close" + ")" * 29 + " > 1"
    assert bench.resolver.condition(Text(text)) is not None, bench.words


def test_position_terms(bench: Bench) -> None:
    """`position.*` stands in exit conditions under arithmetic, comparisons and and/or/not."""
    text = "close crosses below ema_slow or not (position.profit * 2 < -5% and 0 < position.candles < 90)"
    found = bench.resolver.condition(Text(text), position=True)
    assert found is not None
    assert found.clock == bench.value("close").clock
    assert bench.resolver.condition(Text("position.best > position.entry_price + atr(14)"), position=True)


@pytest.mark.parametrize(
    "text",
    [
        "position.profit[1] > 0", "position.profit is rising", "position.best crosses above close",
        "close crosses above position.best", "position.profit > 0 within 3 candles", "abs(position.profit) > 0",
        "count(position.profit > 0, 3) > 1", "(close > open and position.profit > 0) for 2 candles",
    ],
)  # fmt: skip
def test_position_without_history(bench: Bench, text: str) -> None:
    """The position has no column: it stands under nothing that looks back."""
    assert bench.resolver.condition(Text(text), position=True) is None
    assert bench.codes == ["SR220"]


def test_position_in_a_definition(make_bench: Callable[..., Bench]) -> None:
    """A definition cannot speak of the position, not even when only an exit uses it."""
    bench = make_bench({"late": "position.candles > 9"})
    assert bench.resolver.condition(Text("late"), position=True) is None
    assert bench.codes == ["SR220"]


def test_joining(bench: Bench) -> None:
    """Lists of conditions become one and/or on the strategy's clock; a single one stays itself."""
    a, b = bench.value("close > open"), bench.value("volume > 0")
    assert bench.resolver.all_of([a]) is a
    assert bench.resolver.all_of([a, b]) is bench.value("close > open and volume > 0")
    assert bench.resolver.any_of([a, b]) is bench.value("close > open or volume > 0")


def test_many_values(bench: Bench) -> None:
    """A many-valued indicator is given whole where anything may stand."""
    assert list(bench.resolver.value(Text("4h.macd(close)")) or ()) == ["macd", "signal", "hist"]
    assert list(bench.resolver.value(Text("close > open")) or ()) == [""]


def test_kinds_at_the_top(bench: Bench) -> None:
    """A condition is no series and a series no condition."""
    assert bench.resolver.series(Text("close > open")) is None
    assert bench.resolver.condition(Text("close")) is None
    assert bench.codes == ["SR213", "SR214"] or bench.codes == ["SR214", "SR213"]


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_catalogue_entry_can_be_called(bench: Bench, name: str) -> None:
    """The call a diagnostic shows for an entry is a valid one, on any clock, with its defaults left out too."""
    signature = Signature.of(CATALOGUE[name], name)
    for text in (signature.example, f"4h.{signature.example}"):
        found = bench.resolver.value(Text(text))
        assert found is not None, bench.words
        assert len(found) == max(1, len(CATALOGUE[name].outputs))
    if all(i.default for i in signature.inputs) and all(p.default is not None for p in signature.parameters):
        assert bench.resolver.value(Text(f"{name}()")) is not None, bench.words
