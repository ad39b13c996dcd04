"""Rows of the past drawn again in blocks, so that what follows each other stays together.

The stationary bootstrap of Politis and Romano (1994): blocks begin anywhere, last a geometric number of rows with the
mean asked for, and run on from the last row to the first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .trials import Floats

Sources = tuple[np.random.Generator, np.random.Generator]
"""Where blocks begin, and which rows they begin with: one each, so that neither hangs on how much is drawn at once."""


def usual_block(rows: int) -> int:
    """A mean block length that grows with the cube root of the rows (7 for a year of days)."""
    return max(1, round(float(np.cbrt(rows))))


def sources(seed: int) -> Sources:
    """What `drawn_rows` draws from."""
    begins, starts = np.random.default_rng(seed).spawn(2)
    return begins, starts


def drawn_rows(rows: int, runs: int, block: float, sources: Sources) -> NDArray[np.int64]:
    """(runs, rows) row numbers; `block` is the mean length of a block, 1 for independent rows.

    Runs drawn in parts, one after the other, are those of one draw.
    """
    begins = sources[0].random((runs, rows)) < 1 / max(block, 1.0)
    starts = sources[1].integers(0, rows, (runs, rows))
    places = np.arange(rows)
    latest = np.maximum.accumulate(np.where(begins, places, 0), axis=1)
    found: NDArray[np.int64] = (np.take_along_axis(starts, latest, axis=1) + places - latest) % rows
    return found


def weights(drawn: NDArray[np.int64], rows: int) -> Floats:
    """(runs, rows): how often each row was drawn, over the number of rows; times the returns it gives their means."""
    flat = drawn + np.arange(len(drawn))[:, None] * rows
    return np.bincount(flat.ravel(), minlength=len(drawn) * rows).reshape(len(drawn), rows) / rows
