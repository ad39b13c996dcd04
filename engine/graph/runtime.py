"""Runs a plan: candles in, columns out, any number of rows at a time.

A run of one candle and a run of a year execute the same steps on the same state; only `lo` and `hi` differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..kernel import bind, views
from ..market.candles import Candles
from ..market.timeline import cut
from .clocks import CLOCK_SLOTS, FIELDS, Feed, FeedSlower, Given, OwnSlower
from .plan import Kind, Plan, Step
from .snapshot import Replayed, Snapshot

Array = NDArray[Any]
Allocate = Callable[[int, str, int], Array | None]
"""(column number, NumPy type, capacity) -> the array to use for that column, or None for a private one."""

_TYPES = {Kind.NUMBER: "float64", Kind.CONDITION: "int8", Kind.INTEGER: "int64"}


def _private(_column: int, _dtype: str, _capacity: int) -> Array | None:
    return None


class Runtime:
    """One symbol's columns and state. `columns[k]` holds rows 0..n of the last `extend` for plan column k."""

    def __init__(self, plan: Plan, capacity: int, machine_code: bool, allocate: Allocate = _private) -> None:
        self.plan = plan
        self._machine_code = machine_code
        self._states: list[Array] = [np.zeros(step.state) for step in plan.steps]
        self._clock_states: list[Array] = [np.zeros(CLOCK_SLOTS) for _ in plan.clocks]
        self._extenders = [step.extender() if step.extender else None for step in plan.steps]
        self._replayed = Replayed(any(e is not None and not getattr(e, "stateless", False) for e in self._extenders))
        self.reserve(capacity, allocate)

    def reserve(self, capacity: int, allocate: Allocate = _private) -> None:
        """Make room for `capacity` given rows a call (slower clocks may close one more) and bind the steps to it."""
        self.capacity = capacity
        self._allocate = allocate
        self.columns = [self._array(k, capacity + 2) for k in range(len(self.plan.columns))]
        self._clocks: list[Any] = []
        for number in range(len(self.plan.clocks)):
            self._clocks.append(self._clock(number))
        self._calls = [self._bind(*parts) for parts in zip(self.plan.steps, self._states, self._extenders, strict=True)]

    def _array(self, number: int, capacity: int) -> Array:
        spec = self.plan.columns[number]
        if spec.constant is not None:
            return np.full(capacity, spec.constant)
        found = self._allocate(number, _TYPES[spec.kind], capacity)
        return np.empty(capacity, _TYPES[spec.kind]) if found is None else found

    def _clock(self, number: int) -> Any:
        spec, state, sources = self.plan.clocks[number], self._clock_states[number], self.plan.sources
        columns = {f: self.columns[sources[number, f]] for f in FIELDS if (number, f) in sources}
        if spec.visible is None or spec.fresh is None:
            return Given(columns, state)
        visible, fresh = self.columns[spec.visible], self.columns[spec.fresh]
        if spec.base is None:
            return Feed(columns, state, visible, fresh)
        base, own = self._clocks[spec.base], self._clocks[0]
        span = (spec.clock.timeframe, self.plan.clocks[0].clock.timeframe.ms)
        if spec.base == 0:
            return OwnSlower(base, columns, state, visible, fresh, span, self._machine_code)
        return FeedSlower(base, own, columns, state, visible, fresh, span, self._machine_code)

    def _bind(self, step: Step, state: Array, extender: Any) -> Any:
        """A step with its columns bound: call it with lo and hi."""
        inputs = tuple(self.columns[i] for i in step.inputs)
        outputs = tuple(self.columns[i] for i in step.outputs)
        if step.kernel is None:
            seen, made = views(inputs), views(outputs)
            return lambda lo, hi: extender.extend(seen, made, lo, hi)
        return bind(step.kernel, (*inputs, *outputs, *step.params, state), self._machine_code)

    def extend(self, own: Candles, feeds: Mapping[str, Candles] | None = None) -> int:
        """Compute the next rows: `own` continues the last call, `feeds` hold each feed's candles that closed since.

        Returns how many rows every clock-0 column now holds. Raises ValueError for more candles than `capacity`.
        """
        feeds = feeds or {}
        if max([len(own), *(len(c) for c in feeds.values())]) > self.capacity:
            raise ValueError(f"more candles than there is room for: {self.capacity}")
        for spec, clock in zip(self.plan.clocks, self._clocks, strict=True):
            if spec.base is None:
                clock.take(feeds[spec.clock.feed] if spec.clock.feed else own)
            else:
                clock.advance()
            if spec.visible is not None:
                clock.align(self._clocks[0])
        for step, call in zip(self.plan.steps, self._calls, strict=True):
            call(0, self._clocks[step.clock].rows)
        self._replayed.add(own, feeds)
        return len(own)

    def root(self, name: str) -> Array:
        """The column asked for under `name`, with the rows of the last `extend` first."""
        return self.columns[self.plan.roots[name]]

    def save(self) -> Snapshot:
        """Everything the next row depends on."""
        return Snapshot(self.plan.hash, [s.copy() for s in self._states + self._clock_states], self._replayed.mark())

    def restore(self, saved: Snapshot, own: Candles | None = None, feeds: Mapping[str, Candles] | None = None) -> None:
        """Continue where `saved` was taken. Plans with replayed steps need the same candles again.

        Raises ValueError when the snapshot is of another plan, or the candles are not those it was taken after.
        """
        if saved.plan != self.plan.hash:
            raise ValueError("the snapshot belongs to another graph; start again from the candles")
        if self._replayed.needed:
            if own is None:
                raise ValueError("this graph holds indicators that are restored from candles; pass those it has seen")
            self._feed_again(own, feeds or {})
            if self._replayed.mark() != saved.replayed:
                raise ValueError("the candles differ from those the snapshot was taken after")
        for mine, kept in zip(self._states + self._clock_states, saved.states, strict=True):
            if mine.shape != kept.shape:
                raise ValueError("the snapshot was taken by another release; start again from the candles")
            mine[:] = kept

    def _feed_again(self, own: Candles, feeds: Mapping[str, Candles]) -> None:
        """Extend by all candles seen before, in pieces that fit (a piece of feeds may need room of its own)."""
        capacity, allocate = self.capacity, self._allocate
        for chunk in cut([own], feeds, own.time, capacity):
            if chunk.rows > self.capacity:
                self.reserve(chunk.rows)
            self.extend(chunk.own[0], chunk.feeds)
        if self.capacity != capacity:
            self.reserve(capacity, allocate)
