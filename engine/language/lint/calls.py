"""What a catalogue call may give, from what it is given: the entry's declared bounds, and what its formula keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from ...indicators import CATALOGUE
from ..interval import ANY, INFINITE, Interval, hull, larger, meet, mul, point, smaller, sub
from ..term import Term

AVERAGES = frozenset((
    "sma", "ema", "rma", "wma", "swma", "vwma", "alma", "median", "percentile",
))  # fmt: skip
"""Between the smallest and the largest value they look at, but for rounding."""
CHOICES = frozenset((
    "highest", "lowest", "mode", "percentile_nearest", "valuewhen", "running_max", "running_min",
))  # fmt: skip
"""One of the values they look at."""
ITSELF = frozenset(("sma", "ema", "rma", "wma", "hma", "vwma", "highest", "lowest", "median", "sum"))
"""Over one candle these are the series they are given."""
LEVELS_KEPT = frozenset((
    "abs", "min", "max", "sma", "ema", "rma", "wma", "hma", "swma", "alma", "highest", "lowest", "median", "mode",
    "percentile", "percentile_nearest", "valuewhen", "linreg", "dema", "tema", "zlema",
))  # fmt: skip
"""Given the level of a running total, these give one as arbitrary."""

Rule = Callable[[str, Sequence[Interval], Sequence[float]], Interval]


def call_bounds(term: Term, inputs: Sequence[Interval]) -> Interval:
    """The interval of an indicator term; `inputs` are those of its arguments."""
    name, output = str(term.params[0]), str(term.params[1])
    values = [float(value) for value in term.params[2:]]
    declared = next(o for o in CATALOGUE[name].outputs if o.name == output)
    low = -INFINITE if declared.low is None else declared.low
    bounds = Interval(low, INFINITE if declared.high is None else declared.high)
    if name in CHOICES or name in AVERAGES:
        kept = inputs[-1] if name == "valuewhen" else inputs[0]
        return meet(bounds, kept if name in CHOICES else kept.widened())
    rule = _RULES.get(name)
    return bounds if rule is None else meet(bounds, rule(output, inputs, values))


def _sum(_: str, inputs: Sequence[Interval], values: Sequence[float]) -> Interval:
    return mul(inputs[0], point(values[0])).widened()


def _change(_: str, inputs: Sequence[Interval], values: Sequence[float]) -> Interval:
    return sub(inputs[0], inputs[0])


def _roc(_: str, inputs: Sequence[Interval], values: Sequence[float]) -> Interval:
    return Interval(-100.0) if inputs[0].positive else ANY


def _bands(output: str, inputs: Sequence[Interval], values: Sequence[float]) -> Interval:
    kept = inputs[0].widened()
    if output == "basis":
        return kept
    if output == "upper":
        return Interval(kept.low, INFINITE, kept.over)
    return Interval(-INFINITE, kept.high, False, kept.under) if output == "lower" else ANY


def _sign(_: str, inputs: Sequence[Interval], values: Sequence[float]) -> Interval:
    return Interval(0.0, INFINITE, True) if inputs[0].positive else ANY


def _prices(_: str, inputs: Sequence[Interval], values: Sequence[float]) -> Interval:
    return Interval(0.0, INFINITE, True)


_RULES: Mapping[str, Rule] = MappingProxyType({
    "abs": lambda _, inputs, values: inputs[0].magnitude(),
    "min": lambda _, inputs, values: smaller(inputs[0], inputs[1]),
    "max": lambda _, inputs, values: larger(inputs[0], inputs[1]),
    "nz": lambda _, inputs, values: hull(inputs[0], point(values[0])),
    "count": lambda _, inputs, values: Interval(0.0, values[0]),
    "highestbars": lambda _, inputs, values: Interval(1.0 - values[0], 0.0),
    "lowestbars": lambda _, inputs, values: Interval(1.0 - values[0], 0.0),
    "sum": _sum,
    "change": _change,
    "mom": _change,
    "roc": _roc,
    "bb": _bands,
    "vwap": _sign,
    "ichimoku": _prices,
    "donchian": _prices,
})  # fmt: skip
