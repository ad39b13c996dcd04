"""The account's day, its highest equity and its state, where several strategies share it: the same rules as for one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from ..language.portfolio import Portfolio
from .columns import CHANGE_FIELDS, Tally
from .guard import Guard
from .pool import DAY_LOST, FALLEN, STATE
from .rulebook import account_limits
from .standing import Standing, Stood, day_of, go_on, release, standing, stood
from .states import ACTIVE, HALTED, begin_day, change_state, day_loss, fall


class AccountState:
    """`limited`: whether a limit of losses stands; without one nothing is noted."""

    def __init__(self, portfolio: Portfolio, capital: float) -> None:
        self._limits = account_limits(portfolio.members[0].strategy, portfolio)
        self._guard = Guard(capital)
        self._zone = ZoneInfo(portfolio.timezone)
        self._equity = capital
        self.limited = self._limits.daily_then != ACTIVE or self._limits.drawdown_then != ACTIVE
        self.changes: list[tuple[float, ...]] = []
        """Rows of CHANGE_FIELDS."""

    def note(self, now: int, equity: float) -> None:
        """The account's equity at a close."""
        self._equity = equity
        if not self.limited:
            return
        if self._limits.daily_then != ACTIVE:
            day = day_of(now, self._zone)
            self._recorded(lambda tally, rows: begin_day(self._guard, tally, rows, day, now, equity))
        self._guard.high = max(self._guard.high, equity)

    def conclude(self, now: int) -> bool:
        """The state from now on; whether it got stricter."""
        if not self.limited:
            return False
        before = self._guard.state
        self._recorded(lambda tally, rows: change_state(self._limits, self._guard, tally, rows, now, self._equity))
        return self._guard.state > before

    @property
    def standing(self) -> Standing:
        """As of the last close."""
        return standing(self._limits, self._guard, self._equity)

    def release(self) -> None:
        """Active again, by an operator's word."""
        release(self._guard, self._equity)

    @property
    def stood(self) -> Stood:
        """What an account that takes this one's place goes on from."""
        return stood(self._guard, self._equity)

    def go_on(self, before: Stood) -> None:
        """Losses from before this account count on."""
        go_on(self._guard, self._equity, before, self._zone)

    @property
    def flattens(self) -> bool:
        """Whether no position may stay in the present state."""
        return self._guard.state == HALTED and self._limits.flatten == 1

    def write(self, pool: Any) -> None:
        """Let a strategy know."""
        pool[STATE] = self._guard.state
        pool[DAY_LOST] = day_loss(self._guard, self._equity) if self._limits.daily_then != ACTIVE else -math.inf
        pool[FALLEN] = fall(self._guard, self._equity) if self._limits.drawdown_then != ACTIVE else -math.inf

    def transferred(self, amount: float) -> None:
        """Money that came in or left is neither gain nor loss."""
        self._guard.high += amount
        self._guard.day_equity += amount
        self._equity += amount

    def saved(self) -> dict[str, Any]:
        """What the next close depends on."""
        return {"guard": asdict(self._guard), "equity": self._equity}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Continue from what `saved` gave. Raises KeyError, TypeError."""
        self._guard, self._equity = Guard(**kept["guard"]), float(kept["equity"])

    def _recorded(self, step: Any) -> None:
        tally, rows = Tally(), np.zeros((3, len(CHANGE_FIELDS)))
        step(tally, rows)
        self.changes += [tuple(row) for row in rows[: tally.changed].tolist()]
