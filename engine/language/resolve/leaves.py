"""Names that stand for something by themselves: params, candle fields, `time.*`, `position.*`; and counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..expression.codes import Code
from ..expression.tree import Count, Segment
from ..expression.units import written
from ..expression.words import CANDLE_FIELDS, MAX_HISTORY, POSITION, POSITION_PARTS, TIME, TIME_PARTS
from ..scope import Scope, Value
from ..term import Clock, Dimension, Op, Term
from .algebra import Algebra
from .paths import Reference, undefined_param
from .refusal import Refusal

Outputs = Mapping[str, Term]
"""What an expression stands for: one term (under its output's name, or "" where it has none), or one per output."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands: on which clock, `inside` a look back (where and/or keep their operands' clock), and
    whether `position.*` has a meaning there."""

    clock: Clock
    inside: bool = False
    position: bool = False

    @property
    def deeper(self) -> Place:
        """The same, inside a look back."""
        return self if self.inside else Place(self.clock, True, self.position)

    def on(self, clock: Clock) -> Place:
        return Place(clock, self.inside, self.position)

    @property
    def defined(self) -> Place:
        """The same in a definition, which cannot speak of the position."""
        return Place(self.clock, self.inside) if self.position else self


def param(name: str, reference: Reference, scope: Scope, algebra: Algebra) -> Outputs:
    """A param as a constant. Raises Refusal."""
    value = scope.params[name]
    if reference.prefixed:
        raise Refusal(Code.CLOCK, f"`{name}` is a param and the same on every clock", f"write `{name}`")
    if value.unit in ("", "%"):
        return {"": algebra.constant(value.number, Dimension.RATIO if value.unit else Dimension.NUMBER)}
    if value.unit == "R":
        where = "alone as a distance, as in `target:`"
    elif value.unit == "candles":
        where = "alone as a length of time, as in `time:`, or after `for` and `within`"
    else:
        where = "alone as a length of time, as in `time:`"
    message = f"the param `{name}` is {written(value)}, which does not stand in an expression"
    raise Refusal(Code.PARAM_UNIT, message, f"it may stand {where}")


def model(name: str, reference: Reference, scope: Scope) -> Outputs | None:
    """What a model foretells; None where it is broken. Raises Refusal."""
    outputs = scope.models[name]
    if outputs is not None and not outputs:
        message = f"`{name}` is a model, and a model's features are made of candles"
        raise Refusal(Code.UNDEFINED, message, "write what both learn from in `features:`")
    if reference.prefixed:
        message = f"`{name}` is a model of the strategy's own candles and takes no prefix"
        raise Refusal(Code.CLOCK, message, f"write `{name}`; its features may hold prefixes")
    return outputs


def field(name: str, clock: Clock, algebra: Algebra) -> Term:
    return algebra.make(Op.FIELD, (), (name,), clock, CANDLE_FIELDS[name])


def part(reference: Reference, place: Place, scope: Scope, algebra: Algebra) -> Outputs:
    """A part of `time` or `position`. Raises Refusal."""
    head, chosen = reference.head.name, reference.output
    parts = tuple(POSITION_PARTS) if head == POSITION else TIME_PARTS
    if chosen is None or chosen.name not in parts:
        message = f"`{head}` has no part `{chosen.name}`" if chosen else f"`{head}` is not a value by itself"
        raise Refusal(Code.OUTPUT, message, "write " + " or ".join(f"`{head}.{p}`" for p in parts))
    shown = f"`{head}.{chosen.name}`"
    if reference.prefixed:
        message = f"{shown} belongs to the strategy's own candles and takes no prefix"
        raise Refusal(Code.CLOCK, message, f"write {shown}")
    if head == TIME:
        params = (chosen.name, scope.timezone)
        return {"": algebra.make(Op.TIME, (), params, algebra.clocks.own, Dimension.COUNT)}
    if not place.position:
        help_ = "write the condition there, not in a definition or another rule"
        raise Refusal(Code.POSITION, f"{shown} has a meaning only in `exit: when:`", help_)
    if place.inside:
        message = f"{shown} cannot stand under `[n]`, `crosses`, `is`, `for`, `within` or in a call"
        raise Refusal(Code.POSITION, message, "use it in arithmetic and comparisons, joined with and, or, not")
    return {"": algebra.make(Op.POSITION, (), (chosen.name,), None, POSITION_PARTS[chosen.name])}


def chosen(found: Outputs, name: str, output: Segment) -> Outputs:
    """The one output written after the dot. Raises Refusal."""
    if output.name and output.name in found:
        return {"": found[output.name]}
    names = [n for n in found if n]
    if len(names) > 1:
        message, help_ = f"`{name}` has no output `{output.name}`", f"its outputs are {', '.join(names)}"
    else:
        message, help_ = f"`{name}` has no outputs to choose from", f"leave out `.{output.name}`"
    raise Refusal(Code.OUTPUT, message, help_, output.start, output.end)


def candles(count: Count, low: int, scope: Scope) -> int:
    """A whole number of candles from `low` to the furthest history. Raises Refusal."""
    if isinstance(count.value, float):
        value = Value(count.value)
    elif count.value in scope.params:
        value = scope.params[count.value]
    else:
        raise undefined_param(count.value, scope).at(count.start, count.end)
    help_ = f"write a whole number from {low} to {MAX_HISTORY:,}"
    if value.unit not in ("", "candles"):
        code, message = Code.COUNT, f"expected a number of candles, got {written(value)}"
    elif value.number < 0:
        code, message = Code.FUTURE, f"{value.number:g} candles ago would look into the future"
    elif not value.number.is_integer() or not low <= value.number <= MAX_HISTORY:
        code, message = Code.COUNT, f"{value.number:g} is not a usable number of candles"
    else:
        return int(value.number)
    raise Refusal(code, message, help_, count.start, count.end)
