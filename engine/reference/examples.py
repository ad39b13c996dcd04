"""An entry in, a piece of a strategy file out that shows how to use it, written by what its values look like."""

from __future__ import annotations

from ..indicators.catalogue import Indicator, Values
from .calls import call, columns, number

_SLOWER = "4h"
_ROWS = 200
"""Sample candles looked at, after the warm-up."""


def snippet(entry: Indicator, values: Values) -> str:
    """The keys of a strategy file that use it: its first output by a name, and on closed slower candles."""
    output = entry.outputs[0]
    first, second = _conditions(entry, values)
    name = f"my_{entry.name}"
    part = f"{name}.{output.name}" if len(entry.outputs) > 1 else name
    slower = f"{_SLOWER}.{next(iter(columns(entry, values).values()))}"
    return "\n".join([
        "indicators:", f"  {name}: {call(entry, values)}", "long:", "  enter:", f"    - {first.format(part)}",
        f"    - {second.format(slower)}",
    ])  # fmt: skip


def _conditions(entry: Indicator, values: Values) -> tuple[str, str]:
    """A condition with the first output, and one with the same output of slower candles."""
    from .figure import computed, on_chart, sample_for

    output = entry.outputs[0]
    if output.dimension == "condition":
        return "{}", "{}"
    if output.low is not None and output.high is not None:
        return _between(output.low, output.high)
    if not isinstance(entry.settle(values), int):
        return "{} is rising", "{} is rising for 3 candles"
    candles = sample_for(entry, values, _ROWS)
    line = computed(entry, values, candles)[output.name][-_ROWS:]
    seen = candles.rows(len(candles) - len(line), len(candles))
    if on_chart(output, line, seen):
        if not (seen.close > line).any():
            return "close crosses above {}[1]", "close > {}[1]"
        if not (seen.close < line).any():
            return "close crosses below {}[1]", "close < {}[1]"
        return "close crosses above {}", "close > {}"
    if (line < 0).any() and (line > 0).any():
        return "{} crosses above 0", "{} > 0"
    return "{} is rising", "{} is rising for 3 candles"


def _between(low: float, high: float) -> tuple[str, str]:
    if low < 0 < high:
        return "{} crosses above 0", "{} > 0"
    third, middle = low + 0.3 * (high - low), (low + high) / 2
    return "{} crosses above " + number(round(third, 6)), "{} > " + number(round(middle, 6))
