"""One side's exits in, warnings out about those that never act because another one always comes first."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ...diagnostics.report import Report
from ..interval import INFINITE, Interval
from ..strategy import Distance, Duration, Exit, Market, SizeMethod, Strategy
from ..structure.part import Part
from ..term import Op, Term
from .relations import factored

NEVER_ACTS, OUT_OF_REACH, TOO_WIDE = "SR454", "SR455", "SR456"
RANGES = 3.0
"""A target further away than this many average ranges for each candle of the time exit is out of reach."""
_FEES = 0.1
"""Room for the entry's fee in `position.profit`."""


class Exits:
    """Looks at the exits of side `name`; `part` is its `exit:`."""

    def __init__(self, name: str, part: Part, exits: Exit, strategy: Strategy, report: Report) -> None:
        self._name = name
        self._part = part
        self._exit = exits
        self._strategy = strategy
        self._report = report
        self._candles = _candles(exits.time, strategy.timeframe.ms)

    def position(self) -> Mapping[str, Interval]:
        """What `position.*` may be where the exit rule is asked."""
        price = Interval(0.0, INFINITE, True)
        most = INFINITE if self._candles is None else float(self._candles)
        profit = Interval(-1.0 - _FEES) if self._name == "long" else Interval(high=1.0 + _FEES)
        return {"profit": profit, "candles": Interval(1.0, most), "entry_price": price, "best": price}

    def check(self) -> None:
        target, trail = self._exit.target, self._exit.trail
        after = None if trail is None else trail.after
        for distance, part, what in (
            (after, self._part.part("trail"), "the trail"),
            (self._exit.breakeven, self._part.part("breakeven"), "the break-even stop"),
        ):
            if distance is None:
                continue
            if target is not None and self._at_least(distance, target):
                message = f"{what} never acts: the target is reached first"
                self._report.warning(NEVER_ACTS, message, part.span("after"), "begin nearer than the target")
            elif self._candles == 1:
                message = f"{what} never acts: it would from the second candle on, and `time` ends with the first"
                self._report.warning(NEVER_ACTS, message, part.span("after"), "allow more time, or leave it out")
        self._reach()
        self._liquidation()

    def _multiple(self, distance: Distance) -> tuple[float, Term] | None:
        """A distance as factor * term."""
        if distance.term is not None:
            return factored(distance.term)
        trail = self._exit.trail
        unit = self._exit.stop or (None if trail is None else trail.by)
        if unit is None or unit.term is None or distance.r is None:
            return None
        factor, base = factored(unit.term)
        return distance.r * factor, base

    def _at_least(self, far: Distance, near: Distance) -> bool:
        """Whether `far` is surely no nearer than `near`."""
        if far.r is not None and near.r is not None:
            return far.r >= near.r
        a, b = self._multiple(far), self._multiple(near)
        return a is not None and b is not None and a[1] is b[1] and a[0] >= b[0] * (1.0 - 1e-12)

    def _ratio(self, distance: Distance | None) -> float | None:
        """A distance that is a fixed part of the price."""
        found = None if distance is None else self._multiple(distance)
        if found is None or found[1].op is not Op.FIELD or found[1].params[0] != "close":
            return None
        return found[0]

    def _reach(self) -> None:
        found = None if self._exit.target is None else self._multiple(self._exit.target)
        if found is None or self._candles is None or not _own_range(found[1], self._strategy):
            return
        if found[0] > RANGES * self._candles:
            message = (
                f"the target is {found[0]:,.6g} average ranges away, and `time` leaves "
                f"{self._candles:,} candle{'s' * (self._candles > 1)} to get there"
            )
            self._report.warning(OUT_OF_REACH, message, self._part.span("target"), "take a nearer target or more time")

    def _liquidation(self) -> None:
        """The exposure that may be taken against the move that the stop allows."""
        strategy, ratio = self._strategy, self._ratio(self._exit.stop)
        exposure = strategy.risk.max_leverage
        if strategy.market is not Market.PERP or ratio is None or strategy.size.method is SizeMethod.RISK:
            return
        if strategy.size.method is SizeMethod.EQUITY:
            exposure = min(exposure, strategy.size.value * (strategy.risk.max_open or len(strategy.symbols)))
        if exposure > 1.0 and ratio * exposure >= 1.0:
            message = (
                f"at {exposure:,.6g} times the equity a move of {100 / exposure:,.4g}% takes all of it, "
                f"before the stop at {ratio * 100:,.6g}%"
            )
            self._report.warning(TOO_WIDE, message, self._part.span("stop"), "take a nearer stop or less leverage")


def _own_range(term: Term, strategy: Strategy) -> bool:
    """Whether a term is the average range of the strategy's own candles."""
    own = term.clock is not None and term.clock.feed == "" and term.clock.timeframe == strategy.timeframe
    return own and term.op is Op.INDICATOR and term.params[0] == "atr"


def _candles(time: Duration | None, candle_ms: int) -> int | None:
    """The most candles a position lasts."""
    if time is None:
        return None
    return time.candles if time.candles is not None else math.ceil((time.ms or 0) / candle_ms)
