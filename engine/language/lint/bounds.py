"""Terms in, the interval of their possible known values out, each computed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ...learning.spec import VALUE, Spec
from ...market.timeframe import MONDAY, UNITS, Timeframe
from .. import interval
from ..across import ACROSS
from ..interval import ANY, INFINITE, Interval, add, div, mul, point, sub
from ..term import Dimension, Op, Term
from .calls import call_bounds
from .fold import fold

_ARITHMETIC: Mapping[Op, Callable[[Interval, Interval], Interval]] = MappingProxyType(
    {Op.ADD: add, Op.SUB: sub, Op.MUL: mul, Op.DIV: div}
)
_PRICE = Interval(0.0, INFINITE, True)
_PARTS = MappingProxyType({
    "hour": Interval(0.0, 23.0), "minute": Interval(0.0, 59.0), "weekday": Interval(1.0, 7.0),
    "day": Interval(1.0, 31.0),
})  # fmt: skip
_WHOLE = frozenset(("count", "since", "highestbars", "lowestbars"))


class Bounds:
    """`position` are the intervals of `position.*` by name, for the side and the exit that are looked at; `symbols`:
    how many there are to be compared."""

    def __init__(self, position: Mapping[str, Interval], symbols: float = INFINITE) -> None:
        self._position = position
        self._symbols = float(symbols)
        self._known: dict[Term, Interval] = {}

    def of(self, term: Term) -> Interval:
        """The interval of a number; ANY of a condition."""
        found = self._known.get(term)
        return fold(term, self._known, self._compute) if found is None else found

    def _compute(self, term: Term) -> Interval:
        op, known = term.op, self._known
        if op is Op.CONSTANT:
            return point(float(term.params[0]))
        if op is Op.FIELD:
            return Interval(0.0) if term.params[0] == "volume" else _PRICE
        if op is Op.TIME:
            return _time(term)
        if op is Op.POSITION:
            return self._position.get(str(term.params[0]), ANY)
        if op is Op.INDICATOR:
            return call_bounds(term, [known[a] for a in term.args])
        if op is Op.ACROSS:
            return self._across(term)
        if op is Op.MODEL:
            return _foretold(term)
        if op in _ARITHMETIC:
            return self._arithmetic(term)
        if op is Op.NEG:
            return known[term.args[0]].negated()
        return known[term.args[0]] if op in (Op.LAG, Op.LIFT) else ANY

    def _across(self, term: Term) -> Interval:
        """A mean lies where its values lie."""
        spec = ACROSS[str(term.params[0])]
        if spec.low is None:
            return self._known[term.args[0]] if spec.gives is None else ANY
        return Interval(spec.low, self._symbols if spec.high is None else spec.high)

    def _arithmetic(self, term: Term) -> Interval:
        """Equal terms are one object, so `x - x` is seen to be zero and `x / x` one."""
        a, b = term.args
        if a is b and term.op is Op.SUB:
            return point(0.0)
        if a is b and term.op is Op.DIV:
            return point(1.0)
        found = _ARITHMETIC[term.op](self._known[a], self._known[b])
        return interval.meet(found, Interval(0.0)) if a is b and term.op is Op.MUL else found


def _foretold(term: Term) -> Interval:
    spec, output = Spec.read(str(term.params[0])), term.params[1]
    return Interval(0.0, 1.0) if output != VALUE or spec.chances else ANY


def whole(term: Term) -> bool:
    """Whether a term's values are whole numbers."""
    if term.op is Op.INDICATOR:
        return term.params[0] in _WHOLE
    if term.op is Op.ACROSS:
        return term.dimension is Dimension.COUNT
    return term.op is Op.TIME or (term.op is Op.POSITION and term.params[0] == "candles")


def _time(term: Term) -> Interval:
    """A part of the close instant; in UTC the timeframe leaves fewer."""
    part, zone = term.params
    if term.clock is None or zone != "UTC":
        return _PARTS[str(part)]
    timeframe = term.clock.timeframe
    if part == "hour":
        return _steps(timeframe, UNITS["d"], UNITS["h"])
    if part == "minute":
        return _steps(timeframe, UNITS["h"], UNITS["m"])
    if part == "weekday" and timeframe.anchor == MONDAY:
        return point(1.0)
    return _PARTS[str(part)]


def _steps(timeframe: Timeframe, whole_ms: int, unit_ms: int) -> Interval:
    """The units of `whole_ms` that candles of this length close at."""
    if timeframe.ms % whole_ms == 0:
        return point(0.0)
    last = whole_ms - (timeframe.ms if whole_ms % timeframe.ms == 0 else unit_ms)
    return Interval(0.0, float(last // unit_ms))
