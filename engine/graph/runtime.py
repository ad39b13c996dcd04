"""Runs a plan for one symbol: candles in, columns out, any number of rows at a time.

A run of one candle and a run of a year execute the same steps on the same state; only `lo` and `hi` differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from ..market.candles import Candles
from ..market.timeline import Chunk, cut
from .bank import Allocate, Bank, Memory, private
from .plan import Plan
from .snapshot import Snapshot


class Runtime:
    """One symbol's state, with a bank of columns of its own; `bank` makes further ones on the same state."""

    def __init__(self, plan: Plan, capacity: int, machine_code: bool) -> None:
        self.plan = plan
        self._machine_code = machine_code
        self._memory = Memory.of(plan)
        self.own = self.bank(capacity)

    def bank(self, capacity: int, allocate: Allocate = private) -> Bank:
        """Columns for calls of `capacity` candles, bound to this state."""
        return Bank(self.plan, self._memory, capacity, self._machine_code, allocate)

    @property
    def columns(self) -> list[NDArray[Any]]:
        """Column k of the plan, with the rows of the last `extend` first."""
        return self.own.columns

    def extend(self, own: Candles, feeds: Mapping[str, Candles] | None = None) -> int:
        """`Bank.extend` of this runtime's own columns."""
        return self.own.extend(own, feeds)

    def root(self, name: str) -> NDArray[Any]:
        return self.own.root(name)

    def save(self) -> Snapshot:
        """Everything the next row depends on."""
        return Snapshot(self.plan.hash, [a.copy() for a in self._memory.arrays], self._memory.replayed.mark())

    def restore(self, saved: Snapshot, own: Candles | None = None, feeds: Mapping[str, Candles] | None = None) -> None:
        """Continue where `saved` was taken. Plans with replayed steps need the same candles again.

        Raises ValueError when the snapshot is of another plan, or the candles are not those it was taken after.
        """
        if saved.plan != self.plan.hash:
            raise ValueError("the snapshot belongs to another graph; start again from the candles")
        if self._memory.replayed.needed:
            if own is None:
                raise ValueError("this graph holds indicators that are restored from candles; pass those it has seen")
            self._feed_again(own, feeds or {})
            if self._memory.replayed.mark() != saved.replayed:
                raise ValueError("the candles differ from those the snapshot was taken after")
        for mine, kept in zip(self._memory.arrays, saved.states, strict=True):
            if mine.shape != kept.shape:
                raise ValueError("the snapshot was taken by another release; start again from the candles")
            mine[:] = kept

    def _feed_again(self, own: Candles, feeds: Mapping[str, Candles]) -> None:
        """Extend by all candles seen before, in pieces that fit into a bank made for it."""
        pieces = list(cut([own], feeds, own.time, 4_096))
        end = int(own.time[-1]) + 1 if len(own) else 0
        later = {name: c.rows(int(c.time.searchsorted(end)), len(c)) for name, c in feeds.items()}
        if any(len(c) for c in later.values()):  # feeds may go on where the own symbol has a gap
            pieces.append(Chunk((own.rows(len(own), len(own)),), later))
        bank = self.bank(max((p.rows for p in pieces), default=1))
        for piece in pieces:
            bank.extend(piece.own[0], piece.feeds)
