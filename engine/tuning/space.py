"""The values that each tuned parameter may take, and points: one value of each, as an author writes it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches

from ..diagnostics.diagnostic import InputError
from ..language.expression.units import read_value, written
from ..language.scope import Value
from ..language.strategy import Param

Point = Mapping[str, str]
"""Parameter -> its value with its unit; the same texts that `--set` takes."""

COARSE = 5
"""Values that a grid takes of a parameter without steps."""
MOST_STEPS = 100_000
FINE = 10_000
"""Values of a parameter without steps that a sampler may choose from."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One tuned parameter: `texts` are all its values, lowest first; `stepped` where the file says its steps."""

    name: str
    texts: tuple[str, ...]
    stepped: bool

    def __len__(self) -> int:
        return len(self.texts)

    def number(self, text: str) -> float:
        value = read_value(text)
        return math.nan if value is None else value.number


@dataclass(frozen=True, slots=True)
class Space:
    axes: tuple[Axis, ...]

    @property
    def size(self) -> int:
        return math.prod(len(axis) for axis in self.axes)

    def point(self, places: Sequence[int]) -> Point:
        return {axis.name: axis.texts[place] for axis, place in zip(self.axes, places, strict=True)}

    def places(self, point: Point) -> tuple[int, ...]:
        return tuple(axis.texts.index(point[axis.name]) for axis in self.axes)

    def nth(self, number: int) -> Point:
        """One of the `size` points, counted with the last parameter moving fastest."""
        places = []
        for axis in reversed(self.axes):
            number, place = divmod(number, len(axis))
            places.append(place)
        return self.point(places[::-1])

    def coarse(self) -> Space:
        """The same with few values of each parameter that has no steps of its own, for a grid."""
        return Space(tuple(axis if axis.stepped else _thinned(axis) for axis in self.axes))


def space_of(params: Mapping[str, Param], names: Sequence[str]) -> Space:
    """The space of the named parameters, or of all that have a range. Raises InputError."""
    chosen = list(dict.fromkeys(names)) or [name for name, param in params.items() if param.low is not None]
    if not chosen:
        raise InputError("there is nothing to tune", help="give a parameter a range, such as `range: [10, 40]`")
    for name in chosen:
        if name not in params:
            known = ", ".join(params) or "none"
            raise InputError(f"there is no parameter `{name}` to tune", help=f"the file's parameters: {known}")
        if params[name].low is None or params[name].high is None:
            raise InputError(f"`{name}` has no range to tune it in", help="add one, such as `range: [10, 40]`")
    return Space(tuple(_axis(params[name]) for name in chosen))


def ranged(params: Mapping[str, Param], texts: Sequence[str]) -> dict[str, Param]:
    """The parameters that `NAME=LOW:HIGH` or `NAME=LOW:HIGH:STEP` texts name, with these ranges. Raises InputError."""
    found = {}
    for text in texts:
        name, sign, bounds = text.rpartition("=")
        values = [read_value(each) for each in bounds.split(":")]
        known = [value for value in values if value is not None]
        if not sign or len(known) != len(values) or len(values) not in (2, 3):
            raise InputError(f"--range {text}: expected NAME=LOW:HIGH or NAME=LOW:HIGH:STEP",
                             help="write --range fast=10:40:5, or --range stop=1%:5%:0.5%")  # fmt: skip
        name = name.strip()
        if name not in params:
            near = get_close_matches(name, params, 1)
            guess = f"did you mean `{near[0]}`?" if near else f"the parameters: {', '.join(params) or 'none'}"
            raise InputError(f"--range {text}: there is no parameter `{name}`", help=guess)
        found[name] = _within(params[name], [value.number for value in known], {value.unit for value in known}, text)
    return found


def _within(param: Param, numbers: Sequence[float], units: Set[str], text: str) -> Param:
    low, high = numbers[:2]
    step = numbers[2] if len(numbers) > 2 else param.step
    if units != {param.unit}:
        like = written(Value(param.value, param.unit))
        raise InputError(f"--range {text}: `{param.name}` has another unit", help=f"its value is {like}")
    if low > high or (step is not None and step <= 0):
        raise InputError(f"--range {text}: nothing lies in it", help="write the lowest value first, a step above zero")
    if param.low is not None and param.high is not None and not param.low <= low <= high <= param.high:
        bounds = " to ".join(written(Value(value, param.unit)) for value in (param.low, param.high))
        raise InputError(f"--range {text}: the file's own range is {bounds}", help="stay inside it, or change the file")
    return replace(param, low=low, high=high, step=step)


def _axis(param: Param) -> Axis:
    low, high = Decimal(repr(param.low)), Decimal(repr(param.high))
    whole = all(float(v or 0).is_integer() for v in (param.low, param.high, param.value)) and param.unit != "%"
    stepped = param.step is not None or whole
    step = Decimal(repr(param.step)) if param.step is not None else Decimal(1) if whole else (high - low) / FINE
    count = int((high - low) / step) + 1 if step > 0 else 1
    if count > MOST_STEPS:
        raise InputError(f"`{param.name}` has {count:,} steps, more than {MOST_STEPS:,}", help="give it a larger step")
    return Axis(param.name, tuple(_text(low + k * step, param.unit) for k in range(count)), stepped)


def _text(number: Decimal, unit: str) -> str:
    """As an author writes it: 3%, 2R, 96 candles, 12h."""
    digits = f"{(number * 100 if unit == '%' else number).normalize():f}"
    return f"{digits}{' ' if unit == 'candles' else ''}{unit}"


def _thinned(axis: Axis) -> Axis:
    last = len(axis) - 1
    places = sorted({round(k * last / (COARSE - 1)) for k in range(COARSE)})
    return Axis(axis.name, tuple(axis.texts[k] for k in places), True)
