"""Prices and quantities as whole steps: the one place where a number meets a tick or a lot.

A float quotient lies a little beside the whole number it means (`0.3 / 0.1` is 2.9999999999999996), so one
within `GUARD` of a whole number of steps counts as that number, whichever way the rounding goes.
"""

from __future__ import annotations

import math

from ..kernel import kernel

DOWN = -1
NEAREST = 0
UP = 1

GUARD = 1e-9
"""Part of one step that counts as nothing."""
RELATIVE_GUARD = 5.7e-14
"""Part of the quotient that counts as nothing: 256 roundings of a float."""
MOST = 9007199254740992.0
"""2**53: beyond it floats skip whole numbers; counts of steps are held to it."""


@kernel
def to_steps(value: float, step: float, direction: int) -> int:
    """How many steps `value` makes, rounded `DOWN`, `NEAREST` (a half goes up) or `UP`.

    0 for an unknown value and for a step that is not positive.
    """
    if not step > 0.0:
        return 0
    quotient = value / step
    if quotient != quotient:
        return 0
    if quotient >= MOST:
        return int(MOST)
    if quotient <= -MOST:
        return -int(MOST)
    nearest = math.floor(quotient + 0.5)
    if direction == 0 or abs(quotient - nearest) <= GUARD + RELATIVE_GUARD * abs(quotient):
        return nearest
    if direction < 0:
        return math.floor(quotient)
    return math.ceil(quotient)


@kernel
def from_steps(count: int, step: float) -> float:
    """The number that `count` steps make, as its decimal reads: 3 steps of 0.1 are 0.3, not 0.30000000000000004."""
    scale = 1.0
    while scale <= 1e15:
        digits = step * scale
        whole = math.floor(digits + 0.5)
        if whole >= 1 and abs(digits - whole) <= 1e-12 * digits:
            return (count * float(whole)) / scale
        scale = scale * 10.0
    return count * step


@kernel
def on_step(value: float, step: float, direction: int) -> float:
    """`value` moved to a whole number of steps; as it is when there is no step (0)."""
    if not step > 0.0 or value != value:
        return value
    return from_steps(to_steps(value, step, direction), step)
