"""A plan's columns bound to a symbol's state: candles in, rows 0..n of every column out.

Two banks may share one state: while one is read, the other is filled with the next candles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..kernel import bind, views
from ..market.candles import Candles
from .clocks import CLOCK_SLOTS, FIELDS, Feed, FeedSlower, Given, OwnSlower
from .plan import Kind, Plan, Step
from .snapshot import Replayed

Array = NDArray[Any]
Allocate = Callable[[int], Array | None]
"""Column number -> the array to use for that column, or None for a private one."""

_TYPES = {Kind.NUMBER: "float64", Kind.CONDITION: "int8", Kind.INTEGER: "int64"}


@dataclass(frozen=True, slots=True)
class Memory:
    """Everything the next row depends on: an array per step, one per clock, and extenders that keep their own."""

    steps: list[Array]
    clocks: list[Array]
    extenders: list[Any]
    replayed: Replayed

    @classmethod
    def of(cls, plan: Plan) -> Memory:
        """The memory before the first row."""
        extenders = [step.extender() if step.extender else None for step in plan.steps]
        hidden = any(e is not None and not getattr(e, "stateless", False) for e in extenders)
        steps = [np.zeros(step.state) for step in plan.steps]
        return cls(steps, [np.zeros(CLOCK_SLOTS) for _ in plan.clocks], extenders, Replayed(hidden))

    @property
    def arrays(self) -> list[Array]:
        return self.steps + self.clocks


def private(_column: int) -> Array | None:
    return None


class Bank:
    """`columns[k]` holds rows 0..n of the last `extend` for plan column k; a call takes `capacity` candles at most."""

    def __init__(
        self, plan: Plan, memory: Memory, capacity: int, machine_code: bool, allocate: Allocate = private
    ) -> None:
        self.plan = plan
        self.capacity = capacity
        self._memory = memory
        self._machine_code = machine_code
        # Outputs that nobody reads share a column: what is never touched needs no memory.
        self._unread: dict[Kind, Array] = {}
        # Slower clocks may close one candle more than they are given.
        self.columns = [self._array(k, capacity + 2, allocate) for k in range(len(plan.columns))]
        self._clocks: list[Any] = []
        for number in range(len(plan.clocks)):
            self._clocks.append(self._clock(number))
        self._calls = [self._bind(*p) for p in zip(plan.steps, memory.steps, memory.extenders, strict=True)]

    def _array(self, number: int, length: int, allocate: Allocate) -> Array:
        spec = self.plan.columns[number]
        if spec.constant is not None:
            return np.full(length, spec.constant)
        if number in self.plan.unread:
            if spec.kind not in self._unread:
                self._unread[spec.kind] = np.empty(length, _TYPES[spec.kind])
            return self._unread[spec.kind]
        found = allocate(number)
        return np.empty(length, _TYPES[spec.kind]) if found is None else found

    def _clock(self, number: int) -> Any:
        spec, state, sources = self.plan.clocks[number], self._memory.clocks[number], self.plan.sources
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
        if step.across:
            return None  # its rows are computed for all symbols at once, by who brings them together
        if step.kernel is None:
            seen, made = views(inputs), views(outputs)
            return lambda lo, hi: extender.extend(seen, made, lo, hi)
        return bind(step.kernel, (*inputs, *outputs, *step.params, state), self._machine_code)

    def extend(self, own: Candles, feeds: Mapping[str, Candles] | None = None) -> int:
        """Compute the next rows: `own` continues the last call, `feeds` hold each feed's candles that closed since.

        Returns how many rows every clock-0 column now holds. Raises ValueError for more candles than `capacity`, and
        for a plan that compares symbols (see `together`).
        """
        if self.plan.meetings:
            raise ValueError("this graph compares symbols: extend all of them together")
        feeds = feeds or {}
        self.begin(own, feeds)
        self.compute(0, len(self._calls))
        self.end(own, feeds)
        return len(own)

    def begin(self, own: Candles, feeds: Mapping[str, Candles]) -> None:
        """Take the candles and bring every clock up to them."""
        if max([len(own), *(len(c) for c in feeds.values())]) > self.capacity:
            raise ValueError(f"more candles than there is room for: {self.capacity}")
        for spec, clock in zip(self.plan.clocks, self._clocks, strict=True):
            if spec.base is None:
                clock.take(feeds[spec.clock.feed] if spec.clock.feed else own)
            else:
                clock.advance()
            if spec.visible is not None:
                clock.align(self._clocks[0])

    def compute(self, lo: int, hi: int) -> None:
        """Fill the columns of steps `lo..hi`, none of which compares symbols."""
        for step, call in zip(self.plan.steps[lo:hi], self._calls[lo:hi], strict=True):
            call(0, self._clocks[step.clock].rows)

    def end(self, own: Candles, feeds: Mapping[str, Candles]) -> None:
        """Note the candles as seen, after the last step."""
        self._memory.replayed.add(own, feeds)

    def state(self, step: int) -> Array:
        """What step number `step` remembers."""
        return self._memory.steps[step]

    def root(self, name: str) -> Array:
        """The column asked for under `name`, with the rows of the last `extend` first."""
        return self.columns[self.plan.roots[name]]
