"""The returns of every trial of a search, checked: the one value all judgements of luck begin with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..report.returns import ENOUGH, NOISE

Floats = NDArray[np.float64]

LARGEST = 1e6
"""A return beyond this (a hundred million percent in one period) is a mistake, and its square overflows sums."""


@dataclass(frozen=True)
class Trials:
    """`returns` is (T, N): a row per period (fractions, the same periods for all), a column per trial kept; `chosen`
    is the column picked; `counted` is how many were tried in all, those without a column included."""

    returns: Floats
    chosen: int
    counted: int

    @classmethod
    def of(cls, returns: ArrayLike, chosen: int, counted: int | None = None) -> Trials:
        """Check them; raises ValueError that says what was expected and what was received."""
        table = np.asarray(returns, np.float64)
        if table.ndim != 2 or not table.shape[1]:
            raise ValueError(
                f"expected a table of returns (periods, trials) with a trial, received shape {table.shape}"
            )
        bad = np.argwhere(~(np.abs(table) <= LARGEST))
        if len(bad):
            row, column = bad[0]
            raise ValueError(f"row {row}, trial {column}: {table[row, column]} is no return (a fraction, 0.01 for 1 %)")
        if not 0 <= chosen < table.shape[1]:
            raise ValueError(f"the chosen trial must be 0 to {table.shape[1] - 1}, received {chosen}")
        return cls(table, chosen, max(counted or 0, table.shape[1]))

    @property
    def picked(self) -> Floats:
        """The returns of the chosen trial."""
        found: Floats = self.returns[:, self.chosen]
        return found

    @cached_property
    def ratios(self) -> Floats:
        """Sharpe ratio per period of each trial; NaN where it is undefined (few periods, never moved)."""
        return ratios(self.returns) if len(self.returns) >= ENOUGH else np.full(self.returns.shape[1], np.nan)

    @cached_property
    def correlation(self) -> float | None:
        """The average correlation of two trials; None for fewer than two that moved.

        It needs no table of pairs: the sum of all correlations is the squared length of the sum of unit columns.
        """
        centred = self.returns - self.returns.mean(axis=0) if len(self.returns) else self.returns
        length = np.sqrt((centred * centred).sum(axis=0))
        moved = length > NOISE * max(len(centred), 1)
        count = int(np.count_nonzero(moved))
        if count < 2:
            return None
        total = (centred[:, moved] / length[moved]).sum(axis=1)
        return float((total @ total - count) / (count * (count - 1)))

    @property
    def independent(self) -> float:
        """How many independent trials all those counted are worth: rho + (1 - rho) N, rho their average correlation.

        Bailey and Lopez de Prado (2014), appendix 3. Trials that move together are hardly more than one try.
        """
        rho = min(max(self.correlation or 0.0, 0.0), 1.0)
        return rho + (1 - rho) * self.counted


def ratios(returns: Floats) -> Floats:
    """Mean over standard deviation (ddof 1) of each column; NaN for one that does not move."""
    deviation = returns.std(axis=0, ddof=1)
    found = np.full(returns.shape[1], np.nan)
    np.divide(returns.mean(axis=0), deviation, out=found, where=deviation > NOISE)
    return found
