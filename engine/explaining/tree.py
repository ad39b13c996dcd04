"""A condition and rows of candles in, the condition's tree with each part's value at those rows out.

1. every part of a term is listed with what it is made of; 2. parts that candles give are evaluated as columns, from
the first candle on, as a back-test does; 3. parts that read the position are computed from what it was.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..graph.together import Universe
from ..language.term import Clock, Dimension, Op, Term, Terms, reads_position
from ..market.candles import Candles
from ..research.evaluate import evaluate_terms
from ..trading.program import Opcode, combined
from .expression import expression_of

_ARITHMETIC = (Op.ADD, Op.SUB, Op.MUL, Op.DIV, Op.NEG)
_WITH_BEFORE = (Op.CROSS_ABOVE, Op.CROSS_BELOW, Op.RISING, Op.FALLING)
_JOINS = {Op.AND: "all", Op.OR: "any"}
UNKNOWN = 2.0
"""What the decision core has for a condition that is neither true nor false."""


@dataclass(frozen=True, slots=True)
class Held:
    """What `position.*` stands for at a close: `profit` is a fraction of the entry cost."""

    profit: float
    candles: int
    entry_price: float
    best: float


@dataclass(frozen=True, slots=True)
class Node:
    """One part of a condition at one candle.

    `value` is a bool for a condition, a float for a number, None where it is unknown. `candle` is the open time (ms
    UTC) of the candle of a slower clock or a feed that the value is from, None for the strategy's own candle.
    """

    expression: str
    value: bool | float | None
    condition: bool
    name: str | None = None
    """What the file calls it."""
    clock: str | None = None
    """`4h`, `btc` or `btc.4h` where the value is not from the strategy's own candles."""
    candle: int | None = None
    joins: str | None = None
    """`all` or `any` where the parts are conditions that `and` or `or` joins."""
    parts: tuple[Node, ...] = ()


class Trees:
    """The trees of some terms of one strategy over one symbol's candles."""

    def __init__(
        self, terms: Iterable[Term], own: Candles, feeds: Mapping[str, Candles], rows: Sequence[int],
        names: Mapping[Term, str] | None = None, universe: Universe | None = None,
    ) -> None:  # fmt: skip
        """`rows` are the rows of `own` that trees will be asked of; `universe`: all symbols, where terms compare them.

        Raises InputError when a feed is missing.
        """
        self._own = Clock("", own.timeframe)
        self._names = names or {}
        self._terms = Terms()
        self._rows = {row: k for k, row in enumerate(rows)}
        self._parts: dict[Term, tuple[Term, ...]] = {}
        for root in terms:
            self._list(root)
        self._values = self._evaluated(own.rows(0, max(rows, default=-1) + 1), feeds, list(rows), universe)

    def node(self, term: Term, row: int, held: Held | None = None) -> Node:
        """The tree of a term that was given at the start; without `held`, what reads the position is unknown."""
        return self._node(term, self._rows[row], held)

    def _node(self, term: Term, k: int, held: Held | None) -> Node:
        clock = self._foreign(term)
        time = math.nan if clock is None else self._number(self._opening(clock), k, held)
        condition = term.dimension is Dimension.CONDITION
        return Node(
            expression=expression_of(self._lifted(term)),
            value=_plain(self._number(term, k, held), condition),
            condition=condition,
            name=self._names.get(term),
            clock=None if clock is None else _shown(clock, self._own),
            candle=int(time) if time == time else None,
            joins=_JOINS.get(term.op),
            parts=tuple(self._node(part, k, held) for part in self._parts[term]),
        )

    def _list(self, root: Term) -> None:
        """Note every term whose value a tree of `root` needs, each with its parts."""
        stack = [root]
        while stack:
            term = stack.pop()
            if term in self._parts:
                continue
            self._parts[term] = parts_of(term, self._terms)
            clock = self._foreign(term)
            stack += self._parts[term]
            stack += [] if clock is None else [self._opening(clock)]
            stack += term.args if reads_position(term) else ()

    def _foreign(self, term: Term) -> Clock | None:
        """The other clock whose last closed candle a value is from."""
        inner = term.args[0] if term.op is Op.LIFT else term
        return None if inner.clock == self._own else inner.clock

    def _opening(self, clock: Clock) -> Term:
        """The open time of a clock's last closed candle."""
        return self._terms.make(Op.FIELD, (), ("time",), clock, Dimension.COUNT)

    def _lifted(self, term: Term) -> Term:
        if term.op is Op.LIFT or self._foreign(term) is None:
            return term
        return self._terms.make(Op.LIFT, (term,), (), self._own, term.dimension)

    def _evaluated(
        self, own: Candles, feeds: Mapping[str, Candles], rows: list[int], universe: Universe | None
    ) -> dict[Term, Any]:
        asked = [term for term in self._parts if not reads_position(term)]
        terms = {str(k): self._lifted(term) for k, term in enumerate(asked)}
        found = evaluate_terms(terms, own, feeds, universe=universe).columns
        return {term: found[str(k)][rows].astype(np.float64) for k, term in enumerate(asked)}

    def _number(self, term: Term, k: int, held: Held | None) -> float:
        """The value as the decision core has it: conditions are 0.0, 1.0 and 2.0 = unknown."""
        if term in self._values:
            return float(self._values[term][k])
        if term.op is Op.POSITION:
            return math.nan if held is None else float(getattr(held, str(term.params[0])))
        first, *rest = (self._number(arg, k, held) for arg in term.args)
        if term.op is Op.NEG:
            return -first
        if term.op is Op.NOT:
            return first if first == UNKNOWN else 1.0 - first
        for value in rest:
            first = combined(Opcode[term.op.name], first, value)
        return first


def parts_of(term: Term, terms: Terms) -> tuple[Term, ...]:
    """What a reader looks at next: conditions inside, the numbers compared (and, where they cross or move, before)."""
    if term.op is Op.LIFT:
        return parts_of(term.args[0], terms)
    shown = tuple(arg for arg in term.args if arg.op is not Op.CONSTANT)
    if term.op in _WITH_BEFORE:
        return shown + tuple(terms.make(Op.LAG, (arg,), (1,), arg.clock, arg.dimension) for arg in shown)
    if term.dimension is Dimension.CONDITION:
        return () if term.op in (Op.INDICATOR, Op.LAG) else shown
    return shown if term.op in _ARITHMETIC else ()


def _shown(clock: Clock, own: Clock) -> str:
    timeframe = "" if clock.timeframe == own.timeframe else clock.timeframe.name
    return ".".join(filter(None, (clock.feed, timeframe)))


def _plain(value: float, condition: bool) -> bool | float | None:
    if condition:
        return None if value == UNKNOWN else value == 1.0
    return None if value != value else value
