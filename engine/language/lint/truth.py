"""Conditions in: may they be true, may they be false, and may several of them be so together.

`Truth.possible` looks for a contradiction by cases: `and`, `or` and `not` are taken apart, comparisons narrow the
intervals of what they compare, and what cannot be taken apart is true or false as a whole. It never says "impossible"
of what could happen; it may say "possible" of what never does.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..term import Op, Term
from .case import Case
from .fold import fold
from .relations import ALL, EQUAL, GREATER, HOLDS, LESS, Relations

Goal = tuple[Term, bool]
MOST = 256
"""Steps after which a search gives up and says "possible"."""
MOST_IN_ALL = 50_000
"""Steps of all searches in one file."""
WIDEST = 32
"""Alternatives of one `or` that are looked into; with more it says "possible" as well."""
CROSSINGS = (Op.CROSS_ABOVE, Op.CROSS_BELOW)
_SAME = (Op.FOR, Op.WITHIN, Op.LAG)
_JOINT = frozenset((Op.AND, Op.OR, Op.NOT, Op.FOR, Op.WITHIN, Op.LIFT))
"""What may hold several conditions that speak of the same numbers."""


class Truth:
    def __init__(self, relations: Relations) -> None:
        self.relations = relations
        self._alone: dict[Term, tuple[bool, bool]] = {}
        self._verdicts: dict[Goal, bool] = {}
        self._left = MOST_IN_ALL

    def never(self, condition: Term) -> bool:
        return not self._one(condition, True)

    def always(self, condition: Term) -> bool:
        """Whether it is true wherever it is known."""
        return not self._one(condition, False)

    def _one(self, condition: Term, value: bool) -> bool:
        found = self._verdicts.get((condition, value))
        if found is None:
            joint = condition.op in _JOINT
            found = self.possible([(condition, value)]) if joint else self.alone(condition)[0 if value else 1]
            self._verdicts[condition, value] = found
        return found

    def possible(self, goals: Sequence[Goal]) -> bool:
        """Whether all of the conditions may have these values on one row."""
        open_ = [(Case(self.relations), list(goals))]
        for _ in range(min(MOST, self._left)):
            self._left -= 1
            if not open_:
                return False
            case, todo = open_.pop()
            if not todo:
                if case.consistent():
                    return True
                continue
            term, value = todo.pop()
            either = self._alternatives(term, value)
            if either is not None:
                if len(either) > WIDEST:
                    return True
                open_ += [(case.copy(), [*todo, goal]) for goal in either]
                continue
            todo += self._consequences(term, value)
            if self._admits(case, term, value):
                open_.append((case, todo))
        return True

    def _alternatives(self, term: Term, value: bool) -> list[Goal] | None:
        """The goals of which one must be reached; None where there is no choice."""
        if (term.op is Op.OR and value) or (term.op is Op.AND and not value):
            return [(a, value) for a in reversed(term.args)]
        return None

    def _consequences(self, term: Term, value: bool) -> list[Goal]:
        """What holds on the same row as well."""
        if term.op is Op.NOT:
            return [(term.args[0], not value)]
        if term.op in (Op.AND, Op.OR):
            return [(a, value) for a in term.args]
        if (term.op is Op.FOR and value) or (term.op is Op.WITHIN and not value):
            return [(term.args[0], value)]
        # What crossed on a slower clock may have done so a candle before the last.
        return [(term.args[0], value)] if term.op is Op.LIFT and term.args[0].op not in CROSSINGS else []

    def _admits(self, case: Case, term: Term, value: bool) -> bool:
        """Take the value into the case; False where that contradicts it."""
        if term.op in HOLDS:
            return case.compare(term.args[0], term.args[1], HOLDS[term.op] if value else ALL ^ HOLDS[term.op])
        if term.op in (Op.AND, Op.OR, Op.NOT):
            return True
        if not self.alone(term)[0 if value else 1] or not case.assume(term, value):
            return False
        if term.op in CROSSINGS and value:
            return case.compare(term.args[0], term.args[1], GREATER if term.op is Op.CROSS_ABOVE else LESS)
        if term.op in (Op.RISING, Op.FALLING):
            relation = GREATER if term.op is Op.RISING else LESS
            return case.move(term.args[0], relation if value else ALL ^ relation)
        return True

    def alone(self, condition: Term) -> tuple[bool, bool]:
        """Whether a condition may be true and may be false, its parts taken one by one."""
        found = self._alone.get(condition)
        return fold(condition, self._alone, self._compute, _conditions) if found is None else found

    def _compute(self, term: Term) -> tuple[bool, bool]:
        op, args = term.op, term.args
        if op in HOLDS:
            relation = self.relations.of(args[0], args[1])
            return bool(relation & HOLDS[op]), bool(relation & (ALL ^ HOLDS[op]))
        if op in CROSSINGS:
            relation = self.relations.of(args[0], args[1])
            above, below = (GREATER, LESS) if op is Op.CROSS_ABOVE else (LESS, GREATER)
            return bool(relation & above and relation & (below | EQUAL)), True
        if op in (Op.RISING, Op.FALLING):
            return not self.relations.bounds.of(args[0]).point, True
        if op is Op.NOT:
            true, false = self._alone[args[0]]
            return false, true
        if op is Op.AND:
            return all(self._alone[a][0] for a in args), any(self._alone[a][1] for a in args)
        if op is Op.OR:
            return any(self._alone[a][0] for a in args), all(self._alone[a][1] for a in args)
        if op is Op.LIFT and args[0].op in CROSSINGS:
            return self._alone[args[0]][0], True
        return self._alone[args[0]] if op in _SAME or op is Op.LIFT else (True, True)


def _conditions(term: Term) -> Sequence[Term]:
    """The conditions directly inside a condition."""
    return term.args if term.op in _JOINT or term.op is Op.LAG else ()
