"""Whether a peer's trades and final equity are the oracle's, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from candles import load
from jobs import JOBS
from numpy.typing import NDArray
from oracle import OURS, Outcome, Venue, run

CENT = 0.01
TOLERANCE = {"quantity": 1e-6, "fees": 1e-6}
"""backtesting.py rounds quantities to 1e-8; everything else differs by the rounding of float64 at most."""


def verdict(job: str, path: Path, found: Mapping[str, NDArray[Any]], equity: float, venue: Venue) -> str:
    """`yes`, `by its own rules` (the same where the oracle follows the peer's venue), or what differs."""
    if not differences(job, path, found, equity, OURS):
        return "yes"
    under = differences(job, path, found, equity, venue)
    if venue != OURS and not under:
        return "by its own rules"
    return "NO: " + "; ".join(under)


def differences(job: str, path: Path, found: Mapping[str, NDArray[Any]], equity: float, venue: Venue) -> list[str]:
    wanted, final = _wanted(job, path, venue)
    said = []
    if len(found["exit_price"]) != len(wanted["exit_price"]):
        said.append(f"{len(found['exit_price'])} trades, not {len(wanted['exit_price'])}")
    else:
        for name, column in found.items():
            unlike = np.count_nonzero(~_equal(name, column, wanted[name]))
            if unlike:
                said.append(f"{unlike} trades differ in {name}")
    if abs(equity - final) >= CENT:
        said.append(f"equity {equity - final:+.2f}")
    return said


def _equal(name: str, found: NDArray[Any], wanted: NDArray[Any]) -> NDArray[np.bool_]:
    if found.dtype.kind != "f":
        return np.asarray(found == wanted)
    return np.isclose(found, wanted, rtol=TOLERANCE.get(name, 1e-9), atol=0.0)


@cache
def _wanted(job: str, path: Path, venue: Venue) -> tuple[dict[str, NDArray[Any]], float]:
    outcome: Outcome = run(JOBS[job], load(path), venue)
    names = ("entry_time", "exit_time", "entry_price", "exit_price", "quantity", "fees", "reason")
    columns = {name: np.array([getattr(trade, name) for trade in outcome.trades]) for name in names}
    return columns, outcome.equity[-1]
