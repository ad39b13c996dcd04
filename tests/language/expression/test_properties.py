"""Any tree survives being written and read; any text is read or refused, never a crash."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from stratrun.engine.diagnostics.report import Report
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
from stratrun.engine.language.expression.units import parse_value
from stratrun.engine.language.expression.words import KEYWORDS
from stratrun.engine.language.resolve.resolver import Resolver
from stratrun.engine.language.scope import Scope, Value
from stratrun.engine.language.text import Text
from stratrun.engine.market.timeframe import Timeframe

# How tightly each node binds; what stands in a tighter place is written in parentheses.
JUNCTION, TERM, WINDOW, RELATION, SUM, PRODUCT, UNARY, ATOM = range(8)


def written(node: Node, least: int = JUNCTION) -> str:
    text, level = _written(node)
    return text if level >= least else f"({text})"


def _written(node: Node) -> tuple[str, int]:
    match node:
        case Number(value, percent):
            digits = Decimal(repr(value)).scaleb(2) if percent else Decimal(repr(value))
            return f"{digits:f}{'%' * percent}", ATOM
        case Path(segments):
            return ".".join(map(_segment, segments)), ATOM
        case Negative(inner):
            return f"-{written(inner, UNARY)}", UNARY
        case Lag(inner, count):
            return f"{written(inner, ATOM)}[{_count(count)}]", UNARY
        case Arithmetic(first, rest):
            level = SUM if rest[0][0] in "+-" else PRODUCT
            return written(first, level + 1) + "".join(f" {s} {written(n, level + 1)}" for s, n in rest), level
        case Comparison(first, rest):
            return written(first, SUM) + "".join(f" {s} {written(n, SUM)}" for s, n in rest), RELATION
        case Crossing(left, above, right):
            word = "above" if above else "below"
            return f"{written(left, SUM)} crosses {word} {written(right, SUM)}", RELATION
        case Trend(inner, rising):
            return f"{written(inner, SUM)} is {'rising' if rising else 'falling'}", RELATION
        case Window(inner, word, count):
            return f"{written(inner, WINDOW)} {word} {_count(count)} candles", WINDOW
        case Negation(inner):
            return f"not {written(inner, TERM)}", TERM
        case Junction(word, operands):
            return f" {word} ".join(written(n, TERM) for n in operands), JUNCTION


def _segment(segment: Segment) -> str:
    if segment.arguments is None:
        return segment.name
    inner = (f"{a.keyword}={written(a.value)}" if a.keyword else written(a.value) for a in segment.arguments)
    return f"{segment.name}({', '.join(inner)})"


def _count(count: Count) -> str:
    return count.value if isinstance(count.value, str) else f"{count.value:g}"


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(lambda n: n not in KEYWORDS)
NUMBERS = st.builds(Number, st.integers(0, 9999).map(float) | st.floats(0.001, 1e9), st.booleans())
COUNTS = st.builds(Count, st.integers(0, 5000).map(float) | NAMES)
PLAIN = st.builds(Segment, NAMES)
TIMEFRAMES = st.sampled_from(["15m", "4h", "1d", "1w"]).map(lambda n: Segment(n, None, True))
OUTPUTS = st.builds(Segment, NAMES | st.sampled_from(KEYWORDS))


def paths(heads: st.SearchStrategy[Segment]) -> st.SearchStrategy[Node]:
    def optional(parts: st.SearchStrategy[Segment]) -> st.SearchStrategy[tuple[Segment, ...]]:
        return st.just(()) | parts.map(lambda p: (p,))

    return st.builds(
        lambda feed, timeframe, head, output: Path((*feed, *timeframe, head, *output)),
        optional(PLAIN), optional(TIMEFRAMES), heads, optional(OUTPUTS),
    )  # fmt: skip


def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    def links(signs: str) -> st.SearchStrategy[tuple[tuple[str, Node], ...]]:
        return st.lists(st.tuples(st.sampled_from(signs.split()), inner), min_size=1, max_size=3).map(tuple)

    arguments = st.lists(st.builds(Argument, inner, st.none() | NAMES), max_size=3).map(tuple)
    return st.one_of(
        paths(st.builds(Segment, NAMES, arguments)),
        st.builds(Negative, inner),
        st.builds(Lag, inner, COUNTS),
        st.builds(Arithmetic, inner, links("+ -")),
        st.builds(Arithmetic, inner, links("* /")),
        st.builds(Comparison, inner, links("< <= > >= == !=")),
        st.builds(Crossing, inner, st.booleans(), inner),
        st.builds(Trend, inner, st.booleans()),
        st.builds(Window, inner, st.sampled_from(["for", "within"]), COUNTS),
        st.builds(Negation, inner),
        st.builds(Junction, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3).map(tuple)),
    )


TREES = st.recursive(NUMBERS | paths(PLAIN), grown, max_leaves=12)


@settings(max_examples=200, deadline=None)
@given(TREES)
def test_a_tree_written_and_read_is_the_same_tree(tree: Node) -> None:
    """The grammar and the tree say the same thing: nothing is lost, nothing binds differently."""
    report = Report()
    assert parse(Text(written(tree)), report) == tree, (written(tree), report.diagnostics())


VOCABULARY = """
    close high volume hlc3 ema rsi macd count lag max btc fast pct hold trend many loop time hour position profit hist
    4h 1m 1d 0 1 2.5 20 6% ( ) [ ] , . + - * / < >= == = != % ! & A é 😀
"""
WORDS = (*KEYWORDS, *VOCABULARY.split(), "\n")
SOUP = st.builds(
    lambda gap, words: gap.join(words), st.sampled_from(["", " "]), st.lists(st.sampled_from(WORDS), max_size=25)
)
SCOPE = Scope(
    Timeframe.parse("15m"),
    {"btc": "BTC/USDT"},
    {"fast": Value(20.0), "pct": Value(0.03, "%"), "hold": Value(96.0, "candles")},
    {
        "trend": Text("close > ema(close, fast) and 4h.close is rising"),
        "many": Text("macd(close)"),
        "loop": Text("loop + 1"),
    },
)
ENTRIES: list[Callable[[Resolver, Text], object]] = [
    lambda r, t: r.condition(t, position=True),
    lambda r, t: r.series(t),
    lambda r, t: r.value(t),
    lambda r, t: r.distance(t, r=True),
    lambda r, t: r.duration(t),
    lambda r, t: r.percent(t),
    lambda r, t: r.quantity(t),
    lambda r, t: r.amount(t, "USDT"),
]


def check_never_raises(text: str) -> None:
    for entry in ENTRIES:
        report = Report()
        found = entry(Resolver(SCOPE, report), Text(text))
        if found is None:
            assert report.failed, text
        for diagnostic in report.diagnostics():
            assert diagnostic.span is not None
            assert 1 <= diagnostic.span.column <= diagnostic.span.end_column
            assert diagnostic.message
            assert "None" in text or "None" not in diagnostic.message
    report = Report()
    assert (parse_value(Text(text), report) is None) is report.failed


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever stands in a file becomes a value or a diagnostic."""
    check_never_raises(text)


@settings(max_examples=400, deadline=None)
@given(SOUP)
def test_any_words_are_read_or_refused(text: str) -> None:
    """The language's own words in any order become a value or a diagnostic."""
    check_never_raises(text)


@settings(max_examples=100, deadline=None)
@given(TREES)
def test_any_tree_is_resolved_or_refused(tree: Node) -> None:
    """Every grammatical expression, however senseless, becomes a term or diagnostics."""
    check_never_raises(written(tree))
