"""Interval arithmetic: what numbers of two intervals make lies in what the intervals make."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.language.document import validate
from stratrun.engine.language.folders import walk
from stratrun.engine.language.interval import ANY, Interval, add, div, hull, larger, meet, mul, smaller, sub

ROOT = Path(__file__).parents[3]
NUMBERS = st.one_of(
    st.sampled_from([-2.0, -1.0, 0.0, 0.5, 1.0, 3.0]), st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-9)
)


@st.composite
def inside(draw: st.DrawFn) -> tuple[float, Interval]:
    """A number and an interval that holds it; ends may be open or infinite."""
    low, value, high = sorted(draw(st.tuples(NUMBERS, NUMBERS, NUMBERS)))
    low, high = draw(st.sampled_from([(low, high), (-math.inf, high), (low, math.inf), (-math.inf, math.inf)]))
    return value, Interval(low, high, low < value and draw(st.booleans()), value < high and draw(st.booleans()))


@given(inside(), inside())
def test_arithmetic_keeps_every_number(a: tuple[float, Interval], b: tuple[float, Interval]) -> None:
    """x + y, x - y, x * y, x / y, min, max and |x| never leave their intervals."""
    (x, first), (y, second) = a, b
    assert x + y in add(first, second)
    assert x - y in sub(first, second)
    assert x * y in mul(first, second)
    assert y == 0.0 or x / y in div(first, second)
    assert min(x, y) in smaller(first, second)
    assert max(x, y) in larger(first, second)
    assert abs(x) in first.magnitude()
    assert x in hull(first, second)
    assert (x in second) == (x in meet(first, second))


@pytest.mark.parametrize(
    ("divisor", "quotient"),
    [(Interval(0.0, 2.0), Interval(0.5)), (Interval(-2.0, 0.0), Interval(high=-0.5)), (Interval(-1.0, 1.0), ANY),
     (Interval(0.0, 0.0), ANY)],
)  # fmt: skip
def test_division_looks_at_both_signs(divisor: Interval, quotient: Interval) -> None:
    """Nothing is divided by zero; what lies on either side of it is looked at."""
    assert div(Interval(1.0, 1.0), divisor) == quotient


@pytest.mark.parametrize("path", walk([ROOT / "strategies", ROOT / "examples"]).files, ids=lambda path: path.name)
def test_nothing_shipped_is_warned_about(path: Path) -> None:
    """Every strategy and example of the project is without a warning."""
    assert [d for d in validate(path) if d.code in ("SR404", "SR417", "SR419") or d.code[:4] in ("SR45", "SR46")] == []
