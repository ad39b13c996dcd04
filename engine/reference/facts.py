"""An entry and its parameter values in; out, everything there is to say of it, as plain data for every page."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ..indicators.catalogue import Cost, Indicator, InputKind, Output, Values
from .calls import signature
from .examples import snippet
from .relatives import relatives

COSTS: Mapping[Cost, str] = MappingProxyType({
    Cost.CONSTANT: "the same for any length",
    Cost.WINDOW: "grows with the length",
    Cost.FIT: "fits a model now and then: a tenth of a second, or milliseconds as machine code",
    Cost.PYTHON: "microseconds a candle: for long back-tests prefer an entry without it",
})  # fmt: skip
"""What each class means for who writes a strategy."""


def facts(entry: Indicator, values: Values) -> dict[str, Any]:
    """JSON-ready. `first` is in candles, of each output; `settle` in candles, None where the start never fades."""
    settle = entry.settle(values)
    firsts = entry.first(values)
    return {
        "name": entry.name,
        "title": entry.title,
        "family": entry.family,
        "aliases": list(entry.aliases),
        "orders": {alias: list(order) for alias, order in entry.orders.items()},
        "call": signature(entry),
        "inputs": [{"name": i.name, "kind": i.kind.value, "default": i.default} for i in entry.inputs],
        "parameters": [
            {"name": p.name, "integer": p.integer, "default": p.default, "low": p.low, "high": p.high,
             "value": values[p.name], "doc": p.doc}
            for p in entry.parameters
        ],
        "outputs": [
            {"name": o.name, "dimension": o.dimension, "low": o.low, "high": o.high, "first": first,
             "sparse": o.sparse}
            for o, first in zip(entry.outputs, firsts, strict=True)
        ],
        "settle": settle if isinstance(settle, int) else None,
        "convention": entry.convention,
        "formula": entry.formula,
        "source": entry.source,
        "cost": entry.cost.value,
        "strategy": snippet(entry, values),
        "relatives": relatives(entry),
    }  # fmt: skip


def aliases_in_words(entry: Indicator) -> str:
    """`bbands, stochf(length, smooth_d)`: with the parameters in order where they are not the entry's own."""
    return ", ".join(
        f"{alias}({', '.join(entry.orders[alias])})" if alias in entry.orders else alias for alias in entry.aliases
    )


def inputs_in_words(entry: Indicator) -> str:
    """`source (close unless given), volume of the candle`."""
    written = [
        f"{i.name} ({'a condition' if i.kind is InputKind.CONDITION else 'a series'}"
        f"{f', {i.default} unless given' if i.default else ''})"
        for i in entry.inputs
        if i.kind in (InputKind.SERIES, InputKind.CONDITION)
    ]
    read = [i.kind.value for i in entry.inputs if i.kind not in (InputKind.SERIES, InputKind.CONDITION)]
    candle = [f"the candle's {' and '.join([', '.join(read[:-1])] * (len(read) > 1) + read[-1:])}"] if read else []
    return ", ".join([*written, *candle])


def output_in_words(output: Output) -> str:
    """`index, 0 to 100`."""
    kind = "as the source" if output.dimension == "same" else output.dimension
    sparse = "unknown at times" if output.sparse else ""
    return ", ".join(filter(None, (kind, bounds(output), sparse)))


def bounds(output: Output) -> str:
    if output.low is None and output.high is None:
        return ""
    if output.high is None:
        return f"{output.low:g} or more"
    return f"{output.high:g} or less" if output.low is None else f"{output.low:g} to {output.high:g}"


def settled_in_words(entry: Indicator, values: Values) -> str:
    settle = entry.settle(values)
    if not isinstance(settle, int):
        return "never: its level depends on the first candle"
    if settle == max(entry.first(values)):
        return f"{settle:,} candles: older ones play no part"
    return f"{settle:,} candles: what came before weighs less than a millionth"
