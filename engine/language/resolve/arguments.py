"""A call's arguments against what its function takes: who gets which, defaults, kinds and ranges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from operator import ne

from ...indicators.catalogue import CANDLE_FIELDS, Indicator, Input, InputKind, Parameter, known_as
from ..expression.codes import Code
from ..expression.words import MAX_HISTORY
from ..term import Clock, Op
from .algebra import Operand, condition, number
from .refusal import Refusal

_WRITTEN = (InputKind.SERIES, InputKind.CONDITION)
_BLENDS = {
    "hl2": ("high", "low"),
    "hlc3": ("high", "low", "close"),
    "ohlc4": ("open", "high", "low", "close"),
}
_MOST = 6
"""Numbers whose orders are tried when a call was refused."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What an author may write between the parentheses: inputs in order, then parameters."""

    name: str
    inputs: tuple[Input, ...]
    parameters: tuple[Parameter, ...]
    any_kind: bool = False
    """Whether inputs may be numbers and conditions alike."""
    every: tuple[Parameter, ...] = ()
    """All parameters, in the order of the entry; `parameters` are those that this name takes, in its own order."""
    reads: tuple[str, ...] = ()
    """Candle fields it reads by itself, its series left out."""

    @classmethod
    def of(cls, entry: Indicator, name: str) -> Signature:
        written = tuple(i for i in entry.inputs if i.kind in _WRITTEN)
        named = {p.name: p for p in entry.parameters}
        taken = tuple(named[parameter] for parameter in entry.orders.get(name, named))
        reads = tuple(i.kind.value for i in entry.inputs if i.kind.value in CANDLE_FIELDS)
        return cls(name, written, taken, every=entry.parameters, reads=reads)

    def is_own(self, fields: Sequence[str]) -> bool:
        """Whether `fields` are just what the call reads when its series are left out, as TA-Lib wants them written."""
        defaults = [i.default for i in self.inputs if i.default is not None]
        if len(defaults) < len(self.inputs) or len(set(fields)) < len(fields) or len(fields) <= len(self.inputs):
            return False
        blended = {part for default in defaults for part in _BLENDS.get(default, (default,))}
        return set(fields) in (blended.union(self.reads), {*defaults, *self.reads})

    @property
    def slots(self) -> list[str]:
        return [*(i.name for i in self.inputs), *(p.name for p in self.parameters)]

    def __str__(self) -> str:
        return f"{self.name}({', '.join(self.slots)})"

    @property
    def example(self) -> str:
        if not self.parameters and all(i.default is not None for i in self.inputs):
            return f"{self.name}()"
        series = (i.default or ("close > open" if i.kind is InputKind.CONDITION else "close") for i in self.inputs)
        numbers = (f"{p.default if p.default is not None else max(p.low, 1):g}" for p in self.parameters)
        return f"{self.name}({', '.join((*series, *numbers))})"

    @property
    def help(self) -> str:
        return f"write `{self}`, such as `{self.example}`"

    @property
    def reminder(self) -> str:
        """`help`, and what needs no writing."""
        own = f"{self.name} reads {', '.join(self.reads)} by itself; " if self.reads else ""
        return own + self.help


LAG = Signature(
    "lag", (Input("source", InputKind.SERIES),), (Parameter("n", True, None, 0, MAX_HISTORY),), any_kind=True
)


@dataclass(frozen=True, slots=True)
class Given:
    """One argument as written and resolved."""

    keyword: str | None
    operand: Operand
    start: int
    end: int

    @property
    def constant(self) -> bool:
        return self.operand.term.op is Op.CONSTANT


@dataclass(slots=True)
class Bound:
    """What each input and parameter gets; an input that was left out is missing from `inputs`."""

    inputs: dict[str, Operand] = field(default_factory=dict)
    values: list[float | int] = field(default_factory=list)


def bind(signature: Signature, given: Sequence[Given], at: Clock | None = None) -> Bound:
    """Give every argument its place. Raises Refusal, with help that shows the right call.

    Candle fields of clock `at` that the call reads anyway may be written in front: `atr(high, low, close, 14)`.
    """
    placed = _place(signature, _without_candles(signature, given, at))
    bound = Bound()
    for slot in signature.inputs:
        argument = placed.get(slot.name)
        if argument is not None:
            _check_kind(signature, slot, argument)
            bound.inputs[slot.name] = argument.operand
        elif slot.default is None:
            raise Refusal(Code.ARGUMENTS, f"`{signature.name}` needs `{slot.name}`", signature.help)
    for parameter in signature.every or signature.parameters:
        try:
            bound.values.append(_value(signature, parameter, placed.get(parameter.name)))
        except Refusal as refusal:
            meant = _reordered(signature, placed) if refusal.code is Code.RANGE else None
            if meant is None:
                raise
            raise Refusal(
                refusal.code, refusal.message, f"did you mean `{meant}`? {signature.help}", refusal.start, refusal.end
            ) from None
    return bound


def _without_candles(signature: Signature, given: Sequence[Given], at: Clock | None) -> Sequence[Given]:
    fields: list[str] = []
    for g in given:
        if g.keyword is not None or g.operand.term.op is not Op.FIELD or g.operand.term.clock != at:
            break
        fields.append(str(g.operand.term.params[0]))
    return given[len(fields) :] if fields and signature.is_own(fields) else given


def _reordered(signature: Signature, placed: Mapping[str, Given]) -> str | None:
    """The call with its numbers in the order that fits and moves the fewest of them, where there is one such."""
    taken = [p for p in signature.parameters if p.name in placed]
    if len(taken) > _MOST or not all(placed[p.name].constant and placed[p.name].keyword is None for p in taken):
        return None
    numbers = [float(placed[p.name].operand.term.params[0]) for p in taken]
    fitting = {order: sum(map(ne, order, numbers)) for order in permutations(numbers) if all(map(_fits, taken, order))}
    nearest = [order for order, moved in fitting.items() if moved == min(fitting.values())]
    if len(nearest) != 1:
        return None
    series = [placed[i.name].operand.shown for i in signature.inputs if i.name in placed]
    return f"{signature.name}({', '.join((*series, *(f'{number:g}' for number in nearest[0])))})"


def _fits(parameter: Parameter, value: float) -> bool:
    return (not parameter.integer or value.is_integer()) and parameter.low <= value <= parameter.high


def _place(signature: Signature, given: Sequence[Given]) -> dict[str, Given]:
    slots = signature.slots
    positional = [g for g in given if g.keyword is None]
    placed: dict[str, Given] = {}
    for g, name in zip(positional, _order(signature, given, slots), strict=False):
        placed[name] = g
    if len(placed) < len(positional):
        extra = positional[len(placed)]
        count = f"at most {len(slots)} argument{'s' * (len(slots) != 1)}" if slots else "no arguments"
        message = f"`{signature.name}` takes {count}; `{extra.operand.shown}` is one too many"
        raise Refusal(Code.ARGUMENTS, message, signature.reminder, extra.start, extra.end)
    seen_keyword = False
    for g in given:
        if g.keyword is None:
            if seen_keyword:
                message = f"`{g.operand.shown}` has no name but stands after a named argument"
                raise Refusal(Code.KEYWORD, message, signature.help, g.start, g.end)
            continue
        seen_keyword = True
        slot = known_as(slots, g.keyword)
        if slot is None:
            message = f"`{signature.name}` has no argument called `{g.keyword}`"
            raise Refusal(Code.KEYWORD, message, signature.help, g.start, g.end)
        if slot in placed:
            raise Refusal(Code.KEYWORD, f"`{slot}` is given twice", signature.help, g.start, g.end)
        placed[slot] = g
    return placed


def _order(signature: Signature, given: Sequence[Given], slots: Sequence[str]) -> Sequence[str]:
    """Names the unnamed arguments fill: `rsi(14)` leaves out the series, which has a default."""
    positional = [g for g in given if g.keyword is None]
    named = {known_as(slots, g.keyword) for g in given if g.keyword is not None}
    for at, g in enumerate(positional[: len(signature.inputs)]):
        left_out = signature.inputs[at:]
        room = len(positional) - at <= len(signature.parameters)
        if g.constant and room and all(i.default is not None or i.name in named for i in left_out):
            return [*slots[:at], *(p.name for p in signature.parameters)]
    return slots


def _check_kind(signature: Signature, slot: Input, given: Given) -> None:
    if signature.any_kind:
        return
    try:
        condition(given.operand) if slot.kind is InputKind.CONDITION else number(given.operand)
    except Refusal as refusal:
        raise given.operand.refuse(refusal.code, refusal.message, signature.help) from None


def _value(signature: Signature, parameter: Parameter, given: Given | None) -> float | int:
    name = f"`{parameter.name}` of `{signature.name}`"
    if given is None:
        if parameter.default is None:
            raise Refusal(Code.ARGUMENTS, f"`{signature.name}` needs `{parameter.name}`", signature.help)
        return int(parameter.default) if parameter.integer else float(parameter.default)
    if not given.constant:
        message = f"{name} must be a fixed number; `{given.operand.shown}` changes from candle to candle"
        help_ = f"a number, a param or arithmetic on them; {signature.help}"
        raise Refusal(Code.NOT_CONSTANT, message, help_, given.start, given.end)
    value = float(given.operand.term.params[0])
    if parameter.integer and not value.is_integer():
        message = f"{name} must be a whole number, got {value:g}"
        raise Refusal(Code.RANGE, message, signature.help, given.start, given.end)
    if not parameter.low <= value <= parameter.high:
        message = f"{name} must be from {parameter.low:g} to {parameter.high:g}, got {value:g}"
        raise Refusal(Code.RANGE, message, signature.help, given.start, given.end)
    return int(value) if parameter.integer else value
