"""One case of a search for contradictions: what is assumed to hold on one row."""

from __future__ import annotations

from ..interval import Interval, meet
from ..term import Op, Term
from .relations import ALL, EQUAL, GREATER, LESS, Relations, flipped, sides

MOST_COMPARED = 24
"""Comparisons beyond these are not chained: `a > b`, `b > c`, `c > a`."""


class Case:
    def __init__(self, relations: Relations) -> None:
        self._relations = relations
        self._truths: dict[Term, bool] = {}
        self._moves: dict[Term, int] = {}
        self._pairs: dict[tuple[Term, Term], int] = {}
        self._facts: dict[Term, Interval] = {}

    def copy(self) -> Case:
        other = Case(self._relations)
        other._truths = dict(self._truths)
        other._moves = dict(self._moves)
        other._pairs = dict(self._pairs)
        other._facts = dict(self._facts)
        return other

    def assume(self, condition: Term, value: bool) -> bool:
        """Take a condition that cannot be taken apart as it is; False where it was taken otherwise."""
        return self._truths.setdefault(condition, value) == value

    def move(self, number: Term, relation: int) -> bool:
        """How a number stands to its value one row before."""
        left = self._moves.get(number, ALL) & relation
        self._moves[number] = left
        return left != 0

    def compare(self, a: Term, b: Term, relation: int) -> bool:
        """Take that `a` stands so to `b`; False where that contradicts what is known."""
        relation &= self._relations.of(a, b)
        a, b = sides(a, b)
        relation &= self._pairs.get((a, b), ALL)
        if relation == 0:
            return False
        self._pairs[a, b], self._pairs[b, a] = relation, flipped(relation)
        return self._narrow(a, b, relation)

    def consistent(self) -> bool:
        """Whether nothing assumed contradicts the rest of it."""
        if len(self._pairs) <= 2:
            return True
        for _ in range(3):
            before = dict(self._facts)
            if not all(self._narrow(a, b, relation) for (a, b), relation in self._pairs.items()):
                return False
            if before == self._facts:
                break
        return not self._circle()

    def _interval(self, term: Term) -> Interval:
        return self._facts.get(term) or self._relations.bounds.of(term)

    def _narrow(self, a: Term, b: Term, relation: int) -> bool:
        """Narrow what `a` and `b` may be; False where nothing is left."""
        if relation in (ALL, LESS | GREATER):
            return True
        left, right = self._interval(a), self._interval(b)
        if relation == EQUAL:
            left = right = meet(left, right)
        elif relation & LESS:
            open_ = not relation & EQUAL
            left, right = (
                meet(left, Interval(high=right.high, under=right.under or open_)),
                meet(right, Interval(low=left.low, over=left.over or open_)),
            )
        else:
            open_ = not relation & EQUAL
            left, right = (
                meet(left, Interval(low=right.low, over=right.over or open_)),
                meet(right, Interval(high=left.high, under=left.under or open_)),
            )
        self._facts[a], self._facts[b] = left, right
        return not (left.empty or right.empty)

    def _circle(self) -> bool:
        """Whether something would have to be below itself."""
        terms = list(dict.fromkeys(t for pair in self._pairs for t in pair if t.op is not Op.CONSTANT))
        if len(terms) < 3 or len(terms) > MOST_COMPARED:
            return False
        # What is known anyway is looked up last: most cases have no two comparisons that share a term.
        at_most = {(a, b): self._pairs.get((a, b), 0) or self._relations.of(a, b) for a in terms for b in terms}
        below = {
            (a, b): relation == LESS for (a, b), relation in at_most.items() if not relation & GREATER and a is not b
        }
        for middle in terms:
            for (a, x), first in list(below.items()):
                if x is middle:
                    for b in terms:
                        second = below.get((middle, b))
                        if second is not None:
                            below[a, b] = below.get((a, b), False) or first or second
        return any(below.get((t, t), False) for t in terms)
