"""Runs a plan for one symbol: candles in, columns out, any number of rows at a time.

A run of one candle and a run of a year execute the same steps on the same state; only `lo` and `hi` differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from ..market.candles import Candles
from ..market.timeline import Chunk, cut, union_times
from .bank import Allocate, Bank, Memory, private
from .plan import Plan
from .snapshot import Replayed, Snapshot
from .together import Spans, extend_all


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
        """`restore_all` of this symbol alone."""
        restore_all([self], [saved], None if own is None else [own], feeds)

    @property
    def extenders(self) -> list[Any]:
        """What fills columns by a state of its own, in the order of its steps."""
        return [extender for extender in self._memory.extenders if extender is not None]

    @property
    def replayed(self) -> Replayed:
        """What can only be restored from the candles seen, if anything."""
        return self._memory.replayed

    def take(self, saved: Snapshot) -> None:
        """Copy the states of a snapshot. Raises ValueError where they are not of this shape."""
        for mine, kept in zip(self._memory.arrays, saved.states, strict=True):
            if mine.shape != kept.shape:
                raise ValueError("the snapshot was taken by another release; start again from the candles")
            mine[:] = kept


def restore_all(
    runtimes: Sequence[Runtime],
    saved: Sequence[Snapshot],
    own: Sequence[Candles] | None = None,
    feeds: Mapping[str, Candles] | None = None,
    members: Sequence[Spans | None] = (),
) -> None:
    """Let the symbols of a plan continue where `saved` was taken; with replayed steps they need the same candles again.

    Raises ValueError when a snapshot is of another plan, or the candles are not those it was taken after.
    """
    for runtime, one in zip(runtimes, saved, strict=True):
        if one.plan != runtime.plan.hash:
            raise ValueError("the snapshot belongs to another graph; start again from the candles")
    if any(runtime.replayed.needed for runtime in runtimes):
        if own is None:
            raise ValueError("this graph holds indicators that are restored from candles; pass those it has seen")
        _feed_again(runtimes, own, feeds or {}, members)
        if any(runtime.replayed.mark() != one.replayed for runtime, one in zip(runtimes, saved, strict=True)):
            raise ValueError("the candles differ from those the snapshot was taken after")
    for runtime, one in zip(runtimes, saved, strict=True):
        runtime.take(one)


def _feed_again(
    runtimes: Sequence[Runtime], own: Sequence[Candles], feeds: Mapping[str, Candles], members: Sequence[Spans | None]
) -> None:
    """Extend by all candles seen before, in pieces that fit into banks made for it."""
    times = union_times(own)
    pieces = list(cut(own, feeds, times, 4_096))
    end = int(times[-1]) + 1 if len(times) else 0
    later = {name: c.rows(int(c.time.searchsorted(end)), len(c)) for name, c in feeds.items()}
    if any(len(c) for c in later.values()):  # feeds may go on where the own symbols have a gap
        pieces.append(Chunk(tuple(c.rows(len(c), len(c)) for c in own), later))
    banks = [runtime.bank(max((p.rows for p in pieces), default=1)) for runtime in runtimes]
    for piece in pieces:
        extend_all(banks, piece.own, piece.feeds, members)
