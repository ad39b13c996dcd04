"""Comparisons that can be true or false and still do not say what they seem to: equality of computed numbers, and
levels of running totals."""

from __future__ import annotations

from ...diagnostics.report import Report
from ...indicators import CATALOGUE
from ...indicators.catalogue import ANCHORED
from ..expression.tree import Comparison, Crossing
from ..expression.tree import Node as Tree
from ..term import Dimension, Op, Term
from .bounds import Bounds, whole
from .calls import CHOICES, LEVELS_KEPT
from .fold import fold
from .reading import Written, lowered
from .relations import ALL, HOLDS
from .truth import Truth

EQUALITY, LEVEL = "SR452", "SR453"
_EXACT_FIELDS = ("open", "high", "low", "close", "volume")
_EXACT_CALLS = CHOICES | {"min", "max", "abs", "nz", "change", "mom", "donchian"}
_NO_TOTAL = ("since", "valuewhen", "running_max", "running_min")
"""Anchored to the first candle by what they remember, not by adding up."""


class Leaves:
    def __init__(self, report: Report) -> None:
        self._report = report
        self._exact: dict[Term, bool] = {}
        self._level: dict[Term, bool] = {}

    def check(self, leaf: Written, truth: Truth) -> None:
        tree, term = leaf.tree, lowered(leaf.term)
        if isinstance(tree, Comparison):
            operands = [tree.first, *(inner for _, inner in tree.rest)]
            links = term.args if term.op is Op.AND else (term,)
            for at, link in enumerate(links):
                relation = truth.relations.of(*link.args)
                if not relation & HOLDS[link.op] or not relation & (ALL ^ HOLDS[link.op]):
                    continue
                if link.op in (Op.EQ, Op.NE):
                    self._equality(leaf, link, truth.relations.bounds)
                self._levels(leaf, link, operands[at], operands[at + 1])
        elif isinstance(tree, Crossing):
            self._levels(leaf, term, tree.left, tree.right)

    def _equality(self, leaf: Written, link: Term, bounds: Bounds) -> None:
        a, b = link.args
        if self._is_exact(a) and self._is_exact(b):
            return
        for number, other in ((a, b), (b, a)):
            if number.op is Op.CONSTANT and float(number.params[0]) in bounds.of(other)[:2]:
                return
        seldom = "hardly ever" if link.op is Op.EQ else "nearly always"
        message = f"{leaf.shown} is {seldom} true: computed numbers are hardly ever exactly equal"
        self._report.warning(EQUALITY, message, leaf.span, "compare with `<=`, `>=` or `crosses`")

    def _levels(self, leaf: Written, link: Term, left: Tree, right: Tree) -> None:
        a, b = (self._is_level(arg) for arg in link.args)
        if a == b:
            return
        total = leaf.piece(left if a else right)
        message = f"{total} adds up from the first candle there is: its level depends on where the candles begin"
        help_ = f"compare it with its own past, such as `{total[1:-1]} is rising` or its average"
        self._report.warning(LEVEL, message, leaf.span, help_)

    def _is_exact(self, term: Term) -> bool:
        """Whether values are as given, so that being equal means something."""
        return fold(term, self._exact, self._compute_exact)

    def _compute_exact(self, term: Term) -> bool:
        if term.op is Op.FIELD:
            return term.params[0] in _EXACT_FIELDS
        if term.op is Op.POSITION:
            return term.params[0] != "profit"
        if term.op is Op.INDICATOR:
            if whole(term) or term.dimension is Dimension.COUNT:
                return True
            numbers = [a for a in term.args if a.dimension is not Dimension.CONDITION]
            return term.params[0] in _EXACT_CALLS and all(self._exact[a] for a in numbers)
        if term.op is Op.ACROSS:
            return whole(term)
        if term.op in (Op.LAG, Op.LIFT, Op.NEG, Op.SUB):
            return all(self._exact[a] for a in term.args)
        return term.op in (Op.CONSTANT, Op.TIME)

    def _is_level(self, term: Term) -> bool:
        """Whether a number is the level of a running total."""
        return fold(term, self._level, self._compute_level)

    def _compute_level(self, term: Term) -> bool:
        inside = [self._level[a] for a in term.args]
        if term.op is Op.INDICATOR:
            name = str(term.params[0])
            return _anchored(term) if name not in LEVELS_KEPT else any(inside)
        if term.op in (Op.SUB, Op.DIV):
            return inside[0] != inside[1]
        return term.op in (Op.ADD, Op.MUL, Op.NEG, Op.LAG, Op.LIFT) and any(inside)


def _anchored(term: Term) -> bool:
    entry = CATALOGUE[str(term.params[0])]
    values = dict(zip((p.name for p in entry.parameters), term.params[2:], strict=True))
    return entry.name not in _NO_TOTAL and entry.settle(values) == ANCHORED
