"""Which candles a term runs on, and how terms of several clocks meet.

Constants stand on no clock and adapt; terms of one clock stay on it; terms of several are lifted to the strategy's
own clock first. A prefix is read part by part: `4h.x` inside `btc.…` is the feed's 4h.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...market.timeframe import MONDAY, UNITS, Timeframe
from ..expression.codes import Code
from ..term import Clock, Op, Term, Terms
from .refusal import Refusal


def slower(name: str, own: Timeframe) -> Timeframe:
    """The timeframe of a prefix; equal ones (`60m`, `1h`) become one. Raises Refusal."""
    try:
        timeframe = Timeframe.parse(name)
    except ValueError as error:
        raise Refusal(Code.TIMEFRAME, str(error)) from None
    if timeframe.ms < own.ms:
        message = f"`{name}` is faster than the strategy's {own}: its candles would have to be invented"
        raise Refusal(Code.FASTER, message, f"only multiples of {own} can be read; or set `timeframe: {name}`")
    if not timeframe.is_multiple_of(own):
        message = f"`{name}` is not a whole multiple of the strategy's {own}"
        raise Refusal(Code.TIMEFRAME, message, f"candles of {own} do not add up to it")
    return own if (timeframe.ms, timeframe.anchor) == (own.ms, own.anchor) else _canonical(timeframe)


def _canonical(timeframe: Timeframe) -> Timeframe:
    if timeframe.anchor == MONDAY:
        return timeframe
    unit = max((u for u in "mhd" if timeframe.ms % UNITS[u] == 0), key=UNITS.__getitem__)
    return Timeframe(f"{timeframe.ms // UNITS[unit]}{unit}", timeframe.ms, timeframe.anchor)


class Clocks:
    """Lifts and aligns terms for a strategy whose own clock is `own`."""

    def __init__(self, terms: Terms, own: Clock) -> None:
        self._terms = terms
        self.own = own

    def of(self, term: Term) -> Clock | None:
        """The clock a term's values change on; None for a constant."""
        return self.own if term.op is Op.POSITION else term.clock

    def lift(self, term: Term) -> Term:
        """`term` on the strategy's own clock."""
        if self.of(term) in (None, self.own):
            return term
        return self._terms.make(Op.LIFT, (term,), (), self.own, term.dimension)

    def align(self, terms: Sequence[Term], at: Clock) -> tuple[tuple[Term, ...], Clock]:
        """The terms on one clock, and which; `at` where all are constants."""
        clocks = {clock for term in terms if (clock := self.of(term)) is not None}
        if len(clocks) > 1:
            return tuple(map(self.lift, terms)), self.own
        return tuple(terms), clocks.pop() if clocks else at
