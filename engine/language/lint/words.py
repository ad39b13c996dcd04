"""Why a comparison comes out the same on every candle, in words."""

from __future__ import annotations

import math

from ..expression.tree import Comparison, Crossing, Trend
from ..expression.tree import Node as Tree
from ..interval import Interval
from ..term import Dimension, Op, Term
from .reading import Written, lowered
from .relations import ALL, EQUAL, GREATER, HOLDS, LESS, Relations, between

_STANDS = {
    LESS: "is always below",
    LESS | EQUAL: "is never above",
    EQUAL: "always equals",
    GREATER | EQUAL: "is never below",
    GREATER: "is always above",
    LESS | GREATER: "never equals",
}
_NOW = {"highest", "lowest", "donchian"}
"""Windows that hold the current candle."""


def number(value: float, dimension: Dimension) -> str:
    return f"{value * 100:,.6g}%" if dimension is Dimension.RATIO and value else f"{value:,.6g}"


def extent(interval: Interval, dimension: Dimension) -> str:
    """`between 0 and 100`, `above 0`, `never below 5`; empty where there is no end."""
    low, high = number(interval.low, dimension), number(interval.high, dimension)
    if interval.point:
        return f"always {low}"
    if math.isfinite(interval.low) and math.isfinite(interval.high):
        return f"between {low} and {high}"
    if math.isfinite(interval.low):
        return f"above {low}" if interval.over else f"never below {low}"
    if math.isfinite(interval.high):
        return f"below {high}" if interval.under else f"never above {high}"
    return ""


class Words:
    def __init__(self, relations: Relations) -> None:
        self._relations = relations

    def reason(self, leaf: Written) -> tuple[str, str | None]:
        """Why a comparison, crossing or trend is never or always true, and what helps; empty where that is plain."""
        tree, term = leaf.tree, lowered(leaf.term)
        if isinstance(tree, Comparison):
            operands = [tree.first, *(inner for _, inner in tree.rest)]
            links = term.args if term.op is Op.AND else (term,)
            for at, link in enumerate(links):
                relation = self._relations.of(*link.args)
                if link.op in HOLDS and (not relation & HOLDS[link.op] or not relation & (ALL ^ HOLDS[link.op])):
                    return self._compared(leaf, operands[at], operands[at + 1], link)
            return "its parts contradict each other", None
        if isinstance(tree, Crossing):
            return self._compared(leaf, tree.left, tree.right, term)
        if isinstance(tree, Trend):
            return f"{leaf.piece(tree.operand)} is always the same", None
        return "", None

    def _compared(self, leaf: Written, left: Tree, right: Tree, term: Term) -> tuple[str, str | None]:
        a, b = term.args[0], term.args[1]
        first, second = leaf.piece(left), leaf.piece(right)
        if a is b:
            return "both sides are the same", None
        if a.op is b.op is Op.CONSTANT:
            return "both sides are fixed numbers", None
        bounds = self._relations.bounds
        ends, others = bounds.of(a), bounds.of(b)
        relation = self._relations.of(a, b)
        if between(ends, others) & ~relation:
            return f"{first} {_STANDS[relation]} {second}", _mend(relation, a, first, b, second)
        if b.op is Op.CONSTANT:
            return f"{first} is {extent(ends, a.dimension)}", None
        if a.op is Op.CONSTANT:
            return f"{second} is {extent(others, b.dimension)}", None
        return f"{first} is {extent(ends, a.dimension)}, {second} is {extent(others, b.dimension)}", None


def _mend(relation: int, a: Term, first: str, b: Term, second: str) -> str | None:
    for term, shown in ((b, second), (a, first)):
        if relation & EQUAL and lowered(term).params[:1] and lowered(term).params[0] in _NOW:
            return f"{shown} holds the current candle; {shown[:-1]}[1]` is the one before it"
    return None
