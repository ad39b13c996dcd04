"""Terms in, what each would be if every price and volume were 1 and stood still; None where that does not follow.

An average of prices is 1 then, a range or a change 0: so it tells prices from distances, which have one dimension.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from ...indicators import CATALOGUE
from ..term import Dimension, Op, Term
from .fold import fold

DIFFERENCES = frozenset((
    "ac", "adr", "ao", "apo", "atr", "change", "cyber_cycle", "dev", "dm", "dpo", "dpo_shifted", "elder_ray", "gator",
    "highpass", "ht_phasor", "linreg_error", "linreg_slope", "macd", "macd_sma", "mom", "qstick", "roofing", "sfx",
    "stdev", "tr", "ttm",
))  # fmt: skip
"""In the unit of what they are given, and 0 where that never changes; other indicators in it give a level of it."""
TOTALS = frozenset(("cum", "wad"))
"""They add up from the first candle there is."""
_RULES: Mapping[str, Callable[[Sequence[float]], float]] = MappingProxyType({
    "min": min, "max": max, "abs": lambda numbers: abs(numbers[0]),
})  # fmt: skip
_ARITHMETIC: Mapping[Op, Callable[[float, float], float]] = MappingProxyType({
    Op.ADD: lambda a, b: a + b, Op.SUB: lambda a, b: a - b, Op.MUL: lambda a, b: a * b, Op.DIV: lambda a, b: a / b,
})  # fmt: skip


class Rest:
    def __init__(self) -> None:
        self._known: dict[Term, float | None] = {}

    def of(self, term: Term) -> float | None:
        return fold(term, self._known, self._compute)

    def _compute(self, term: Term) -> float | None:
        op, inside = term.op, [self._known[a] for a in term.args]
        if op is Op.CONSTANT:
            return float(term.params[0])
        if op is Op.FIELD:
            return 1.0 if term.clock is not None and term.clock.feed == "" else None
        if op is Op.INDICATOR:
            return _indicator(term, inside)
        numbers = [value for value in inside if value is not None]
        if len(numbers) < len(inside):
            return None
        if op in _ARITHMETIC:
            return _arithmetic(term, numbers)
        if op is Op.NEG:
            return -numbers[0]
        return numbers[0] if op in (Op.LAG, Op.LIFT) else None


def _arithmetic(term: Term, numbers: Sequence[float]) -> float | None:
    if (term.op in (Op.ADD, Op.SUB) and _absolute(term, numbers)) or (term.op is Op.DIV and numbers[1] == 0.0):
        return None
    return _ARITHMETIC[term.op](*numbers)


def _absolute(term: Term, numbers: Sequence[float]) -> bool:
    """Whether a plain number is taken for a price: how large a part of the price `100` is nobody knows."""
    plain = (n for a, n in zip(term.args, numbers, strict=True) if a.dimension is Dimension.NUMBER)
    return term.dimension is Dimension.PRICE and any(plain)


def _indicator(term: Term, inside: Sequence[float | None]) -> float | None:
    name = str(term.params[0])
    measured = next(o.dimension for o in CATALOGUE[name].outputs if o.name == term.params[1])
    if measured not in ("same", Dimension.PRICE) or name in TOTALS:
        return None
    if name in DIFFERENCES:
        return 0.0
    given = [(a, value) for a, value in zip(term.args, inside, strict=True) if a.dimension is not Dimension.CONDITION]
    numbers = [value for _, value in given if value is not None]
    if len(numbers) < len(given) or (len(numbers) > 1 and len({a.dimension for a, _ in given}) > 1):
        return None
    if not numbers:
        return 1.0 if term.clock is not None and term.clock.feed == "" else None
    if name in _RULES:
        return _RULES[name](numbers)
    return numbers[0] * float(term.params[2]) if name == "sum" else numbers[0]
