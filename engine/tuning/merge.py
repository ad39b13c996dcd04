"""Plans of one strategy at many parameter points -> one plan in which equal nodes are one.

A node is known by its kernel, its parameters and the columns it reads, so two points share everything up to the first
node that differs. What a node gives depends on nothing else: a shared column has the very bits of a point's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..graph.plan import ClockSpec, ColumnSpec, Plan, Step
from ..language.term import Clock

_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """`places[k][c]` is the column of `plan` that plan k calls column c."""

    plan: Plan
    places: tuple[tuple[int, ...], ...]


def merge(plans: Sequence[Plan]) -> Merged:
    """One plan that computes everything the plans do, each node once; its roots are the columns they ask for."""
    joined = _Joined()
    places = tuple(joined.add(plan) for plan in plans)
    wanted = {place[c] for plan, place in zip(plans, places, strict=True) for c in plan.roots.values()}
    return Merged(joined.plan({str(column): column for column in sorted(wanted)}), places)


@dataclass(slots=True)
class _Joined:
    """The plan that grows. A new clock's columns come before any step that reads them, as in each plan."""

    clocks: list[ClockSpec] = field(default_factory=list)
    columns: list[ColumnSpec] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    sources: dict[tuple[int, str], int] = field(default_factory=dict)
    _known: dict[_Key, int] = field(default_factory=dict)
    _numbers: dict[Clock, int] = field(default_factory=dict)

    def plan(self, roots: dict[str, int]) -> Plan:
        return Plan(tuple(self.clocks), tuple(self.columns), tuple(self.steps), dict(self.sources), roots)

    def add(self, plan: Plan) -> tuple[int, ...]:
        """Take a plan in; returns where each of its columns is."""
        place = [-1] * len(plan.columns)
        clocks = [self._clock(plan, number, place) for number in range(len(plan.clocks))]
        for (clock, name), column in plan.sources.items():
            place[column] = self._source(clocks[clock], name, plan.columns[column])
        for column, spec in enumerate(plan.columns):
            if spec.constant is not None:
                place[column] = self._column(("constant", repr(spec.constant)), spec, 0)
        for step in plan.steps:
            self._step(step, plan, clocks, place)
        return tuple(place)

    def _clock(self, plan: Plan, number: int, place: list[int]) -> int:
        """The number a plan's clock has here; `place` learns of its alignment columns."""
        spec = plan.clocks[number]
        found = self._numbers.get(spec.clock)
        if found is None:
            found = self._numbers[spec.clock] = len(self.clocks)
            base = None if spec.base is None else self._numbers[plan.clocks[spec.base].clock]
            aligned = [None if c is None else self._new(plan.columns[c], 0) for c in (spec.visible, spec.fresh)]
            self.clocks.append(ClockSpec(spec.clock, base, *aligned))
        here = self.clocks[found]
        for theirs, ours in ((spec.visible, here.visible), (spec.fresh, here.fresh)):
            if theirs is not None and ours is not None:
                place[theirs] = ours
        return found

    def _source(self, clock: int, name: str, spec: ColumnSpec) -> int:
        if (clock, name) not in self.sources:
            self.sources[clock, name] = self._new(spec, clock)
        return self.sources[clock, name]

    def _step(self, step: Step, plan: Plan, clocks: list[int], place: list[int]) -> None:
        inputs = tuple(place[c] for c in step.inputs)
        clock = clocks[step.clock]
        params = tuple((type(p), repr(p)) for p in step.params)
        key: _Key = (step.name, step.kernel, params, inputs, clock, step.state)
        fresh = (*key, 0) not in self._known
        outputs = tuple(
            self._column((*key, k), plan.columns[c], clocks[plan.columns[c].clock])
            for k, c in enumerate(step.outputs)
        )  # fmt: skip
        for theirs, ours in zip(step.outputs, outputs, strict=True):
            place[theirs] = ours
        if fresh:
            self.steps.append(Step(step.name, inputs, outputs, step.params, step.state, clock, step.kernel,
                                   step.extender, step.weight, step.across))  # fmt: skip

    def _column(self, key: _Key, spec: ColumnSpec, clock: int) -> int:
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._new(spec, clock)
        return found

    def _new(self, spec: ColumnSpec, clock: int) -> int:
        self.columns.append(ColumnSpec(spec.label, spec.kind, clock, spec.first, spec.settle, spec.constant))
        return len(self.columns) - 1
