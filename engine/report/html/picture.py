"""What the price charts show, as columns: candles, the lines of indicators, and the levels of trades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...market.candles import Candles

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator: a value per candle (NaN: unknown); lines of one `pane` share it, "" is over the candles."""

    name: str
    pane: str
    values: Floats


@dataclass(frozen=True, slots=True)
class Picture:
    """By symbol, the symbols with the most trades first; `stops` and `targets` have a price per trade of the run, NaN
    where there is none or its symbol has no chart."""

    candles: Mapping[str, Candles]
    lines: Mapping[str, Sequence[Line]]
    stops: Floats
    targets: Floats
    left_out: Sequence[str] = ()
    """Symbols without a chart."""
    lines_left_out: Sequence[str] = ()
