"""An entry over candles: its outputs sorted into lines on the price chart, lines in panes below, and ticks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..api import evaluate
from ..indicators.catalogue import Indicator, Output, Values
from ..market.candles import Candles, Floats
from ..market.sample import sample_candles
from ..market.timeframe import Timeframe
from .calls import columns

SAMPLE = ("BTC/USDT", "1h", 1_707_523_200_000)
"""Symbol, timeframe and end (2024-02-10) of the candles shown where none are given: a range, a rise and a fall."""
LONGEST = 5_000
"""Candles of history at most before those shown, for what settles late or never."""
_ALIKE = 5.0
"""Lines whose sizes differ by no more share a pane."""


@dataclass(frozen=True, slots=True)
class Pane:
    """Lines with one scale; `low` and `high` are bounds that always hold, None where there are none."""

    lines: Mapping[str, Floats]
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Figure:
    """`candles` are those shown; every line and tick has a value for each. `ticks` are int8: 0, 1, 2 = unknown.

    `fired` counts for each of `ticks` the candles it was true on, among the `counted` candles computed.
    """

    candles: Candles
    overlays: Mapping[str, Floats]
    panes: tuple[Pane, ...]
    ticks: Mapping[str, NDArray[Any]]
    fired: Mapping[str, int]
    counted: int


def sample_for(entry: Indicator, values: Values, rows: int) -> Candles:
    """Candles of the sample venue: enough to settle, and `rows` more."""
    symbol, name, end = SAMPLE
    timeframe = Timeframe.parse(name)
    settle = entry.settle(values)
    before = max(*entry.first(values), settle if isinstance(settle, int) else 0)
    rows += min(before, LONGEST)
    # Some candles of the sample are missing: begin earlier, and cut.
    wide = rows + rows // 20 + 50
    found = sample_candles(symbol, timeframe, end - wide * timeframe.ms, wide)
    stop = int(np.searchsorted(found.time, end))
    return found.rows(stop - rows, stop)


def sample_figure(entry: Indicator, values: Values, shown: int) -> Figure:
    """The figure over the sample; with far more history where a condition was true nowhere."""
    found = figure(entry, values, sample_for(entry, values, shown), shown)
    if found.ticks and not any(found.fired.values()):
        return figure(entry, values, sample_for(entry, values, LONGEST), shown)
    return found


def computed(entry: Indicator, values: Values, candles: Candles) -> dict[str, NDArray[Any]]:
    """Every output over all candles, by the graph that strategies run on."""
    texts = columns(entry, values)
    found = evaluate(list(texts.values()), candles).columns
    return {name: found[text] for name, text in texts.items()}


def figure(entry: Indicator, values: Values, candles: Candles, shown: int) -> Figure:
    """The last `shown` candles; earlier ones where a condition was last true before those."""
    outputs = computed(entry, values, candles)
    ticks = {name: column for name, column in outputs.items() if column.dtype.kind == "i"}
    window = _window(ticks, len(candles), shown)
    lines = {name: column[window] for name, column in outputs.items() if name not in ticks}
    seen = candles.rows(window.start, window.stop)
    drawn = [o for o in entry.outputs if o.name in lines and on_chart(o, outputs[o.name], candles)]
    overlays = {output.name: lines[output.name] for output in drawn}
    rest = [output for output in entry.outputs if output.name in lines and output.name not in overlays]
    return Figure(
        seen, overlays, _panes(rest, lines), {name: column[window] for name, column in ticks.items()},
        {name: int((column == 1).sum()) for name, column in ticks.items()}, len(candles),
    )  # fmt: skip


def on_chart(output: Output, values: Floats, candles: Candles) -> bool:
    """Whether an output that may be a price has its values where the prices are."""
    known = values[~np.isnan(values)]
    if output.dimension not in ("price", "same") or not len(known):
        return False
    low, high = float(candles.low.min()), float(candles.high.max())
    reach = 1.5 * (high - low)
    return bool(((known > low - reach) & (known < high + reach)).mean() > 0.8 and known.min() > 0)


def _window(ticks: Mapping[str, NDArray[Any]], rows: int, shown: int) -> slice:
    stop = rows
    for column in ticks.values():
        true = np.flatnonzero(column == 1)
        if len(true) and true[-1] < rows - shown:
            stop = min(stop, max(int(true[-1]) + 1 + shown // 4, shown))
    return slice(max(stop - shown, 0), stop)


def _panes(outputs: list[Output], lines: Mapping[str, Floats]) -> tuple[Pane, ...]:
    groups: list[list[Output]] = []
    for output in outputs:
        like = (group for group in groups if _share(group[0], output, lines))
        group = next(like, None)
        if group is None:
            groups.append([output])
        else:
            group.append(output)
    return tuple(Pane({o.name: lines[o.name] for o in group}, group[0].low, group[0].high) for group in groups)


def _share(first: Output, second: Output, lines: Mapping[str, Floats]) -> bool:
    if (first.dimension, first.low, first.high) != (second.dimension, second.low, second.high):
        return False
    sizes = [float(np.nanmax(np.abs(lines[o.name]), initial=0.0)) for o in (first, second)]
    return max(sizes) <= _ALIKE * min(sizes)
