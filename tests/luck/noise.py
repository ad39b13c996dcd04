"""Tables of returns whose truth is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def noise(seed: int, rows: int = 480, trials: int = 40, deviation: float = 0.01) -> NDArray[np.float64]:
    """Trials without any skill: (rows, trials) independent returns with mean 0."""
    return np.random.default_rng(seed).normal(0.0, deviation, (rows, trials))


def planted(seed: int, drift: float = 0.003, column: int = 7) -> NDArray[np.float64]:
    """The same with one trial that earns `drift` a period."""
    table = noise(seed)
    table[:, column] += drift
    return table
