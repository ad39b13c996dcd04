"""A board and a tape that many simulations use in turn, one set for each thread.

Columns come from the shared graph; a column that the last simulation had in the same place is not copied again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from ..graph.bank import Bank
from ..market.timeline import Chunk
from ..trading.board import Board
from ..trading.columns import Tape, new_tape
from ..trading.simulation import Simulation
from ..trading.venue import Funding
from ..trading.wiring import Wiring

Place = tuple[str, int]
"""A matrix of the board's signals and a row in it."""


class Desk:
    """`wiring` is one whose matrices have room for every simulation that comes."""

    def __init__(
        self, wiring: Wiring, symbols: int, capacity: int, funding: Sequence[Funding | None], machine_code: bool
    ) -> None:
        self._board = Board(wiring, (), capacity, funding, symbols)
        self._tape = new_tape(capacity * symbols, capacity * symbols, machine_code)
        self._parts: dict[tuple[Place, int], NDArray[Any]] = {}
        self._held: dict[Place, int] = {}
        self._banks: Sequence[Bank] = ()
        self._rows: list[int] = []
        self._events = 0

    def lay(self, chunk: Chunk, banks: Sequence[Bank]) -> None:
        """Take the next chunk, whose columns are in `banks`, one per symbol."""
        self._banks, self._rows = banks, [len(c) for c in chunk.own]
        for place in self._held:
            self._held[place] = -1
        self._events = self._board.enter(chunk)

    def trade(self, simulation: Simulation, columns: dict[Place, int]) -> Tape:
        """Let a simulation trade the chunk; `columns` of the banks go to their places on the board."""
        for place in self._held.keys() - columns.keys():
            for s in range(len(self._rows)):
                self._part(place, s)[:] = 0
            del self._held[place]
        for place, column in columns.items():
            if self._held.get(place, -1) != column:
                for s, rows in enumerate(self._rows):
                    self._part(place, s)[:rows] = self._banks[s].columns[column][:rows]
                self._held[place] = column
        return simulation.trade_on(self._board, self._tape, self._events)

    def _part(self, place: Place, s: int) -> NDArray[Any]:
        found = self._parts.get((place, s))
        if found is None:
            found = self._parts[place, s] = self._board.part(place, s)
        return found
