"""One past -> many that could as well have been: the same trades in another order, or the same days in other blocks.

Growth is equity over the capital, 1 at the start. Everything is deterministic by seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..report.returns import NOISE
from .bootstrap import drawn_rows, sources, usual_block
from .trials import Floats

POINTS = 240
"""Places along the way that are kept of every path."""
AT_ONCE = 250_000
"""Cells of paths computed together: few enough to stay in a processor's cache."""
LEVELS = (5.0, 25.0, 50.0, 75.0, 95.0)
"""Percentiles of a fan."""
RUIN = 0.5
"""Part of the capital lost from which an account counts as ruined."""


@dataclass(frozen=True, slots=True)
class Paths:
    """`growth` and `fall` (below the highest so far, as a fraction) are (runs, places), at the steps `places`; the rest
    has a value per run over all its steps."""

    places: NDArray[np.int64]
    growth: Floats
    fall: Floats
    final: Floats
    drawdown: Floats
    lowest: Floats

    def __len__(self) -> int:
        return len(self.final)

    def ruin(self, part: float = RUIN) -> float:
        """The share of runs that lost this part of the capital at some time."""
        return float(np.mean(self.lowest <= 1 - part))

    @property
    def loss(self) -> float:
        """The share of runs that ended below the capital."""
        return float(np.mean(self.final < 1 - NOISE))


def shuffled(returns: Floats, runs: int, seed: int) -> Paths:
    """The same returns, each once, in random order: the end is the same, the way there is not."""
    source = np.random.default_rng(seed)
    return _paths((source.permuted(np.broadcast_to(returns, (part, len(returns))), axis=1)
                   for part in _parts(runs, len(returns))), len(returns))  # fmt: skip


def redrawn(returns: Floats, runs: int, seed: int, block: float | None = None) -> Paths:
    """Returns drawn again in blocks (stationary bootstrap) of a mean length, the usual one if None."""
    drawn = sources(seed)
    rows = len(returns)
    mean = usual_block(rows) if block is None else block
    return _paths((returns[drawn_rows(rows, part, mean, drawn)] for part in _parts(runs, rows)), rows)


def together(paths: list[Floats]) -> Paths:
    """Growth of runs made elsewhere, each a row of equal length without the start."""
    table = np.array(paths)
    return _kept(np.hstack([np.ones((len(table), 1)), table]), _places(table.shape[1]))


def trade_returns(profits: Floats, capital: float) -> Floats:
    """Each closed trade's profit over the equity that the trades closed before it had left; cut at ruin."""
    before = capital + np.concatenate(([0.0], np.cumsum(profits)[:-1])) if len(profits) else np.empty(0)
    ruined = np.flatnonzero(before <= 0)
    end = int(ruined[0]) if len(ruined) else len(profits)
    found: Floats = profits[:end] / before[:end]
    return found


def percentiles(values: Floats, levels: tuple[float, ...] = LEVELS) -> list[float]:
    found: list[float] = np.percentile(values, levels).tolist()
    return found


def fan(values: Floats, levels: tuple[float, ...] = LEVELS) -> Floats:
    """(levels, places): the percentiles of all runs at each place."""
    found: Floats = np.percentile(values, levels, axis=0)
    return found


def _parts(runs: int, rows: int) -> Iterator[int]:
    size = max(1, AT_ONCE // max(rows, 1))
    return (min(size, runs - done) for done in range(0, runs, size))


def _places(steps: int) -> NDArray[np.int64]:
    return np.unique(np.linspace(0, steps, min(steps, POINTS) + 1).round().astype(np.int64))


def _paths(parts: Iterator[Floats], steps: int) -> Paths:
    places = _places(steps)
    done = [_kept(_grown(part), places) for part in parts]
    columns = ("growth", "fall", "final", "drawdown", "lowest")
    return Paths(places, *(np.concatenate([getattr(one, name) for one in done]) for name in columns))


def _grown(returns: Floats) -> Floats:
    """Growth with its start; an account that is lost stays lost."""
    growth = np.cumprod(np.maximum(1 + returns, 0.0), axis=1)
    return np.hstack([np.ones((len(growth), 1)), growth])


def _kept(growth: Floats, places: NDArray[np.int64]) -> Paths:
    fall = 1 - growth / np.maximum.accumulate(growth, axis=1)
    return Paths(places, growth[:, places], fall[:, places], growth[:, -1], fall.max(axis=1), growth.min(axis=1))
