"""A simulation that somebody else paces: up to a time, through its marks, through its decisions.

The strategies of one account must have marked a time before any of them decides, so that each knows what the others
hold. What happens is the ordinary simulation's; only the pauses are new.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ..kernel import bind
from ..market.timeline import Chunk
from .columns import ENTER
from .guard import Moves
from .pool import EQUITY, FREE, measure, transfer
from .simulate import only_decide, only_mark, stop_all
from .simulation import Simulation


class PacedSimulation(Simulation):
    """`closes` are when the candles of the loaded chunk's events close, ms UTC; `at` the next event."""

    closes: NDArray[np.int64]
    at: int
    stopping: tuple[int, bool] | None = None
    """What `stop` asked for and nobody did yet."""

    def load(self, chunk: Chunk) -> None:
        """Compute the signals of the next candles; nothing is traded yet."""
        self._make_room(chunk.rows, sum(len(c) for c in chunk.own))
        events = self._boards[0].fill(chunk)
        self._make_guards_room(events)
        self.closes = self._boards[0].events.time[:events] + self.strategy.timeframe.ms
        self.at = 0

    def _bind(self) -> None:
        super()._bind()
        board = self._boards[0]
        self._mark, self._decide, self._stop_all = (self._call(kernel, board) for kernel in self._paced())
        self.figures, self.costs, self._amount = np.zeros(10), np.zeros((2, len(self.strategy.symbols))), np.zeros(1)
        shown = (self._rules, self.book, self.figures, self.costs)
        self._measure = bind(measure, shown, self._machine_code, signed=True)
        self._transfer = bind(transfer, (self.book, self._amount), self._machine_code, signed=True)

    def _paced(self) -> tuple[Callable[..., None], ...]:
        """The kernels that pass a time up to its marks, decide it, and take its waiting orders off the book."""
        return only_mark, only_decide, stop_all

    def join(self, moves: Moves, symbols: Sequence[str]) -> None:
        """Read how the account's `symbols` moved in `moves`."""
        book = self.book
        book.places[1] = [symbols.index(symbol) for symbol in self.strategy.symbols]
        self.book = book._replace(moves=moves, sides=np.zeros((2, len(symbols))))
        self._bind()

    def signalled(self) -> NDArray[np.int64]:
        """Closes of the loaded candles at which an entry rule is true."""
        events, conditions = self._boards[0].events, self._boards[0].signals.conditions
        places = events.at[: len(self.closes)]
        fired = (conditions[ENTER, places] == 1) | (conditions[ENTER + 1, places] == 1)
        found: NDArray[np.int64] = self.closes[fired]
        return found

    def run_to(self, time: int) -> None:
        """Trade the candles that close before `time`, unpaced."""
        end = int(self.closes.searchsorted(time))
        if end > self.at:
            self._calls[0](self.at, end)
            self.at = end

    def mark(self, time: int) -> bool:
        """Pass the close `time` up to its marks; False where no candle of the strategy closes then."""
        self._end = int(self.closes.searchsorted(time, side="right"))
        if self._end == self.at:
            return False
        if self.stopping is not None and self.stopping[0] <= self.closes[self.at] - self.strategy.timeframe.ms:
            self.settle_stop()
        self._mark(self.at, self._end)
        return True

    def decide(self) -> None:
        """Make the decisions of the time that was marked."""
        self._decide(self.at, self._end)

    def stop(self, time: int, leave: bool) -> None:
        """From the close `time` on no order may wait and, with `leave`, no position stay.

        A candle is simulated as one: inside one, that is done at its close.
        """
        self.stopping = time, leave or (self.stopping is not None and self.stopping[1])

    def settle_stop(self) -> None:
        """Do what `stop` asked for."""
        if self.stopping is not None:
            time, leave = self.stopping
            self._stop_all(time, int(leave))
            self.stopping = None

    def leave_time(self) -> None:
        """The time that was marked is over."""
        self.at = self._end

    def measured(self) -> NDArray[np.float64]:
        """What the strategy holds, by the names of `pool`; `costs` are brought up to date, too."""
        self._measure(0, len(self.strategy.symbols))
        return self.figures

    @property
    def free(self) -> float:
        """Funds that nothing holds, as of the last `measured`."""
        return float(self.figures[FREE])

    @property
    def worth(self) -> float:
        """Equity as of the last `measured`."""
        return float(self.figures[EQUITY])

    def pay(self, amount: float) -> None:
        """Pay into the strategy's part of the account, or out of it (below zero)."""
        self._amount[0] = amount
        self._transfer(0, 1)

    def unload(self) -> None:
        """The chunk is over: what it left is taken from the tape."""
        self._note(0)
