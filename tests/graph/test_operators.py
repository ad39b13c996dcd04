"""Every operator's meaning as a table, three-valued logic included; interpreted and as machine code."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stratrun.engine.graph import operators

from .bench import Values, apply, candles, column

T, F, U = True, False, None
HUGE = 1.7e308

ARITHMETIC: list[tuple[Callable[..., None], Values, Values, Values]] = [
    (operators.add, [1.0, 2.5, U, 1.0, HUGE], [2.0, -0.5, 1.0, U, HUGE], [3.0, 2.0, U, U, U]),
    (operators.sub, [1.0, 2.5, U, 1.0, -HUGE], [2.0, -0.5, 1.0, U, HUGE], [-1.0, 3.0, U, U, U]),
    (operators.mul, [3.0, 0.0, U, 1.0, HUGE], [2.0, -5.0, 1.0, U, 2.0], [6.0, 0.0, U, U, U]),
    (operators.div, [3.0, 1.0, 0.0, U, 1.0, HUGE], [2.0, 0.0, 0.0, 1.0, U, 0.1], [1.5, U, U, U, U, U]),
]
"""Division by zero and what is beyond a float are unknown, never infinite."""

COMPARISONS: list[tuple[Callable[..., None], Values]] = [
    (operators.lt, [T, F, F, U, U, U]),
    (operators.le, [T, T, F, U, U, U]),
    (operators.gt, [F, F, T, U, U, U]),
    (operators.ge, [F, T, T, U, U, U]),
    (operators.eq, [F, T, F, U, U, U]),
    (operators.ne, [T, F, T, U, U, U]),
]
"""Of 1 with 2, 2 with 2, 3 with 2, and with an unknown on the left, the right and both sides."""
LEFT: Values = [1.0, 2.0, 3.0, U, 1.0, U]
RIGHT: Values = [2.0, 2.0, 2.0, 1.0, U, U]

PAIRS = [(a, b) for a in (T, F, U) for b in (T, F, U)]
AND = [T, F, U, F, F, F, U, F, U]
OR = [T, T, T, T, F, U, T, U, U]

both_forms = pytest.mark.parametrize(
    "machine_code", [False, pytest.param(True, marks=pytest.mark.machine_code)], ids=["interpreted", "compiled"]
)


@both_forms
@pytest.mark.parametrize(("kernel", "a", "b", "expected"), ARITHMETIC, ids=lambda v: getattr(v, "__name__", ""))
def test_arithmetic(kernel: Callable[..., None], a: Values, b: Values, expected: Values, machine_code: bool) -> None:
    """Numbers combine, and an unknown or impossible one makes the result unknown."""
    assert apply(kernel, [a, b], [], 0, (False, False), machine_code) == expected


@both_forms
def test_negation(machine_code: bool) -> None:
    """The sign turns; unknown stays unknown."""
    assert apply(operators.neg, [[1.0, -2.0, U]], [], 0, (False, False), machine_code) == [-1.0, 2.0, U]


@both_forms
@pytest.mark.parametrize(("kernel", "expected"), COMPARISONS, ids=lambda v: getattr(v, "__name__", ""))
def test_comparisons(kernel: Callable[..., None], expected: Values, machine_code: bool) -> None:
    """Comparing with unknown is unknown, `!=` included."""
    assert apply(kernel, [LEFT, RIGHT], [], 0, (False, True), machine_code) == expected


@both_forms
@pytest.mark.parametrize(("kernel", "expected"), [(operators.and_, AND), (operators.or_, OR)], ids=["and", "or"])
def test_junctions(kernel: Callable[..., None], expected: Values, machine_code: bool) -> None:
    """Kleene's truth tables: one side may decide alone, else unknown wins."""
    a, b = zip(*PAIRS, strict=True)
    assert apply(kernel, [a, b], [], 0, (True, True), machine_code) == expected


@both_forms
def test_not(machine_code: bool) -> None:
    """The opposite of unknown is unknown."""
    assert apply(operators.not_, [[T, F, U]], [], 0, (True, True), machine_code) == [F, T, U]


CROSSINGS: list[tuple[Values, Values, Values, Values]] = [
    ([1.0, 3.0, 3.0, 1.0], [2.0, 2.0, 2.0, 2.0], [F, T, F, F], [U, F, F, T]),
    ([2.0, 3.0, 2.0, 1.0], [2.0, 2.0, 2.0, 2.0], [F, T, F, F], [F, F, F, T]),
    ([1.0, 2.0, 3.0, 2.0], [2.0, 2.0, 2.0, 2.0], [F, F, T, F], [U, F, F, F]),
    ([1.0, U, 3.0, 3.0], [2.0, 2.0, 2.0, 2.0], [F, U, U, F], [U, F, F, F]),
    ([3.0, U, 1.0, 3.0], [2.0, 2.0, 2.0, 2.0], [U, F, F, T], [F, U, U, F]),
    ([1.0, 3.0, 3.0, 1.0], [U, 2.0, U, 0.0], [U, U, F, U], [U, F, U, F]),
]
"""a, b, above, below. `a crosses above b` is `a > b and a[1] <= b[1]`, so that one false half decides alone."""


@both_forms
@pytest.mark.parametrize(("a", "b", "above", "below"), CROSSINGS)
def test_crossings(a: Values, b: Values, above: Values, below: Values, machine_code: bool) -> None:
    """A crossing needs the row before; touching counts as not yet across."""
    assert apply(operators.cross_above, [a, b], [], 1, (False, True), machine_code) == above
    assert apply(operators.cross_below, [a, b], [], 1, (False, True), machine_code) == below


@both_forms
def test_rising_and_falling(machine_code: bool) -> None:
    """`x is rising` is x > x[1]; equal is neither; unknown on either row is unknown."""
    a: Values = [1.0, 2.0, 2.0, 1.0, U, 1.0, 3.0]
    assert apply(operators.rising, [a], [], 2, (False, True), machine_code) == [U, T, F, F, U, U, T]
    assert apply(operators.falling, [a], [], 2, (False, True), machine_code) == [U, F, F, T, U, U, F]


EDGES: list[tuple[str, Values, Values]] = [
    ("true from the first row: none known before counts as false", [T, T], [T, F]),
    ("turning true, staying, leaving, turning again", [F, T, T, F, T], [F, T, F, F, T]),
    ("unknown before the first known", [U, U, T, T], [U, U, T, F]),
    ("unknown between false and true is no obstacle", [F, U, T], [F, U, T]),
    ("unknown between two trues is no new edge", [T, U, T, U, U, T], [T, U, F, U, U, F]),
    ("unknown, then false, then true", [T, U, F, T], [T, U, F, T]),
]


@both_forms
@pytest.mark.parametrize(("says", "given", "expected"), EDGES, ids=[e[0] for e in EDGES])
def test_edges(says: str, given: Values, expected: Values, machine_code: bool) -> None:
    """An entry fires when it is true now and was false when last known."""
    assert apply(operators.edge, [given], [], 1, (True, True), machine_code) == expected


SYNTAX: list[tuple[str, Values]] = [
    ("close + 1", [11.0, 12.0, 13.0, 12.0]),
    ("-close", [-10.0, -11.0, -12.0, -11.0]),
    ("close * 2 - close", [10.0, 11.0, 12.0, 11.0]),
    ("close / (close - 11)", [-10.0, U, 12.0, U]),
    ("close > 10 and close < 12", [F, T, F, T]),
    ("not close > 10 or close >= 12", [T, F, T, F]),
    ("10 < close <= 11", [F, T, F, T]),
    ("1 / (close - 10) > 0 or close == 10", [T, T, T, T]),
    ("1 / (close - 10) > 0 and close != 10", [F, T, T, T]),
    ("close crosses above 11", [F, F, T, F]),
    ("close crosses below 12", [U, F, F, T]),
    ("close is falling", [U, F, F, T]),
    ("close[1]", [U, 10.0, 11.0, 12.0]),
    ("close[0]", [10.0, 11.0, 12.0, 11.0]),
    ("(close is rising)[1]", [U, U, T, T]),
    ("(close > 10) for 2 candles", [F, F, T, T]),
    ("(close > 11) within 2 candles", [U, F, T, T]),
    ("hl2", [10.0, 11.0, 12.0, 11.0]),
    ("hlc3 + ohlc4", [20.0, 22.0, 24.0, 22.0]),
]


@pytest.mark.parametrize(("text", "expected"), SYNTAX, ids=[s[0] for s in SYNTAX])
def test_as_written(text: str, expected: Values) -> None:
    """Operators mean the same written in an expression, in any chunking."""
    own = candles([10, 11, 12, 11])
    assert column(text, own) == pytest.approx(expected)
    assert column(text, own, chunk=1) == pytest.approx(expected)
