"""Intervals of floats: which known values a term may take, and what arithmetic makes of them.

Rounding is monotone, so a bound computed as the candles' values are stays a bound. Whether an end itself is reached
survives only at zero, where no rounding hides it.
"""

from __future__ import annotations

import math
from itertools import product
from typing import NamedTuple

INFINITE = math.inf


class Interval(NamedTuple):
    """`low..high`; `over` and `under` say that the low or the high end itself is never reached."""

    low: float = -INFINITE
    high: float = INFINITE
    over: bool = False
    under: bool = False

    @property
    def empty(self) -> bool:
        return self.low > self.high or (self.low == self.high and (self.over or self.under))

    @property
    def point(self) -> bool:
        """Whether there is one value only."""
        return self.low == self.high

    @property
    def positive(self) -> bool:
        return self.low > 0.0 or (self.low == 0.0 and self.over)

    @property
    def negative(self) -> bool:
        return self.high < 0.0 or (self.high == 0.0 and self.under)

    def __contains__(self, value: object) -> bool:
        if not isinstance(value, float):
            return False
        above = self.low < value or (self.low == value and not self.over)
        return above and (value < self.high or (value == self.high and not self.under))

    def negated(self) -> Interval:
        return Interval(-self.high, -self.low, self.under, self.over)

    def magnitude(self) -> Interval:
        """What |x| may be."""
        if self.low >= 0.0:
            return self
        if self.high <= 0.0:
            return self.negated()
        if self.high == -self.low:
            return Interval(0.0, self.high, False, self.under and self.over)
        return Interval(0.0, self.high, False, self.under) if self.high > -self.low else Interval(0.0, -self.low)

    def widened(self) -> Interval:
        """Room for the rounding of an average; zero needs none, whatever is summed keeps its sign."""
        return Interval(_out(self.low, -1.0), _out(self.high, 1.0), self.over and self.low == 0.0,
                        self.under and self.high == 0.0)  # fmt: skip


ANY = Interval()


def point(value: float) -> Interval:
    return Interval(value, value)


def meet(a: Interval, b: Interval) -> Interval:
    """What lies in both; may be empty."""
    low, over = max((a.low, a.over), (b.low, b.over))
    high, closed = min((a.high, not a.under), (b.high, not b.under))
    return Interval(low, high, over, not closed)


def hull(a: Interval, b: Interval) -> Interval:
    """What lies in either, and all between."""
    low, over = min((a.low, a.over), (b.low, b.over))
    high, closed = max((a.high, not a.under), (b.high, not b.under))
    return Interval(low, high, over, not closed)


def smaller(a: Interval, b: Interval) -> Interval:
    """What the smaller of both may be."""
    low, over = min((a.low, a.over), (b.low, b.over))
    high, closed = min((a.high, not a.under), (b.high, not b.under))
    return Interval(low, high, over, not closed)


def larger(a: Interval, b: Interval) -> Interval:
    """What the larger of both may be."""
    return smaller(a.negated(), b.negated()).negated()


def add(a: Interval, b: Interval) -> Interval:
    low, high = a.low + b.low, a.high + b.high
    over = a.low == b.low == 0.0 and (a.over or b.over)
    under = a.high == b.high == 0.0 and (a.under or b.under)
    return Interval(low, high, over, under)


def sub(a: Interval, b: Interval) -> Interval:
    return add(a, b.negated())


def mul(a: Interval, b: Interval) -> Interval:
    ends = [_times(x, y) for x, y in product((a.low, a.high), (b.low, b.high))]
    return _signed(min(ends), max(ends), a, b)


def div(a: Interval, b: Interval) -> Interval:
    """What a / b may be where it is known: nothing is divided by zero, so b's two signs are looked at apart."""
    above = meet(b, Interval(0.0, INFINITE, True))
    below = meet(b, Interval(-INFINITE, 0.0, False, True)).negated()
    parts = [_over(a, above)] if not above.empty else []
    if not below.empty:
        parts.append(_over(a, below).negated())
    if not parts:
        return ANY
    return parts[0] if len(parts) == 1 else hull(parts[0], parts[1])


def _over(a: Interval, b: Interval) -> Interval:
    """a / b for a positive b."""
    ends = [_quotient(x, y) for x, y in product((a.low, a.high), (b.low, b.high))]
    return _signed(min(ends), max(ends), a, b)


def _signed(low: float, high: float, a: Interval, b: Interval) -> Interval:
    """The ends of a product or a quotient; no end at zero is reached where neither factor is zero."""
    nonzero = (a.positive or a.negative) and (b.positive or b.negative)
    return Interval(low, high, nonzero and low == 0.0, nonzero and high == 0.0)


def _times(x: float, y: float) -> float:
    return 0.0 if x == 0.0 or y == 0.0 else x * y


def _quotient(x: float, y: float) -> float:
    if x == 0.0 or math.isinf(y):
        return 0.0
    return math.copysign(INFINITE, x) if y == 0.0 else x / y


def _out(end: float, way: float) -> float:
    return end + way * 1e-9 * abs(end) if math.isfinite(end) else end
