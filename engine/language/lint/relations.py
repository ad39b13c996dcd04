"""Two numbers in, how they may stand to each other: less, equal, greater - any of them, or only some."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..interval import Interval
from ..term import Op, Term
from .bounds import Bounds, whole
from .order import Order

LESS, EQUAL, GREATER = 1, 2, 4
ALL = LESS | EQUAL | GREATER
HOLDS: Mapping[Op, int] = MappingProxyType({
    Op.LT: LESS, Op.LE: LESS | EQUAL, Op.GT: GREATER, Op.GE: GREATER | EQUAL, Op.EQ: EQUAL, Op.NE: LESS | GREATER,
})  # fmt: skip
"""How two numbers may stand where the comparison is true."""
_CLEARLY = 1e-9
"""Factors nearer than this are not told apart: rounding could hide the difference."""


def flipped(relation: int) -> int:
    """The same, seen from the other side."""
    return relation & EQUAL | (GREATER if relation & LESS else 0) | (LESS if relation & GREATER else 0)


def between(a: Interval, b: Interval) -> int:
    """How numbers of two intervals may stand."""
    low, high = max(a.low, b.low), min(a.high, b.high)
    meet = low < high or (low == high and float(low) in a and float(low) in b)
    return (LESS if a.low < b.high else 0) | (EQUAL if meet else 0) | (GREATER if a.high > b.low else 0)


def sides(a: Term, b: Term) -> tuple[Term, Term]:
    """What is really compared: `x` and `y` in `x - y > 0`."""
    if b.op is Op.CONSTANT and b.params[0] == 0.0 and a.op is Op.SUB:
        return a.args[0], a.args[1]
    if a.op is Op.CONSTANT and a.params[0] == 0.0 and b.op is Op.SUB:
        return b.args[1], b.args[0]
    return a, b


class Relations:
    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.order = Order(bounds)
        self._found: dict[tuple[Term, Term], int] = {}

    def of(self, a: Term, b: Term) -> int:
        """How `a` may stand to `b` on a row that knows both."""
        found = self._found.get((a, b))
        if found is None:
            found = self._found[a, b] = self._look(*sides(a, b))
            self._found[b, a] = flipped(found)
        return found

    def _look(self, a: Term, b: Term) -> int:
        if a is b:
            return EQUAL
        found = between(self.bounds.of(a), self.bounds.of(b)) & self._fractions(a, b)
        if a.op is Op.CONSTANT or b.op is Op.CONSTANT:
            return found
        if self.order.below(a, b):
            found &= LESS | EQUAL
        if self.order.below(b, a):
            found &= GREATER | EQUAL
        return found & self._multiples(a, b)

    def _fractions(self, a: Term, b: Term) -> int:
        """A whole number never equals 8.5."""
        for number, other in ((a, b), (b, a)):
            if number.op is Op.CONSTANT and not float(number.params[0]).is_integer() and whole(other):
                return LESS | GREATER
        return ALL

    def _multiples(self, a: Term, b: Term) -> int:
        """`0.99 * close` is below `close`, and below `highest(high, 20)`, because prices are above zero."""
        (m, x), (n, y) = factored(a), factored(b)
        if (x is a and y is b) or min(m, n) <= 0.0 or abs(m - n) <= _CLEARLY * max(m, n):
            return ALL
        if m > n:
            return flipped(self._multiples_of(y, x))
        return self._multiples_of(x, y)

    def _multiples_of(self, x: Term, y: Term) -> int:
        """m * x against n * y for 0 < m < n."""
        small, large = self.bounds.of(x), self.bounds.of(y)
        if (large if x is y else small).low < 0.0 or not (x is y or self.order.below(x, y)):
            return ALL
        return LESS if large.positive else LESS | EQUAL


def factored(term: Term) -> tuple[float, Term]:
    """A term as factor * base."""
    factor = 1.0
    while True:
        if term.op is Op.MUL and term.args[0].op is Op.CONSTANT:
            factor, term = factor * float(term.args[0].params[0]), term.args[1]
        elif term.op is Op.MUL and term.args[1].op is Op.CONSTANT:
            factor, term = factor * float(term.args[1].params[0]), term.args[0]
        elif term.op is Op.DIV and term.args[1].op is Op.CONSTANT:
            factor, term = factor / float(term.args[1].params[0]), term.args[0]
        else:
            return factor, term
