"""`[n]`, `for` and `within` against definitions that look back over a list."""

from __future__ import annotations

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from stratrun.engine.graph import operators

from .bench import Values, apply

PROOF = settings(derandomize=True, deadline=None, database=None, phases=[Phase.generate], max_examples=250)
CONDITIONS = st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=40)
NUMBERS = st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=1, max_size=40)
COUNTS = st.integers(1, 9)


def before(values: Values, n: int) -> Values:
    """The values n rows ago; unknown before the first."""
    return [values[k - n] if k >= n else None for k in range(len(values))]


def window(values: Values, at: int, n: int) -> Values:
    """The last n rows; those before the first are unknown."""
    return [values[k] if k >= 0 else None for k in range(at - n + 1, at + 1)]


def every(values: Values) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def some(values: Values) -> bool | None:
    if True in values:
        return True
    return None if None in values else False


@given(NUMBERS, st.integers(0, 9))
@PROOF
def test_lag_of_numbers(values: Values, n: int) -> None:
    """`x[n]` is the value n rows ago."""
    assert apply(operators.lag, [values], [n], n + 2, (False, False)) == before(values, n)


@given(CONDITIONS, st.integers(0, 9))
@PROOF
def test_lag_of_conditions(values: Values, n: int) -> None:
    """The same of a condition, its unknowns included."""
    assert apply(operators.lag_condition, [values], [n], n + 2, (True, True)) == before(values, n)


@given(CONDITIONS, COUNTS)
@PROOF
def test_for(values: Values, n: int) -> None:
    """`for n candles` is Kleene's and over the last n rows."""
    expected = [every(window(values, k, n)) for k in range(len(values))]
    assert apply(operators.for_, [values], [n], 3, (True, True)) == expected


@given(CONDITIONS, COUNTS)
@PROOF
def test_within(values: Values, n: int) -> None:
    """`within n candles` is Kleene's or over the last n rows."""
    expected = [some(window(values, k, n)) for k in range(len(values))]
    assert apply(operators.within, [values], [n], 3, (True, True)) == expected


@given(CONDITIONS)
@PROOF
def test_edge(values: Values) -> None:
    """An edge is true now and false, or never known, before."""
    expected: Values = []
    last = False
    for value in values:
        expected.append(None if value is None else value and not last)
        last = last if value is None else value
    assert apply(operators.edge, [values], [], 1, (True, True)) == expected
