"""For how long a position that declares a stop has been without anything that protects it (invariant 11)."""

from __future__ import annotations

import asyncio
from collections import deque

from .guard import Declared, Guard
from .invariants import bare
from .parts import Parts
from .plans import Plans
from .prices import Prices

LATE = 0.01
"""Seconds that a look may be late."""


class Naked:
    """It is naked while no stop rests at the venue, no exit is on its way and no price is known."""

    def __init__(self, parts: Parts, plans: Plans, prices: Prices) -> None:
        self._parts, self._plans, self._prices = parts, plans, prices
        self.broken: deque[str] = deque(maxlen=100)
        """Positions that were naked for longer than may be, in words; none, ever."""

    def seconds(self, it: Declared, guard: Guard) -> float:
        """Up to now, taken down; more than may be is a broken promise."""
        parts, now, naked = self._parts, asyncio.get_running_loop().time(), 0.0
        if guard.bare is not None:
            naked = now - max(guard.bare, self._prices.since(it.symbol))
            if naked > parts.settings.max_naked + LATE and not guard.late:
                guard.late = True
                self.broken.append(f"11: {it.symbol} of {it.strategy} was unprotected for {naked:.1f} s")
        unprotected = it.stop is not None and not guard.paused and bare(parts.state, it.symbol, it.strategy)
        if not unprotected or self._plans.closing(it.symbol, it.strategy):
            guard.bare, guard.late = None, False
            return 0.0
        guard.bare = now if guard.bare is None else guard.bare
        return naked

    def patience(self, it: Declared, guard: Guard) -> float:
        """Seconds until the position has been naked for as long as may be."""
        return max(self._parts.settings.max_naked - self.seconds(it, guard), LATE)
