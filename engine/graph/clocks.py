"""The rows of each clock: given candles, or slower candles resampled from them, aligned to the strategy's clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..kernel import bind
from ..market.candles import Candles
from ..market.resample import STATE as STATE_SLOTS
from ..market.resample import resample
from ..market.timeframe import Timeframe
from .alignment import follow, follow_slower

Array = NDArray[Any]
FIELDS = ("time", "open", "high", "low", "close", "volume")


class Given:
    """A clock whose candles are handed in: the strategy's own, or a feed on the same timeframe."""

    def __init__(self, columns: Mapping[str, Array], state: Array) -> None:
        self.columns = columns
        self.state = state
        self.rows = 0

    def take(self, candles: Candles) -> None:
        self.rows = len(candles)
        for name, column in self.columns.items():
            column[: self.rows] = getattr(candles, name)


class Feed(Given):
    """A feed on the strategy's timeframe; `visible` and `fresh` are filled for the own rows."""

    def __init__(self, columns: Mapping[str, Array], state: Array, visible: Array, fresh: Array) -> None:
        super().__init__(columns, state)
        self.visible, self.fresh = visible, fresh

    def align(self, own: Given) -> None:
        arguments = (own.columns["time"], self.columns["time"], self.visible, self.fresh, self.rows)
        bind(follow, arguments, machine_code=False)(0, own.rows)


class Slower:
    """Slower candles made of the rows of `base`; closes are counted for each base row in `closed`."""

    def __init__(
        self, base: Given, columns: Mapping[str, Array], state: Array, closed: Array, span: tuple[Timeframe, int],
        machine_code: bool,
    ) -> None:  # fmt: skip
        timeframe, base_ms = span
        self.columns = columns
        self.state = state
        self.rows = 0
        self._base = base
        parts = [base.columns[f] for f in FIELDS] + [columns[f] for f in FIELDS]
        arguments = (*parts, closed, timeframe.ms, timeframe.anchor, base_ms, state[:STATE_SLOTS])
        self._resample = bind(resample, arguments, machine_code)

    def advance(self) -> None:
        self.rows = int(self._resample(0, self._base.rows))


class OwnSlower(Slower):
    """The own symbol's slower candles: what closed is visible at once and holds until the next close."""

    def __init__(self, base: Given, columns: Mapping[str, Array], state: Array, visible: Array, fresh: Array,
                 span: tuple[Timeframe, int], machine_code: bool) -> None:  # fmt: skip
        super().__init__(base, columns, state, visible, span, machine_code)
        self._visible, self._fresh = visible, fresh

    def align(self, own: Given) -> None:
        self._visible[own.rows] = self.rows
        self._fresh[: own.rows] = 1


class FeedSlower(Slower):
    """A feed's slower candles: unknown while the one that is due is missing."""

    def __init__(self, base: Feed, own: Given, columns: Mapping[str, Array], state: Array, visible: Array, fresh: Array,
                 span: tuple[Timeframe, int], machine_code: bool) -> None:  # fmt: skip
        closed = np.empty(len(base.columns["time"]), np.int64)
        super().__init__(base, columns, state, closed, span, machine_code)
        timeframe, base_ms = span
        arguments = (
            own.columns["time"], base.visible, closed, columns["time"], visible, fresh,
            timeframe.ms, timeframe.anchor, base_ms, state[STATE_SLOTS:],
        )  # fmt: skip
        self._follow = bind(follow_slower, arguments, machine_code)

    def align(self, own: Given) -> None:
        self._follow(0, own.rows)


CLOCK_SLOTS = STATE_SLOTS + 2
"""State of any clock: the bucket being filled, then the last closed candle's time and whether there is one."""
