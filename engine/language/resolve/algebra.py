"""Operators: operands in, a term out, with its dimension and its clock; unlike operands are refused."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from ..expression.codes import Code
from ..term import Clock, Dimension, Op, Term, Terms
from .dimensions import Measure, measure, product, quotient, unified
from .lifting import Clocks
from .refusal import Refusal

_ARITHMETIC = {"+": Op.ADD, "-": Op.SUB, "*": Op.MUL, "/": Op.DIV}
_COMPARISONS = {"<": Op.LT, "<=": Op.LE, ">": Op.GT, ">=": Op.GE, "==": Op.EQ, "!=": Op.NE}


class Operand(NamedTuple):
    """A term, how the author wrote it, and where."""

    term: Term
    shown: str
    start: int | None = None
    end: int | None = None

    def refuse(self, code: Code, message: str, help_: str | None = None) -> Refusal:
        return Refusal(code, message, help_, self.start, self.end)


class Algebra:
    """Makes terms; `at` is everywhere the clock of the surroundings, for terms made of constants alone."""

    def __init__(self, terms: Terms, own: Clock) -> None:
        self._terms = terms
        self._compounds: dict[Term, Measure] = {}
        self.clocks = Clocks(terms, own)

    def measure(self, term: Term) -> Measure:
        return self._compounds.get(term) or measure(term.dimension)

    def make(
        self,
        op: Op,
        args: tuple[Term, ...],
        params: tuple[float | int | str, ...],
        clock: Clock | None,
        of: Measure | Dimension,
    ) -> Term:
        """A term that remembers a compound measure (price * volume), which its dimension cannot say."""
        found = measure(of) if isinstance(of, Dimension) else of
        term = self._terms.make(op, args, params, clock, found.dimension)
        if found.compound:
            self._compounds[term] = found
        return term

    def constant(self, value: float, dimension: Dimension = Dimension.NUMBER) -> Term:
        return self.make(Op.CONSTANT, (), (float(value),), None, dimension)

    def lift(self, term: Term) -> Term:
        lifted = self.clocks.lift(term)
        if lifted is not term and term in self._compounds:
            self._compounds[lifted] = self._compounds[term]
        return lifted

    def align(self, operands: Sequence[Operand], at: Clock) -> tuple[tuple[Term, ...], Clock]:
        terms, clock = self.clocks.align([o.term for o in operands], at)
        for operand, term in zip(operands, terms, strict=True):
            if term is not operand.term and operand.term in self._compounds:
                self._compounds[term] = self._compounds[operand.term]
        return terms, clock

    def arithmetic(self, sign: str, a: Operand, b: Operand, at: Clock) -> Term:
        left, right = self.measure(number(a)), self.measure(number(b))
        if sign in "+-":
            found = self.alike(a, b, "added" if sign == "+" else "subtracted")
        else:
            found = product(left, right) if sign == "*" else quotient(left, right)
        if b.term.op is Op.CONSTANT and sign == "/" and b.term.params[0] == 0.0:
            raise b.refuse(Code.ARITHMETIC, f"`{b.shown}` is zero, and nothing is divided by zero")
        if a.term.op is b.term.op is Op.CONSTANT:
            return self._folded(sign, float(a.term.params[0]), float(b.term.params[0]), found)
        terms, clock = self.align((a, b), at)
        return self.make(_ARITHMETIC[sign], terms, (), clock, found)

    def _folded(self, sign: str, a: float, b: float, of: Measure) -> Term:
        value = a + b if sign == "+" else a - b if sign == "-" else a * b if sign == "*" else a / b
        if not math.isfinite(value):
            raise Refusal(Code.ARITHMETIC, "the result is larger than a number can be")
        return self.make(Op.CONSTANT, (), (value,), None, of)

    def negative(self, a: Operand, at: Clock) -> Term:
        term = number(a)
        if term.op is Op.CONSTANT:
            return self.make(Op.CONSTANT, (), (-float(term.params[0]),), None, self.measure(term))
        return self.make(Op.NEG, (term,), (), self.clocks.of(term) or at, self.measure(term))

    def compared(self, operands: Sequence[Operand], signs: Sequence[str], at: Clock) -> Term:
        """A comparison, or a chain of them, every link of which must hold."""
        for a, b in pairwise(operands):
            self.alike(a, b, "compared")
        terms, clock = self.align(operands, at)
        links = tuple(
            self.make(_COMPARISONS[sign], (a, b), (), clock, Dimension.CONDITION)
            for sign, a, b in zip(signs, terms, terms[1:], strict=False)
        )
        return links[0] if len(links) == 1 else self.make(Op.AND, links, (), clock, Dimension.CONDITION)

    def crossing(self, a: Operand, b: Operand, above: bool, at: Clock) -> Term:
        self.alike(a, b, "compared")
        if a.term.op is b.term.op is Op.CONSTANT:
            raise Refusal(Code.NO_HISTORY, f"`{a.shown}` and `{b.shown}` are plain numbers and never cross")
        terms, clock = self.align((a, b), at)
        return self.make(Op.CROSS_ABOVE if above else Op.CROSS_BELOW, terms, (), clock, Dimension.CONDITION)

    def trend(self, a: Operand, rising: bool, at: Clock) -> Term:
        term = with_history(a._replace(term=number(a)))
        return self.make(Op.RISING if rising else Op.FALLING, (term,), (), term.clock or at, Dimension.CONDITION)

    def lagged(self, a: Operand, candles: int, at: Clock) -> Term:
        term = with_history(a)
        return self.make(Op.LAG, (term,), (candles,), term.clock or at, self.measure(term)) if candles else term

    def window(self, word: str, a: Operand, candles: int, at: Clock) -> Term:
        term = condition(a)
        op = Op.FOR if word == "for" else Op.WITHIN
        return self.make(op, (term,), (candles,), term.clock or at, Dimension.CONDITION)

    def junction(self, word: str, operands: Sequence[Operand], inside: bool, at: Clock) -> Term:
        """and/or: on its operands' one clock `inside` a look back, else on the strategy's own."""
        terms = tuple(condition(o) for o in operands)
        clock = at
        if inside:
            terms, clock = self.clocks.align(terms, at)
        else:
            terms, clock = tuple(map(self.lift, terms)), self.clocks.own
        return self.make(Op.AND if word == "and" else Op.OR, terms, (), clock, Dimension.CONDITION)

    def negation(self, a: Operand, inside: bool, at: Clock) -> Term:
        term = condition(a) if inside else self.lift(condition(a))
        return self.make(Op.NOT, (term,), (), self.clocks.of(term) or at, Dimension.CONDITION)

    def alike(self, a: Operand, b: Operand, verb: str) -> Measure:
        """The measure two operands share. Raises Refusal."""
        left, right = self.measure(number(a)), self.measure(number(b))
        found = unified(left, right)
        if found is None:
            message = f"`{a.shown}` is {left} and `{b.shown}` is {right}: unlike things are not {verb}"
            raise Refusal(Code.DIMENSION, message, _mend(left, right, verb, a, b))
        return found


def number(operand: Operand) -> Term:
    if operand.term.dimension is Dimension.CONDITION:
        message = f"`{operand.shown}` is a condition, and a number is needed here"
        raise operand.refuse(Code.NOT_A_NUMBER, message, "count how often it was true: `count(close > open, 10)`")
    return operand.term


def condition(operand: Operand) -> Term:
    if operand.term.dimension is not Dimension.CONDITION:
        message = f"`{operand.shown}` is a number, and a condition is needed here"
        raise operand.refuse(Code.NOT_A_CONDITION, message, f"compare it with something: `{operand.shown} > 0`")
    return operand.term


def with_history(operand: Operand) -> Term:
    if operand.term.op is Op.CONSTANT:
        raise operand.refuse(Code.NO_HISTORY, f"`{operand.shown}` is the same on every candle and has no history")
    return operand.term


def _mend(left: Measure, right: Measure, verb: str, a: Operand, b: Operand) -> str | None:
    kinds = {left.dimension, right.dimension}
    ratio, other = (a, b) if left.dimension is Dimension.RATIO else (b, a)
    if kinds == {Dimension.PRICE, Dimension.RATIO}:
        if verb == "compared":
            return f"make a ratio of the price first, such as `{other.shown} / close`"
        sign = "-" if verb == "subtracted" else "+"
        return f"take the part of a price: `{other.shown} * (1 {sign} {ratio.shown})`"
    if kinds == {Dimension.INDEX, Dimension.RATIO}:
        return "an index runs in whole points: write `30`, not `30%`"
    if kinds == {Dimension.PRICE, Dimension.INDEX}:
        return "compare a price with a price and an index with a number, such as `rsi(close, 14) > 70`"
    if kinds == {Dimension.PRICE, Dimension.VOLUME}:
        return "compare a volume with a volume, such as `volume > sma(volume, 20)`"
    return None
