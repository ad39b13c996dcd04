"""One trial while it runs: its account, and what is kept of its equity and trades."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..kernel import unpacked
from ..report.curve import Curve
from ..report.drawdown import deepest
from ..report.metrics import Metrics
from ..trading.columns import Tally
from ..trading.simulation import Simulation
from ..trading.trades import Trades
from .desk import Desk, Place
from .prune import Judge, Steps

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Keep:
    """What is kept of a trial besides its daily equity and the number of its trades.

    `falls`: the points between which equity fell most; `equity`: all points; `trades`: their columns; `most_fall`: a
    trial that has fallen by more (a fraction of its peak) is stopped, for it is not wanted whatever follows.
    """

    falls: bool = False
    equity: bool = False
    trades: bool = False
    most_fall: float | None = None


@dataclass(frozen=True, slots=True)
class Ran:
    """What a trial came to. `curve` has the points that were kept, among them the last at or before each midnight, so
    that every figure that Keep asked for is that of all points; `trades` None where they were not kept.

    `stopped`: it fell by more than was asked for, or was `pruned`, and what follows is missing. `refused`: why it could
    not run. `steps` are its scores at the ends of windows, where trials are pruned.
    """

    curve: Curve
    closed: int
    trades: Trades | None = None
    stopped: bool = False
    refused: str = ""
    pruned: bool = False
    steps: Steps = ()

    @property
    def metrics(self) -> Metrics:
        """Raises ValueError when a figure of trades is asked for and they were not kept."""
        if self.trades is None:
            raise ValueError("the trades of this trial were not kept")
        return Metrics(self.curve, self.trades)


class Seat:
    """A simulation with `columns` of the merged graph in their places."""

    def __init__(
        self, simulation: Simulation, columns: dict[Place, int], keep: Keep, capital: float, judge: Judge | None = None
    ) -> None:
        self.simulation = simulation
        self.stopped = self._pruned = False
        self._judge = judge
        self._columns = columns
        self._keep = keep
        self._capital = self._peak = capital
        self._closed = 0
        self._equity: list[NDArray[np.float64]] = []
        self._rows: list[Rows] = []

    def trade(self, desk: Desk, first: int, daily: Rows) -> None:
        """Trade the chunk on the desk, which begins at row `first` of the run; keep rows `daily` (of the chunk)."""
        tape = desk.trade(self.simulation, self._columns)
        tally: Tally = unpacked(tape.tallies, Tally)[0]
        self._closed += tally.closed
        if self._keep.trades:
            self.simulation.records.take_trades(tape)
        equity = tape.equity[: tally.stepped]
        rows = np.arange(len(equity)) if self._keep.equity else daily
        if self._keep.falls and len(equity):
            rows = self._with_falls(equity, rows)
        self._rows.append(rows + first)
        self._equity.append(equity[rows])
        if self._judge is not None and not self.stopped:
            done = first + len(equity)
            self._pruned = self._judge.behind(done, np.concatenate(self._rows), np.concatenate(self._equity))
            self.stopped = self._pruned

    def _with_falls(self, equity: NDArray[np.float64], rows: Rows) -> Rows:
        """The rows, with those that the deepest fall of the whole run may begin or end at."""
        top = int(equity.argmax())
        further = [top]
        fall = deepest(equity, self._peak)
        if fall is not None:
            further += [row for row in (fall.peak, fall.trough) if row >= 0]
            most = self._keep.most_fall
            self.stopped = most is not None and fall.depth > most
        self._peak = max(self._peak, float(equity[top]))
        return np.union1d(rows, further)

    def leave(self, times: NDArray[np.int64], start: int) -> Ran:
        """What it came to; `times` are the close times of all rows of the run."""
        rows = np.concatenate([np.zeros(0, np.int64), *self._rows])
        equity = np.concatenate([np.zeros(0), *self._equity])
        trades = self.simulation.trades() if self._keep.trades else None
        steps = () if self._judge is None else tuple(self._judge.steps)
        curve = Curve(times[rows], equity, self._capital, start)
        return Ran(curve, self._closed, trades, self.stopped, pruned=self._pruned, steps=steps)
