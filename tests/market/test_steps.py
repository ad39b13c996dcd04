"""Whole steps against exact decimals."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.kernel import compiled
from stratrun.engine.market.steps import DOWN, MOST, NEAREST, UP, from_steps, on_step, to_steps

STEPS = st.builds(
    lambda digits, exponent: Decimal(digits).scaleb(exponent),
    st.sampled_from([1, 2, 3, 5, 25, 125]),
    st.integers(-8, 2),
)
COUNTS = st.integers(0, 10**9)


@given(step=STEPS, count=COUNTS)
def test_a_whole_number_of_steps_stays_itself_in_every_direction(step: Decimal, count: int) -> None:
    """A decimal multiple of a step is that many steps, although its float quotient may fall beside it."""
    value = float(step * count)
    assert [to_steps(value, float(step), way) for way in (DOWN, NEAREST, UP)] == [count] * 3


@given(step=STEPS, count=COUNTS, thousandths=st.integers(1, 999))
def test_a_part_of_a_step_is_rounded_the_way_asked_for(step: Decimal, count: int, thousandths: int) -> None:
    """Between two steps, down and up agree with exact decimal arithmetic."""
    value = step * (count + Decimal(thousandths) / 1000)
    exact = value / step
    assert to_steps(float(value), float(step), DOWN) == int(exact.to_integral_value(ROUND_FLOOR))
    assert to_steps(float(value), float(step), UP) == int(exact.to_integral_value(ROUND_CEILING))
    if thousandths != 500:
        assert to_steps(float(value), float(step), NEAREST) == count + (thousandths > 500)


@given(step=STEPS, count=st.integers(-(10**9), 10**9))
def test_steps_make_the_float_that_their_decimal_reads_as(step: Decimal, count: int) -> None:
    """A count of steps becomes the float nearest to the exact decimal, without the dust of a product."""
    assert from_steps(count, float(step)) == float(step * count)


def test_the_known_trap_is_guarded() -> None:
    """0.3 is three steps of 0.1, and reads as 0.3."""
    assert math.floor(0.3 / 0.1) == 2
    assert to_steps(0.3, 0.1, DOWN) == 3
    assert on_step(0.3, 0.1, DOWN) == 0.3
    assert on_step(0.39, 0.1, DOWN) == 0.3
    assert on_step(0.31, 0.1, UP) == 0.4


def test_no_step_changes_nothing_and_unknown_stays_unknown() -> None:
    """Without a step a number is left alone; an unknown number makes no steps."""
    assert on_step(0.123456789, 0.0, DOWN) == 0.123456789
    assert math.isnan(on_step(math.nan, 0.1, DOWN))
    assert to_steps(math.nan, 0.1, UP) == 0
    assert to_steps(1.0, 0.0, UP) == 0
    assert to_steps(math.inf, 0.1, DOWN) == int(MOST)
    assert to_steps(-1e300, 0.1, DOWN) == -int(MOST)


@pytest.mark.machine_code
@pytest.mark.parametrize("direction", [DOWN, NEAREST, UP])
def test_machine_code_rounds_as_the_source_does(direction: int) -> None:
    """Compiled and interpreted rounding agree to the bit."""
    fast = compiled(on_step)
    for step in (0.1, 0.05, 1e-8, 1.1, 5.0, 2.0**-20, 0.0):
        for value in (0.3, 0.29999999, 1234.5678, -0.25, 7e-9, 1e17, math.inf, 0.0):
            assert repr(fast(value, step, direction)) == repr(float(on_step(value, step, direction)))
