"""Texts to trees."""

from __future__ import annotations

from functools import cache

import lark
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stratrun.engine.diagnostics.report import Report
from stratrun.engine.language.expression import grammar_table
from stratrun.engine.language.expression.build_grammar import build, digest
from stratrun.engine.language.expression.parse import parse
from stratrun.engine.language.expression.parser import Stopped, tree_of
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


SIGNS = ["3%", "4h", ".", ".a", "(", ")", "[", "]", ",", "=", "f(", "<", ">", "==", "+", "-", "*", "/", "%"]
TEXTS = st.lists(st.sampled_from([*SIGNS, *KEYWORDS, "a", "b", "1", "2.5"]), max_size=12).map(" ".join)


@cache
def lark_parser() -> lark.Lark:
    return build()


@given(TEXTS)
@example("btc.4h.f(a, k=1).out[2] > 3% and not a.for within n candles")
@example("1 < a < -b * (c + 2)")
@settings(max_examples=500, deadline=None)
def test_the_parser_is_lark_in_short(text: str) -> None:
    """It accepts what lark's own parser accepts, stops where that stops and expects what that expects."""
    try:
        lark_parser().parse(text)
        theirs = None
    except lark.UnexpectedToken as error:
        at = len(text.rstrip()) if error.token.type == "$END" else error.token.start_pos
        theirs = (at, error.token.type, frozenset(error.accepts))
    except lark.UnexpectedCharacters as error:
        theirs = (error.pos_in_stream, "", frozenset())
    try:
        tree_of(text)
        ours = None
    except Stopped as stopped:
        ours = (stopped.at, stopped.kind, stopped.expected)
    assert ours == theirs


def test_grammar_has_no_conflicts() -> None:
    """The grammar is LALR(1) without help, and no two of its terminals fight over a text."""
    build(strict=False)
