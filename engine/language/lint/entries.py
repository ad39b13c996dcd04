"""Filters and both sides' entries in, warnings out about what never happens because of the other."""

from __future__ import annotations

from ...diagnostics.report import Report
from ..strategy import Fire, Side
from .conditions import NEVER, Conditions, shown, span
from .reading import Statement
from .truth import Truth

TOGETHER = "SR457"


class Entries:
    def __init__(self, conditions: Conditions, truth: Truth, report: Report) -> None:
        self._conditions = conditions
        self._truth = truth
        self._report = report

    def filtered(self, filters: Statement, enter: Statement, side: str) -> None:
        """An entry that its own filter excludes."""
        truth = self._truth
        if truth.never(filters.term) or truth.never(enter.term):
            return
        if not truth.possible([(filters.term, True), (enter.term, True)]):
            rule = self._conditions.narrowed(enter, filters, truth)
            gate = self._conditions.narrowed(filters, rule, truth)
            message = f"no {side} is ever entered: {shown(rule)} is never true together with the filter {shown(gate)}"
            self._report.warning(NEVER, message, span(rule))

    def both(self, long: Side, short: Side, place: Statement) -> None:
        """Entries that always come together: long and short on one candle trade neither."""
        truth = self._truth
        if truth.never(long.enter) or truth.never(short.enter):
            return
        into_short = long.enter is short.enter or not truth.possible([(long.enter, True), (short.enter, False)])
        into_long = long.enter is short.enter or not truth.possible([(short.enter, True), (long.enter, False)])
        help_ = "long and short on one candle trade neither"
        if into_short and into_long and long.fire is short.fire:
            message = "long and short enter on the same candles, so neither ever trades"
        elif into_short and short.fire is Fire.EVERY_CANDLE:
            message = "short enters whenever long does, so no long is ever entered"
        elif into_long and long.fire is Fire.EVERY_CANDLE:
            message = "long enters whenever short does, so no short is ever entered"
        else:
            return
        self._report.warning(TOGETHER, message, span(place), help_)
