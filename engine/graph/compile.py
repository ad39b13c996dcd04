"""Terms in, plan out.

1. Order: every term after its arguments, equal terms once (they are one object already).
2. Clocks: each other clock gets its candles (given, or resampled) and its alignment to the strategy's clock.
3. Columns: a candle field or a constant is a column; every other term is a step that fills one.
   Outputs of one indicator call share one step.
4. Warm-up: `first` and `settle` of each column follow from those of its inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..indicators import CATALOGUE
from ..indicators.catalogue import ANCHORED, CANDLE_FIELDS, Cost, Indicator, InputKind
from ..language.across import ACROSS
from ..language.term import Clock, Dimension, Op, Term
from ..learning.spec import OUTPUTS, Spec, Told
from ..market.timeframe import Timeframe
from . import alignment, operators
from .labels import call_label, operator_label, prefix
from .plan import ClockSpec, ColumnSpec, Kind, Plan, Step
from .time_parts import TIME_PARTS, zoned_part

_PLAIN: dict[Op, tuple[Callable[..., None], Kind, int]] = {
    Op.ADD: (operators.add, Kind.NUMBER, 0),
    Op.SUB: (operators.sub, Kind.NUMBER, 0),
    Op.MUL: (operators.mul, Kind.NUMBER, 0),
    Op.DIV: (operators.div, Kind.NUMBER, 0),
    Op.NEG: (operators.neg, Kind.NUMBER, 0),
    Op.LT: (operators.lt, Kind.CONDITION, 0),
    Op.LE: (operators.le, Kind.CONDITION, 0),
    Op.GT: (operators.gt, Kind.CONDITION, 0),
    Op.GE: (operators.ge, Kind.CONDITION, 0),
    Op.EQ: (operators.eq, Kind.CONDITION, 0),
    Op.NE: (operators.ne, Kind.CONDITION, 0),
    Op.AND: (operators.and_, Kind.CONDITION, 0),
    Op.OR: (operators.or_, Kind.CONDITION, 0),
    Op.NOT: (operators.not_, Kind.CONDITION, 0),
    Op.CROSS_ABOVE: (operators.cross_above, Kind.CONDITION, 1),
    Op.CROSS_BELOW: (operators.cross_below, Kind.CONDITION, 1),
    Op.RISING: (operators.rising, Kind.CONDITION, 2),
    Op.FALLING: (operators.falling, Kind.CONDITION, 2),
}
"""Kernel, what it gives, and slots of state (an operator with state knows its value one row later)."""

_BLENDS: dict[str, tuple[Callable[..., None], tuple[str, ...]]] = {
    "hl2": (operators.hl2, ("high", "low")),
    "hlc3": (operators.hlc3, ("high", "low", "close")),
    "ohlc4": (operators.ohlc4, ("open", "high", "low", "close")),
}
_CROSSINGS = (Op.CROSS_ABOVE, Op.CROSS_BELOW)
FIT_WEIGHT = 1500
"""Usual rows that a row of an entry that fits a model costs, interpreted."""


def compile_terms(
    roots: Mapping[str, Term], timeframe: Timeframe, edges: Iterable[str] = (), fields: Iterable[str] = ()
) -> Plan:
    """Compile `roots` (terms on the strategy's clock) to a plan.

    `edges` names roots that fire on turning true; `fields` are candle fields to offer as roots of their own name.
    """
    builder = _Builder(timeframe)
    named = {}
    for name in fields:
        named[name] = builder.source(0, name)
    for name, term in roots.items():
        named[name] = builder.add(term)
    for name in edges:
        named[name] = builder.step(
            "edge", operators.edge, (named[name],), Kind.CONDITION, 1, memory=1, label=f"{name} turns true"
        )
    return builder.plan(named)


def model_of(spec: Spec, told: Told, ms: int) -> Any:
    """What extends a model's columns; what it needs is imported for graphs that hold one alone."""
    from ..learning.model import model_of as made

    return made(spec, told, ms)


def _ordered(root: Term, done: Mapping[Term, int]) -> list[Term]:
    """`root` and what it needs, arguments first (no recursion: definitions may chain deeply)."""
    order: list[Term] = []
    seen: set[Term] = set()
    stack: list[tuple[Term, bool]] = [(root, False)]
    while stack:
        term, ready = stack.pop()
        if ready:
            order.append(term)
        elif term not in seen and term not in done:
            seen.add(term)
            stack.append((term, True))
            stack.extend((arg, False) for arg in reversed(term.args))
    return order


class _Builder:
    """Collects the columns and steps of one plan."""

    def __init__(self, timeframe: Timeframe) -> None:
        self._own = Clock("", timeframe)
        self._clocks: list[ClockSpec] = [ClockSpec(self._own, None, None, None)]
        self._clock_numbers: dict[Clock, int] = {self._own: 0}
        self._columns: list[ColumnSpec] = []
        self._steps: list[Step] = []
        self._sources: dict[tuple[int, str], int] = {}
        self._of: dict[Term, int] = {}
        self._calls: dict[tuple[object, ...], Step] = {}
        self._blends: dict[tuple[int, str], int] = {}

    def plan(self, roots: Mapping[str, int]) -> Plan:
        return Plan(tuple(self._clocks), tuple(self._columns), tuple(self._steps), dict(self._sources), dict(roots))

    def add(self, root: Term) -> int:
        for term in _ordered(root, self._of):
            self._of[term] = self._build(term)
        return self._of[root]

    def _column(self, label: str, kind: Kind, clock: int, first: int = 0, settle: int | None = 0) -> int:
        self._columns.append(ColumnSpec(label, kind, clock, first, settle))
        return len(self._columns) - 1

    def source(self, clock: int, name: str) -> int:
        """The column of a candle field, filled from the candles (or from resampling)."""
        found = self._sources.get((clock, name))
        if found is None:
            kind = Kind.INTEGER if name == "time" else Kind.NUMBER
            words = prefix(self._clocks[clock].clock, self._own) + name
            found = self._sources[clock, name] = self._column(words, kind, clock)
        return found

    def clock(self, clock: Clock) -> int:
        """The number of a clock; a new one gets its base clock and its alignment columns first."""
        found = self._clock_numbers.get(clock)
        if found is not None:
            return found
        base = None
        if clock.timeframe != self._own.timeframe:
            base = self.clock(Clock(clock.feed, self._own.timeframe))
            for name in ("time", *CANDLE_FIELDS):
                self.source(base, name)
        number = self._clock_numbers[clock] = len(self._clocks)
        self._clocks.append(ClockSpec(clock, base, None, None))
        words = prefix(clock, self._own)
        visible = self._column(f"{words}visible", Kind.INTEGER, 0)
        fresh = self._column(f"{words}fresh", Kind.CONDITION, 0)
        self.source(0, "time")
        for name in ("time", *CANDLE_FIELDS) if base is not None else ("time",):
            self.source(number, name)
        self._clocks[number] = ClockSpec(clock, base, visible, fresh)
        return number

    def _build(self, term: Term) -> int:
        clock = self.clock(term.clock) if term.clock is not None else 0
        if term.op is Op.CONSTANT:
            (value,) = term.params
            self._columns.append(ColumnSpec(f"{float(value):g}", Kind.NUMBER, 0, 0, 0, float(value)))
            return len(self._columns) - 1
        if term.op is Op.FIELD:
            return self._field(str(term.params[0]), clock)
        if term.op is Op.TIME:
            return self._time(str(term.params[0]), str(term.params[1]))
        if term.op is Op.INDICATOR:
            return self._indicator(term, clock)
        if term.op is Op.LIFT:
            return self._lift(term.args[0])
        inputs = tuple(self._of[arg] for arg in term.args)
        if term.op is Op.ACROSS:
            return self._across(term, inputs)
        if term.op is Op.MODEL:
            return self._model(term, inputs)
        if term.op in (Op.LAG, Op.FOR, Op.WITHIN):
            return self._shift(term, inputs, clock)
        function, kind, state = _PLAIN[term.op]
        result = inputs[0]
        rest = inputs[1:] or ((),)
        parts = [self._columns[inputs[0]].label]
        for other in rest:  # and/or take any number of conditions, two at a time
            pair = (result, other) if isinstance(other, int) else (result,)
            parts += [self._columns[k].label for k in pair[1:]]
            delay, label = 1 if state else 0, operator_label(term, parts)
            result = self.step(str(term.op), function, pair, kind, state, clock=clock, delay=delay, label=label)
        return result

    def step(
        self,
        name: str,
        function: Callable[..., None],
        inputs: tuple[int, ...],
        kind: Kind,
        state: int = 0,
        params: tuple[int, ...] = (),
        clock: int = 0,
        delay: int = 0,
        label: str | None = None,
        memory: int = 0,
    ) -> int:
        """A step of one output whose value is known `delay` rows after its inputs, and is what a longer history would
        have made it `memory` rows later still."""
        first = max((self._columns[i].first for i in inputs), default=0) + delay
        settle = self._settled(inputs, delay + memory)
        out = self._column(label or name, kind, clock, first, settle)
        self._steps.append(Step(name, inputs, (out,), params, state, clock, function))
        return out

    def _settled(self, inputs: tuple[int, ...], more: int) -> int | None:
        each = [self._columns[i].settle for i in inputs]
        return None if None in each else max((s for s in each if s is not None), default=0) + more

    def _field(self, name: str, clock: int) -> int:
        if name not in _BLENDS:
            return self.source(clock, name)
        found = self._blends.get((clock, name))
        if found is None:
            function, parts = _BLENDS[name]
            inputs = tuple(self.source(clock, part) for part in parts)
            found = self._blends[clock, name] = self.step(
                name,
                function,
                inputs,
                Kind.NUMBER,
                clock=clock,
                label=prefix(self._clocks[clock].clock, self._own) + name,
            )
        return found

    def _time(self, part: str, zone: str) -> int:
        inputs = (self.source(0, "time"),)
        ms = self._own.timeframe.ms
        if zone == "UTC":
            return self.step(f"time.{part}", TIME_PARTS[part], inputs, Kind.NUMBER, params=(ms,))
        out = self._column(f"time.{part}", Kind.NUMBER, 0)
        make = zoned_part(part, zone, ms)
        self._steps.append(Step(f"time.{part}", inputs, (out,), (zone, ms), 0, 0, None, make))
        return out

    def _across(self, term: Term, inputs: tuple[int, ...]) -> int:
        """A step at which all symbols meet; one that begins a period compares with the close before."""
        name, zone = (str(param) for param in term.params)
        spec = ACROSS[name]
        self.source(0, "time")
        if spec.period:
            inputs = (self._time(spec.period, zone),)
        delay = 1 if spec.period else 0
        label = call_label(name, [self._columns[k].label for k in inputs] if term.args else (), ())
        first = max((self._columns[i].first for i in inputs), default=0)
        kind = Kind.CONDITION if spec.gives is Dimension.CONDITION else Kind.NUMBER
        out = self._column(label, kind, 0, first, self._settled(inputs, delay))
        self._steps.append(Step(name, inputs, (out,), (), 2 * delay, 0, None, across=name))
        return out

    def _model(self, term: Term, inputs: tuple[int, ...]) -> int:
        """A model's step fills all its outputs; what it is called does not matter."""
        text, output, told = (str(param) for param in term.params)
        key = (Op.MODEL, text, inputs)
        step = self._calls.get(key)
        if step is None:
            spec, called, ms = Spec.read(text), Told.read(told), self._own.timeframe.ms
            begun = max(self._columns[i].first for i in inputs)
            settle = self._settled(inputs, spec.settle)
            outputs = tuple(
                self._column(f"{called.name}.{name}", Kind.NUMBER, 0, begun + spec.first, settle) for name in OUTPUTS
            )
            columns = (self.source(0, "time"), *inputs)
            step = Step("model", columns, outputs, (text,), 0, 0, None, lambda: model_of(spec, called, ms))
            self._calls[key] = step
            self._steps.append(step)
        return step.outputs[OUTPUTS.index(output)]

    def _shift(self, term: Term, inputs: tuple[int, ...], clock: int) -> int:
        n = int(term.params[0])
        condition = self._columns[inputs[0]].kind is Kind.CONDITION
        label = operator_label(term, [self._columns[inputs[0]].label])
        if term.op is Op.LAG:
            function = operators.lag_condition if condition else operators.lag
            kind = Kind.CONDITION if condition else Kind.NUMBER
            return self.step("lag", function, inputs, kind, n + 2, (n,), clock, n, label)
        function = operators.for_ if term.op is Op.FOR else operators.within
        return self.step(str(term.op), function, inputs, Kind.CONDITION, 3, (n,), clock, n - 1, label)

    def _lift(self, term: Term) -> int:
        assert term.clock is not None  # constants stand on every clock and are never lifted
        number = self.clock(term.clock)
        spec = self._clocks[number]
        assert spec.visible is not None
        assert spec.fresh is not None
        inner = self._of[term]
        column = self._columns[inner]
        if term.op in _CROSSINGS:
            function, kind = alignment.lift_event, Kind.CONDITION
        elif column.kind is Kind.CONDITION:
            function, kind = alignment.lift_condition, Kind.CONDITION
        else:
            function, kind = alignment.lift, Kind.NUMBER
        ratio = term.clock.timeframe.ms // self._own.timeframe.ms
        delay = ratio - 1 if ratio > 1 else 0
        out = self._column(
            column.label, kind, 0, column.first * ratio + delay,
            None if column.settle is None else column.settle * ratio + delay,
        )  # fmt: skip
        inputs = (inner, spec.visible, spec.fresh)
        self._steps.append(Step(function.__name__, inputs, (out,), (), 2, 0, function))
        return out

    def _indicator(self, term: Term, clock: int) -> int:
        name, output, *values = term.params
        entry = CATALOGUE[str(name)]
        key = (entry.name, tuple(values), tuple(self._of[a] for a in term.args), clock)
        step = self._calls.get(key)
        if step is None:
            step = self._calls[key] = self._call(entry, tuple(values), term.args, clock)
            self._steps.append(step)
        names = [o.name for o in entry.outputs]
        return step.outputs[names.index(str(output))]

    def _call(
        self, entry: Indicator, values: tuple[float | int | str, ...], args: tuple[Term, ...], clock: int
    ) -> Step:
        written = iter(self._of[arg] for arg in args)
        inputs = tuple(
            next(written) if i.kind in (InputKind.SERIES, InputKind.CONDITION) else self.source(clock, i.kind.value)
            for i in entry.inputs
        )
        p = {q.name: int(v) if q.integer else float(v) for q, v in zip(entry.parameters, values, strict=True)}
        begun = max((self._columns[i].first for i in inputs), default=0)
        own = entry.settle(p)
        settle = None if own == ANCHORED or isinstance(own, str) else self._settled(inputs, own)
        where = prefix(self._clocks[clock].clock, self._own) if not args else ""
        label = where + call_label(entry.name, [self._columns[self._of[a]].label for a in args], list(p.values()))
        outputs = tuple(
            self._column(
                f"{label}.{o.name}" if len(entry.outputs) > 1 else label,
                Kind.CONDITION if o.dimension == Dimension.CONDITION else Kind.NUMBER,
                clock, begun + first, settle,
            )
            for o, first in zip(entry.outputs, entry.first(p), strict=True)
        )  # fmt: skip
        bind = entry.talipp
        extender = None if bind is None else (lambda: bind(p))
        weight = FIT_WEIGHT if entry.cost is Cost.FIT else 1
        slots = entry.state(p)
        return Step(entry.name, inputs, outputs, tuple(p.values()), slots, clock, entry.kernel, extender, weight)
