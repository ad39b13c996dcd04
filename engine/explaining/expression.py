"""A term in, the expression an author would write for it out: nothing shortened, every default filled in.

Reading the expression again gives a term of the same meaning (exit conditions may need the position's scope for it).
"""

from __future__ import annotations

from decimal import Decimal

from ..indicators import CATALOGUE
from ..language.term import Clock, Dimension, Op, Term
from ..learning.spec import Told

_BETWEEN = {
    Op.OR: "or", Op.AND: "and", Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">=", Op.EQ: "==", Op.NE: "!=",
    Op.CROSS_ABOVE: "crosses above", Op.CROSS_BELOW: "crosses below", Op.ADD: "+", Op.SUB: "-", Op.MUL: "*",
    Op.DIV: "/",
}  # fmt: skip
_LEVELS: dict[Op, int] = {
    **dict.fromkeys((Op.OR, Op.AND), 1), Op.NOT: 2, **dict.fromkeys((Op.FOR, Op.WITHIN), 3),
    **dict.fromkeys((Op.LT, Op.LE, Op.GT, Op.GE, Op.EQ, Op.NE), 4),
    **dict.fromkeys((Op.CROSS_ABOVE, Op.CROSS_BELOW, Op.RISING, Op.FALLING), 4),
    **dict.fromkeys((Op.ADD, Op.SUB), 5), **dict.fromkeys((Op.MUL, Op.DIV), 6), Op.NEG: 7, Op.LAG: 8,
}  # fmt: skip
_ATOM = 9
"""How tightly an operator binds, the loosest first."""


def expression_of(term: Term, own: Clock | None = None) -> str:
    """The expression of a term in a strategy whose own clock is `own` (the term's own by default)."""
    return _Writer(own or term.clock).text(term)


def distance_of(term: Term) -> str:
    """The expression of a distance: a ratio of the close as the ratio alone."""
    ratio = ratio_of_close(term)
    if ratio is None:
        return expression_of(term)
    return expression_of(ratio) if ratio.clock is None else _Writer(term.clock).text(ratio)


def ratio_of_close(term: Term) -> Term | None:
    """What the close is multiplied by to give this distance; None for any other distance."""
    if term.op is Op.MUL:
        ratio, close = term.args
        if ratio.dimension is Dimension.RATIO and close.op is Op.FIELD and close.params == ("close",):
            return ratio
    return None


def number_of(value: float, ratio: bool = False) -> str:
    """A number as the language reads it back: no exponent, a ratio in percent where that loses nothing."""
    if ratio:
        text = _digits(Decimal(repr(value)) * 100)
        if float(f"{text}e-2") == value:
            return f"{text}%"
    return _digits(Decimal(repr(float(value))))


def _digits(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


class _Writer:
    """Writes terms as they stand in a strategy whose own clock is `own`."""

    def __init__(self, own: Clock | None) -> None:
        self._own = own

    def text(self, term: Term, at: Clock | None = None) -> str:
        return self._write(term, at or self._own)

    def _write(self, term: Term, at: Clock | None) -> str:
        if term.op is Op.LIFT:
            return self._write(term.args[0], at)
        if term.op in _BETWEEN:
            return f" {_BETWEEN[term.op]} ".join(self._operand(term, k, at) for k in range(len(term.args)))
        if term.op is Op.CONSTANT:
            return number_of(float(term.params[0]), term.dimension is Dimension.RATIO)
        if term.op is Op.FIELD:
            return self._prefix(term, at) + str(term.params[0])
        if term.op in (Op.TIME, Op.POSITION):
            return f"{term.op}.{term.params[0]}"
        if term.op is Op.INDICATOR:
            return self._call(term, at)
        if term.op is Op.MODEL:
            return f"{Told.read(str(term.params[2])).name}.{term.params[1]}"
        if term.op is Op.ACROSS:
            return f"{term.params[0]}({', '.join(self._write(arg, at) for arg in term.args)})"
        return self._unary(term, at)

    def _unary(self, term: Term, at: Clock | None) -> str:
        inner = self._operand(term, 0, at)
        if term.op is Op.NEG:
            return f"-{inner}"
        if term.op is Op.NOT:
            return f"not {inner}"
        if term.op is Op.LAG:
            return f"{inner}[{term.params[0]}]"
        if term.op in (Op.FOR, Op.WITHIN):
            return f"{inner} {term.op} {term.params[0]} candle{'' if term.params[0] == 1 else 's'}"
        return f"{inner} is {term.op}"

    def _operand(self, term: Term, k: int, at: Clock | None) -> str:
        """An argument, in parentheses where it would be read another way without them."""
        arg = term.args[k]
        text = self._write(arg, at)
        inner, outer = _level(arg), _LEVELS.get(term.op, _ATOM)
        loose = inner < outer or (inner == outer and (outer not in (3, 5, 6) or k > 0))
        return f"({text})" if loose else text

    def _prefix(self, term: Term, at: Clock | None) -> str:
        """The feed and timeframe that lead from clock `at` to the term's."""
        clock = term.clock
        if clock is None or clock == at or at is None:
            return ""
        feed = f"{clock.feed}." if clock.feed != at.feed else ""
        same = clock.timeframe == at.timeframe
        return feed + ("" if same else f"{clock.timeframe}.")

    def _call(self, term: Term, at: Clock | None) -> str:
        name, output, *values = term.params
        entry = CATALOGUE[str(name)]
        inside = [self._write(arg, term.clock or at) for arg in term.args]
        numbers = [number_of(float(value)) for value in values]
        written = f"{self._prefix(term, at)}{name}({', '.join([*inside, *numbers])})"
        return f"{written}.{output}" if len(entry.outputs) > 1 else written


def _level(term: Term) -> int:
    while term.op is Op.LIFT:
        term = term.args[0]
    if term.op is Op.CONSTANT and float(term.params[0]) < 0:
        return _LEVELS[Op.NEG]
    return _LEVELS.get(term.op, _ATOM)
