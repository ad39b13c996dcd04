"""Columns -> short lists of whole numbers for a page: rounded for the eye, each as its step from the one before."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...market.candles import Candles
from .picture import Floats

PRICE_FIGURES = 8
LINE_FIGURES = 6
"""Significant figures of the largest value in a column."""
MOST_DECIMALS = 15


def decimals_of(*columns: Floats, figures: int) -> int:
    """How many decimals leave the largest value so many figures (negative for huge ones)."""
    most = max((float(np.abs(c[np.isfinite(c)]).max(initial=0.0)) for c in columns), default=0.0)
    return min(figures - 1 - math.floor(math.log10(most)), MOST_DECIMALS) if most > 0 else 0


def packed(column: Floats, decimals: int) -> list[int | None]:
    """The first value and the steps after it, in units of 10^-decimals; None where the value is unknown."""
    whole, known = _scaled(column, decimals)
    steps = np.zeros(len(column), np.int64)
    steps[known] = np.diff(whole[known], prepend=0)
    if known.all():
        return list(steps.tolist())
    return [step if there else None for step, there in zip(steps.tolist(), known.tolist(), strict=True)]


def packed_candles(candles: Candles, decimals: int) -> dict[str, Any]:
    """Times in seconds as steps; opens and closes as steps from the close before; highs and lows as distances from
    the body: a few digits each."""
    opens, highs, lows, closes = (
        _scaled(column, decimals)[0] for column in (candles.open, candles.high, candles.low, candles.close)
    )
    before = np.concatenate((np.zeros(min(1, len(closes)), np.int64), closes[:-1]))
    return {
        "t": packed_times(candles.time),
        "o": (opens - before).tolist(),
        "c": (closes - opens).tolist(),
        "h": (highs - np.maximum(opens, closes)).tolist(),
        "l": (np.minimum(opens, closes) - lows).tolist(),
    }


def packed_times(time: NDArray[np.int64]) -> list[int]:
    """ms UTC as seconds: the first, then the steps."""
    steps: list[int] = np.diff(time // 1000, prepend=0).tolist()
    return steps


def rounded(column: Floats, decimals: int) -> list[float | None]:
    """Values rounded, NaN as None."""
    return [None if value != value else value for value in np.round(column, decimals).tolist()]


def _scaled(column: Floats, decimals: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    known = np.isfinite(column)
    return np.rint(np.where(known, column, 0.0) * 10.0**decimals).astype(np.int64), known
