"""How many of the strategy's own candles go by before a term is known, without compiling it."""

from __future__ import annotations

from ...indicators import CATALOGUE
from ...learning.spec import Spec
from ...market.timeframe import Timeframe
from ..term import Op, Term
from .fold import fold

MANY = 5_000
_ONE_BEFORE = (Op.CROSS_ABOVE, Op.CROSS_BELOW, Op.RISING, Op.FALLING)


class WarmUp:
    def __init__(self, own: Timeframe) -> None:
        self._own = own
        self._known: dict[Term, int] = {}

    def of(self, term: Term) -> int:
        """Rows of the strategy's clock before the first value."""
        return self._lifted(term, fold(term, self._known, self._compute))

    def _lifted(self, term: Term, rows: int) -> int:
        ratio = 1 if term.clock is None else term.clock.timeframe.ms // self._own.ms
        return rows * ratio + ratio - 1

    def _compute(self, term: Term) -> int:
        """Rows of the term's own clock."""
        rows = max((self._known[a] for a in term.args), default=0)
        if term.op is Op.INDICATOR:
            entry = CATALOGUE[str(term.params[0])]
            values = dict(zip((p.name for p in entry.parameters), term.params[2:], strict=True))
            at = next(k for k, output in enumerate(entry.outputs) if output.name == term.params[1])
            return rows + entry.first(values)[at]
        if term.op is Op.MODEL:
            return rows + Spec.read(str(term.params[0])).first
        if term.op is Op.LAG:
            return rows + int(term.params[0])
        if term.op in (Op.FOR, Op.WITHIN):
            return rows + int(term.params[0]) - 1
        if term.op is Op.LIFT:
            return self._lifted(term.args[0], rows)
        return rows + (term.op in _ONE_BEFORE)
