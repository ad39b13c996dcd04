"""Texts to trees."""

from __future__ import annotations

import pytest

from stratrun.engine.diagnostics.report import Report
from stratrun.engine.language.expression import grammar_table, syntax
from stratrun.engine.language.expression.build_grammar import build, digest
from stratrun.engine.language.expression.parse import parse
from stratrun.engine.language.expression.tree import (
    Argument,
    Arithmetic,
    Comparison,
    Count,
    Crossing,
    Junction,
    Lag,
    Negation,
    Negative,
    Node,
    Number,
    Path,
    Segment,
    Trend,
    Window,
)
from stratrun.engine.language.expression.words import KEYWORDS
from stratrun.engine.language.text import Text


def tree(text: str) -> Node:
    report = Report()
    found = parse(Text(text), report)
    assert found is not None, report.diagnostics()
    return found


def name(text: str) -> Path:
    return Path((Segment(text),))


A, B, C = name("a"), name("b"), name("c")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6%", Number(0.06, percent=True)),
        ("0.5", Number(0.5)),
        ("0.07%", Number(0.0007, percent=True)),
        ("a - b + c", Arithmetic(A, (("-", B), ("+", C)))),
        ("a + b * c", Arithmetic(A, (("+", Arithmetic(B, (("*", C),))),))),
        ("(a + b) * c", Arithmetic(Arithmetic(A, (("+", B),)), (("*", C),))),
        ("-a[1]", Negative(Lag(A, Count(1.0)))),
        ("a[fast]", Lag(A, Count("fast"))),
        ("1 < a < b", Comparison(Number(1.0), (("<", A), ("<", B)))),
        ("a crosses above b + 1", Crossing(A, True, Arithmetic(B, (("+", Number(1.0)),)))),
        ("a crosses below b", Crossing(A, False, B)),
        ("a is rising", Trend(A, True)),
        ("a is falling for 3 candles", Window(Trend(A, False), "for", Count(3.0))),
        ("not a within 3 candles", Negation(Window(A, "within", Count(3.0)))),
        ("(not a) within 1 candle", Window(Negation(A), "within", Count(1.0))),
        ("a for 2 candles within n candles", Window(Window(A, "for", Count(2.0)), "within", Count("n"))),
        ("not a and b", Junction("and", (Negation(A), B))),
        ("a and b and c", Junction("and", (A, B, C))),
        ("(a and b) or c", Junction("or", (Junction("and", (A, B)), C))),
        ("(a and b)[2]", Lag(Junction("and", (A, B)), Count(2.0))),
        ("f()", Path((Segment("f", ()),))),
        ("f(a, k=b)", Path((Segment("f", (Argument(A), Argument(B, "k"))),))),
        (
            "btc.1d.f(a).out",
            Path((Segment("btc"), Segment("1d", None, True), Segment("f", (Argument(A),)), Segment("out"))),
        ),
        ("4h.a", Path((Segment("4h", None, True), Segment("a")))),
        ("a\n  and\tb", Junction("and", (A, B))),
        ("android > 1", Comparison(name("android"), ((">", Number(1.0)),))),
        ("candles_seen", name("candles_seen")),
    ],
)
def test_trees(text: str, expected: Node) -> None:
    """Precedence, chains, suffixes and paths become the tree the grammar describes."""
    assert tree(text) == expected


@pytest.mark.parametrize("word", KEYWORDS)
def test_keywords_are_free_after_a_dot(word: str) -> None:
    """A keyword is reserved as a name and free as an output."""
    assert tree(f"a.{word}") == Path((Segment("a"), Segment(word)))
    assert parse(Text(f"{word} > 1"), Report()) is None or word == "not"


def test_nodes_know_their_place() -> None:
    """Every node's `start..end` is the stretch of the text it was read from."""
    text = "not (4h.rsi(close, n=14)[2] > -30%) within 3 candles"
    found = tree(text)
    assert isinstance(found, Negation)
    window = found.operand
    assert isinstance(window, Window)
    comparison = window.operand
    assert isinstance(comparison, Comparison)
    lag = comparison.first
    assert isinstance(lag, Lag)
    call = lag.operand
    assert isinstance(call, Path)
    arguments = call.segments[1].arguments or ()
    places = [found, comparison, lag, call, call.segments[1], lag.count, arguments[1].value, comparison.rest[0][1]]
    assert [text[node.start : node.end] for node in places] == [
        text, "4h.rsi(close, n=14)[2] > -30%", "4h.rsi(close, n=14)[2]", "4h.rsi(close, n=14)",
        "rsi(close, n=14)", "2", "14", "-30%",
    ]  # fmt: skip
    assert text[arguments[1].start :].startswith("n=14")


def test_table_belongs_to_the_grammar() -> None:
    """The committed parser table was made from the committed grammar."""
    assert digest() == grammar_table.GRAMMAR, "run: python -m stratrun.engine.language.expression.build_grammar"


def test_grammar_itself_parses_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """With another release of lark the parser built from the grammar gives the same trees as the table."""
    texts = ["btc.4h.f(a, k=1).out[2] > 3% and not a.for within n candles", "1 < a < -b * (c + 2)"]
    from_table = [tree(text) for text in texts]
    monkeypatch.setattr(grammar_table, "LARK", "0")
    syntax._parser.cache_clear()
    try:
        assert [tree(text) for text in texts] == from_table
    finally:
        syntax._parser.cache_clear()


def test_grammar_has_no_conflicts() -> None:
    """The grammar is LALR(1) without help, and no two of its terminals fight over a text."""
    build(strict=False)
