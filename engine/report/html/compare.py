"""The page of a comparison: its tables, and the equity curves over each other."""

from __future__ import annotations

import numpy as np

from ...market.timeframe import Timeframe
from ..comparison import Comparison, grids_of, to_json
from ..curve import Curve
from . import packing
from .page import render
from .thinning import slower, starts_of

SCRIPTS = ("base.js", "compare.js")
POINTS = 12_000
"""Points of all curves together."""


def compare_page(comparison: Comparison) -> bytes:
    """The comparison as a file for a browser."""
    most = POINTS // len(comparison.runs)
    curves = [
        {"name": name, **growth(curve, most)} for name, curve in zip(comparison.names, comparison.curves, strict=True)
    ]
    data = {"comparison": to_json(comparison), "curves": curves, "places": 2}
    title = f"Comparison of {len(comparison.runs)} runs"
    return render(
        "compare.html", title, data, SCRIPTS, warnings=comparison.warnings, grids=grids_of(comparison),
        names=comparison.names,
    )  # fmt: skip


def growth(curve: Curve, most: int) -> dict[str, object]:
    """Columns `t` (seconds, as steps) and `growth` (percent of the capital), at most `most` points."""
    if not len(curve.time):
        return {"t": [], "growth": [], "decimals": 0}
    shown = slower(Timeframe.parse("1m"), curve.end - curve.start, most)
    starts = starts_of(curve.time - 1, shown)
    ends = np.append(starts[1:], len(curve.time)) - 1
    values = (curve.equity[ends] / curve.capital - 1) * 100
    decimals = packing.decimals_of(values, figures=packing.LINE_FIGURES)
    return {
        "t": packing.packed_times(curve.time[ends]),
        "growth": packing.packed(values, decimals),
        "decimals": decimals,
    }
