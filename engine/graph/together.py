"""Several symbols' banks extended side by side: all come to a step that compares them before any goes on.

1. every bank takes its candles; 2. up to the next meeting, each computes its own steps; 3. there its rows are laid
beside those of the others by time, one function fills the column of all, and they go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..market.candles import Candles, Times
from ..market.timeline import union_times
from .across import FUNCTIONS, Rows
from .bank import Bank
from .plan import Kind, Plan, Step

Spans = tuple[tuple[int, int], ...]
"""From when (ms UTC, inclusive) until when (exclusive) a symbol is a member, at the instant of a close."""


@dataclass(frozen=True, slots=True)
class Universe:
    """The candles of all symbols of a strategy, in its order, and the members' spans (None: always; empty: all are)."""

    own: tuple[Candles, ...]
    members: tuple[Spans | None, ...] = ()

    def around(self, own: Candles) -> Universe:
        """The same with `own` in place of its symbol's candles, and no candle of the others after its last."""
        end = int(own.time[-1]) + 1 if len(own) else 0
        cut = (own if c.symbol == own.symbol else c.rows(0, int(c.time.searchsorted(end))) for c in self.own)
        return Universe(tuple(cut), self.members)


def extend_all(
    banks: Sequence[Bank], own: Sequence[Candles], feeds: Mapping[str, Candles], members: Sequence[Spans | None] = ()
) -> None:
    """Compute the next rows of all banks of a plan, side by side where it compares symbols."""
    if banks and banks[0].plan.meetings:
        Together(banks, members).extend(own, feeds)
    else:
        for bank, candles in zip(banks, own, strict=True):
            bank.extend(candles, feeds)


class Together:
    """The banks of one plan, one a symbol, in the symbols' order."""

    def __init__(self, banks: Sequence[Bank], members: Sequence[Spans | None] = ()) -> None:
        self._banks = banks
        self._plan: Plan = banks[0].plan
        self._members = [*members] or [None] * len(banks)
        self._restricted = any(spans is not None for spans in self._members)

    def extend(self, own: Sequence[Candles], feeds: Mapping[str, Candles]) -> None:
        """Compute the next rows of every bank; `own` are candles of the same stretch of time."""
        for bank, candles in zip(self._banks, own, strict=True):
            bank.begin(candles, feeds)
        times = union_times(own)
        places = [_places(candles.time, times) for candles in own]
        there = self._there(times + own[0].timeframe.ms)
        done = 0
        for meeting in self._plan.meetings:
            self._compute(done, meeting)
            self._meet(meeting, places, there)
            done = meeting + 1
        self._compute(done, len(self._plan.steps))
        for bank, candles in zip(self._banks, own, strict=True):
            bank.end(candles, feeds)

    def _compute(self, lo: int, hi: int) -> None:
        for bank in self._banks:
            bank.compute(lo, hi)

    def _there(self, closes: Times) -> NDArray[np.bool_]:
        """(times, symbols): who is a member at each close."""
        there = np.ones((len(closes), len(self._banks)), np.bool_)
        for s, spans in enumerate(self._members):
            if spans is not None:
                there[:, s] = False
                for start, end in spans:
                    there[:, s] |= (closes >= start) & (closes < end)
        return there

    def _meet(self, number: int, places: Sequence[Any], there: NDArray[np.bool_]) -> None:
        """Fill the column of step `number` for all symbols."""
        step: Step = self._plan.steps[number]
        (out,) = step.outputs
        values = np.full(there.shape, np.nan)
        for s, bank in enumerate(self._banks):
            for column in step.inputs:
                found = bank.columns[column][: _rows(places[s], there)]
                values[places[s], s] = found if found.dtype.kind == "f" else np.where(found == 2, np.nan, found)
        if self._restricted and not step.state:
            values[~there] = np.nan
        state = self._banks[0].state(number)
        made = FUNCTIONS[step.across](Rows(values, there, state))
        whole = self._plan.columns[out].kind is Kind.CONDITION
        for s, bank in enumerate(self._banks):
            row = made[places[s], s]
            bank.columns[out][: len(row)] = np.where(np.isnan(row), 2.0, row) if whole else row
            bank.state(number)[:] = state


def _places(own: Times, times: Times) -> Any:
    """Which of `times` the rows of a symbol are."""
    return slice(0, len(times)) if len(own) == len(times) else np.searchsorted(times, own)


def _rows(places: Any, there: NDArray[np.bool_]) -> int:
    return len(there) if isinstance(places, slice) else len(places)
