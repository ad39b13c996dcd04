"""A column of numbers -> one line of characters, low to high."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCKS = "▁▂▃▄▅▆▇█"
ASCII = "_.-~=+*#"


def sparkline(values: NDArray[np.float64], width: int, ascii_only: bool = False) -> str:
    """At most `width` characters: the last value of each stretch, scaled between the lowest and the highest."""
    if not len(values):
        return ""
    ends = np.linspace(0, len(values), min(width, len(values)) + 1).astype(np.int64)[1:] - 1
    points = values[ends]
    low, high = float(points.min()), float(points.max())
    levels = ASCII if ascii_only else BLOCKS
    if high <= low:
        return levels[len(levels) // 2 - 1] * len(points)
    steps = np.minimum(((points - low) / (high - low) * len(levels)).astype(np.int64), len(levels) - 1)
    return "".join(levels[step] for step in steps.tolist())
