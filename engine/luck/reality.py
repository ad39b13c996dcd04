"""Could the best of all trials be luck? The past is drawn again many times with every trial's average set to zero.

White, A Reality Check for Data Snooping (2000); Hansen, A Test for Superior Predictive Ability (2005), which weighs
trials by their own noise and does not let hopeless ones blur the answer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..report.returns import ENOUGH, NOISE
from .bootstrap import Sources, drawn_rows, sources, usual_block, weights
from .trials import Floats, Trials

RUNS = 1_000
AT_ONCE = 2_000_000
"""Cells of one draw computed together."""


@dataclass(frozen=True, slots=True)
class Reality:
    """`p_value`: how often pure luck does as well as the best trial (White); `superior`: the same by Hansen."""

    p_value: float
    superior: float
    runs: int
    block: float


def reality_check(trials: Trials, seed: int, *, runs: int = RUNS, block: float | None = None) -> Reality | None:
    """Whether the best trial beats doing nothing; deterministic by `seed`. None under 30 periods, or if none moved."""
    table = trials.returns
    rows = len(table)
    moved = table.std(axis=0) > NOISE if rows else np.zeros(table.shape[1], np.bool_)
    if rows < ENOUGH or not moved.any():
        return None
    block = usual_block(rows) if block is None else block
    table = table[:, moved]
    best, superior, seen = np.full(runs, -np.inf), np.zeros(runs), 0.0
    width = max(1, AT_ONCE // runs)
    for first in range(0, table.shape[1], width):
        part = table[:, first : first + width]
        mean = part.mean(axis=0)
        # The same seed for every part of the columns: one draw of the past holds for all trials.
        means = _means(part, runs, block, sources(seed))
        np.maximum(best, (means - mean).max(axis=1), out=best)
        noise = np.maximum(means.std(axis=0), NOISE)
        poor = mean < -noise * math.sqrt(2 * math.log(math.log(rows)))
        np.maximum(superior, ((means - np.where(poor, 0.0, mean)) / noise).max(axis=1), out=superior)
        seen = max(seen, float((mean / noise).max()))
    return Reality(_share(best, float(table.mean(axis=0).max())), _share(superior, seen), runs, block)


def _means(table: Floats, runs: int, block: float, drawn: Sources) -> Floats:
    """(runs, trials): the averages of each draw, drawn in parts that fit in memory."""
    rows = len(table)
    size = max(1, AT_ONCE // rows)
    parts = [min(size, runs - done) for done in range(0, runs, size)]
    return np.concatenate([weights(drawn_rows(rows, part, block, drawn), rows) @ table for part in parts])


def _share(lucky: Floats, seen: float) -> float:
    """The share of draws at least as good, the real past counted as one of them (so never 0)."""
    return (1 + int(np.count_nonzero(lucky >= seen))) / (1 + len(lucky))
