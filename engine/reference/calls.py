"""A catalogue entry in, the text of calls of it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from ..indicators.catalogue import Indicator, Input, InputKind, Values

_WRITTEN = (InputKind.SERIES, InputKind.CONDITION)
_STAND_INS = ("close", "open", "high", "low")
"""What an example gives for series that have no default, in order."""


def written_inputs(entry: Indicator) -> list[Input]:
    """The inputs an author writes; the others are read from the candles."""
    return [item for item in entry.inputs if item.kind in _WRITTEN]


def signature(entry: Indicator) -> str:
    """How an author calls it, with defaults: `macd(source = close, fast = 12, slow = 26, signal = 9)`."""
    parts = [i.name + (f" = {i.default}" if i.default else "") for i in written_inputs(entry)]
    parts += [p.name + (f" = {number(p.default)}" if p.default is not None else "") for p in entry.parameters]
    return f"{entry.name}({', '.join(parts)})"


def call(entry: Indicator, values: Values) -> str:
    """A call that can stand in an expression, every argument given: `macd(close, 12, 26, 9)`."""
    given = [*example_inputs(entry).values(), *(number(values[p.name]) for p in entry.parameters)]
    return f"{entry.name}({', '.join(given)})"


def columns(entry: Indicator, values: Values) -> Mapping[str, str]:
    """For each output, the expression that reads it."""
    text = call(entry, values)
    if len(entry.outputs) == 1:
        return {entry.outputs[0].name: text}
    return {output.name: f"{text}.{output.name}" for output in entry.outputs}


def example_inputs(entry: Indicator) -> Mapping[str, str]:
    """An expression for each input an author writes: its default, or one that suits an example."""
    spare: Sequence[str] = _STAND_INS
    found = {}
    for item in written_inputs(entry):
        if item.kind is InputKind.CONDITION:
            found[item.name] = "close > open"
        elif item.default is not None:
            found[item.name] = item.default
        else:
            found[item.name], spare = spare[0], spare[1:] or _STAND_INS
    return found


def number(value: float | int) -> str:
    """A number as expressions write it, without an exponent."""
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
