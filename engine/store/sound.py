"""Rows of a venue -> those that are candles, and words for the others: a venue's slip becomes a gap, never a price."""

from __future__ import annotations

import numpy as np

from ..market.columns import NUMBERS, PRICES, Columns, moment
from ..market.timeframe import Timeframe
from .rows import take


def sound(columns: Columns, timeframe: Timeframe) -> tuple[Columns, str]:
    """Rows in order, one of each time; the words are empty when nothing was left out."""
    good = (columns.time - timeframe.anchor) % timeframe.ms == 0
    for name in NUMBERS:
        value = getattr(columns, name)
        good &= np.isfinite(value) & (value > 0.0 if name in PRICES else value >= 0.0)
    with np.errstate(invalid="ignore"):
        good &= (columns.high >= np.maximum(columns.open, columns.close)) & (columns.high >= columns.low)
        good &= columns.low <= np.minimum(columns.open, columns.close)
    bad = np.flatnonzero(~good)
    words = ""
    if len(bad):
        row = int(bad[0])
        numbers = " ".join(f"{name} {getattr(columns, name)[row]:.12g}" for name in NUMBERS)
        words = (
            f"{len(bad):,} rows are no candles and are left out, the first {moment(int(columns.time[row]))}: {numbers}"
        )
    kept = take(columns, good)
    _, first = np.unique(kept.time, return_index=True)
    return take(kept, first), words
