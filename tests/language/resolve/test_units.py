"""Values with a unit, alone or by a param's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stratrun.engine.diagnostics.report import Report
from stratrun.engine.language.expression.units import parse_value, written
from stratrun.engine.language.scope import Value
from stratrun.engine.language.strategy import Duration
from stratrun.engine.language.text import Text

if TYPE_CHECKING:
    from ..conftest import Bench


@pytest.mark.parametrize(
    ("text", "expected", "again"),
    [
        ("20", Value(20.0), "20"),
        ("-5", Value(-5.0), "-5"),
        ("0.25", Value(0.25), "0.25"),
        ("3%", Value(0.03, "%"), "3%"),
        ("0.07%", Value(0.0007, "%"), "0.07%"),
        ("6 %", Value(0.06, "%"), "6%"),
        ("2R", Value(2.0, "R"), "2R"),
        ("96 candles", Value(96.0, "candles"), "96 candles"),
        ("1 candle", Value(1.0, "candles"), "1 candles"),
        ("15m", Value(15.0, "m"), "15m"),
        ("12h", Value(12.0, "h"), "12h"),
        (" 7d ", Value(7.0, "d"), "7d"),
        ("2w", Value(2.0, "w"), "2w"),
    ],
)
def test_values(text: str, expected: Value, again: str) -> None:
    """A number and its unit; percents are the nearest ratio."""
    report = Report()
    assert parse_value(Text(text), report) == expected
    assert written(expected) == again
    assert not report.failed


@pytest.mark.parametrize(
    "text", ["", "x", "%", "3 %%", "1e3", ".5", "3r", "12 h", "3 bars", "1_000", "--3", "100 USDT", "9" * 400, "3\n4"]
)
def test_no_values(text: str) -> None:
    """Anything else is one diagnostic over the whole text."""
    report = Report()
    assert parse_value(Text(text), report) is None
    assert [d.code for d in report.diagnostics()] == ["SR225"]


CLOSE = "field('close') @15m"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3%", f"mul(constant(0.03), {CLOSE}) @15m"),
        ("pct", f"mul(constant(0.03), {CLOSE}) @15m"),
        ("pct * 2", f"mul(constant(0.06), {CLOSE}) @15m"),
        ("2 * atr(14)", "mul(constant(2.0), indicator('atr', 'atr', 14) @15m) @15m"),
        ("4h.atr(14)", "lift(indicator('atr', 'atr', 14) @4h) @15m"),
        (
            "4h.atr(14) / 4h.close",
            f"mul(lift(div(indicator('atr', 'atr', 14) @4h, field('close') @4h) @4h) @15m, {CLOSE}) @15m",
        ),
        (
            "close - lowest(low, 10)",
            "sub(field('close') @15m, indicator(field('low') @15m, 'lowest', 'lowest', 10) @15m) @15m",
        ),
    ],
)
def test_distances(bench: Bench, text: str, expected: str) -> None:
    """A ratio becomes a part of the close, a price distance stays what it is."""
    found = bench.resolver.distance(Text(text))
    assert found is not None, bench.words
    assert found.r is None
    assert repr(found.term) == expected


@pytest.mark.parametrize("text", ["2R", "goal"])
def test_multiples_of_the_stop(bench: Bench, text: str) -> None:
    """R stands only where the stop's distance is known."""
    found = bench.resolver.distance(Text(text), r=True)
    assert found is not None
    assert (found.term, found.r) == (None, 2.0)
    assert bench.resolver.distance(Text(text)) is None
    assert bench.codes == ["SR224"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3", "SR224"),
        ("fast", "SR224"),
        ("fast * 2", "SR224"),
        ("96 candles", "SR224"),
        ("12h", "SR224"),
        ("hold", "SR224"),
        ("0%", "SR224"),
        ("-3%", "SR224"),
        ("0R", "SR224"),
        ("0 * 3%", "SR224"),
        ("rsi14", "SR224"),
        ("volume", "SR224"),
        ("close * volume", "SR224"),
        ("1 / close", "SR224"),
        ("close > open", "SR213"),
        ("mom", "SR219"),
        ("2 *", "SR200"),
        ("1.5 * 2R", "SR210"),
        ("nothing", "SR208"),
        ("", "SR201"),
        ("position.profit", "SR220"),
    ],
)
def test_no_distances(bench: Bench, text: str, code: str) -> None:
    """A distance is a price or a ratio above zero; a plain number is an error."""
    assert bench.resolver.distance(Text(text), r=True) is None
    assert bench.codes == [code]


def test_durations(bench: Bench) -> None:
    """A holding time is counted in candles or in time."""
    for text, expected in {
        "96 candles": Duration(candles=96),
        "hold": Duration(candles=96),
        "12h": Duration(ms=43_200_000),
        "wait": Duration(ms=43_200_000),
        "1.5d": Duration(ms=129_600_000),
    }.items():
        assert bench.resolver.duration(Text(text)) == expected


def test_percents_amounts_and_quantities(bench: Bench) -> None:
    """Percentages become ratios, amounts are in the quote currency, quantities plain."""
    assert bench.resolver.percent(Text("0.75%")) == 0.0075
    assert bench.resolver.percent(Text("pct")) == 0.03
    assert bench.resolver.amount(Text("100 USDT"), "USDT") == 100.0
    assert bench.resolver.quantity(Text("0.5")) == 0.5
    assert bench.resolver.quantity(Text("n")) == 3.0
    assert not bench.codes


@pytest.mark.parametrize(
    ("kind", "text", "code", "words"),
    [
        ("duration", "96", "SR225", "write `96 candles` or `12h`"),
        ("duration", "n", "SR225", "`n`, which is 3"),
        ("duration", "1.5 candles", "SR225", "whole number"),
        ("duration", "0h", "SR225", "above zero"),
        ("duration", "2 + 3", "SR225", "expected a length of time"),
        ("duration", "holt", "SR208", "did you mean `hold`?"),
        ("duration", "rsi14", "SR208", "not a param"),
        ("percent", "1", "SR225", "write one such as `1%`"),
        ("percent", "-1%", "SR225", "above zero"),
        ("quantity", "3%", "SR225", "expected a plain number"),
        ("quantity", "0", "SR225", "above zero"),
    ],
)
def test_values_of_the_wrong_kind(bench: Bench, kind: str, text: str, code: str, words: str) -> None:
    """A value of another kind is one diagnostic that says what to write."""
    assert getattr(bench.resolver, kind)(Text(text)) is None
    assert bench.codes == [code]
    assert words in bench.words[0]


@pytest.mark.parametrize("text", ["100", "100 EUR", "0 USDT", "-5 USDT", "n", "USDT", ""])
def test_amounts_of_the_wrong_kind(bench: Bench, text: str) -> None:
    """An amount names the quote currency and is above zero."""
    assert bench.resolver.amount(Text(text), "USDT") is None
    assert bench.codes == ["SR225"]


def test_no_length_is_longer_than_any_run(bench: Bench) -> None:
    """A time of more than a hundred years, or more than a million candles, is a slip of the pen."""
    assert bench.resolver.duration(Text("36500d")) is not None
    assert bench.resolver.duration(Text("1000000 candles")) is not None
    for text in ("36501d", "99999999999999999999d", "1000001 candles"):
        assert bench.resolver.duration(Text(text)) is None
    assert bench.codes == ["SR225"] * 3
